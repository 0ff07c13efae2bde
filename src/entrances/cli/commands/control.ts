import type { Command } from 'commander'
import { InvalidArgumentError } from 'commander'
import type { Command as Said } from '#domain/order.ts'
import { showDuration, showSize } from '#lib/quantity.ts'
import { visible } from '#lib/visible.ts'
import { described, option } from '../options.ts'
import type { Desk } from '../desk.ts'
import type { KnownMove } from '../services.ts'

type Options = { move?: string; json?: boolean; jobs?: number; rate?: number; approvedBy?: string }

/** `status`, and what can be said to a running move from another terminal. */
export const addControl = (program: Command, desk: Desk): void => {
  addStatus(program, desk)
  const say = (name: 'pause' | 'resume', says: string): void => {
    described(program.command(name).description(says), [option.move(), option.json()], [[`rehome ${name}`, 'the one move that runs on this machine']]).action((options: Options) => tell(options, { verb: name }, desk))
  }
  say('pause', 'let a running move rest; the source goes on recording changes for it')
  say('resume', 'let it go on')
  described(program.command('throttle').description('change how hard a running move works'), [option.move(), option.jobs().default(undefined), option.size('--rate <size>', 'copy at most so much a second; 0 lifts the limit'), option.json()], [
    ['rehome throttle --jobs 1 --rate 20MB', 'one table at a time, 20 MB a second'],
  ]).action((options: Options) => {
    if (options.jobs === undefined && options.rate === undefined) throw new InvalidArgumentError('Say what to change: --jobs, --rate, or both.')
    return tell(options, { verb: 'throttle', ...(options.jobs === undefined ? {} : { jobs: options.jobs }), ...(options.rate === undefined ? {} : { bytesPerSecond: options.rate }) }, desk)
  })
  const decide = (name: 'cutover' | 'turn-back' | 'settle', says: string, example: string): void => {
    described(program.command(name).description(says), [option.move(), option.approvedBy(), option.json()], [[`rehome ${name}`, example]])
      .action((options: Options) => tell(options, { verb: name, approvedBy: options.approvedBy ?? desk.services.whoami() }, desk))
  }
  decide('cutover', 'freeze and switch now, for a move that waits for it', 'the freeze begins when its forecast fits the budget')
  decide('turn-back', 'go back to the old home, with every write made in the new one', 'a cutover the other way; what the customer wrote since the switch is there')
  decide('settle', 'close the way back and remove what the move made', 'the old home stays fenced: it can no longer be written to')
  described(program.command('cancel').description('end a move before its switch and let go of the source'), [option.move(), option.json()], [['rehome cancel', 'the old home serves on; nothing of Rehome stays on it']]).action((options: Options) => tell(options, { verb: 'cancel' }, desk))
}

const addStatus = (program: Command, desk: Desk): void => {
  described(program.command('status').description('where the moves of this machine stand'), [option.move(), option.json()], [['rehome status', 'also when the mover is not running, from what it left']]).action(async (options: Options) => {
    const known = (await desk.services.known()).filter(m => options.move === undefined || m.move === options.move)
    if (options.json === true) for (const one of known) desk.out.write(`${JSON.stringify(one)}\n`)
    else desk.out.write(known.length === 0 ? 'No move is known on this machine.\n' : `${known.map(statusText).join('\n\n')}\n`)
    desk.end(known.length === 0 && options.move !== undefined ? 'negative' : 'ok')
  })
}

const isOver = (m: KnownMove): boolean => m.stage === 'settled' || m.stage === 'cancelled'

const statusText = (m: KnownMove): string => [
  `${m.move}  ${visible(m.tenant)}  ${m.leg === 'out' ? '' : 'on the way back, '}${m.stage}${m.isRunning || isOver(m) ? '' : ' (its mover is not running: the same move command goes on)'}`,
  `  from ${visible(m.source)}`, `  to   ${visible(m.target)}`,
  ...(m.isRunning && m.phase !== undefined ? [`  now: ${m.phase}`] : []),
  ...(m.plannedBytes > 0 ? [`  data: ${showSize(m.plannedBytes)}`] : []),
  ...(m.lagMs === undefined || !m.isRunning ? [] : [`  lag: ${showDuration(m.lagMs)}`]),
  ...(m.freezeMs === undefined ? [] : [`  frozen for ${showDuration(m.freezeMs)}`]),
  ...(m.waitsFor.length === 0 || !m.isRunning ? [] : [`  waits: ${m.why ?? ''} (${m.waitsFor.map(v => `rehome ${v === 'freeze' ? 'cutover' : v}`).join(' or ')})`]),
  ...(m.evidence === undefined ? [] : [`  evidence: ${visible(m.evidence)}`]),
  ...(m.fault === undefined || m.isRunning ? [] : [`  it stopped: ${visible(m.fault, 500)}`]),
  `  last heard ${new Date(m.at).toISOString().replace('T', ' ').slice(0, 19)} UTC`,
].join('\n')

const tell = async (options: Options, command: Said, desk: Desk): Promise<void> => {
  const move = await whichMove(options.move, desk)
  const reply = typeof move === 'string' ? await desk.services.tell(move, command) : move
  const answer = reply ?? { ok: false, says: 'No mover of that move runs on this machine. Run the same `rehome move …` command again, then this.', allowed: [] }
  if (options.json === true) desk.out.write(`${JSON.stringify(answer)}\n`)
  else (answer.ok ? desk.out : desk.error).write(`${visible(answer.says, 500)}\n`)
  desk.end(answer.ok ? 'ok' : 'negative')
}

/** The move asked for, or the only one that runs. */
const whichMove = async (asked: string | undefined, desk: Desk): Promise<string | { ok: false; says: string; allowed: string[] } | undefined> => {
  if (asked !== undefined) return asked
  const running = (await desk.services.known()).filter(m => m.isRunning)
  if (running.length <= 1) return running[0]?.move
  return { ok: false, says: `Several moves run here: say --move ${running.map(m => m.move).join(' or --move ')}.`, allowed: [] }
}

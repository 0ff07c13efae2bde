import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline/promises'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { counted, showDuration } from '#lib/quantity.ts'
import { visible } from '#lib/visible.ts'
import type { Desk } from '../../desk.ts'
import { described } from '../../options.ts'
import { askServer, showAnswer, when } from './ask.ts'
import { licenceOption, type AtOptions } from './at.ts'

type Options = AtOptions & { readonly reason?: string; readonly by?: string; readonly yes?: boolean }
type Clock = NonNullable<Awaited<ReturnType<typeof askServer<'clock.read'>>>>

export const addForgiveClock = (group: Command, desk: Desk): void => {
  described(group.command('forgive-clock').description('say that the server’s clock is right now, after it was far ahead once when the server was started: without that, seats are refused until time has caught up'), [
    licenceOption.at(), licenceOption.token(), new Option('--reason <text>', 'what was wrong with the clock; it is kept with the name and the time'), new Option('--by <name>', 'who says so; the user of this machine if not given'),
    new Option('--yes', 'without being asked once more'), licenceOption.json(),
  ], [
    ['rehome licence forgive-clock --at http://127.0.0.1:8098', 'shows what the server takes for the time, and what would happen; nothing is changed'],
    ['rehome licence forgive-clock --at http://127.0.0.1:8098 --reason "The battery of its clock was empty"', 'asks once more, and then carries it out'],
  ]).action((options: Options) => forgive(options, desk))
}

const forgive = async (options: Options, desk: Desk): Promise<void> => {
  const { reason, json = false, yes = false } = options
  if (yes && reason === undefined) throw new InvalidArgumentError('Say what was wrong with the clock, with --reason: it is kept.')
  const clock = await askServer('clock.read', {}, options, desk)
  if (clock === undefined) return
  if (reason === undefined || clock.ahead === null) {
    if (json) return showAnswer({ type: 'clock', ...clock, time: when(clock.time), wall: when(clock.wall) }, true, desk)
    desk.out.write(sayClock(clock))
    if (clock.ahead !== null) desk.out.write('Nothing was changed. To have it so, give --reason TEXT.\n')
    return desk.end(reason === undefined || clock.ahead !== null ? 'ok' : 'negative')
  }
  if (!json) desk.error.write(sayClock(clock))
  if (!yes && !await isMeant(desk)) {
    desk.error.write('Nothing was changed.\n')
    return desk.end('negative')
  }
  const done = await askServer('clock.forgive', { by: options.by ?? desk.services.whoami(), reason, key: randomUUID() }, options, desk)
  if (done === undefined) return
  if (json) return showAnswer({ type: 'clock-forgiven', ...done, time: when(done.time), from: when(done.from) }, true, desk)
  desk.out.write(`The server’s time is ${when(done.time)} again, and no longer ${when(done.from)}. ${counted(done.seats, 'seat')} that ${done.seats === 1 ? 'is' : 'are'} out went on${done.again === 0 ? '' : `; ${counted(done.again, 'seat')} taken along before, thought over meanwhile, ${done.again === 1 ? 'counts' : 'count'} again`}. ${counted(done.hours, 'hour')} of usage that lay ahead ${done.hours === 1 ? 'was' : 'were'} put where ${done.hours === 1 ? 'it belongs' : 'they belong'}.\n`)
}

/** What there is to know before it is said yes to. */
const sayClock = ({ time, wall, ahead, waiting, forgiven }: Clock): string => [
  `The clock of the licence server says ${when(wall)}; the newest time that the server has seen is ${when(time)}${ahead === null ? '' : `, ${showDuration(ahead)} later`}.`,
  ...(ahead === null ? ['It is not behind: there is nothing to forgive.'] : [
    'Only if the clock is right now: the server’s time becomes that of the clock. Seats that are out go on and last one lease from now; seats that were taken along before the clock was ahead count until they end; usage that lies ahead is put back. It is kept who said so, when and why.',
  ]),
  ...(waiting.length === 0 ? [] : [`These ${ahead === null ? 'wait' : 'will wait'} until their issuer has said what time it is, because they end or were signed later than the clock says: ${waiting.slice(0, mostNamed).map(({ name }) => visible(name)).join(', ')}${waiting.length > mostNamed ? `, and ${waiting.length - mostNamed} more` : ''}.`]),
  ...forgiven.map(one => `It was forgiven before, at ${when(one.at)} by ${visible(one.by)}, from ${when(one.from)}: ${visible(one.reason)}`),
].map(line => `${line}\n`).join('')

const mostNamed = 10

const isMeant = async ({ error, signal }: Desk): Promise<boolean> => {
  if (!process.stdin.isTTY) throw new InvalidArgumentError('There is nobody at a terminal to ask once more. If it is meant, give --yes.')
  const terminal = createInterface({ input: process.stdin, output: error })
  try {
    return /^y(es)?$/i.test((await terminal.question('Is the clock right now, and is that to be done? (yes/no) ', { signal })).trim())
  } finally {
    terminal.close()
  }
}

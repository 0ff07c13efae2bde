import { type Command, InvalidArgumentError, Option } from 'commander'
import type { MoveStep } from '#domain/licence/move.ts'
import { sayStep } from '#domain/licence/move-says.ts'
import { showDuration } from '#lib/quantity.ts'
import { visible } from '#lib/visible.ts'
import type { MoveEnded, MoveTold } from '#licence/move-licences.ts'
import type { Desk } from '../../desk.ts'
import type { Exit } from '../../exit.ts'
import { described } from '../../options.ts'
import type { LicensorKind } from '../../licence-services.ts'
import { collect, licenceOption, licensorAt, readExpect, readPairs, readText } from './at.ts'

type Options = {
  readonly from: string; readonly to: string; readonly book: string; readonly kind?: LicensorKind; readonly fromToken: string; readonly toToken: string
  readonly rename: readonly (readonly [string, string])[]; readonly only?: readonly string[]; readonly codes?: string; readonly address?: string; readonly redirect: boolean; readonly reason: string; readonly expect: number
  readonly undo?: boolean; readonly found?: 'done' | 'not-done'; readonly by?: string; readonly note?: string; readonly json?: boolean
}

const token = (side: string): string => `the administrator’s token of the ${side}, as env:NAME or file:PATH`

export const addLicenceMove = (group: Command, desk: Desk): void => {
  described(group.command('move').description('move licences, their profiles and the seats that are out to another licence server'), [
    new Option('--from <url>', 'the licence server that has them').makeOptionMandatory(), new Option('--to <url>', 'the licence server that is to have them').makeOptionMandatory(),
    new Option('--book <folder>', 'where every step is written down, and the back-up sheet: for this one move; the same command with it goes on').makeOptionMandatory(), licenceOption.kind(),
    new Option('--from-token <reference>', token('origin')).default('env:REHOME_ORIGIN_TOKEN'), new Option('--to-token <reference>', token('destination')).default('env:REHOME_DESTINATION_TOKEN'),
    licenceOption.rename(), new Option('--only <licence>', 'this licence, by its id, and not all that are active; several times for several').argParser(collect),
    new Option('--codes <file>', 'activation codes that the origin does not tell: a line for each, licence=code'),
    new Option('--address <url>', 'where products find the new server, if not at --to'), new Option('--no-redirect', 'the old server sends nobody to the new one'),
    new Option('--reason <text>', 'what is said to whoever is refused a seat meanwhile').default('The licences are being moved to another server.'), new Option('--expect <time>', 'how long that is said to last').argParser(readExpect).default(600_000, '10m'),
    new Option('--undo', 'bring everything back to where it was'), new Option('--found <what>', 'where the move is in doubt: what was found on the servers').choices(['done', 'not-done']),
    new Option('--by <name>', 'who found it, or who has it undone; the user of this machine if not given'), new Option('--note <text>', 'how it was found'), licenceOption.json(),
  ], [
    ['rehome licence move --from https://old.example --to https://new.example --book move-1 --rename "Solver=Solver 2027"', 'every active licence; killed and started again, it goes on'],
    ['rehome licence move --from https://old.example --to https://new.example --book move-1 --undo', 'back to where it was, from wherever it has come to'],
    ['rehome licence move --from https://old.example --to https://new.example --book move-1 --found not-done --by "R. Amari" --note "read on its console"', 'what a person found where neither server could tell'],
  ]).action((options: Options) => move(options, desk))
}

const move = async (options: Options, desk: Desk): Promise<void> => {
  const { environment } = desk
  if (options.found !== undefined && (options.by === undefined || options.note === undefined)) throw new InvalidArgumentError('What was found is signed and explained: give --by NAME and --note TEXT with --found.')
  if (options.address !== undefined && !URL.canParse(options.address)) throw new InvalidArgumentError('--address is not a URL. It looks like https://licences.example.')
  const [origin, destination] = [licensorAt(options.from, options.kind, options.fromToken, environment), licensorAt(options.to, options.kind, options.toToken, environment)]
  const by = options.by ?? desk.services.whoami()
  const say = sayingOf(desk, options.json === true)
  const ended = await desk.services.licences.move({
    origin, destination, book: options.book, reason: options.reason, expectMs: options.expect, renames: options.rename.map(([from, to]) => ({ from, to })), only: options.only ?? null, codes: options.codes === undefined ? {} : codesIn(options.codes),
    address: options.redirect ? (options.address ?? destination.url) : null,
    ...(options.undo === true ? { undo: { by } } : {}), ...(options.found === undefined ? {} : { found: { found: options.found, by, note: options.note ?? '' } }),
  }, say, desk.signal)
  if (options.json === true) desk.out.write(`${JSON.stringify({ type: 'ended', ...ended })}\n`)
  else sayEnd(ended, options.book, desk)
  desk.end(exitOf(ended))
}

const exitOf = (ended: MoveEnded): Exit => {
  switch (ended.end) {
    case 'carried-out': case 'undone': return 'ok'
    case 'blocked': return 'blocked'
    case 'refused': case 'differs': case 'not-now': return 'negative'
    case 'in-doubt': return 'doubt'
    case 'stopped': return 'interrupted'
  }
}

const sayingOf = (desk: Desk, isJson: boolean) => (told: MoveTold & { readonly nameOf: (licence: string) => string }): void => {
  const { step, state, says, done, of, nameOf } = told
  if (isJson) desk.out.write(`${JSON.stringify({ type: 'progress', at: new Date().toISOString(), ...(step === undefined ? {} : { step: step.id, does: step.does, side: step.at }), state, says, done, of })}\n`)
  else if (step === undefined) desk.error.write(`${visible(says ?? '', 1_000)}\n`)
  else if (says !== undefined || state !== 'open') desk.error.write(`${String(done).padStart(String(of).length)}/${of} ${visible(said(step, nameOf), 500)}${says === undefined ? (state === 'done' ? '' : ` · ${String(state)}`) : ` · ${visible(says, 1_000)}`}\n`)
}

const said = (step: MoveStep, nameOf: (licence: string) => string): string => sayStep(step, nameOf)

const sayEnd = (ended: MoveEnded, book: string, { out, error }: Desk): void => {
  const both = `Both ways are open: the same command goes on once that is mended, with --undo everything comes back.\n`
  switch (ended.end) {
    case 'carried-out': case 'undone':
      out.write(ended.end === 'undone' ? 'Undone: everything is where it was before.\n' : 'Moved: the new server holds what the sheet says, and gives out seats.\n')
      if (ended.refusedMs !== null) out.write(`New seats were refused for ${showDuration(ended.refusedMs)}.${ended.seatsWentOn ? ' Seats that were out went on.' : ''}\n`)
      for (const note of ended.notes) out.write(`note: ${visible(note, 1_000)}\n`)
      out.write(`The back-up sheet and every step are in ${visible(book, 1_000)}; activation codes are in it.\n`)
      return
    case 'blocked':
      error.write(`It cannot be moved so; nothing was touched.\n${ended.objections.map(one => `- ${visible(one, 1_000)}\n`).join('')}`)
      return
    case 'refused':
      error.write(`The ${ended.step.at} refused (${visible(sayStep(ended.step, id => id), 500)}): ${visible(ended.reason, 1_000)}\n${both}`)
      return
    case 'differs':
      error.write(`The ${ended.step.at} is not as it should be:\n${ended.differences.map(one => `- ${one.stops ? '' : 'note: '}${visible(one.says, 1_000)}\n`).join('')}${both}Where it is right as it is: --found done --by NAME --note TEXT.\n`)
      return
    case 'in-doubt':
      error.write(`It is not known whether this was carried out: ${visible(sayStep(ended.step, id => id), 500)}.\n${ended.known.map(one => `${visible(one, 1_000)}\n`).join('')}Make both reachable and run the same command: it reads them again. Or look for yourself, and say what you found: --found done or --found not-done, with --by NAME --note TEXT.\n`)
      return
    case 'not-now':
      error.write(`${visible(ended.reason, 1_000)}\n`)
      return
    case 'stopped': error.write('Stopped; the last step is written down. The same command goes on, with --undo back.\n')
  }
}

const codesIn = (file: string): Readonly<Record<string, string>> => {
  const lines = readText(file).split(/\r?\n/).filter(line => line.trim() !== '' && !line.startsWith('#'))
  try {
    return Object.fromEntries(lines.flatMap(line => readPairs(line, undefined)))
  } catch {
    throw new InvalidArgumentError('The file of activation codes has a line that is not licence=code.')
  }
}

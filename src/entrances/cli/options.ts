import type { Command } from 'commander'
import { InvalidArgumentError, Option } from 'commander'
import { readDuration, readSize } from '#lib/quantity.ts'

const count = (most: number) => (text: string): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1 || value > most) throw new InvalidArgumentError(`Give a whole number from 1 to ${most}.`)
  return value
}

const duration = (text: string): number => {
  const ms = readDuration(text)
  if (ms === undefined) throw new InvalidArgumentError('Give a duration with its unit, such as 500ms, 5s, 10m, 12h.')
  return ms
}

const size = (text: string): number => {
  const bytes = readSize(text)
  if (bytes === undefined) throw new InvalidArgumentError('Give a size, such as 64MB or 20GB.')
  return bytes
}

/** The options of the commands, each in one place: commands that share one mean the same by it. */
export const option = {
  from: () => new Option('--from <url>', 'the source: postgres://user@host:port/database, or env:NAME, or file:PATH').makeOptionMandatory(),
  to: () => new Option('--to <url>', 'the target, in the same forms').makeOptionMandatory(),
  jobs: () => new Option('--jobs <n>', 'how many tables are copied, built or compared at a time').argParser(count(32)).default(2),
  schema: () => new Option('--schema <how>', 'make the target’s schema with pg_dump, or compare the one that is there').choices(['dump', 'existing']).default('dump'),
  noFollow: () => new Option('--no-follow', 'the cold move: freeze first, then copy; for a source whose changes cannot be followed'),
  tenant: () => new Option('--tenant <name>', 'whose data it is, for the evidence and the products; the database’s name if not given'),
  json: () => new Option('--json', 'for machines: one JSON object a line'),
  move: () => new Option('--move <id>', 'which move, where several are known on this machine'),
  approvedBy: () => new Option('--approved-by <name>', 'who decides, for the evidence; the user of this machine if not given'),
  duration: (flags: string, says: string, ms: number) => new Option(flags, says).argParser(duration).default(ms, showDefault(ms)),
  size: (flags: string, says: string) => new Option(flags, says).argParser(size),
} as const

const showDefault = (ms: number): string => (ms % 3_600_000 === 0 ? `${ms / 3_600_000}h` : `${ms / 1000}s`)

type Example = readonly [line: string, says: string]
const examples = new WeakMap<Command, readonly Example[]>()

/** Adds options and examples to a command. */
export const described = (command: Command, options: readonly Option[], shown: readonly Example[]): Command => {
  for (const one of options) command.addOption(one)
  examples.set(command, shown)
  return command.addHelpText('after', `\nExamples:\n${shown.map(([line, says]) => `  ${line}\n      ${says}`).join('\n')}\n`)
}

export const examplesOf = (command: Command): readonly Example[] => examples.get(command) ?? []

import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { visible } from '#lib/visible.ts'
import type { Desk } from '../../desk.ts'
import { described } from '../../options.ts'
import { askServer, showAnswer, when } from './ask.ts'
import { licenceOption, type AtOptions } from './at.ts'

type IssueOptions = AtOptions & { readonly product: string; readonly of: string; readonly name: string; readonly seats: number | 'unlimited'; readonly ends?: number; readonly graceDays: number; readonly borrowHours: number; readonly to: string }

export const addIssue = (group: Command, desk: Desk): void => {
  described(group.command('issue').description('issue a licence: a signed file, and the activation code that goes to whoever bought it'), [
    licenceOption.at(), licenceOption.token(), new Option('--product <name>', 'what it is for').makeOptionMandatory(), new Option('--of <kind>', 'which kind: server, session, or whatever else you call it').makeOptionMandatory(), new Option('--name <name>', 'as people see it').makeOptionMandatory(),
    new Option('--seats <n>', 'so many at once, or unlimited').argParser(readSeats).makeOptionMandatory(), new Option('--ends <day>', 'the day in UTC from which on it is over; for ever if not given').argParser(readDay),
    new Option('--grace-days <n>', 'so long seats are still given after that').argParser(readCount(365)).default(0), new Option('--borrow-hours <n>', 'so long a seat may be taken along without a connection').argParser(readCount(8_760)).default(0),
    new Option('--to <folder>', 'where the licence and its code go').makeOptionMandatory(), licenceOption.json(),
  ], [
    ['rehome licence issue --at https://issuer.example --product "Tide Charts" --of session --name "Charts, ten sessions" --seats 10 --ends 2028-01-01 --to harbour', 'the code is told once: it stands in the folder, for you alone'],
  ]).action((options: IssueOptions) => issue(options, desk))
  described(group.command('node-lock').description('show what this machine is known by when a licence is bound to it: the kinds, never their values'), [licenceOption.json()], [
    ['rehome licence node-lock', 'at most one of these may change, and at least two must stay'],
  ]).action(async ({ json = false }: { readonly json?: boolean }) => {
    const { machine, kinds } = await desk.services.licences.nodeLock()
    if (json) return showAnswer({ type: 'node-lock', machine, kinds }, true, desk)
    desk.out.write(`${visible(machine)} is known by: ${kinds.length === 0 ? 'nothing that can be read' : kinds.join(', ')}.\n${kinds.length < 2 ? 'That is too little to bind a licence to.\n' : 'At most one of these may change without the licences being refused, and at least two must stay.\n'}`)
    desk.end(kinds.length < 2 ? 'negative' : 'ok')
  })
}

const issue = async (options: IssueOptions, desk: Desk): Promise<void> => {
  mkdirSync(options.to, { recursive: true, mode: 0o700 })
  const [document, code] = ['licence', 'code'].map(end => join(options.to, `${options.name.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '-').replaceAll(/^-+|-+$/g, '') || 'licence'}.${end}`))
  if (document === undefined || code === undefined) return
  const taken = [document, code].find(existsSync)
  if (taken !== undefined) throw new InvalidArgumentError(`There is a file ${visible(taken, 1_000)} already. Give another folder or name.`)
  const { product, of: kind, name, graceDays, borrowHours, ends } = options
  const answer = await askServer('issuer.issue', { product, kind, name, seats: options.seats === 'unlimited' ? null : options.seats, graceDays, borrowHours, endsAt: ends === undefined ? null : when(ends), key: randomUUID() }, options, desk)
  if (answer === undefined) return
  writeFileSync(document, `${answer.document}\n`, { mode: 0o600, flush: true })
  writeFileSync(code, `${answer.code}\n`, { mode: 0o600, flush: true })
  if (options.json === true) showAnswer({ type: 'issued', licence: answer.licence, document, code }, true, desk)
  else desk.out.write(`The licence ${answer.licence} is issued.\n${visible(document, 1_000)}: the licence\n${visible(code, 1_000)}: its activation code\nSend both to whoever bought it, best by two ways.\n`)
}

const readSeats = (text: string): number | 'unlimited' => {
  const value = Number(text)
  if (text === 'unlimited') return text
  if (!Number.isInteger(value) || value < 1 || value > 1_000_000) throw new InvalidArgumentError('Give a whole number from 1 to 1000000, or unlimited.')
  return value
}

const readCount = (most: number) => (text: string): number => {
  const value = Number(text)
  if (text.trim() === '' || !Number.isInteger(value) || value < 0 || value > most) throw new InvalidArgumentError(`Give a whole number from 0 to ${most}.`)
  return value
}

const readDay = (text: string): number => {
  const at = Date.parse(`${text}T00:00:00Z`)
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(at)) throw new InvalidArgumentError('Give a day such as 2028-01-01.')
  return at
}

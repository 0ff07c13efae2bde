import { randomUUID } from 'node:crypto'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { asId } from '#domain/ids.ts'
import type { Desk } from '../../desk.ts'
import { described } from '../../options.ts'
import { askServer, showAnswer, when } from './ask.ts'
import { licenceOption, licensorAt, readPairs, type AtOptions } from './at.ts'

type ProfileOptions = AtOptions & { readonly link: readonly (readonly [string, string])[]; readonly rename: readonly (readonly [string, string])[] }
type SeatOptions = AtOptions & { readonly profile?: string; readonly licence?: string }
type UsageOptions = AtOptions & { readonly from?: string; readonly until?: string; readonly licence?: string }

export const addSeats = (group: Command, desk: Desk): void => {
  described(group.command('profiles').description('show which profile is linked to which licences, link them, give them other names'), [
    licenceOption.at(), licenceOption.kind(), licenceOption.token(), new Option('--link <name=ids>', 'the profile has these licences, in this order, commas between; several times for several').argParser(readPairs).default([], 'none'), licenceOption.rename(), licenceOption.json(),
  ], [
    ['rehome licence profiles --at https://licences.example', 'shows them, with the licences in the order in which they are tried'],
    ['rehome licence profiles --at https://licences.example --link "Solver=LICENCE-1,LICENCE-2"', 'makes a profile, or changes what it is linked to'],
  ]).action((options: ProfileOptions) => profiles(options, desk))
  described(group.command('seats').description('show who sits on a seat, and until when'), [licenceOption.at(), licenceOption.token(), new Option('--profile <name>', 'of this profile only'), licenceOption.licence().makeOptionMandatory(false), licenceOption.json()], [
    ['rehome licence seats --at https://licences.example --profile Solver', 'with user, machine and programme of each'],
  ]).action(async (options: SeatOptions) => {
    const answer = await askServer('seats.list', { limit: 1_000, ...(options.profile === undefined ? {} : { profile: options.profile }), ...(options.licence === undefined ? {} : { licence: asId<'licence'>(options.licence) }) }, options, desk)
    if (answer === undefined) return
    if (options.json === true) return showAnswer({ type: 'seats', ...answer }, true, desk)
    showAnswer({ items: answer.items.map(({ holder, profile, until, isBorrowed, licence }) => ({ ...holder, profile, until: when(until), borrowed: isBorrowed ? 'borrowed' : '', licence })) }, false, desk)
    if (answer.more > 0) desk.out.write(`and ${answer.more} more: ask for one --profile or --licence\n`)
  })
  described(group.command('usage').description('show how many seats were out at most in each hour, and how many were refused'), [
    licenceOption.at(), licenceOption.token(), new Option('--from <time>', 'from this day or instant on, in UTC; the last 24 hours if not given'), new Option('--until <time>', 'up to this day or instant; now if not given'), licenceOption.licence().makeOptionMandatory(false), licenceOption.json(),
  ], [
    ['rehome licence usage --at https://licences.example --from 2027-01-01 --until 2027-02-01', 'hours in which nothing happened are left out'],
  ]).action(async (options: UsageOptions) => {
    const now = Date.now()
    const [from, until] = [readTime(options.from, now - 86_400_000), readTime(options.until, now)]
    const answer = await askServer('seats.usage', { from: when(from), to: when(until), ...(options.licence === undefined ? {} : { licence: asId<'licence'>(options.licence) }) }, options, desk)
    if (answer !== undefined) showAnswer(options.json === true ? { type: 'usage', ...answer } : { items: answer.hours.map(one => ({ ...one, hour: when(one.hour) })) }, options.json === true, desk)
  })
}

/** Changes first, then what stands there. */
const profiles = async (options: ProfileOptions, desk: Desk): Promise<void> => {
  const at = licensorAt(options.at, options.kind, options.token, desk.environment)
  for (const [from, to] of options.rename) await desk.services.licences.change(at, { does: 'rename', from, to, key: randomUUID() }, desk.signal)
  for (const [name, ids] of options.link) await desk.services.licences.change(at, { does: 'link', name, licences: ids.split(',').map(id => id.trim()).filter(id => id !== ''), key: randomUUID() }, desk.signal)
  const sheet = await desk.services.licences.sheet(at, desk.signal)
  if (options.json === true) return showAnswer({ type: 'profiles', profiles: sheet.profiles }, true, desk)
  const nameOf = (id: string): string => { const found = sheet.licences.find(one => one.id === id); return found === undefined ? id : `${found.name} (${found.state})` }
  showAnswer({ items: sheet.profiles.map(one => ({ profile: one.name, licences: one.licences.map(nameOf).join(', ') })) }, false, desk)
}

const readTime = (text: string | undefined, otherwise: number): number => {
  if (text === undefined) return otherwise
  const at = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text)
  if (Number.isNaN(at)) throw new InvalidArgumentError('Give a day such as 2027-01-31, or an instant such as 2027-01-31T08:00:00Z.')
  return at
}

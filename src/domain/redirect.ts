import type { MoveId } from './programmes.ts'
import type { Day, Instant } from './time.ts'

/** An old address that leads to the new one of the same tenant. `endsAt`: from then on it tells where the tenant went, and leads nowhere; null: no day is set. */
export type Redirection = { readonly move: MoveId; readonly from: string; readonly to: string; readonly endsAt: Instant | null }

/** Someone came by an old address. Never who: of a path its first part where that is plainly no person's, of a program its name. */
export type Visitor = { readonly day: Day; readonly path: string; readonly program: string }

/** `moved`: at `to` is what was asked for. `gone`: it was at `to` until the end that was told. `unknown`: no such address ends here. */
export type Led =
  | { readonly is: 'moved'; readonly move: MoveId; readonly to: string }
  | { readonly is: 'gone'; readonly move: MoveId; readonly to: string }
  | { readonly is: 'unknown' }

/** Old addresses by the name in them. Addresses that are none of the web are left out. */
export type Redirections = ReadonlyMap<string, readonly Redirection[]>
export const byHost = (some: readonly Redirection[]): Redirections =>
  Map.groupBy(some.filter(one => [one.from, one.to].every(isOfTheWeb)).toSorted((a, b) => pathOf(b.from).length - pathOf(a.from).length), one => new URL(one.from).hostname)

/**
 * Where a request leads. `host`: as the request names it; its port says only by which door of a proxy somebody came. `target`: path and query as they were sent, which are
 * kept letter by letter; of two tenants at one name the longer path counts.
 */
export const leadOn = (rules: Redirections, host: string, target: string, now: Instant): Led => {
  const [name, rest] = target.startsWith('/') ? [hostnameOf(host), target] : ofWholeAddress(target, host)
  const path = rest.split(/[?#]/, 1)[0] ?? ''
  const rule = rules.get(name)?.find(one => isWithin(path, pathOf(one.from)))
  if (rule === undefined) return { is: 'unknown' }
  const { move, to, from, endsAt } = rule
  if (endsAt !== null && now >= endsAt) return { is: 'gone', move, to }
  const there = new URL(to)
  return { is: 'moved', move, to: there.origin + pathOf(to) + printable(rest.slice(pathOf(from).length)) }
}

/** Who came, without what could name a person. */
export const visitorOf = (target: string, userAgent: string, now: Instant): Visitor => ({ day: Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO('UTC').toPlainDate().toString(), path: firstPart(target), program: programOf(userAgent) })

const isOfTheWeb = (address: string): boolean => URL.canParse(address) && /^https?:$/.test(new URL(address).protocol)
/** Without a slash at its end. */
const pathOf = (address: string): string => new URL(address).pathname.replace(/\/+$/, '')
const isWithin = (path: string, prefix: string): boolean => prefix === '' || path === prefix || path.startsWith(`${prefix}/`)
const hostnameOf = (host: string): string => (URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : '')

/** A request may name the whole address instead, which then counts before the name beside it. */
const ofWholeAddress = (target: string, host: string): readonly [name: string, rest: string] => {
  const found = /^https?:\/\/([^/?#]*)([^]*)$/i.exec(target)
  if (found === null) return [hostnameOf(host), '/']
  const [, name = '', rest = ''] = found
  return [hostnameOf(name), rest.startsWith('/') ? rest : `/${rest}`]
}

/** What may not stand in a header is written as addresses write it. One character is one byte, as it came. */
const printable = (text: string): string => text.replace(/[^\x21-\x7e]/g, byte => `%${(byte.charCodeAt(0) & 0xff).toString(16).toUpperCase().padStart(2, '0')}`)

const firstPart = (target: string): string => {
  const path = (/^https?:\/\/[^/?#]*/i.test(target) ? target.replace(/^https?:\/\/[^/?#]*/i, '') : target).split(/[?#]/, 1)[0] ?? ''
  const [, part = ''] = path.split('/')
  return part === '' ? '/' : /^[a-z][a-z._-]{0,30}$/i.test(part) ? `/${part}` : '/…'
}

/** Browsers say the names of all others before their own. */
const browsers = [['Edge', /\bEdgA?\//], ['Opera', /\bOPR\//], ['Samsung Internet', /\bSamsungBrowser\//], ['Firefox', /\b(?:Firefox|FxiOS)\//], ['Chrome', /\b(?:Chrome|CriOS)\//], ['Safari', /\bSafari\//]] as const

const programOf = (userAgent: string): string => browsers.find(([, sign]) => sign.test(userAgent))?.[0] ?? /^[A-Za-z][A-Za-z._-]{0,39}(?=\/|$)/.exec(userAgent)?.[0] ?? 'another program'

/** By this name our own looking is known, which is nobody's visit. */
export const ownProgram = 'Rehome'

/** Whether an answer is a redirect to where it should lead: nothing that was asked for may get lost. */
export const leadsTo = (answer: { readonly status: number; readonly location: string | null }, from: string, to: string): boolean =>
  [301, 302, 307, 308].includes(answer.status) && answer.location !== null && URL.canParse(answer.location, from) && new URL(answer.location, from).href === new URL(to).href

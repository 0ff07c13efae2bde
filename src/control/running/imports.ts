import type { NoAccess } from '#domain/access.ts'
import { codeText } from '#domain/code-words.ts'
import type { Environment, Home, HomeId, Tenant } from '#domain/homes.ts'
import { addressIn } from '#domain/homes.ts'
import type { Locale, Text } from '#domain/locale.ts'
import type { Contact, Customer, Duty, Partner, VendorId } from '#domain/parties.ts'
import type { Kind, Records } from '#domain/records.ts'
import type { Country, Zone } from '#domain/time.ts'
import type { Where } from '#ports/ledger.ts'
import { barred, type Desk, journal, vendorOf } from '../ground/desk.ts'

/** One line of a file, read: whose people and places are named in it by their names. */
export type Lines = {
  readonly partners: { readonly name: string; readonly locale: Locale }
  readonly customers: { readonly name: string; readonly country: Country; readonly zone: Zone; readonly locale: Locale; readonly partner: string | null }
  readonly contacts: { readonly customer: string | null; readonly partner: string | null; readonly name: string; readonly company: string | null; readonly email: string; readonly phone: string | null; readonly extension: string | null; readonly duties: readonly Duty[]; readonly locale: Locale | null }
  readonly homes: { readonly name: string; readonly kind: Home['kind']; readonly addressPattern: string | null; readonly capacity: number; readonly licensedUsers: number | null }
  readonly tenants: { readonly name: string; readonly customer: string; readonly home: string; readonly environment: Environment; readonly address: string | null; readonly users: number | null }
}
/** `said`: the same for people, in either language. */
export type LineWrong = { readonly line: number; readonly says: string; readonly said: Text }
export const lineWrong = (line: number, said: Text): LineWrong => ({ line, says: said.en, said })
export type Line<Value> = { readonly line: number; readonly value: Value }
/** What would be, or was, done. `same`: lines that say what is there already. */
export type Imported = { readonly lines: number; readonly added: number; readonly changed: number; readonly same: number; readonly wrong: readonly LineWrong[]; readonly isDone: boolean }

/** Adds what is new, and changes what is there by the same name, all of it or, with a wrong line or as a dry run, nothing. `wrong`: lines that could not even be read. */
export const importLines = async <K extends keyof Lines>(desk: Desk, kind: K, lines: readonly Line<Lines[K]>[], unread: readonly LineWrong[], dryRun: boolean): Promise<Imported | NoAccess> => {
  const vendor = vendorOf(desk)
  if (vendor === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'import', { vendor })
  if (why !== undefined) return why
  const work = await (plans[kind] as Planner<K>)(desk, vendor, lines)
  const wrong = [...unread, ...work.wrong].toSorted((a, b) => a.line - b.line)
  const isDone = !dryRun && wrong.length === 0
  if (isDone) await work.carryOut()
  if (isDone && work.added + work.changed > 0) journal(desk, 'import', kind, vendor, { lines: lines.length, added: work.added, changed: work.changed })
  return { lines: lines.length + unread.length, added: work.added, changed: work.changed, same: work.same, wrong, isDone }
}

type Work = { readonly added: number; readonly changed: number; readonly same: number; readonly wrong: readonly LineWrong[]; carryOut(): Promise<void> }
type Planner<K extends keyof Lines> = (desk: Desk, vendor: VendorId, lines: readonly Line<Lines[K]>[]) => Promise<Work>

const plans: { readonly [K in keyof Lines]: Planner<K> } = {
  async partners(desk, vendor, lines) {
    const there = await byName(desk, 'partner', vendor, lines.map(l => l.value.name))
    return planned(desk, 'partner', lines, l => l.name, (l): Found<'partner'> => ({ there: there.get(l.name), wanted: l, made: () => ({ id: desk.world.newId<'partner'>(), vendor, ...l }) }))
  },
  async customers(desk, vendor, lines) {
    const [there, partners] = [await byName(desk, 'customer', vendor, lines.map(l => l.value.name)), await byName(desk, 'partner', vendor, lines.flatMap(l => l.value.partner ?? []))]
    return planned(desk, 'customer', lines, l => l.name, ({ partner, ...l }): Found<'customer'> => {
      const sells = partner === null ? null : partners.get(partner)
      if (sells === undefined) return noSuch('partner', partner)
      const wanted = { ...l, partner: sells?.id ?? null }
      return { there: there.get(l.name), wanted, made: () => ({ id: desk.world.newId<'customer'>(), vendor, ...wanted }) }
    })
  },
  async contacts(desk, vendor, lines) {
    const [customers, partners] = [await byName(desk, 'customer', vendor, lines.flatMap(l => l.value.customer ?? [])), await byName(desk, 'partner', vendor, lines.flatMap(l => l.value.partner ?? []))]
    const there = await contactsOf(desk, [...customers.values()], [...partners.values()])
    return planned(desk, 'contact', lines, l => `${l.customer ?? l.partner} ${l.email.toLowerCase()}`, ({ customer, partner, company, locale, ...l }): Found<'contact'> => {
      if ((customer === null) === (partner === null)) return { wrong: { en: 'Name a customer or a partner, one of the two.', ja: '顧客または販売パートナーのいずれか一方を指定してください。' } }
      const of = customer === null ? partners.get(partner ?? '') : customers.get(customer)
      if (of === undefined) return noSuch(customer === null ? 'partner' : 'customer', customer ?? partner)
      const known = there.get(`${of.id} ${l.email.toLowerCase()}`)
      const wanted = { ...l, ...(company === null ? {} : { company }), ...(locale === null ? {} : { locale }) }
      const whose = customer === null ? { customer: null, partner: (of as Partner).id } : { customer: (of as Customer).id, partner: null }
      return { there: known, wanted, made: () => ({ id: desk.world.newId<'contact'>(), ...whose, company: of.name, locale: of.locale, ...wanted, verifiedAt: null, removedAt: null }) }
    })
  },
  async homes(desk, vendor, lines) {
    const there = await byName(desk, 'home', vendor, lines.map(l => l.value.name))
    return planned(desk, 'home', lines, l => l.name, (l): Found<'home'> => {
      const known = there.get(l.name)
      if (known !== undefined && known.kind !== l.kind) return { wrong: { en: `The home “${l.name}” is ${known.kind}; a home does not change its kind.`, ja: `環境「${l.name}」の種類は${codeText(known.kind)?.ja ?? known.kind}です。種類は変更できません。` } }
      return { there: known, wanted: l, made: () => ({ id: desk.world.newId<'home'>(), vendor, ...l }) }
    })
  },
  async tenants(desk, vendor, lines) {
    const [homes, customers] = [await byName(desk, 'home', vendor, lines.map(l => l.value.home)), await byName(desk, 'customer', vendor, lines.map(l => l.value.customer))]
    const there = await tenantsOf(desk, vendor, [...homes.values()].map(h => h.id), lines.map(l => l.value.name))
    return planned(desk, 'tenant', lines, l => `${l.home} ${l.name}`, ({ home: homeName, customer: customerName, address, ...l }): Found<'tenant'> => {
      const [home, customer] = [homes.get(homeName), customers.get(customerName)]
      if (home === undefined) return noSuch('home', homeName)
      if (customer === undefined) return noSuch('customer', customerName)
      const known = there.get(`${home.id} ${l.name}`)
      if (known !== undefined && known.customer !== customer.id) return { wrong: { en: `The tenant “${l.name}” in ${homeName} is another customer’s.`, ja: `${homeName} のテナント「${l.name}」は別の顧客のものです。` } }
      const wanted = { ...l, ...(address === null ? {} : { address }) }
      return { there: known, wanted, made: () => ({ id: desk.world.newId<'tenant'>(), vendor, customer: customer.id, home: home.id, stores: [], measuredAt: null, dedicatedDueAt: null, address: addressIn(home, l.name), ...wanted }) }
    })
  },
}

/** What a line comes to: something there that it changes, or something to be made; or why it is wrong. */
type Found<K extends Kind> = { readonly there: Records[K] | undefined; readonly wanted: Partial<Records[K]>; made(): Records[K] } | { readonly wrong: Text }

const planned = <K extends Kind, Value>(desk: Desk, kind: K, lines: readonly Line<Value>[], keyOf: (value: Value) => string, find: (value: Value) => Found<K>): Work => {
  const [seen, wrong, made, changes] = [new Map<string, number>(), [] as LineWrong[], [] as Records[K][], [] as Records[K][]]
  let same = 0
  for (const { line, value } of lines) {
    const [key, found] = [keyOf(value), find(value)]
    const before = seen.get(key)
    seen.set(key, line)
    if (before !== undefined) wrong.push(lineWrong(line, { en: `It is the same as line ${before}.`, ja: `${before} 行目と同じ内容です。` }))
    else if ('wrong' in found) wrong.push(lineWrong(line, found.wrong))
    else if (found.there === undefined) made.push(found.made())
    else if (isSame(found.there, found.wanted)) same++
    else changes.push({ ...found.there, ...found.wanted })
  }
  return {
    added: made.length, changed: changes.length, same, wrong,
    async carryOut() {
      await desk.tx.add(kind, ...made)
      await desk.tx.put(kind, ...changes)
    },
  }
}

const isSame = (there: object, wanted: object): boolean => Object.entries(wanted).every(([field, value]) => JSON.stringify((there as Record<string, unknown>)[field]) === JSON.stringify(value))
const noSuch = (what: keyof typeof things, name: string | null): { readonly wrong: Text } => ({ wrong: { en: `There is no ${what} “${name ?? ''}”. Add it first.`, ja: `${things[what]}「${name ?? ''}」がありません。先に登録してください。` } })
const things = { partner: '販売パートナー', customer: '顧客', home: '環境' } as const

/** So many names a question. */
const namesAtOnce = 5_000

const byName = async <K extends 'partner' | 'customer' | 'home'>(desk: Desk, kind: K, vendor: VendorId, names: readonly string[]): Promise<Map<string, Records[K]>> => {
  const found = new Map<string, Records[K]>()
  const wanted = [...new Set(names)]
  for (let at = 0; at < wanted.length; at += namesAtOnce) {
    const some = await desk.tx.list(kind, { vendor, name: wanted.slice(at, at + namesAtOnce) } as Where<K>, { limit: namesAtOnce })
    for (const one of some) found.set(one.name, one)
  }
  return found
}

const contactsOf = async (desk: Desk, customers: readonly Customer[], partners: readonly Partner[]): Promise<Map<string, Contact>> => {
  const found = new Map<string, Contact>()
  const add = (contacts: readonly Contact[]): void => { for (const one of contacts) found.set(`${one.customer ?? one.partner} ${one.email.toLowerCase()}`, one) }
  for (let at = 0; at < customers.length; at += 500) add(await desk.tx.list('contact', { customer: customers.slice(at, at + 500).map(c => c.id), removedAt: null }, { limit: 100_000 }))
  if (partners.length > 0) add(await desk.tx.list('contact', { partner: partners.map(p => p.id), removedAt: null }, { limit: 100_000 }))
  return found
}

const tenantsOf = async (desk: Desk, vendor: VendorId, homes: readonly HomeId[], names: readonly string[]): Promise<Map<string, Tenant>> => {
  const found = new Map<string, Tenant>()
  for (let at = 0; at < names.length; at += namesAtOnce) {
    for (const one of await desk.tx.list('tenant', { vendor, home: homes, name: names.slice(at, at + namesAtOnce) }, { limit: namesAtOnce * Math.max(1, homes.length) })) found.set(`${one.home} ${one.name}`, one)
  }
  return found
}

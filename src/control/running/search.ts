import type { Verb } from '#domain/access.ts'
import type { Home } from '#domain/homes.ts'
import type { Locale, Text } from '#domain/locale.ts'
import type { Contact, Customer } from '#domain/parties.ts'
import type { Move, Programme } from '#domain/programmes.ts'
import type { Kind, Operator, Quote, Records } from '#domain/records.ts'
import type { View, Where } from '#ports/ledger.ts'
import { type Glance, sight } from '../ground/desk.ts'

type Named<Of extends { readonly id: unknown; readonly name: string }> = Pick<Of, 'id' | 'name'>
/** At most eight of each kind. `moves`: found by their customer or tenant. `contacts`: the people of customers and partners, with the last move that they are part of. */
export type Found = {
  readonly customers: readonly Pick<Customer, 'id' | 'name' | 'country'>[]
  readonly moves: readonly (Pick<Move, 'id' | 't0' | 'stage'> & { readonly customer: string; readonly tenant: string })[]
  readonly homes: readonly Pick<Home, 'id' | 'name' | 'kind'>[]; readonly programmes: readonly Named<Programme>[]
  readonly contacts: readonly (Pick<Contact, 'id' | 'name' | 'email' | 'company'> & { readonly move: Move['id'] | null })[]; readonly people: readonly Pick<Operator, 'id' | 'name' | 'email'>[]
  readonly quotes: readonly (Pick<Quote, 'id' | 'number' | 'state' | 'move'> & { readonly customer: string })[]; readonly playbooks: readonly { readonly key: string; readonly title: Text }[]
}

const most = 8

/** What is called like that, of everything that the caller may see; what they may not see of a kind is none of it. */
export const search = async (glance: Glance, { text }: { readonly text: string }): Promise<Found> => {
  const { view, actor } = glance
  const isOwn = actor.kind === 'operator' || actor.kind === 'system'
  // All at once: they travel together, and none needs what another finds.
  const [customers, moves, homes, programmes, contacts, people, quotes] = await Promise.all([
    listed(glance, 'customer.read', 'customer', { called: text }), listed(glance, 'move.read', 'move', { named: text }), listed(glance, 'home.read', 'home', { called: text }),
    listed(glance, 'programme.read', 'programme', { called: text }), listed(glance, 'contact.read', 'contact', { called: text, removedAt: null }),
    listed(glance, 'people.read', 'operator', { called: text }), listed(glance, 'quote.read', 'quote', { called: text, ...(isOwn ? {} : { sentAt: {} }) }),
  ])
  const [theirs, tenants] = [await movesOf(glance, contacts), await namesOf(view, 'tenant', moves.map(one => one.tenant))]
  const names = await namesOf(view, 'customer', [...moves, ...quotes].map(one => one.customer))
  return {
    customers: customers.map(({ id, name, country }) => ({ id, name, country })), homes: homes.map(({ id, name, kind }) => ({ id, name, kind })), programmes: programmes.map(({ id, name }) => ({ id, name })),
    moves: moves.map(({ id, t0, stage, customer, tenant }) => ({ id, t0, stage, customer: names.get(customer) ?? '', tenant: tenants.get(tenant) ?? '' })),
    contacts: contacts.map(({ id, name, email, company, customer }) => ({ id, name, email, company, move: customer === null ? null : theirs.get(customer) ?? null })),
    people: people.map(({ id, name, email }) => ({ id, name, email })), quotes: quotes.map(({ id, number, state, move, customer }) => ({ id, number, state, move, customer: names.get(customer) ?? '' })),
    playbooks: playbooksCalled(glance, text),
  }
}

const listed = async <K extends Kind>(glance: Glance, verb: Verb, kind: K, where: Where<K>, limit = most): Promise<Records[K][]> => {
  const within = sight(glance, verb)
  return 'refused' in within ? [] : await glance.view.list(kind, { ...where, within }, { limit, descending: true })
}

/** Of each customer the last move that was planned. */
const movesOf = async (glance: Glance, contacts: readonly Contact[]): Promise<ReadonlyMap<string, Move['id']>> => {
  const customers = [...new Set(contacts.flatMap(one => one.customer ?? []))]
  if (customers.length === 0) return new Map()
  return new Map((await listed(glance, 'move.read', 'move', { customer: customers }, 200)).toReversed().map(move => [move.customer, move.id]))
}

const namesOf = async (view: View, kind: 'customer' | 'tenant', ids: readonly string[]): Promise<ReadonlyMap<string, string>> =>
  (ids.length === 0 ? new Map() : new Map((await view.list(kind, { id: [...new Set(ids)] as never })).map(({ id, name }) => [id, name])))

const playbooksCalled = (glance: Glance, text: string): Found['playbooks'] => {
  if ('refused' in sight(glance, 'playbook.read')) return []
  const has = (said: string): boolean => said.toLowerCase().includes(text.toLowerCase())
  return glance.world.playbooks.latest().filter(({ key, title }) => [key, ...(['en', 'ja'] satisfies Locale[]).map(locale => title[locale])].some(has)).slice(0, most).map(({ key, title }) => ({ key, title }))
}

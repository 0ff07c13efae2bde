import type { Scope } from '#domain/access.ts'
import type { Kind } from '#domain/records.ts'
import type { Columns } from './columns.ts'
import { column, type Put } from './statement.ts'

/** Where a kind names the one person or agent that it is for. */
const named: { readonly [K in Kind]?: string } = { contact: 'id', operator: 'id', agent: 'id', task: 'contact', message: 'contact', credential: 'contact', link: 'contact', session: 'contact', quote: 'named', move_order: 'agent', attendance: 'contact', availability: 'contact', feed: 'contact' }

/** What a scope lets through, as a condition on a kind's rows: what `whyNot` would say of each row, for all of them at once. */
export const within = (kind: Kind, columns: Columns, { vendor, partner, customer, party, concerns, person }: Scope, put: Put): string => {
  const all: string[] = []
  if (vendor !== undefined) all.push(ofVendor(kind, columns, vendor, put))
  if (partner !== undefined) all.push(ofPartner(kind, columns, partner, put))
  if (customer !== undefined) all.push(kind === 'customer' ? `id = ${put(customer)}` : columns.has('customer') ? `customer = ${put(customer)}` : 'false')
  if (party !== undefined) all.push(ofParty(kind, columns, party, put))
  if (concerns !== undefined) all.push(`(${isFor(kind, concerns.person, put)} OR ${columns.has('duty') ? `coalesce(duty = ANY (${put([...concerns.duties])}), false)` : 'false'})`)
  if (person !== undefined) all.push(isFor(kind, person, put))
  return all.length === 0 ? 'true' : all.join(' AND ')
}

const isFor = (kind: Kind, person: string, put: Put): string => {
  const field = named[kind]
  return field === undefined ? 'false' : `coalesce(${column(field)} = ${put(person)}, false)`
}

const ofVendor = (kind: Kind, columns: Columns, vendor: string, put: Put): string => {
  if (kind === 'vendor' || kind === 'setting') return `id = ${put(vendor)}`
  if (columns.has('vendor')) return `vendor = ${put(vendor)}`
  return kind === 'contact' ? `(customer IN (SELECT id FROM customer WHERE vendor = ${put(vendor)}) OR partner IN (SELECT id FROM partner WHERE vendor = ${put(vendor)}))` : 'false'
}

const ofPartner = (kind: Kind, columns: Columns, partner: string, put: Put): string => {
  if (kind === 'partner') return `id = ${put(partner)}`
  if (kind === 'customer') return `partner = ${put(partner)}`
  const theirs = (): string => `customer IN (SELECT c.id FROM customer c WHERE c.partner = ${put(partner)})`
  if (kind === 'contact') return `(partner = ${put(partner)} OR ${theirs()})`
  if (kind === 'availability') return `(contact IN (SELECT id FROM contact WHERE partner = ${put(partner)}) OR ${theirs()})`
  return columns.has('customer') ? theirs() : 'false'
}

/** Of a thing for one person, the party is that person's. */
const ofParty = (kind: Kind, columns: Columns, party: string, put: Put): string => {
  if (columns.has('party')) return `party = ${put(party)}`
  const side = party === 'customer' ? 'customer' : 'partner'
  if (kind === 'contact') return party === 'vendor' ? 'false' : `${side} IS NOT NULL`
  const field = named[kind]
  if (field === undefined) return party === 'vendor' ? 'true' : 'false'
  if (party === 'vendor') return `${column(field)} IS NULL`
  return `${column(field)} IN (SELECT id FROM contact WHERE ${side} IS NOT NULL)`
}

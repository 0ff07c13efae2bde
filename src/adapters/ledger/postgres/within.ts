import { type Expression, sql, type SqlBool } from 'kysely'
import type { Scope } from '#domain/access.ts'
import type { Kind } from '#domain/records.ts'
import type { Columns } from './columns.ts'

/** Where a kind names the one person or agent that it is for. */
const named: { readonly [K in Kind]?: string } = { contact: 'id', operator: 'id', agent: 'id', task: 'contact', message: 'contact', credential: 'contact', link: 'contact', session: 'contact', quote: 'named', move_order: 'agent', attendance: 'contact', availability: 'contact', feed: 'contact' }

/** What a scope lets through, as a condition on a kind's rows: what `whyNot` would say of each row, for all of them at once. */
export const within = (kind: Kind, columns: Columns, { vendor, partner, customer, party, concerns, person }: Scope): Expression<SqlBool> => {
  const all: Expression<SqlBool>[] = []
  if (vendor !== undefined) all.push(ofVendor(kind, columns, vendor))
  if (partner !== undefined) all.push(ofPartner(kind, columns, partner))
  if (customer !== undefined) all.push(kind === 'customer' ? sql`id = ${customer}` : columns.has('customer') ? sql`customer = ${customer}` : sql`false`)
  if (party !== undefined) all.push(ofParty(kind, columns, party))
  if (concerns !== undefined) {
    const [mine, duty] = [sql<SqlBool>`${isFor(kind, concerns.person)}`, columns.has('duty') ? sql<SqlBool>`duty = ANY (${[...concerns.duties]})` : sql<SqlBool>`false`]
    all.push(sql<SqlBool>`(${mine} OR coalesce(${duty}, false))`)
  }
  if (person !== undefined) all.push(isFor(kind, person))
  return all.length === 0 ? sql`true` : sql`${sql.join(all, sql` AND `)}`
}

const isFor = (kind: Kind, person: string): Expression<SqlBool> => {
  const column = named[kind]
  return column === undefined ? sql`false` : sql`coalesce(${sql.ref(column)} = ${person}, false)`
}

const ofVendor = (kind: Kind, columns: Columns, vendor: string): Expression<SqlBool> => {
  if (kind === 'vendor' || kind === 'setting') return sql`id = ${vendor}`
  if (columns.has('vendor')) return sql`vendor = ${vendor}`
  return kind === 'contact' ? sql`(customer IN (SELECT id FROM customer WHERE vendor = ${vendor}) OR partner IN (SELECT id FROM partner WHERE vendor = ${vendor}))` : sql`false`
}

const ofPartner = (kind: Kind, columns: Columns, partner: string): Expression<SqlBool> => {
  if (kind === 'partner') return sql`id = ${partner}`
  if (kind === 'customer') return sql`partner = ${partner}`
  const theirs = sql<SqlBool>`customer IN (SELECT c.id FROM customer c WHERE c.partner = ${partner})`
  if (kind === 'contact') return sql`(partner = ${partner} OR ${theirs})`
  if (kind === 'availability') return sql`(contact IN (SELECT id FROM contact WHERE partner = ${partner}) OR ${theirs})`
  return columns.has('customer') ? theirs : sql`false`
}

/** Of a thing for one person, the party is that person's. */
const ofParty = (kind: Kind, columns: Columns, party: string): Expression<SqlBool> => {
  if (columns.has('party')) return sql`party = ${party}`
  const side = party === 'customer' ? sql.ref('customer') : sql.ref('partner')
  if (kind === 'contact') return party === 'vendor' ? sql`false` : sql`${side} IS NOT NULL`
  const column = named[kind]
  if (column === undefined) return party === 'vendor' ? sql`true` : sql`false`
  if (party === 'vendor') return sql`${sql.ref(column)} IS NULL`
  return sql`${sql.ref(column)} IN (SELECT id FROM contact WHERE ${side} IS NOT NULL)`
}

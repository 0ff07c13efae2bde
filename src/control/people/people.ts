import type { Locale } from '#domain/locale.ts'
import type { Contact, ContactId, Customer, CustomerId, Partner, Vendor, VendorId } from '#domain/parties.ts'
import { ownerName, type Owner, posts } from '#domain/playbook.ts'
import type { Move, Programme } from '#domain/programmes.ts'
import type { Operator } from '#domain/records.ts'
import type { View } from '#ports/ledger.ts'

/** Whom a letter is for: somebody of a customer or partner, or one of the vendor's people, who need not be an operator. */
export type To = { readonly contact: ContactId } | { readonly operator: Operator['id'] } | { readonly name: string; readonly address: string }

/** One person, and how they are written to. `person`: the same for the same person. */
export type Reader = {
  readonly person: string; readonly contact: ContactId | null; readonly operator: Operator['id'] | null; readonly customer: CustomerId | null
  readonly name: string; readonly company: string; readonly address: string; readonly locale: Locale; readonly verified: boolean
}

/** The people around some moves. */
export type People = {
  /** Undefined: nobody is written to there any more. */
  reader(vendor: VendorId, to: To): Reader | undefined
  /** Who is there for these, each once. A duty that nobody has is the point of contact's; a post that nobody has, whoever leads. */
  readersFor(move: Move, owners: readonly Owner[]): Reader[]
  readonly vendors: ReadonlyMap<string, Vendor>
  readonly customers: ReadonlyMap<string, Customer>
  readonly programmes: ReadonlyMap<string, Programme>
}

const most = 200_000

/** With one question for each kind of row, however many moves. `contacts`, `operators`: others who are to be known too. */
export const peopleOf = async (view: View, moves: readonly Move[], { contacts: more = [], vendors: alsoOf = [], customers: also = [] }: { readonly contacts?: readonly ContactId[]; readonly vendors?: readonly VendorId[]; readonly customers?: readonly CustomerId[] } = {}): Promise<People> => {
  const extra = more.length === 0 ? [] : await view.list('contact', { id: [...new Set(more)] }, { limit: most })
  const customers = byId(await listed(view, 'customer', [...moves.map(move => move.customer), ...also, ...extra.flatMap(one => one.customer ?? [])]))
  const partnerIds = [...[...customers.values()].flatMap(one => one.partner ?? []), ...extra.flatMap(one => one.partner ?? [])]
  const partners = byId(await listed(view, 'partner', partnerIds))
  const theirs = customers.size === 0 ? [] : await view.list('contact', { customer: [...customers.keys()] as CustomerId[], removedAt: null }, { limit: most })
  const resellers = partners.size === 0 ? [] : await view.list('contact', { partner: [...partners.keys()] as Partner['id'][], removedAt: null }, { limit: most })
  const contacts = byId([...theirs, ...resellers, ...extra])
  const vendors = byId(await listed(view, 'vendor', [...customers.values().map(one => one.vendor), ...partners.values().map(one => one.vendor), ...alsoOf]))
  const operators = vendors.size === 0 ? [] : await view.list('operator', { vendor: [...vendors.keys()] as VendorId[], disabledAt: null }, { limit: most })
  const programmes = byId(await listed(view, 'programme', moves.map(move => move.programme)))
  const [ofCustomer, ofPartner] = [Map.groupBy([...contacts.values()], one => one.customer ?? ''), Map.groupBy([...contacts.values()], one => one.partner ?? '')]

  const operatorReader = (operator: Operator): Reader => ({ person: operator.id, contact: null, operator: operator.id, customer: null, name: operator.name, company: vendors.get(operator.vendor)?.name ?? '', address: operator.email, locale: vendors.get(operator.vendor)?.locale ?? 'en', verified: true })
  const reader = (vendor: VendorId, to: To): Reader | undefined => {
    if ('contact' in to) return contactReader(contacts.get(to.contact))
    const operator = 'operator' in to ? operators.find(one => one.id === to.operator) : operators.find(one => one.vendor === vendor && same(one.email, to.address))
    if (operator !== undefined) return operatorReader(operator)
    return 'operator' in to ? undefined : { person: to.address.toLowerCase(), contact: null, operator: null, customer: null, name: to.name, company: vendors.get(vendor)?.name ?? '', address: to.address, locale: vendors.get(vendor)?.locale ?? 'en', verified: true }
  }
  const atVendor = (move: Move, post: keyof typeof posts): Reader[] => {
    const named = (programmes.get(move.programme)?.people ?? []).filter(one => one.role === post)
    if (named.length > 0) return named.flatMap(({ name, email }) => reader(move.vendor, { name, address: email }) ?? [])
    for (const role of [posts[post], 'migration-lead', 'admin']) {
      const found = operators.filter(one => one.vendor === move.vendor && one.roles.includes(role))
      if (found.length > 0) return found.map(operatorReader)
    }
    return []
  }
  const withDuty = (all: readonly Contact[], owner: Exclude<Owner, { party: 'vendor' }>): Reader[] => {
    const there = all.filter(one => one.removedAt === null)
    const found = there.filter(one => one.duties.includes(owner.duty))
    return (found.length > 0 ? found : there.filter(one => one.duties.includes('point-of-contact'))).flatMap(one => contactReader(one) ?? [])
  }
  const readersOfOwner = (move: Move, owner: Owner): Reader[] => {
    if (owner.party === 'vendor') return atVendor(move, owner.post)
    const partner = customers.get(move.customer)?.partner ?? null
    return owner.party === 'customer' ? withDuty(ofCustomer.get(move.customer) ?? [], owner) : partner === null ? [] : withDuty(ofPartner.get(partner) ?? [], owner)
  }
  return {
    reader, vendors, customers, programmes,
    readersFor: (move, owners) => [...new Map(owners.toSorted((a, b) => (ownerName(a) < ownerName(b) ? -1 : 1)).flatMap(owner => readersOfOwner(move, owner)).map(one => [one.person, one])).values()],
  }
}

const contactReader = (contact: Contact | undefined): Reader | undefined =>
  contact === undefined || contact.removedAt !== null ? undefined : { person: contact.id, contact: contact.id, operator: null, customer: contact.customer, name: contact.name, company: contact.company, address: contact.email, locale: contact.locale, verified: contact.verifiedAt !== null }

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()
const byId = <Row extends { readonly id: string }>(rows: Iterable<Row>): ReadonlyMap<string, Row> => new Map([...rows].map(row => [row.id, row]))

const listed = async <K extends 'customer' | 'partner' | 'vendor' | 'programme'>(view: View, kind: K, ids: readonly string[]) => {
  const once = [...new Set(ids)]
  // Proof: each id comes from a column that refers to that kind.
  return once.length === 0 ? [] : await view.list(kind, { id: once } as never, { limit: once.length })
}

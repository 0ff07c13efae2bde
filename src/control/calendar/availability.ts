import type { NoAccess } from '#domain/access.ts'
import { allAway, coverageOf } from '#domain/availability.ts'
import { addDays, type Days } from '#domain/days.ts'
import { dayOf } from '#domain/local-time.ts'
import type { Contact, ContactId, CustomerId, Duty } from '#domain/parties.ts'
import type { MoveId } from '#domain/programmes.ts'
import type { Availability } from '#domain/records.ts'
import type { Day } from '#domain/time.ts'
import { barred, type Desk, type Glance, journal } from '../ground/desk.ts'
import { pageOf, type Page, type Paging } from '../ground/pages.ts'

export type AvailabilityRefused = NoAccess | { readonly refused: 'ends-before' } | { readonly refused: 'too-much-said'; readonly most: number }

/** What one person says of its days is no longer than that. */
const most = 200

/** A contact says of itself that it is there, or away. What it said of these days before no longer counts. */
export const giveAvailability = async (desk: Desk, { firstOn, lastOn, available, note }: { readonly firstOn: Day; readonly lastOn: Day; readonly available: boolean; readonly note: string | null }): Promise<Availability | AvailabilityRefused> => {
  const { actor, tx } = desk
  if (actor.kind !== 'customer' && actor.kind !== 'partner') return (await barred(desk, 'availability.give', { vendor: 'vendor' in actor ? actor.vendor : ('' as never) })) ?? { refused: 'not-found' }
  const customer = actor.kind === 'customer' ? actor.customer : null
  const why = await barred(desk, 'availability.give', { vendor: actor.vendor, customer, ...(actor.kind === 'partner' ? { partner: actor.partner } : {}), person: actor.id })
  if (why !== undefined) return why
  if (lastOn < firstOn) return { refused: 'ends-before' }
  await tx.lock('contact', actor.id)
  await tx.remove('availability', { contact: actor.id, firstOn: { from: firstOn }, lastOn: { to: lastOn } })
  if (await tx.count('availability', { contact: actor.id }) >= most) return { refused: 'too-much-said', most }
  const said: Availability = { id: desk.world.newId(), vendor: actor.vendor, customer, party: actor.kind, contact: actor.id, firstOn, lastOn, available, note, at: desk.now }
  await tx.add('availability', said)
  journal(desk, 'availability.give', 'contact', actor.id, { firstOn, lastOn, available })
  return said
}

export const listAvailability = (glance: Glance, { customer, contact, ...paging }: Paging & { readonly customer?: CustomerId; readonly contact?: ContactId }): Promise<Page<Availability> | NoAccess> =>
  pageOf(glance, 'availability.read', 'availability', { ...(customer === undefined ? {} : { customer }), ...(contact === undefined ? {} : { contact }) }, paging)

/** Who of the customer's people is there from today until the end of a move's plan (C5). `uncovered`: days on which everybody of a duty is away. */
export type Covered = { readonly first: Day; readonly last: Day; readonly people: readonly (Pick<Contact, 'name' | 'duties'> & { readonly contact: ContactId; readonly away: readonly Days[]; readonly unsaid: readonly Days[] })[]; readonly uncovered: readonly { readonly duty: Duty; readonly days: readonly Days[] }[] }

/** A move is never looked at for longer than that. */
const mostDays = 400

export const availabilityOfMove = async (glance: Glance, { move: id }: { readonly move: MoveId }): Promise<Covered | NoAccess> => {
  const { view } = glance
  const move = await view.get('move', id)
  if (move === undefined) return { refused: 'not-found' }
  const customer = await view.get('customer', move.customer)
  const why = await barred(glance, 'availability.read', { vendor: move.vendor, customer: move.customer, partner: customer?.partner ?? null, party: 'customer', duties: [], person: null })
  if (why !== undefined) return why
  const first = dayOf(glance.now, customer?.zone ?? 'UTC')
  const [due] = await view.list('task', { move: id, state: 'open' }, { by: 'dueOn', descending: true, limit: 1 })
  const [plan, latest] = [await view.get('plan', id), addDays(first, mostDays)]
  const end = [first, due?.dueOn ?? first, plan?.t0 ?? first].toSorted().at(-1) ?? first
  const days: Days = { first, last: end < latest ? end : latest }
  const contacts = await view.list('contact', { customer: move.customer, removedAt: null })
  const said = Map.groupBy(await view.list('availability', { contact: contacts.map(one => one.id) }, { limit: contacts.length * most + 1 }), one => one.contact)
  const covered = contacts.map(contact => ({ contact, coverage: coverageOf(said.get(contact.id) ?? [], days) }))
  const wanted = [...new Set(contacts.flatMap(one => one.duties))]
  return {
    ...days, people: covered.map(({ contact: { id: contact, name, duties }, coverage: { away, unsaid } }) => ({ contact, name, duties, away, unsaid })),
    uncovered: wanted.map(duty => ({ duty, days: allAway(covered.filter(({ contact }) => contact.duties.includes(duty)).map(one => one.coverage), days) })).filter(one => one.days.length > 0),
  }
}

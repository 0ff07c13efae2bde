import type { ContactId } from '#domain/parties.ts'
import type { Owner } from '#domain/playbook.ts'
import type { Move } from '#domain/programmes.ts'
import type { Window } from '#domain/records.ts'
import type { Day, Interval } from '#domain/time.ts'
import { windowAppointment } from './appointments.ts'
import type { Desk } from '../ground/desk.ts'
import { homesById } from '../homes/homes.ts'
import { pages } from '../letters/links.ts'
import { type Enclosed, writeTo } from '../letters/messages.ts'
import { type People, peopleOf, type Reader } from '../people/people.ts'
import type { Around } from './surroundings.ts'
import { onceEach, organizerOf, toldBy, toldEarlier } from '../letters/telling.ts'

const deciders: readonly Owner[] = [{ party: 'customer', duty: 'point-of-contact' }, { party: 'customer', duty: 'approver' }]

/** To those who decide on it. */
export const tellProposed = async (desk: Desk, move: Move, window: Window, tenant: string, answerBy: Day): Promise<void> => {
  const people = await peopleOf(desk.tx, [move])
  const readers = await toldBy(desk, people, move, 'window-proposed', deciders)
  const facts = { tenant, windows: [spanOf(window)], answerBy, link: pages.window(desk.world, move.id) }
  await writeTo(desk, move.vendor, [{ letter: { event: 'window-proposed', key: `window-proposed ${window.id} ${window.startsAt} ${window.endsAt}`, move, about: window.id, facts }, readers }])
}

/** To those whom the playbook names, each with an invitation of their own. */
export const tellConfirmed = async (desk: Desk, move: Move, window: Window, around: Around): Promise<void> => {
  const people = await peopleOf(desk.tx, [move])
  const readers = await toldBy(desk, people, move, 'window-confirmed', deciders)
  const invite = inviting(desk, people, move, window, around)
  await writeTo(desk, move.vendor, readers.map(reader => ({
    letter: { event: 'window-confirmed', key: keyOf('window-confirmed', window), move, about: window.id, facts: { tenant: around.tenant.name, window: spanOf(window), link: pages.window(desk.world, move.id) }, enclosed: invite('REQUEST', reader) }, readers: [reader],
  })))
}

/** To those whom the playbook names, and to everybody who was told of the window before: it is in their calendars. */
export const tellMoved = async (desk: Desk, move: Move, window: Window, around: Around, was: Interval, reason: string | null): Promise<void> => {
  const people = await peopleOf(desk.tx, [move])
  const readers = onceEach([...await toldBy(desk, people, move, 'window-moved', deciders), ...await toldEarlier(desk.tx, people, move, window.id)])
  const invite = inviting(desk, people, move, window, around)
  await writeTo(desk, move.vendor, readers.map(reader => ({
    letter: { event: 'window-moved', key: keyOf('window-moved', window), move, about: window.id, facts: { tenant: around.tenant.name, was, window: spanOf(window), reason, link: pages.window(desk.world, move.id) }, enclosed: invite('REQUEST', reader) }, readers: [reader],
  })))
}

/** To everybody who was told of it, and to nobody else. `isInvited`: it is in their calendars. */
export const tellCancelled = async (desk: Desk, move: Move, window: Window, around: Around, reason: string | null, isInvited: boolean): Promise<void> => {
  const people = await peopleOf(desk.tx, [move])
  const readers = await toldEarlier(desk.tx, people, move, window.id)
  const invite = inviting(desk, people, move, window, around)
  await writeTo(desk, move.vendor, readers.map(reader => ({
    letter: { event: 'window-cancelled', key: keyOf('window-cancelled', window), move, about: window.id, facts: { tenant: around.tenant.name, window: spanOf(window), reason, link: pages.move(desk.world, move.id) }, ...(isInvited ? { enclosed: invite('CANCEL', reader) } : {}) }, readers: [reader],
  })))
}

/** Windows of one person's customers that are still to come. */
const mostWindows = 500

/** Somebody who came, or got another duty, after windows were confirmed is invited to those that concern them, as everybody was before. */
export const inviteNewcomer = async (desk: Desk, id: ContactId): Promise<void> => {
  const { tx, now, world } = desk
  const contact = await tx.get('contact', id)
  if (contact === undefined || contact.removedAt !== null) return
  const customers = contact.customer !== null ? [contact.customer] : (await tx.list('customer', { partner: contact.partner })).map(customer => customer.id)
  for (const window of await tx.list('window', { customer: customers, state: 'confirmed', startsAt: { from: now } }, { limit: mostWindows })) {
    const [move, tenant] = [await tx.get('move', window.move), await tx.get('tenant', window.tenant)]
    if (move === undefined || tenant === undefined) continue
    const people = await peopleOf(tx, [move])
    const earlier = await toldEarlier(tx, people, move, window.id)
    const [reader] = (await toldBy(desk, people, move, 'window-confirmed', deciders)).filter(one => one.contact === id && !earlier.some(other => other.person === one.person))
    if (reader === undefined) continue
    const invite = inviting(desk, people, move, window, { tenant, homes: await homesById(tx, [move.destination]) })
    await writeTo(desk, move.vendor, [{ letter: { event: 'window-confirmed', key: keyOf('window-confirmed', window), move, about: window.id, facts: { tenant: tenant.name, window: spanOf(window), link: pages.window(world, move.id) }, enclosed: invite('REQUEST', reader) }, readers: [reader] }])
  }
}

/** A change is told once: the sequence is another one with each. */
const keyOf = (event: string, window: Window): string => `${event} ${window.id} ${window.sequence}`
const spanOf = ({ startsAt, endsAt }: Window): Interval => ({ from: startsAt, to: endsAt })

/** Each guest is alone on the invitation: who else is told is nobody's business, and it may be forwarded. */
const inviting = ({ world, now }: Desk, people: People, move: Move, window: Window, { tenant, homes }: Pick<Around, 'tenant' | 'homes'>) => {
  const [organizer, destination] = [organizerOf(people, move), homes.get(move.destination)?.name ?? '']
  return (method: 'REQUEST' | 'CANCEL', { locale, name, address }: Reader): Enclosed => {
    const appointment = windowAppointment(world, window, { tenant: tenant.name, destination }, { locale, guests: [{ name, address }], organizer, writtenAt: now })
    return { invitation: { method, text: method === 'REQUEST' ? world.invitations.request(appointment) : world.invitations.cancel(appointment) } }
  }
}

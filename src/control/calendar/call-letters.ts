import type { Move } from '#domain/programmes.ts'
import type { Call } from '#domain/records.ts'
import type { Interval } from '#domain/time.ts'
import { assert } from '#lib/assert.ts'
import { callAppointment } from './appointments.ts'
import type { Desk } from '../ground/desk.ts'
import { pages } from '../letters/links.ts'
import { type Enclosed, writeTo } from '../letters/messages.ts'
import { type People, peopleOf, type Reader } from '../people/people.ts'
import { organizerOf, toldEarlier } from '../letters/telling.ts'

/** An invitation to each, in their language. */
export const tellInvited = async (desk: Desk, people: People, move: Move, call: Call, readers: readonly Reader[]): Promise<void> => {
  const { world } = desk
  const tenant = await tenantName(desk, move)
  const invite = inviting(desk, people, move, call, tenant)
  await writeTo(desk, move.vendor, readers.map(reader => ({
    letter: {
      event: 'call-invitation', key: `call-invitation ${call.id}`, move, about: call.id, enclosed: invite('REQUEST', reader),
      facts: { tenant, title: call.title[reader.locale], when: spanOf(call), place: call.place ?? call.link, agenda: call.agenda.map(item => item[reader.locale]), questionnaire: call.questionnaire ? pages.questionnaire(world, move.id) : null, link: pages.move(world, move.id) },
    }, readers: [reader],
  })))
}

/** To everybody who was invited. */
export const tellCallMoved = async (desk: Desk, move: Move, call: Call, was: Interval, reason: string | null): Promise<void> => {
  const people = await peopleOf(desk.tx, [move])
  const tenant = await tenantName(desk, move)
  const invite = inviting(desk, people, move, call, tenant)
  await writeTo(desk, move.vendor, (await toldEarlier(desk.tx, people, move, call.id)).map(reader => ({
    letter: { event: 'call-moved', key: `call-moved ${call.id} ${call.sequence}`, move, about: call.id, enclosed: invite('REQUEST', reader), facts: { tenant, title: call.title[reader.locale], was, when: spanOf(call), place: call.place ?? call.link, reason, link: pages.move(desk.world, move.id) } }, readers: [reader],
  })))
}

export const tellCallCancelled = async (desk: Desk, move: Move, call: Call, reason: string | null): Promise<void> => {
  const people = await peopleOf(desk.tx, [move])
  const tenant = await tenantName(desk, move)
  const invite = inviting(desk, people, move, call, tenant)
  await writeTo(desk, move.vendor, (await toldEarlier(desk.tx, people, move, call.id)).map(reader => ({
    letter: { event: 'call-cancelled', key: `call-cancelled ${call.id} ${call.sequence}`, move, about: call.id, enclosed: invite('CANCEL', reader), facts: { tenant, title: call.title[reader.locale], when: spanOf(call), reason, link: pages.move(desk.world, move.id) } }, readers: [reader],
  })))
}

const spanOf = ({ startsAt, endsAt }: Call): Interval => ({ from: startsAt, to: endsAt })

const tenantName = async ({ tx }: Desk, move: Move): Promise<string> => {
  const tenant = await tx.get('tenant', move.tenant)
  assert(tenant !== undefined, 'a move is of a tenant')
  return tenant.name
}

const inviting = ({ world, now }: Desk, people: People, move: Move, call: Call, tenant: string) => {
  const organizer = organizerOf(people, move)
  return (method: 'REQUEST' | 'CANCEL', { locale, name, address }: Reader): Enclosed => {
    const appointment = callAppointment(world, call, tenant, { locale, guests: [{ name, address }], organizer, writtenAt: now })
    return { invitation: { method, text: method === 'REQUEST' ? world.invitations.request(appointment) : world.invitations.cancel(appointment) } }
  }
}

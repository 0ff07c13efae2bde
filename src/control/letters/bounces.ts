import type { Move } from '#domain/programmes.ts'
import type { Message } from '#domain/records.ts'
import type { Bounce } from '#ports/mail.ts'
import { asSystem } from '../ground/as-system.ts'
import { type Desk, journal } from '../ground/desk.ts'
import { pages } from './links.ts'
import { writeTo } from './messages.ts'
import { peopleOf } from '../people/people.ts'
import type { World } from '../ground/world.ts'

/** What mail servers report of letters they had taken. Anybody can write such a report, so it counts only where that Message-ID went to that address. How many letters it was about. */
export const readReports = (world: World, bounces: readonly Bounce[]): Promise<number> => asSystem(world, async desk => {
  let counted = 0
  for (const { address, messageId, permanent, reason } of bounces) {
    if (messageId === null || !permanent) continue
    const sent = (await desk.tx.list('message', { messageId, state: 'sent' })).filter(one => one.address.toLowerCase() === address.toLowerCase())
    for (const message of sent) if (await letterBounced(desk, message, reason)) counted += 1
  }
  return counted
})

/** A letter came back: its address must be verified again, and the vendor's people are told once. False: that was known. */
export const letterBounced = async (desk: Desk, { id }: Pick<Message, 'id'>, reason: string): Promise<boolean> => {
  const { tx, world } = desk
  const message = await tx.lock('message', id)
  if (message === undefined || (message.state !== 'waiting' && message.state !== 'sent')) return false
  await tx.change('message', id, { state: 'bounced', why: reason, sealed: null })
  journal(desk, 'message.bounce', 'message', id, { event: message.event, to: message.name, reason })
  if (message.contact === null) return true
  const contact = await tx.lock('contact', message.contact)
  // Meanwhile this person may have another address.
  if (contact === undefined || contact.removedAt !== null || contact.email.toLowerCase() !== message.address.toLowerCase()) return true
  await tx.change('contact', contact.id, { verifiedAt: null })
  const customer = message.customer === null ? undefined : await tx.get('customer', message.customer)
  const move = message.move !== null ? await tx.get('move', message.move) : contact.customer === null ? undefined : (await tx.list('move', { customer: contact.customer, endedAt: null }, { limit: 1 }))[0]
  const key = `unreachable ${contact.id} ${contact.email} ${contact.verifiedAt ?? 0}`
  if (move !== undefined) await addRisk(desk, move, contact.name, contact.email)
  const people = await peopleOf(tx, move === undefined ? [] : [move], { vendors: [message.vendor] })
  const operators = await tx.list('operator', { vendor: message.vendor, disabledAt: null, roles: ['support'] })
  const readers = move !== undefined ? people.readersFor(move, [{ party: 'vendor', post: 'support' }]) : operators.flatMap(one => people.reader(message.vendor, { operator: one.id }) ?? [])
  const facts = { customer: customer?.name ?? contact.company, person: contact.name, address: contact.email, reason, link: customer === undefined ? world.site : pages.customer(world, customer.id) }
  await writeTo(desk, message.vendor, [{ letter: { event: 'unreachable', key, facts, about: contact.id, ...(move === undefined ? {} : { move }), ...(customer === undefined ? {} : { customer: customer.id }) }, readers }])
  return true
}

const addRisk = async ({ tx, world, now }: Desk, move: Move, name: string, address: string): Promise<void> => {
  const text = `Letters to ${name} at ${address} come back.`
  if (await tx.count('risk', { move: move.id, text, state: 'open' }) > 0) return
  await tx.add('risk', { id: world.newId<'risk'>(), vendor: move.vendor, customer: move.customer, move: move.id, text, level: 'medium', party: 'vendor', state: 'open', by: 'Rehome', at: now })
}

import type { NoAccess } from '#domain/access.ts'
import type { ContactId, CustomerId } from '#domain/parties.ts'
import type { Move, MoveId } from '#domain/programmes.ts'
import type { Message } from '#domain/records.ts'
import { barred, type Desk, type Glance, journal } from '../ground/desk.ts'
import { pages } from './links.ts'
import { letterJob, write, writeTo } from './messages.ts'
import { type Page, pageOf, type Paging } from '../ground/pages.ts'
import { peopleOf } from '../people/people.ts'
import { vendorOfContact } from '../people/contacts.ts'

/** A message as people see it: without what is in it that only its reader may have. */
export type ThreadLine = Pick<Message, 'id' | 'customer' | 'move' | 'contact' | 'name' | 'address' | 'event' | 'state' | 'why' | 'createdAt' | 'sentAt'> & { readonly by: string | null; /** What a person wrote, in their own words. */ readonly text: string | null }

/** The thread of a move, of a customer, or with one person, in the order in which it was written. */
export const listMessages = async (glance: Glance, { move, customer, contact, state, after, limit = 100 }: Paging & { readonly move?: MoveId; readonly customer?: CustomerId; readonly contact?: ContactId; readonly state?: Message['state'] }): Promise<Page<ThreadLine> | NoAccess> => {
  const where = { ...(move === undefined ? {} : { move }), ...(customer === undefined ? {} : { customer }), ...(contact === undefined ? {} : { contact }), ...(state === undefined ? {} : { state }) }
  const page = await pageOf(glance, 'message.read', 'message', where, { ...(after === undefined ? {} : { after }), limit })
  return 'refused' in page ? page : { items: page.items.map(lineOf), next: page.next }
}

const lineOf = ({ id, customer, move, contact, name, address, event, state, why, createdAt, sentAt, by, facts }: Message): ThreadLine =>
  ({ id, customer, move, contact, name, address, event, state, why, createdAt, sentAt, by: by?.name ?? null, text: by !== null && typeof facts === 'object' && facts !== null && 'text' in facts && typeof facts.text === 'string' ? facts.text : null })

export type NotSent = NoAccess | { readonly refused: 'contact-removed' } | { readonly refused: 'other-customer' }

/** One of the vendor's people writes to a person of a customer or partner. */
export const sendMessage = async (desk: Desk, { contact: to, move: about, text }: { readonly contact: ContactId; readonly move?: MoveId; readonly text: string }): Promise<{ id: Message['id'] } | NotSent> => {
  const { tx } = desk
  const contact = await tx.get('contact', to)
  if (contact === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'message.send', { vendor: await vendorOfContact(desk, contact), customer: contact.customer, ...(contact.partner === null ? {} : { partner: contact.partner }) })
  if (why !== undefined) return why
  if (contact.removedAt !== null) return { refused: 'contact-removed' }
  const move = about === undefined ? undefined : await moveFor(desk, about, contact)
  if (about !== undefined && move === undefined) return { refused: 'other-customer' }
  const tenant = move === undefined ? undefined : await tx.get('tenant', move.tenant)
  const [id] = await write(desk, {
    to: [{ contact: to }], event: 'note', key: `note ${desk.world.newId<'message'>()}`, by: desk.who, ...(move === undefined ? {} : { move }), ...(contact.customer === null ? {} : { customer: contact.customer }),
    facts: { tenant: tenant?.name ?? contact.company, by: desk.who.name, text, link: move === undefined ? desk.world.site : pages.thread(desk.world, move.id) },
  })
  if (id === undefined) return { refused: 'contact-removed' }
  journal(desk, 'message.send', 'message', id, { to: contact.name, move: move?.id ?? null })
  return { id }
}

/** A move that concerns this person: their customer's, or one that their partner sold. */
const moveFor = async ({ tx }: Desk, id: MoveId, { customer, partner }: { readonly customer: CustomerId | null; readonly partner: string | null }): Promise<Move | undefined> => {
  const move = await tx.get('move', id)
  if (move === undefined) return undefined
  return move.customer === customer || (partner !== null && (await tx.get('customer', move.customer))?.partner === partner) ? move : undefined
}

/** A person of a customer or partner writes to the vendor: it stands in the thread, and the people to turn to are told. */
export const answerMessage = async (desk: Desk, { move: id, text }: { readonly move: MoveId; readonly text: string }): Promise<{ id: Message['id'] } | NoAccess> => {
  const { tx, world, now, actor } = desk
  if (actor.kind !== 'customer' && actor.kind !== 'partner') return { refused: 'not-your-part', verb: 'message.answer', others: ['customer', 'partner'] }
  const [move, contact] = [await tx.get('move', id), await tx.get('contact', actor.id)]
  if (move === undefined || contact === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'message.answer', { vendor: move.vendor, customer: move.customer, party: actor.kind, person: actor.id })
  if (why !== undefined) return why
  const message: Message = {
    id: world.newId(), vendor: move.vendor, customer: move.customer, move: id, contact: contact.id, operator: null, name: contact.name, address: contact.email, event: 'answer', locale: contact.locale, key: `answer ${world.newId<'message'>()}`,
    about: null, by: desk.who, state: 'received', facts: { text }, sealed: null, enclosed: null, digest: null, messageId: null, why: null, createdAt: now, handedAt: null, sentAt: null,
  }
  await tx.add('message', message)
  const people = await peopleOf(tx, [move])
  const readers = people.readersFor(move, [{ party: 'vendor', post: 'project-manager' }, { party: 'vendor', post: 'support' }])
  const customer = people.customers.get(move.customer)?.name ?? contact.company
  await writeTo(desk, move.vendor, [{ letter: { event: 'answer', key: `answered ${message.id}`, move, about: message.id, facts: { customer, by: contact.name, text, link: pages.thread(world, id) } }, readers }])
  journal(desk, 'message.answer', 'message', message.id, { move: id })
  return { id: message.id }
}

export type NotAgain = NoAccess | { readonly refused: 'message-waits' } | { readonly refused: 'contact-removed' } | { readonly refused: 'message-received' } | { readonly refused: 'message-over' }

/** What came back, failed or was dropped is sent anew, to the address that the person has now. */
export const sendAgain = async (desk: Desk, { message: id }: { readonly message: Message['id'] }): Promise<{ id: Message['id'] } | NotAgain> => {
  const { tx, now, world } = desk
  const message = await tx.lock('message', id)
  if (message === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'message.send', { vendor: message.vendor, customer: message.customer })
  if (why !== undefined) return why
  if (message.state === 'waiting') return { refused: 'message-waits' }
  if (message.state === 'received') return { refused: 'message-received' }
  // Its digits are gone with it.
  if (message.event === 'second-factor' || message.event === 'bundle-ready' || message.event === 'files-ready') return { refused: 'message-over' }
  const contact = message.contact === null ? undefined : await tx.get('contact', message.contact)
  if (message.contact !== null && (contact === undefined || contact.removedAt !== null)) return { refused: 'contact-removed' }
  // Another letter: with the same Message-ID a mailbox that has the first would hide it.
  const again: Message = {
    ...message, id: world.newId<'message'>(), key: `again ${world.newId<'message'>()}`, address: contact?.email ?? message.address, name: contact?.name ?? message.name, locale: contact?.locale ?? message.locale,
    state: 'waiting', by: desk.who, sealed: null, digest: null, messageId: null, why: null, createdAt: now, handedAt: null, sentAt: null,
  }
  await tx.add('message', again)
  await tx.enqueue(letterJob(again))
  journal(desk, 'message.send', 'message', again.id, { again: id, to: again.name })
  return { id: again.id }
}

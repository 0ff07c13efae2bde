import type { Contact, ContactId } from '#domain/parties.ts'
import type { Locale } from '#domain/locale.ts'
import { decideLink, decideSending, type Link, type LinkPurpose, type LinkRefused, usedLink } from '#domain/sign-in.ts'
import { sha256 } from '#lib/hash.ts'
import type { Transaction, View } from '#ports/ledger.ts'
import { asSystem } from '../ground/as-system.ts'
import type { Desk, Glance } from '../ground/desk.ts'
import { journal } from '../ground/desk.ts'
import { write } from '../letters/messages.ts'
import { type Begun, beginSession } from './sessions.ts'
import type { World } from '../ground/world.ts'

/** The same for everyone: whether an address is known here is not told. */
export type Sent = { readonly sent: true }
const sent: Sent = { sent: true }
const hour = 3_600_000

/** A link to sign in goes to whoever has this address: to each of its people, where the same person stands for several companies. */
export const askLink = (world: World, { email }: { readonly email: string }): Promise<Sent> => asSystem(world, async desk => {
  for (const { id } of await desk.tx.list('contact', { email, removedAt: null }, { limit: 20 })) await sendLink(desk, id, 'sign-in')
  return sent
})

/** In the place of one that is used up or too old, to the same person: whoever has the old one cannot say where to. */
export const askLinkAgain = (world: World, { token }: { readonly token: string }): Promise<Sent> => asSystem(world, async desk => {
  const link = await linkOf(desk.tx, token)
  if (link !== undefined) await sendLink(desk, link.contact, link.purpose)
  return sent
})

/** Not more often than somebody reads letters; asked too soon, the letter that is on its way will do. */
const sendLink = async (desk: Desk, id: ContactId, purpose: LinkPurpose): Promise<void> => {
  const { tx, now, world } = desk
  const event = purpose === 'verify-contact' ? 'address-check' : 'sign-in'
  const contact = await tx.lock('contact', id)
  if (contact === undefined || contact.removedAt !== null) return
  const earlier = await tx.list('message', { contact: id, event, createdAt: { from: now - hour } })
  if (decideSending(earlier.map(message => message.createdAt), now) !== undefined) return
  await write(desk, { event, to: [{ contact: id }], key: `${event} ${world.newId()}`, facts: {}, ...(contact.customer === null ? {} : { customer: contact.customer }) })
}

/** What a page says before anything is done: mail servers open every link, so looking at one changes nothing. */
export type LinkSeen = { readonly purpose: LinkPurpose; readonly name: string; readonly company: string; readonly locale: Locale } | (LinkRefused & { readonly locale: Locale | undefined })

export const lookAtLink = async ({ view, now }: Pick<Glance, 'view' | 'now'>, { token }: { readonly token: string }): Promise<LinkSeen> => {
  const { link, contact } = await found(view, token)
  const decided = decideLink(link, { removedAt: contact?.removedAt ?? null }, now)
  if ('refused' in decided || contact === undefined) return { ...(decided as LinkRefused), locale: contact?.locale }
  return { purpose: decided.link.purpose, name: contact.name, company: contact.company, locale: contact.locale }
}

export type LinkUsed = { readonly purpose: LinkPurpose; readonly begun: Begun | null }

/** Once. Who has it has read the letter: that proves the address, and signs in unless only the address was asked about. */
export const useLink = async (desk: Desk, { token, before }: { readonly token: string; readonly before?: string | undefined }): Promise<LinkUsed | LinkRefused> => {
  const { tx, now } = desk
  const seen = await found(tx, token)
  // The person first, as whoever removes or readdresses somebody does; then both are read again.
  const contact = seen.contact === undefined ? undefined : await tx.lock('contact', seen.contact.id)
  const link = seen.link === undefined ? undefined : await tx.lock('link', seen.link.id) as Link | undefined
  const decided = decideLink(link, { removedAt: contact?.removedAt ?? null }, now)
  if ('refused' in decided || contact === undefined) return decided as LinkRefused
  await tx.change('link', decided.link.id, { usedAt: usedLink(decided.link, now).usedAt })
  const who = { kind: 'contact', id: contact.id, name: contact.name } as const
  if (contact.verifiedAt === null) {
    await tx.change('contact', contact.id, { verifiedAt: now })
    journal({ ...desk, who }, 'contact.answer', 'contact', contact.id, { verified: true })
  }
  const { purpose } = decided.link
  return { purpose, begun: purpose === 'verify-contact' ? null : await beginSession(desk, who, 'link', before) }
}

/** A feed's address is no link to be followed by people. */
const found = async (view: View | Transaction, token: string): Promise<{ readonly link?: Link; readonly contact?: Contact }> => {
  const link = await linkOf(view, token)
  const contact = link === undefined ? undefined : await view.get('contact', link.contact)
  return link === undefined || contact === undefined ? {} : { link, contact }
}

const linkOf = async (view: View, token: string): Promise<Link | undefined> => {
  // Proof: links are written by newLink alone, with one of its purposes.
  const link = await view.find('link', { hash: sha256(token) }) as Link | undefined
  return link?.purpose === 'feed' ? undefined : link
}

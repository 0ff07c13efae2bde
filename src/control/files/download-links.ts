import type { NoAccess, Verb } from '#domain/access.ts'
import type { LetterEvent } from '#domain/letters.ts'
import type { Locale } from '#domain/locale.ts'
import type { Contact, ContactId, CustomerId } from '#domain/parties.ts'
import { isGivenUp, type Move } from '#domain/programmes.ts'
import type { Archive, Bundle, BundleLink } from '#domain/records.ts'
import type { Instant } from '#domain/time.ts'
import { sha256 } from '#lib/hash.ts'
import type { View } from '#ports/ledger.ts'
import { type Caller, decide, type Desk, journal, type Refused, type Request } from '../ground/desk.ts'
import { type Told, sealSecret, write } from '../letters/messages.ts'
import { heldMove, type MoveEnded } from '../plans/moves.ts'
import type { World } from '../ground/world.ts'

const day = 86_400_000
/** How long a download lasts that was begun without a letter: less than a link of a letter can, by which the two are told apart. */
export const directMs = day - 3_600_000
export const isDirect = ({ createdAt, expiresAt }: Pick<BundleLink, 'createdAt' | 'expiresAt'>): boolean => expiresAt - createdAt < day

export type Linked = { readonly link: BundleLink['id']; readonly contact: ContactId; readonly expiresAt: Instant; readonly times: number }
export type LinkWish = { readonly days: number; readonly times: number }
type NotLinked = NoAccess | MoveEnded | { readonly refused: 'no-contact-on-file' } | { readonly refused: 'address-not-verified' }

/** What a link leads to: a bundle or an archive, and the letter that brings it. */
export type Linkable<Event extends LetterEvent = LetterEvent> = Pick<Bundle, 'vendor' | 'customer' | 'move'> & {
  readonly to: { readonly bundle: Bundle['id']; readonly archive: null } | { readonly bundle: null; readonly archive: Archive['id'] }
  /** What it takes to send one for the vendor; a contact may have one that may fetch it. */
  readonly verb: Verb
  readonly event: Event
  facts(at: { readonly move: Move; readonly locale: Locale; readonly tenant: string; readonly until: Instant; readonly times: number }): Promise<Told<Event>>
}

/**
 * Sends a link by which something is fetched: so many whole downloads, until its time is over. It goes to the contact on file, or to the contact who asks, in a letter; nobody else ever
 * sees it, and the one before it, to the same person, works no more.
 */
export const sendLink = async <Event extends LetterEvent>(world: World, caller: Caller, find: (desk: Desk) => Promise<Linkable<Event> | NoAccess>, wish: LinkWish, signal: AbortSignal, request?: Request): Promise<Linked | Refused> => {
  const token = world.secret()
  // Outside of the transaction: the vault may be slow.
  const secret = await sealSecret({ world }, token, signal)
  return await decide(world, caller, async desk => {
    const what = await find(desk)
    return 'refused' in what ? what : await linked(desk, what, { ...wish, token, secret })
  }, request)
}

export type SealedWish = LinkWish & { readonly token: string; readonly secret: Awaited<ReturnType<typeof sealSecret>> }

const linked = async <Event extends LetterEvent>(desk: Desk, what: Linkable<Event>, wish: SealedWish): Promise<Linked | NotLinked> => {
  const isContact = desk.actor.kind === 'customer' || desk.actor.kind === 'partner'
  const move = await heldMove(desk, what.move, isContact ? 'bundle.fetch' : what.verb, isGivenUp)
  return 'refused' in move ? move : await linkMove(desk, move, what, wish)
}

/** The same within a transaction that does more, by one who was found to be allowed to. */
export const linkMove = async <Event extends LetterEvent>(desk: Desk, move: Move, what: Linkable<Event>, { days, times, token, secret }: SealedWish): Promise<Linked | NotLinked> => {
  const { tx, now, world, actor } = desk
  const isContact = actor.kind === 'customer' || actor.kind === 'partner'
  const contact = isContact ? await tx.lock('contact', actor.id) : await contactOnFile(tx, what.customer)
  if (contact === undefined || contact.removedAt !== null) return { refused: 'no-contact-on-file' }
  if (contact.verifiedAt === null) return { refused: 'address-not-verified' }
  for (const one of await tx.list('bundle_link', { ...what.to, contact: contact.id, revokedAt: null })) if (!isDirect(one)) await tx.change('bundle_link', one.id, { revokedAt: now })
  const link: BundleLink = { id: world.newId(), vendor: what.vendor, customer: what.customer, move: what.move, ...what.to, contact: contact.id, hash: sha256(token), times, used: 0, createdAt: now, expiresAt: now + days * day, lastAt: null, revokedAt: null }
  await tx.add('bundle_link', link)
  const tenant = (await tx.get('tenant', move.tenant))?.name ?? ''
  const facts = await what.facts({ move, locale: contact.locale, tenant, until: link.expiresAt, times })
  await write(desk, { event: what.event, to: [{ contact: contact.id }], key: `${what.event} ${link.id}`, facts, move, about: link.id, secret })
  journal(desk, 'bundle.link', 'move', what.move, { ...(what.to.bundle === null ? { archive: what.to.archive } : { bundle: what.to.bundle }), contact: contact.id, times, until: link.expiresAt })
  return { link: link.id, contact: contact.id, expiresAt: link.expiresAt, times }
}

/** Who gets what only one person gets. */
export const contactOnFile = async (view: View, customer: CustomerId): Promise<Contact | undefined> => {
  const all = await view.list('contact', { customer, removedAt: null }, { limit: 500 })
  return all.find(one => one.duties.includes('point-of-contact'))
}

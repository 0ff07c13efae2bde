import type { NoAccess } from '#domain/access.ts'
import { checkReceipt } from '#domain/bundle.ts'
import type { ContactId } from '#domain/parties.ts'
import { isGivenUp, type MoveId } from '#domain/programmes.ts'
import type { Bundle, BundleLink } from '#domain/records.ts'
import type { Instant } from '#domain/time.ts'
import { sha256 } from '#lib/hash.ts'
import { assert } from '#lib/assert.ts'
import type { ShelvedBundle } from '#ports/bundle-shelf.ts'
import { asSystem } from './as-system.ts'
import { type Caller, decide, type Desk, type Glance, journal, type Refused, type Request } from './desk.ts'
import { keepFinding } from './findings.ts'
import { lookAgain, type LookedAgain } from './look-again.ts'
import { sealSecret, write } from './messages.ts'
import { heldMove, type MoveEnded } from './moves.ts'
import { pageOf, type Page, type Paging } from './pages.ts'
import type { World } from './world.ts'

const day = 86_400_000
/** A download that broke off just before its end, after it was counted, can still be finished. */
const graceMs = 3_600_000

export type ShownBundle = Omit<Bundle, 'index' | 'receipt'> & { readonly checksum: string }
const shown = ({ index, receipt: _, ...bundle }: Bundle): ShownBundle => ({ ...bundle, checksum: sha256(index) })

export type NotOnShelf = { readonly refused: 'not-on-shelf'; readonly file: string }

/** Says that a file on the shelf is a move's bundle. Its index is read and checked here; its parts are by whoever imports it. */
export const addBundle = async (world: World, caller: Caller, { move: id, file }: { readonly move: MoveId; readonly file: string }, request?: Request): Promise<{ bundle: ShownBundle } | Refused> => {
  // First whether they may: what is on the shelf is told to nobody else.
  const allowed = await decide(world, caller, async desk => (await heldMove(desk, id, 'bundle.make', isGivenUp)))
  if ('refused' in allowed) return allowed
  const found = await world.bundles?.look(file)
  return await decide(world, caller, desk => registered(desk, id, file, found), request)
}

const registered = async (desk: Desk, id: MoveId, file: string, found: ShelvedBundle | undefined): Promise<{ bundle: ShownBundle } | NoAccess | MoveEnded | NotOnShelf | { refused: 'bundle-of-another-move' }> => {
  const move = await heldMove(desk, id, 'bundle.make', isGivenUp)
  if ('refused' in move) return move
  if (found === undefined) return { refused: 'not-on-shelf', file }
  const { tx, world, now, who } = desk
  const known = await tx.find('bundle', { bundle: found.bundle })
  if (known !== undefined) return known.move === id && known.file === file ? { bundle: shown(known) } : { refused: 'bundle-of-another-move' }
  const bundle: Bundle = { id: world.newId(), vendor: move.vendor, customer: move.customer, move: id, file, bundle: found.bundle, bytes: found.bytes, index: found.index, fingerprint: found.fingerprint, by: who.name, at: now, receipt: null, provenAt: null }
  await tx.add('bundle', bundle)
  journal(desk, 'bundle.make', 'move', id, { bundle: found.bundle, bytes: found.bytes, checksum: sha256(found.index), fingerprint: found.fingerprint })
  return { bundle: shown(bundle) }
}

export const listBundles = async (glance: Glance, { move, ...paging }: Paging & { readonly move: MoveId }): Promise<Page<ShownBundle> | NoAccess> => {
  const page = await pageOf(glance, 'bundle.read', 'bundle', { move }, paging)
  return 'refused' in page ? page : { ...page, items: page.items.map(shown) }
}

export type Linked = { readonly link: BundleLink['id']; readonly contact: ContactId; readonly expiresAt: Instant; readonly times: number }

/**
 * Sends a link by which a bundle is fetched: so many whole downloads, until its time is over. It goes to the contact on file, or to the contact who asks, in a letter; nobody else ever
 * sees it, and the one before it, to the same person, works no more.
 */
export const linkBundle = async (world: World, caller: Caller, { bundle: id, days, times }: { readonly bundle: Bundle['id']; readonly days: number; readonly times: number }, signal: AbortSignal, request?: Request): Promise<Linked | Refused> => {
  const token = world.secret()
  // Outside of the transaction: the vault may be slow.
  const secret = await sealSecret({ world }, token, signal)
  return await decide(world, caller, desk => linked(desk, id, { days, times, token, secret }), request)
}

type Wish = { readonly days: number; readonly times: number; readonly token: string; readonly secret: Awaited<ReturnType<typeof sealSecret>> }

const linked = async (desk: Desk, id: Bundle['id'], { days, times, token, secret }: Wish): Promise<Linked | NoAccess | MoveEnded | { refused: 'no-contact-on-file' } | { refused: 'address-not-verified' }> => {
  const { tx, now, world, actor } = desk
  const bundle = await tx.get('bundle', id)
  if (bundle === undefined) return { refused: 'not-found' }
  const move = await heldMove(desk, bundle.move, actor.kind === 'operator' ? 'bundle.make' : 'bundle.fetch', isGivenUp)
  if ('refused' in move) return move
  const contact = actor.kind === 'customer' || actor.kind === 'partner' ? await tx.lock('contact', actor.id) : await contactOnFile(desk, bundle)
  if (contact === undefined || contact.removedAt !== null) return { refused: 'no-contact-on-file' }
  if (contact.verifiedAt === null) return { refused: 'address-not-verified' }
  for (const one of await tx.list('bundle_link', { bundle: id, contact: contact.id, revokedAt: null })) await tx.change('bundle_link', one.id, { revokedAt: now })
  const link: BundleLink = { id: world.newId(), vendor: bundle.vendor, customer: bundle.customer, move: bundle.move, bundle: id, contact: contact.id, hash: sha256(token), times, used: 0, createdAt: now, expiresAt: now + days * day, lastAt: null, revokedAt: null }
  await tx.add('bundle_link', link)
  const tenant = (await tx.get('tenant', move.tenant))?.name ?? ''
  await write(desk, { event: 'bundle-ready', to: [{ contact: contact.id }], key: `bundle-ready ${link.id}`, facts: { tenant, bytes: bundle.bytes, checksum: sha256(bundle.index), fingerprint: bundle.fingerprint, until: link.expiresAt, times }, move, about: link.id, secret })
  journal(desk, 'bundle.link', 'move', bundle.move, { bundle: bundle.bundle, contact: contact.id, times, until: link.expiresAt })
  return { link: link.id, contact: contact.id, expiresAt: link.expiresAt, times }
}

const contactOnFile = async ({ tx }: Desk, { customer }: Bundle) => {
  const all = await tx.list('contact', { customer, removedAt: null }, { limit: 500 })
  return all.find(one => one.duties.includes('point-of-contact'))
}

export type Download = { readonly file: string; readonly bytes: number; readonly checksum: string; readonly link: BundleLink['id'] }
export type NoDownload = { readonly refused: 'link-unknown' | 'link-expired' | 'link-used-up'; readonly locale?: 'en' | 'ja' }

/** What a link leads to. `isResumed`: only the rest is asked for, of a download that may have been counted just now. */
export const findDownload = (world: World, token: string, isResumed: boolean): Promise<Download | NoDownload> => world.ledger.read(async view => {
  const now = world.clock.now()
  const link = await view.find('bundle_link', { hash: sha256(token) })
  const contact = link === undefined ? undefined : await view.get('contact', link.contact)
  if (link === undefined || contact === undefined || contact.removedAt !== null || link.revokedAt !== null) return { refused: 'link-unknown' }
  if (link.expiresAt <= now) return { refused: 'link-expired', locale: contact.locale }
  if (link.used >= link.times && !(isResumed && isInGrace(link, now))) return { refused: 'link-used-up', locale: contact.locale }
  const bundle = await view.get('bundle', link.bundle)
  assert(bundle !== undefined, 'a link is of a bundle')
  return { file: bundle.file, bytes: bundle.bytes, checksum: sha256(bundle.index), link: link.id }
})

const isInGrace = ({ lastAt }: BundleLink, now: Instant): boolean => lastAt !== null && now - lastAt < graceMs

/** The last bytes are about to be handed over. Counts the download, once however many do so at a time; false: there are none left, and the last bytes stay here. */
export const countDownload = (world: World, id: BundleLink['id'], isResumed: boolean): Promise<boolean> => asSystem(world, async desk => {
  const link = await desk.tx.lock('bundle_link', id)
  if (link === undefined || link.revokedAt !== null) return false
  if (isResumed && isInGrace(link, desk.now)) return true
  if (link.used >= link.times) return false
  await desk.tx.change('bundle_link', id, { used: link.used + 1, lastAt: desk.now })
  journal(desk, 'bundle.fetch', 'move', link.move, { link: id, contact: link.contact, download: link.used + 1, of: link.times })
  return true
})

export type ReceiptRefused = NoAccess | MoveEnded | { readonly refused: 'receipt-wrong'; readonly why: string }

/** The importing side proved every row: its receipt is checked against the bundle, kept, and answers the check `bundle-verified`. */
export const takeReceipt = async (desk: Desk, { bundle: id, receipt: text }: { readonly bundle: Bundle['id']; readonly receipt: string }): Promise<{ bundle: ShownBundle } & LookedAgain | ReceiptRefused> => {
  const { tx, now } = desk
  const known = await tx.get('bundle', id)
  if (known === undefined) return { refused: 'not-found' }
  const move = await heldMove(desk, known.move, 'bundle.prove', isGivenUp)
  if ('refused' in move) return move
  const checked = checkReceipt(text, known.index)
  if (!checked.ok) return { refused: 'receipt-wrong', why: checked.reason }
  const { rows, tables, target, provenAt } = checked.receipt
  await tx.change('bundle', id, { receipt: text, provenAt: now })
  journal(desk, 'bundle.prove', 'move', move.id, { bundle: known.bundle, rows, tables, provenAt, signedBy: checked.fingerprint, on: `${target.engine} ${target.version}` })
  await keepFinding(desk, move, { check: 'bundle-verified', about: '', held: true, why: { en: `${rows} rows in ${tables} tables were imported and proven on ${provenAt.slice(0, 10)}.`, ja: `${provenAt.slice(0, 10)}に${tables}テーブル・${rows}行の取り込みと検証が完了しました。` } })
  return { bundle: shown({ ...known, receipt: text, provenAt: now }), ...(await lookAgain(desk, move.id)) }
}

import type { Locale } from '#domain/locale.ts'
import type { Archive, BundleLink, Download as Ticket } from '#domain/records.ts'
import { isAll, type Span, withSpan } from '#domain/sent.ts'
import type { Instant } from '#domain/time.ts'
import { assert } from '#lib/assert.ts'
import { sha256 } from '#lib/hash.ts'
import type { View } from '#ports/ledger.ts'
import { asSystem } from '../ground/as-system.ts'
import { type Desk, journal } from '../ground/desk.ts'
import { documentsOf, type DocumentFile, fileOf, type ShownDocument } from './documents.ts'
import type { World } from '../ground/world.ts'

/** A download that broke off just before its end, after it was counted, can still be finished. */
const graceMs = 3_600_000
/** How long one who pressed the button may fetch and resume; then they press it again. */
const ticketMs = 86_400_000
const mostTickets = 50

export type NoDownload = { readonly refused: 'link-unknown' | 'link-expired' | 'link-used-up'; readonly locale?: Locale }

/** A file on the shelf, as it is handed out. `checksum`: of an archive that of its bytes, of a bundle that of its signed index. */
type Offered = { readonly what: 'bundle' | 'archive'; readonly file: string; readonly name: string; readonly bytes: number; readonly checksum: string }
export type Download = Offered & { readonly link: BundleLink['id']; readonly archive: Archive['id'] | null }
/** What the page of a link says before anything is fetched. */
export type OfferPage = Offered & { readonly tenant: string; readonly until: Instant; readonly left: number; readonly locale: Locale; readonly documents: readonly ShownDocument[] }

/** What a link leads to. Looking at it counts for nothing: whatever opens links of letters by itself uses nothing up. */
export const lookAtOffer = (world: World, token: string): Promise<OfferPage | NoDownload> => world.ledger.read(async view => {
  const found = await linkOf(view, { hash: sha256(token) }, world.clock.now())
  if ('refused' in found) return found
  const { link, locale } = found
  const move = await view.get('move', link.move)
  const tenant = move === undefined ? undefined : await view.get('tenant', move.tenant)
  assert(move !== undefined && tenant !== undefined, 'a link is of a move')
  return { ...(await offeredBy(view, link)), tenant: tenant.name, until: link.expiresAt, left: link.times - link.used, locale, documents: await documentsOf(view, move) }
})

/** A document that the page of a link lists. */
export const documentOfLink = (world: World, token: string, id: string): Promise<DocumentFile | NoDownload> => world.ledger.read(async view => {
  const found = await linkOf(view, { hash: sha256(token) }, world.clock.now(), true)
  if ('refused' in found) return found
  const move = await view.get('move', found.link.move)
  const shown = move === undefined ? undefined : (await documentsOf(view, move)).find(one => one.id === id)
  return (shown === undefined ? undefined : await fileOf(view, shown)) ?? { refused: 'link-unknown', locale: found.locale }
})

/** A person wants it: what the file is fetched with, until tomorrow or the link's end. What comes of it is counted when its last bytes go out. */
export const beginDownload = (world: World, token: string): Promise<{ readonly ticket: string } | NoDownload> => {
  const ticket = world.secret()
  return asSystem(world, async desk => {
    const found = await linkOf(desk.tx, { hash: sha256(token) }, desk.now)
    if ('refused' in found) return found
    await addTicket(desk, found.link, ticket)
    return { ticket }
  })
}

/** What a link's file is fetched with, until tomorrow or the link's end. */
export const addTicket = async ({ tx, now, world }: Desk, { id: link, vendor, customer, move }: BundleLink, ticket: string): Promise<void> => {
  await tx.remove('download', { link, expiresAt: { to: now } })
  const open = await tx.list('download', { link }, { limit: mostTickets })
  if (open.length === mostTickets) await tx.remove('download', { id: open.slice(0, 1).map(one => one.id) })
  const row: Ticket = { id: world.newId(), vendor, customer, move, link, hash: sha256(ticket), createdAt: now, expiresAt: now + ticketMs }
  await tx.add('download', row)
}

/** What a ticket is good for. `isResumed`: only the rest is asked for, of a download that may have been counted just now. */
export const findDownload = (world: World, ticket: string, isResumed: boolean): Promise<Download | NoDownload> => world.ledger.read(async view => {
  const now = world.clock.now()
  const row = await view.find('download', { hash: sha256(ticket) })
  if (row === undefined) return { refused: 'link-unknown' }
  const found = await linkOf(view, { id: row.link }, now, isResumed)
  if ('refused' in found) return found
  return row.expiresAt <= now ? { refused: 'link-expired', locale: found.locale } : { ...(await offeredBy(view, found.link)), link: found.link.id, archive: found.link.archive }
})

const linkOf = async (view: View, which: Pick<BundleLink, 'hash'> | Pick<BundleLink, 'id'>, now: Instant, isResumed = false): Promise<{ readonly link: BundleLink; readonly locale: Locale } | NoDownload> => {
  const link = await view.find('bundle_link', which)
  const contact = link === undefined ? undefined : await view.get('contact', link.contact)
  if (link === undefined || contact === undefined || contact.removedAt !== null || link.revokedAt !== null) return { refused: 'link-unknown' }
  const { locale } = contact
  if (link.expiresAt <= now) return { refused: 'link-expired', locale }
  if (link.used >= link.times && !(isResumed && isInGrace(link, now))) return { refused: 'link-used-up', locale }
  return { link, locale }
}

const offeredBy = async (view: View, link: BundleLink): Promise<Offered> => {
  if (link.archive !== null) {
    const archive = await view.get('archive', link.archive)
    assert(archive !== undefined, 'a link is of an archive')
    return { what: 'archive', file: archive.file, name: archive.name, bytes: archive.bytes, checksum: archive.sha256 }
  }
  const bundle = link.bundle === null ? undefined : await view.get('bundle', link.bundle)
  assert(bundle !== undefined, 'a link is of a bundle')
  return { what: 'bundle', file: bundle.file, name: bundle.file, bytes: bundle.bytes, checksum: sha256(bundle.index) }
}

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

/** These bytes of an archive were handed over. With the last of them, in whatever order they went, it is written down that all were. */
export const noteSent = (world: World, id: Archive['id'], span: Span): Promise<void> => asSystem(world, async desk => {
  const archive = await desk.tx.lock('archive', id)
  if (archive === undefined || archive.sentAt !== null) return
  const sent = withSpan(archive.sent, span)
  const isWhole = isAll(sent, archive.bytes)
  await desk.tx.change('archive', id, { sent, ...(isWhole ? { sentAt: desk.now } : {}) })
  if (isWhole) journal(desk, 'files.fetch', 'move', archive.move, { archive: id, bytes: archive.bytes })
})

import type { NoAccess } from '#domain/access.ts'
import { isHeldBy, type LeaseRefused } from '#domain/orders.ts'
import type { MoveId } from '#domain/programmes.ts'
import type { Archive, MoveOrder } from '#domain/records.ts'
import { sentBytes } from '#domain/sent.ts'
import { assert } from '#lib/assert.ts'
import { hashed } from '#lib/hashed.ts'
import { barred, type Caller, decide, type Desk, type Glance, isRefused, journal, look, type Refused, type Request } from '../ground/desk.ts'
import { type Linkable, type Linked, linkMove, type LinkWish, type SealedWish, sendLink } from './download-links.ts'
import { sealSecret } from '../letters/messages.ts'
import { lockOrder } from '../orders/orders.ts'
import { pageOf, type Page, type Paging } from '../ground/pages.ts'
import type { World } from '../ground/world.ts'

type Held = { readonly order: MoveOrder['id']; readonly claim: number }
type NotTaken = NoAccess | LeaseRefused | { readonly refused: 'no-files-shelf' } | { readonly refused: 'piece-wrong' }

/** What is not yet an archive: of each claim its own, so that an agent that has lost the order cannot spoil what the next one packs. */
const draftOf = ({ order, claim }: Held): string => `${order}.${claim}.draft`

const mostDrafts = 20

/**
 * Puts a piece of the archive that an agent packs behind those before it; the first one begins it anew. `next`: where the next one begins, also for a piece that was heard before. Only
 * what is as its hash says is taken.
 */
export const takePiece = async (world: World, caller: Caller, { at, sha256, content, ...held }: Held & { readonly at: number; readonly sha256: string; readonly content: Uint8Array }): Promise<{ next: number } | Refused> => {
  const why = await decide(world, caller, desk => mayPut(desk, held))
  if (isRefused(why)) return why
  const shelf = world.bundles
  if (shelf === undefined) return { refused: 'no-files-shelf' }
  if (hashed(content) !== sha256) return { refused: 'piece-wrong' }
  // What earlier claims began is of no use to anybody.
  if (at === 0) for (let claim = Math.max(1, held.claim - mostDrafts); claim < held.claim; claim++) await shelf.remove(draftOf({ ...held, claim }))
  const next = await shelf.append(draftOf(held), at, content)
  return next === undefined ? { refused: 'piece-wrong' } : { next }
}

const mayPut = async (desk: Desk, { order: id, claim }: Held): Promise<{ readonly order: MoveOrder } | NotTaken> => {
  const held = await lockOrder(desk, id)
  if (held === undefined) return { refused: 'not-found' }
  const { order } = held
  const why = await barred(desk, 'order.report', { ...order, person: order.agent as never })
  if (why !== undefined) return why.refused === 'for-another-person' ? { refused: 'order-lost', order: id } : why
  return order.kind === 'files' && isHeldBy(order, order.agent ?? '', claim) ? { order } : { refused: 'order-lost', order: id }
}

export type Packed = { readonly bytes: number; readonly sha256: string; readonly files: number; readonly others: number }
/** How long the link lasts that goes out by itself, and for how many downloads. */
const firstLink: LinkWish = { days: 30, times: 3 }

/** The archive is whole: it gets its name on the shelf and takes the place of the one before it, and the contact on file gets the link. Said again it changes nothing. */
export const takeArchive = async (world: World, caller: Caller, { order: id, claim, ...packed }: Held & Packed, signal: AbortSignal): Promise<{ archive: Archive['id'] } | Refused> => {
  const why = await look(world, caller, async glance => ({ known: await glance.view.find('archive', { order: id }) }))
  const token = world.secret()
  const secret = await sealSecret({ world }, token, signal)
  const shelf = world.bundles
  if (shelf === undefined) return { refused: 'no-files-shelf' }
  const may = await decide(world, caller, desk => mayPut(desk, { order: id, claim }))
  if (isRefused(may)) return may
  if (why.known !== undefined) return { archive: why.known.id }
  const file = `files-${id}.zip`
  if (!(await shelf.finish(draftOf({ order: id, claim }), file, packed.bytes))) return { refused: 'piece-wrong' }
  const kept = await decide(world, caller, desk => keepArchive(desk, { order: id, claim }, file, packed, { ...firstLink, token, secret }))
  if ('old' in kept) for (const one of kept.old) await shelf.remove(one)
  return 'old' in kept ? { archive: kept.archive } : kept
}

const keepArchive = async (desk: Desk, held: Held, file: string, packed: Packed, wish: SealedWish): Promise<{ archive: Archive['id']; old: readonly string[] } | NotTaken> => {
  const may = await mayPut(desk, held)
  if ('refused' in may) return may
  const { tx, world, now } = desk
  const { vendor, customer, move: id } = may.order
  const known = await tx.find('archive', { order: held.order })
  if (known !== undefined) return { archive: known.id, old: [] }
  const move = await tx.get('move', id)
  assert(move !== undefined, 'an order is of a move')
  const tenant = await tx.get('tenant', move.tenant)
  const before = await tx.list('archive', { move: id })
  for (const one of before) await forget(desk, one)
  const archive: Archive = { id: world.newId(), vendor, customer, move: id, order: held.order, name: `${tenant?.name ?? 'files'}-files.zip`, file, ...packed, at: now, sent: [], sentAt: null }
  await tx.add('archive', archive)
  journal(desk, 'files.pack', 'move', id, { archive: archive.id, ...packed })
  // Whose address is not verified yet asks for a link later.
  await linkMove(desk, move, linkableOf(archive), wish)
  return { archive: archive.id, old: before.map(one => one.file) }
}

const forget = async ({ tx }: Desk, { id }: Archive): Promise<void> => {
  const links = await tx.list('bundle_link', { archive: id })
  if (links.length > 0) await tx.remove('download', { link: links.map(one => one.id) })
  await tx.remove('bundle_link', { archive: id })
  await tx.remove('archive', { id })
}

const linkableOf = ({ id, vendor, customer, move, bytes, sha256, files, others }: Archive): Linkable<'files-ready'> => ({
  vendor, customer, move, to: { bundle: null, archive: id }, verb: 'files.pack', event: 'files-ready',
  facts: ({ tenant, until, times }) => Promise.resolve({ tenant, until, times, bytes, checksum: sha256, files, others }),
})

/** Sends a link by which the archive is fetched. */
export const linkArchive = (world: World, caller: Caller, { archive: id, ...wish }: LinkWish & { readonly archive: Archive['id'] }, signal: AbortSignal, request?: Request): Promise<Linked | Refused> => sendLink(world, caller, async ({ tx }) => {
  const archive = await tx.get('archive', id)
  return archive === undefined ? { refused: 'not-found' } : linkableOf(archive)
}, wish, signal, request)

export type ShownArchive = Omit<Archive, 'sent' | 'file' | 'order'> & { readonly sentBytes: number }

export const listArchives = async (glance: Glance, { move, ...paging }: Paging & { readonly move: MoveId }): Promise<Page<ShownArchive> | NoAccess> => {
  const page = await pageOf(glance, 'bundle.read', 'archive', { move }, paging)
  return 'refused' in page ? page : { ...page, items: page.items.map(({ sent, file: _, order: __, ...one }) => ({ ...one, sentBytes: sentBytes(sent) })) }
}


import type { NoAccess } from '#domain/access.ts'
import { checkReceipt } from '#domain/bundle.ts'
import { isGivenUp, type MoveId } from '#domain/programmes.ts'
import type { Bundle } from '#domain/records.ts'
import type { Said } from '#domain/texts.ts'
import { sha256 } from '#lib/hash.ts'
import type { ShelvedBundle } from '#ports/bundle-shelf.ts'
import { type Caller, decide, type Desk, type Glance, journal, type Refused, type Request } from '../ground/desk.ts'
import { type Linked, type LinkWish, sendLink } from './download-links.ts'
import { enclosuresOf } from '../letters/enclosures.ts'
import { keepFinding } from '../running/findings.ts'
import { lookAgain, type LookedAgain } from '../running/look-again.ts'
import { heldMove, type MoveEnded } from '../plans/moves.ts'
import { pageOf, type Page, type Paging } from '../ground/pages.ts'
import type { World } from '../ground/world.ts'

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

/** Sends a link by which a bundle is fetched. With it goes what belongs to a move to a server of one's own: licences, documents, and how to get the files that are not in it. */
export const linkBundle = (world: World, caller: Caller, { bundle: id, ...wish }: LinkWish & { readonly bundle: Bundle['id'] }, signal: AbortSignal, request?: Request): Promise<Linked | Refused> => sendLink(world, caller, async ({ tx }) => {
  const bundle = await tx.get('bundle', id)
  if (bundle === undefined) return { refused: 'not-found' }
  const { vendor, customer, move, bytes, index, fingerprint } = bundle
  return {
    vendor, customer, move, to: { bundle: id, archive: null }, verb: 'bundle.make', event: 'bundle-ready',
    facts: async ({ move: of, locale, ...about }) => ({ ...about, bytes, checksum: sha256(index), fingerprint, ...(await enclosuresOf(world, tx, of))[locale] }),
  }
}, wish, signal, request)

export type ReceiptRefused = NoAccess | MoveEnded | { readonly refused: 'receipt-wrong'; readonly why: string; readonly said: Said }

/** The importing side proved every row: its receipt is checked against the bundle, kept, and answers the check `bundle-verified`. */
export const takeReceipt = async (desk: Desk, { bundle: id, receipt: text }: { readonly bundle: Bundle['id']; readonly receipt: string }): Promise<{ bundle: ShownBundle } & LookedAgain | ReceiptRefused> => {
  const { tx, now } = desk
  const known = await tx.get('bundle', id)
  if (known === undefined) return { refused: 'not-found' }
  const move = await heldMove(desk, known.move, 'bundle.prove', isGivenUp)
  if ('refused' in move) return move
  const checked = checkReceipt(text, known.index)
  if (!checked.ok) return { refused: 'receipt-wrong', why: checked.reason.en, said: { why: checked.reason } }
  const { rows, tables, target, provenAt } = checked.receipt
  await tx.change('bundle', id, { receipt: text, provenAt: now })
  journal(desk, 'bundle.prove', 'move', move.id, { bundle: known.bundle, rows, tables, provenAt, signedBy: checked.fingerprint, on: `${target.engine} ${target.version}` })
  await keepFinding(desk, move, { check: 'bundle-verified', about: '', held: true, why: { en: `${rows} rows in ${tables} tables were imported and proven on ${provenAt.slice(0, 10)}.`, ja: `${provenAt.slice(0, 10)}に${tables}テーブル・${rows}行の取り込みと検証が完了しました。` } })
  return { bundle: shown({ ...known, receipt: text, provenAt: now }), ...(await lookAgain(desk, move.id)) }
}

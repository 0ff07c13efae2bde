import type { NoAccess } from '#domain/access.ts'
import type { Entry } from '#domain/journal.ts'
import type { MoveId } from '#domain/programmes.ts'
import type { Instant } from '#domain/time.ts'
import { barred, type Glance, vendorOf } from '../ground/desk.ts'

export type JournalFilter = { readonly move?: MoveId; readonly kind?: string; readonly verb?: string; readonly by?: string; readonly from?: Instant; readonly to?: Instant }
/** `next`: give it as `after` for what was written down before; null: that was all. */
export type JournalPage = { readonly items: readonly Entry[]; readonly next: string | null }

/**
 * What was decided, the last first: of one move, or of everything. The journal belongs to the ledger, not to a vendor: where several share one, each is shown what is written of a
 * move of its own, and nothing besides.
 */
export const listJournal = async (glance: Glance, { after, limit = usual, ...filter }: JournalFilter & { readonly after?: string; readonly limit?: number }): Promise<JournalPage | NoAccess> => {
  const { view } = glance
  const move = filter.move === undefined ? undefined : await view.get('move', filter.move)
  const vendor = move?.vendor ?? vendorOf(glance)
  if (vendor === undefined || (filter.move !== undefined && move === undefined)) return { refused: 'not-found' }
  const why = await barred(glance, 'journal.read', { vendor, ...(move === undefined ? {} : { customer: move.customer }) })
  if (why !== undefined) return why
  if (move === undefined && await view.count('vendor', {}) > 1) return { items: [], next: null }
  // One more than asked for tells whether there is more.
  const found = await view.entries({ ...filter, ...(after === undefined ? {} : { before: Number(after) }), limit: limit + 1, isLastFirst: true })
  const items = found.slice(0, limit)
  return { items, next: found.length > limit ? `${items.at(-1)?.seq ?? 0}` : null }
}

const usual = 100

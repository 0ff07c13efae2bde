import type { NoAccess, Verb } from '#domain/access.ts'
import type { Kind, Records } from '#domain/records.ts'
import type { Page as LedgerPage, Where } from '#ports/ledger.ts'
import { sight, type Glance } from './desk.ts'

export type Paging = { readonly after?: string; readonly limit?: number }
/** `next`: give it as `after` for what follows; null: that was all. */
export type Page<Item> = { readonly items: readonly Item[]; readonly next: string | null }

const usual = 100

/** One page of what the caller may see of a kind. */
export const pageOf = async <K extends Kind>(glance: Glance, verb: Verb, kind: K, where: Where<K>, { after, limit = usual }: Paging, order: Pick<LedgerPage<K>, 'by' | 'descending'> = {}): Promise<Page<Records[K]> | NoAccess> => {
  const within = sight(glance, verb)
  if ('refused' in within) return within
  // One more than asked for tells whether there is more.
  const found = await glance.view.list(kind, { ...where, within }, { ...(after === undefined ? {} : { after }), limit: limit + 1, ...order })
  const items = found.slice(0, limit)
  return { items, next: found.length > limit ? items.at(-1)?.id ?? null : null }
}

import type { Id } from '#domain/ids.ts'
import type { IssuerAnchor } from '#ports/issuer-anchor.ts'
import type { IssuedActivation, IssuerBook } from '#ports/issuer-book.ts'

type Anchored = { readonly book: IssuerBook; readonly anchor: IssuerAnchor }
const pageSize = 500

/** The newest activation, as the book knows it. `isBehind`: a newer one was given out, so the book was restored from a copy and would give that one twice. */
export const newestOf = async ({ book, anchor }: Anchored, licence: Id<'licence'>): Promise<{ readonly newest: IssuedActivation | undefined; readonly isBehind: boolean }> => {
  // The anchor first: what it knows was in the book before it.
  const anchored = await anchor.newest(licence)
  const newest = await book.newest(licence)
  return { newest, isBehind: anchored > (newest?.generation ?? 0) }
}

/** At the start: the anchor learns what the book has, as when it is new; answers of how many licences the book knows less than the anchor. */
export const compareIssuerAnchor = async ({ book, anchor }: Anchored): Promise<number> => {
  let behind = 0
  for (let after: string | null = null; ;) {
    const rows = await book.list({ after, limit: pageSize })
    for (const { issued: { licence: { id } }, newest } of rows) {
      if ((await anchor.newest(id)) > (newest?.generation ?? 0) && (await newestOf({ book, anchor }, id)).isBehind) behind++
    }
    await anchor.remember(rows.flatMap(({ newest }) => (newest === null ? [] : [{ licence: newest.licence, generation: newest.generation }])))
    const last = rows.at(-1)
    if (rows.length < pageSize || last === undefined) return behind
    after = last.issued.licence.id
  }
}

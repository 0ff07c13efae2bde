import type { Id } from '../ids.ts'
import type { Instant } from '../time.ts'

/** What a licence server remembers outside its book. It is written after the book, and before anybody is answered: so a book that is behind it is a copy of an older one. */
export type Anchor = {
  readonly server: Id<'licence-server'>
  /** How many times the book was taken in hand. */
  readonly epoch: number
  readonly seen: Instant
  readonly licences: Readonly<Record<string, AnchoredLicence>>
}
export type AnchoredLicence = { readonly generation: number; readonly isGivenUp: boolean }

/** What the book says of the same things. `epoch`: before it was taken in hand this time. */
export type BookStand = Pick<Anchor, 'epoch' | 'seen' | 'licences'>

/** Whether the book was restored from a copy, and which of its activations were given up since that copy was made: those are over for good (L2). */
export const compareAnchor = (anchor: Anchor | undefined, book: BookStand): { readonly isCopy: boolean; readonly givenUp: readonly string[] } => {
  // Without an anchor there is nothing to go by: only a book that never had a licence is believed.
  if (anchor === undefined) return { isCopy: Object.keys(book.licences).length > 0, givenUp: [] }
  const behind = Object.entries(anchor.licences).filter(([licence, { generation, isGivenUp }]) => {
    const kept = book.licences[licence]
    return kept === undefined || kept.generation < generation || (kept.generation === generation && isGivenUp && !kept.isGivenUp)
  })
  const givenUp = behind.filter(([, { isGivenUp }]) => isGivenUp).map(([licence]) => licence)
  return { isCopy: behind.length > 0 || book.epoch < anchor.epoch || book.seen < anchor.seen, givenUp }
}

/** Of each licence the newer of what the two know. */
export const joinAnchors = (one: Readonly<Record<string, AnchoredLicence>>, other: Readonly<Record<string, AnchoredLicence>>): Readonly<Record<string, AnchoredLicence>> => {
  const joined = { ...one }
  for (const [licence, said] of Object.entries(other)) {
    const known = joined[licence]
    if (known === undefined || said.generation > known.generation) joined[licence] = said
    else if (said.generation === known.generation && said.isGivenUp) joined[licence] = said
  }
  return joined
}

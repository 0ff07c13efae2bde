import { compareAnchor, joinAnchors, type AnchoredLicence } from '#domain/licence/anchor.ts'
import type { Held } from '#domain/licence/standing.ts'
import { keep, keptOf, type Stand } from './stand.ts'

/** After the book and before the answer: what the book says now is remembered outside of it. `seen`: no more than what the book has. */
export const writeAnchor = async (stand: Stand, seen?: number): Promise<void> => {
  const { server } = stand.identity
  const known = await stand.world.anchors.read(server)
  stand.anchored = joinAnchors(joinAnchors(known?.licences ?? {}, stand.anchored), anchoredOf(stand))
  await stand.world.anchors.write({ server, epoch: Math.max(known?.epoch ?? 0, stand.book.epoch), seen: Math.max(known?.seen ?? 0, seen ?? 0), licences: stand.anchored })
}

/** The clock was forgiven: the time that was seen goes back, and nothing else. */
export const lowerAnchor = async (stand: Stand, seen: number): Promise<void> => {
  const known = await stand.world.anchors.read(stand.identity.server)
  if (known !== undefined) await stand.world.anchors.write({ ...known, seen: Math.min(known.seen, seen) })
}

/**
 * Compares the book, as it was found, with the anchor. What was given up since the copy was made is over for good; the rest is in doubt until its issuer has said that it
 * stands. Answers whether it is a copy.
 */
export const checkAnchor = async (stand: Stand, seen: number): Promise<boolean> => {
  const anchor = await stand.world.anchors.read(stand.identity.server)
  const { isCopy, givenUp } = compareAnchor(anchor, { epoch: stand.book.epoch - 1, seen, licences: anchoredOf(stand) })
  stand.anchored = anchor?.licences ?? {}
  for (const held of stand.held.values()) {
    if (givenUp.includes(held.licence.id)) await giveUpForGood(stand, held)
    else if (isCopy && held.activation !== null) stand.held.set(held.licence.id, { ...held, doubt: { why: 'copy' } })
  }
  return isCopy
}

/** The receipt is with whoever has it; its seats count where the licence is now. */
const giveUpForGood = async (stand: Stand, held: Held): Promise<void> => {
  const over: Held = { ...held, activation: null, doubt: null, generation: Math.max(held.generation, stand.anchored[held.licence.id]?.generation ?? 0) }
  const seats = [...stand.seats.of(held.licence.id)]
  for (const one of seats) stand.seats.free(one)
  stand.held.set(held.licence.id, over)
  await keep(stand, { licences: [keptOf(over)], ended: seats.map(({ lease }) => lease.lease) })
}

const anchoredOf = (stand: Stand): Readonly<Record<string, AnchoredLicence>> =>
  Object.fromEntries([...stand.held.values()].filter(({ generation }) => generation > 0).map(({ licence, generation, activation }) => [licence.id, { generation, isGivenUp: activation === null }]))

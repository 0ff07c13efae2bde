import { compareAnchor, joinAnchors, type AnchoredLicence } from '#domain/licence/anchor.ts'
import type { Held } from '#domain/licence/standing.ts'
import { keep, keptOf, type Stand } from './stand.ts'

/** After the book and before the answer: what the book says now is remembered outside of it. `seen`: no more than what the book has. */
export const writeAnchor = async (stand: Stand, seen?: number): Promise<void> => {
  const { server } = stand.identity
  const known = await stand.world.anchors.read(server)
  stand.anchored = joinAnchors(joinAnchors(known?.licences ?? {}, stand.anchored), anchoredOf(stand))
  await stand.world.anchors.write({ server, epoch: Math.max(known?.epoch ?? 0, stand.epoch), seen: Math.max(known?.seen ?? 0, seen ?? 0), licences: stand.anchored })
}

/** The clock was forgiven: the time that was seen goes back, and nothing else. */
export const lowerAnchor = async (stand: Stand, seen: number): Promise<void> => {
  const known = await stand.world.anchors.read(stand.identity.server)
  if (known !== undefined) await stand.world.anchors.write({ ...known, seen: Math.min(known.seen, seen) })
}

/**
 * Compares the book, as it was found, with the anchor. What was given up since the copy was made is over for good; the rest is in doubt until its issuer has said that it
 * stands. That is kept together with how often the book was taken in hand, by which the copy is told: whoever is killed before finds it again, and afterwards no restart
 * forgets it. Answers whether something is in doubt.
 */
export const checkAnchor = async (stand: Stand, seen: number): Promise<boolean> => {
  const anchor = await stand.world.anchors.read(stand.identity.server)
  const { isCopy, givenUp } = compareAnchor(anchor, { epoch: stand.book.epoch - 1, seen, licences: anchoredOf(stand) })
  stand.anchored = anchor?.licences ?? {}
  if (isCopy) stand.epoch = Math.max(stand.epoch, (anchor?.epoch ?? 0) + 1)
  const over = [...stand.held.values()].filter(({ licence }) => givenUp.includes(licence.id)).map(held => givenUpForGood(stand, held))
  const doubted = isCopy ? [...stand.held.values()].filter(({ licence, activation, doubt }) => activation !== null && doubt === null && !givenUp.includes(licence.id)).map((held): Held => ({ ...held, doubt: 'copy' })) : []
  for (const held of [...over, ...doubted]) stand.held.set(held.licence.id, held)
  // The receipt is with whoever has it; its seats count where the licence is now.
  const seats = over.flatMap(({ licence }) => [...stand.seats.of(licence.id)])
  for (const one of seats) stand.seats.free(one)
  await keep(stand, { epoch: stand.epoch, licences: [...over, ...doubted].map(keptOf), ended: seats.map(({ lease }) => lease.lease) })
  return isCopy || [...stand.held.values()].some(({ doubt }) => doubt === 'copy')
}

const givenUpForGood = ({ anchored }: Stand, held: Held): Held => ({ ...held, activation: null, doubt: null, generation: Math.max(held.generation, anchored[held.licence.id]?.generation ?? 0) })

const anchoredOf = (stand: Stand): Readonly<Record<string, AnchoredLicence>> =>
  Object.fromEntries([...stand.held.values()].filter(({ generation }) => generation > 0).map(({ licence, generation, activation }) => [licence.id, { generation, isGivenUp: activation === null }]))

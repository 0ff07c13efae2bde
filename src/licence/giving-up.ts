import { signDocument } from '#domain/licence/documents.ts'
import type { Id } from '#domain/ids.ts'
import type { LicenceRefused } from '#domain/licence/refused.ts'
import { asLease } from '#domain/licence/seats.ts'
import type { Held } from '#domain/licence/standing.ts'
import { writeAnchor } from './anchoring.ts'
import { type Decided, once } from './once.ts'
import { tellIssuer } from './proving.ts'
import { keptOf, rememberGone, type Stand, timeOf } from './stand.ts'

export type GivenUp = { readonly licence: Id<'licence'>; readonly document: string; readonly receipt: string }

/**
 * Gives a licence up: from here on no seat of it is given out (L2). Who sits goes with the receipt and sits on (L6). Already given up: the same receipt. The issuer is told, where it can be;
 * where not, the receipt tells it.
 */
export const deactivate = async (stand: Stand, said: { readonly licence: Id<'licence'>; readonly key: string }, signal: AbortSignal): Promise<GivenUp | LicenceRefused> => {
  const answer = await once<GivenUp>(stand, 'deactivate', said, () => decide(stand, said.licence))
  if (!('refused' in answer)) await tellIssuer(stand, [answer.receipt], signal)
  return answer
}

const decide = (stand: Stand, licence: Id<'licence'>): Decided<GivenUp> | LicenceRefused => {
  const held = stand.held.get(licence)
  if (held === undefined) return { refused: 'licence-unknown', licence }
  const { document, activation } = held
  if (activation === null) return held.receipt === null ? { refused: 'never-activated', name: held.licence.name } : { answer: { licence, document, receipt: held.receipt }, change: {} }
  // From here to the end of this function nothing else happens: the receipt has every seat that was given, and no seat is given after it.
  const { time } = timeOf(stand)
  const sitting = [...stand.seats.of(licence)]
  const leases = sitting.map(asLease)
  for (const one of sitting) stand.seats.free(one)
  const receipt = signDocument('rehome-deactivation', { licence, generation: activation.says.generation, server: stand.identity.server, at: time, leases }, stand.world.signer)
  const givenUp: Held = { ...held, activation: null, doubt: null, differ: null, receipt, brought: null }
  stand.held.set(licence, givenUp)
  rememberGone(stand, receipt)
  return { answer: { licence, document, receipt }, change: { licences: [keptOf(givenUp)], ended: leases.map(one => one.lease), seen: time }, after: () => writeAnchor(stand) }
}

import { sha256 } from '#lib/hash.ts'
import type { AnchoredLicence } from './anchor.ts'
import type { Activation, ServerIdentity } from './licence.ts'
import { type Factor, matchLock } from './node-lock.ts'
import type { LicenceRefused } from './refused.ts'
import type { Held } from './standing.ts'

/**
 * Whether a signed activation is taken here. A generation that was given up never comes back (L2), nor one that is older than what is known. `receipt`: of the
 * receipts at hand the one it was made against; its seats count from now on (L6).
 */
export const takeActivation = (held: Held, anchored: AnchoredLicence | undefined, says: Activation, us: ServerIdentity, factors: readonly Factor[], receipts: readonly string[]): { readonly receipt: string | null } | LicenceRefused => {
  if (says.licence !== held.licence.id) return { refused: 'activation-of-another', what: 'licence' }
  if (says.server !== us.server || says.publicKey !== us.publicKey) return { refused: 'activation-of-another', what: 'licence server' }
  const isGivenUp = (held.activation === null && held.generation >= says.generation) || held.generation > says.generation
  const isKnownOver = anchored !== undefined && (anchored.generation > says.generation || (anchored.generation === says.generation && anchored.isGivenUp))
  if (isGivenUp || isKnownOver) return { refused: 'activation-replayed', generation: says.generation }
  const { isSame, differ } = matchLock(says.nodeLock, factors)
  if (!isSame) return { refused: 'wrong-machine', licence: says.licence, name: held.licence.name, differ }
  if (says.receiptHash === null) return { receipt: null }
  const receipt = receipts.find(one => sha256(one) === says.receiptHash)
  return receipt === undefined ? { refused: 'receipt-missing', licence: says.licence } : { receipt }
}

import type { Follower } from './follower.ts'
import { catchUp } from './following.ts'
import { checkSchema } from './outbound.ts'
import type { Lane, Run } from './run.ts'
import type { Proof } from './verify.ts'

/**
 * The proofs that count of a verification made while everybody goes on writing. A table that is emptied reads as empty from then on in every picture, however old: what
 * differs in it is no difference yet. The stream says which tables those are once it has come as far as the readers may have seen; the freeze proves them whole.
 */
export const withoutEmptied = async (run: Run, lane: Lane, follower: Follower, proofs: readonly Proof[]): Promise<readonly Proof[]> => {
  if (proofs.every(p => p.found.length === 0)) return proofs
  // A table that was rewritten for a change of the schema reads as empty as well: that change is what is to be told.
  await checkSchema(run, lane)
  await catchUp(run, lane, follower)
  return proofs.filter(p => !follower.changed.whole.has(p.table))
}

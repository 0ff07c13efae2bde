import type { Stage } from './move.ts'

/** What a store says of who owns the tenant. */
type Says = { readonly owner: 'here' | 'elsewhere'; readonly epoch: number } | undefined

/**
 * What to do with a move that was cut off, from what is on file: its stage, the epoch it had before the cutover, and what the two
 * ends of the leg under way say. The target's word is the journal: it is written first, so it alone decides (I11).
 *
 * `go on`: nothing was decided meanwhile. `thaw`: the freeze was cut off before the journal, the source is in charge and may write again.
 * `roll forward`: the journal is written, the target is in charge; never thaw the source.
 */
export const recover = (on: { readonly stage: Stage; readonly epoch: number; readonly source: Says; readonly target: Says }): 'go on' | 'thaw' | 'roll forward' => {
  const isOver = on.stage === 'switched' || on.stage === 'settled' || on.stage === 'cancelled'
  if (!isOver && on.target?.owner === 'here' && on.target.epoch >= on.epoch) return 'roll forward'
  if (on.stage === 'frozen' || on.stage === 'verified' || on.stage === 'in-doubt') return 'thaw'
  return 'go on'
}

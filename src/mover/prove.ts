import type { Position } from '#domain/stream.ts'
import type { Frozen } from './cutover.ts'
import type { Verified } from './follow-out.ts'
import type { Remainder } from './remainder.ts'
import type { Lane, Run } from './run.ts'
import type { Proof } from './verify.ts'

/** Keeps the signed evidence of a live move: every row at one place of the stream, everything that changed since at the frozen instant. */
export const proveMove = async (run: Run, lane: Lane, verified: Verified, frozen: Frozen): Promise<void> => {
  await keep(run, lane, { verified, frozen })
}

/** The evidence of a cold move: every row under the freeze. */
export const proveCold = async (run: Run, lane: Lane, verified: { position: Position; at: number; ms: number; proofs: readonly Proof[] }, remainder: Remainder, freezeMs: number): Promise<void> => {
  await keep(run, lane, { verified, frozen: { steps: { copy: freezeMs }, remainder, changed: [], whole: [], at: verified.at } })
}

const keep = async (run: Run, _lane: Lane, found: { verified: Verified; frozen: Frozen }): Promise<void> => {
  const { file, root } = await run.world.keep(found as never)
  run.world.emit({ type: 'evidence', file, root, rows: found.verified.proofs.reduce((sum, p) => sum + p.rows, 0) })
}

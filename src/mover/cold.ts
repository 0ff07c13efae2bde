import { buildLast, buildLinks } from './after-copy.ts'
import { copyOut, pinTables } from './outbound.ts'
import { recover } from '#domain/recover.ts'
import { giveUp, refuseDifferences } from './cutover.ts'
import { proveCold } from './prove.ts'
import { takeRemainder } from './remainder.ts'
import type { Lane, Run } from './run.ts'
import { completeSwitch, writeJournal } from './switch.ts'
import { verifyTables } from './verify.ts'
import { assert } from '#lib/assert.ts'
import { Fault } from '#domain/faults.ts'

/**
 * The move for a source whose changes cannot be followed: frozen first, then copied, proven, switched. Killed while it copies, it goes on under the same
 * freeze; stopped or failed, it thaws and starts over. There is no way back: nothing records what the destination writes.
 */
export const moveCold = async (run: Run): Promise<void> => {
  const lane = run.lane('out')
  const { tenant } = run.record.order
  if (run.record.standing.stage === 'ordered') {
    await run.world.destination.control?.freeze(tenant, run.signal)
    await startOver(run, lane)
    await pinTables(run)
    await run.take('freeze')
    run.world.emit({ type: 'freeze', state: 'began', ms: 0 })
  }
  const began = run.world.clock.elapsed()
  await lane.from.control?.freeze(tenant, run.signal)
  const { builds, copied } = await copyOut(run, lane, () => run.phase('arm', () => lane.source.fence(run.record.tables, 60_000)))
  if (run.record.anchors.length > 1) await buildLinks(run, lane, builds)
  await buildLast(run, lane, builds)
  const anchor = run.record.anchors.at(-1)
  assert(anchor !== undefined, 'a copy without a picture')
  // Nobody writes: a picture of now is the picture that was copied from, which may be gone.
  await using from = await lane.from.store.picture()
  const remainder = await takeRemainder(run, lane, from, run.signal)
  const began2 = run.world.clock.elapsed()
  const proofs = await run.phase('verify', async () => {
    await using to = await lane.to.store.picture()
    return await verifyTables({ source: from, target: to }, run.record.tables, copied, run.pace.state.jobs, run.signal, (proof, done, of) => {
      run.world.emit({ type: 'verified', table: run.tables.get(proof.table)?.label ?? proof.table, rows: proof.rows, equal: proof.found.length === 0, done, of })
    })
  })
  refuseDifferences(proofs, run)
  const at = run.world.clock.now()
  await run.take('verify')
  await proveCold(run, lane, { position: anchor.position, at, ms: run.world.clock.elapsed() - began2, proofs }, remainder, run.world.clock.elapsed() - began)
  await switchCold(run)
  for (const one of run.record.anchors) await lane.source.release(one)
  await lane.target.drop()
  run.world.emit({ type: 'freeze', state: 'ended', ms: run.world.clock.elapsed() - began })
}

/** What an earlier freeze copied is out of date: people have written since. */
const startOver = async (run: Run, lane: Lane): Promise<void> => {
  if (run.record.anchors.length === 0) return
  await lane.target.unload(run.record.tables.map(t => t.id))
  for (const anchor of run.record.anchors) await lane.source.release(anchor)
  await run.save({ anchors: [], anchorOf: {}, cuts: {} })
}

/** A cold move that ends for good, or that a person stops, does not leave the product standing still; unless the target owns the tenant already. */
export const thawCold = async (run: Run): Promise<void> => {
  const { standing, epoch } = run.record
  if (!standing.cold || (standing.stage !== 'frozen' && standing.stage !== 'verified')) return
  const lane = run.lane('out')
  const target = await lane.to.store.book.ownership()
  if (recover({ stage: standing.stage, epoch, source: undefined, target }) === 'thaw') await giveUp(run, lane)
}

const switchCold = async (run: Run): Promise<void> => {
  const lane = run.lane('out')
  const epoch = 1 + Math.max(run.record.epoch, (await lane.to.store.book.ownership())?.epoch ?? 0)
  if (!(await writeJournal(run, lane, epoch))) throw new Fault('DOUBT', { reason: 'another session has raised the epoch of this move' })
  await completeSwitch(run, lane, epoch)
  await run.take('switch', { epoch })
}

import { buildPhase, buildLinks, copyOut, pinTables } from './outbound.ts'
import { refuseDifferences } from './cutover.ts'
import { proveCold } from './prove.ts'
import { takeRemainder } from './remainder.ts'
import type { Run } from './run.ts'
import { completeSwitch, writeJournal } from './switch.ts'
import { verifyTables } from './verify.ts'
import { assert } from '#lib/assert.ts'
import { Fault } from '#domain/faults.ts'

/**
 * The move for a source whose changes cannot be followed: frozen first, then copied, proven, switched. Cut off while it copies, it goes on under the same
 * freeze. There is no way back: nothing records what the destination writes.
 */
export const moveCold = async (run: Run): Promise<void> => {
  const lane = run.lane('out')
  const { tenant } = run.record.order
  if (run.record.standing.stage === 'ordered') {
    await run.world.destination.control?.freeze(tenant, run.signal)
    await pinTables(run)
    await run.take('freeze')
    run.world.emit({ type: 'freeze', state: 'began', ms: 0 })
  }
  const began = run.world.clock.elapsed()
  await lane.from.control?.freeze(tenant, run.signal)
  await run.phase('arm', () => lane.source.fence(run.record.tables, 60_000))
  const { builds, copied } = await copyOut(run, lane)
  if (run.record.anchors.length > 1) await buildLinks(run, lane, builds)
  await buildPhase(run, lane, builds, 'last')
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

const switchCold = async (run: Run): Promise<void> => {
  const lane = run.lane('out')
  const epoch = 1 + Math.max(run.record.epoch, (await lane.to.store.book.ownership())?.epoch ?? 0)
  if (!(await writeJournal(run, lane, epoch))) throw new Fault('DOUBT', { reason: 'another session has raised the epoch of this move' })
  await completeSwitch(run, lane, epoch)
  await run.take('switch', { epoch })
}

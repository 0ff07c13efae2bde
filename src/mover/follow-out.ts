import { Fault } from '#domain/faults.ts'
import type { Build } from '#ports/store.ts'
import { careFor } from './care.ts'
import { cutOver, refuseDifferences, type Frozen } from './cutover.ts'
import { mostKeys } from './changed.ts'
import { withoutEmptied } from './emptied.ts'
import type { Follower } from './follower.ts'
import { catchUp, tellProgress } from './following.ts'
import { forecastFreeze } from './measure.ts'
import { buildLinks } from './after-copy.ts'
import { checkSchema, refuseAltered } from './outbound.ts'
import type { Lane, Run } from './run.ts'
import { verifyTables, type Verified } from './verify.ts'
import type { WayBack } from './way-back.ts'

/** Freezes that failed, or were not begun, for reasons that go by, before a person is asked again. */
const mostFreezes = 5
/** Rest between a freeze that was given up and the next one. */
const restMs = 2_000
/** What earlier freezes took is believed so long, when it is all that stands against a new one. */
const forgetMs = 15_000
/** A full verification older than this is made again before a freeze. */
const freshMs = 10 * 60_000

/** Keeps what was proven as signed evidence, before anything is switched. */
export type Prove = (lane: Lane, verified: Verified, frozen: Frozen) => Promise<void>

/** Follows until the target is close behind, proves every row while both move, and cuts over when it may. Answers the way back, already followed. */
export const followAndCutOver = (run: Run, lane: Lane, follower: Follower, builds: readonly Build[], prove: Prove): Promise<WayBack> =>
  whileFollowing(run, lane, follower, on => cutOverWhenReady(on, lane, follower, builds, prove))

/** Does `work` beside the follower, looks after the source meanwhile and tells how far the target is; fails when one of them does. */
export const whileFollowing = async <T>(run: Run, lane: Lane, follower: Follower, work: (run: Run) => Promise<T>): Promise<T> => {
  const stop = new AbortController()
  const failed = new AbortController()
  const aside = AbortSignal.any([run.signal, stop.signal])
  const fails = (error: unknown): void => { if (!aside.aborted) failed.abort(error) }
  follower.ended.catch(fails)
  const beside = [careFor(run, lane.source, aside).catch(fails), tellProgress(run, lane, follower, aside).catch(fails)]
  try {
    return await work(run.stoppedBy(failed.signal))
  } finally {
    stop.abort()
    await Promise.all(beside)
  }
}

const cutOverWhenReady = async (run: Run, lane: Lane, follower: Follower, builds: readonly Build[], prove: Prove): Promise<WayBack> => {
  await makeReady(run, lane, follower, builds)
  await run.phase('arm', async () => {
    await lane.source.arm(run.record.tables, run.signal)
    await closeTarget(run, lane)
  })
  for (let failures = 0; ; ) {
    const verified = await verifyWhile(run, lane, follower)
    if (await decide(run, lane, follower, verified) === 'verify again') continue
    try {
      // Found before anybody is frozen for it, and the freeze need not read the schema whole.
      await refuseAltered(run, lane, verified.schema)
      return await run.phase('freeze', () => cutOver(run, { lane, builds, follower, schema: verified.schema, onProven: frozen => prove(lane, verified, frozen) }))
    } catch (error) {
      failures++
      // Only a freeze that was given up whole is tried again from here; what is still frozen is taken up by the next session.
      const isThawed = run.record.standing.stage === 'following'
      if (!(error instanceof Fault) || !error.isRetryable || !isThawed || failures >= mostFreezes || run.signal.aborted) throw error
      run.world.emit({ type: 'retry', code: error.code, message: error.message, facts: error.facts, inMs: restMs * failures })
      await run.world.clock.sleep(restMs * failures, run.signal)
    }
  }
}

/** The target is close behind and whole, but for what must not act before the freeze. */
export const makeReady = async (run: Run, lane: Lane, follower: Follower, builds: readonly Build[]): Promise<void> => {
  await run.phase('catch-up', () => catchUp(run, lane, follower))
  if (lane.leg === 'out') await buildLinks(run, lane, builds)
}

/** Until the switch nobody but us writes to the target: the one-writer rule is held by a fence, not by hope. */
const closeTarget = async (run: Run, lane: Lane): Promise<void> => {
  await lane.back.source.arm(run.record.tables, run.signal)
  await lane.back.source.fence(run.record.tables, 30_000)
}

/** `schema`: the token of the one that was in force. */
type Checked = Verified & { readonly schema: string }

/** Every row of both sides at one place of the stream: the source by a picture there, the target held exactly there (P7). What changes later is kept by name. */
export const verifyWhile = async (run: Run, lane: Lane, follower: Follower): Promise<Checked> => run.phase('verify', async () => {
  const schema = await checkSchema(run, lane)
  const began = run.world.clock.elapsed()
  await follower.hold()
  try {
    const { picture: source, position } = await lane.source.pictureInStream()
    await using _source = source
    // Awaited together: a follower that fails while the marker is on its way is heard at once.
    await Promise.all([follower.goOnTo(position), lane.source.mark(run.world.newId())])
    await using target = await lane.to.store.picture()
    follower.changed.begin()
    follower.release()
    const tables = run.record.tables.filter(t => t.route === 'stream')
    const proofs = await verifyTables({ source, target }, tables, new Map(), run.pace.state.jobs, run.signal, (proof, done, of) => {
      run.world.emit({ type: 'verified', table: run.tables.get(proof.table)?.label ?? proof.table, rows: proof.rows, equal: proof.found.length === 0, done, of })
    })
    refuseDifferences(await withoutEmptied(run, lane, follower, proofs), run)
    return { position, at: run.world.clock.now(), ms: run.world.clock.elapsed() - began, proofs, schema }
  } finally {
    follower.release()
  }
})

/** Freezes when the forecast fits and, where a person decides, when that person has said so. Meanwhile the target is kept close. */
const decide = async (run: Run, lane: Lane, follower: Follower, verified: Verified): Promise<'freeze' | 'verify again'> => {
  const began = run.world.clock.elapsed()
  for (let told = ''; ; ) {
    await catchUp(run, lane, follower)
    // A freeze that was slow once must not keep the next one waiting for ever: trying costs no more than giving up again.
    if (run.world.clock.elapsed() - began > forgetMs && Object.keys(run.record.measured).length > 0) await run.save({ measured: {} })
    if (follower.changed.count > mostKeys / 2 || run.world.clock.now() - verified.at > freshMs) return 'verify again'
    const forecast = forecastFreeze(run, follower, verified)
    run.world.emit({ type: 'forecast', p50Ms: forecast.p50Ms, p95Ms: forecast.p95Ms, dominant: forecast.dominant, budgetMs: run.record.order.freezeBudgetMs })
    const decision = run.desk.take()
    if (decision !== undefined) await approve(run, decision)
    const isApproved = run.record.isApproved || run.record.order.cutover === 'auto'
    if (isApproved && forecast.fits) return 'freeze'
    // What changed since the last full verification is what makes the freeze long: a fresh one makes it short again.
    if (isApproved && forecast.dominant.startsWith('verify') && run.world.clock.now() - verified.at > verified.ms) return 'verify again'
    const why = isApproved ? `the freeze would take ${Math.round(forecast.p95Ms)} ms, ${run.record.order.freezeBudgetMs} ms are allowed` : 'everything is ready; a person decides'
    if (why !== told) run.world.emit({ type: 'waits', for: ['freeze'], why })
    told = why
    if (!isApproved) run.desk.ask(['cutover'])
    await run.world.clock.sleep(500, run.signal)
  }
}

/** Who said what, durably, before it is acted upon. Turning back is asked for by name: its freeze needs no second word. */
export const approve = (run: Run, decision: { readonly verb: string; readonly approvedBy: string }): Promise<void> =>
  run.save({ approvals: [...run.record.approvals, { who: decision.approvedBy, what: decision.verb, at: run.world.clock.now() }], isApproved: decision.verb !== 'settle' })

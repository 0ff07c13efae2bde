import { join } from 'node:path'
import type { Event } from '#domain/event.ts'
import type { Manifest } from '#domain/evidence.ts'
import { Fault, type Facts } from '#domain/faults.ts'
import type { Standing } from '#domain/move.ts'
import { type Command, defaults } from '#domain/order.ts'
import type { OrderFacts } from '#domain/orders.ts'
import { recover } from '#domain/recover.ts'
import type { Told } from '#domain/report.ts'
import { endTold, toldFault } from '#domain/told-fault.ts'
import type { Found, Wish } from '#domain/wish.ts'
import { sha256 } from '#lib/hash.ts'
import type { Clock } from '#ports/clock.ts'
import type { Claimed, ControlPlane } from '#ports/control-plane.ts'
import { openStore } from '#adapters/registry.ts'
import type { MoveRequest, Told as MoverTold } from '#entrances/cli/services.ts'
import type { Reply } from '#mover/desk.ts'
import { readRecord } from '#mover/record.ts'
import type { AgentSettings } from './agent-settings.ts'
import type { Config } from './config.ts'
import { runMove, type Steering } from './move.ts'
import type { Reporter } from './reporter.ts'

/** Between a failure that goes by and the next session. */
export const restMs = 10_000
/** What is wished and cannot be said to the mover yet is said again. */
const againMs = 200
/** What is left of a freeze for the mover's own last steps. */
const marginMs = 200
/** A cold move is frozen for as long as it takes: a second of waiting for control more is none. */
const coldPatienceMs = 60_000

export type Work = { readonly config: Config; readonly settings: AgentSettings; readonly clock: Clock; readonly claimed: Claimed; readonly control: ControlPlane; readonly reporter: Reporter; readonly signal: AbortSignal }

/** Carries a move on until it ends, session after session. Resolves with how the order ends; rejects when it is no longer ours, or the signal is aborted. */
export const carryOutMove = async (work: Work): Promise<'done' | 'failed'> => {
  const { claimed, reporter, clock, signal } = work
  const at: At = { standing: { stage: claimed.stage, leg: claimed.leg, cold: claimed.facts.how?.follow === false }, frozenAt: undefined, isTaken: false }
  for (;;) {
    if (at.standing.stage === 'in-doubt') await untilFound(work)
    if (at.standing.cold && at.standing.stage === 'ordered') await wished(work, wish => wish.approved !== null || wish.abort !== null)
    const end = await holdSession(work, at, () => requestOf(work))
    if (end !== 'again') return end
    if (at.standing.stage !== 'in-doubt') await clock.sleep(restMs, signal)
    signal.throwIfAborted()
    reporter.lost.throwIfAborted()
  }
}

/** Where the move stands, as its mover told last; since when it is frozen; and whether this session has taken it up. `isRehearsed`: a rehearsal has told what it found. */
export type At = { standing: Standing; frozenAt: number | undefined; isTaken: boolean; isRehearsed?: boolean }

/** One session of the mover: what it tells is told on, what is wished is said to it. Without a request there is nothing left to do. */
export const holdSession = async (work: Work, at: At, requested: () => Promise<MoveRequest | undefined>): Promise<'done' | 'failed' | 'again'> => {
  const { config, reporter, signal } = work
  const ended = new AbortController()
  const stop = AbortSignal.any([signal, reporter.lost])
  let steered: Promise<void> = Promise.resolve()
  const steering: Steering = {
    isUnderWay: at.standing.stage !== 'ordered',
    started(tell) { steered = steer(work, at, tell, AbortSignal.any([stop, ended.signal])).catch((error: unknown) => { if (!ended.signal.aborted && !stop.aborted) throw error }) },
    proven: (evidence, manifest) => askToSwitch(work, at, evidence, manifest),
    async heard() { await reporter.heard(signal) },
  }
  try {
    const request = await requested()
    if (request === undefined) return 'done'
    const end = await runMove(config, request, event => hear(work, at, event), stop, steering)
    stop.throwIfAborted()
    if (end.end === 'blocked') reporter.tell({ type: 'fault', ...endTold('PREFLIGHT') })
    return end.end === 'blocked' ? 'failed' : 'done'
  } catch (error) {
    stop.throwIfAborted()
    if (!(error instanceof Fault)) throw error
    reporter.tell(toldOf(error))
    if (error.code === 'DOUBT') {
      at.standing = { ...at.standing, stage: 'in-doubt' }
      return 'again'
    }
    return error.isRetryable ? 'again' : 'failed'
  } finally {
    ended.abort()
    await steered
    at.frozenAt = undefined
    at.isTaken = false
  }
}

/** What the order says, with what only this machine knows. */
const requestOf = async ({ config, settings, claimed: { facts, order } }: Work): Promise<MoveRequest> => {
  const [origin, destination] = [await settings.reach(facts.origin, facts.tenant), await settings.reach(facts.destination, facts.tenant)]
  const route = settings.route(facts.tenant, origin, destination)
  return {
    from: origin.address, to: destination.address, order: orderOf(facts), until: 'settled', evidence: join(config.home, 'evidence', `${order}.json`),
    hooks: { ...(origin.hook === undefined ? {} : { origin: origin.hook }), ...(destination.hook === undefined ? {} : { destination: destination.hook }) }, ...(route === undefined ? {} : { route }),
  }
}

export const orderOf = ({ tenant, how, by }: OrderFacts): MoveRequest['order'] => ({
  tenant, jobs: how?.jobs ?? defaults.jobs, schema: how?.schema ?? defaults.schema, follow: how?.follow ?? defaults.follow, cutover: 'wait', freezeBudgetMs: how?.freezeBudgetMs ?? defaults.freezeBudgetMs,
  chunkBytes: defaults.chunkBytes, budget: defaults.budget, approvedBy: by, ...(how === null || how.bytesPerSecond === null ? {} : { bytesPerSecond: how.bytesPerSecond }),
})

const hear = ({ reporter, clock }: Work, at: At, { at: _, ...event }: MoverTold): void => {
  if (event.type === 'stage') at.isTaken = true
  if (event.type === 'stage') at.standing = { ...at.standing, stage: event.stage, leg: event.leg }
  if (event.type === 'rehearsed') at.isRehearsed = true
  if (event.type === 'freeze') at.frozenAt = event.state === 'began' ? clock.elapsed() : undefined
  reporter.tell(event.type === 'differs' ? { ...event, key: keyless(event.key) } : event.type === 'retry' ? retryTold(event) : (event as Told))
}

/** A row's key is the customer's; by this two reports of one row can be told to be of one. */
const keyless = (key: string): string => `sha256 ${sha256(key).slice(0, 16)}`

export const toldOf = ({ code, facts }: Fault): Told => ({ type: 'fault', ...toldFault(new Fault(code, shown(facts))) })

const retryTold = ({ code, facts, inMs }: Extract<Event, { type: 'retry' }>): Told => {
  const { message, facts: named } = toldFault(new Fault(code, shown(facts)))
  return { type: 'retry', code, message, facts: named ?? {}, inMs }
}

const shown = (facts: Facts): Facts => ('key' in facts ? { ...facts, key: keyless(String(facts['key'])) } : facts)

/** Everything is proven, nobody writes: from here on control decides. Without its word within the freeze the mover gives the freeze up, and nothing was switched. */
const askToSwitch = async ({ reporter, clock, claimed: { facts } }: Work, at: At, evidence: string, { root, move: { leg } }: Manifest): Promise<void> => {
  const ms = at.standing.cold ? coldPatienceMs : Math.max(0, (facts.how?.freezeBudgetMs ?? defaults.freezeBudgetMs) - (at.frozenAt === undefined ? 0 : clock.elapsed() - at.frozenAt) - marginMs)
  reporter.tell({ type: 'proof', leg, evidence })
  const heard = await reporter.heard(AbortSignal.timeout(Math.floor(ms))).catch((cause: unknown) => {
    reporter.lost.throwIfAborted()
    throw new Fault('CONTROL_SILENT', { ms: Math.round(ms), reason: 'it did not answer in time' }, { cause })
  })
  if (heard.switched !== root) throw new Fault('CONTROL_SILENT', { ms: Math.round(ms), reason: 'it answered that it does not switch' })
}

/** Tells the mover what is wished as soon as it can hear it, for as long as the session lasts. What it took is not said again while the move stands there. */
const steer = async ({ reporter, clock }: Work, at: At, tell: (command: Command) => Reply, signal: AbortSignal): Promise<void> => {
  const said = { paused: false, pace: '', cancelled: false, decision: '' }
  for (;;) {
    const { paused, jobs, bytesPerSecond, abort, decision } = reporter.wish
    if (paused !== said.paused && tell({ verb: paused ? 'pause' : 'resume' }).ok) said.paused = paused
    const pace = JSON.stringify([jobs, bytesPerSecond])
    if (pace !== said.pace && (jobs !== null || bytesPerSecond !== null)) tell({ verb: 'throttle', ...(jobs === null ? {} : { jobs }), ...(bytesPerSecond === null ? {} : { bytesPerSecond }) })
    said.pace = pace
    // Not before it has taken the move up: cancelled earlier, it would leave the origin as it is.
    if (abort !== null && !said.cancelled && at.isTaken) said.cancelled = tell({ verb: 'cancel' }).ok
    const now = JSON.stringify([decision, at.standing])
    if (decision !== null && decision.leg === at.standing.leg && now !== said.decision && tell({ verb: decision.verb, approvedBy: decision.by }).ok) said.decision = now
    await clock.sleep(againMs, signal)
  }
}

/** Until what is wished is so. */
const wished = async ({ reporter, clock, signal }: Work, isSo: (wish: Wish) => boolean): Promise<void> => {
  const stop = AbortSignal.any([signal, reporter.lost])
  while (!isSo(reporter.wish)) await clock.sleep(againMs, stop)
}

/** Nobody knows whether it was switched: no session begins until a person has said what they found, and both stores say the same. */
const untilFound = async (work: Work): Promise<void> => {
  const { reporter, clock, signal } = work
  for (let contradicted = -1; ;) {
    await wished(work, wish => wish.found !== null && wish.revision > contradicted)
    const { found, revision } = reporter.wish
    const says = await whatStoresSay(work).catch((error: unknown) => {
      if (!(error instanceof Fault)) throw error
      reporter.tell(toldOf(error))
      return undefined
    })
    if (says === found?.what) return
    if (says === undefined || found === null) {
      await clock.sleep(restMs, AbortSignal.any([signal, reporter.lost]))
      continue
    }
    reporter.tell({ type: 'contradicted', found: found.what, says })
    contradicted = revision
  }
}

/** By the rules by which the mover takes a switch up. */
const whatStoresSay = async ({ settings, claimed: { facts } }: Work): Promise<Found> => {
  const [origin, destination] = [await settings.reach(facts.origin, facts.tenant), await settings.reach(facts.destination, facts.tenant)]
  await using from = openStore({ name: 'source', ...origin.address })
  await using to = openStore({ name: 'target', ...destination.address })
  const record = await readRecord(to.book)
  if (record === undefined) return 'before'
  const [source, target] = record.standing.leg === 'out' ? [from, to] : [to, from]
  return recover({ stage: 'in-doubt', epoch: record.epoch, source: await source.book.ownership(), target: await target.book.ownership() }) === 'roll forward' ? 'after' : 'before'
}

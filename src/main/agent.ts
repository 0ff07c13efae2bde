import { randomBytes } from 'node:crypto'
import { Fault } from '#domain/faults.ts'
import { endTold } from '#domain/told-fault.ts'
import { mostUsers } from '#domain/user-limit.ts'
import type { Seen } from '#domain/sighting.ts'
import { sealFor } from '#lib/sealed-box.ts'
import { systemClock } from '#adapters/clock/system.ts'
import { openPostgresLogins } from '#adapters/logins/postgres.ts'
import type { Claimed, ControlPlane } from '#ports/control-plane.ts'
import type { Logins } from '#ports/logins.ts'
import type { AgentSettings, Reach } from './agent-settings.ts'
import { takeStep } from './agent-application.ts'
import { packFiles } from './agent-files.ts'
import { carryLicences } from './agent-licences.ts'
import { carryOutMove, orderOf, toldOf, type Work } from './agent-move.ts'
import { rehearseMove } from './agent-rehearsal.ts'
import type { Config } from './config.ts'
import { preflightOnly } from './move.ts'
import { Reporter } from './reporter.ts'

/** As many orders at once: a move that waits for days to be settled must not keep others waiting. */
const mostAtOnce = 8
const slowestRetryMs = 10_000

export type AgentOptions = { readonly config: Config; readonly control: ControlPlane; readonly settings: AgentSettings; /** Tells a person at this machine; no secrets. */ say(line: string): void }

/** Takes orders and carries them out until the signal, or until control no longer knows this agent: fault CONTROL_REFUSED. What is under way then stops in good order, and any agent goes on with it later. */
export const runAgent = async ({ config, control, settings, say }: AgentOptions, signal: AbortSignal): Promise<void> => {
  const refused = new AbortController()
  const stop = AbortSignal.any([signal, refused.signal])
  const inHand = new Map<Claimed['order'], InHand>()
  const ends = (): Promise<void>[] => [...inHand.values()].map(one => one.done)
  try {
    const { name, vendor, leaseMs } = await patiently(() => control.join(stop), say, stop)
    say(`agent ${name} of ${vendor}: takes orders from ${control.label}`)
    for (;;) {
      if (inHand.size >= mostAtOnce) await Promise.race(ends())
      const claimed = await patiently(() => control.claim(settings.serves, stop), say, stop)
      if (claimed === undefined) continue
      // Its lease had run out without our knowing, as after a sleep: what we still do of it ends first.
      const before = inHand.get(claimed.order)
      before?.letGo.abort(new Fault('ORDER_LOST', { control: control.label }))
      await before?.done
      say(`${claimed.kind} of ${claimed.facts.tenant}: begins (order ${claimed.order})`)
      const letGo = new AbortController()
      const done = carryOut({ say, config, settings, claimed, control, leaseMs, signal: AbortSignal.any([stop, letGo.signal]) }).then(
        how => say(`${claimed.kind} of ${claimed.facts.tenant}: ${how}`),
        (error: unknown) => say(`${claimed.kind} of ${claimed.facts.tenant}: let go of${stop.aborted ? '' : `: ${error instanceof Error ? error.message : 'for no reason'}`}`),
      ).then(() => { inHand.delete(claimed.order) })
      inHand.set(claimed.order, { letGo, done })
    }
  } catch (error) {
    refused.abort(error)
    await Promise.all(ends())
    if (!signal.aborted) throw error
  }
}

type InHand = { readonly letGo: AbortController; readonly done: Promise<void> }

/** Control may be away for a while. */
const patiently = async <T>(ask: () => Promise<T>, say: (line: string) => void, signal: AbortSignal): Promise<T> => {
  for (let tries = 0; ; tries++) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof Fault) || !error.isRetryable || signal.aborted) throw error
      if (tries === 0) say(error.message)
      await systemClock.sleep(Math.min(200 * 2 ** tries, slowestRetryMs), signal)
    }
  }
}

type Order = { readonly say: AgentOptions['say']; readonly config: Config; readonly settings: AgentSettings; readonly claimed: Claimed; readonly control: ControlPlane; readonly leaseMs: number; readonly signal: AbortSignal }

/** One order from its claim to its end. Whatever happens is told, as long as somebody hears. */
const carryOut = async ({ say, config, settings, claimed, control, leaseMs, signal }: Order): Promise<'done' | 'failed'> => {
  const reporter = new Reporter(control, claimed, { clock: systemClock, leaseMs, onWish: () => { /* who needs it looks at it */ } })
  const over = new AbortController()
  const telling = reporter.run(over.signal)
  const stop = AbortSignal.any([signal, reporter.lost])
  try {
    const how = await workFor[claimed.kind]({ config, settings, clock: systemClock, claimed, control, reporter, signal: stop }).catch((error: unknown) => {
      stop.throwIfAborted()
      reporter.tell(error instanceof Fault ? toldOf(error) : { type: 'fault', ...endTold('BUG') })
      if (!(error instanceof Fault)) say(error instanceof Error ? (error.stack ?? error.message) : 'a bug without a name')
      return 'failed' as const
    })
    reporter.tell({ type: 'ended', how })
    await reporter.heard(signal)
    return how
  } finally {
    over.abort()
    await telling
  }
}

const lookAhead = async ({ config, settings, claimed: { facts }, reporter }: Work): Promise<'done'> => {
  const [origin, destination] = [await settings.reach(facts.origin, facts.tenant), await settings.reach(facts.destination, facts.tenant)]
  for (const finding of await preflightOnly(config, { from: origin.address, to: destination.address, order: orderOf(facts) })) reporter.tell({ type: 'finding', finding })
  return 'done'
}

const loginsOf = (reach: Reach, name: string): Logins => openPostgresLogins({ name, ...reach.address })

/** A connection that lasts a moment is seen only by one who looks often. */
const lookEveryMs = 1_000

const measure = async ({ settings, clock, claimed: { facts }, reporter, signal }: Work): Promise<'done'> => {
  const origin = await settings.reach(facts.origin, facts.tenant)
  await using logins = loginsOf(origin, 'source')
  const seen = new Map<string, Seen>()
  const until = clock.elapsed() + (facts.watchSeconds ?? 0) * 1_000
  for (;;) {
    for (const one of await logins.seen()) if (!origin.own.includes(one.program)) seen.set(JSON.stringify([one.user, one.host, one.program]), one)
    if (clock.elapsed() + lookEveryMs > until) break
    await clock.sleep(lookEveryMs, signal)
  }
  const everybody = origin.listUsers === undefined ? null : await logins.people(origin.listUsers, mostUsers)
  const users = origin.countUsers === undefined ? everybody?.length ?? null : await logins.count(origin.countUsers)
  reporter.tell({ type: 'measured', seen: [...seen.values()].slice(0, 5_000), stores: [{ name: origin.store, ...(await logins.size()) }], users })
  if (everybody !== null) reporter.tell({ type: 'users', users: everybody })
  return 'done'
}

/** Made here and told sealed: the password is nowhere else but in this memory, and in the server as what it checks passwords by. */
const makeUsers = async ({ settings, claimed: { facts, order }, reporter }: Work): Promise<'done'> => {
  await using logins = loginsOf(await settings.reach(facts.destination, facts.tenant), 'target')
  for (const wanted of facts.users?.wanted ?? []) {
    const password = randomBytes(24).toString('base64url')
    await logins.make(wanted, password)
    const secret = JSON.stringify({ ...logins.address, user: wanted.user, password })
    reporter.tell({ type: 'made', name: wanted.name, sealed: sealFor(facts.users?.publicKey ?? '', `${order} ${wanted.name}`, secret) })
  }
  return 'done'
}

const workFor = { move: carryOutMove, rehearsal: rehearseMove, preflight: lookAhead, measure, credential: makeUsers, files: packFiles, licences: carryLicences, application: takeStep } as const satisfies Record<Claimed['kind'], (work: Work) => Promise<'done' | 'failed'>>

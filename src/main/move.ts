import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Manifest } from '#domain/evidence.ts'
import type { Event } from '#domain/event.ts'
import { Fault } from '#domain/faults.ts'
import type { Leg } from '#domain/move.ts'
import type { Command } from '#domain/order.ts'
import { systemClock } from '#adapters/clock/system.ts'
import { say, statusesIn } from '#adapters/control-socket/client.ts'
import { listenForCommands, type ControlServer } from '#adapters/control-socket/server.ts'
import { openStore } from '#adapters/registry.ts'
import { openLocalProxy } from '#adapters/routes/local-proxy.ts'
import type { MoveEnd, MoveRequest, Services, Told } from '#entrances/cli/services.ts'
import type { Reply } from '#mover/desk.ts'
import { type Mover, startMove } from '#mover/mover.ts'
import { preflight } from '#mover/preflight.ts'
import { readRecord, streamName } from '#mover/record.ts'
import type { Home, World } from '#mover/run.ts'
import type { Status } from '#wire/control.ts'
import type { Config } from './config.ts'
import { keepEvidence, signerAt, tryToKeep } from './evidence-file.ts'
import { openControl, type HomeSettings } from './homes.ts'
import { isUnderWay, statusAfter } from './status.ts'
import type { WatchErrand } from './watchdog.ts'

/** Everything that stands in the way of a move; changes nothing. */
export const preflightOnly = async (config: Config, request: Pick<MoveRequest, 'from' | 'to' | 'order'>): ReturnType<Services['preflight']> => {
  await using resources = new AsyncDisposableStack()
  const { world } = openWorld(config, { ...request, until: 'switched' }, () => { /* nothing to tell */ }, resources)
  const record = await readRecord(world.destination.store.book)
  return await preflight(world, request.order, record !== undefined)
}

/** Who decides on a move in place of the person at this machine. `proven`: everything is proven and nothing is switched; what it throws gives the freeze up. */
export type Steering = {
  /** It is known that the move was begun: a store that does not answer is waited for. */
  readonly isUnderWay: boolean
  started(tell: Mover['tell']): void
  proven(evidence: string, manifest: Manifest): Promise<void>
  /** Resolves once everything told so far is heard. */
  heard(): Promise<void>
}

/** One session of the mover, with its status file, its control socket and its evidence. */
export const runMove = async (config: Config, request: MoveRequest, emit: (event: Told) => void, signal: AbortSignal, steering?: Steering): Promise<MoveEnd> => {
  await using resources = new AsyncDisposableStack()
  const desk = new FrontDesk(config)
  const { world } = openWorld(config, request, event => {
    const told = { ...event, at: new Date().toISOString() }
    desk.hear(event, told.at)
    emit(told)
  }, resources, steering)
  tryToKeep(request.evidence ?? 'rehome.evidence.json')
  const mover = startMove(world, request.order, request.until, signal)
  steering?.started(command => mover.tell(command))
  await using _open = await desk.open(command => (steering === undefined || isHarmless(command) ? mover.tell(command) : steeredElsewhere), mover.outcome)
  try {
    const outcome = await mover.outcome
    return outcome.outcome === 'blocked' ? { end: 'blocked', findings: outcome.findings } : { end: 'stands', standing: outcome.standing, move: outcome.move }
  } catch (error) {
    desk.fail(error)
    if (!signal.aborted || error !== signal.reason) throw error
    return { end: 'stopped', ...desk.standing }
  }
}

const isHarmless = ({ verb }: Command): boolean => verb === 'status' || verb === 'pause' || verb === 'resume' || verb === 'throttle'
const steeredElsewhere: Reply = { ok: false, says: 'Control decides on this move: say it there.', allowed: ['pause', 'resume', 'throttle'] }

/** Two movers at one move would stop each other's streams: a second one on this machine is refused. One that is stopped or dead does not answer, and is taken over from. */
const refuseSecond = async (config: Config, move: string): Promise<void> => {
  if ((await say(config.moves, move, { verb: 'status' })) !== undefined) throw new Fault('MOVER_RUNS', { move })
}

const openWorld = (config: Config, request: MoveRequest, emit: (event: Event) => void, resources: AsyncDisposableStack, steering?: Steering): { world: World } => {
  const settings = (side: 'source' | 'target', { url, password }: MoveRequest['from']): HomeSettings['store'] => ({ name: side, url, ...(password === undefined ? {} : { password }) })
  const homes: Record<'origin' | 'destination', HomeSettings> = {
    origin: { store: settings('source', request.from), ...(request.hooks?.origin === undefined ? {} : { hook: request.hooks.origin }) },
    destination: { store: settings('target', request.to), ...(request.hooks?.destination === undefined ? {} : { hook: request.hooks.destination }) },
  }
  const home = (which: 'origin' | 'destination'): Home => {
    const control = openControl(homes[which])
    return { store: resources.use(openStore(homes[which].store)), ...(control === undefined ? {} : { control }), ...(request.route === undefined ? {} : { upstream: request.route[which] }) }
  }
  const [origin, destination] = [home('origin'), home('destination')]
  return {
    world: {
      origin, destination, clock: systemClock, tool: { version: config.version, node: process.versions.node },
      ...(request.route === undefined ? {} : { routes: openLocalProxy(request.route) }),
      isUnderWay: steering?.isUnderWay === true || statusesIn(config.moves).some(status => isUnderWay(status, origin.store.label, destination.store.label)),
      claim: move => refuseSecond(config, move),
      newId: () => randomBytes(5).toString('hex'),
      emit,
      ...(steering === undefined ? {} : { heard: () => steering.heard() }),
      keep: async manifest => {
        const kept = keepEvidence(request.evidence, manifest, signerAt(config.signingKey))
        await steering?.proven(readFileSync(kept.file, 'utf8'), manifest)
        return kept
      },
      watch: async (id, leg, epoch, deadline) => {
        const [from, to] = leg === 'out' ? [homes.origin, homes.destination] : [homes.destination, homes.origin]
        return startWatchdog({ from, to, stream: streamName(id, leg), tenant: request.order.tenant, move: id, epoch, deadline })
      },
    },
  }
}

/** A process of its own: it must outlive this one to thaw what this one froze. */
const startWatchdog = (errand: WatchErrand): AsyncDisposable => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'watchdog.ts')], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  const gone = new Promise<void>(resolve => { child.once('exit', () => resolve()).once('error', () => resolve()) })
  child.stdin.on('error', () => { /* it died before it read: the freeze has its own deadline while we live */ })
  child.stdin.end(JSON.stringify(errand))
  child.unref()
  return {
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await gone
    },
  }
}

/** What others on this machine see of the move: its status file, and its socket once it is known which move it is. */
class FrontDesk {
  readonly #config: Config
  #status: Status | undefined
  #server: ControlServer | undefined
  #keptAt = 0
  readonly #known = Promise.withResolvers<string>()

  constructor(config: Config) {
    this.#config = config
  }

  get standing(): { standing?: { stage: never; leg: Leg; cold: boolean }; move?: string } {
    const status = this.#status
    return status === undefined ? {} : { standing: { stage: status.stage as never, leg: status.leg, cold: status.cold }, move: status.move }
  }

  hear(event: Event, at: string): void {
    if (event.type === 'move') {
      const { move, tenant, source, target, cold } = event
      this.#status = { move, tenant, source, target, pid: process.pid, startedAt: at, at, stage: 'ordered', leg: 'out', cold, waitsFor: [], copiedBytes: 0, plannedBytes: 0 }
      this.#known.resolve(move)
    }
    if (this.#status === undefined) return
    const before = this.#status
    this.#status = statusAfter(before, event.type === 'evidence' ? { ...event, file: resolve(event.file) } : event, at)
    if (this.#status !== before && (event.type !== 'follow' || Date.now() - this.#keptAt > 2_000)) this.#keep()
  }

  /** Listens once the move has a name, until disposed of. */
  async open(tell: Parameters<typeof listenForCommands>[2], ended: Promise<unknown>): Promise<AsyncDisposable> {
    const move = await Promise.race([this.#known.promise, ended.then(() => undefined, () => undefined)])
    if (move !== undefined) {
      this.#server = await listenForCommands(this.#config.moves, move, tell)
      this.#keep()
    }
    return { [Symbol.asyncDispose]: async () => { await this.#server?.[Symbol.asyncDispose]() } }
  }

  fail(error: unknown): void {
    if (this.#status === undefined) return
    this.#status = { ...this.#status, fault: error instanceof Error ? error.message : String(error) }
    this.#keep()
  }

  #keep(): void {
    this.#keptAt = Date.now()
    if (this.#status !== undefined) this.#server?.keep(this.#status)
  }
}

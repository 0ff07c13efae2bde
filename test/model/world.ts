import { createSimulatedClock } from '#adapters/clock/simulated.ts'
import type { MemoryDatabase } from '#adapters/store/memory/database.ts'
import { openMemoryStore, type MemoryStore } from '#adapters/store/memory/store.ts'
import type { Event } from '#domain/event.ts'
import { defaults, type Order } from '#domain/order.ts'
import { startMove, type Mover } from '#mover/mover.ts'
import { streamName } from '#mover/record.ts'
import type { Lane, World } from '#mover/run.ts'
import type { Outcome } from '#mover/session.ts'
import type { Until } from '#mover/stages.ts'
import { watchFreeze } from '#mover/watchdog.ts'
import { openHomes, randomOf, Writers, type Homes } from './shop.ts'

export const order: Order = { ...defaults, tenant: 'nordlicht', schema: 'existing', approvedBy: 'the test', chunkBytes: 200, freezeBudgetMs: 1_000_000 }

/** What may happen to a mover at any point where it touches a store. */
export type Blow = 'kill the mover' | 'crash the origin' | 'crash the destination' | 'lose the picture'
export const blows: readonly Blow[] = ['kill the mover', 'crash the origin', 'crash the destination', 'lose the picture']

/** A product, two homes, a mover that may be struck at any step, and time that flows as they work. */
export type Model = {
  readonly homes: Homes
  readonly writers: Writers
  readonly events: Event[]
  /** A mover of a new process; `strikes`: after how many steps which blow falls. */
  begin(until: Until, strikes?: Map<number, Blow>): Running
  serving(): MemoryDatabase
  /** How many freezes a watchdog has given up. */
  readonly thaws: () => number
  /** Resolves once every watchdog of a freeze, also of a mover that died, has come and gone. */
  watched(): Promise<void>
  close(): Promise<void>
}
export type Running = { readonly mover: Mover; /** The outcome, or `killed`. */ readonly ended: Promise<Outcome | 'killed'>; readonly steps: () => number }

/** `special`: what is ordered beside what is usual; into a rehearsal's destination nobody has put anything. */
export const openModel = async (seed: number, special: Partial<Order> = {}): Promise<Model> => {
  const ordered: Order = { ...order, ...special }
  const random = randomOf(seed)
  const clock = createSimulatedClock()
  const homes = await openHomes(clock, () => 1 + Math.floor(random() * 5), special.rehearsal !== true)
  const writers = new Writers(random)
  const events: Event[] = []
  const state = { route: 'origin', isOpen: true, ids: 0 }
  const serving = (): MemoryDatabase => (state.route === 'origin' ? homes.origin : homes.destination)
  for (let i = 0; i < 15; i++) await writers.write(serving)
  const time = (async () => { while (state.isOpen) { await clock.advance(1); await tick() } })()
  const writing = Array.from({ length: 2 }, async () => {
    while (state.isOpen) {
      // Eager at first, then seldom, so that a long run stays small.
      for (let rest = Math.floor(random() * (writers.acknowledged < 300 ? 12 : 150)); rest > 0; rest--) await tick()
      await writers.write(serving)
    }
  })
  const watchdogs: Promise<void>[] = []
  let thaws = 0
  /** A process of its own; it may come while its mover is at work, asleep or long gone. */
  const watch = (move: string, leg: Lane['leg'], epoch: number): AsyncDisposable => {
    const stop = new AbortController()
    const [origin, destination] = [{ store: openMemoryStore(homes.origin) }, { store: openMemoryStore(homes.destination) }]
    const [from, to] = leg === 'out' ? [origin, destination] : [destination, origin]
    const deadline = clock.now() + Math.floor(random() * 2_000)
    const watching = watchFreeze({ from, to, stream: streamName(move, leg), tenant: order.tenant, move, epoch, deadline }, clock, stop.signal).then(said => { if (said === 'thawed') thaws++ }, (error: unknown) => { if (!stop.signal.aborted) throw error })
    watchdogs.push(watching)
    return { async [Symbol.asyncDispose]() { stop.abort(); await watching } }
  }
  const begin = (until: Until, strikes = new Map<number, Blow>()): Running => {
    const killed = Promise.withResolvers<'killed'>()
    let steps = 0
    const step = async (): Promise<void> => {
      const blow = strikes.get(++steps)
      await tick()
      if (blow !== undefined) strike(blow, homes, () => { origin.kill(); destination.kill(); killed.resolve('killed') })
    }
    const origin: MemoryStore = openMemoryStore(homes.origin, step)
    const destination: MemoryStore = openMemoryStore(homes.destination, step)
    const world: World = {
      origin: { store: origin, upstream: 'origin' }, destination: { store: destination, upstream: 'destination' }, clock, tool: { version: 'test', node: 'test' },
      routes: { label: 'route', read: async () => state.route, async point(expected, next) { if (state.route === expected) state.route = next } },
      newId: () => `m${seed}x${++state.ids}`, 
      emit(event) {
        events.push(event)
        // A freeze is short, and what happens in it matters most: every other mover that may die at all dies in one.
        if (event.type === 'stage' && event.stage === 'frozen' && strikes.size > 0 && random() < 0.5) strikes.set(steps + Math.ceil(random() * 60), 'kill the mover')
      },
       keep: async () => ({ file: 'evidence', root: 'root' }), watch: async (move, leg, epoch) => watch(move, leg, epoch),
    }
    const mover = startMove(world, ordered, until, new AbortController().signal)
    return { mover, ended: Promise.race([mover.outcome, killed.promise]), steps: () => steps }
  }
  return { homes, writers, events, begin, serving, thaws: () => thaws, async watched() { await Promise.all(watchdogs) }, async close() { state.isOpen = false; await Promise.all([time, ...writing]) } }
}

const strike = (blow: Blow, homes: Homes, kill: () => void): void => {
  if (blow === 'kill the mover') kill()
  else if (blow === 'crash the origin') homes.origin.restart()
  else if (blow === 'crash the destination') homes.destination.restart()
  else for (const picture of homes.origin.pictures) homes.origin.letGo(picture)
}

export const tick = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

import type { Table } from '#domain/catalog.ts'
import type { Event, Phase } from '#domain/event.ts'
import { step, type Leg, type Standing, type Verb } from '#domain/move.ts'
import type { Order } from '#domain/order.ts'
import type { TableId } from '#domain/stream.ts'
import type { Manifest } from '#domain/evidence.ts'
import { assert } from '#lib/assert.ts'
import type { Clock } from '#ports/clock.ts'
import type { HomeControl } from '#ports/home-control.ts'
import type { Routes } from '#ports/routes.ts'
import type { Source, Store, Target } from '#ports/store.ts'
import type { Desk } from './desk.ts'
import type { Pace } from './pace.ts'
import { streamName, writeRecord, type MoveRecord } from './record.ts'

/** One of the two homes of a move, as far as the mover reaches it. */
export type Home = { readonly store: Store; readonly control?: HomeControl; /** What people are sent to. */ readonly upstream?: string }

/** Everything the mover needs from outside. */
export type World = {
  readonly origin: Home
  readonly destination: Home
  readonly routes?: Routes
  readonly clock: Clock
  readonly tool: { readonly version: string; readonly node: string }
  /** Something beside the two stores says that a move between them is under way: a destination that does not answer may have its record, and is waited for. */
  readonly isUnderWay?: boolean
  /** Asked with the move on file, before anything is done to it: throws MOVER_RUNS when another mover is at work on it. */
  claim?(move: string): Promise<void>
  newId(): string
  emit(event: Event): void
  /** Signs and keeps the evidence; answers where it is. */
  keep(manifest: Manifest): Promise<{ readonly file: string; readonly root: string }>
  /** Resolves once whoever wants to know has heard what was told so far: what a rehearsal found is not forgotten before. */
  heard?(): Promise<void>
  /** Starts a process that gives the freeze up at `deadline` should this one be gone; disposing of it ends it. */
  watch?(move: string, leg: Leg, epoch: number, deadline: number): Promise<AsyncDisposable>
}

/** One direction of the move: who is copied or followed, and who receives. */
export type Lane = {
  readonly leg: Leg
  readonly from: Home
  readonly to: Home
  readonly source: Source
  readonly target: Target
  /** The other direction, for when this one has been switched. */
  readonly back: { readonly source: Source; readonly target: Target }
}

/** One session of the mover at work on one move. */
export type Run = {
  readonly world: World
  readonly desk: Desk
  readonly pace: Pace
  readonly record: MoveRecord
  readonly tables: ReadonlyMap<TableId, Table>
  readonly signal: AbortSignal
  /** Changes the record, durably. */
  save(change: Partial<MoveRecord>): Promise<void>
  /** Takes a verb that the table of stages allows and changes the record with it, in one durable write, and tells. */
  take(verb: Verb, change?: Partial<MoveRecord>): Promise<void>
  lane(leg: Leg): Lane
  /** The same run, stopped by another signal as well. */
  stoppedBy(signal: AbortSignal): Run
  /** Tells that a piece of work begins and ends, and how long it took. */
  phase<T>(phase: Phase, work: () => Promise<T>, note?: string): Promise<T>
}

export const openRun = (world: World, desk: Desk, pace: Pace, first: MoveRecord, signal: AbortSignal): Run => {
  let record = first
  let tables = index(first.tables)
  const lanes = new Map<Leg, Lane>()
  const make = (stop: AbortSignal): Run => ({
    world, desk, pace, signal: stop,
    stoppedBy: other => make(AbortSignal.any([stop, other])),
    get record() { return record },
    get tables() { return tables },
    async save(change) {
      const next = { ...record, ...change }
      await writeRecord(world.destination.store.book, next)
      record = next
      if (change.tables !== undefined) tables = index(next.tables)
    },
    async take(verb, change = {}) {
      const standing = step(record.standing, verb)
      assert(!('refused' in standing), `${verb} was taken at ${record.standing.stage}, which the table of stages refuses`)
      await this.save({ ...change, standing })
      world.emit({ type: 'stage', stage: standing.stage, leg: standing.leg, verb })
    },
    lane(leg) {
      const lane = lanes.get(leg) ?? openLane(world, record.id, leg)
      lanes.set(leg, lane)
      return lane
    },
    async phase(phase, work, note) {
      const began = world.clock.elapsed()
      world.emit({ type: 'phase', phase, state: 'begins', ...(note === undefined ? {} : { note }) })
      const result = await work()
      world.emit({ type: 'phase', phase, state: 'ends', ms: world.clock.elapsed() - began })
      return result
    },
  })
  return make(signal)
}

const index = (tables: readonly Table[]): ReadonlyMap<TableId, Table> => new Map(tables.map(t => [t.id, t]))

const openLane = (world: World, id: string, leg: Leg): Lane => {
  const [from, to] = leg === 'out' ? [world.origin, world.destination] : [world.destination, world.origin]
  const [ahead, behind] = leg === 'out' ? (['out', 'back'] as const) : (['back', 'out'] as const)
  return {
    leg, from, to,
    source: from.store.source(streamName(id, ahead)),
    target: to.store.target(streamName(id, ahead)),
    back: { source: to.store.source(streamName(id, behind)), target: from.store.target(streamName(id, behind)) },
  }
}

/** The standing of a move that begins. */
export const firstStanding = (order: Order): Standing => ({ stage: 'ordered', leg: 'out', cold: !order.follow, ...(order.rehearsal === true ? { rehearsal: true } : {}) })

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { systemClock } from '#adapters/clock/system.ts'
import { openPostgres } from '#adapters/store/postgres/store.ts'
import type { Event } from '#domain/event.ts'
import { defaults, type Order } from '#domain/order.ts'
import { startMove, type Mover } from '#mover/mover.ts'
import type { Outcome } from '#mover/session.ts'
import type { Until } from '#mover/stages.ts'
import type { Store } from '#ports/store.ts'
import { type Scope, type TestDatabase, useDatabase } from '#test/services/postgres.ts'
import { until } from '#test/services/until.ts'

/** A mover in this process between two databases, and what it told so far. */
export type Running = {
  readonly mover: Mover
  readonly events: readonly Event[]
  /** Waits for an event of this kind that was not waited for before. Rejects with what the move failed of. */
  heard<Kind extends Event['type']>(type: Kind, is?: (event: Extract<Event, { type: Kind }>) => boolean): Promise<Extract<Event, { type: Kind }>>
  /** Ends it in good order, as Ctrl-C does; the next `start` goes on. */
  stop(): Promise<void>
}

export type Rig = {
  readonly from: TestDatabase
  readonly to: TestDatabase
  start(order?: Partial<Order>, until?: Until, on?: (event: Event) => void, /** Called when everything is proven and nothing is switched. */ proven?: () => void): Running
}

/** Two databases, 15 and 18, and as many movers between them, one after the other, as a test wants. */
export const useRig = async (t: Scope, template: string): Promise<Rig> => {
  const movers = useMovers(t)
  return rigOf(t, await useDatabase(t, { major: 15, template }), await useDatabase(t, { major: 18 }), movers)
}

/** What ends the movers of a test. Hooks run in the order they were made: asked for before the databases, it ends movers before their databases are dropped. */
export const useMovers = (t: Scope): (() => Promise<void>)[] => {
  const ends: (() => Promise<void>)[] = []
  t.after(async () => { for (const end of ends) await end() })
  return ends
}

export const rigOf = (t: Scope, from: TestDatabase, to: TestDatabase, movers = useMovers(t)): Rig => {
  return {
    from, to,
    start(order = {}, goal = 'switched', on = () => { /* nobody listens */ }, proven = () => { /* well */ }) {
      const events: Event[] = []
      let next = 0
      const stop = new AbortController()
      const [origin, destination] = [open(from, 'source'), open(to, 'target')]
      const mover = startMove({
        origin: { store: origin }, destination: { store: destination }, clock: systemClock, tool: { version: 'test', node: process.versions.node },
        newId: () => randomBytes(5).toString('hex'), emit: event => { events.push(event); on(event) }, keep: async () => {
          proven()
          return { file: 'evidence', root: 'root' }
        },
      }, { ...defaults, tenant: 'nordlicht', approvedBy: 'the test', ...order }, goal, stop.signal)
      const over: { outcome?: Outcome; error?: unknown } = {}
      const ended = (async () => {
        await mover.outcome.then(outcome => { over.outcome = outcome }, (error: unknown) => { over.error = error })
        await origin[Symbol.asyncDispose]()
        await destination[Symbol.asyncDispose]()
      })()
      const end = async (): Promise<void> => {
        stop.abort(new Error('the test stops the mover'))
        await ended
      }
      movers.push(end)
      return {
        mover, events, stop: end,
        heard: async (type, is = () => true) => {
          const event = await until(`the event ${type}`, () => {
            for (; next < events.length; next++) {
              const one = events[next] as Extract<Event, { type: typeof type }>
              if (one.type !== type || !is(one)) continue
              next++
              return one
            }
            // An error thrown here would only be asked for again.
            return 'error' in over ? over : undefined
          }, { withinMs: 60_000, everyMs: 5 })
          if ('error' in event) throw event.error
          return event as Extract<Event, { type: typeof type }>
        },
      }
    },
  }
}

const open = (database: TestDatabase, name: string): Store => {
  const url = new URL(database.url)
  const password = decodeURIComponent(url.password)
  url.password = ''
  return openPostgres({ url: url.href, password, name })
}

/** The move ended where it should, at the switch if nothing else is said. */
export const assertStands = async (running: Running, stage = 'switched'): Promise<void> => {
  const outcome = await running.mover.outcome
  assert.equal(outcome.outcome === 'stands' ? outcome.standing.stage : JSON.stringify(outcome), stage)
}

/** Every row of these tables is the same in both homes, by the servers' own text of it; how many there are. */
export const assertSame = async ({ from, to }: Rig, ...tables: readonly string[]): Promise<number> => {
  const rows = async (database: TestDatabase, table: string): Promise<string[]> => (await database.query<{ row: string }>(`SELECT t::text AS row FROM ${table} t ORDER BY t::text COLLATE "C"`)).map(r => r.row)
  let count = 0
  for (const table of tables) {
    const expected = await rows(from, table)
    assert.deepEqual(await rows(to, table), expected, table)
    count += expected.length
  }
  return count
}

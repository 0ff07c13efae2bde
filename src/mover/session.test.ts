import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSimulatedClock } from '#adapters/clock/simulated.ts'
import { openMemoryStore } from '#adapters/store/memory/store.ts'
import type { Event } from '#domain/event.ts'
import { Fault } from '#domain/faults.ts'
import { openHomes, type Homes } from '#test/model/shop.ts'
import { order, tick } from '#test/model/world.ts'
import { startMove } from './mover.ts'
import type { World } from './run.ts'
import type { Outcome } from './session.ts'

type Which = keyof Homes

/** Two homes, of which `down` do not answer, and movers between them; time flows while one is at work. `began` is called with each event. */
const useHomes = async () => {
  const clock = createSimulatedClock()
  const homes = await openHomes(clock, () => 4)
  const down = new Set<Which>()
  const store = (which: Which) => openMemoryStore(homes[which], async () => {
    if (down.has(which)) throw new Fault('STORE_UNREACHABLE', { store: which, reason: 'connect ECONNREFUSED' })
  })
  const move = async (rest: Partial<World>, hear: (event: Event) => void, stop = new AbortController()): Promise<Outcome> => {
    const world: World = {
      origin: { store: store('origin') }, destination: { store: store('destination') }, clock, tool: { version: 'test', node: 'test' },
      newId: () => 'm1', emit: hear, keep: async () => ({ file: 'evidence', root: 'root' }), ...rest,
    }
    const { outcome } = startMove(world, order, 'switched', stop.signal)
    let isOver = false
    const time = (async () => { while (!isOver) { await clock.advance(1); await tick() } })()
    try {
      return await outcome
    } finally {
      isOver = true
      await time
    }
  }
  /** Begins a move and leaves it where the first event that `is` comes, as Ctrl-C does. */
  const leaveAt = async (is: (event: Event) => boolean): Promise<void> => {
    const stop = new AbortController()
    await assert.rejects(move({}, event => { if (is(event)) stop.abort(new Error('left')) }, stop), /left/)
  }
  return { clock, down, move, leaveAt }
}

const isUnreachable = (error: unknown): boolean => error instanceof Fault && error.code === 'STORE_UNREACHABLE'
const isCopying = (event: Event): boolean => event.type === 'phase' && event.phase === 'copy'

for (const which of ['origin', 'destination'] as const) {
  test(`at the very first look a home that does not answer is told at once (${which})`, async () => {
    const { down, move } = await useHomes()
    down.add(which)
    const events: Event[] = []
    await assert.rejects(move({}, event => { events.push(event) }), isUnreachable)
    assert.ok(!events.some(event => event.type === 'retry'))
  })
}

test('a destination that does not answer is waited for where a move is known to be under way', async () => {
  const { down, move, leaveAt } = await useHomes()
  await leaveAt(isCopying)
  down.add('destination')
  const events: Event[] = []
  const outcome = await move({ isUnderWay: true }, event => {
    events.push(event)
    if (events.filter(e => e.type === 'retry').length === 3) down.clear()
  })
  assert.deepEqual(events.slice(0, 4).map(event => event.type), ['retry', 'retry', 'retry', 'move'])
  assert.equal(outcome.outcome === 'stands' && outcome.standing.stage, 'switched')
})

test('a destination that does not answer within five minutes is told, although a move is under way', async () => {
  const { clock, down, move } = await useHomes()
  down.add('destination')
  await assert.rejects(move({ isUnderWay: true }, () => { /* retries */ }), isUnreachable)
  assert.ok(clock.elapsed() > 5 * 60_000 && clock.elapsed() < 6 * 60_000)
})

for (const [when, isThere] of [['was ordered, and no more,', event => event.type === 'stage' && event.verb === 'resumed'], ['was copying', isCopying]] as const satisfies [string, (event: Event) => boolean][]) {
  test(`an origin that does not answer is waited for when a move that ${when} is taken up again`, async () => {
    const { down, move, leaveAt } = await useHomes()
    await leaveAt(event => {
      if (isThere(event)) down.add('origin')
      return event.type === 'retry'
    })
    const events: Event[] = []
    const outcome = await move({}, event => {
      events.push(event)
      if (event.type === 'retry') down.clear()
    })
    assert.ok(events.some(event => event.type === 'retry'))
    assert.equal(outcome.outcome === 'stands' && outcome.standing.stage, 'switched')
  })
}

test('a move that another mover is at work on is left alone', async () => {
  const { move, leaveAt } = await useHomes()
  await leaveAt(isCopying)
  const events: Event[] = []
  await assert.rejects(move({ claim: async id => { throw new Fault('MOVER_RUNS', { move: id }) } }, event => { events.push(event) }), /already \(m1\)/)
  assert.deepEqual(events, [])
})

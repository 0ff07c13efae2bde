import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSimulatedClock } from '#adapters/clock/simulated.ts'
import { registered } from '#adapters/store/memory/register.ts'
import { openMemoryStore } from '#adapters/store/memory/store.ts'
import { fenceNote } from '#adapters/store/memory/transaction.ts'
import type { Event } from '#domain/event.ts'
import { Fault } from '#domain/faults.ts'
import type { Order } from '#domain/order.ts'
import { openProduct } from '#adapters/store/memory/product.ts'
import { contentsOf, openHomes, randomOf, tables } from '#test/model/shop.ts'
import { blows, openModel, order as usual, tick, type Blow, type Model } from '#test/model/world.ts'
import { startMove } from './mover.ts'
import type { World } from './run.ts'
import type { Outcome } from './session.ts'

const order: Order = { ...usual, schema: 'dump', rehearsal: true }

/** Movers of one rehearsal, one after the other dies, until one ends; each finds what the one before left. `cancelAt`: after so many lives a person has it end. */
const runToEnd = async (model: Model, random: () => number, cancelAt: number): Promise<void> => {
  for (let lives = 0; ; lives++) {
    assert.ok(lives < 60, 'the rehearsal does not end')
    const strikes = new Map<number, Blow>()
    for (let at = 0, n = 0; n < 4 && lives < 8; n++) strikes.set((at += 1 + Math.floor(random() * 250)), blows[Math.floor(random() * blows.length)] ?? 'kill the mover')
    const running = model.begin('settled', strikes)
    if (lives >= cancelAt) running.mover.tell({ verb: 'cancel' })
    // A home that is gone at the very first look is told at once; whoever has the order begins again.
    const ended = await running.ended.catch((error: unknown): 'killed' => { if (error instanceof Fault && error.code === 'STORE_UNREACHABLE') return 'killed'; throw error })
    if (ended === 'killed') continue
    assert.ok(ended.outcome === 'stands' && ended.standing.stage === 'cancelled' && ended.standing.rehearsal === true)
    return
  }
}

const isProven = (events: readonly Event[]): boolean => events.some(event => event.type === 'rehearsed')

for (let seed = 1; seed <= Number(process.env['SEEDS'] ?? 9); seed++) {
  const isCancelled = seed % 4 === 0
  test(`whatever dies at whatever moment, a rehearsal never freezes, and nothing of it stays (seed ${seed}${isCancelled ? ', cancelled' : ''})`, { timeout: 60_000 }, async () => {
    const model = await openModel(seed, { schema: 'dump', rehearsal: true })
    const { homes: { origin, destination }, writers, events } = model
    let isOver = false
    const watching = (async () => {
      while (!isOver) {
        for (const home of [origin, destination]) assert.ok(!home.visible.notes.has(fenceNote), `${home.name} was fenced`)
        await tick()
      }
    })()
    try {
      await Promise.race([runToEnd(model, randomOf(seed * 104_729), isCancelled ? seed % 3 : Infinity), watching])
    } finally {
      isOver = true
      await model.close()
    }
    await watching
    assert.deepEqual(await contentsOf(origin), writers.expected)
    for (const home of [origin, destination]) assert.deepEqual([registered(home), home.log.streams, home.pictures, home.visible.notes.size], [[], [], [], 0], `${home.name} is left as it was`)
    assert.equal(destination.visible.tables.size, 0)
    assert.deepEqual(events.filter(event => event.type === 'freeze' || event.type === 'evidence' || (event.type === 'stage' && !['ordered', 'copying', 'following', 'cancelled'].includes(event.stage))), [])
    assert.ok(isCancelled || isProven(events), 'it proved what it copied')
  })
}

const useHomes = async () => {
  const clock = createSimulatedClock()
  const homes = await openHomes(clock, () => 4, false)
  const rehearse = async (rest: Partial<World> = {}, what: Order = order, stop = new AbortController()): Promise<Outcome & { events: Event[] }> => {
    const events: Event[] = []
    const world: World = {
      origin: { store: openMemoryStore(homes.origin) }, destination: { store: openMemoryStore(homes.destination) }, clock, tool: { version: 'test', node: 'test' },
      newId: () => 'm1', emit: event => { events.push(event) }, keep: async () => ({ file: 'evidence', root: 'root' }), ...rest,
    }
    const { outcome } = startMove(world, what, 'settled', stop.signal)
    let isOver = false
    const time = (async () => { while (!isOver) { await clock.advance(1); await tick() } })()
    try {
      return { ...(await outcome), events }
    } finally {
      isOver = true
      await time
    }
  }
  const leaveCopying = async (what = order): Promise<void> => {
    const stop = new AbortController()
    await assert.rejects(rehearse({ emit: event => { if (event.type === 'phase' && event.phase === 'copy') stop.abort(new Error('left')) } }, what, stop), /left/)
  }
  const write = async (): Promise<void> => {
    const writing = await openProduct(homes.destination).begin()
    await writing.insert('shop.log', [{ what: 'somebody’s' }])
    await writing.commit()
  }
  return { homes, rehearse, leaveCopying, write }
}

const isApart = (why: RegExp) => (error: unknown): boolean => error instanceof Fault && error.code === 'REHEARSAL_APART' && why.test(error.message)

test('a rehearsal has no hand on product, route and evidence, and tells what it found once, before its record goes', async () => {
  const { homes, rehearse } = await useHomes()
  const never = async (): Promise<never> => { throw new Error('a rehearsal has no hand on it') }
  const control = { label: 'product', freeze: never, thaw: never, probe: never }
  let heard = 0
  const { events, ...outcome } = await rehearse({
    origin: { store: openMemoryStore(homes.origin), control, upstream: 'origin' }, destination: { store: openMemoryStore(homes.destination), control, upstream: 'destination' },
    routes: { label: 'route', read: never, point: never }, keep: never, watch: never,
    heard: async () => { heard++; assert.ok((await openMemoryStore(homes.destination).book.read())?.includes('"rehearsed"')) },
  })
  assert.equal(outcome.outcome === 'stands' && outcome.standing.stage, 'cancelled')
  const found = events.filter(event => event.type === 'rehearsed')
  assert.deepEqual(found.map(one => [one.tables, one.ofTables, one.rows, one.budgetMs, one.p95Ms > one.p50Ms && one.p50Ms > 0]), [[3, 4, 0, order.freezeBudgetMs, true]])
  assert.equal(heard, 1)
})

test('a rehearsal and a move do not go on with each other’s records, nor with another tenant’s', async () => {
  const { rehearse, leaveCopying } = await useHomes()
  await leaveCopying()
  await assert.rejects(rehearse({}, { ...usual, schema: 'dump' }), isApart(/has a rehearsal in it/))
  await assert.rejects(rehearse({}, { ...order, tenant: 'another' }), isApart(/has a rehearsal of nordlicht in it/))
  assert.equal((await rehearse()).outcome, 'stands')
  await leaveCopying({ ...usual, schema: 'dump' })
  await assert.rejects(rehearse(), isApart(/has a move in it/))
})

test('a rehearsal does not begin beside a move of the same origin, nor where another home serves; a database that holds something is left alone', async () => {
  const [one, other, third, full] = await Promise.all([useHomes(), useHomes(), useHomes(), useHomes()])
  await one.leaveCopying({ ...usual, schema: 'dump' })
  await assert.rejects(one.rehearse({ destination: { store: openMemoryStore(other.homes.destination) } }), isApart(/something of a move is in memory:\/\/origin/))
  await assert.rejects(other.rehearse({ destination: { store: openMemoryStore(one.homes.origin) } }), isApart(/something of a move is in memory:\/\/origin/))
  await openMemoryStore(third.homes.origin).book.own({ owner: 'elsewhere', epoch: 1, move: 'm' })
  await assert.rejects(third.rehearse(), isApart(/something of a move is in/))
  await openProduct(full.homes.destination).define(tables, [])
  await full.write()
  const held = await contentsOf(full.homes.destination)
  const end = await full.rehearse()
  assert.deepEqual(end.outcome === 'blocked' && end.findings.filter(one => one.level === 'blocker').map(one => one.id), ['target-not-empty'])
  assert.deepEqual(await contentsOf(full.homes.destination), held)
  assert.ok(held['shop.log']?.length === 1)
})

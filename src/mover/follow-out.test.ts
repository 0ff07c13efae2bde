import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSimulatedClock } from '#adapters/clock/simulated.ts'
import { openMemoryStore } from '#adapters/store/memory/store.ts'
import type { Event } from '#domain/event.ts'
import { Fault } from '#domain/faults.ts'
import { openHomes } from '#test/model/shop.ts'
import { order, tick } from '#test/model/world.ts'
import { startMove } from './mover.ts'
import type { World } from './run.ts'
import type { Outcome } from './session.ts'

/** One move up to the switch, in which a person lets the freeze begin after the `patience`-th full verification. */
const moveWith = async (patience: number, rest: Partial<World>, token?: () => string): Promise<{ readonly events: readonly Event[]; readonly outcome: Promise<Outcome> }> => {
  const clock = createSimulatedClock()
  const homes = await openHomes(clock, () => 4)
  const origin = openMemoryStore(homes.origin)
  if (token !== undefined) origin.schemaToken = async () => token()
  const events: Event[] = []
  const world: World = {
    origin: { store: origin }, destination: { store: openMemoryStore(homes.destination) }, clock, tool: { version: 'test', node: 'test' },
    newId: () => 'm1', emit: event => { events.push(event) }, keep: async () => ({ file: 'evidence', root: 'root' }), ...rest,
  }
  const mover = startMove(world, { ...order, cutover: 'wait' }, 'switched', new AbortController().signal)
  let isOver = false
  const time = (async () => {
    for (let isTold = false; !isOver; await tick()) {
      // Nothing happens while a person is waited for: long steps.
      await clock.advance(!isTold && events.at(-1)?.type === 'forecast' ? 10_000 : 10)
      if (!isTold && verifications(events) === patience) isTold = mover.tell({ verb: 'cutover', approvedBy: 'the test' }).ok
    }
  })()
  const outcome = mover.outcome.finally(() => { isOver = true })
  await Promise.allSettled([outcome])
  await time
  return { events, outcome }
}

const verifications = (events: readonly Event[]): number => events.filter(event => event.type === 'phase' && event.phase === 'verify' && event.state === 'ends').length
const retries = (events: readonly Event[]): string[] => events.flatMap(event => (event.type === 'retry' ? [event.code] : []))

test('a schema that is altered again and again before the freeze is told each time, and ends the session at the fifth', async () => {
  let tokens = 0
  const { events, outcome } = await moveWith(1, {}, () => `token ${++tokens}`)
  await assert.rejects(outcome, (error: unknown) => error instanceof Fault && error.code === 'SCHEMA_TOUCHED')
  assert.deepEqual([retries(events), verifications(events)], [Array.from({ length: 4 }, () => 'SCHEMA_TOUCHED'), 5])
  assert.ok(!events.some(event => event.type === 'freeze'))
})

test('however often everything was verified again while a person was waited for, a freeze that fails once is tried again', async () => {
  let keeps = 0
  const { events, outcome } = await moveWith(7, {
    async keep() {
      if (++keeps === 1) throw new Fault('HOME_REFUSED', { home: 'origin', verb: 'freeze', reason: 'busy' })
      return { file: 'evidence', root: 'root' }
    },
  })
  const ended = await outcome
  assert.equal(ended.outcome === 'stands' && ended.standing.stage, 'switched')
  assert.deepEqual([retries(events), verifications(events)], [['HOME_REFUSED'], 8])
})

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test, type TestContext } from 'node:test'
import { systemClock } from '#adapters/clock/system.ts'
import { faulty, type Plan } from '#adapters/licensor/faulty/faulty.ts'
import type { BookLine } from '#domain/licence/move-book.ts'
import { moveLicences, type MoveEnded, type MoveWish } from '#licence/move-licences.ts'
import type { Licensor } from '#ports/licensor.ts'
import { type KeygenSimulator, startKeygenSimulator } from '#test/services/keygen-simulator.ts'
import { openKeygenLicensor } from './licensor.ts'

const never = new AbortController().signal
const order: MoveWish['order'] = { renames: [], only: null, codes: {}, reason: 'moving house', expectedEnd: null, address: null }

/** Three licences on the old machine, and one move of them, which may be begun, continued and undone. */
const make = async (t: TestContext): Promise<{ simulator: KeygenSimulator; where(): string[]; move(wish?: Partial<MoveWish>, plan?: Plan): Promise<MoveEnded> }> => {
  const simulator = await startKeygenSimulator()
  t.after(() => simulator[Symbol.asyncDispose]())
  for (const name of ['Solver', 'Viewer', 'Server']) simulator.machines.push({ id: randomUUID(), fingerprint: 'fp:old', name: 'old', licence: simulator.issue({ name }).id })
  const side = (name: string): Licensor => openKeygenLicensor({ url: simulator.url, token: simulator.token, machine: { name, fingerprint: `fp:${name}` } })
  const lines: BookLine[] = []
  const book = { label: 'memory', lines, cutBytes: 0, append: async (line: BookLine) => { lines.push(line) }, async [Symbol.asyncDispose]() { /* none */ } }
  return {
    simulator,
    where: () => simulator.licences.map(({ id }) => simulator.machines.filter(({ licence }) => licence === id).map(({ name }) => name).join(' and ')),
    move: (wish = {}, plan = () => undefined) => moveLicences({ origin: side('old'), destination: faulty(side('new'), plan), book, clock: systemClock, newId: randomUUID, keepSheet: async () => { /* it is not read here */ }, tell: () => { /* nobody listens */ } }, { order, ...wish }, never),
  }
}

test('licences at a simulator of Keygen are moved to another machine by the same saga, and what Keygen cannot do is told', async t => {
  const { move, where } = await make(t)
  const ended = await move()
  assert.equal(ended.end, 'carried-out', JSON.stringify(ended))
  assert.deepEqual(where(), ['new', 'new', 'new'])
  assert.ok(ended.notes.some(note => note.includes('no maintenance mode')))
})

test('an activation whose answer was lost is read back, and not made twice', async t => {
  const { move, where, simulator } = await make(t)
  const ended = await move({}, (verb, nth) => (verb === 'activate' && nth === 2 ? { how: 'after' } : undefined))
  assert.equal(ended.end, 'carried-out', JSON.stringify(ended))
  assert.deepEqual(where(), ['new', 'new', 'new'])
  assert.equal(simulator.machines.length, 3)
})

test('a move that is refused half-way is undone', async t => {
  const { move, where } = await make(t)
  const ended = await move({}, (verb, nth) => (verb === 'activate' && nth === 2 ? { how: 'refused' } : undefined))
  assert.equal(ended.end, 'refused', JSON.stringify(ended))
  assert.deepEqual(where().filter(name => name !== '').toSorted(), ['new', 'old'], 'no more than one is on neither')
  assert.equal((await move({ undo: { by: 'Sato' } })).end, 'undone')
  assert.deepEqual(where(), ['old', 'old', 'old'])
})

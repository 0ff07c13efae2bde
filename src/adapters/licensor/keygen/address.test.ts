import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Factor } from '#domain/licence/node-lock.ts'
import type { Machine } from '#ports/machine.ts'
import { startKeygenSimulator } from '#test/services/keygen-simulator.ts'
import { fingerprintOf, openKeygenAt } from './address.ts'

const never = new AbortController().signal
const machine = (...factors: readonly Factor[]): Machine => ({ name: 'lm-07', factors: async () => factors })
const here = machine({ kind: 'machine-id', value: '0123' }, { kind: 'disk', value: 'one' })

test('a machine is one fingerprint, that of what changes least, and nothing of it can be read there', async () => {
  const print = await fingerprintOf(here)
  assert.match(print, /^[0-9a-f]{64}$/)
  assert.equal(await fingerprintOf(machine({ kind: 'disk', value: 'another' }, { kind: 'machine-id', value: '0123' })), print)
  assert.notEqual(await fingerprintOf(machine({ kind: 'machine-id', value: '4567' }, { kind: 'disk', value: 'one' })), print)
  assert.notEqual(await fingerprintOf(machine({ kind: 'disk', value: 'one' })), await fingerprintOf(machine({ kind: 'disk', value: 'two' })))
  await assert.rejects(fingerprintOf(machine()), { code: 'SETTINGS_WRONG' })
})

test('the address says which machine it is about', async t => {
  const simulator = await startKeygenSimulator()
  t.after(() => simulator[Symbol.asyncDispose]())
  const { id, key } = simulator.issue()
  const at = (query: string) => openKeygenAt({ url: `${simulator.url}?${query}`, token: simulator.token }, here)
  await at('machine=here').activate({ licence: id, document: '', receipt: null }, key, 'key', never)
  assert.deepEqual(simulator.machines.map(({ fingerprint, name }) => ({ fingerprint, name })), [{ fingerprint: await fingerprintOf(here), name: 'lm-07' }])
  assert.equal((await at('machine=lm-08&fingerprint=other').readBack(never)).licences[0]?.state, 'inactive')
  assert.equal((await at(`machine=any&fingerprint=${await fingerprintOf(here)}`).readBack(never)).licences[0]?.state, 'active')
  for (const query of ['', 'machine=lm-08', 'machine=here&machines=2']) assert.throws(() => at(query), { code: 'SETTINGS_WRONG' })
  assert.throws(() => openKeygenAt({ url: 'https://api.keygen.sh/?machine=here', token: 'x' }, here), { code: 'SETTINGS_WRONG' })
})

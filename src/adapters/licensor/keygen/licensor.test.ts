import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { Fault } from '#domain/faults.ts'
import { licensorContract, type LicensorFixture, type Side } from '#ports/licensor.contract.ts'
import type { Licensor } from '#ports/licensor.ts'
import { type KeygenSimulator, startKeygenSimulator } from '#test/services/keygen-simulator.ts'
import { keygenCan, type KeygenSettings, openKeygenLicensor } from './licensor.ts'

const never = new AbortController().signal
const machines = { origin: { fingerprint: 'fp:old:1', name: 'lm-old' }, destination: { fingerprint: 'fp:new:2', name: 'lm-new' } } as const

const opened = (simulator: KeygenSimulator, side: Side, over: Partial<KeygenSettings> = {}): Licensor =>
  openKeygenLicensor({ url: simulator.url, token: simulator.token, machine: machines[side], ...over })

const started = async (t: TestContext): Promise<KeygenSimulator> => {
  const simulator = await startKeygenSimulator()
  t.after(() => simulator[Symbol.asyncDispose]())
  return simulator
}

licensorContract('a simulator of Keygen', keygenCan, async (t): Promise<LicensorFixture> => {
  const simulator = await started(t)
  return {
    origin: opened(simulator, 'origin'), destination: opened(simulator, 'destination'),
    async issue({ seats }) {
      const { id, key } = simulator.issue({ maxProcesses: seats })
      simulator.machines.push({ id: randomUUID(), ...machines.origin, licence: id })
      return { licence: id, code: key, profile: id }
    },
    seat: null,
    machines: { origin: machines.origin.name, destination: machines.destination.name },
    address: '',
    movedTo: async () => null,
    by: async (side, way) => opened(simulator, side, { url: await simulator.door(way), connectMs: 10_000, answerMs: 1_500 }),
    restart: async side => opened(simulator, side),
    secrets: [simulator.token],
  }
})

const refused = (reason: RegExp) => (error: unknown): boolean => error instanceof Fault && error.code === 'LICENSOR_REFUSED' && reason.test(String(error.facts['reason']))

/** A licence that is active on the old machine, and both sides. */
const make = async (t: TestContext, over: Parameters<KeygenSimulator['issue']>[0] = {}): Promise<{ simulator: KeygenSimulator; origin: Licensor; destination: Licensor; licence: ReturnType<KeygenSimulator['issue']> }> => {
  const simulator = await started(t)
  const licence = simulator.issue(over)
  simulator.machines.push({ id: randomUUID(), ...machines.origin, licence: licence.id })
  return { simulator, origin: opened(simulator, 'origin'), destination: opened(simulator, 'destination'), licence }
}
const give = ({ id }: { readonly id: string }) => ({ licence: id, document: '', receipt: null })

describe('licences at a simulator of Keygen', () => {
  it('are told with what Keygen knows of them, over many pages', async t => {
    const { simulator, origin, licence } = await make(t, { name: 'Solver', maxProcesses: 12, expiry: '2030-01-31T00:00:00.000Z' })
    for (let count = 0; count < 230; count += 1) simulator.issue({ maxMachines: null })
    const other = simulator.issue({ product: 'another product' })
    const { licences } = await origin.readBack(never)
    assert.equal(new Set(licences.map(({ id }) => id)).size, 232)
    assert.deepEqual(licences.find(({ id }) => id === licence.id), { id: licence.id, product: licence.product, kind: 'node-locked', name: 'Solver', seats: 12, endsAt: Date.UTC(2030, 0, 31), state: 'active', machine: 'lm-old', code: licence.key, taken: [] })
    assert.ok(!(await opened(simulator, 'origin', { product: licence.product }).readBack(never)).licences.some(({ id }) => id === other.id))
  })

  it('that are suspended or over are not deactivated, because they could not be activated again', async t => {
    const { simulator, origin, licence } = await make(t)
    licence.suspended = true
    await assert.rejects(origin.deactivate(licence.id, 'key', never), refused(/is suspended.*SUSPENDED/))
    const over = simulator.issue({ expiry: '2020-01-01T00:00:00.000Z' })
    simulator.machines.push({ id: randomUUID(), ...machines.origin, licence: over.id })
    await assert.rejects(origin.deactivate(over.id, 'key', never), refused(/is over.*EXPIRED/))
    assert.equal(simulator.machines.length, 2)
  })

  it('are not activated where they are suspended, or by the key of another', async t => {
    const { simulator, origin, destination, licence } = await make(t)
    await origin.deactivate(licence.id, 'key', never)
    await assert.rejects(destination.activate(give(licence), simulator.issue().key, 'key', never), refused(/another licence/))
    await assert.rejects(destination.activate(give(licence), null, 'key', never), refused(/key is missing/))
    licence.suspended = true
    await assert.rejects(destination.activate(give(licence), licence.key, 'key', never), refused(/is suspended/))
    assert.equal(simulator.machines.length, 0)
  })

  it('are on one machine at a time, also where their policy allows more', async t => {
    const { simulator, destination, licence } = await make(t, { maxMachines: 3 })
    await assert.rejects(destination.activate(give(licence), licence.key, 'key', never), refused(/active elsewhere, on lm-old/))
    assert.equal(simulator.machines.length, 1)
  })

  it('are refused in plain words by the code that Keygen gives', async t => {
    const { simulator, origin, destination, licence } = await make(t, { maxMachines: 0 })
    await origin.deactivate(licence.id, 'key', never)
    await assert.rejects(destination.activate(give(licence), licence.key, 'key', never), refused(/on as many machines as it may be.*MACHINE_LIMIT_EXCEEDED/))
    simulator.uniqueness = 'UNIQUE_PER_ACCOUNT'
    simulator.machines.push({ id: randomUUID(), ...machines.destination, licence: simulator.issue().id })
    await assert.rejects(destination.activate(give(licence), licence.key, 'key', never), refused(/fingerprint of this machine is taken.*FINGERPRINT_TAKEN/))
    await assert.rejects(opened(simulator, 'origin', { token: 'wrong' }).readBack(never), refused(/does not accept the token/))
  })

  it('are asked for again when Keygen wants to be left alone, for so long and no longer', async t => {
    const { simulator, origin, licence } = await make(t)
    simulator.instead(2, 429, { 'retry-after': '0' })
    assert.equal((await origin.readBack(never)).licences.length, 1)
    simulator.instead(2, 429, { 'retry-after': '0' })
    await origin.deactivate(licence.id, 'key', never)
    assert.equal(simulator.machines.length, 0)
    simulator.instead(1, 429, { 'retry-after': '3600' })
    await assert.rejects(origin.readBack(never), { code: 'LICENSOR_UNREACHABLE' })
    simulator.instead(1_000, 429, { 'retry-after': '0' })
    await assert.rejects(origin.readBack(never), { code: 'LICENSOR_UNREACHABLE' })
    simulator.instead(1, 429, { 'retry-after': '30' })
    const reason = new Error('enough')
    const stop = new AbortController()
    const asked = origin.readBack(stop.signal)
    setImmediate(() => { stop.abort(reason) })
    await assert.rejects(asked, error => error === reason)
  })

  it('are unreachable, or what answers is not Keygen', async t => {
    const { simulator, origin } = await make(t)
    for (const [status, body, code] of [[500, '', 'LICENSOR_UNREACHABLE'], [200, '<html>', 'LICENSOR_CONFUSED'], [200, '{"data":[{"type":"users"}]}', 'LICENSOR_CONFUSED'], [302, '', 'LICENSOR_CONFUSED'], [404, '<html>', 'LICENSOR_CONFUSED']] as const) {
      simulator.instead(1, status, {}, body)
      await assert.rejects(origin.readBack(never), { code })
    }
    assert.throws(() => openKeygenLicensor({ url: 'http://keygen.example/v1/accounts/x', token: 'x', machine: machines.origin }), { code: 'LICENSOR_REFUSED' })
  })

  it('are laid down as files for products that check offline', async t => {
    const { simulator, licence } = await make(t)
    const files = await mkdtemp(join(tmpdir(), 'rehome-keygen-'))
    t.after(() => rm(files, { recursive: true }))
    const destination = opened(simulator, 'destination', { files })
    for (const key of ['one', 'two']) await destination.install(give(licence), key, never)
    assert.deepEqual(await readdir(files), [`${licence.id}.lic`])
    assert.match(await readFile(join(files, `${licence.id}.lic`), 'utf8'), /^-----BEGIN LICENSE FILE-----\n/)
    assert.ok(simulator.asked.includes(`POST licenses/${licence.id}/actions/check-out`))
    await assert.rejects(destination.install(give({ id: randomUUID() }), 'key', never), refused(/there is no such licence/))
  })
})

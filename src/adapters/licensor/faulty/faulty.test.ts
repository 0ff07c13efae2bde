import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openMemoryIssuer } from '#adapters/licensor/memory/issuer.ts'
import { openMemoryLicensor } from '#adapters/licensor/memory/licensor.ts'
import { Fault } from '#domain/faults.ts'
import type { Licensor, Released } from '#ports/licensor.ts'
import { faulty, type Mishap, type Plan } from './faulty.ts'

const never = new AbortController().signal
const at = (verb: string, nth: number, mishap: Mishap): Plan => (asked, count) => (asked === verb && count === nth ? mishap : undefined)

/** A licence that is installed and inactive, on a good day and on a bad one. */
const make = async (plan: Plan): Promise<{ good: Licensor; bad: Licensor; released: Released; code: string; state(): Promise<unknown> }> => {
  const issuer = openMemoryIssuer()
  const good = openMemoryLicensor({ name: 'here', issuer })
  const { code, ...rest } = issuer.issue({})
  const released = { ...rest, receipt: null }
  await good.install(released, 'install it', never)
  return { good, bad: faulty(good, plan), released, code, state: async () => (await good.readBack(never)).licences[0]?.state }
}

const is = (code: string) => (error: unknown): boolean => error instanceof Fault && error.code === code

describe('a licence server on a bad day', () => {
  it('changes nothing where it was not reached, refused, or the request was lost', async () => {
    for (const [how, code] of [['unreachable', 'LICENSOR_UNREACHABLE'], ['refused', 'LICENSOR_REFUSED'], ['lost', 'LICENSOR_IN_DOUBT']] as const) {
      const { bad, released, code: activation, state } = await make(at('activate', 1, { how }))
      await assert.rejects(bad.activate(released, activation, 'activate', never), is(code))
      assert.equal(await state(), 'inactive')
      await bad.activate(released, activation, 'activate', never)
      assert.equal(await state(), 'active')
    }
  })

  it('has done it where the answer was lost', async () => {
    const { bad, released, code, state } = await make(at('activate', 1, { how: 'after' }))
    await assert.rejects(bad.activate(released, code, 'activate', never), is('LICENSOR_IN_DOUBT'))
    assert.equal(await state(), 'active')
  })

  it('does what was late after the next call was answered, and nobody hears of it', async () => {
    const { bad, released, code, state } = await make(at('activate', 1, { how: 'late' }))
    await assert.rejects(bad.activate(released, code, 'activate', never), is('LICENSOR_IN_DOUBT'))
    assert.equal(await state(), 'inactive')
    assert.equal((await bad.readBack(never)).licences[0]?.state, 'inactive')
    assert.equal(await state(), 'active')
  })

  it('is never in doubt of what it reads', async () => {
    const { bad } = await make(at('readBack', 1, { how: 'lost' }))
    await assert.rejects(bad.readBack(never), is('LICENSOR_UNREACHABLE'))
  })

  it('throws what it was told to, and hangs until it is told to stop', async () => {
    const died = new Error('the process died here')
    const { bad, released, code, state } = await make((verb, nth, call) => (call === 1 ? { how: 'after', fault: died } : verb === 'deactivate' ? { how: 'hangs' } : undefined))
    await assert.rejects(bad.activate(released, code, 'activate', never), error => error === died)
    const stop = new AbortController()
    const asked = bad.deactivate(released.licence, 'deactivate', stop.signal)
    stop.abort(died)
    await assert.rejects(asked, error => error === died)
    assert.equal(await state(), 'active')
  })
})

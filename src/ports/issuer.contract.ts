import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { Fault } from '#domain/faults.ts'
import type { Issuer } from './issuer.ts'

/** Documents as a licence server makes them, for an issuer that is really there. */
export type IssuerRig = {
  readonly issuer: Issuer
  /** Of one licence, for two servers; `code`: not the licence's own. */
  request(server: 'one' | 'two', receipt: string | null, code?: 'wrong'): string
  receipt(server: 'one' | 'two', generation: number): string
}

const never = new AbortController().signal
const refused = (code: string, says: RegExp) => (error: unknown): boolean => error instanceof Fault && error.code === 'ISSUER_REFUSED' && error.facts['code'] === code && says.test(error.message)

export const issuerContract = (name: string, open: (t: TestContext) => Promise<IssuerRig>): void => {
  describe(`an issuer: ${name}`, () => {
    it('activates a licence, and answers the same when it is asked again', async t => {
      const { issuer, request } = await open(t)
      const wish = request('one', null)
      const activation = await issuer.activate(wish, never)
      assert.match(activation, /^[\w-]+\.[\w-]+\.[\w-]+$/)
      assert.equal(await issuer.activate(wish, never), activation)
      const said = await issuer.stands(activation, never)
      assert.equal(said.stands, true)
      assert(said.at !== null, 'it says what time it is')
    })

    it('gives the next generation against the receipt of the one before', async t => {
      const { issuer, request, receipt } = await open(t)
      const first = await issuer.activate(request('one', null), never)
      await assert.rejects(issuer.activate(request('two', null), never), refused('active-elsewhere', /is active on lm-01 since 2026-/))
      await issuer.deactivated(receipt('one', 1), never)
      await issuer.deactivated(receipt('one', 1), never)
      assert.equal((await issuer.stands(first, never)).stands, false)
      const second = await issuer.activate(request('two', receipt('one', 1)), never)
      assert.equal((await issuer.stands(second, never)).stands, true)
    })

    it('refuses in words: a wrong code, a receipt of somebody else, what is no document', async t => {
      const { issuer, request, receipt } = await open(t)
      await assert.rejects(issuer.activate(request('one', null, 'wrong'), never), refused('code-unknown', /mistyped/))
      await issuer.activate(request('one', null), never)
      await assert.rejects(issuer.activate(request('two', receipt('two', 1)), never), refused('receipt-wrong', /does not hold/))
      await assert.rejects(issuer.deactivated(receipt('two', 1), never), refused('receipt-wrong', /does not hold/))
      await assert.rejects(issuer.stands(request('one', null), never), refused('activation-wrong', /another kind/))
    })

    it('asks nothing once nobody waits any more', async t => {
      const { issuer, request } = await open(t)
      const stop = new Error('stop')
      await assert.rejects(issuer.activate(request('one', null), AbortSignal.abort(stop)), stop)
    })
  })
}

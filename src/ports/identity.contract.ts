import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { Fault } from '#domain/faults.ts'
import type { Claims } from '#domain/operator-sign-in.ts'
import type { Passwords, SignInService } from './identity.ts'

const never = new AbortController().signal
const why = (answer: object): unknown => ('refused' in answer ? answer.refused : 'none')

export type SignInFixture = AsyncDisposable & {
  readonly service: SignInService
  /** A browser in which `lead` signs in; the query that it comes back with. */
  browse(url: string, how?: { readonly denies?: boolean }): Promise<string>
  /** What the service says of `lead`. */
  readonly lead: Omit<Claims, 'issuer'>
  /** Ends the service. */
  stop(): Promise<void>
}

/** What everything must do at which operators sign in. */
export const signInContract = (name: string, make: () => Promise<SignInFixture>): void => {
  describe(`${name} is a sign-in service`, () => {
    it('says who came back', async () => {
      await using fixture = await make()
      const { url, begun } = await fixture.service.begin(never)
      assert.deepEqual(await fixture.service.finish(begun, await fixture.browse(url), never), { ...fixture.lead, issuer: fixture.service.issuer })
    })

    it('keeps what proves the beginning out of the browser, and never begins twice alike', async () => {
      await using fixture = await make()
      const [one, other] = [await fixture.service.begin(never), await fixture.service.begin(never)]
      assert.ok(!one.url.includes(one.begun.verifier))
      for (const part of ['state', 'nonce', 'verifier'] as const) assert.ok(one.begun[part] !== other.begun[part] && one.begun[part].length >= 43, part)
    })

    it('refuses another state, another nonce, another verifier', async () => {
      await using fixture = await make()
      const { service } = fixture
      for (const part of ['state', 'nonce', 'verifier'] as const) {
        const [mine, foreign] = [await service.begin(never), await service.begin(never)]
        const query = await fixture.browse(mine.url)
        assert.equal(why(await service.finish({ ...mine.begun, [part]: foreign.begun[part] }, query, never)), 'sign-in-void', part)
      }
    })

    it('refuses a code that was exchanged already, one that was never given, and an answer without one', async () => {
      await using fixture = await make()
      const { service } = fixture
      const { url, begun } = await service.begin(never)
      const query = await fixture.browse(url)
      assert.equal(why(await service.finish(begun, query, never)), 'none')
      assert.equal(why(await service.finish(begun, query, never)), 'sign-in-void')
      const invented = new URLSearchParams(query)
      invented.set('code', 'x'.repeat(43))
      for (const other of [invented.toString(), '', `state=${begun.state}`, `${query}&${query}`]) assert.equal(why(await service.finish(begun, other, never)), 'sign-in-void', other)
    })

    it('says that a person broke off', async () => {
      await using fixture = await make()
      const { url, begun } = await fixture.service.begin(never)
      const refused = await fixture.service.finish(begun, await fixture.browse(url, { denies: true }), never)
      assert.equal(why(refused), 'sign-in-denied')
    })

    it('is a fault when nobody is there, before and after the beginning', async () => {
      await using fixture = await make()
      const { url, begun } = await fixture.service.begin(never)
      const query = await fixture.browse(url)
      await fixture.stop()
      await assert.rejects(fixture.service.finish(begun, query, never), error => error instanceof Fault && error.code === 'IDENTITY_UNREACHABLE' && error.facts['issuer'] === fixture.service.issuer)
    })

    it('does nothing once the signal is aborted', async () => {
      await using fixture = await make()
      const reason = new Error('enough')
      const { url, begun } = await fixture.service.begin(never)
      const query = await fixture.browse(url)
      await assert.rejects(fixture.service.begin(AbortSignal.abort(reason)), error => error === reason)
      await assert.rejects(fixture.service.finish(begun, query, AbortSignal.abort(reason)), error => error === reason)
      assert.equal(why(await fixture.service.finish(begun, query, never)), 'none')
    })
  })
}

export type PasswordsFixture = { readonly passwords: Passwords; /** The same, when more work is asked. */ readonly harder: Passwords }

/** What everything must do that keeps passwords. */
export const passwordsContract = (name: string, make: () => PasswordsFixture): void => {
  describe(`${name} keeps passwords`, () => {
    it('knows a password again, and no other', async () => {
      const { passwords } = make()
      await fc.assert(fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.string({ unit: 'grapheme', maxLength: 60 }), async (password, other) => {
        const hash = await passwords.hash(password, never)
        assert.deepEqual(await passwords.check(password, hash, never), { fits: true, rehash: null })
        if (other.normalize('NFKC') !== password.normalize('NFKC')) assert.deepEqual(await passwords.check(other, hash, never), { fits: false, rehash: null })
      }), { numRuns: 40 })
    })

    it('stores nothing of it, and never the same twice', async () => {
      const { passwords } = make()
      const [one, other] = [await passwords.hash('correct horse', never), await passwords.hash('correct horse', never)]
      assert.ok(one !== other && !one.includes('correct horse') && !one.includes(Buffer.from('correct horse').toString('base64').slice(0, 10)))
    })

    it('takes what another keyboard makes of the same characters', async () => {
      const { passwords } = make()
      assert.ok((await passwords.check('ｃａｆe\u0301 ﾊﾟｽ', await passwords.hash('café パス', never), never)).fits)
    })

    it('refuses for somebody who is not there', async () => {
      assert.deepEqual(await make().passwords.check('', undefined, never), { fits: false, rehash: null })
    })

    it('asks for more work as soon as a password is known that was kept with less', async () => {
      const { passwords, harder } = make()
      const hash = await passwords.hash('correct horse', never)
      assert.deepEqual(await harder.check('wrong horse', hash, never), { fits: false, rehash: null })
      const { fits, rehash } = await harder.check('correct horse', hash, never)
      assert.ok(fits && rehash !== null)
      assert.deepEqual(await harder.check('correct horse', rehash, never), { fits: true, rehash: null })
      assert.deepEqual(await passwords.check('correct horse', rehash, never), { fits: true, rehash: null }, 'never less')
    })

    it('does nothing once the signal is aborted', async () => {
      const { passwords } = make()
      const reason = new Error('enough')
      const hash = await passwords.hash('correct horse', never)
      for (const wait of [passwords.hash('x', AbortSignal.abort(reason)), passwords.check('correct horse', hash, AbortSignal.abort(reason))]) await assert.rejects(wait, error => error === reason)
    })
  })
}

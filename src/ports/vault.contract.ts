import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { Fault, type FaultCode } from '#domain/faults.ts'
import type { Vault } from './vault.ts'

export type VaultFixture = {
  readonly vault: Vault
  /** The same after a new key came into force; the old one is still known. */
  readonly rotated: Vault
  /** The old key is gone. */
  readonly forgetful: Vault
}

const never = new AbortController().signal
const place = { purpose: 'credential', row: '0199-a' }
const secret = 'correct horse – 正しい馬 – battery'
const fault = (code: FaultCode) => (error: unknown): boolean => error instanceof Fault && error.code === code && !tells(error)
/** Nothing that is shown, logged or sent of an error may hold what was secret. */
const tells = (shown: unknown): boolean => [inspect(shown, { depth: 9, showHidden: true }), JSON.stringify(shown), String(shown)].some(text => text.includes('correct horse') || text.includes('正しい馬'))

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
/** The letter of base64 that differs in the lowest bit. */
const neighbour = (letter: string): string => letters[letters.indexOf(letter) ^ 1] ?? 'B'

/** What everything that keeps secrets must do. */
export const vaultContract = (name: string, make: () => Promise<VaultFixture>): void => {
  describe(`${name} is a vault`, () => {
    it('opens what it sealed, whatever it is', async () => {
      const { vault } = await make()
      await fc.assert(fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.string(), fc.string(), async (text, purpose, row) => {
        assert.equal(await vault.open(await vault.seal(text, { purpose, row }, never), { purpose, row }, never), text)
      }), { numRuns: 50 })
    })

    it('tells nothing by what is stored, not even that two secrets are the same', async () => {
      const { vault } = await make()
      const [one, other] = [await vault.seal(secret, place, never), await vault.seal(secret, place, never)]
      assert.notEqual(one, other)
      assert.ok(!tells(one) && !tells(Buffer.from(one, 'base64').toString()))
    })

    it('opens for the row and purpose it was sealed for, and for no other', async () => {
      const { vault } = await make()
      const sealed = await vault.seal(secret, place, never)
      for (const other of [{ ...place, row: '0199-b' }, { ...place, purpose: 'message' }, { purpose: 'credential0', row: '199-a' }, { purpose: '', row: '' }]) {
        await assert.rejects(vault.open(sealed, other, never), fault('VAULT_SEAL_BROKEN'))
      }
    })

    it('refuses what was altered, at any place', async () => {
      const { vault } = await make()
      // Of three lengths, so that base64 ends in each of its ways; the neighbour differs in the lowest bit, which may mean nothing at the end.
      for (const text of [secret, `${secret}a`, `${secret}ab`]) {
        const one = await vault.seal(text, place, never)
        for (let at = 0; at < one.length; at++) for (const other of [neighbour(one[at] ?? ''), 'A', '.'].filter(letter => letter !== one[at])) {
          const altered = one.slice(0, at) + other + one.slice(at + 1)
          await assert.rejects(vault.open(altered, place, never), error => fault('VAULT_SEAL_BROKEN')(error) || fault('VAULT_KEY_WRONG')(error), `character ${at}`)
        }
      }
      const sealed = await vault.seal(secret, place, never)
      for (const other of ['', sealed.slice(0, -1), sealed.slice(1), `${sealed}A`, `${sealed}.`, ` ${sealed}`, `${sealed}\n`]) await assert.rejects(vault.open(other, place, never), Fault)
    })

    it('refuses one secret with the key of another', async () => {
      const { vault } = await make()
      const [one, other] = [(await vault.seal(secret, place, never)).split('.'), (await vault.seal('another', place, never)).split('.')]
      for (let part = 0; part < one.length; part++) {
        const mixed = one.with(part, other[part] ?? '').join('.')
        if (mixed !== one.join('.')) await assert.rejects(vault.open(mixed, place, never), fault('VAULT_SEAL_BROKEN'))
      }
    })

    it('still opens what was sealed before a new key came into force', async () => {
      const { vault, rotated } = await make()
      assert.equal(await rotated.open(await vault.seal(secret, place, never), place, never), secret)
    })

    it('moves a secret under the new key, so that the old one can be forgotten', async () => {
      const { vault, rotated, forgetful } = await make()
      const sealed = await vault.seal(secret, place, never)
      const moved = await rotated.rewrap(sealed, place, never)
      assert.equal(await forgetful.open(moved, place, never), secret)
      assert.equal(await rotated.rewrap(moved, place, never), moved, 'twice is once')
      await assert.rejects(forgetful.open(moved, { ...place, row: 'another' }, never), fault('VAULT_SEAL_BROKEN'))
    })

    it('says that it was given another key, without a word of the secret', async () => {
      const { vault, forgetful } = await make()
      const sealed = await vault.seal(secret, place, never)
      await assert.rejects(forgetful.open(sealed, place, never), fault('VAULT_KEY_WRONG'))
      await assert.rejects(forgetful.rewrap(sealed, place, never), fault('VAULT_KEY_WRONG'))
    })

    it('does nothing once the signal is aborted', async () => {
      const { vault } = await make()
      const reason = new Error('enough')
      const sealed = await vault.seal(secret, place, never)
      for (const wait of [vault.seal(secret, place, AbortSignal.abort(reason)), vault.open(sealed, place, AbortSignal.abort(reason)), vault.rewrap(sealed, place, AbortSignal.abort(reason))]) {
        await assert.rejects(wait, error => error === reason)
      }
    })
  })
}

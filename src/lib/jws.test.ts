import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jwtVerify, importSPKI } from 'jose'
import fc from 'fast-check'
import { openJws, peekJws, signJws } from './jws.ts'
import { newPrivateKey, signerOf } from './sign.ts'

const signer = signerOf(newPrivateKey())

test('what is signed opens with its key and kind, and any JOSE library can check it', async () => {
  const text = signJws('rehome-licence', { b: 1, a: '日本' }, signer)
  assert.deepEqual(openJws(text, 'rehome-licence', signer.publicKey), { ok: true, payload: { a: '日本', b: 1 } })
  const key = await importSPKI(`-----BEGIN PUBLIC KEY-----\n${signer.publicKey}\n-----END PUBLIC KEY-----`, 'EdDSA')
  const { payload, protectedHeader } = await jwtVerify(text, key, { typ: 'rehome-licence', algorithms: ['EdDSA'] })
  assert.deepEqual([payload, protectedHeader], [{ a: '日本', b: 1 }, { alg: 'EdDSA', typ: 'rehome-licence' }])
})

test('another kind, another key, and any changed character are refused', () => {
  const text = signJws('rehome-seat', { seat: 1, until: '2026-11-22' }, signer)
  assert.deepEqual(openJws(text, 'rehome-licence', signer.publicKey), { ok: false, reason: 'typ' })
  assert.deepEqual(openJws(text, 'rehome-seat', signerOf(newPrivateKey()).publicKey), { ok: false, reason: 'signature' })
  fc.assert(fc.property(fc.nat(text.length - 1), fc.constantFrom(...'AZaz09-_.=+/ é'), (at, letter) => {
    const changed = `${text.slice(0, at)}${letter}${text.slice(at + 1)}`
    assert.equal(openJws(changed, 'rehome-seat', signer.publicKey).ok, changed === text)
  }), { numRuns: 500 })
})

test('what is no signed document is none, and nothing is thrown', () => {
  for (const text of ['', '.', '..', 'a.b.c', 'a.b.c.d', `${Buffer.from('{"alg":"none","typ":"x"}').toString('base64url')}.e30.AA`, `${Buffer.from('null').toString('base64url')}.e30.AA`]) assert.equal(peekJws(text), undefined, text)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Deviation, makeAuthenticator } from '#test/services/authenticator.ts'
import type { PasskeyOnFile } from '#ports/identity.ts'
import { openPasskeys } from './passkey.ts'

const origin = 'https://rehome.vendor.example'
const passkeys = openPasskeys({ origin, name: 'Rehome' })
const person = { id: '0199', email: 'lead@vendor.example', name: 'A Lead' }
const why = (answer: object): unknown => ('refused' in answer ? answer.refused : 'none')
const onFile = (answer: PasskeyOnFile | { readonly refused: string }): PasskeyOnFile => {
  assert.ok(!('refused' in answer), JSON.stringify(answer))
  return answer
}
const registered = async (): Promise<{ device: ReturnType<typeof makeAuthenticator>; key: PasskeyOnFile }> => {
  const device = makeAuthenticator(origin)
  const asked = await passkeys.askNew(person, [])
  return { device, key: onFile(await passkeys.taken(asked.challenge, device.create(asked))) }
}

const wrong: readonly Deviation[] = [
  { origin: 'https://rehome.vendor.example.evil.example' }, { host: 'evil.example' }, { challenge: Buffer.from('another challenge').toString('base64url') },
  { isPresent: false }, { isVerified: false }, { type: 'webauthn.other' },
]

test('a device is registered and then signs in, and its counter rises', async () => {
  const { device, key } = await registered()
  assert.deepEqual([key.id, key.counter, key.transports], [device.id, 0, ['internal']])
  let stored = key
  for (const count of [1, 2]) {
    const asked = await passkeys.ask([stored])
    const answer = device.get(asked)
    assert.equal(passkeys.named(answer), key.id)
    stored = onFile(await passkeys.proven(asked.challenge, answer, stored))
    assert.equal(stored.counter, count)
  }
})

test('what is stored of a passkey is JSON and no secret', async () => {
  const { key } = await registered()
  assert.deepEqual(JSON.parse(JSON.stringify(key)), key)
})

test('an answer for another site, another question or without the person is refused', async () => {
  const { device, key } = await registered()
  for (const deviation of wrong) {
    const [asked, askedNew] = [await passkeys.ask([key]), await passkeys.askNew(person, [])]
    assert.equal(why(await passkeys.proven(asked.challenge, device.get(asked, deviation), key)), 'passkey-not-accepted', JSON.stringify(deviation))
    assert.equal(why(await passkeys.taken(askedNew.challenge, makeAuthenticator(origin).create(askedNew, deviation))), 'passkey-not-accepted', JSON.stringify(deviation))
  }
})

test('the answer of another device is refused, under its own name and under a borrowed one', async () => {
  const { key } = await registered()
  const { device: thief } = await registered()
  const asked = await passkeys.ask([key])
  const answer = thief.get(asked)
  assert.equal(why(await passkeys.proven(asked.challenge, answer, key)), 'passkey-not-accepted')
  assert.equal(why(await passkeys.proven(asked.challenge, { ...answer, id: key.id, rawId: key.id }, key)), 'passkey-not-accepted')
})

test('a copied device is noticed by its counter', async () => {
  const { device, key } = await registered()
  const asked = await passkeys.ask([key])
  assert.equal(why(await passkeys.proven(asked.challenge, device.get(asked, { counter: 5 }), { ...key, counter: 5 })), 'passkey-not-accepted')
})

test('what is no answer is refused, whatever it is', async () => {
  const { device, key } = await registered()
  const asked = await passkeys.ask([key])
  const good = device.get(asked)
  const answers = [undefined, null, 'x', 7, [], {}, { ...good, type: 'password' }, { ...good, response: {} }, { ...good, response: { ...('response' in good ? (good.response as object) : {}), signature: 'AAAA' } }, { ...good, id: 'x'.repeat(3_000) }]
  for (const answer of answers) {
    assert.equal(why(await passkeys.proven(asked.challenge, answer, key)), 'passkey-not-accepted', JSON.stringify(answer)?.slice(0, 60))
    assert.equal(why(await passkeys.taken(asked.challenge, answer)), 'passkey-not-accepted')
  }
  for (const answer of [{ ...good, id: 7 }, { ...good, id: 'x'.repeat(3_000) }, null]) assert.equal(passkeys.named(answer), undefined)
  assert.equal(why(await passkeys.proven(asked.challenge, { ...good, id: 'another', rawId: 'another' }, key)), 'passkey-not-accepted', 'a good answer that calls itself another key’s')
})

test('the browser is told which keys are known, and never twice the same challenge', async () => {
  const { key } = await registered()
  const [asked, again] = [await passkeys.askNew(person, [key]), await passkeys.ask([key])]
  assert.match(JSON.stringify(asked.options), new RegExp(`"excludeCredentials":\\[\\{[^}]*"id":"${key.id}"`))
  assert.match(JSON.stringify(again.options), new RegExp(`"id":"${key.id}"`))
  assert.match(JSON.stringify(again.options), /"userVerification":"required"/)
  assert.notEqual(asked.challenge, again.challenge)
})

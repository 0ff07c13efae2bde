import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signWebhook, toleranceS, webhookFault } from './webhook-signature.ts'

/** The example of the Standard Webhooks specification and its reference libraries. */
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const body = '{"test": 2432232314}'
const signed = { 'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek', 'webhook-timestamp': '1614265330', 'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=' }

test('a message is signed as the specification has it', () => {
  assert.deepEqual(signWebhook(secret, 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330, body), signed)
})

test('a signed message is believed, also beside signatures of other keys', () => {
  assert.equal(webhookFault(secret, signed, body, 1_614_265_330), undefined)
  assert.equal(webhookFault(secret, { ...signed, 'webhook-signature': `v1,AAAA v1a,xyz ${signed['webhook-signature']}` }, body, 1_614_265_330), undefined)
})

test('a message is not believed when anything in it was changed', () => {
  for (const change of [{ 'webhook-id': 'msg_other' }, { 'webhook-timestamp': '1614265331' }, { 'webhook-signature': 'v1,AAAA' }, { 'webhook-signature': signed['webhook-signature'].replace('v1', 'v2') }]) {
    assert.equal(webhookFault(secret, { ...signed, ...change }, body, 1_614_265_330), 'the signature does not fit')
  }
  assert.equal(webhookFault(secret, signed, `${body} `, 1_614_265_330), 'the signature does not fit')
  assert.equal(webhookFault('whsec_AAAA', signed, body, 1_614_265_330), 'the signature does not fit')
})

test('a message is believed for a while only, and only with all of its headers', () => {
  assert.equal(webhookFault(secret, signed, body, 1_614_265_330 + toleranceS), undefined)
  assert.match(webhookFault(secret, signed, body, 1_614_265_331 + toleranceS) ?? '', /too old/)
  assert.match(webhookFault(secret, signed, body, 1_614_265_329 - toleranceS) ?? '', /future/)
  for (const name of Object.keys(signed)) assert.match(webhookFault(secret, { ...signed, [name]: undefined }, body, 1_614_265_330) ?? '', /not signed/)
  assert.match(webhookFault(secret, { ...signed, 'webhook-timestamp': 'soon' }, body, 1_614_265_330) ?? '', /too old/)
})

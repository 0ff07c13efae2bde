import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Credential, type CredentialVerb, credentialStates, credentialVerbs, expire, newCredential, offer, offerLastsMs, replace, reveal, revealSays } from './credential.ts'
import { asId } from './ids.ts'
import { locales } from './locale.ts'

const now = 1_800_000_000_000
const minute = 60_000
const contact = { id: asId<'contact'>('k'), customer: asId<'customer'>('c'), email: 'it@customer.example', verifiedAt: now, removedAt: null }
const session = { contact: contact.id, secondFactorAt: now }
const made = newCredential({ id: asId('r'), customer: contact.customer, kind: 'master', name: 'app' }, 'sealed', now)
const taken = <T extends object>(answer: T): Exclude<T, { refused: unknown }> => {
  assert.ok(!('refused' in answer), JSON.stringify(answer))
  return answer as Exclude<T, { refused: unknown }>
}
const why = (answer: object): unknown => ('refused' in answer ? answer.refused : 'none')
const offered: Credential = taken(offer(made, contact, now))

test('the contact on file sees it once, after the second factor, and then it is gone', () => {
  const shown = taken(reveal(offered, contact, session, now + minute))
  assert.equal(shown.sealed, 'sealed')
  assert.deepEqual([shown.credential.state, shown.credential.sealed, shown.credential.revealedAt], ['revealed', null, now + minute])
  const again = reveal(shown.credential, contact, session, now + 2 * minute)
  assert.deepEqual(again, { refused: 'revealed-already', at: now + minute, says: revealSays['revealed-already'] })
})

test('anybody else learns nothing, whatever state it is in', () => {
  const others = [
    [{ ...contact, id: asId<'contact'>('other') }, { ...session, contact: asId<'contact'>('other') }],
    [contact, { ...session, contact: asId<'contact'>('other') }],
    [contact, { ...session, contact: null }],
    [{ ...contact, customer: null }, session],
    [{ ...contact, customer: asId<'customer'>('another') }, session],
    [{ ...contact, removedAt: now }, session],
  ] as const
  for (const [who, in_] of others) for (const state of credentialStates) {
    assert.deepEqual(reveal({ ...offered, state }, who, in_, now), { refused: 'not-the-contact-on-file', says: revealSays['not-the-contact-on-file'] })
  }
  assert.equal(why(reveal(made, contact, session, now)), 'not-the-contact-on-file')
})

test('without a fresh second factor nothing is shown', () => {
  for (const secondFactorAt of [null, now - 10 * minute]) assert.equal(why(reveal(offered, contact, { ...session, secondFactorAt }, now)), 'second-factor-missing')
})

test('an address that changed after the offer gets nothing until it is offered anew', () => {
  const changed = { ...contact, email: 'somebody@else.example' }
  assert.equal(why(reveal(offered, changed, session, now)), 'address-changed')
  assert.equal(why(offer(offered, { ...changed, verifiedAt: null }, now)), 'address-not-verified')
  assert.equal(why(reveal(taken(offer(offered, changed, now)), changed, session, now)), 'none')
})

test('it is offered to a verified contact of the customer and to nobody else, never to a partner’s', () => {
  for (const customer of [null, asId<'customer'>('another')]) assert.equal(why(offer(made, { ...contact, customer }, now)), 'not-of-the-customer')
  assert.equal(why(offer(made, { ...contact, verifiedAt: null }, now)), 'address-not-verified')
  assert.equal(why(offer(made, { ...contact, removedAt: now }, now)), 'removed')
})

test('an offer ends in time, also before the job has come round', () => {
  const end = now + offerLastsMs
  assert.equal(why(reveal(offered, contact, { ...session, secondFactorAt: end - 1 }, end - 1)), 'none')
  assert.deepEqual(reveal(offered, contact, { ...session, secondFactorAt: end }, end), { refused: 'expired', at: end, says: revealSays.expired })
  assert.equal(why(expire(offered, end - 1)), 'not-now')
  const expired = taken(expire(offered, end))
  assert.deepEqual([expired.state, expired.sealed], ['expired', null])
  assert.equal(why(reveal(expired, contact, { ...session, secondFactorAt: end }, end)), 'expired')
  assert.equal(why(expire(expired, end)), 'not-now')
  assert.equal(why(expire(made, end)), 'not-now')
})

test('what was replaced is shown to nobody', () => {
  assert.equal(why(reveal(taken(replace(offered)), contact, session, now)), 'replaced')
  assert.deepEqual(replace(taken(replace(offered))), { refused: 'not-now', state: 'replaced', allowed: [] })
})

test('whatever is done in whatever order, it is shown at most once, and its secret does not outlive the showing', () => {
  const verb = fc.constantFrom(...credentialVerbs)
  fc.assert(fc.property(fc.array(fc.tuple(verb, fc.integer({ min: 0, max: 3 * 24 * 3_600_000 })), { maxLength: 20 }), deeds => {
    let [one, at, shown] = [made, now, 0]
    for (const [deed, wait] of deeds) {
      at += wait
      const [answer, wasShown] = done(one, deed, at)
      if (!('refused' in answer)) one = answer
      if (wasShown) shown++
      assert.equal(one.sealed !== null, one.state === 'made' || one.state === 'offered')
    }
    assert.ok(shown <= 1)
  }), { numRuns: 2_000 })
})

test('every refusal has a sentence in every language', () => {
  for (const says of Object.values(revealSays)) for (const locale of locales) assert.match(says[locale], /[.。]$/)
})

const done = (one: Credential, deed: CredentialVerb, at: number): [Credential | { refused: string }, boolean] => {
  if (deed === 'offer') return [offer(one, contact, at), false]
  if (deed === 'expire') return [expire(one, at), false]
  if (deed === 'replace') return [replace(one), false]
  const answer = reveal(one, contact, { ...session, secondFactorAt: at }, at)
  return 'refused' in answer ? [answer, false] : [answer.credential, true]
}

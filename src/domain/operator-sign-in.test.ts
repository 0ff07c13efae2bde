import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sha256 } from '#lib/hash.ts'
import { roles } from './access.ts'
import { asId } from './ids.ts'
import { locales } from './locale.ts'
import { type Claims, type Failures, type OperatorOnFile, type Pending, admit, afterFailure, decidePassword, decidePending, decideSetup, decideTry, newSetup, noFailures, longestPassword, operatorSays, safeReturn, subjectOf } from './operator-sign-in.ts'

const now = 1_800_000_000_000
const hour = 3_600_000
const claims: Claims = { issuer: 'https://sign-in.example', subject: '17', email: 'Lead@Vendor.example', isEmailVerified: true, name: 'A Lead', groups: ['movers', 'staff'] }
const onFile: OperatorOnFile = { id: asId('o'), email: 'lead@vendor.example', subject: null, roles: ['engineer'], disabledAt: null }
const bound: OperatorOnFile = { ...onFile, subject: subjectOf(claims), email: 'old@vendor.example' }
const why = (answer: object | undefined): unknown => (answer !== undefined && 'refused' in answer ? answer.refused : 'none')

test('a person on file comes in by the address once, by the subject ever after', () => {
  const admitted = { id: onFile.id, subject: subjectOf(claims), roles: ['engineer'] }
  assert.deepEqual(admit(claims, {}, [onFile]), admitted)
  assert.deepEqual(admit({ ...claims, email: null }, {}, [bound]), admitted)
})

test('an address that the issuer has not verified, or that another came with, opens nothing', () => {
  assert.equal(why(admit({ ...claims, isEmailVerified: false }, {}, [onFile])), 'address-not-verified')
  assert.equal(why(admit({ ...claims, subject: '18' }, {}, [{ ...bound, email: onFile.email }])), 'person-unknown')
  assert.equal(why(admit({ ...claims, issuer: 'https://other.example' }, {}, [bound])), 'person-unknown')
})

test('an unknown person is refused with a sentence, unless a mapped group says otherwise', () => {
  const refused = admit(claims, {}, [])
  assert.equal(why(refused), 'person-unknown')
  assert.ok('says' in refused && refused.says.en.includes('ask an administrator'))
  assert.deepEqual(admit(claims, { movers: ['engineer', 'migration-lead'], bosses: ['admin'] }, []), { id: null, subject: subjectOf(claims), roles: ['migration-lead', 'engineer'] })
  assert.equal(why(admit(claims, { bosses: ['admin'] }, [])), 'person-unknown')
})

test('where groups are mapped they decide: who left them has no role', () => {
  assert.deepEqual(admit(claims, { staff: ['support'] }, [bound]), { id: bound.id, subject: subjectOf(claims), roles: ['support'] })
  assert.equal(why(admit({ ...claims, groups: [] }, { staff: ['support'] }, [bound])), 'no-role')
  assert.equal(why(admit({ ...claims, groups: ['constructor', '__proto__'] }, { staff: ['admin'] }, [])), 'person-unknown')
})

test('who was disabled stays out, whatever the groups say', () => {
  for (const one of [onFile, bound]) assert.equal(why(admit(claims, { staff: ['admin'] }, [{ ...one, disabledAt: now }])), 'removed')
})

test('a sign-in is finished by the browser that began it, in time', () => {
  const pending: Pending = { state: 's', nonce: 'n', verifier: 'v', returnTo: '/', browser: sha256('cookie'), expiresAt: now + 1 }
  assert.deepEqual(decidePending(pending, 'cookie', now), { pending })
  assert.equal(why(decidePending(pending, 'another', now)), 'sign-in-unknown')
  assert.equal(why(decidePending(undefined, 'cookie', now)), 'sign-in-unknown')
  assert.equal(why(decidePending(pending, 'cookie', now + 1)), 'sign-in-expired')
})

test('nobody is sent elsewhere after the sign-in', () => {
  for (const path of ['/', '/moves/1?tab=plan#t', '/a%20b']) assert.equal(safeReturn(path), path)
  for (const path of ['', 'https://evil.example', '//evil.example', '/\\evil.example', '/a\\b', '/\t/evil.example', 'javascript:alert(1)', '/a\nb', '/\u3000']) assert.equal(safeReturn(path), '/', path)
})

test('a few failures are free, then each doubles the wait, up to an hour', () => {
  let failures: Failures = noFailures
  const waits: number[] = []
  for (let n = 0; n < 14; n++) {
    const locked = decideTry(failures, failures.failedAt ?? now)
    waits.push(locked === undefined ? 0 : locked.until - (failures.failedAt ?? 0))
    failures = afterFailure(failures, locked?.until ?? now)
  }
  assert.deepEqual(waits.map(ms => ms / 1_000), [0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600])
})

test('whoever guesses all day has some dozens of tries; a day of quiet forgives', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: hour }), { maxLength: 300 }), waits => {
    let [failures, at, tries] = [noFailures, now, 0]
    for (const wait of waits) {
      at += wait
      if (at > now + 24 * hour) break
      if (decideTry(failures, at) !== undefined) continue
      failures = afterFailure(failures, at)
      tries++
    }
    assert.ok(tries <= 12 + 24, `${tries} tries in a day`)
    assert.equal(decideTry(failures, at + hour), undefined)
    assert.equal(afterFailure({ ...failures, failedAt: at }, at + 24 * hour).failures, 1)
  }))
})

test('the first admin is made once, with the token of the last start, within a day', () => {
  const setup = newSetup('printed', now)
  assert.ok(!JSON.stringify(setup).includes('printed'))
  const answer = decideSetup(setup, 'printed', 0, now + 1)
  assert.ok('setup' in answer)
  assert.deepEqual(answer.roles, ['admin'])
  assert.equal(why(decideSetup(answer.setup, 'printed', 0, now + 2)), 'setup-done')
  assert.equal(why(decideSetup(setup, 'printed', 1, now)), 'setup-done')
  assert.equal(why(decideSetup(setup, 'guessed', 0, now)), 'setup-wrong')
  assert.equal(why(decideSetup(undefined, 'printed', 0, now)), 'setup-wrong')
  assert.equal(why(decideSetup(setup, 'printed', 0, now + 24 * hour)), 'setup-expired')
})

test('a password is long, and not little more than its person', () => {
  const person = { email: 'lead@vendor.example', name: 'A Lead' }
  for (const good of ['correct horse battery', 'とても長い合い言葉を使います', 'x7#kQ!mmz0pW', 'lead us not into temptation']) assert.equal(decidePassword(good, person), undefined, good)
  for (const [bad, word] of [
    ['elevenchars', 'password-too-short'], ['', 'password-too-short'], ['😀'.repeat(6), 'password-too-short'], ['abcdefgh '.repeat(40), 'password-too-long'],
    ['aaaaaaaaaaaaaaaa', 'password-too-plain'], ['121212121212', 'password-too-plain'], ['Lead@Vendor.example', 'password-too-plain'], ['leadlead1234lead', 'password-too-plain'], ['ＬＥＡＤ＠vendor.example!', 'password-too-plain'],
  ] as const) assert.equal(why(decidePassword(bad, person)), word, bad)
  assert.equal(decidePassword('abcdefgh'.repeat(longestPassword / 8), person), undefined)
})

test('every refusal has a sentence in every language, and every role can be mapped', () => {
  for (const says of Object.values(operatorSays)) for (const locale of locales) assert.match(says[locale], /[.。]$/)
  for (const role of roles) assert.deepEqual('roles' in admit(claims, { staff: [role] }, []), true)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sha256 } from '#lib/hash.ts'
import { type Id, asId } from './ids.ts'
import { locales } from './locale.ts'
import { type Code, type Link, type LinkPurpose, type Session, codeTries, decideCode, decideLink, decideSending, decideSession, endedSession, hasSecondFactor, linkPurposes, newCode, newLink, newSession, replacedBy, signInSays, usedLink } from './sign-in.ts'

const now = 1_800_000_000_000
const [minute, hour, day] = [60_000, 3_600_000, 86_400_000]
const contact: Id<'contact'> = asId('k')
const here = { removedAt: null }
const gone = { removedAt: now - 1 }
const link = (purpose: LinkPurpose = 'sign-in', id = 'l', at = now): Link => newLink({ id: asId(id), contact, purpose }, `token of ${id}`, at)
const why = (answer: object): unknown => ('refused' in answer ? answer.refused : 'answer' in answer ? why(answer.answer as object) : 'none')

test('a link holds the hash of its token, never the token', () => {
  assert.equal(link().hash, sha256('token of l'))
  assert.ok(!JSON.stringify(link()).includes('token of l'))
})

test('a link works once, and may be looked at as often as scanners like', () => {
  const fresh = link()
  for (let looks = 0; looks < 3; looks++) assert.deepEqual(decideLink(fresh, here, now), { link: fresh })
  const refused = decideLink(usedLink(fresh, now), here, now + 1)
  assert.deepEqual([why(refused), 'again' in refused && refused.again], ['link-used', true])
})

test('a link of a feed is read again and again, until it is replaced', () => {
  const feed = usedLink(link('feed'), now)
  assert.equal(why(decideLink(feed, here, now + 300 * day)), 'none')
  const [void_] = replacedBy(link('feed', 'l2'), [feed], now)
  assert.equal(why(decideLink(void_, here, now)), 'link-replaced')
})

test('a link ends at its hour, earlier if what it is for ends', () => {
  for (const purpose of linkPurposes) {
    const one = link(purpose)
    assert.equal(why(decideLink(one, here, one.expiresAt - 1)), 'none')
    assert.equal(why(decideLink(one, here, one.expiresAt)), 'link-expired')
  }
  const early = newLink({ id: asId('q'), contact, purpose: 'quote', endsAt: now + hour }, 't', now)
  assert.equal(early.expiresAt, now + hour)
  assert.equal(newLink({ id: asId('q'), contact, purpose: 'sign-in', endsAt: now + 900 * day }, 't', now).expiresAt, link().expiresAt)
})

test('a new link makes the older ones of its purpose void, and nobody else’s', () => {
  const [old, used, otherPurpose] = [link('sign-in', 'old'), usedLink(link('sign-in', 'used'), now), link('quote', 'other')]
  const others: Link = { ...link('sign-in', 'others'), contact: asId('k2') }
  const fresh = link('sign-in', 'fresh')
  const replaced = replacedBy(fresh, [old, used, otherPurpose, others, fresh], now)
  assert.deepEqual(replaced, [{ ...old, replacedAt: now }])
  const refused = decideLink(replaced[0], here, now)
  assert.deepEqual([why(refused), 'again' in refused && refused.again], ['link-replaced', true])
})

test('a link of a removed contact, and one that nobody sent, are refused and nothing is sent', () => {
  for (const [refused, word] of [[decideLink(link(), gone, now), 'removed'], [decideLink(undefined, here, now), 'link-unknown']] as const) {
    assert.deepEqual([why(refused), 'again' in refused && refused.again], [word, false])
  }
})

const session = (who: 'contact' | 'operator' = 'contact'): Session => newSession(asId('s'), who === 'contact' ? { contact } : { operator: asId('o') }, 'cookie', now)

test('a session ends when it was ended, when it is idle, at its end, and with its person', () => {
  const one = session()
  assert.equal(why(decideSession(one, here, now + minute)), 'none')
  assert.equal(why(decideSession(undefined, here, now)), 'session-unknown')
  assert.equal(why(decideSession(endedSession(one, now), here, now + 1)), 'session-ended')
  assert.equal(why(decideSession(one, here, now + day)), 'session-idle')
  assert.equal(why(decideSession({ ...one, seenAt: one.expiresAt - 1 }, here, one.expiresAt)), 'session-expired')
  assert.equal(why(decideSession(one, gone, now + 1)), 'removed')
  assert.ok(session('operator').expiresAt < one.expiresAt, 'an operator’s session is the shorter')
  assert.equal(why(decideSession(session('operator'), here, now + 2 * hour)), 'session-idle')
})

test('a session that is used lives on to its end and no longer, and is not written at every request', () => {
  let [one, writes] = [session('operator'), 0]
  let at = now
  for (; at < one.expiresAt; at += 10_000) {
    const answer = decideSession(one, here, at)
    assert.ok('session' in answer)
    if (answer.isSeen) [one, writes] = [answer.session, writes + 1]
  }
  assert.equal(why(decideSession(one, here, at)), 'session-expired')
  assert.ok(writes <= 12 * 60, `${writes} writes`)
})

test('a second factor counts for ten minutes', () => {
  assert.ok(!hasSecondFactor(session(), now))
  const one = { ...session(), secondFactorAt: now }
  assert.ok(hasSecondFactor(one, now + 10 * minute - 1) && !hasSecondFactor(one, now + 10 * minute))
})

const code = (digits = '012345'): Code => newCode(asId('c'), asId('s'), 'cookie', digits, now)

test('the digits that were sent pass, once, within ten minutes, in the session they were sent for', () => {
  const one = code()
  const answer = decideCode(one, 'cookie', '012345', now + 1)
  assert.ok('passed' in answer)
  assert.equal(why(decideCode(answer.passed, 'cookie', '012345', now + 2)), 'code-used')
  assert.equal(why(decideCode(one, 'cookie', '012345', now + 10 * minute - 1)), 'none')
  assert.equal(why(decideCode(one, 'cookie', '012345', now + 10 * minute)), 'code-expired')
  assert.equal(why(decideCode(one, 'another cookie', '012345', now)), 'code-wrong')
  assert.equal(why(decideCode(undefined, 'cookie', '012345', now)), 'code-none')
  for (const typed of [' 012 345 ', '０１２３４５']) assert.equal(why(decideCode(one, 'cookie', typed, now)), 'none', typed)
})

test('five wrong tries spend a code, even for the right digits', () => {
  fc.assert(fc.property(fc.array(fc.stringMatching(/^[0-9]{6}$/), { minLength: 1, maxLength: 12 }), typed => {
    let [one, wrong] = [code(), 0]
    for (const digits of typed) {
      const answer = decideCode(one, 'cookie', digits, now)
      if (wrong >= codeTries) assert.equal(why(answer), 'code-spent')
      else if (digits === '012345') return assert.ok('passed' in answer)
      else {
        assert.ok('tried' in answer)
        wrong++
        assert.deepEqual([answer.answer, answer.tried.tries], [{ refused: 'code-wrong', says: signInSays['code-wrong'], left: codeTries - wrong }, wrong])
        assert.ok(!('refused' in answer), 'what must be stored is no refusal')
        one = answer.tried
      }
    }
    assert.equal('passed' in decideCode(one, 'cookie', '012345', now), wrong < codeTries)
  }))
})

test('from the rows alone the digits cannot be found', () => {
  const rows = JSON.stringify([code(), session()])
  assert.ok(!rows.includes('012345') && !rows.includes('cookie'))
  const guesses = Array.from({ length: 1_000 }, (_, n) => sha256(String(n + 12_000).padStart(6, '0')))
  assert.ok(!guesses.includes(code().hash))
})

test('letters are sent at most so often, whatever is asked', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 20 * minute }), { maxLength: 80 }), waits => {
    const sent: number[] = []
    let at = now
    for (const wait of waits) {
      at += wait
      const refused = decideSending(sent, at)
      if (refused === undefined) sent.push(at)
      else {
        assert.ok(refused.at > at)
        assert.equal(decideSending(sent, refused.at), undefined, 'what was said to be the time is it')
        assert.notEqual(decideSending(sent, refused.at - 1), undefined, 'and not earlier')
      }
    }
    for (const [n, one] of sent.entries()) {
      assert.ok(n === 0 || one - (sent[n - 1] ?? 0) >= 30_000)
      assert.ok(n < 5 || one - (sent[n - 5] ?? 0) >= hour)
    }
  }))
})

test('every refusal has a sentence in every language', () => {
  for (const says of Object.values(signInSays)) for (const locale of locales) assert.match(says[locale], /[.。]$/)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { stages, step, verbs, type Standing } from './move.ts'
import { standingAfter, standingOf } from './report.ts'
import { firstWish, maySwitch, say, sayable, switching, wishAt, wishVerbs, type Said, type Wish } from './wish.ts'

const at = (stage: Standing['stage'], leg: Standing['leg'] = 'out'): Standing => ({ stage, leg, cold: false })
const spoken = (standing: Standing, wish: Wish, said: Said): Wish => {
  const next = say(standing, wish, said, 'The lead', 'a note')
  assert.ok(!('refused' in next), JSON.stringify(next))
  return next
}

test('control switches only by what a person approved on this leg, and never once somebody aborted', () => {
  const approved = spoken(at('following'), firstWish, { verb: 'approve' })
  assert.equal(maySwitch(at('frozen'), approved, 'out'), true)
  assert.equal(maySwitch(at('frozen'), firstWish, 'out'), false)
  assert.equal(maySwitch(at('following'), approved, 'out'), false)
  assert.equal(maySwitch(at('frozen', 'back'), approved, 'back'), false)
  assert.equal(maySwitch(at('frozen'), spoken(at('frozen'), approved, { verb: 'abort' }), 'out'), false)
  const turned = spoken(at('switched'), wishAt(approved, at('verified'), at('switched')), { verb: 'turn-back' })
  assert.deepEqual([maySwitch(at('frozen', 'back'), turned, 'back'), maySwitch(at('frozen'), turned, 'out')], [true, false])
})

test('from the moment control has switched until the agent has answered, nobody can abort; after a thaw one can again', () => {
  const switched = switching(spoken(at('following'), firstWish, { verb: 'approve' }), 'out', 'root')
  assert.deepEqual(sayable(at('verified'), switched), ['pause', 'throttle'])
  assert.deepEqual(say(at('verified'), switched, { verb: 'abort' }, 'x', ''), { refused: 'not-now', stage: 'verified', leg: 'out', allowed: ['pause', 'throttle'] })
  assert.ok(sayable(at('following'), wishAt(switched, at('verified'), at('following'))).includes('abort'))
})

test('a switch that control has not made is no switch, however often an agent says so', () => {
  const approved = spoken(at('following'), firstWish, { verb: 'approve' })
  assert.ok('impossible' in standingAfter(at('verified'), { stage: 'switched', leg: 'out', verb: 'switch' }, approved))
  assert.ok('impossible' in standingAfter(at('copying'), { stage: 'switched', leg: 'out', verb: 'resumed' }, approved))
  assert.deepEqual(standingAfter(at('verified'), { stage: 'switched', leg: 'out', verb: 'switch' }, switching(approved, 'out', 'r')), at('switched'))
  assert.ok('impossible' in standingAfter(at('switched'), { stage: 'settled', leg: 'out', verb: 'settle' }, firstWish))
})

test('in doubt only a person’s finding goes on, and only where it leads', () => {
  const doubt = switching(firstWish, 'out', 'root')
  for (const verb of ['resumed', 'found-before', 'found-after', 'thaw', 'switch'] as const) assert.ok('impossible' in standingAfter(at('in-doubt'), { stage: verb === 'found-after' || verb === 'switch' ? 'switched' : 'verified', leg: 'out', verb }, doubt), verb)
  const before = spoken(at('in-doubt'), doubt, { verb: 'found', what: 'before' })
  assert.deepEqual(standingAfter(at('in-doubt'), { stage: 'verified', leg: 'out', verb: 'found-before' }, before), at('verified'))
  assert.ok('impossible' in standingAfter(at('in-doubt'), { stage: 'switched', leg: 'out', verb: 'found-after' }, { ...before, switch: null }))
  const after = spoken(at('in-doubt'), doubt, { verb: 'found', what: 'after' })
  assert.deepEqual(standingAfter(at('in-doubt'), { stage: 'switched', leg: 'out', verb: 'found-after' }, after), at('switched'))
  assert.equal(wishAt(after, at('in-doubt'), at('switched')).found, null)
})

test('a mover that was cut off may have taken steps that nobody told of; what it tells again changes nothing', () => {
  assert.deepEqual(standingAfter(standingOf({ stage: 'planned', leg: 'out' }, false), { stage: 'following', leg: 'out', verb: 'resumed' }, firstWish), at('following'))
  assert.deepEqual(standingAfter(at('frozen'), { stage: 'following', leg: 'out', verb: 'resumed' }, firstWish), at('following'))
  const verified = at('verified')
  assert.equal(standingAfter(verified, { stage: 'frozen', leg: 'out', verb: 'resumed' }, switching(firstWish, 'out', 'r')), verified)
  assert.ok('impossible' in standingAfter(at('settled'), { stage: 'following', leg: 'out', verb: 'resumed' }, firstWish))
  assert.equal(standingAfter(verified, { stage: 'verified', leg: 'out', verb: 'verify' }, firstWish), verified)
})

test('whatever is said and reported, a move never stands switched by evidence that nobody approved, and every stage is reached by the table', () => {
  const action = fc.oneof(
    fc.record({ say: fc.constantFrom(...wishVerbs), what: fc.constantFrom('before' as const, 'after' as const) }),
    fc.record({ told: fc.record({ stage: fc.constantFrom(...stages), leg: fc.constantFrom('out' as const, 'back' as const), verb: fc.constantFrom(...verbs, 'resumed' as const) }) }),
    fc.constant({ proof: true }),
  )
  fc.assert(fc.property(fc.array(action, { maxLength: 60 }), actions => {
    let [standing, wish, permitted]: [Standing, Wish, boolean] = [at('ordered'), firstWish, false]
    for (const one of actions) {
      if ('say' in one) {
        const said = (one.say === 'found' ? { verb: 'found', what: one.what } : { verb: one.say }) as Said
        const next = say(standing, wish, said, 'p', 'n')
        assert.equal('refused' in next, !sayable(standing, wish).includes(one.say))
        if (!('refused' in next)) wish = next
      } else if ('proof' in one) {
        if (!maySwitch(standing, wish, standing.leg)) continue
        assert.ok(wish.approved !== null && wish.abort === null)
        const verified = { ...standing, stage: 'verified' as const }
        ;[standing, wish, permitted] = [verified, switching(wishAt(wish, standing, verified), standing.leg, 'r'), true]
      } else {
        const next = standingAfter(standing, one.told, wish)
        if ('impossible' in next) continue
        if (next.stage === 'switched' && standing.stage !== 'switched') assert.ok(permitted, `${standing.stage} ${JSON.stringify(one.told)}`)
        if (next.stage === 'following' || next.stage === 'switched') permitted = false
        wish = wishAt(wish, standing, next)
        standing = next
      }
    }
    assert.ok(stages.includes(standing.stage) && verbs.every(verb => typeof step(standing, verb) === 'object'))
  }), { numRuns: 3_000 })
})

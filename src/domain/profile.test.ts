import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { answered, at, factOf, playbookOf } from '#test/playbooks/samples.ts'
import { fitsFact, knownFacts, questionnaire, readAnswer, type Asked } from './profile.ts'

const choice = factOf('kind', 'choice', { choices: [{ value: 'own', title: { en: 'our own', ja: '自社' } }, { value: 'other', title: { en: 'another', ja: '他社' } }] })
const facts = [factOf('sso', 'bool', { asked: { party: 'customer', duty: 'it' } }), factOf('users', 'number', { measured: 'user-count', asked: { party: 'customer', duty: 'point-of-contact' } }), choice, factOf('seats', 'number', { asked: { party: 'vendor', post: 'finance' } }), factOf('days', 'number', { default: 10 }), factOf('links', 'list', { asked: { party: 'customer', duty: 'developer' } }), factOf('bytes', 'number', { question: null, asked: null, measured: 'data-bytes' })]
const playbook = playbookOf({ facts })
const to = (more: Partial<Asked> = {}): Asked => ({ party: 'customer', duties: ['it'], locale: 'en', ...more })

describe('what is known', () => {
  it('was measured rather than said, said rather than imported, and said last', () => {
    const known = knownFacts(facts, [answered('users', 5, { source: 'measured', at: at - 9 }), answered('users', 7, { at: at + 9 }), answered('sso', true), answered('sso', false, { at: at + 1, by: 'Abe' }), answered('seats', 1, { source: 'imported', at: at + 9 }), answered('seats', 2)])
    assert.deepEqual([...known.values()].map(one => [one.fact, one.value, one.source, one.by]), [['sso', false, 'answered', 'Abe'], ['users', 5, 'measured', 'Contact'], ['seats', 2, 'answered', 'Contact'], ['days', 10, 'default', null]])
  })

  it('is nothing of another type, nor of another playbook', () => {
    assert.deepEqual([...knownFacts(facts, [answered('sso', 'yes'), answered('kind', 'third'), answered('gone', true)]).keys()], ['days'])
  })
})

describe('a questionnaire', () => {
  it('asks each duty its own open questions, in its language', () => {
    assert.deepEqual(questionnaire(playbook, [], to()).map(one => one.fact), ['sso', 'kind', 'days'])
    assert.deepEqual(questionnaire(playbook, [], to({ duties: ['developer'], locale: 'ja' })), [{ fact: 'links', question: 'What of links?（日本語）', type: 'list', choices: [], assumed: null }])
    assert.deepEqual(questionnaire(playbook, [], to({ locale: 'ja' }))[1]?.choices, [{ value: 'own', title: '自社' }, { value: 'other', title: '他社' }])
    assert.deepEqual(questionnaire(playbook, [], to({ party: 'vendor', duties: [] })).map(one => one.fact), ['seats'])
    assert.deepEqual(questionnaire(playbook, [], to({ party: 'partner' })), [])
  })

  it('asks the point of contact what nobody else is there for', () => {
    const contact = to({ duties: ['point-of-contact'] })
    assert.deepEqual(questionnaire(playbook, [], contact).map(one => one.fact), ['sso', 'users', 'kind', 'days', 'links'])
    assert.deepEqual(questionnaire(playbook, [], contact, ['it']).map(one => one.fact), ['users', 'links'])
  })

  it('does not ask what is answered or measured, but still what is only assumed', () => {
    assert.deepEqual(questionnaire(playbook, [answered('sso', true), answered('kind', 'own')], to()).map(one => [one.fact, one.assumed]), [['days', 10]])
    assert.deepEqual(questionnaire(playbook, [answered('users', 3, { source: 'measured' })], to({ duties: ['point-of-contact'] }), ['it', 'developer']), [])
  })
})

describe('an answer', () => {
  it('of the right type is taken', () => {
    assert.deepEqual(readAnswer(factOf('x', 'bool'), false), { value: false })
    assert.deepEqual(readAnswer(factOf('x', 'number'), 0), { value: 0 })
    assert.deepEqual(readAnswer(factOf('x', 'text'), ' a '), { value: 'a' })
    assert.deepEqual(readAnswer(factOf('x', 'list'), ['b', ' a', 'a']), { value: ['b', 'a'] })
    assert.deepEqual(readAnswer(factOf('x', 'list'), []), { value: [] })
    assert.deepEqual(readAnswer(choice, 'own'), { value: 'own' })
  })

  it('of a wrong one is refused with what is wanted, in both languages', () => {
    const wrong: [Parameters<typeof readAnswer>[0], unknown[], string][] = [
      [factOf('x', 'bool'), ['yes', 1, null, undefined], 'not-yes-or-no'], [factOf('x', 'number'), ['3', 1.5, -1, NaN, 2 ** 53], 'not-a-whole-number'], [factOf('x', 'text'), ['', '  ', 3, 'x'.repeat(4001)], 'not-a-text'],
      [factOf('x', 'list'), ['a', [1], [''], ['x'.repeat(201)], {}], 'not-a-list'], [choice, ['third', '', 3], 'not-a-choice'],
    ]
    for (const [fact, raws, why] of wrong) {
      for (const raw of raws) {
        const read = readAnswer(fact, raw)
        assert.ok('refused' in read && read.why === why, String(raw))
        assert.doesNotMatch(read.says.en + read.says.ja, /[{}]/)
      }
    }
    const read = readAnswer(choice, 'third')
    assert.ok('refused' in read)
    assert.deepEqual(read.says, { en: '“Title of kind” is one of: our own, another.', ja: '「Title of kind（日本語）」は次の中からお選びください: 自社、他社。' })
  })

  it('of anything is taken or refused, and what is taken fits', () => {
    fc.assert(fc.property(fc.constantFrom(...facts), fc.anything(), (fact, raw) => {
      const read = readAnswer(fact, raw)
      assert.ok('refused' in read || fitsFact(fact, read.value))
    }))
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { celConditions } from '#adapters/conditions/cel.ts'
import { answered, at, factOf, from, person, playbookOf, taskOf } from '#test/playbooks/samples.ts'
import type { Check } from './checks.ts'
import { decideGate, judgeGate, reopenGate, undecidedGate, type Decider, type Finding, type Looked } from './gate.ts'
import { tailor, type Plan } from './plan.ts'
import { ownersOf, type Playbook, type PlaybookGate } from './playbook.ts'
import type { Profile } from './profile.ts'

const gate: PlaybookGate = {
  key: 'go', title: { en: 'Go', ja: '判断' }, at: 'T-0', decides: { party: 'customer', duty: 'approver' }, override: [{ party: 'vendor', post: 'migration-lead' }], opens: null, requirement: [],
  conditions: [{ task: 'a', firm: false }, { check: 'rehearsed', firm: false }, { check: 'paperwork-done', firm: true }, { signedOff: 'non-prod', firm: false }],
}
const playbook = playbookOf({ facts: [factOf('sso', 'bool'), factOf('links', 'list')], tasks: [taskOf('a', { when: 'sso', because: { en: 'x', ja: 'x' } }), taskOf('b', { each: 'links', title: { en: 'Test {item}', ja: '{item} のテスト' } })], gates: [gate] })
const planOf = (profile: Profile, of: Playbook = playbook): Plan => tailor(of, profile, { decide: celConditions.over(of.facts), dayOf: from('2026-12-01'), zone: 'UTC' })
const held = (...names: Check[]): Looked => ({ checks: new Map(names.map((name): [Check, Finding] => [name, { held: true, why: { en: 'Seen.', ja: '確認済みです。' } }])), signedOff: new Set(['non-prod']) })
const nothing: Looked = { checks: new Map(), signedOff: new Set() }

const approver: Decider = { who: person('Abe'), as: [{ party: 'customer', duty: 'approver' }] }
const lead: Decider = { who: person('Lead'), as: ownersOf(['migration-lead']) }
const judged = (looked: Looked, profile: Profile = [answered('sso', false)]) => judgeGate(playbook, planOf(profile), gate, looked)
const good = judged(held('rehearsed', 'paperwork-done'))
const soft = judged(held('paperwork-done'))
const firm = judged(held('rehearsed'))

describe('the conditions of a gate', () => {
  it('are each held or not, and say why', () => {
    assert.deepEqual(good.map(one => [one.held, one.why.en]), [[true, 'Does not apply here. [Title of sso: no, answered by Contact on 2026-11-22]'], [true, 'Seen.'], [true, 'Seen.'], [true, 'Everybody who must has signed off.']])
    assert.deepEqual(judged(nothing, [answered('sso', true)]).map(one => [one.held, one.why.en]), [[false, 'Open, due on 2026-12-01.'], [false, 'Not looked at yet.'], [false, 'Not looked at yet.'], [false, 'A sign-off is missing.']])
    assert.deepEqual(judged(nothing, [])[0], { title: { en: 'Do a', ja: 'Do a（日本語）' }, held: false, why: { en: 'Not decided until this is answered: What of sso?', ja: '次の回答をいただくまで確定しません: What of sso?（日本語）' }, firm: false })
  })

  it('hold for a task that is done or waived, and name who did it', () => {
    const plan = planOf([answered('sso', true)])
    const done = { ...plan, tasks: plan.tasks.map(task => ({ ...task, state: { is: 'waived', by: person('Mori'), at, because: 'x' } as const })) }
    assert.deepEqual(judgeGate(playbook, done, gate, nothing)[0]?.why, { en: 'Waived by Mori.', ja: '免除されています（Mori）。' })
  })

  it('are one for each item of a list', () => {
    const of = (profile: Profile) => judgeGate(playbook, planOf(profile), { ...gate, conditions: [{ task: 'b', firm: false }] }, nothing).map(one => [one.title.en, one.held])
    assert.deepEqual(of([answered('links', ['Mail', 'Ledger'])]), [['Test Mail', false], ['Test Ledger', false]])
    assert.deepEqual(of([answered('links', [])]), [['Test …', true]])
    assert.deepEqual(of([]), [['Test …', false]])
  })
})

describe('a gate', () => {
  it('goes when every condition holds, by who decides it', () => {
    assert.deepEqual(decideGate(gate, undecidedGate, good, 'go', approver, '', at), { earlier: [], decided: { decision: 'go', by: approver.who, at, note: '', overridden: [] } })
  })

  it('does not go while a condition does not hold', () => {
    assert.deepEqual(decideGate(gate, undecidedGate, soft, 'go', approver, 'all the same', at), { refused: 'gate-conditions', gate: 'go', unmet: soft.filter(one => !one.held), mayOverride: gate.override })
  })

  it('goes all the same with a note by who may override, and what was overridden stands with it', () => {
    assert.deepEqual(decideGate(gate, undecidedGate, soft, 'go', lead, '', at), { refused: 'note-missing', gate: 'go' })
    const decided = decideGate(gate, undecidedGate, soft, 'go', lead, 'Rehearsed by hand', at)
    assert.ok(!('refused' in decided))
    assert.deepEqual(decided.decided?.overridden, soft.filter(one => !one.held))
  })

  it('does not go without a firm condition, whoever says so', () => {
    assert.deepEqual(decideGate(gate, undecidedGate, firm, 'go', lead, 'all the same', at), { refused: 'gate-conditions', gate: 'go', unmet: firm.filter(one => !one.held), mayOverride: [] })
  })

  it('can always be a no-go, with a note', () => {
    for (const conditions of [good, soft, firm]) {
      assert.deepEqual(decideGate(gate, undecidedGate, conditions, 'no-go', approver, ' ', at), { refused: 'note-missing', gate: 'go' })
      assert.ok(!('refused' in decideGate(gate, undecidedGate, conditions, 'no-go', approver, 'Storm', at)))
    }
  })

  it('is not decided by somebody else', () => {
    const contact: Decider = { who: person('Mori'), as: [{ party: 'customer', duty: 'point-of-contact' }] }
    for (const decision of ['go', 'no-go'] as const) assert.deepEqual(decideGate(gate, undecidedGate, good, decision, contact, 'x', at), { refused: 'gate-not-yours', gate: 'go', decides: [gate.decides, ...gate.override] })
  })

  it('is decided once: the second time it says who decided when', () => {
    const decided = decideGate(gate, undecidedGate, good, 'go', approver, '', at)
    assert.ok(!('refused' in decided))
    for (const decision of ['go', 'no-go'] as const) assert.deepEqual(decideGate(gate, decided, good, decision, lead, 'x', at + 1), { refused: 'gate-decided', gate: 'go', decision: 'go', by: 'Abe', at })
    assert.deepEqual(reopenGate(gate, decided), { refused: 'gate-not-no-go', gate: 'go' })
  })

  it('may be decided anew after a no-go, which stays on record', () => {
    const no = decideGate(gate, undecidedGate, soft, 'no-go', approver, 'Storm', at)
    assert.ok(!('refused' in no))
    const again = reopenGate(gate, no)
    assert.ok(!('refused' in again))
    const yes = decideGate(gate, again, good, 'go', approver, '', at + 1)
    assert.ok(!('refused' in yes))
    assert.deepEqual([yes.decided?.decision, yes.earlier.map(one => one.note)], ['go', ['Storm']])
  })
})

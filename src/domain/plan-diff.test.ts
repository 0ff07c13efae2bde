import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { celConditions } from '#adapters/conditions/cel.ts'
import { someDates, someProfile, somePlaybook } from '#test/playbooks/random.ts'
import { answered, at, factOf, from, person, playbookOf, taskOf } from '#test/playbooks/samples.ts'
import { applyDiff, diffPlans, rebase, remake } from './plan-diff.ts'
import { tailor, type DayOf, type Making, type Plan } from './plan.ts'
import { whyNotTaken, type Playbook } from './playbook.ts'

const making = (playbook: Playbook, dayOf: DayOf = from('2026-12-01')): Making => ({ decide: celConditions.over(playbook.facts), dayOf, zone: 'Asia/Tokyo' })

/** Some tasks done, as the numbers say. */
const withDone = (plan: Plan, numbers: readonly number[]): Plan => ({ ...plan, tasks: plan.tasks.map((task, n) => (numbers.includes(n) ? { ...task, state: { is: 'done', by: person('Mori'), at, answers: {}, note: null } } : task)) })
const numbers = fc.array(fc.integer({ min: 0, max: 20 }))
const keyed = (plan: Plan) => new Map(plan.tasks.map(task => [task.key, task]))

describe('a plan made again', () => {
  it('keeps what is done exactly as it was, and makes everything else as if it were new', () => {
    fc.assert(fc.property(somePlaybook(), somePlaybook(2), someProfile, someProfile, someDates, numbers, (one, two, before, after, dayOf, done) => {
      const old = withDone(tailor(one, before, making(one)), done)
      const [fresh, made] = [tailor(two, after, making(two, dayOf)), remake(old, two, after, making(two, dayOf))]
      const [had, has] = [keyed(old), keyed(made)]
      for (const task of old.tasks) if (task.state.is === 'done') assert.deepEqual(has.get(task.key), task)
      for (const task of fresh.tasks) if (had.get(task.key)?.state.is !== 'done') assert.deepEqual(has.get(task.key), task)
      for (const task of made.tasks) assert.ok(task.state.is === 'done' || fresh.tasks.some(other => other.key === task.key))
      const templates = new Set(made.tasks.map(task => task.template))
      assert.ok(made.leftOut.every(out => !templates.has(out.template)), 'nothing is both in and out')
      assert.ok(made.undecided.every(out => made.tasks.every(task => task.template !== out.template || (task.item !== null && task.state.is === 'done'))))
    }))
  })

  it('on another T-0 has other days for what is open only', () => {
    const playbook = playbookOf({ tasks: [taskOf('a', { at: 'T-5' }), taskOf('b')] })
    const old = withDone(tailor(playbook, [], making(playbook)), [0])
    assert.deepEqual(remake(old, playbook, [], making(playbook, from('2027-01-10'))).tasks.map(task => [task.due, task.state.is]), [['2026-11-26', 'done'], ['2027-01-10', 'open']])
  })
})

describe('a list that is open again', () => {
  it('keeps the items that are done, and stays undecided about the others', () => {
    const playbook = playbookOf({ facts: [factOf('links', 'list')], tasks: [taskOf('test', { each: 'links' })] })
    const old = withDone(tailor(playbook, [answered('links', ['a', 'b'])], making(playbook)), [0])
    const made = remake(old, playbook, [], making(playbook))
    assert.deepEqual([made.tasks.map(task => task.key), made.undecided.map(one => one.template)], [['test[a]'], ['test']])
  })
})

describe('the difference of two plans', () => {
  it('applied to the old one is the new one', () => {
    fc.assert(fc.property(somePlaybook(), somePlaybook(2), someProfile, someProfile, someDates, numbers, (one, two, before, after, dayOf, done) => {
      const old = withDone(tailor(one, before, making(one)), done)
      const made = remake(old, two, after, making(two, dayOf))
      // Through JSON, as it is kept and shown.
      assert.deepEqual(applyDiff(old, JSON.parse(JSON.stringify(diffPlans(old, made))) as ReturnType<typeof diffPlans>), made)
    }))
  })

  it('of a plan with itself is none', () => {
    fc.assert(fc.property(somePlaybook(), someProfile, numbers, (playbook, profile, done) => {
      const plan = withDone(tailor(playbook, profile, making(playbook)), done)
      const { added, removed, changed } = diffPlans(plan, plan, { from: playbook, to: playbook })
      assert.deepEqual([added, removed, changed], [[], [], []])
    }))
  })
})

describe('going over to another version', () => {
  const facts = [factOf('sso', 'bool')]
  const one = playbookOf({ facts, tasks: [taskOf('gone'), taskOf('done-and-gone'), taskOf('moved', { at: 'T-5' }), taskOf('told')] })
  const two = playbookOf({ version: 2, facts, tasks: [taskOf('moved', { at: 'T-9' }), taskOf('told', { instructions: { en: 'Otherwise', ja: '別の方法で' }, check: 'rehearsed' }), taskOf('came', { when: 'sso', because: { en: 'SSO', ja: 'SSO' } })] })
  const profile = [answered('sso', true)]
  const plan = withDone(tailor(one, profile, making(one)), [1])

  it('shows what comes, what goes, what changes by field, and keeps what is done', () => {
    const diff = rebase(plan, one, two, profile, making(two))
    assert.ok(!('refused' in diff))
    assert.deepEqual([diff.from.version, diff.to.version], [1, 2])
    assert.deepEqual(diff.added.map(task => task.key), ['came'])
    assert.deepEqual(diff.removed.map(task => task.key), ['gone'])
    assert.deepEqual(diff.kept, ['done-and-gone'])
    assert.deepEqual(diff.changed.map(change => [change.task.key, change.fields]), [
      ['moved', [{ field: 'due', was: '2026-11-26', is: '2026-11-22' }]],
      ['told', [{ field: 'instructions', was: { en: 'How to told', ja: 'How to told（日本語）' }, is: { en: 'Otherwise', ja: '別の方法で' } }, { field: 'check', was: null, is: 'rehearsed' }]],
    ])
    assert.deepEqual(applyDiff(plan, diff), remake(plan, two, profile, making(two)))
  })

  it('is refused back to an older one, to the same one, and to another playbook', () => {
    const planned = applyDiff(plan, diffPlans(plan, remake(plan, two, profile, making(two))))
    assert.deepEqual(rebase(planned, two, one, profile, making(one)), { refused: 'version-not-newer', pinned: { key: 'sample', version: 2 }, asked: { key: 'sample', version: 1 } })
    assert.deepEqual(rebase(planned, two, two, profile, making(two)), { refused: 'version-not-newer', pinned: { key: 'sample', version: 2 }, asked: { key: 'sample', version: 2 } })
    assert.deepEqual(rebase(plan, one, { ...two, key: 'other' }, profile, making(two)), { refused: 'other-playbook', pinned: { key: 'sample', version: 1 }, asked: { key: 'other', version: 2 } })
    assert.deepEqual(rebase(plan, two, { ...two, version: 3 }, profile, making(two)), { refused: 'other-playbook', pinned: { key: 'sample', version: 1 }, asked: { key: 'sample', version: 2 } })
  })

  it('leads from a deprecated playbook to its successor, which new moves are told to take', () => {
    const old = { ...one, deprecated: { since: '2026-11-01', successor: 'other', because: { en: 'Better', ja: '改善' } } }
    assert.deepEqual(whyNotTaken(old), { refused: 'playbook-deprecated', playbook: 'sample', since: '2026-11-01', successor: 'other', because: { en: 'Better', ja: '改善' } })
    assert.equal(whyNotTaken(one), undefined)
    assert.ok(!('refused' in rebase(plan, old, { ...two, key: 'other', version: 1 }, profile, making(two))))
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { celConditions } from '#adapters/conditions/cel.ts'
import { somePlaybook, wholeProfile } from '#test/playbooks/random.ts'
import { at, from, person, playbookOf, system, taskOf } from '#test/playbooks/samples.ts'
import { tailor, type Plan } from './plan.ts'
import type { Playbook } from './playbook.ts'
import type { Profile } from './profile.ts'
import { actOnTask, blockersOf, standingOf, type TaskDeed } from './progress.ts'
import { allowedTaskVerbs, standings, stepTask, taskVerbs } from './task.ts'

const planOf = (playbook: Playbook, profile: Profile = []): Plan => tailor(playbook, profile, { decide: celConditions.over(playbook.facts), dayOf: from('2026-12-01'), zone: 'UTC' })
const deed = (key: string, verb: TaskDeed['verb'], more: Partial<TaskDeed> = {}): TaskDeed => ({ key, verb, by: person('Mori'), at, note: null, answers: {}, ...more })
const none: ReadonlySet<string> = new Set()

/** The plan afterwards; a test that comes to a refusal fails. */
const after = (plan: Plan, playbook: Playbook, one: TaskDeed, opened = none): Plan => {
  const done = actOnTask(plan, playbook, one, opened)
  assert.ok(!('refused' in done), JSON.stringify(done))
  return done
}

describe('a task', () => {
  it('can be done when it is open, waived until it is done, and reopened', () => {
    assert.deepEqual(Object.fromEntries(standings.map(one => [one, allowedTaskVerbs(one)])), { open: ['complete', 'waive'], blocked: ['waive'], done: ['reopen'], waived: ['reopen'] })
    for (const standing of standings) for (const verb of taskVerbs) assert.equal(stepTask(standing, verb) !== undefined, allowedTaskVerbs(standing).includes(verb))
  })

  it('is blocked by what it waits for, and by its gate, until these are done', () => {
    const gates = [{ key: 'go', title: { en: 'Go', ja: '判断' }, at: 'T-0', decides: { party: 'vendor', post: 'migration-lead' }, override: [], opens: null, conditions: [], requirement: [] }] as const
    const playbook = playbookOf({ tasks: [taskOf('a'), taskOf('b', { depends: ['a'], gate: 'go' })], gates })
    const plan = planOf(playbook)
    const b = plan.tasks[1]
    assert.ok(b !== undefined)
    assert.deepEqual(blockersOf(plan, b, none), [{ kind: 'task', key: 'a' }, { kind: 'gate', key: 'go' }])
    assert.deepEqual(actOnTask(plan, playbook, deed('b', 'complete'), none), { refused: 'task-not-now', key: 'b', standing: 'blocked', allowed: ['waive'], blockers: [{ kind: 'task', key: 'a' }, { kind: 'gate', key: 'go' }], by: null, at: null })
    const next = after(plan, playbook, deed('a', 'complete'))
    assert.equal(standingOf(next, b, none), 'blocked')
    assert.equal(standingOf(next, b, new Set(['go'])), 'open')
    assert.equal(after(next, playbook, deed('b', 'complete'), new Set(['go'])).tasks[1]?.state.is, 'done')
  })

  it('is blocked by one that is not decided yet', () => {
    const playbook = playbookOf({ facts: [{ name: 'sso', title: { en: 'x', ja: 'x' }, type: 'bool', choices: [], question: null, asked: null, measured: 'user-count', default: null, requirement: [] }], tasks: [taskOf('a', { when: 'sso', because: { en: 'x', ja: 'x' } }), taskOf('b', { depends: ['a'] })] })
    const refused = actOnTask(planOf(playbook), playbook, deed('b', 'complete'), none)
    assert.ok('refused' in refused && refused.refused === 'task-not-now')
    assert.deepEqual(refused.blockers, [{ kind: 'undecided', key: 'a' }])
  })

  it('done twice is refused, with who did it when', () => {
    const playbook = playbookOf({ tasks: [taskOf('a')] })
    const plan = after(planOf(playbook), playbook, deed('a', 'complete'))
    assert.deepEqual(actOnTask(plan, playbook, deed('a', 'complete', { by: person('Abe') }), none), { refused: 'task-not-now', key: 'a', standing: 'done', allowed: ['reopen'], blockers: [], by: 'Mori', at })
    assert.equal(after(plan, playbook, deed('a', 'reopen')).tasks[0]?.state.is, 'open')
  })

  it('is waived with a reason only', () => {
    const playbook = playbookOf({ tasks: [taskOf('a')] })
    for (const note of [null, '', '  ']) assert.deepEqual(actOnTask(planOf(playbook), playbook, deed('a', 'waive', { note }), none), { refused: 'reason-missing', key: 'a' })
    assert.deepEqual(after(planOf(playbook), playbook, deed('a', 'waive', { note: 'Done last year' })).tasks[0]?.state, { is: 'waived', by: person('Mori'), at, because: 'Done last year' })
  })

  it('that the system sees by itself is done on nobody’s word', () => {
    const playbook = playbookOf({ tasks: [taskOf('a', { check: 'probe-passed' })] })
    assert.deepEqual(actOnTask(planOf(playbook), playbook, deed('a', 'complete'), none), { refused: 'seen-by-the-system', key: 'a', check: 'probe-passed' })
    assert.equal(after(planOf(playbook), playbook, deed('a', 'complete', { by: system })).tasks[0]?.state.is, 'done')
  })

  it('with a form is done when the form is whole', () => {
    const field = { key: 'day', title: { en: 'Day', ja: '日' }, type: 'day', choices: [], columns: [], optional: false } as const
    const playbook = playbookOf({ tasks: [taskOf('a', { form: [field] })] })
    assert.deepEqual(actOnTask(planOf(playbook), playbook, deed('a', 'complete'), none), { refused: 'form-wrong', wrong: [{ field: 'day', why: 'missing' }] })
    const done = after(planOf(playbook), playbook, deed('a', 'complete', { answers: { day: '2026-12-01' } })).tasks[0]?.state
    assert.deepEqual(done, { is: 'done', by: person('Mori'), at, answers: { day: '2026-12-01' }, note: null })
  })

  it('that is not there is refused by its key', () => {
    assert.deepEqual(actOnTask(planOf(playbookOf()), playbookOf(), deed('x', 'complete'), none), { refused: 'no-such-task', key: 'x' })
  })

  it('of any plan can be done sooner or later: nothing waits for ever', () => {
    fc.assert(fc.property(somePlaybook(), wholeProfile, (playbook, profile) => {
      let plan = planOf(playbook, profile)
      for (let round = 0; round <= plan.tasks.length; round++) {
        for (const task of plan.tasks) if (standingOf(plan, task, new Set(['go'])) === 'open') plan = after(plan, playbook, deed(task.key, 'complete'), new Set(['go']))
      }
      assert.ok(plan.tasks.every(task => task.state.is === 'done'))
    }))
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { celConditions } from '#adapters/conditions/cel.ts'
import { someDates, someProfile, somePlaybook, wholeProfile } from '#test/playbooks/random.ts'
import { answered, at, factOf, from, playbookOf, taskOf } from '#test/playbooks/samples.ts'
import { tailor, tellTask, type Making, type Plan } from './plan.ts'
import { problemsOf } from './playbook-check.ts'
import { offsetOf, type Playbook } from './playbook.ts'
import type { Profile } from './profile.ts'

const making = (playbook: Playbook, dayOf = from('2026-12-01')): Making => ({ decide: celConditions.over(playbook.facts), dayOf, zone: 'Asia/Tokyo' })
const plan = (playbook: Playbook, profile: Profile = []): Plan => tailor(playbook, profile, making(playbook))

describe('a plan', () => {
  it('has every task of its playbook in exactly one of included, left out and undecided', () => {
    fc.assert(fc.property(somePlaybook(), someProfile, (playbook, profile) => {
      assert.deepEqual(problemsOf(playbook), [], 'the sample is a right playbook')
      const { tasks, leftOut, undecided } = plan(playbook, profile)
      const lists = [[...new Set(tasks.map(task => task.template))], leftOut.map(one => one.template), undecided.map(one => one.template)]
      assert.deepEqual(lists.flat().toSorted(), playbook.tasks.map(task => task.key).toSorted())
      assert.equal(new Set(tasks.map(task => task.key)).size, tasks.length)
    }))
  })

  it('waits for nothing that is not part of it; what a task waited for is included, undecided, or left out for a reason', () => {
    fc.assert(fc.property(somePlaybook(), someProfile, (playbook, profile) => {
      const { tasks, leftOut, undecided } = plan(playbook, profile)
      for (const task of tasks) {
        for (const key of task.depends) assert.ok(tasks.some(one => one.key === key) || undecided.some(one => one.template === key), `${task.key} waits for ${key}`)
        assert.ok(!task.depends.includes(task.key))
        for (const key of playbook.tasks.find(one => one.key === task.template)?.depends ?? []) {
          const out = leftOut.find(one => one.template === key)
          assert.ok(out === undefined ? task.depends.some(one => one === key || one.startsWith(`${key}[`)) : out.reason.en.length > 0 && out.reason.ja.length > 0)
        }
      }
    }))
  })

  it('is the same for the same arguments, whatever the order in which things became known', () => {
    fc.assert(fc.property(somePlaybook(), someProfile, (playbook, profile) => { assert.deepEqual(plan(playbook, profile.toReversed()), plan(playbook, profile)) }))
  })

  it('has nothing undecided when everything is known, and waits only for facts that are open', () => {
    fc.assert(fc.property(somePlaybook(), wholeProfile, fc.nat(), (playbook, profile, n) => {
      assert.deepEqual(plan(playbook, profile).undecided, [])
      const [missing, ...others] = [...profile.slice(n % profile.length), ...profile.slice(0, n % profile.length)]
      for (const one of plan(playbook, others).undecided) assert.deepEqual(one.open, [missing?.name])
    }))
  })

  it('does not change its mind about a task when more becomes known, but for defaults', () => {
    fc.assert(fc.property(somePlaybook(), wholeProfile, fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }), (playbook, profile, kept) => {
      const some = profile.filter((entry, n) => kept[n] === true || entry.name === 'vpn')
      const [early, late] = [plan(playbook, some), plan(playbook, profile)]
      for (const task of early.tasks) assert.ok(late.tasks.some(one => one.key === task.key))
      for (const one of early.leftOut) assert.ok(late.leftOut.some(other => other.template === one.template))
    }))
  })

  it('dates each task by the calendar it is given', () => {
    fc.assert(fc.property(somePlaybook(), wholeProfile, someDates, (playbook, profile, dayOf) => {
      const { tasks } = tailor(playbook, profile, making(playbook, dayOf))
      for (const task of tasks) for (const key of task.depends) assert.ok((tasks.find(one => one.key === key)?.due ?? '') <= task.due)
    }))
    const playbook = playbookOf({ tasks: [taskOf('a', { at: 'T-30' }), taskOf('b', { at: 'cutover' }), taskOf('c', { at: 'T+5' })] })
    assert.deepEqual(plan(playbook).tasks.map(task => task.due), ['2026-11-01', '2026-12-01', '2026-12-06'])
    assert.deepEqual(['cutover', 'T-0', 'T+0', 'T-30', 'T+5', 'cutoff', 'T5'].map(one => offsetOf(playbook, one)), [0, 0, 0, -30, 5, undefined, undefined])
    assert.deepEqual(plan(playbook).environments, [{ key: 'prod', from: '2026-12-01', to: '2026-12-05', after: null }])
  })

  it('says of each task why, with the value and where it came from, in both languages', () => {
    const playbook = playbookOf({
      facts: [factOf('sso', 'bool', { title: { en: 'Single sign-on', ja: 'シングルサインオン' } }), factOf('users', 'number', { title: { en: 'Users', ja: 'ユーザー数' }, measured: 'user-count' }), factOf('vpn', 'bool', { title: { en: 'VPN', ja: 'VPN' }, default: false })],
      tasks: [
        taskOf('sso', { when: 'sso', because: { en: 'Because single sign-on is on.', ja: 'SSO が有効なためです。' } }),
        taskOf('many', { when: 'users >= 1000', because: { en: 'Because there are {users}.', ja: '{users} 人のためです。' } }),
        taskOf('vpn', { when: 'vpn', because: { en: 'x', ja: 'x' } }), taskOf('all'),
      ],
    })
    const made = plan(playbook, [answered('sso', true, { by: 'Mori' }), answered('users', 1234567, { source: 'measured' })])
    assert.deepEqual(made.tasks.map(task => task.reason), [
      { en: 'Because single sign-on is on. [Single sign-on: yes, answered by Mori on 2026-11-22]', ja: 'SSO が有効なためです。【シングルサインオン: はい（2026-11-22 にMori様が回答）】' },
      { en: 'Because there are 1,234,567. [Users: 1,234,567, measured on 2026-11-22]', ja: '1,234,567 人のためです。【ユーザー数: 1,234,567（2026-11-22 に計測）】' },
      { en: 'Part of every move of this kind.', ja: 'この種類の移行では必ず行います。' },
    ])
    assert.deepEqual(made.leftOut.map(one => one.reason), [{ en: 'Does not apply here. [VPN: no, assumed until answered]', ja: '今回は該当しません。【VPN: いいえ（回答をいただくまでの想定）】' }])
    assert.deepEqual(plan(playbook).undecided.map(one => [one.template, one.open, one.reason.en]), [['sso', ['sso'], 'Not decided until this is answered: What of sso?'], ['many', ['users'], 'Not decided until this is answered: What of users?']])
  })

  it('writes the day of an answer in the zone it is given', () => {
    const playbook = playbookOf({ facts: [factOf('sso', 'bool')], tasks: [taskOf('sso', { when: 'sso', because: { en: 'x', ja: 'x' } })] })
    const late = [answered('sso', true, { at: at + 15 * 3_600_000 })]
    assert.match(tailor(playbook, late, making(playbook)).tasks[0]?.reason.en ?? '', /2026-11-23/)
    assert.match(tailor(playbook, late, { ...making(playbook), zone: 'UTC' }).tasks[0]?.reason.en ?? '', /2026-11-22/)
  })

  it('has one task for each item of a list, each waiting for the same item’s', () => {
    const playbook = playbookOf({
      facts: [factOf('links', 'list')],
      tasks: [taskOf('prepare', { at: 'T-5', each: 'links' }), taskOf('cut', { depends: ['prepare'] }), taskOf('test', { at: 'T+2', each: 'links', depends: ['prepare', 'cut'], title: { en: 'Test {item}', ja: '{item} のテスト' } })],
    })
    const made = plan(playbook, [answered('links', ['Ledger', 'Mail'])])
    assert.deepEqual(made.tasks.map(task => [task.key, task.depends]), [
      ['prepare[Ledger]', []], ['prepare[Mail]', []], ['cut', ['prepare[Ledger]', 'prepare[Mail]']], ['test[Ledger]', ['prepare[Ledger]', 'cut']], ['test[Mail]', ['prepare[Mail]', 'cut']],
    ])
    assert.deepEqual(made.tasks.slice(3).map(task => tellTask(playbook, task).title), [{ en: 'Test Ledger', ja: 'Ledger のテスト' }, { en: 'Test Mail', ja: 'Mail のテスト' }])
    assert.deepEqual(plan(playbook, [answered('links', ['Mail', 'Mail'])]).tasks.map(task => task.key), ['prepare[Mail]', 'cut', 'test[Mail]'])
    assert.deepEqual(plan(playbook, [answered('links', [])]).leftOut.map(one => one.reason.en), ['Does not apply here. [Title of links: none, answered by Contact on 2026-11-22]', 'Does not apply here. [Title of links: none, answered by Contact on 2026-11-22]'])
  })

  it('keeps the order through what is left out', () => {
    const playbook = playbookOf({ facts: [factOf('sso', 'bool')], tasks: [taskOf('a'), taskOf('b', { when: 'sso', because: { en: 'x', ja: 'x' }, depends: ['a'] }), taskOf('c', { depends: ['b'] })] })
    assert.deepEqual(plan(playbook, [answered('sso', false)]).tasks.map(task => [task.key, task.depends]), [['a', []], ['c', ['a']]])
    assert.deepEqual(plan(playbook).tasks.map(task => [task.key, task.depends]), [['a', []], ['c', ['b']]])
  })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isBusinessDay, type Calendar } from './calendar.ts'
import { assumedT0, datingOf, daysFrom, inTime, reachOf, weekendOf } from './dating.ts'
import { addDays } from './days.ts'
import type { Plan, PlannedTask } from './plan.ts'
import type { Playbook } from './playbook.ts'
import { playbookOf, taskOf } from '#test/playbooks/samples.ts'

const text = { en: '-', ja: '-' }
const calendar: Calendar = { weekend: ['sat', 'sun'], holidays: { country: 'JP', from: '2026-01-01', to: '2028-12-31', days: { '2027-05-03': text, '2027-05-04': text, '2027-05-05': text, '2027-01-01': text } } }
const owner = { party: 'customer', duty: 'it' } as const
const at = (...days: readonly string[]): Playbook => playbookOf({ milestones: [], environments: [], tasks: days.map((day, n) => taskOf(`k${n}`, { at: day })) })

test('a move’s own day comes before its wave’s, that one before the programme’s, and any of them before an assumed one', () => {
  const days = { own: '2027-01-04', wave: '2027-01-05', programme: '2027-01-06', assumed: '2027-01-07' }
  assert.deepEqual(datingOf(days), { t0: '2027-01-04', datedBy: 'move' })
  assert.deepEqual(datingOf({ ...days, own: null }), { t0: '2027-01-05', datedBy: 'wave' })
  assert.deepEqual(datingOf({ ...days, own: null, wave: null }), { t0: '2027-01-06', datedBy: 'programme' })
  assert.deepEqual(datingOf({ ...days, own: null, wave: null, programme: null }), { t0: '2027-01-07', datedBy: 'assumed' })
})

test('a playbook reaches from its earliest to its latest day, and always over T-0', () => {
  assert.deepEqual(reachOf(at('T-90', 'T+14', 'T-3')), { first: -90, last: 14 })
  assert.deepEqual(reachOf(at('T+5')), { first: 0, last: 5 })
})

const today = fc.integer({ min: 0, max: 700 }).map(n => addDays('2026-06-01', n))
const offsets = fc.array(fc.integer({ min: -90, max: 30 }), { minLength: 1, maxLength: 8 })

test('counted from an assumed T-0 nothing is due before today', () => {
  fc.assert(fc.property(today, offsets, (now, days) => {
    const playbook = at(...days.map(n => `T${n < 0 ? '-' : '+'}${Math.abs(n)}`))
    const t0 = assumedT0(playbook, now, calendar)
    const dayOf = daysFrom(t0, calendar)
    assert.ok(isBusinessDay(t0, calendar))
    // A day that falls on a holiday is due before it, at most as many days earlier as people do not work.
    for (const n of days) assert.ok(dayOf(n) >= addDays(now, -5), `${dayOf(n)} is long before ${now}`)
    for (const n of days) if (isBusinessDay(now, calendar)) assert.ok(dayOf(n) >= now)
  }))
})

const task = (key: string, due: string, done = false): PlannedTask => ({ key, template: key, item: null, owner, due, depends: [], gate: null, reason: text, grounds: [], state: done ? { is: 'done', by: { kind: 'system', id: 's', name: 's' }, at: 1, answers: {}, note: null } : { is: 'open' } })
const plan = (tasks: readonly PlannedTask[]): Plan => ({ playbook: { key: 'k', version: 1 }, tasks, leftOut: [], undecided: tasks.map(one => ({ template: `u ${one.key}`, reason: text, open: [], due: one.due })), gates: tasks.map(one => ({ key: `g ${one.key}`, due: one.due })), environments: [] })

test('what is new or dated anew is never late from the beginning; what was late stays late; what is ended, or due later, stays as the calendar has it', () => {
  const key = fc.constantFrom('a', 'b', 'c', 'd')
  const tasks = fc.uniqueArray(fc.record({ key, due: today, done: fc.boolean() }), { selector: one => one.key })
  fc.assert(fc.property(tasks, tasks, today, (old, fresh, now) => {
    const after = inTime(plan(old.map(one => task(one.key, one.due))), plan(fresh.map(one => task(one.key, one.due, one.done))), now)
    fresh.forEach((one, n) => {
      const [was, is, gate, open] = [old.find(other => other.key === one.key)?.due, after.tasks[n]?.due ?? '', after.gates[n]?.due, after.undecided[n]?.due]
      if (one.done || one.due >= now) assert.equal(is, one.due)
      else if (was === undefined || was >= now) assert.equal(is, now)
      else assert.equal(is, one.due > was ? one.due : was)
      if (!one.done) assert.deepEqual([gate, open], [is, is])
    })
    assert.deepEqual(inTime(after, after, now).tasks, after.tasks, 'made anew on the same day it is the same')
  }))
})

test('the week ends on other days in some countries', () => {
  assert.deepEqual([weekendOf('JP'), weekendOf('IL'), weekendOf('US-CA'), weekendOf('SA')], [['sat', 'sun'], ['fri', 'sat'], ['sat', 'sun'], ['fri', 'sat']])
})

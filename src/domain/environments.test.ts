import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isBusinessDay, type Calendar } from './calendar.ts'
import { addDays } from './days.ts'
import { cutsTestingShort, testedEnvironments, type Following, followingDays, latestFirst, mayNotStart, partsOf, timetable } from './environments.ts'
import { environments } from './homes.ts'
import type { MoveId } from './programmes.ts'

const text = (name: string): { en: string; ja: string } => ({ en: name, ja: name })
const calendar: Calendar = { weekend: ['sat', 'sun'], holidays: { country: 'US', from: '2026-01-01', to: '2027-12-31', days: { '2026-11-26': text('Thanksgiving Day'), '2026-12-25': text('Christmas Day') } } }

test('C9: two weeks of testing for non-production, one for pre-production, one for production', () => {
  assert.deepEqual(testedEnvironments.map(one => [one.name, one.testingDays]), [['non-prod', 14], ['pre-prod', 7], ['prod', 7]])
  assert.deepEqual(timetable(testedEnvironments, '2026-11-12', calendar).map(({ name, t0, testing }) => [name, t0, testing.last]), [
    ['non-prod', '2026-11-12', '2026-11-25'],
    ['pre-prod', '2026-11-27', '2026-12-03'],
    ['prod', '2026-12-04', '2026-12-10'],
  ])
})

test('C9: an environment does not start before every one before it is signed off', () => {
  assert.equal(mayNotStart('non-prod', testedEnvironments, {}), undefined)
  assert.deepEqual(mayNotStart('pre-prod', testedEnvironments, { 'non-prod': null }), { refused: 'not-signed-off', waitsFor: ['non-prod'] })
  assert.equal(mayNotStart('pre-prod', testedEnvironments, { 'non-prod': 0 }), undefined)
  assert.deepEqual(mayNotStart('prod', testedEnvironments, { 'pre-prod': 5 }), { refused: 'not-signed-off', waitsFor: ['non-prod'] })
  assert.deepEqual(mayNotStart('prod', testedEnvironments, {}), { refused: 'not-signed-off', waitsFor: ['non-prod', 'pre-prod'] })
  assert.equal(mayNotStart('prod', testedEnvironments, { 'non-prod': 1, 'pre-prod': 2 }), undefined)
  assert.deepEqual(mayNotStart('stage', testedEnvironments, {}), { refused: 'no-such-environment', known: ['non-prod', 'pre-prod', 'prod'] })
})

test('a cutover that takes testing time from the one before is told, with the first day that does not', () => {
  const dated = timetable(testedEnvironments, '2026-11-12', calendar)
  assert.deepEqual(cutsTestingShort('pre-prod', '2026-11-25', dated), { refused: 'testing-not-over', after: 'non-prod', freeFrom: '2026-11-26' })
  assert.equal(cutsTestingShort('pre-prod', '2026-11-26', dated), undefined)
  assert.equal(cutsTestingShort('non-prod', '2026-01-01', dated), undefined)
})

test('all are tested for as long as promised, one after another, and the latest first day is the latest', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 300 }), fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 5 }), (start, testing) => {
    const order = testing.map((testingDays, n) => ({ name: `e${n}`, title: text(''), testingDays }))
    const first = addDays('2026-02-01', start)
    const dated = timetable(order, first, calendar)
    for (const [n, one] of dated.entries()) {
      assert.equal(one.testing.last, addDays(one.t0, one.testingDays - 1))
      const before = dated[n - 1]
      assert.ok(before === undefined ? one.t0 === first : one.t0 > before.testing.last && isBusinessDay(one.t0, calendar))
    }
    const last = dated.at(-1)?.t0 ?? first
    const latest = latestFirst(order, last, calendar)
    assert.ok(latest >= first && (timetable(order, latest, calendar).at(-1)?.t0 ?? '') <= last)
    assert.ok((timetable(order, addDays(latest, 1), calendar).at(-1)?.t0 ?? '') > last)
  }))
})

const moveId = (name: string): MoveId => name as MoveId

test('C9: what is the customer’s is of the first of its environments, and of the last after all cutovers; of one environment alone nobody leads', () => {
  const member = (move: string, environment: (typeof environments)[number]) => ({ move: moveId(move), environment })
  assert.equal(partsOf([]), null)
  assert.equal(partsOf([member('a', 'prod'), member('b', 'prod')]), null)
  assert.deepEqual(partsOf([member('a', 'prod'), member('b', 'non-prod'), member('c', 'prod')]), { environment: 'non-prod', environments: ['non-prod', 'prod'], leading: 'b', closing: 'c' })
})

test('C9: whatever days were chosen, no environment is cut over before the testing time of the one before it is over, and who chose a day late enough keeps it', () => {
  const following = fc.record({ environment: fc.constantFrom(...environments), days: fc.integer({ min: 0, max: 120 }), chosen: fc.boolean(), testingDays: fc.integer({ min: 1, max: 20 }), isFirm: fc.boolean() })
  fc.assert(fc.property(fc.array(following, { minLength: 1, maxLength: 6 }), raw => {
    const members = raw.map(({ environment, days, chosen, testingDays, isFirm }, n): Following => ({ move: moveId(`m${n}`), environment, testingDays, isFirm, dating: { t0: addDays('2026-03-01', days), datedBy: chosen ? 'move' : 'assumed' } }))
    const found = followingDays(members, calendar)
    for (const one of members) {
      const day = found.get(one.move)
      assert.ok(day !== undefined)
      const before = members.filter(other => environments.indexOf(other.environment) < environments.indexOf(one.environment)).map(other => other.environment)
      const last = environments.findLast(name => before.includes(name))
      const free = members.filter(other => other.environment === last).map(other => addDays(found.get(other.move)?.t0 ?? '', other.testingDays)).toSorted().at(-1)
      const stays = free === undefined || one.isFirm || (one.dating.datedBy === 'move' && one.dating.t0 >= free)
      if (stays) assert.deepEqual(day, one.dating)
      else assert.ok(day.t0 >= free && day.datedBy === 'environment' && isBusinessDay(day.t0, calendar), `${day.t0} ${free}`)
    }
  }))
})

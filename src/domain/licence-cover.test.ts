import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addDays, daysBetween } from './days.ts'
import { asId } from './ids.ts'
import { coverOf } from './licence-cover.ts'
import type { Contract } from './records.ts'
import type { Day } from './time.ts'

const of = (kind: Contract['kind'], startsOn: Day, endsOn: Day | null): Contract => ({ id: asId(`${kind} ${startsOn}`), vendor: asId('v'), customer: asId('c'), kind, startsOn, endsOn, term: 'month' })

test('terms that follow each other are one licence, and an old one that is long over matters no more', () => {
  const subscription = of('subscription', '2026-01-01', '2027-01-01')
  const covered = coverOf([subscription, of('licence', '2020-01-01', '2021-01-01'), of('licence', '2026-12-01', '2026-12-20'), of('licence', '2026-12-20', null)], 0)
  assert.deepEqual([covered.standing, 'overlap' in covered && covered.overlap], ['covered', { first: '2026-12-01', last: '2026-12-31' }])
  const ends = coverOf([subscription, of('licence', '2020-01-01', '2021-01-01')], 0)
  assert.deepEqual([ends.standing, 'refused' in ends && ends.refused], ['uncovered', 'licence-ends-first'])
  const short = coverOf([subscription, of('licence', '2026-12-30', null)], 14)
  assert.deepEqual([short.standing, 'refused' in short && short.refused], ['uncovered', 'overlap-too-short'])
})

test('a hole is found exactly where a day after the subscription, and before what follows, has no licence', () => {
  const day = fc.integer({ min: 0, max: 60 }).map(n => addDays('2026-12-01', n))
  fc.assert(fc.property(day, day, (endsOn, licenceFrom) => {
    const found = coverOf([of('subscription', '2026-01-01', endsOn), of('licence', licenceFrom, null)], 0)
    // Slow and plain: each day of three months, one after the other.
    const bare = Array.from({ length: 90 }, (_, n) => addDays('2026-12-01', n)).filter(one => one >= endsOn && one < licenceFrom)
    assert.equal(found.standing, bare.length === 0 ? 'covered' : 'uncovered')
    if ('hole' in found) assert.deepEqual([found.hole.first, found.hole.last, found.days], [bare[0], bare.at(-1), bare.length])
    if (found.standing === 'covered') assert.equal(found.days, Math.max(0, daysBetween(licenceFrom, endsOn)))
  }))
})

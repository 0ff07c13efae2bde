import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addDays } from './days.ts'
import { dayOf, endOfDay, instantOf, isWallTime, isZone, minuteOf, startOfDay, wallOf } from './local-time.ts'

const at = (text: string): number => Date.parse(text)
const zones = ['UTC', 'Asia/Tokyo', 'Asia/Kathmandu', 'America/St_Johns', 'Europe/Berlin', 'America/Los_Angeles', 'Australia/Lord_Howe', 'America/Havana', 'Pacific/Apia'] as const

test('a wall time is one instant on most days', () => {
  assert.deepEqual(instantOf('2026-11-22', '09:00', 'Asia/Tokyo'), { at: at('2026-11-22T00:00Z'), told: 'exact' })
  assert.deepEqual(instantOf('2026-11-22', '09:00', 'Asia/Kathmandu'), { at: at('2026-11-22T03:15Z'), told: 'exact' })
  assert.deepEqual(instantOf('2026-11-22', '24:00', 'Asia/Tokyo'), { at: at('2026-11-22T15:00Z'), told: 'exact' })
})

test('a time that clocks skip is moved forward by what they skip, and that is told', () => {
  assert.deepEqual(instantOf('2026-03-29', '02:30', 'Europe/Berlin'), { at: at('2026-03-29T03:30+02:00'), told: 'moved-forward' })
  assert.deepEqual(instantOf('2026-03-08', '02:00', 'America/St_Johns'), { at: at('2026-03-08T03:00-02:30'), told: 'moved-forward' })
  assert.deepEqual(instantOf('2026-10-04', '02:10', 'Australia/Lord_Howe'), { at: at('2026-10-04T02:40+11:00'), told: 'moved-forward' })
})

test('of a time that clocks show twice the earlier is meant, and that is told', () => {
  assert.deepEqual(instantOf('2026-10-25', '02:30', 'Europe/Berlin'), { at: at('2026-10-25T02:30+02:00'), told: 'earlier-of-two' })
  assert.deepEqual(instantOf('2026-11-01', '01:15', 'America/St_Johns'), { at: at('2026-11-01T01:15-02:30'), told: 'earlier-of-two' })
  assert.deepEqual(instantOf('2026-10-25', '03:00', 'Europe/Berlin'), { at: at('2026-10-25T03:00+01:00'), told: 'exact' })
})

test('what the wall shows tells the doubled hour by its offset', () => {
  assert.deepEqual(wallOf(at('2026-10-25T00:30Z'), 'Europe/Berlin'), { day: '2026-10-25', time: '02:30', offset: '+02:00' })
  assert.deepEqual(wallOf(at('2026-10-25T01:30:59.999Z'), 'Europe/Berlin'), { day: '2026-10-25', time: '02:30', offset: '+01:00' })
})

test('days have 23, 24 or 25 hours, and begin after midnight where clocks skip that', () => {
  const hours = (day: string, zone: string): number => (endOfDay(day, zone) - startOfDay(day, zone)) / 3_600_000
  assert.deepEqual([hours('2026-03-29', 'Europe/Berlin'), hours('2026-10-25', 'Europe/Berlin'), hours('2028-02-29', 'Europe/Berlin'), hours('2026-10-04', 'Australia/Lord_Howe')], [23, 25, 24, 23.5])
  assert.equal(wallOf(startOfDay('2026-03-08', 'America/Havana'), 'America/Havana').time, '01:00')
})

test('every instant is in its day, and its wall time leads back to it or to the other showing of it', () => {
  const moments = fc.oneof(fc.integer({ min: at('2010-01-01'), max: at('2035-01-01') }), fc.integer({ min: -180, max: 180 }).map(minutes => at('2026-10-25T01:00Z') + minutes * 60_000))
  fc.assert(fc.property(moments, fc.constantFrom(...zones), (moment, zone) => {
    const day = dayOf(moment, zone)
    assert.ok(startOfDay(day, zone) <= moment && moment < endOfDay(day, zone))
    assert.equal(endOfDay(day, zone), startOfDay(addDays(day, 1), zone))
    const wall = wallOf(moment, zone)
    const back = instantOf(wall.day, wall.time, zone)
    assert.notEqual(back.told, 'moved-forward')
    const late = Math.floor(moment / 60_000) * 60_000 - back.at
    assert.ok(late === 0 || (back.told === 'earlier-of-two' && late > 0 && late <= 3_600_000), `${late}`)
  }), { numRuns: 500 })
})

test('zones and wall times are told from what is none', () => {
  assert.deepEqual(['Asia/Tokyo', 'UTC', '+09:00', 'Mars/Olympus', ''].map(isZone), [true, true, false, false, false])
  assert.deepEqual(['09:00', '24:00', '24:01', '9:00', '12:60'].map(isWallTime), [true, true, false, false, false])
  assert.deepEqual(['00:00', '09:30', '24:00'].map(minuteOf), [0, 570, 1440])
})

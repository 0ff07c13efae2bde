import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { asId } from './ids.ts'
import type { ToPlace } from './schedule.ts'
import { datesOf, dateWith, daysTakenBy, daysWithin, moveOf, placeOf, ruled } from './wave-planning.ts'

const hour = 3_600_000

describe('the dates of a plan', () => {
  it('begin on the wished days of the week and lie whole within the stretch', () => {
    const dates = datesOf({ from: '2027-01-04', to: '2027-01-24', beginsOn: ['sat'], days: 2 })
    assert.deepEqual(dates, [{ day: '2027-01-09', days: ['2027-01-09', '2027-01-10'] }, { day: '2027-01-16', days: ['2027-01-16', '2027-01-17'] }, { day: '2027-01-23', days: ['2027-01-23', '2027-01-24'] }])
    assert.deepEqual(dateWith(dates, '2027-01-17')?.day, '2027-01-16')
    assert.equal(dateWith(dates, '2027-01-18'), undefined)
    assert.deepEqual(daysWithin(dates, [{ first: '2027-01-10', last: '2027-01-16' }]), ['2027-01-10', '2027-01-16'])
  })

  it('neither overlap nor are none nor too many', () => {
    assert.deepEqual(datesOf({ from: '2027-01-04', to: '2027-01-24', beginsOn: ['sat', 'sun'], days: 2 }), { refused: 'dates-overlap', days: 2 })
    assert.deepEqual(datesOf({ from: '2027-01-04', to: '2027-01-09', beginsOn: ['sat'], days: 2 }), { refused: 'no-dates' })
    assert.deepEqual(datesOf({ from: '2027-01-09', to: '2027-01-04', beginsOn: ['sat'], days: 1 }), { refused: 'no-dates' })
    assert.deepEqual(datesOf({ from: '2027-01-04', to: '2027-12-31', beginsOn: ['mon', 'tue', 'wed'], days: 1 }), { refused: 'too-many-dates', most: 120 })
    assert.deepEqual(datesOf({ from: '2027-01-04', to: '9999-12-31', beginsOn: ['mon'], days: 1 }), { refused: 'too-many-dates', most: 120 })
  })

  it('are lost to what takes some hours of them, where the clocks are', () => {
    const at = (day: number, hours: number): number => Date.UTC(2027, 0, day, hours) - 9 * hour
    assert.deepEqual(daysTakenBy({ from: at(9, 0), to: at(11, 0) }, 'Asia/Tokyo'), { first: '2027-01-09', last: '2027-01-10' })
    assert.equal(daysTakenBy({ from: at(9, 13), to: at(9, 14) }, 'Asia/Tokyo'), null, 'an hour keeps nobody from the night')
    assert.deepEqual(daysTakenBy({ from: at(9, 20), to: at(11, 8) }, 'Asia/Tokyo'), { first: '2027-01-10', last: '2027-01-11' })
    assert.deepEqual(daysTakenBy({ from: at(9, 20), to: at(10, 4) }, 'Asia/Tokyo'), { first: '2027-01-09', last: '2027-01-09' }, 'a night is of the day on which it begins')
    assert.equal(daysTakenBy({ from: at(9, 22), to: at(10, 2) }, 'Asia/Tokyo'), null)
  })
})

describe('what people say for and against dates', () => {
  const move = asId<'move'>('m')
  const place: ToPlace = { id: placeOf(move), name: 'Nordlicht', country: 'DE', partner: null, minutes: 60, uses: [], noGo: [], earliest: '2027-01-10', latest: null, holidaysToo: false, dislikes: {}, placed: null }

  it('narrows what the ledger knows, adds up what is disliked, and is about nobody else', () => {
    assert.equal(moveOf(placeOf(move)), move)
    const found = ruled(place, [
      { kind: 'earliest', move, day: '2027-01-01' }, { kind: 'latest', move, day: '2027-03-01' }, { kind: 'latest', move, day: '2027-02-01' }, { kind: 'holidays-too', move }, { kind: 'rather-not', move, days: ['2027-01-16'], points: 3 },
      { kind: 'rather-not', move, days: ['2027-01-16', '2027-01-23'], points: 2 }, { kind: 'placed', move: asId('other'), day: '2027-01-30' }, { kind: 'together', moves: [move, asId('other')] },
    ])
    assert.deepEqual(found, { ...place, latest: '2027-02-01', holidaysToo: true, dislikes: { '2027-01-16': 5, '2027-01-23': 2 } })
    assert.equal(ruled(place, [{ kind: 'placed', move, day: '2027-01-16' }, { kind: 'placed', move, day: '2027-01-23' }]).placed, '2027-01-23')
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { daysBetween } from './days.ts'
import { asId } from './ids.ts'
import { startOfDay, wallOf } from './local-time.ts'
import { freeAround } from './window-offers.ts'
import { environmentIn, insteadIn, lengthIn, reasonIn, type Saying } from './window-words.ts'
import { type Obstacle, type Surroundings, type TooShort, whyNot } from './windows.ts'

const hour = 3_600_000
const [tenant, home, other] = [asId<'tenant'>('t'), asId<'home'>('h'), asId<'home'>('o')]
const zone = 'Europe/Berlin'
const start = startOfDay('2027-02-01', zone)

const arbitrary = fc.record({
  now: fc.integer({ min: -10, max: 60 }), p95: fc.integer({ min: 1, max: 12 }), aDay: fc.option(fc.integer({ min: 1, max: 2 })),
  windows: fc.array(fc.record({ from: fc.integer({ min: 0, max: 90 * 24 }), hours: fc.integer({ min: 1, max: 30 }), ours: fc.boolean() }), { maxLength: 20 }),
  noGo: fc.array(fc.integer({ min: 0, max: 80 }), { maxLength: 6 }),
})

const around = ({ now, p95, aDay, windows, noGo }: (typeof arbitrary extends fc.Arbitrary<infer T> ? T : never)): Surroundings => ({
  now: start + now * 24 * hour, p95Ms: p95 * hour, vendorZone: 'Asia/Tokyo', blackouts: [], capacities: [{ of: 'vendor', atOnce: null, perNight: aDay }, { of: home, atOnce: 1, perNight: null }],
  windows: windows.map((one, n) => ({ id: asId(`w${n}`), tenant: asId(`t${n}`), homes: [one.ours ? home : other], zone, sequence: 0, from: start + one.from * hour, to: start + (one.from + one.hours) * hour })),
  noGo: noGo.map(n => { const { day } = wallOf(start + n * 24 * hour + 2 * hour, zone); return { first: day, last: day, note: '' } }),
})

describe('offers of windows', () => {
  it('are free, at the wished time of the day, in order, and no nearer day is free', () => {
    let passed = 0
    fc.assert(fc.property(arbitrary, fc.integer({ min: 1, max: 6 }), (made, count) => {
      const surroundings = around(made)
      const wish = { tenant, homes: [home], zone, replaces: null }
      const lengthMs = surroundings.p95Ms
      const found = freeAround(wish, { day: '2027-03-20', time: '02:30', lengthMs }, surroundings, count)
      for (const one of found) assert.equal(whyNot({ ...wish, from: one.from, to: one.to }, surroundings), undefined)
      assert.deepEqual(found.map(one => one.from), found.map(one => one.from).toSorted((a, b) => a - b))
      const far = Math.max(0, ...found.map(one => Math.abs(daysBetween('2027-03-20', one.day))))
      // Every other day that is nearer than the farthest one offered is not free.
      for (let n = -far + 1; n < far; n++) {
        const day = Temporal.PlainDate.from('2027-03-20').add({ days: n }).toString()
        if (found.some(one => one.day === day)) continue
        const from = Temporal.PlainDate.from(day).toZonedDateTime({ timeZone: zone, plainTime: '02:30' }).epochMilliseconds
        assert.notEqual(whyNot({ ...wish, from, to: from + lengthMs }, surroundings), undefined, day)
        passed++
      }
      assert.ok(found.length === count || far > 80)
    }), { numRuns: 200 })
    assert.ok(passed > 100, 'days were passed over')
  })

  it('never lie before the day from which they may', () => {
    const surroundings = around({ now: 0, p95: 2, aDay: null, windows: [], noGo: [] })
    const found = freeAround({ tenant, homes: [home], zone, replaces: null }, { day: '2027-03-01', time: '22:00', lengthMs: 2 * hour }, surroundings, 3, '2027-03-10')
    assert.deepEqual(found.map(one => one.day), ['2027-03-10', '2027-03-11', '2027-03-12'])
  })
})

describe('reasons against a window', () => {
  const span = { from: Date.UTC(2027, 1, 20, 13), to: Date.UTC(2027, 1, 20, 17) }
  const reasons: (Obstacle | TooShort)[] = [
    { reason: 'past', from: null, to: span.to }, { reason: 'overlaps', window: asId('w'), ...span }, { reason: 'no-capacity-at-once', of: 'vendor', atOnce: 1, ...span }, { reason: 'no-capacity-at-once', of: home, atOnce: 2, ...span },
    { reason: 'no-capacity-that-night', of: home, night: '2027-02-20', perNight: 3, ...span }, { reason: 'no-capacity-that-night', of: 'vendor', night: '2027-02-20', perNight: 1, ...span }, { reason: 'blackout', of: 'vendor', name: { en: 'works', ja: '工事' }, ...span }, { reason: 'blackout', of: home, name: { en: 'works', ja: '工事' }, ...span },
    { reason: 'no-go', first: '2027-02-20', last: '2027-02-20', note: '', ...span }, { reason: 'no-go', first: '2027-02-20', last: '2027-02-22', note: 'fair', ...span }, { reason: 'too-short', hasMs: 0, needsMs: 90 * 60_000 },
  ]
  const saying = (locale: 'en' | 'ja'): Saying => ({ locale, zone: 'Asia/Tokyo', home: () => 'the new cloud' })

  it('are sentences in both languages, with times in the reader’s zone', () => {
    for (const reason of reasons) {
      const [en, ja] = [reasonIn(reason, saying('en')), reasonIn(reason, saying('ja'))]
      assert.match(en, /^[A-Zt].*\.$/)
      assert.match(ja, /。$/)
      for (const text of [en, ja]) assert.doesNotMatch(text, /undefined|null|NaN|\[object/)
    }
    assert.equal(reasonIn(reasons[5] as Obstacle, saying('en')), 'The night of Saturday 20 February 2027 is full: at most one move, and that many are confirmed.')
    assert.equal(reasonIn(reasons[4] as Obstacle, saying('ja')), 'the new cloud：2027年2月20日（土）の夜間は、上限の3件に達しています。')
    assert.equal(reasonIn(reasons[6] as Obstacle, saying('en')), 'Nothing is cut over then (works): Saturday 20 February 2027, 22:00 – Sunday 21 February 2027, 02:00 (Asia/Tokyo, UTC+9).')
    assert.equal(insteadIn(saying('ja'), span), '2027年2月20日（土）22:00 – 2027年2月21日（日）02:00（Asia/Tokyo、UTC+9）は空いています。')
    assert.equal(environmentIn('ja', { after: 'non-prod', freeFrom: '2027-01-23' }), '開発・検証環境のテスト期間が終わる2027年1月23日（土）以降にお選びください。')
  })

  it('say lengths in hours and minutes, rounded up', () => {
    assert.deepEqual([0, 1, 60_000, hour, hour + 1, 2 * hour + 30 * 60_000].map(ms => lengthIn('en', ms)), ['0 minutes', '1 minute', '1 minute', '1 hour', '1 hour 1 minute', '2 hours 30 minutes'])
    assert.deepEqual([0, hour, 90 * 60_000].map(ms => lengthIn('ja', ms)), ['0分', '1時間', '1時間30分'])
  })
})

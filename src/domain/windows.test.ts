import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { HomeId, TenantId } from './homes.ts'
import { asId } from './ids.ts'
import { moved, nightOf, obstaclesOf, t0Of, whyNot, type Capacity, type NotFree, type Obstacle, type Surroundings, type Window, type WindowId, type Wish } from './windows.ts'

const at = (text: string): number => Date.parse(text)
const hourMs = 3_600_000
const window = (n: number): WindowId => asId<'window'>(`w${n}`)
const tenant = (n: number): TenantId => asId<'tenant'>(`t${n}`)
const [shared, dedicated, other] = ['shared', 'dedicated', 'other'].map(name => asId<'home'>(name)) as [HomeId, HomeId, HomeId]

/** A customer in Tokyo, a vendor in Berlin. Saturday 28 November 2026, 22:00 to 24:00 in Tokyo is 14:00 to 16:00 in Berlin. */
const wish: Wish = { tenant: tenant(1), homes: [shared, dedicated], from: at('2026-11-28T22:00+09:00'), to: at('2026-11-29T00:00+09:00'), zone: 'Asia/Tokyo', replaces: null }
const quiet: Surroundings = { now: at('2026-11-22T00:00Z'), windows: [], capacities: [], blackouts: [], noGo: [], vendorZone: 'Europe/Berlin', p95Ms: hourMs }
const taken = (n: number, from: number, hours: number, over: Partial<Window> = {}): Window => ({ id: window(n), tenant: tenant(n), homes: [shared, other], from, to: from + hours * hourMs, zone: 'UTC', sequence: 0, ...over })
const refused = (of: Wish, around: Surroundings): NotFree => {
  const found = whyNot(of, around)
  assert.ok(found !== undefined)
  return found
}
const reasons = (of: Wish, around: Surroundings): string[] => refused(of, around).reasons.map(one => one.reason)

test('what nothing is in the way of is free', () => {
  assert.equal(whyNot(wish, quiet), undefined)
  assert.equal(t0Of(wish), '2026-11-28')
})

test('A6: it lies outside the days on which the customer wants nothing touched, by the customer’s clock', () => {
  const noGo = [{ first: '2026-11-29', last: '2026-12-03', note: 'month end' }]
  assert.equal(whyNot(wish, { ...quiet, noGo }), undefined)
  const late = { ...wish, to: wish.to + 60_000 }
  const found = refused(late, { ...quiet, noGo })
  assert.deepEqual(found.reasons, [{ reason: 'no-go', ...noGo[0], from: at('2026-11-29T00:00+09:00'), to: at('2026-12-04T00:00+09:00') }])
  assert.deepEqual(found.instead, { soonest: { from: at('2026-12-04T00:00+09:00'), to: at('2026-12-04T02:01+09:00') }, sameTime: { from: at('2026-12-04T22:00+09:00'), to: at('2026-12-05T00:01+09:00') } })
})

test('a tenant has one window at a time; the one that is replaced is not in its own way', () => {
  const own = taken(5, wish.from - hourMs, 2, { tenant: wish.tenant, homes: [other] })
  assert.deepEqual(refused(wish, { ...quiet, windows: [own] }).reasons, [{ reason: 'overlaps', window: own.id, from: own.from, to: own.to }])
  assert.equal(whyNot({ ...wish, replaces: own.id }, { ...quiet, windows: [own] }), undefined)
  assert.equal(whyNot({ ...wish, from: own.to, to: own.to + hourMs }, { ...quiet, windows: [own] }), undefined)
})

test('so many windows are open at once, in all or in a home, and no more', () => {
  const windows = [taken(2, wish.from - hourMs, 2), taken(3, wish.from + hourMs / 2, 1), taken(4, wish.from + hourMs, 3, { homes: [other] })]
  const limit = (of: Capacity['of'], atOnce: number): Surroundings => ({ ...quiet, windows, capacities: [{ of, atOnce, perNight: null }] })
  assert.equal(whyNot(wish, limit('vendor', 3)), undefined)
  assert.deepEqual(refused(wish, limit('vendor', 2)).reasons.map(one => 'to' in one && [one.from, one.to]), [[wish.from + hourMs / 2, wish.from + hourMs], [wish.from + hourMs, wish.from + hourMs * 1.5]])
  assert.deepEqual(refused(wish, limit('vendor', 2)).instead.soonest.from, wish.from + hourMs * 1.5)
  assert.deepEqual(refused(wish, limit(shared, 2)).reasons.map(one => 'to' in one && [one.from, one.to]), [[wish.from + hourMs / 2, wish.from + hourMs]])
  assert.equal(whyNot(wish, limit(dedicated, 1)), undefined)
  assert.equal(whyNot(wish, limit(other, 1)), undefined, 'a home that it has nothing to do with')
})

test('a night goes from noon to noon by the vendor’s clock, and holds so many windows', () => {
  assert.deepEqual(['2026-11-28T11:59+01:00', '2026-11-28T12:00+01:00', '2026-11-29T11:59+01:00'].map(time => nightOf(at(time), 'Europe/Berlin')), ['2026-11-27', '2026-11-28', '2026-11-28'])
  const windows = [taken(2, at('2026-11-28T12:00+01:00'), 1), taken(3, at('2026-11-29T09:00+01:00'), 1)]
  const limit = (perNight: number): Surroundings => ({ ...quiet, windows, capacities: [{ of: 'vendor', atOnce: null, perNight }] })
  assert.equal(whyNot(wish, limit(3)), undefined)
  const found = refused(wish, limit(2))
  assert.deepEqual(found.reasons, [{ reason: 'no-capacity-that-night', of: 'vendor', night: '2026-11-28', perNight: 2, from: at('2026-11-28T12:00+01:00'), to: at('2026-11-29T12:00+01:00') }])
  assert.equal(found.instead.soonest.from, at('2026-11-29T12:00+01:00'))
  assert.equal(found.instead.sameTime?.from, at('2026-11-29T22:00+09:00'))
  assert.equal(whyNot(wish, { ...limit(1), windows: [taken(2, at('2026-11-28T11:00+01:00'), 1)] }), undefined, 'a window that ends at noon is of the night before')
  const before = { ...wish, from: at('2026-11-28T10:00+01:00'), to: at('2026-11-28T12:00+01:00') }
  assert.equal(whyNot(before, limit(2)), undefined, 'it ends as the full night begins')
  assert.deepEqual(reasons({ ...before, to: before.to + 60_000 }, limit(2)), ['no-capacity-that-night'])
})

test('blackouts, the past, and a window in which the work would not fit', () => {
  const name = { en: 'Year end', ja: '年末年始' }
  assert.deepEqual(refused(wish, { ...quiet, blackouts: [{ of: dedicated, name, from: wish.to - 1, to: wish.to + 1 }] }).reasons, [{ reason: 'blackout', of: dedicated, name, from: wish.to - 1, to: wish.to + 1 }])
  assert.equal(whyNot(wish, { ...quiet, blackouts: [{ of: other, name, from: wish.from, to: wish.to }, { of: 'vendor', name, from: wish.to, to: wish.to + 1 }] }), undefined)
  assert.deepEqual(refused(wish, { ...quiet, now: wish.from + 1 }), { refused: 'not-free', reasons: [{ reason: 'past', from: null, to: wish.from + 1 }], instead: { soonest: { from: wish.from + 1, to: wish.to + 1 }, sameTime: { from: wish.from + 24 * hourMs, to: wish.to + 24 * hourMs } } })
  assert.equal(whyNot(wish, { ...quiet, now: wish.from, p95Ms: 2 * hourMs }), undefined)
  assert.deepEqual(refused(wish, { ...quiet, p95Ms: 2 * hourMs + 1 }), { refused: 'not-free', reasons: [{ reason: 'too-short', hasMs: 2 * hourMs, needsMs: 2 * hourMs + 1 }], instead: { soonest: { from: wish.from, to: wish.to + 1 }, sameTime: { from: wish.from, to: wish.to + 1 } } })
  assert.deepEqual(reasons({ ...wish, to: wish.from }, { ...quiet, p95Ms: 0 }), ['too-short'])
})

test('all reasons are told, not only the first', () => {
  const around: Surroundings = {
    now: wish.from + 1, windows: [taken(2, wish.from, 1, { tenant: wish.tenant })], capacities: [{ of: shared, atOnce: 1, perNight: 1 }], p95Ms: 3 * hourMs, vendorZone: 'Europe/Berlin',
    blackouts: [{ of: 'vendor', name: { en: 'x', ja: 'x' }, from: wish.from, to: wish.to }], noGo: [{ first: '2026-11-28', last: '2026-11-28', note: '' }],
  }
  assert.deepEqual(reasons(wish, around), ['past', 'overlaps', 'no-capacity-at-once', 'no-capacity-that-night', 'blackout', 'no-go', 'too-short'])
  assert.equal(whyNot({ ...wish, ...refused(wish, around).instead.soonest }, around), undefined)
})

test('what is offered may end as the next obstacle begins', () => {
  const name = { en: 'x', ja: 'x' }
  const blackouts = [0, 3].map(n => ({ of: 'vendor' as const, name, from: wish.from + n * hourMs, to: wish.from + (n + 1) * hourMs }))
  assert.deepEqual(refused(wish, { ...quiet, blackouts }).instead.soonest, { from: wish.from + hourMs, to: wish.from + 3 * hourMs })
})

test('the same time of another day is the same time also over a change of clocks', () => {
  const second: Wish = { ...wish, zone: 'Europe/Berlin', from: at('2026-10-25T02:30+01:00'), to: at('2026-10-25T02:50+01:00') }
  assert.equal(refused(second, { ...quiet, now: 0, p95Ms: 0, blackouts: [{ of: 'vendor', name: { en: 'x', ja: 'x' }, from: second.from, to: second.to }] }).instead.sameTime?.from, at('2026-10-26T02:30+01:00'), 'the earlier showing of that time is over before the wish')
  const home: Wish = { ...wish, zone: 'Europe/Berlin', from: at('2026-03-28T22:00+01:00'), to: at('2026-03-28T23:00+01:00') }
  assert.equal(refused(home, { ...quiet, now: at('2026-03-28T21:00Z') + 1 }).instead.sameTime?.from, at('2026-03-29T22:00+02:00'))
  assert.equal(refused(wish, { ...quiet, noGo: [{ first: '2026-01-01', last: '2029-12-31', note: 'never' }] }).instead.sameTime, null)
})

test('A6: a window that is moved keeps its name and counts its changes, for the invitations', () => {
  assert.deepEqual(moved(taken(1, 0, 1), { from: 5, to: 6, zone: 'Asia/Tokyo' }), { ...taken(1, 0, 1), from: 5, to: 6, zone: 'Asia/Tokyo', sequence: 1 })
})

// ---- Against looking at every quarter of an hour by the definitions.

const base = at('2026-03-26T00:00Z')
const quarter = 900_000
const span = fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 1, max: 60 })).map(([from, length]) => ({ from: base + from * quarter, to: base + (from + length) * quarter }))
const homes = fc.constantFrom([shared], [dedicated], [shared, dedicated], [other])
const scope = fc.constantFrom<Capacity['of']>('vendor', shared, dedicated)
const arounds: fc.Arbitrary<Surroundings> = fc.record({
  now: fc.integer({ min: 0, max: 100 }).map(n => base + n * quarter),
  windows: fc.array(fc.record({ time: span, homes, tenant: fc.integer({ min: 1, max: 6 }).map(tenant) }), { maxLength: 10 }).map(all => all.map(({ time, ...rest }, n): Window => ({ ...time, ...rest, id: window(n), zone: 'UTC', sequence: 0 }))),
  capacities: fc.array(fc.record({ of: scope, atOnce: fc.option(fc.integer({ min: 1, max: 3 })), perNight: fc.option(fc.integer({ min: 1, max: 4 })) }), { maxLength: 2 }),
  blackouts: fc.array(fc.record({ time: span, of: scope }), { maxLength: 2 }).map(all => all.map(({ time, of }) => ({ ...time, of, name: { en: 'x', ja: 'x' } }))),
  noGo: fc.array(fc.constantFrom('2026-03-27', '2026-03-29').map(day => ({ first: day, last: day, note: '' })), { maxLength: 1 }),
  vendorZone: fc.constantFrom('Europe/Berlin', 'Asia/Tokyo', 'Asia/Kathmandu'),
  p95Ms: fc.integer({ min: 0, max: 20 }).map(n => n * quarter),
})
const wishes: fc.Arbitrary<Wish> = fc.record({ time: span, homes: fc.constantFrom([shared], [shared, dedicated]), zone: fc.constantFrom('Europe/Berlin', 'Asia/Tokyo'), replaces: fc.option(fc.integer({ min: 0, max: 9 }).map(window)) }).map(({ time, ...rest }) => ({ ...rest, ...time, tenant: tenant(1) }))

const clocks = new Map<string, Intl.DateTimeFormat>()
const shown = new Map<string, { day: string; hour: number }>()
const localOf = (time: number, zone: string): { day: string; hour: number } => {
  const known = shown.get(`${zone} ${time}`)
  if (known !== undefined) return known
  const clock = clocks.get(zone) ?? new Intl.DateTimeFormat('en-GB', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', hourCycle: 'h23' })
  clocks.set(zone, clock)
  const part = Object.fromEntries(clock.formatToParts(time).map(({ type, value }) => [type, value]))
  const found = { day: `${part['year']}-${part['month']}-${part['day']}`, hour: Number(part['hour']) }
  shown.set(`${zone} ${time}`, found)
  return found
}
/** The night by going back quarter by quarter to the day that it began on. */
const slowNight = (time: number, zone: string): string => {
  let n = time
  while (localOf(n, zone).hour < 12) n -= quarter
  return localOf(n, zone).day
}

const quarters = (from: number, to: number): number[] => Array.from({ length: Math.max(0, Math.ceil((to - from) / quarter)) }, (_, n) => from + n * quarter)

const slowlyFree = (from: number, to: number, of: Wish, around: Surroundings): boolean => {
  const windows = around.windows.filter(one => one.id !== of.replaces)
  const nights = (time: { from: number; to: number }): Set<string> => new Set(quarters(time.from, time.to).map(n => slowNight(n, around.vendorZone)))
  if (from < around.now || to - from < around.p95Ms) return false
  const concerns = (one: Capacity['of']): boolean => one === 'vendor' || of.homes.includes(one)
  if (around.capacities.some(({ of: scope, perNight }) => concerns(scope) && perNight !== null && [...nights({ from, to })].some(night => windows.filter(one => (scope === 'vendor' || one.homes.includes(scope)) && nights(one).has(night)).length >= perNight))) return false
  return quarters(from, to).every(n => {
    const open = windows.filter(one => one.from <= n && n < one.to)
    return !open.some(one => one.tenant === of.tenant) && !around.noGo.some(one => one.first === localOf(n, of.zone).day) && !around.blackouts.some(one => concerns(one.of) && one.from <= n && n < one.to)
      && !around.capacities.some(({ of: scope, atOnce }) => concerns(scope) && atOnce !== null && open.filter(one => scope === 'vendor' || one.homes.includes(scope)).length >= atOnce)
  })
}

test('a wish is refused exactly when looking at every quarter of an hour finds something, and what is offered instead is the soonest there is', () => {
  let [free, not] = [0, 0]
  fc.assert(fc.property(wishes, arounds, (of, around) => {
    const found = whyNot(of, around)
    assert.equal(found === undefined, slowlyFree(of.from, of.to, of, around))
    if (found === undefined) return void free++
    not++
    const { soonest, sameTime } = found.instead
    const length = Math.max(of.to - of.from, around.p95Ms)
    assert.ok(soonest.to - soonest.from === length && soonest.from >= of.from && slowlyFree(soonest.from, soonest.to, of, around))
    assert.equal(quarters(of.from, soonest.from).find(n => slowlyFree(n, n + length, of, around)), undefined)
    assert.ok(sameTime !== null && slowlyFree(sameTime.from, sameTime.to, of, around) && sameTime.from >= soonest.from)
    assert.ok(found.reasons.every(one => one.reason === 'too-short' || obstaclesOf(of, around).some((other: Obstacle) => other.reason === one.reason)))
  }), { numRuns: 100 })
  assert.ok(free > 0 && not > 0)
})

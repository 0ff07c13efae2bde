import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addDays, weekdays, type Weekday } from './days.ts'
import type { HolidayList } from './calendar.ts'
import { linesOf, rateOf, type Line, type Rate, type RatesTable } from './quote-lines.ts'
import { piecesOf, type Office } from './office-hours.ts'

const at = (text: string): number => Date.parse(text)
const text = (name: string): { en: string; ja: string } => ({ en: name, ja: name })
const nineToSix = [{ from: '09:00', to: '18:00' }]
const office: Office = { zone: 'Asia/Tokyo', weekend: ['sat', 'sun'], hours: { mon: nineToSix, tue: nineToSix, wed: nineToSix, thu: nineToSix, fri: nineToSix, sat: [], sun: [] } }
const holidays: HolidayList = { country: 'JP', from: '2011-01-01', to: '2030-12-31', days: { '2026-11-23': { en: 'Labor Thanksgiving Day', ja: '勤労感謝の日' }, '2026-05-03': { en: 'Constitution Day', ja: '憲法記念日' } } }
const rate: Rate = { hourly: { minor: 10_000, currency: 'JPY' }, premiumPercent: 150, office }
const what = text('Export')

const lines = (from: string, to: string, own: Rate = rate): Line[] => linesOf({ what, time: { from: at(from), to: at(to) } }, own, holidays)
const shown = (all: readonly Line[]): string[] => all.map(line => `${line.day} ${line.kind} ${line.minutes} ${line.percent} ${line.amount.minor}`)

test('B3: a job is cut at midnights and where office hours begin and end, in Japan time', () => {
  // Friday 17:30 to Tuesday 09:01, over a weekend and a holiday on Monday.
  assert.deepEqual(shown(lines('2026-11-20T17:30+09:00', '2026-11-24T09:01+09:00')), [
    '2026-11-20 standard 30 100 5000',
    '2026-11-20 after-hours 360 150 90000',
    '2026-11-21 weekend 1440 150 360000',
    '2026-11-22 weekend 1440 150 360000',
    '2026-11-23 holiday 1440 150 360000',
    '2026-11-24 after-hours 540 150 135000',
    '2026-11-24 standard 1 100 167',
  ])
})

test('B3: a holiday on a Sunday costs one and a half times once, and is told as a holiday with its name', () => {
  assert.deepEqual(lines('2026-05-03T02:00+09:00', '2026-05-03T03:00+09:00').map(line => [line.kind, line.holiday?.ja, line.percent, line.amount.minor]), [['holiday', '憲法記念日', 150, 15_000]])
  assert.deepEqual(lines('2026-05-02T02:00+09:00', '2026-05-02T03:00+09:00').map(line => [line.kind, line.holiday, line.percent]), [['weekend', null, 150]])
})

test('the minute before a boundary and the minute after it have their own price', () => {
  assert.deepEqual(shown(lines('2026-11-20T08:59+09:00', '2026-11-20T09:01+09:00')), ['2026-11-20 after-hours 1 150 250', '2026-11-20 standard 1 100 167'])
  assert.deepEqual(shown(lines('2026-11-20T17:59+09:00', '2026-11-20T18:01+09:00')), ['2026-11-20 standard 1 100 167', '2026-11-20 after-hours 1 150 250'])
  assert.deepEqual(shown(lines('2026-11-20T23:59+09:00', '2026-11-21T00:01+09:00')), ['2026-11-20 after-hours 1 150 250', '2026-11-21 weekend 1 150 250'])
})

test('a minute that has begun counts whole, and no time at all costs nothing', () => {
  assert.deepEqual(shown(lines('2026-11-20T10:00:59.999+09:00', '2026-11-20T10:01:00.001+09:00')), ['2026-11-20 standard 2 100 333'])
  assert.deepEqual(lines('2026-11-20T10:00+09:00', '2026-11-20T10:00+09:00'), [])
})

test('hours that follow each other without a break are one, a break at noon is outside of them', () => {
  const withHours = (hours: Office['hours']['mon']): Rate => ({ ...rate, office: { ...office, hours: { ...office.hours, fri: hours } } })
  assert.deepEqual(shown(lines('2026-11-20T11:00+09:00', '2026-11-20T14:00+09:00', withHours([{ from: '09:00', to: '12:00' }, { from: '12:00', to: '18:00' }]))), ['2026-11-20 standard 180 100 30000'])
  assert.deepEqual(lines('2026-11-20T11:00+09:00', '2026-11-20T14:00+09:00', withHours([{ from: '09:00', to: '12:00' }, { from: '13:00', to: '18:00' }])).map(line => line.kind), ['standard', 'after-hours', 'standard'])
  assert.deepEqual(lines('2026-11-20T00:00+09:00', '2026-11-20T24:00+09:00', withHours([{ from: '00:00', to: '24:00' }])).map(line => [line.kind, line.minutes]), [['standard', 1440]])
})

test('days on which clocks change have 23 or 25 hours, and are cut where they change', () => {
  const berlin: Rate = { ...rate, office: { ...office, zone: 'Europe/Berlin' } }
  assert.deepEqual(lines('2026-03-29T00:00+01:00', '2026-03-30T00:00+02:00', berlin).map(line => line.minutes), [120, 1260])
  assert.deepEqual(lines('2026-10-25T00:00+02:00', '2026-10-26T00:00+01:00', berlin).map(line => line.minutes), [180, 1320])
})

test('an hour of the office that clocks show twice counts twice, one that they skip not at all', () => {
  const night: Rate = { ...rate, office: { zone: 'Europe/Berlin', weekend: [], hours: { ...office.hours, sun: [{ from: '01:30', to: '02:30' }] } } }
  const standard = (from: string, to: string): number[] => lines(from, to, night).filter(line => line.kind === 'standard').map(line => line.minutes)
  assert.deepEqual(standard('2026-10-25T00:00+02:00', '2026-10-26T00:00+01:00'), [60, 30])
  assert.deepEqual(standard('2026-03-29T00:00+01:00', '2026-03-30T00:00+02:00'), [30])
})

test('the rate is the newest of its work that is not after the day of the quote', () => {
  const table: RatesTable = { currency: 'JPY', premiumPercent: 150, office, rows: [{ work: 'data-move', from: '2026-04-01', hourlyMinor: 12_000 }, { work: 'data-move', from: '2025-04-01', hourlyMinor: 10_000 }, { work: 'support', from: '2025-04-01', hourlyMinor: 8_000 }] }
  const hourly = (work: string, on: string): unknown => { const found = rateOf(table, work, on); return 'refused' in found ? found : found.hourly.minor }
  assert.equal(hourly('data-move', '2026-03-31'), 10_000)
  assert.equal(hourly('data-move', '2026-04-01'), 12_000)
  assert.deepEqual(hourly('training', '2026-04-01'), { refused: 'no-rate', work: 'training', on: '2026-04-01', known: ['data-move', 'support'] })
  assert.deepEqual(hourly('data-move', '2025-03-31'), { refused: 'no-rate', work: 'data-move', on: '2025-03-31', known: [] })
})

// ---- Against a computation that looks at every single minute, with another library for the clock on the wall, and cuts nothing.

type Slow = { from: number; to: number; day: string; kind: string; minutes: number; amount: number }

const clocks = new Map<string, Intl.DateTimeFormat>()
const clockOf = (zone: string): Intl.DateTimeFormat => {
  const known = clocks.get(zone) ?? new Intl.DateTimeFormat('en-GB', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', weekday: 'short' })
  clocks.set(zone, known)
  return known
}

const slowly = (from: number, to: number, own: Rate, off: HolidayList): Slow[] => {
  const found: (Slow & { key: string })[] = []
  for (let minute = from - (((from % 60_000) + 60_000) % 60_000); minute < to; minute += 60_000) {
    const part = Object.fromEntries(clockOf(own.office.zone).formatToParts(minute).map(({ type, value }) => [type, value]))
    const [day, time] = [`${part['year']}-${part['month']}-${part['day']}`, `${part['hour']}:${part['minute']}`]
    const weekday = (part['weekday'] ?? '').toLowerCase() as Weekday
    const isOpen = own.office.hours[weekday].some(hours => hours.from <= time && time < hours.to)
    const kind = off.days[day] !== undefined ? 'holiday' : own.office.weekend.includes(weekday) ? 'weekend' : isOpen ? 'standard' : 'after-hours'
    const key = `${day} ${kind} ${Date.parse(`${day}T${time}Z`) - minute}`
    const last = found.at(-1)
    if (last?.key === key) { last.to += 60_000; last.minutes++ } else found.push({ key, from: minute, to: minute + 60_000, day, kind, minutes: 1, amount: 0 })
  }
  return found.map(({ key: _, ...line }) => {
    const hundredths = line.minutes * own.hourly.minor * (line.kind === 'standard' ? 100 : own.premiumPercent)
    const rest = hundredths % 6_000
    return { ...line, amount: (hundredths - rest) / 6_000 + (rest >= 3_000 ? 1 : 0) }
  })
}

const zones = ['Asia/Tokyo', 'Asia/Kathmandu', 'America/St_Johns', 'Europe/Berlin', 'America/Los_Angeles', 'Australia/Lord_Howe', 'America/Havana', 'America/Santiago', 'Pacific/Apia', 'UTC'] as const

/** Days on which something happens: leap days, year ends, clock changes all over the world, and a day that Samoa left out. */
const eventful = ['2024-02-28', '2028-02-28', '2026-02-28', '2026-12-31', '2027-12-31', '2026-03-07', '2026-03-28', '2026-04-04', '2026-09-05', '2026-10-03', '2026-10-24', '2026-10-31', '2011-12-29'] as const

const wall = (minute: number): string => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
const hours = fc.uniqueArray(fc.oneof(fc.integer({ min: 0, max: 1440 }), fc.constantFrom(0, 60, 90, 120, 150, 180, 540, 1080, 1440)), { maxLength: 6 })
  .map(edges => edges.toSorted((a, b) => a - b)).map(edges => edges.flatMap((edge, n) => (n % 2 === 1 ? [{ from: wall(edges[n - 1] ?? 0), to: wall(edge) }] : [])))

const rates: fc.Arbitrary<Rate> = fc.record({
  hourly: fc.record({ minor: fc.nat(1_000_000), currency: fc.constant('JPY' as const) }),
  premiumPercent: fc.constantFrom(150, 150, 125, 100, 200),
  office: fc.record({ zone: fc.constantFrom(...zones), weekend: fc.subarray([...weekdays], { maxLength: 3 }), hours: fc.record({ mon: hours, tue: hours, wed: hours, thu: hours, fri: hours, sat: hours, sun: hours }) }),
})

const times = fc.record({
  start: fc.oneof(fc.constantFrom(...eventful), fc.integer({ min: 0, max: 1_800 }).map(n => addDays('2024-01-01', n))).map(day => at(day)),
  offsetMs: fc.oneof(fc.integer({ min: -1_440, max: 2_880 }).map(n => n * 60_000), fc.integer({ min: 0, max: 172_800_000 })),
  lengthMs: fc.oneof(fc.integer({ min: 0, max: 4_000 }).map(n => n * 60_000), fc.integer({ min: 0, max: 200_000_000 }), fc.integer({ min: 0, max: 180_000 })),
}).map(({ start, offsetMs, lengthMs }) => ({ from: start + offsetMs, to: start + offsetMs + lengthMs }))

const daysOff = fc.tuple(fc.array(fc.tuple(fc.constantFrom(...eventful), fc.integer({ min: -1, max: 3 }))), fc.array(fc.integer({ min: 0, max: 1_800 }), { maxLength: 300 })).map(([near, any]): HolidayList => ({
  ...holidays, days: Object.fromEntries([...near.map(([day, n]) => addDays(day, n)), ...any.map(n => addDays('2024-01-01', n))].map(day => [day, text(`off ${day}`)])),
}))

test('B3: whatever the time, the zone, the hours, the holidays and the rate, lines are what counting every minute gives', () => {
  fc.assert(fc.property(times, rates, daysOff, (time, own, off) => {
    const found = linesOf({ what, time }, own, off)
    assert.deepEqual(found.map(({ from, to, day, kind, minutes, amount }): Slow => ({ from, to, day, kind, minutes, amount: amount.minor })), slowly(time.from, time.to, own, off))
    for (const line of found) assert.equal(line.holiday?.en, line.kind === 'holiday' ? `off ${line.day}` : undefined)
  }), { numRuns: 400 })
})

test('lines follow each other without gap and cover the whole time, to the minute', () => {
  fc.assert(fc.property(times, rates, daysOff, (time, own, off) => {
    const found = piecesOf(time, own.office, off)
    assert.equal(found.length === 0, time.from === time.to && time.from % 60_000 === 0)
    if (found.length === 0) return
    assert.equal(found[0]?.from, Math.floor(time.from / 60_000) * 60_000)
    assert.equal(found.at(-1)?.to, Math.ceil(time.to / 60_000) * 60_000)
    for (const [n, piece] of found.entries()) assert.ok(piece.from < piece.to && (n === 0 || found[n - 1]?.to === piece.from))
  }), { numRuns: 400 })
})

test('rounding each line costs or saves at most half a unit a line', () => {
  fc.assert(fc.property(times, rates, daysOff, (time, own, off) => {
    const found = linesOf({ what, time }, own, off)
    const exact = found.reduce((sum, line) => sum + line.minutes * line.percent * own.hourly.minor, 0) / 6_000
    assert.ok(Math.abs(found.reduce((sum, line) => sum + line.amount.minor, 0) - exact) <= found.length / 2 + 1e-6)
  }), { numRuns: 200 })
})

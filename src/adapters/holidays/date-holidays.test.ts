import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HolidayList } from '#domain/calendar.ts'
import { openDateHolidays } from './date-holidays.ts'

const holidays = openDateHolidays()
const list = (country: string, from: number, to = from): HolidayList => {
  const found = holidays.of(country, from, to)
  assert.ok(!('refused' in found))
  return found
}

/** Written out by hand: the days of the Act on National Holidays with its substitute (振替休日) and citizens' (国民の休日) holidays, and the equinoxes as announced. */
const japan: Readonly<Record<string, string>> = {
  '2026-01-01': '元日', '2026-01-12': '成人の日', '2026-02-11': '建国記念の日', '2026-02-23': '天皇誕生日', '2026-03-20': '春分の日', '2026-04-29': '昭和の日', '2026-05-03': '憲法記念日', '2026-05-04': 'みどりの日',
  '2026-05-05': 'こどもの日', '2026-05-06': '憲法記念日 (振替休日)', '2026-07-20': '海の日', '2026-08-11': '山の日', '2026-09-21': '敬老の日', '2026-09-22': '国民の休日', '2026-09-23': '秋分の日', '2026-10-12': 'スポーツの日',
  '2026-11-03': '文化の日', '2026-11-23': '勤労感謝の日',
  '2027-01-01': '元日', '2027-01-11': '成人の日', '2027-02-11': '建国記念の日', '2027-02-23': '天皇誕生日', '2027-03-21': '春分の日', '2027-03-22': '春分の日 (振替休日)', '2027-04-29': '昭和の日', '2027-05-03': '憲法記念日',
  '2027-05-04': 'みどりの日', '2027-05-05': 'こどもの日', '2027-07-19': '海の日', '2027-08-11': '山の日', '2027-09-20': '敬老の日', '2027-09-23': '秋分の日', '2027-10-11': 'スポーツの日', '2027-11-03': '文化の日', '2027-11-23': '勤労感謝の日',
}

test('B3: Japan 2026 and 2027, substitute and citizens’ holidays included, bank holidays not', () => {
  const found = list('JP', 2026, 2027)
  assert.deepEqual(Object.fromEntries(Object.entries(found.days).map(([day, name]) => [day, name.ja])), japan)
  assert.deepEqual(found.days['2026-09-22'], { en: "Citizens' Holiday", ja: '国民の休日' })
  assert.deepEqual([found.country, found.from, found.to], ['JP', '2026-01-01', '2027-12-31'])
})

test('Germany 2026: the nine of the whole country; Bavaria has more', () => {
  assert.deepEqual(Object.keys(list('DE', 2026).days), ['2026-01-01', '2026-04-03', '2026-04-06', '2026-05-01', '2026-05-14', '2026-05-25', '2026-10-03', '2026-12-25', '2026-12-26'])
  assert.ok('2026-01-06' in list('DE-BY', 2026).days)
  assert.deepEqual(list('DE', 2026).days['2026-10-03'], { en: 'National Holiday', ja: 'National Holiday' }, 'English where there is no Japanese')
})

test('United States 2026: eleven, and the day on which 4 July is made up for', () => {
  assert.deepEqual(Object.keys(list('US', 2026).days), ['2026-01-01', '2026-01-19', '2026-02-16', '2026-05-25', '2026-06-19', '2026-07-03', '2026-07-04', '2026-09-07', '2026-10-12', '2026-11-11', '2026-11-26', '2026-12-25'])
})

test('California differs: César Chávez Day and the day after Thanksgiving, no Columbus Day', () => {
  const [whole, part] = [Object.keys(list('US', 2026).days), Object.keys(list('US-CA', 2026).days)]
  assert.deepEqual(part.filter(day => !whole.includes(day)), ['2026-03-31', '2026-11-27'])
  assert.deepEqual(whole.filter(day => !part.includes(day)), ['2026-10-12'])
})

test('a new year’s day that is made up for in the year before is there, once', () => {
  assert.equal(list('US', 2027).days['2027-12-31']?.en, "New Year's Day (substitute day)")
  assert.deepEqual(list('US', 2027, 2028).days['2027-12-31'], list('US', 2027).days['2027-12-31'])
})

test('half-days are worked on, holidays of several days are several, also over a change of clocks', () => {
  assert.ok(!('2026-12-24' in list('IS', 2026).days), 'in Iceland the afternoon of 24 December is off')
  assert.deepEqual(Object.keys(list('VN', 2026).days).filter(day => day.startsWith('2026-02')), ['2026-02-16', '2026-02-17', '2026-02-18', '2026-02-19', '2026-02-20'])
  assert.deepEqual(Object.keys(list('TR', 2026).days).filter(day => day.startsWith('2026-03')), ['2026-03-20', '2026-03-21', '2026-03-22'])
  assert.ok('2026-04-05' in list('AU', 2026).days && !('2026-04-07' in list('AU', 2026).days), 'Easter Sunday has 25 hours there')
  assert.ok('2024-03-31' in list('PL', 2024).days, 'and had 23 there')
  assert.ok('2027-01-02' in list('SZ', 2027).days, 'the sixth day of one that began in 2026')
})

test('a country or part that is not known is refused with those that are, not taken for one without holidays', () => {
  const [country, part] = [holidays.of('XX', 2026, 2026), holidays.of('US-ZZ', 2026, 2026)]
  assert.ok('refused' in country && country.known.includes('JP'))
  assert.ok('refused' in part && part.known.includes('US-CA') && part.country === 'US-ZZ')
  assert.ok('refused' in holidays.of('', 2026, 2026) && 'refused' in holidays.of('SG-01', 2026, 2026))
})

test('the same list is the same wherever the machine stands, and asked for again it is the one there is', () => {
  assert.equal(holidays.of('JP', 2026, 2027), holidays.of('JP', 2026, 2027))
  const zone = process.env['TZ']
  try {
    for (const other of ['America/Los_Angeles', 'Pacific/Kiritimati']) {
      process.env['TZ'] = other
      assert.deepEqual(openDateHolidays().of('JP', 2026, 2027), list('JP', 2026, 2027))
    }
  } finally {
    if (zone === undefined) delete process.env['TZ']
    else process.env['TZ'] = zone
  }
})

test('spans that the library cannot know are a bug', () => {
  assert.throws(() => holidays.of('JP', 1999, 2026), /from 2000/)
  assert.throws(() => holidays.of('JP', 2027, 2026), /from 2000/)
  assert.throws(() => holidays.of('JP', 2026, 2046), /few years/)
})

import type { CustomerId, PartnerId } from '#domain/parties.ts'
import type { ToPlace, WaveProblem } from '#domain/schedule.ts'

/** The same numbers for the same seed, 0 up to 1: Park and Miller's generator. */
const chance = (seed: number) => {
  let state = seed
  return (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
}

const dayAfter = (days: number): string => Temporal.PlainDate.from('2027-01-09').add({ days }).toString()

/**
 * A programme as vendors have them: weekends from January 2027, four teams with some `room` over what the customers need, two homes that bear so many moves, holidays, no-go dates,
 * deadlines, likes, partners with a limit, dependencies, pairs together and apart, some customers placed by hand.
 */
export const largeProblem = (customers: number, weekends: number, room: number, seed = 1): WaveProblem => {
  const next = chance(seed)
  const below = (n: number): number => Math.floor(next() * n)
  const dates = Array.from({ length: weekends }, (_, w) => ({ day: dayAfter(7 * w), days: [dayAfter(7 * w), dayAfter(7 * w + 1)] }))
  const anyDay = (): string => dates[below(weekends)]?.day ?? ''
  const idOf = (n: number): CustomerId => `customer-${n}` as CustomerId
  const list = Array.from({ length: customers }, (_, n): ToPlace => ({
    id: idOf(n),
    name: `Customer ${n}`,
    country: next() < 0.6 ? 'JP' : 'US',
    partner: next() < 0.3 ? (`partner-${below(6)}` as PartnerId) : null,
    minutes: [60, 90, 120, 180, 240, 360][below(6)] ?? 60,
    uses: [`team-${below(4)}`, `home-${below(2)}`],
    noGo: Array.from({ length: below(5) }, anyDay),
    earliest: next() < 0.2 ? dayAfter(7 * below(Math.ceil(weekends / 3))) : null,
    latest: next() < 0.3 ? dayAfter(7 * (weekends - below(Math.ceil(weekends / 2))) + 1) : null,
    holidaysToo: next() < 0.2,
    dislikes: Object.fromEntries(Array.from({ length: below(8) }, () => [anyDay(), 5 * (1 + below(4))])),
    placed: null,
  }))
  const needed = (team: string): number => list.filter(c => c.uses.includes(team)).reduce((sum, c) => sum + c.minutes, 0)
  const pairs = (count: number): [CustomerId, CustomerId][] => Array.from({ length: count }, (_, n) => [idOf((7 * n) % customers), idOf((7 * n + 3) % customers)])
  return {
    dates,
    customers: list.map((c, n) => (n % 50 === 49 && c.noGo.length === 0 && c.earliest === null && c.latest === null && c.holidaysToo ? { ...c, placed: dates[weekends >> 1]?.day ?? null } : c)),
    capacities: [
      ...['team-0', 'team-1', 'team-2', 'team-3'].map(id => ({ id, name: { en: `Team ${id.at(-1)}`, ja: `チーム${id.at(-1)}` }, unit: 'minutes' as const, most: Math.ceil((needed(id) * room) / weekends / 30) * 30, except: {} })),
      ...['home-0', 'home-1'].map(id => ({ id, name: { en: `Home ${id.at(-1)}`, ja: `ホーム${id.at(-1)}` }, unit: 'moves' as const, most: Math.ceil((customers / weekends / 2) * room) + 1, except: {} })),
    ],
    blackouts: weekends > 12 ? [{ id: 'year-end', name: { en: 'Close of the books', ja: '決算期間' }, from: dayAfter(7 * 11), to: dayAfter(7 * 11 + 1), capacity: null }] : [],
    holidays: [
      { country: 'JP', from: '2026-01-01', to: '2036-12-31', days: { '2027-02-11': { en: 'Foundation Day', ja: '建国記念の日' }, '2027-03-21': { en: 'Vernal Equinox Day', ja: '春分の日' }, '2027-05-02': { en: 'Golden Week', ja: 'ゴールデンウィーク' } } },
      { country: 'US', from: '2026-01-01', to: '2036-12-31', days: { '2027-06-19': { en: 'Juneteenth', ja: 'ジューンティーンス' } } },
    ],
    wave: { least: 2, most: Math.ceil((customers / weekends) * 1.4) },
    partners: Array.from({ length: 6 }, (_, n) => ({ partner: `partner-${n}` as PartnerId, name: `Partner ${n}`, mostADate: Math.max(2, Math.ceil(customers / weekends / 8)) })),
    together: pairs(Math.floor(customers / 25)).map((two, n) => ({ id: `together-${n}`, customers: two })),
    apart: pairs(Math.floor(customers / 25)).map(([one, other], n) => ({ id: `apart-${n}`, customers: [idOf((customers - 1 - 5 * n) % customers), one, other].slice(0, 2) as CustomerId[] })),
    after: Array.from({ length: Math.floor(customers / 20) }, (_, n) => ({ id: `after-${n}`, customer: idOf((11 * n + 5) % customers), other: idOf((11 * n + 1) % customers), days: 7 })),
    weights: { perWeekLater: 1, perDayShort: 1, slackDays: 14, perMoveOverShare: 4 },
  }
}

import type { CustomerId } from '#domain/parties.ts'
import type { ToPlace, WaveProblem } from '#domain/schedule.ts'

export const customerId = (name: string): CustomerId => name.toLowerCase() as CustomerId

export const customer = (name: string, given: Partial<Omit<ToPlace, 'id' | 'name'>> = {}): ToPlace => ({
  id: customerId(name), name, country: 'JP', partner: null, minutes: 120, uses: ['osaka'], noGo: [], earliest: null, latest: null, holidaysToo: false, dislikes: {}, placed: null, ...given,
})

export const nights = (...days: string[]): WaveProblem['dates'] => days.map(day => ({ day, days: [day] }))

/** Three Saturday nights in December 2026, a team with eight hours on each, and nothing that costs anything. */
export const problem = (given: Partial<WaveProblem>): WaveProblem => ({
  dates: nights('2026-12-05', '2026-12-12', '2026-12-19'),
  customers: [],
  capacities: [{ id: 'osaka', name: { en: 'Team Osaka', ja: '大阪チーム' }, unit: 'minutes', most: 480, except: {} }],
  blackouts: [],
  holidays: [{ country: 'JP', from: '2026-01-01', to: '2027-12-31', days: {} }],
  wave: { least: null, most: null },
  partners: [],
  together: [],
  apart: [],
  after: [],
  weights: { perWeekLater: 0, perDayShort: 0, slackDays: 0, perMoveOverShare: 0 },
  ...given,
})

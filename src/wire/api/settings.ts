import { z } from 'zod'
import { weekdays } from '#domain/days.ts'
import { isWallTime } from '#domain/local-time.ts'
import { type Currency, isCurrency } from '#domain/money.ts'
import { prices } from '#domain/vendor-settings.ts'
import { changesOf, country, day, email, endpoint, id, instant, name, text, zone } from '../endpoint.ts'

// Proof: refined to be one.
export const currency = z.string().refine(isCurrency, 'is no currency that is priced in, such as JPY') as unknown as z.ZodType<Currency, Currency>
const words = z.strictObject({ en: z.string().trim().min(1).max(2_000), ja: z.string().trim().min(1).max(2_000) })
const wall = z.string().refine(isWallTime, 'is no time such as 09:00')
const hours = z.array(z.strictObject({ from: wall, to: wall }).refine(({ from, to }) => from < to, 'ends before it begins')).max(6)
  .refine(all => all.toSorted((a, b) => (a.from < b.from ? -1 : 1)).every((one, n, sorted) => n === 0 || (sorted[n - 1]?.to ?? '') <= one.from), 'has hours that overlap')
const rows = z.array(z.strictObject({ work: z.string().regex(/^[a-z][a-z-]{0,40}$/, 'is no word such as move'), from: day, hourlyMinor: z.int().min(0).max(1e12) })).max(500)
  .refine(all => new Set(all.map(({ work, from }) => `${work} ${from}`)).size === all.length, 'says twice what the same work costs from the same day')
const most = z.int().min(0)

const settings = {
  currency, rates: rows, premiumPercent: most.min(100).max(1_000),
  office: z.strictObject({ zone, weekend: z.array(z.enum(weekdays)).max(7), hours: z.strictObject({ mon: hours, tue: hours, wed: hours, thu: hours, fri: hours, sat: hours, sun: hours }) }),
  holidays: country,
  ownDays: z.strictObject({ off: z.record(day, text), worked: z.array(day).max(1_000) }).refine(({ off, worked }) => !worked.some(one => Object.hasOwn(off, one)), 'has a day both off and worked'),
  tax: z.strictObject({ name: words, basisPoints: most.max(10_000) }).nullable(),
  quoteDays: most.max(366), terms: z.array(words).max(30), letterhead: z.array(words).max(8), cutOffDay: z.int().min(1).max(31), noticeDays: most.max(366), overlapDays: most.max(366),
  typicalHours: z.strictObject({ from: z.int().min(1), to: z.int().max(1_000) }).refine(({ from, to }) => from <= to, 'is from more to less'),
  setUpMinutes: most.max(10_000), assumedBytesPerSecond: z.int().min(1),
  people: z.array(z.strictObject({ role: z.enum(['project-manager', 'support', 'customer-success']), name, email, phone: z.string().max(40).nullable() })).max(20),
  capacity: z.strictObject({ atOnce: z.int().min(1).nullable(), aDay: z.int().min(1).nullable() }),
}
const names = z.enum(Object.keys(settings) as [keyof typeof settings, ...(keyof typeof settings)[]])
const known = z.strictObject({ revision: z.int(), settings: z.strictObject(settings), /** Those that nobody has said anything about: what is usual holds. */ usual: z.array(names) })
const revision = z.int().min(0).describe('of the settings that you looked at; if they have changed since, nothing is done')
const priced = Object.fromEntries(prices.map(one => [one, settings[one]])) as Pick<typeof settings, (typeof prices)[number]>

const estimated = z.strictObject({ name: z.string(), bytes: z.number(), p50Ms: z.number(), p95Ms: z.number(), bytesPerSecond: z.number(), samples: z.int() })

export const settingsApi = {
  'settings.read': endpoint({ method: 'GET', path: '/api/settings', says: 'How the vendor works and charges, and what of that is usual because nobody has said otherwise.', input: z.strictObject({}), answer: known }),
  'settings.change': endpoint({ method: 'POST', path: '/api/settings', says: 'Changes settings: those that are named, each as a whole. What was quoted stays as it is.', input: z.strictObject({ revision, changes: z.strictObject(changesOf(settings)) }), answer: known }),
  'rates.change': endpoint({ method: 'POST', path: '/api/settings/rates', says: 'Changes what things cost: rates, premium, tax, and what stands on quotes.', input: z.strictObject({ revision, changes: z.strictObject(changesOf(priced)) }), answer: known }),
  'estimates.read': endpoint({
    method: 'GET', path: '/api/tenants/{tenant}/estimate', says: 'How long this tenant takes, and why.', input: z.strictObject({ tenant: id('tenant') }),
    answer: z.strictObject({
      estimate: z.strictObject({ p50Ms: z.number(), p95Ms: z.number(), setUpMs: z.number(), stores: z.array(estimated) }),
      explained: z.strictObject({ typical: z.strictObject({ from: z.int(), to: z.int() }), hours: z.strictObject({ p50: z.int(), p95: z.int() }), standing: z.enum(['below', 'within', 'above']), longest: estimated, says: text }),
      assumed: z.boolean(), measuredAt: instant.nullable(),
    }),
  }),
}

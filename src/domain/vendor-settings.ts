import type { Amendments } from './calendar.ts'
import type { Office } from './office-hours.ts'
import { typicalHours, type HourRange, type Pace } from './estimate.ts'
import { cutOffDay } from './billing.ts'
import type { Text } from './locale.ts'
import type { Currency } from './money.ts'
import type { Vendor } from './parties.ts'
import type { People } from './programmes.ts'
import type { Tax } from './quote.ts'
import { premiumPercent, type RatesTable } from './quote-lines.ts'
import type { Country } from './time.ts'

/** The kind of work that a quote for a move is priced by. */
export const moveWork = 'move'

/** How a vendor works and charges. Money is rounded half up to whole minor units, once a line and once for the tax, and begun minutes count whole: that is no setting. */
export type VendorSettings = {
  readonly currency: Currency
  /** What an hour costs, by kind of work and from which day on. While there is none, nothing is quoted. */
  readonly rates: RatesTable['rows']
  readonly premiumPercent: number
  /** By its zone and days everything about money is dated. */
  readonly office: Office
  /** Whose public holidays are charged as such. */
  readonly holidays: Country
  readonly ownDays: Amendments
  readonly tax: Tax | null
  /** For how many days a quote can be accepted, the day after it was sent being the first. */
  readonly quoteDays: number
  readonly terms: readonly Text[]
  /** What stands below the vendor's name on papers, line by line. */
  readonly letterhead: readonly Text[]
  /** Until the end of which day of a month a plan change is in time for the next invoice. */
  readonly cutOffDay: number
  /** How long before a term's end a contract must be cancelled. */
  readonly noticeDays: number
  /** How long subscription and licence must both be paid for. */
  readonly overlapDays: number
  readonly typicalHours: HourRange
  readonly setUpMinutes: number
  /** How fast stores are taken to be copied while no move has been measured. */
  readonly assumedBytesPerSecond: number
  readonly people: People
  /** How many may be cut over at the same time, and on one day; null: as many as their homes take. */
  readonly capacity: { readonly atOnce: number | null; readonly aDay: number | null }
}

export type SettingName = keyof VendorSettings
export type Changes = Partial<VendorSettings>

/** As a vendor has them. `revision`: how often they were changed. `usual`: those that nobody has said anything about. */
export type KnownSettings = { readonly revision: number; readonly settings: VendorSettings; readonly usual: readonly SettingName[] }

const nineToSix = [{ from: '09:00', to: '18:00' }]
const currencies: Readonly<Record<string, Currency>> = { JP: 'JPY', US: 'USD', GB: 'GBP', CH: 'CHF', DE: 'EUR', AT: 'EUR', FR: 'EUR', NL: 'EUR', ES: 'EUR', IT: 'EUR' }

/** What holds for a vendor that has said nothing else. */
export const usualSettings = ({ country, zone }: Pick<Vendor, 'country' | 'zone'>): VendorSettings => ({
  currency: currencies[country.slice(0, 2)] ?? 'USD', rates: [], premiumPercent,
  office: { zone, weekend: ['sat', 'sun'], hours: { mon: nineToSix, tue: nineToSix, wed: nineToSix, thu: nineToSix, fri: nineToSix, sat: [], sun: [] } },
  holidays: country, ownDays: { off: {}, worked: [] },
  tax: country === 'JP' ? { name: { en: 'Consumption tax (10%)', ja: '消費税（10%）' }, basisPoints: 1_000 } : null,
  quoteDays: 30, terms: [], letterhead: [], cutOffDay, noticeDays: 0, overlapDays: 0, typicalHours, setUpMinutes: 60, assumedBytesPerSecond: 20_000_000, people: [], capacity: { atOnce: null, aDay: null },
})

/** What a vendor has said, over what is usual. `kept`: as `keptWith` made it. */
export const settingsOf = (vendor: Pick<Vendor, 'country' | 'zone'>, kept: Kept | undefined): KnownSettings => {
  const usual = usualSettings(vendor)
  const said = kept?.said ?? {}
  return { revision: kept?.revision ?? 0, settings: { ...usual, ...said }, usual: (Object.keys(usual) as SettingName[]).filter(name => said[name] === undefined) }
}

/** How they are written down: only what was said. */
export type Kept = { readonly revision: number; readonly said: Changes }
export const keptWith = (kept: Kept | undefined, changes: Changes): Kept => ({ revision: (kept?.revision ?? 0) + 1, said: { ...kept?.said, ...changes } })

export const ratesOf = ({ currency, premiumPercent: percent, office, rates }: VendorSettings): RatesTable => ({ currency, premiumPercent: percent, office, rows: rates })

/** What stands in for measurements. */
export const assumedPace = ({ assumedBytesPerSecond }: VendorSettings): Pace => ({ store: '', bytesPerSecond: assumedBytesPerSecond })

/** Settings that finance may change too. */
export const prices = ['currency', 'rates', 'premiumPercent', 'tax', 'quoteDays', 'terms'] as const satisfies readonly SettingName[]

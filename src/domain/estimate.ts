import { assert } from '#lib/assert.ts'
import { showSize } from '#lib/quantity.ts'
import type { StoreSize } from './homes.ts'
import type { Text } from './locale.ts'
import type { Instant, Interval } from './time.ts'

/** What was measured of a tenant's store. */
export type Size = Pick<StoreSize, 'name' | 'bytes'>
/** How fast such a store was once copied, on this way or one like it. */
export type Pace = { readonly store: string; readonly bytesPerSecond: number }

export type StoreEstimate = Size & { readonly p50Ms: number; readonly p95Ms: number; /** The pace that half of the samples reach. */ readonly bytesPerSecond: number; readonly samples: number }
/** `p50Ms`: it takes less half of the time; `p95Ms`: nineteen times of twenty. */
export type Estimate = { readonly p50Ms: number; readonly p95Ms: number; readonly setUpMs: number; readonly stores: readonly StoreEstimate[] }
export type NothingMeasured = { readonly refused: 'nothing-measured'; readonly missing: 'sizes' | 'throughput' }

/** What such a move usually takes, as B5 has it; a playbook may know better. */
export const typicalHours = { from: 24, to: 48 } as const
export type HourRange = { readonly from: number; readonly to: number }

/**
 * How long a tenant takes: setting up, and then its stores one after another, each its bytes over its pace. The samples of a store are those of its own name
 * where there are any, otherwise all. The middle pace is their median. The slow pace is that which nineteen of twenty samples reach; fewer than twenty
 * know little of bad days, so with them it is the slowest of all, and at most half the median. The stores' long cases are added up whole: they share
 * one line, and are slow together.
 */
export const estimate = (sizes: readonly Size[], samples: readonly Pace[], setUpMs: number): Estimate | NothingMeasured => {
  if (sizes.length === 0) return { refused: 'nothing-measured', missing: 'sizes' }
  if (samples.length === 0) return { refused: 'nothing-measured', missing: 'throughput' }
  const stores = sizes.map(size => {
    const own = samples.filter(one => one.store === size.name)
    const { median, slow, count } = pacesOf(own.length > 0 ? own : samples)
    return { ...size, p50Ms: Math.ceil((size.bytes / median) * 1000), p95Ms: Math.ceil((size.bytes / slow) * 1000), bytesPerSecond: median, samples: count }
  })
  return { p50Ms: setUpMs + total(stores, 'p50Ms'), p95Ms: setUpMs * 2 + total(stores, 'p95Ms'), setUpMs, stores }
}

/** The time that is priced: what it takes half of the time, in begun hours. (The window that is agreed must hold the long case.) */
export const pricedTime = (from: Instant, { p50Ms }: Estimate): Interval => ({ from, to: from + Math.max(1, Math.ceil(p50Ms / hourMs)) * hourMs })

/** `longest`: the store that takes most of it. `says`: the typical duration, that of this tenant, and why. */
export type Explained = { readonly typical: HourRange; readonly hours: { readonly p50: number; readonly p95: number }; readonly standing: 'below' | 'within' | 'above'; readonly longest: StoreEstimate; readonly says: Text }

/** `isAssumed`: nothing was measured of such moves yet, and the pace is the vendor's assumption; people are told. */
export const explain = (found: Estimate, typical: HourRange = typicalHours, isAssumed = false): Explained => {
  const longest = found.stores.toSorted((a, b) => b.p50Ms - a.p50Ms)[0]
  assert(longest !== undefined, 'an estimate is of one store at least')
  const hours = { p50: Math.max(1, Math.ceil(found.p50Ms / hourMs)), p95: Math.max(1, Math.ceil(found.p95Ms / hourMs)) }
  const standing = hours.p50 < typical.from ? 'below' : hours.p50 > typical.to ? 'above' : 'within'
  const [size, pace] = [showSize(longest.bytes), `${showSize(longest.bytesPerSecond)}/s`]
  const en = `Such a move typically takes ${typical.from} to ${typical.to} hours. Yours will take about ${hours.p50} ${hours.p50 === 1 ? 'hour' : 'hours'}, and at most ${hours.p95} in 19 of 20 cases${because[standing].en}: most of it is ${size} in ${longest.name} at ${pace}, ${isAssumed ? 'which is assumed: no such move has been measured yet' : `as measured ${longest.samples === 1 ? 'once' : `${longest.samples} times`}`}.`
  const ja = `通常の所要時間は${typical.from}～${typical.to}時間です。お客様の場合は約${hours.p50}時間（20回中19回は${hours.p95}時間以内）の見込みです${because[standing].ja}。主な要因は${longest.name}の${size}で、${isAssumed ? '転送速度は' : `実測${longest.samples}回に基づく転送速度は`}毎秒${showSize(longest.bytesPerSecond)}${isAssumed ? 'と想定しております（同様の移行の実測値はまだございません）' : 'です'}。`
  return { typical, hours, standing, longest, says: { en, ja } }
}

const hourMs = 3_600_000

const because = {
  below: { en: ', which is less than usual', ja: '。通常より短くなります' },
  within: { en: '', ja: '' },
  above: { en: ', which is more than usual', ja: '。通常より長くなります' },
} as const satisfies Record<Explained['standing'], Text>

const pacesOf = (samples: readonly Pace[]): { median: number; slow: number; count: number } => {
  const sorted = samples.map(one => one.bytesPerSecond).toSorted((a, b) => a - b)
  // Of an even number the slower of the two in the middle: at least half reach it.
  const median = sorted[Math.floor((sorted.length - 1) / 2)]
  const twentieth = sorted[Math.floor(sorted.length / 20)]
  const slowest = sorted[0]
  assert(median !== undefined && twentieth !== undefined && slowest !== undefined && slowest > 0, 'a pace is above zero')
  return { median, slow: sorted.length < 20 ? Math.min(slowest, median / 2) : twentieth, count: sorted.length }
}

const total = (stores: readonly StoreEstimate[], of: 'p50Ms' | 'p95Ms'): number => stores.reduce((sum, one) => sum + one[of], 0)

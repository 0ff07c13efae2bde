import { pricedTime } from '#domain/estimate.ts'
import { dayOf } from '#domain/local-time.ts'
import type { Currency } from '#domain/money.ts'
import type { Kind } from '#domain/office-hours.ts'
import { linesOf, rateOf } from '#domain/quote-lines.ts'
import type { Move } from '#domain/programmes.ts'
import type { Instant } from '#domain/time.ts'
import { moveWork, ratesOf } from '#domain/vendor-settings.ts'
import { type Glance, sight } from '../ground/desk.ts'
import type { TenantEstimate } from './estimates.ts'
import { holidaysFor } from './quote-drafts.ts'
import { settingsIn } from '../running/settings.ts'

/** What the work costs if it begins at that time, without tax, and how much of it is charged by which rate; in the order in which it comes. */
export type OfferPrice = { readonly amountMinor: number; readonly currency: Currency; readonly parts: readonly { readonly kind: Kind; readonly minutes: number; readonly percent: number }[] }

/** How the price of a quoted move follows the time at which it begins. Undefined where it is free of charge, not quoted yet, or the quote is not for these eyes: a partner's customer learns no price here. */
export const pricesFor = async (glance: Glance, move: Move, estimate: TenantEstimate | null): Promise<((from: Instant) => OfferPrice | null) | undefined> => {
  const { view, world, now } = glance
  const within = sight(glance, 'quote.read')
  if ('refused' in within || estimate === null) return undefined
  if (await view.count('quote', { move: move.id, state: ['sent', 'accepted'], within }) === 0) return undefined
  const { known: { settings } } = await settingsIn(view, move.vendor)
  const rate = rateOf(ratesOf(settings), moveWork, dayOf(now, settings.office.zone))
  if ('refused' in rate) return undefined
  return from => {
    const time = pricedTime(from, estimate.estimate)
    const holidays = holidaysFor(world, settings, time)
    if ('refused' in holidays) return null
    const lines = linesOf({ what: { en: '', ja: '' }, time }, rate, holidays)
    const parts = [...Map.groupBy(lines, line => line.kind)].map(([kind, of]) => ({ kind, minutes: of.reduce((sum, line) => sum + line.minutes, 0), percent: of[0]?.percent ?? 100 }))
    return { amountMinor: lines.reduce((sum, line) => sum + line.amount.minor, 0), currency: settings.currency, parts }
  }
}

import { assert } from '#lib/assert.ts'
import type { Locale } from './locale.ts'

/** Digits after the point of each currency's minor unit (ISO 4217). What is not here is not priced in. */
const digits = {
  AUD: 2, BHD: 3, BRL: 2, CAD: 2, CHF: 2, CNY: 2, CZK: 2, DKK: 2, EUR: 2, GBP: 2, HKD: 2, IDR: 2, ILS: 2, INR: 2, JPY: 0, KRW: 0,
  KWD: 3, MXN: 2, MYR: 2, NOK: 2, NZD: 2, PHP: 2, PLN: 2, SEK: 2, SGD: 2, THB: 2, TWD: 2, USD: 2, VND: 0, ZAR: 2,
} as const

export type Currency = keyof typeof digits
export const isCurrency = (text: string): text is Currency => Object.hasOwn(digits, text)

/** An amount in whole minor units: 1234 is ¥1,234 or $12.34. Always a safe integer. */
export type Money = { readonly minor: number; readonly currency: Currency }

export const money = (minor: number, currency: Currency): Money => {
  assert(Number.isSafeInteger(minor), 'money is a safe whole number of minor units')
  return { minor, currency }
}

/** Of one currency; of nothing at all it is zero. */
export const sumOf = (amounts: readonly Money[], currency: Currency): Money => {
  for (const amount of amounts) assert(amount.currency === currency, 'only money of one currency is added up')
  return money(amounts.reduce((sum, amount) => sum + amount.minor, 0), currency)
}

/**
 * `amount × numerator / denominator`, the one place where money is rounded: half up, to whole minor units, once and at the end. Counted in whole
 * numbers throughout, so that no fraction is lost on the way. Nothing here is negative.
 */
export const fractionOf = (amount: Money, numerator: number, denominator: number): Money => {
  assert(amount.minor >= 0 && numerator >= 0 && denominator > 0, 'a fraction of money is not negative')
  const [n, d] = [BigInt(amount.minor) * BigInt(numerator), BigInt(denominator)]
  return money(Number((n * 2n + d) / (d * 2n)), amount.currency)
}

/** As people write it: `¥1,234`, `$12.34`. */
export const showMoney = (amount: Money, locale: Locale): string => {
  const places = digits[amount.currency]
  const exact = `${amount.minor < 0 ? '-' : ''}${String(Math.abs(amount.minor)).padStart(places + 1, '0').replace(new RegExp(`(\\d{${places}})$`), places === 0 ? '' : '.$1')}`
  // A text is formatted digit by digit; as a number, large amounts would lose their last.
  return new Intl.NumberFormat(locale === 'ja' ? 'ja-JP' : 'en', { style: 'currency', currency: amount.currency, minimumFractionDigits: places, maximumFractionDigits: places }).format(exact as Intl.StringNumericLiteral)
}

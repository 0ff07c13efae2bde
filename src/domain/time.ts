/** Milliseconds since 1970-01-01T00:00Z. */
export type Instant = number
/** A day of a calendar, `2026-11-22`, in whatever zone its owner lives in. */
export type Day = string
/** A name of the IANA time zone database, such as `Asia/Tokyo`. */
export type Zone = string
/** ISO 3166-1 alpha-2, such as `JP`; a part of a country as `US-CA`. */
export type Country = string

/** From `from`, up to and without `to`. */
export type Interval = { readonly from: Instant; readonly to: Instant }

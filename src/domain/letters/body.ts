import type { Locale } from '../locale.ts'
import type { Day, Instant, Interval } from '../time.ts'

/** A piece of a letter, before it is text or HTML: both are made of the same, so both say the same. Values in it may be anything; they are made safe when it is rendered. */
export type Block =
  | { readonly kind: 'says' | 'aside' | 'code'; readonly text: string }
  /** A person's own words, in as many lines as they wrote. */
  | { readonly kind: 'quote'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'facts'; readonly rows: readonly (readonly [name: string, value: string])[] }
  | { readonly kind: 'links'; readonly links: readonly { readonly label: string; readonly url: string }[] }
  /** What the reader is asked to do, as a button. */
  | { readonly kind: 'act'; readonly label: string; readonly url: string }

export type Body = { readonly subject: string; readonly blocks: readonly Block[] }

/** How a template says times: in the reader's language and zone, which it names. */
export type Reader = {
  at(instant: Instant): string
  span(interval: Interval): string
  day(day: Day): string
}

export type Template<Facts> = (facts: Facts, reader: Reader) => Body
/** A template for every event in every language: forget one and it does not compile. */
export type Templates<Events> = { readonly [Event in keyof Events]: Readonly<Record<Locale, Template<Events[Event]>>> }

export const says = (text: string): Block => ({ kind: 'says', text })
export const aside = (text: string): Block => ({ kind: 'aside', text })
export const code = (text: string): Block => ({ kind: 'code', text })
export const list = (items: readonly string[]): Block => ({ kind: 'list', items })
export const facts = (...rows: readonly (readonly [string, string] | null)[]): Block => ({ kind: 'facts', rows: rows.filter(row => row !== null) })
export const act = (label: string, url: string): Block => ({ kind: 'act', label, url })
export const links = (all: readonly { readonly label: string; readonly url: string }[]): Block => ({ kind: 'links', links: all })

/** Nothing where nothing was said. */
export const quote = (introduction: string, text: string | null): readonly Block[] => (text === null || text.trim() === '' ? [] : [says(introduction), { kind: 'quote', text }])

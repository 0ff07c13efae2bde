import type { Locale } from './locale.ts'
import type { Instant } from './time.ts'

/** `share`: of the width, beside the other columns'. Numbers are aligned at their end. */
export type PaperColumn = { readonly title: string; readonly share: number; readonly align: 'start' | 'end' }
export type PaperRow = readonly string[]

/** A piece of a document, from top to bottom. */
export type PaperBlock =
  | { readonly kind: 'heading' | 'says' | 'aside'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  /** Two columns: who it is for on the left, who wrote it on the right. The first line of each is its name. */
  | { readonly kind: 'parties'; readonly to: readonly string[]; readonly from: readonly string[] }
  | { readonly kind: 'facts'; readonly rows: readonly (readonly [name: string, value: string])[] }
  /** Each row has a cell for each column. On every page it goes on to, its titles stand again. */
  | { readonly kind: 'table'; readonly columns: readonly PaperColumn[]; readonly rows: readonly PaperRow[] }
  /** Sums at the end of a table; never torn from each other. */
  | { readonly kind: 'totals'; readonly rows: readonly { readonly name: string; readonly value: string; readonly strong: boolean }[] }

/** A document for people, before it is a file. The same paper makes the same file, byte by byte. */
export type Paper = {
  readonly locale: Locale
  readonly title: string
  /** Beside the title: a number, a date. */
  readonly marks: readonly string[]
  readonly author: string
  readonly blocks: readonly PaperBlock[]
  /** At the foot of each page, beside its number. */
  readonly foot: string
  readonly createdAt: Instant
}

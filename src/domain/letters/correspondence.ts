import type { Locale } from '../locale.ts'
import type { Zone } from '../time.ts'

/** Whom and what for people can be asked about a move; every letter and page names them. */
export const turnDuties = ['project-manager', 'support', 'customer-success'] as const
export type TurnTo = { readonly duty: (typeof turnDuties)[number]; readonly name: string; readonly address: string; readonly phone: string | null }

/** Who writes to whom. `vendor`: the company's name as its customers know it. `zone`: the reader's. */
export type Correspondence = {
  readonly vendor: string
  readonly locale: Locale
  readonly zone: Zone
  readonly name: string
  readonly company: string
  /** At least one; in this order. */
  readonly turnTo: readonly TurnTo[]
}

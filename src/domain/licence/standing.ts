import type { Id } from '../ids.ts'
import type { Instant } from '../time.ts'
import type { Activation, Licence } from './licence.ts'
import type { FactorKind } from './node-lock.ts'

/**
 * Why an activation that is there gives out nothing for now. `copy`: the book is older than what this machine remembers. `withdrawn`: the issuer says that a newer activation stands. Kept in
 * the book: the issuer's word clears it, or an activation that somebody brings anew, and no restart.
 */
export const doubts = ['copy', 'withdrawn'] as const
export type Doubt = (typeof doubts)[number]

/** A licence as a server holds it. */
export type Held = {
  readonly licence: Licence
  readonly document: string
  readonly activation: { readonly says: Activation; readonly signed: string } | null
  readonly doubt: Doubt | null
  /** In what this machine is not the one that it is bound to; null: it is that one. Looked at anew at each start. */
  readonly differ: readonly FactorKind[] | null
  /** The newest generation that this server ever had; 0: none. Without an activation it was given up. */
  readonly generation: number
  /** By which it was given up here last. */
  readonly receipt: string | null
  /** By which it was given up elsewhere, as it was brought here. */
  readonly brought: string | null
  /** What it was activated with. */
  readonly code: string | null
  /** The clock was forgiven: it gives out nothing before its issuer has said what time it is. */
  readonly waits: boolean
}

type LicenceRefusal =
  | { readonly refused: 'licence-inactive'; readonly licence: Id<'licence'>; readonly name: string }
  | { readonly refused: 'wrong-machine'; readonly licence: Id<'licence'>; readonly name: string; readonly differ: readonly FactorKind[] }
  | { readonly refused: 'restored-copy' | 'superseded' | 'clock-unproven'; readonly licence: Id<'licence'>; readonly name: string }
  | { readonly refused: 'licence-not-begun'; readonly licence: Id<'licence'>; readonly name: string; readonly startsAt: Instant }
  | { readonly refused: 'licence-over'; readonly licence: Id<'licence'>; readonly name: string; readonly since: Instant }

const dayMs = 86_400_000

/** Whether seats of it are given out at `date`; `graceUntil`: it is over, and they still are. */
export const standingOf = ({ licence, activation, doubt, differ, waits }: Held, date: Instant): { readonly graceUntil: Instant | null } | LicenceRefusal => {
  const which = { licence: licence.id, name: licence.name }
  if (activation === null) return { refused: 'licence-inactive', ...which }
  if (differ !== null) return { refused: 'wrong-machine', ...which, differ }
  if (doubt !== null) return { refused: doubt === 'copy' ? 'restored-copy' : 'superseded', ...which }
  if (waits) return { refused: 'clock-unproven', ...which }
  if (date < licence.startsAt) return { refused: 'licence-not-begun', ...which, startsAt: licence.startsAt }
  if (licence.endsAt === null || date < licence.endsAt) return { graceUntil: null }
  const graceUntil = licence.endsAt + licence.graceDays * dayMs
  return date < graceUntil ? { graceUntil } : { refused: 'licence-over', ...which, since: licence.endsAt }
}

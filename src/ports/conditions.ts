import type { Decide } from '#domain/plan.ts'
import type { ProfileFact } from '#domain/playbook.ts'

/** A mistake in a condition. `offset`: how many characters of it stand before the place. */
export type ConditionProblem = { readonly says: string; readonly offset: number }

/** The small language of conditions on the technical profile: facts, comparisons, `in`, `size`, and, or, not. It cannot loop, cannot reach anything else, and always comes to an answer. */
export interface Conditions {
  /** Why a condition cannot be used with these facts: an unknown fact, types that do not go together, a choice nobody can make. Undefined: it can. */
  problem(when: string, facts: readonly ProfileFact[]): ConditionProblem | undefined
  /** Answers conditions that have no problem with these facts. Facts without a value leave it open, unless the others settle it either way. */
  over(facts: readonly ProfileFact[]): Decide
}

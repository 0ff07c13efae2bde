import type { WaveAnswer, WavePlan, WaveProblem } from '#domain/schedule.ts'

/** What the thread is given when it begins. */
export type Given = { readonly problem: WaveProblem; readonly withinMs: number; readonly gap: number }

/** What it says: better plans, then one of the others. `bug`: an invariant of ours does not hold. */
export type Said =
  | { readonly kind: 'better'; readonly plan: WavePlan }
  | { readonly kind: 'answer'; readonly answer: WaveAnswer }
  | { readonly kind: 'failed' | 'bug'; readonly reason: string }

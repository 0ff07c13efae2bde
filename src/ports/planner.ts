import type { WaveAnswer, WavePlan, WaveProblem } from '#domain/schedule.ts'

/** `withinMs`: an answer comes by then, the best there is. `gap`: the part of the cost by which the best plan may be missed; 0 looks for the best. */
export type PlanLimits = { readonly withinMs: number; readonly gap: number }

/** Finds out which customers are moved when. */
export interface Planner {
  /**
   * The cheapest plan it finds, how far from the best it may be, or why there is none. Plans that are asked for while another is worked on wait for their turn,
   * and their time begins then. `whenBetter` hears of each better plan on the way, for as long as the call lasts. Rejects with the signal's reason as soon as it is aborted; nothing goes on then.
   * Faults: PLANNER_FAILED.
   */
  plan(problem: WaveProblem, limits: PlanLimits, signal: AbortSignal, whenBetter?: (plan: WavePlan) => void): Promise<WaveAnswer>
}

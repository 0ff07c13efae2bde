import { allowed, type Leg, type Standing } from './move.ts'

/**
 * What control wants of the agent that has a move in hand: a state, not a string of orders, so that it may be told twice or late. `revision` rises with each change.
 * `decision`: what a person has said; the mover hears it when it waits for just that, on that leg. `approved`: on this leg the next proven freeze may switch.
 * `switch`: the evidence by which control has switched, until the agent says that it did, or that it thawed. `found`: what a person found out about a switch in doubt.
 */
export type Wish = {
  readonly revision: number
  readonly paused: boolean
  readonly jobs: number | null
  readonly bytesPerSecond: number | null
  readonly decision: { readonly verb: Decision; readonly leg: Leg; readonly by: string } | null
  readonly approved: { readonly leg: Leg; readonly by: string } | null
  readonly abort: { readonly by: string } | null
  readonly switch: { readonly leg: Leg; readonly root: string } | null
  readonly found: { readonly what: Found; readonly by: string; readonly note: string } | null
}
export type Decision = 'cutover' | 'turn-back' | 'settle'
/** In doubt, the switch turned out not to have happened, or to have happened. */
export type Found = 'before' | 'after'

/** What a named person may say to a move that an agent has in hand. */
export const wishVerbs = ['approve', 'pause', 'resume', 'throttle', 'abort', 'turn-back', 'settle', 'found'] as const
export type WishVerb = (typeof wishVerbs)[number]

export const firstWish: Wish = { revision: 0, paused: false, jobs: null, bytesPerSecond: null, decision: null, approved: null, abort: null, switch: null, found: null }

export type WishRefused = { readonly refused: 'not-now'; readonly stage: Standing['stage']; readonly leg: Leg; readonly allowed: readonly WishVerb[] }

/** What may be said of a move that stands here. From the moment control has switched, until the agent has answered, nobody says anything else. */
export const sayable = (at: Standing, wish: Wish): WishVerb[] => {
  const next = allowed(at)
  const isUndecided = wish.abort === null && wish.switch === null
  const isBeforeSwitch = at.leg === 'out' && (['ordered', 'copying', 'following', 'frozen', 'verified'] as const).some(stage => stage === at.stage)
  const is: Readonly<Record<WishVerb, boolean>> = {
    approve: isBeforeSwitch && isUndecided && wish.approved === null,
    pause: !isOver(at) && !wish.paused,
    resume: !isOver(at) && wish.paused,
    throttle: !isOver(at),
    abort: isBeforeSwitch && isUndecided,
    'turn-back': next.includes('turn-back') && wish.decision === null,
    settle: next.includes('settle') && wish.decision === null,
    found: at.stage === 'in-doubt' && wish.found === null,
  }
  return wishVerbs.filter(verb => is[verb])
}

/** What a person says, with what it needs to say it. */
export type Said =
  | { readonly verb: 'approve' | 'abort' | 'turn-back' | 'settle' | 'pause' | 'resume' }
  | { readonly verb: 'throttle'; readonly jobs?: number; readonly bytesPerSecond?: number }
  | { readonly verb: 'found'; readonly what: Found }

/** The wish after a person has said something, or why it cannot be said now. */
export const say = (at: Standing, wish: Wish, said: Said, by: string, note: string): Wish | WishRefused => {
  const can = sayable(at, wish)
  return can.includes(said.verb) ? { ...wish, ...changeBy(at, wish, said, by, note), revision: wish.revision + 1 } : { refused: 'not-now', stage: at.stage, leg: at.leg, allowed: can }
}

const changeBy = ({ leg }: Standing, wish: Wish, said: Said, by: string, note: string): Partial<Wish> => {
  switch (said.verb) {
    case 'approve': return { decision: { verb: 'cutover', leg, by }, approved: { leg, by } }
    case 'turn-back': return { decision: { verb: 'turn-back', leg, by }, approved: { leg: leg === 'out' ? 'back' : 'out', by } }
    case 'settle': return { decision: { verb: 'settle', leg, by } }
    case 'abort': return { abort: { by }, decision: null, approved: null }
    case 'pause': case 'resume': return { paused: said.verb === 'pause' }
    case 'throttle': return { jobs: said.jobs ?? wish.jobs, bytesPerSecond: said.bytesPerSecond ?? wish.bytesPerSecond }
    case 'found': return { found: { what: said.what, by, note } }
  }
}

/** Whether control switches by this evidence, which has been checked: a person approved of it, nobody aborted meanwhile, and the origin is frozen. */
export const maySwitch = (at: Standing, wish: Wish, leg: Leg): boolean =>
  at.leg === leg && (at.stage === 'frozen' || at.stage === 'verified') && wish.abort === null && wish.approved?.leg === leg

export const switching = (wish: Wish, leg: Leg, root: string): Wish => ({ ...wish, switch: { leg, root }, revision: wish.revision + 1 })

/** What is left to wish for once the move stands elsewhere: what was wished has happened, or can no longer. */
export const wishAt = (wish: Wish, before: Standing, now: Standing): Wish => {
  const hasSwitched = now.stage === 'switched' && before.stage !== 'switched'
  const decision = wish.decision === null || hasSwitched || wish.decision.leg !== now.leg || isOver(now) ? null : wish.decision
  const next: Wish = {
    ...wish, decision,
    approved: hasSwitched || isOver(now) ? null : wish.approved,
    switch: now.stage === 'verified' || now.stage === 'in-doubt' ? wish.switch : null,
    found: now.stage === 'in-doubt' ? wish.found : null,
    abort: isOver(now) ? null : wish.abort,
  }
  return JSON.stringify(next) === JSON.stringify(wish) ? wish : { ...next, revision: wish.revision + 1 }
}

const isOver = ({ stage }: Standing): boolean => stage === 'settled' || stage === 'cancelled'

/** What may happen to a move from outside. `forMs`: how long a server stays down, a line stays dead, a mover stays stopped or is not started again. */
export type Blow = { readonly what: What; readonly when: When; readonly forMs: number }

export const whats = [
  'kill the mover', 'kill the mover and its watchdog', 'kill the holder', 'kill the source', 'kill the target', 'cut the source', 'cut the target', 'stall the source', 'stall the target', 'stop the mover',
] as const
export type What = (typeof whats)[number]

/** So long after the `nth` time that the move enters this phase. */
export type When = { readonly phase: Moment; readonly nth: number; readonly afterMs: number }

export const moments = ['start', 'anchor', 'schema', 'copy', 'indexes', 'catch-up', 'arm', 'verify', 'freeze', 'switched', 'settle'] as const
export type Moment = (typeof moments)[number]

/** How likely a moment is: the freeze, the copy and the switch are where most can go wrong. */
const weights: Readonly<Record<Moment, number>> = { start: 2, anchor: 2, schema: 1, copy: 4, indexes: 1, 'catch-up': 2, arm: 1, verify: 2, freeze: 8, switched: 3, settle: 1 }

/** The script of one seed: one to four blows. */
export const scriptOf = (random: () => number): Blow[] => Array.from({ length: 1 + Math.floor(random() * 4) }, () => blowOf(random))

const blowOf = (random: () => number): Blow => {
  const what = pick(whats, () => 1, random)
  const phase = pick(moments, moment => weights[moment], random)
  const within = pick([20, 200, 1_000], () => 1, random)
  return { what, when: { phase, nth: random() < 0.75 ? 1 : 2, afterMs: Math.floor(random() * within) }, forMs: Math.floor(forMs(what, random)) }
}

/** Twice the freeze budget and more, now and then: then the watchdog acts while the mover is stopped, or gone. */
const forMs = (what: What, random: () => number): number => {
  switch (what) {
    case 'stop the mover': return random() < 0.4 ? 6_500 + random() * 1_500 : random() * 2_000
    case 'kill the mover': return random() < 0.25 ? 6_500 + random() * 1_000 : random() * 300
    case 'stall the source': case 'stall the target': return 200 + random() * 3_000
    default: return random() * 700
  }
}

const pick = <T>(all: readonly T[], weight: (one: T) => number, random: () => number): T => {
  let left = random() * all.reduce((sum, one) => sum + weight(one), 0)
  for (const one of all) {
    left -= weight(one)
    if (left <= 0) return one
  }
  return all.at(-1) as T
}

export const show = ({ what, when: { phase, nth, afterMs }, forMs: ms }: Blow): string => `${what} ${afterMs} ms into ${phase}${nth === 1 ? '' : ` (time ${nth})`}, for ${ms} ms`

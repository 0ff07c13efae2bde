/** A tenant's journey has two directions: *out* to the destination and, if it is turned back, *back* to the origin. */
export type Leg = 'out' | 'back'

export const stages = ['ordered', 'copying', 'following', 'frozen', 'verified', 'in-doubt', 'switched', 'settled', 'cancelled'] as const
export type Stage = (typeof stages)[number]

export const verbs = ['copy', 'follow', 'freeze', 'verify', 'thaw', 'switch', 'doubt', 'found-before', 'found-after', 'turn-back', 'settle', 'cancel'] as const
export type Verb = (typeof verbs)[number]

/** What may happen next. A verb that is absent is refused; there is no other rule. */
const next = {
  ordered: { copy: 'copying', freeze: 'frozen', cancel: 'cancelled' },
  copying: { follow: 'following', cancel: 'cancelled' },
  following: { freeze: 'frozen', cancel: 'cancelled' },
  frozen: { verify: 'verified', thaw: 'following' },
  verified: { switch: 'switched', thaw: 'following', doubt: 'in-doubt' },
  'in-doubt': { 'found-before': 'verified', 'found-after': 'switched' },
  switched: { 'turn-back': 'following', settle: 'settled' },
  settled: {},
  cancelled: {},
} as const satisfies Record<Stage, Partial<Record<Verb, Stage>>>

/** Where a move stands. A cold move copies while it is frozen, and thaws to `ordered`: it has nothing to follow. A rehearsal is never frozen: it ends cancelled, proven or not. */
export type Standing = { readonly stage: Stage; readonly leg: Leg; readonly cold: boolean; readonly rehearsal?: true }
export type Refused = { readonly refused: 'not-now'; readonly stage: Stage; readonly allowed: readonly Verb[] }

export const allowed = (at: Standing): Verb[] => verbs.filter(verb => !('refused' in step(at, verb)))

/** The standing after `verb`, or why not. Turning back turns the leg round; everything else keeps it. */
export const step = (at: Standing, verb: Verb): Standing | Refused => {
  const table: Partial<Record<Verb, Stage>> = next[at.stage]
  const stage = table[verb]
  if (stage === undefined || isBarred(at, verb)) return { refused: 'not-now', stage: at.stage, allowed: verbs.filter(v => table[v] !== undefined && !isBarred(at, v)) }
  if (verb === 'turn-back') return { ...at, stage, leg: at.leg === 'out' ? 'back' : 'out' }
  if (verb === 'thaw' && at.cold) return { ...at, stage: 'ordered' }
  return { ...at, stage }
}

/** Only a cold move freezes before it copies, and it has no stream to follow, nor one to come back on; the way back is never cancelled, it is turned; a rehearsal never freezes, and all that comes after is behind the freeze. */
const isBarred = (at: Standing, verb: Verb): boolean =>
  at.rehearsal === true && verb === 'freeze' ? true : at.cold ? verb === 'copy' || verb === 'turn-back' : (at.stage === 'ordered' && verb === 'freeze') || (verb === 'cancel' && at.leg === 'back')

/** Which home accepts the tenant's writes. Never both: the one-writer rule. */
export type Writers = { readonly origin: boolean; readonly destination: boolean }

const serving = {
  ordered: 'from', copying: 'from', following: 'from', frozen: 'nobody', verified: 'nobody', 'in-doubt': 'nobody', switched: 'to', settled: 'to', cancelled: 'from',
} as const satisfies Record<Stage, 'from' | 'to' | 'nobody'>

export const writers = (at: Pick<Standing, 'stage' | 'leg'>): Writers => {
  const who = serving[at.stage]
  if (who === 'nobody') return { origin: false, destination: false }
  const origin = (who === 'from') === (at.leg === 'out')
  return { origin, destination: !origin }
}

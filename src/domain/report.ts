import type { Stepped } from './application.ts'
import type { Event } from './event.ts'
import type { StoreSize } from './homes.ts'
import type { LicenceTold } from './licence/course.ts'
import { step, verbs, type Leg, type Stage, type Standing, type Verb } from './move.ts'
import type { Json } from './records.ts'
import type { Seen } from './sighting.ts'
import type { ToldFault } from './told-fault.ts'
import type { ToldUser } from './user-limit.ts'
import type { Found, Wish } from './wish.ts'

/** What an agent tells of an order in hand, in the order it happened: what its mover tells, and what the agent itself finds and makes. */
export type Told =
  | Event
  /** Everything is proven and nothing is switched; the mover waits for control's word. `evidence`: the text that was signed. */
  | { readonly type: 'proof'; readonly leg: Leg; readonly evidence: string }
  | { readonly type: 'measured'; readonly seen: readonly Seen[]; readonly stores: readonly StoreSize[]; readonly users: number | null }
  /** Everybody who can sign in to the tenant: for the list of users, and kept nowhere else. */
  | { readonly type: 'users'; readonly users: readonly ToldUser[] }
  /** A user was made at the destination. `sealed`: its secret, for the order's key alone. */
  | { readonly type: 'made'; readonly name: string; readonly sealed: string }
  /** What was done with an application, and how it came out. */
  | ({ readonly type: 'stepped' } & Stepped)
  | LicenceTold
  | ({ readonly type: 'fault' } & ToldFault)
  /** A person's finding is not what the stores say: nothing was done. */
  | { readonly type: 'contradicted'; readonly found: Found; readonly says: Found }
  /** The last one. */
  | { readonly type: 'ended'; readonly how: 'done' | 'failed' }

/** Where a move stands before anybody was told to move it is where a mover begins. */
export const standingOf = ({ stage, leg }: { readonly stage: Stage | 'planned'; readonly leg: Leg }, cold: boolean): Standing => ({ stage: stage === 'planned' ? 'ordered' : stage, leg, cold })

/** What the report says against the table of stages; it is kept all the same, for somebody to look at. */
export type Impossible = { readonly impossible: string }

/** What people and control have said, without which an agent takes no such step. */
export type Word = Pick<Wish, 'switch' | 'found' | 'decision'>

/** Where the move stands after a report of its stage. What is told again changes nothing; a mover that was cut off may have taken steps that nobody told of. */
export const standingAfter = (at: Standing, told: { readonly stage: Stage; readonly leg: Leg; readonly verb: Verb | 'resumed' }, word: Word): Standing | Impossible => {
  const says: Standing = { ...at, stage: told.stage, leg: told.leg }
  // Cut off between the proof and its record: whoever takes it up finds out in the stores what became of it, and tells that.
  const isCutOff = told.verb === 'resumed' && at.stage === 'verified' && told.stage === 'frozen'
  return same(at, says) || (isCutOff && at.leg === told.leg) ? at : reaches(at, says, word) ? says : { impossible: `${told.verb} to ${told.stage} on the way ${told.leg}, from ${at.stage} on the way ${at.leg}` }
}

/** Whether steps that an agent may have taken lead from one to the other. */
const reaches = (from: Standing, to: Standing, word: Word): boolean => {
  const waiting = [from]
  const seen: Standing[] = []
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const here = at
    if (same(here, to)) return true
    if (seen.some(one => same(one, here))) continue
    seen.push(here)
    for (const verb of verbs) {
      const next = step(here, verb)
      if (!('refused' in next) && may(here, verb, word)) waiting.push(next)
    }
  }
  return false
}

/** What needs somebody's word is done by that word only: to switch control's, to turn back, to settle and out of doubt a person's. */
const may = ({ leg, stage }: Standing, verb: Verb, { switch: switched, found, decision }: Word): boolean => {
  switch (verb) {
    case 'switch': case 'doubt': return switched?.leg === leg
    case 'turn-back': case 'settle': return decision?.verb === verb && decision.leg === leg
    case 'found-before': return found?.what === 'before'
    case 'found-after': return found?.what === 'after'
    default: return stage !== 'in-doubt'
  }
}

const same = (one: Standing, other: Standing): boolean => one.stage === other.stage && one.leg === other.leg

/** What those may see who are not of the crew: how far the move is, without the names of tables and servers. Undefined: nothing of it. */
export const forEveryone = (told: Json): Json | undefined => {
  if (typeof told !== 'object' || told === null || !('type' in told) || typeof told['type'] !== 'string') return undefined
  const shown = fields[told['type']]
  return shown === undefined ? undefined : Object.fromEntries(shown.flatMap(field => (told[field] === undefined ? [] : [[field, told[field]]])))
}

const fields: Readonly<Record<string, readonly string[]>> = {
  stage: ['type', 'stage', 'leg'], phase: ['type', 'phase', 'state', 'ms'], follow: ['type', 'leg', 'lagMs', 'changes'], copied: ['type', 'bytes', 'rows', 'done'], verified: ['type', 'rows', 'done', 'of'],
  forecast: ['type', 'p50Ms', 'p95Ms'], rehearsed: ['type', 'rows', 'bytes', 'ms', 'p50Ms', 'p95Ms'], freeze: ['type', 'state', 'ms'], waits: ['type', 'for'], outcome: ['type', 'stage', 'leg'], ended: ['type', 'how'],
}

/** What the totals of all moves are counted from, for good: how long each freeze took, and what was proven. */
export const isCounted = (told: Json): boolean => {
  if (typeof told !== 'object' || told === null || !('type' in told)) return false
  return told['type'] === 'proof' || (told['type'] === 'freeze' && told['state'] === 'ended')
}

/** As the ledger can keep it: its texts hold neither NUL nor half a character. */
export const storable = (json: Json): Json => {
  if (typeof json === 'string') return wellFormed(json)
  if (typeof json !== 'object' || json === null) return json
  return Array.isArray(json) ? json.map(storable) : Object.fromEntries(Object.entries(json).map(([name, value]) => [wellFormed(name), storable(value as Json)]))
}
const wellFormed = (text: string): string => text.replaceAll('\u0000', '\u{fffd}').toWellFormed()

import type { LetterEvent } from './letters.ts'
import type { Instant, Interval } from './time.ts'

/** What goes to an address before it is verified: letters that verify it, or that prove who somebody is. All others wait for that. */
const beforeVerified: readonly string[] = ['address-check', 'sign-in', 'second-factor'] satisfies readonly LetterEvent[]
export const isForVerifiedOnly = (event: string): boolean => !beforeVerified.includes(event)

/** After so long the vendor is told that somebody's letters wait for them. */
export const heldTooLongMs = 3 * 86_400_000

/** A letter that was held back. `about`: the id of what it is about. */
export type HeldLetter = { readonly event: string; readonly about: string | null; readonly move: string | null; readonly facts: unknown }

/** Of letters about one thing the latest says how it is now. */
const families: readonly (readonly LetterEvent[])[] = [
  ['task-assigned', 'task-reminder', 'task-overdue', 'escalation'], ['window-proposed', 'window-confirmed', 'window-moved', 'window-cancelled'], ['call-invitation', 'call-moved', 'call-cancelled'],
  ['quote-sent', 'quote-withdrawn'], ['go', 'no-go'], ['plan-ready'], ['questionnaire'],
]
/** News only to who has heard of it before. */
const callsOff: readonly string[] = ['window-cancelled', 'call-cancelled', 'quote-withdrawn'] satisfies readonly LetterEvent[]

/** Of one person's letters that were held back, in the order they were written, those that still say something once the address is verified. */
export const stillNews = <Held extends HeldLetter>(held: readonly Held[], now: Instant): Held[] => {
  const latest = new Map(held.map(one => [subjectOf(one), one]))
  const firsts = new Map(held.toReversed().map(one => [subjectOf(one), one]))
  return held.filter(one => {
    const subject = subjectOf(one)
    if (subject === undefined) return !isPast(one, now)
    const wasNeverTold = callsOff.includes(one.event) && firsts.get(subject) !== one
    return latest.get(subject) === one && !wasNeverTold && !isPast(one, now)
  })
}

/** Undefined: nothing else is about the same. */
const subjectOf = ({ event, about, move }: HeldLetter): string | undefined => {
  const family = families.findIndex(events => (events as readonly string[]).includes(event))
  return family === -1 ? undefined : `${family} ${(event === 'plan-ready' || event === 'questionnaire' ? move : about ?? move) ?? ''}`
}

type Dated = { readonly when?: Interval; readonly window?: Interval | null; readonly windows?: readonly Interval[]; readonly until?: Instant }

/** What it tells of is over. */
const isPast = ({ event, facts }: HeldLetter, now: Instant): boolean => {
  if (event === 'freeze-begins') return true
  // A plan names its window beside what is to be done.
  if (event === 'plan-ready' || typeof facts !== 'object' || facts === null) return false
  // Proof: the facts of letters have these fields with these meanings, by LetterEvents.
  const { when, window, windows, until } = facts as Dated
  const ends = [when?.to, window?.to, until, windows === undefined ? undefined : Math.max(...windows.map(one => one.to))].filter(end => end !== undefined)
  return ends.some(end => end <= now)
}

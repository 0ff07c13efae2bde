import { addDays, daysBetween } from './days.ts'
import { instantOf } from './local-time.ts'
import { type EscalationLevel, type Owner, type Playbook, sameOwner } from './playbook.ts'
import type { Day, Instant, Zone } from './time.ts'

/** When in the day letters that nobody waits for go out, in the reader's zone. */
export const morning = '09:00'

/** Days before a task is due (below zero: after) on which its owner is written to. */
const days = [14, 3, 0, -1] as const

export type NudgeEvent = 'task-assigned' | 'task-reminder' | 'task-overdue'
export type Nudge = { readonly event: NudgeEvent; readonly day: Day; readonly at: Instant }

export const morningOf = (day: Day, zone: Zone): Instant => instantOf(day, morning, zone).at

/** Every time at which the owner of a task is written to, in order. */
export const nudgesOf = (due: Day, zone: Zone): Nudge[] =>
  days.map((before, n) => {
    const day = addDays(due, -before)
    return { event: n === 0 ? 'task-assigned' : before < 0 ? 'task-overdue' : 'task-reminder', day, at: morningOf(day, zone) }
  })

/**
 * Of all that has come up since a person was last told, the latest: after a standstill nobody gets three letters about one task. The first one announces
 * the task, unless it is late already.
 */
export const nudgeDue = (due: Day, zone: Zone, toldAt: Instant | null, now: Instant): Nudge | undefined => {
  const latest = nudgesOf(due, zone).findLast(nudge => nudge.at <= now)
  if (latest === undefined || (toldAt !== null && latest.at <= toldAt)) return undefined
  return toldAt === null && latest.event === 'task-reminder' ? { ...latest, event: 'task-assigned' } : latest
}

/** When to look again. Undefined: never. */
export const nextNudge = (due: Day, zone: Zone, after: Instant): Instant | undefined => nudgesOf(due, zone).find(nudge => nudge.at > after)?.at

/** Whether the owner of a task is written to about it: playbooks say it once for all letters about tasks, where they name those people for the first. */
export const isTold = ({ messages }: Pick<Playbook, 'messages'>, owner: Owner, event: NudgeEvent): boolean => {
  const own = messages.filter(message => message.on === event)
  return (own.length > 0 ? own : messages.filter(message => message.on === 'task-assigned')).some(message => message.to.some(one => sameOwner(one, owner)))
}

/** The level that lateness has reached by a day, and when it reaches the next. */
export const escalationAt = ({ escalation }: Pick<Playbook, 'escalation'>, due: Day, zone: Zone, now: Instant): { readonly level: EscalationLevel | undefined; readonly next: Instant | undefined } => {
  const levels = escalation.map(level => ({ level, at: morningOf(addDays(due, level.afterDays), zone) })).toSorted((a, b) => a.at - b.at || a.level.level - b.level.level)
  return { level: levels.findLast(one => one.at <= now)?.level, next: levels.find(one => one.at > now)?.at }
}

export const daysLate = (due: Day, today: Day): number => daysBetween(due, today)

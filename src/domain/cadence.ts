import { holds, type DayOf, type Decide } from './plan.ts'
import { offsetOf, type CheckIn, type EscalationLevel, type Playbook, type PlaybookCall, type PlaybookMessage } from './playbook.ts'
import type { Profile } from './profile.ts'
import type { Day } from './time.ts'

/** Every day on which people meet, in order. Two that fall on one day are one meeting for whoever is in both. */
export const checkInDays = (playbook: Playbook, dayOf: DayOf): { readonly day: Day; readonly checkIn: CheckIn }[] =>
  playbook.checkIns
    .flatMap(checkIn => {
      const [from, to] = [offsetOf(playbook, checkIn.from) ?? 0, offsetOf(playbook, checkIn.to) ?? 0]
      return Array.from({ length: Math.floor((to - from) / checkIn.everyDays) + 1 }, (_, n) => ({ day: dayOf(from + n * checkIn.everyDays), checkIn }))
    })
    .toSorted((a, b) => (a.day < b.day ? -1 : Number(a.day > b.day)))

export const callDays = (playbook: Playbook, dayOf: DayOf): { readonly day: Day; readonly call: PlaybookCall }[] => playbook.calls.map(call => ({ day: dayOf(offsetOf(playbook, call.at) ?? 0), call }))

/** The letters that go out on a day, for those whose condition holds. */
export const datedMessages = (playbook: Playbook, profile: Profile, decide: Decide, dayOf: DayOf): { readonly day: Day; readonly message: PlaybookMessage }[] =>
  playbook.messages.flatMap(message => (message.at !== null && holds(playbook, profile, decide, message.when) === 'yes' ? [{ day: dayOf(offsetOf(playbook, message.at) ?? 0), message }] : []))

/** How high the lateness of what was due has risen by this day; undefined: nobody needs to be told yet. */
export const escalationOn = (playbook: Playbook, due: Day, today: Day): EscalationLevel | undefined => {
  const late = Temporal.PlainDate.from(due).until(today, { largestUnit: 'days' }).days
  return playbook.escalation.filter(level => late >= level.afterDays).toSorted((a, b) => a.level - b.level).at(-1)
}

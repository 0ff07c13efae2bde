import { businessDayFrom, type Calendar, milestone } from './calendar.ts'
import { addDays, type Weekday } from './days.ts'
import type { DayOf, Plan } from './plan.ts'
import { offsetOf, type Playbook } from './playbook.ts'
import type { DatedBy } from './programmes.ts'
import type { Country, Day } from './time.ts'

/** What the days of a plan are counted from, and whose day that is. */
export type Dating = { readonly t0: Day; readonly datedBy: DatedBy }

/** The move's own day comes first, then its wave's, then the programme's; while there is none of them, days are counted from `assumed`. */
export const datingOf = ({ own, wave, programme, assumed }: { readonly own: Day | null; readonly wave: Day | null; readonly programme: Day | null; readonly assumed: Day }): Dating => {
  if (own !== null) return { t0: own, datedBy: 'move' }
  if (wave !== null) return { t0: wave, datedBy: 'wave' }
  return programme === null ? { t0: assumed, datedBy: 'assumed' } : { t0: programme, datedBy: 'programme' }
}

/** The first and the last day that a playbook speaks of, counted from T-0. */
export const reachOf = (playbook: Playbook): { readonly first: number; readonly last: number } => {
  const days = [
    ...[...playbook.milestones, ...playbook.tasks, ...playbook.gates, ...playbook.calls, ...playbook.signOffs].map(one => offsetOf(playbook, one.at) ?? 0),
    ...playbook.environments.map(one => (offsetOf(playbook, one.at) ?? 0) + one.testingDays), ...playbook.environments.map(one => offsetOf(playbook, one.at) ?? 0),
    ...playbook.messages.flatMap(one => (one.at === null ? [] : [offsetOf(playbook, one.at) ?? 0])), ...playbook.checkIns.flatMap(one => [offsetOf(playbook, one.from) ?? 0, offsetOf(playbook, one.to) ?? 0]),
  ]
  return { first: Math.min(0, ...days), last: Math.max(0, ...days) }
}

/** The first business day that could be T-0 with nothing late already. */
export const assumedT0 = (playbook: Playbook, today: Day, calendar: Calendar): Day => businessDayFrom(addDays(today, -reachOf(playbook).first), calendar)

/** Days counted from T-0, on business days of the calendar: before T-0 never later than promised, after it never earlier. */
export const daysFrom = (t0: Day, calendar: Calendar): DayOf => offset => milestone(t0, -offset, calendar)

/**
 * A plan that takes the place of `old`: nothing that comes into it today, or is dated anew today, is late from the beginning; what is late already stays
 * late, and what is ended stays as it was.
 */
export const inTime = (old: Plan, fresh: Plan, today: Day): Plan => {
  const tasks = new Map(old.tasks.map(task => [task.key, task.due]))
  const gates = new Map(old.gates.map(gate => [gate.key, gate.due]))
  return {
    ...fresh,
    tasks: fresh.tasks.map(task => (task.state.is === 'open' ? { ...task, due: notBefore(task.due, tasks.get(task.key), today) } : task)),
    undecided: fresh.undecided.map(one => ({ ...one, due: notBefore(one.due, old.undecided.find(was => was.template === one.template)?.due, today) })),
    gates: fresh.gates.map(gate => ({ ...gate, due: notBefore(gate.due, gates.get(gate.key), today) })),
  }
}

const notBefore = (due: Day, was: Day | undefined, today: Day): Day => {
  if (due >= today) return due
  const least = was !== undefined && was < today ? was : today
  return due > least ? due : least
}

/** Where the week ends on other days than Saturday and Sunday. */
const fridayAndSaturday: readonly Country[] = ['BD', 'BH', 'DZ', 'EG', 'IL', 'IQ', 'JO', 'KW', 'LY', 'OM', 'QA', 'SA', 'SD', 'SY', 'YE']

/** The days of the week on which a country does not work. */
export const weekendOf = (country: Country): readonly Weekday[] => (fridayAndSaturday.includes(country.slice(0, 2)) ? ['fri', 'sat'] : ['sat', 'sun'])

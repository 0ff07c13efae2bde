import type { HolidayList } from './calendar.ts'
import type { Text } from './locale.ts'
import type { CustomerId, PartnerId } from './parties.ts'
import type { Country, Day } from './time.ts'

/** A date on which customers may be moved, a night or a weekend. It goes by its first day; `days`: all the days that it takes up, in order. */
export type WaveDate = { readonly day: Day; readonly days: readonly Day[] }

/** What there is only so much of on a date: the hours of a team of the vendor's, the moves that a home bears. `most` counts minutes of moving or moves; `except` says it for single dates. */
export type Capacity = {
  readonly id: string
  readonly name: Text
  readonly unit: 'minutes' | 'moves'
  readonly most: number
  readonly except: Readonly<Record<Day, number>>
}

/** Days, first and last included, on which nobody is moved, or nobody who takes from `capacity`. */
export type Blackout = { readonly id: string; readonly name: Text; readonly from: Day; readonly to: Day; readonly capacity: string | null }

/** A customer that wants a date. */
export type ToPlace = {
  readonly id: CustomerId
  readonly name: string
  readonly country: Country
  readonly partner: PartnerId | null
  /** How long its move takes, whole minutes. */
  readonly minutes: number
  /** The capacities that its move takes from. */
  readonly uses: readonly string[]
  readonly noGo: readonly Day[]
  readonly earliest: Day | null
  /** The whole of its date lies on or before this day. */
  readonly latest: Day | null
  /** It may also be moved on public holidays of its country. */
  readonly holidaysToo: boolean
  /** Points that a date costs because the customer would rather have another; a date that is absent costs none. */
  readonly dislikes: Readonly<Record<Day, number>>
  /** The date on which somebody has put it by hand. */
  readonly placed: Day | null
}

/** What a plan is measured by, in points: all whole numbers, none negative. See `terms`. */
export type Weights = { readonly perWeekLater: number; readonly perDayShort: number; readonly slackDays: number; readonly perMoveOverShare: number }

/** Which customers are moved when: what is asked. Ids are unique, dates in order, and rules name customers that are here (`assertSound`). */
export type WaveProblem = {
  readonly dates: readonly WaveDate[]
  readonly customers: readonly ToPlace[]
  readonly capacities: readonly Capacity[]
  readonly blackouts: readonly Blackout[]
  /** Of every country that a customer is of, unless all of them may be moved on holidays too; they reach as far as the dates. */
  readonly holidays: readonly HolidayList[]
  /** How many customers a date must have, where it has any, and may have. */
  readonly wave: { readonly least: number | null; readonly most: number | null }
  readonly partners: readonly { readonly partner: PartnerId; readonly name: string; readonly mostADate: number }[]
  /** On the same date. */
  readonly together: readonly { readonly id: string; readonly customers: readonly CustomerId[] }[]
  /** Never two of them on the same date. */
  readonly apart: readonly { readonly id: string; readonly customers: readonly CustomerId[] }[]
  /** `customer` at least `days` days after `other`, first day to first day; 0 is not before. */
  readonly after: readonly { readonly id: string; readonly customer: CustomerId; readonly other: CustomerId; readonly days: number }[]
  readonly weights: Weights
}

/** Who is moved when: customers to the first day of their date. */
export type Assignment = ReadonlyMap<CustomerId, Day>

/** One rule of a problem, by name. Everything a plan must keep is one of these. */
export type Constraint =
  | { readonly kind: 'moved' | 'placed' | 'no-go' | 'earliest' | 'latest'; readonly customer: CustomerId }
  | { readonly kind: 'date'; readonly day: Day }
  | { readonly kind: 'blackout' | 'together' | 'apart' | 'after'; readonly id: string }
  | { readonly kind: 'holiday'; readonly country: Country; readonly day: Day }
  | { readonly kind: 'capacity'; readonly capacity: string; readonly day: Day }
  | { readonly kind: 'partner'; readonly partner: PartnerId }
  | { readonly kind: 'wave-least' | 'wave-most' }

/** A rule that an assignment breaks, where, and who is in it. `has` and `limit`: what was counted and what the rule allows, where it counts. */
export type Violation = {
  readonly constraint: Constraint
  readonly day: Day | null
  readonly customers: readonly CustomerId[]
  readonly has: number | null
  readonly limit: number | null
}

/**
 * What a date costs, and why in plain words. The sum of these is what a plan makes as small as it can: `dislike` as the customer said; `later` perWeekLater for each whole week
 * from the first date; `deadline` perDayShort for each day by which less than slackDays are left before the customer's latest day; `share` perMoveOverShare for each move that
 * a date has over its even share.
 */
export const terms = {
  dislike: { en: 'the customer would rather have another date', ja: 'お客様が他の日程を希望されているため' },
  later: { en: 'it is later in the programme', ja: 'プログラムの後半になるため' },
  deadline: { en: 'little time is left before the customer’s last day', ja: 'お客様の期限までの余裕が少ないため' },
  share: { en: 'the date has more moves than its even share', ja: 'その日程の移行件数が平均を上回るため' },
} as const satisfies Record<string, Text>
export type Term = keyof typeof terms
export type Costs = Readonly<Record<Term, number>>

/**
 * Rules that cannot all be kept, for these customers alone. `minimal`: leave any one of the constraints out, and these customers can be placed; otherwise time ran
 * out and some may be there without need.
 */
export type Conflict = { readonly constraints: readonly Constraint[]; readonly customers: readonly CustomerId[]; readonly minimal: boolean }

/** A customer put by hand where it cannot stay. `broken`: what putting it there would break as the plan stands; `conflict`: what would have to give, any one of it; null: no time was left to find out. Plans on the way have neither yet. */
export type Contradicted = { readonly customer: CustomerId; readonly day: Day; readonly broken: readonly Violation[]; readonly conflict: Conflict | null }

/** `bound`: no plan that honours the same placements costs less. `gap`: how far the cost may be above the best, as a part of it; 0 is the best. */
export type WavePlan = { readonly outcome: 'best' | 'good'; readonly assignment: Assignment; readonly cost: number; readonly bound: number; readonly gap: number; readonly contradicted: readonly Contradicted[] }

/**
 * `good`: the best found in the time there was. `infeasible`: no plan keeps all rules, even without what was put by hand; each of the conflicts, one at least, must be solved. `none`:
 * time ran out before a plan was found, and before it was shown that there is none.
 */
export type WaveAnswer = WavePlan | { readonly outcome: 'infeasible'; readonly conflicts: readonly Conflict[] } | { readonly outcome: 'none' }

/** One text for one rule. */
export const keyOf = (constraint: Constraint): string => {
  switch (constraint.kind) {
    case 'moved': case 'placed': case 'no-go': case 'earliest': case 'latest': return `${constraint.kind} ${constraint.customer}`
    case 'blackout': case 'together': case 'apart': case 'after': return `${constraint.kind} ${constraint.id}`
    case 'date': return `date ${constraint.day}`
    case 'holiday': return `holiday ${constraint.country} ${constraint.day}`
    case 'capacity': return `capacity ${constraint.day} ${constraint.capacity}`
    case 'partner': return `partner ${constraint.partner}`
    case 'wave-least': case 'wave-most': return constraint.kind
  }
}

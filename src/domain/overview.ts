import type { HomeId } from './homes.ts'
import type { Leg } from './move.ts'
import type { CustomerId, VendorId } from './parties.ts'
import type { MoveId, MoveStage, ProgrammeId } from './programmes.ts'
import type { Day, Instant, Zone } from './time.ts'

/**
 * How a move stands for whoever looks over all of them. *blocked*: in doubt, its last order failed, or a gate had its no-go; *at-risk*: something was due before today, or it went
 * back to where it came from; *waiting*: somebody outside of the vendor has something to do within a week; *active*: it is ordered or moves; *done*: it has switched; *idle*: it goes by its plan.
 */
export const moveStates = ['idle', 'waiting', 'at-risk', 'blocked', 'active', 'done'] as const
export type MoveState = (typeof moveStates)[number]

/** Of the board: 13 weeks before T-0 to two after it. What is not switched when its day is longer ago stands in the last. */
export const boardWeeks = { first: -13, last: 2 } as const
/** As many weeks ahead are shown of the calendar, this one included. */
export const calendarWeeks = 12

/** What is looked over. `programme`: none, all of the vendor. */
export type OverviewWish = { readonly vendor: VendorId; readonly programme?: ProgrammeId; readonly today: Day; readonly now: Instant; /** The Monday that the calendar begins with. */ readonly monday: Day }

/**
 * What is true of all moves at once, counted where they are. `moved`: out, and switched or settled; `due`: their day has passed; `back`: were turned back, `again` of them moved later.
 * `undated`: open, and without a day.
 */
export type MoveTotals = { readonly all: number; readonly moved: number; readonly due: number; readonly next30: number; readonly next30Days: number; readonly back: number; readonly again: number; readonly undated: number }

/** `limits`: the least and the most that a freeze was allowed to take. */
export type FreezeTotals = { readonly count: number; readonly medianMs: number; readonly p95Ms: number; readonly limits: readonly [leastMs: number, mostMs: number] }
export type ProofTotals = { readonly moves: number; readonly rows: number }

export type BoardMove = { readonly id: MoveId; readonly customer: string; readonly t0: Day }
/** Moves that stand alike in the same week. `moves`: them, where they are few enough to be shown one by one. */
export type BoardCell = { readonly week: number; readonly state: MoveState; readonly count: number; readonly moves: readonly BoardMove[] }

/** Moves with the same T-0 into the same home: of everybody, and of what is looked over. */
export type CalendarCell = { readonly home: HomeId; readonly t0: Day; readonly count: number; readonly ours: number }

/** A move that is under way or has its window around now. `lagMs`, `frozenAt`: as its agent told last, at `heardAt`. */
export type LiveMove = {
  readonly id: MoveId; readonly customer: CustomerId; readonly name: string; readonly stage: MoveStage; readonly leg: Leg; readonly startsAt: Instant | null; readonly endsAt: Instant | null; readonly zone: Zone | null
  readonly heardAt: Instant | null; readonly lagMs: number | null; readonly frozenAt: Instant | null; readonly frozenMs: number | null; readonly budgetMs: number | null; readonly tablesDone: number | null; readonly tables: number | null
}

/** A window of tonight that somebody is there for. */
export type OnDutyWindow = { readonly move: MoveId; readonly name: string; readonly startsAt: Instant; readonly endsAt: Instant }
/** Somebody who is on tonight. `does`: what for, as playbooks name it: `vendor/engineer`, `customer/approver`. `phone`: with its extension as a `tel:` address has it. */
export type OnDuty = { readonly name: string; readonly company: string; readonly email: string; readonly phone: string | null; readonly isOurs: boolean; readonly does: readonly string[]; readonly windows: readonly OnDutyWindow[] }

/** Everything of an overview that is counted by the ledger. */
export type OverviewCounts = { readonly totals: MoveTotals; readonly freeze: FreezeTotals | null; readonly proofs: ProofTotals; readonly board: readonly BoardCell[]; readonly calendar: readonly CalendarCell[]; readonly live: readonly LiveMove[] }

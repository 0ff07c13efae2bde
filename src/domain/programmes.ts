import type { Environment, HomeId, TenantId } from './homes.ts'
import type { Id } from './ids.ts'
import type { Leg, Stage } from './move.ts'
import type { CustomerId, VendorId } from './parties.ts'
import type { Day, Instant } from './time.ts'

export type ProgrammeId = Id<'programme'>
export type WaveId = Id<'wave'>
export type MoveId = Id<'move'>

/** Whom a customer can turn to; on every page and letter. */
export type People = readonly { readonly role: 'project-manager' | 'support' | 'customer-success'; readonly name: string; readonly email: string; readonly phone: string | null }[]

/** A promise: these customers, by this date. */
export type Programme = { readonly id: ProgrammeId; readonly vendor: VendorId; readonly name: string; readonly playbook: string; readonly dueOn: Day | null; readonly people: People; readonly createdAt: Instant }

/** Tenants that go together. `t0`: the day of its cutover. */
export type Wave = { readonly id: WaveId; readonly vendor: VendorId; readonly programme: ProgrammeId; readonly name: string; readonly t0: Day | null }

/** Whose day the days of a plan are counted from: the move's own or its wave's; while neither has one, the programme's due day, or else the first day on which nothing would be late already. `environment`: the end of the testing time of the customer's environment before it. */
export const datedBy = ['move', 'wave', 'programme', 'assumed', 'environment'] as const
export type DatedBy = (typeof datedBy)[number]

/** Before an agent is told to move anything, a move is planned: people do their tasks. From then on it stands where its agent reports. */
export type MoveStage = 'planned' | Stage

/**
 * What a move has of its playbook where the customer's environments are tenants of their own: what is of its `environment`, and of each of them. What is of the
 * customer is done once: in the move `leading`, which is of the first of the `environments` that there are, and after all cutovers in `closing`, of the last.
 */
export type Part = { readonly environment: Environment; readonly environments: readonly Environment[]; readonly leading: MoveId; readonly closing: MoveId }

/** A named person's word that an environment may start although the testing time of the one before it, which is signed off, is not over. */
export type EarlyGo = { readonly environment: Environment; readonly by: string; readonly at: Instant; readonly note: string }

/** One tenant's journey. `part`: of its playbook; null: the whole. `t0`: its own day or its wave's; null while there is none. `playbook` and `version` are pinned; `revision` rises with every change of its plan, so that what was timed for an earlier one is left. */
export type Move = {
  readonly id: MoveId; readonly vendor: VendorId; readonly customer: CustomerId; readonly programme: ProgrammeId; readonly wave: WaveId | null
  readonly tenant: TenantId; readonly origin: HomeId; readonly destination: HomeId; readonly playbook: string; readonly version: number
  readonly t0: Day | null; readonly stage: MoveStage; readonly leg: Leg; readonly revision: number; readonly createdAt: Instant; readonly endedAt: Instant | null
  readonly part: Part | null; readonly earlyGo: readonly EarlyGo[]
}

/** Nothing is to be done for it any more. A move that is settled has ended too, but its plan goes on: the old address, for one, ends months later. */
export const isGivenUp = ({ stage }: Pick<Move, 'stage'>): boolean => stage === 'cancelled'

import type { AgentId } from './access.ts'
import type { ApplicationOrder } from './application.ts'
import type { Id } from './ids.ts'
import type { LicenceOrder } from './licence/course.ts'
import type { ContactId } from './parties.ts'
import type { Order as MoverOrder } from './order.ts'
import type { Move } from './programmes.ts'
import type { Gate, MoveOrder } from './records.ts'
import type { Said } from './texts.ts'
import type { Day, Instant } from './time.ts'

export type OrderKind = MoveOrder['kind']

/** Between two of which it is heard from, an agent has an order to itself. It lets go by its own clock before this has passed. */
export const leaseMs = 60_000

/** Where the stores of an order are, by the names under which an agent knows them. */
export type Places = { readonly tenant: string; readonly origin: string; readonly destination: string }

/** What an agent has the keys of: a tenant of a home, or (`*`) all of them. `what`: of its application, of its licence server, of a database to rehearse into; else of its stores. */
export type Serves = { readonly home: string; readonly tenant: string; readonly what?: 'application' | 'licences' | 'rehearsal' }

/** The homes that must be reached to carry out an order. */
const homesOf = { preflight: ['origin', 'destination'], move: ['origin', 'destination'], measure: ['origin'], credential: ['destination'], files: ['origin'], rehearsal: ['origin'] } as const satisfies Record<Exclude<OrderKind, 'application' | 'licences'>, readonly ('origin' | 'destination')[]>

export const canServe = (serves: readonly Serves[], kind: OrderKind, places: Places & Pick<OrderFacts, 'application' | 'licences'>): boolean => {
  const { application, licences } = places
  // Written down they can be although the new machine is not there yet.
  if (kind === 'licences') return (licences?.step === 'record' ? (['origin'] as const) : (['origin', 'destination'] as const)).every(end => serves.some(one => one.what === 'licences' && one.home === places[end] && (one.tenant === '*' || one.tenant === places.tenant)))
  if (kind === 'application') return application !== undefined && serves.some(one => one.what === 'application' && one.home === places[application.at] && one.tenant === places.tenant)
  return homesOf[kind].every(end => serves.some(one => one.what === undefined && isOf(one, places, end))) && (kind !== 'rehearsal' || serves.some(one => one.what === 'rehearsal' && isOf(one, places, 'destination')))
}

const isOf = ({ home, tenant }: Serves, places: Places, end: 'origin' | 'destination'): boolean => home === places[end] && (tenant === '*' || tenant === places.tenant)

/** Nobody has it, or whoever had it has not been heard from for a whole lease. */
export const isClaimable = ({ state, leaseUntil }: Pick<MoveOrder, 'state' | 'leaseUntil'>, now: Instant): boolean => state === 'waiting' || (state === 'claimed' && (leaseUntil ?? 0) <= now)

export type OrderRefused =
  | { readonly refused: 'plan-missing' }
  | { readonly refused: 'gate-not-go'; readonly gates: readonly string[]; readonly said?: Said }

/**
 * Why a move may not be ordered or cut over yet. `by`: the day on which the plan has it, or today if that is later: every gate due until then must have its *go*, and so must
 * those that the task itself waits for; a *no-go* stands in the way whenever it is due. Looking and measuring need nobody's word.
 */
export const mayNotOrder = (isPlanned: boolean, gates: readonly Pick<Gate, 'key' | 'dueOn' | 'state'>[], by: Day, waitsFor: readonly string[]): OrderRefused | undefined => {
  if (!isPlanned) return { refused: 'plan-missing' }
  const shut = gates.filter(({ key, dueOn, state }) => state === 'no-go' || (state !== 'go' && (dueOn <= by || waitsFor.includes(key))))
  return shut.length === 0 ? undefined : { refused: 'gate-not-go', gates: shut.map(one => one.key).toSorted() }
}

/**
 * Why a move is not rehearsed, or not begun beside its rehearsal. `other`: an open order of the one while the other is asked for. Both work on one origin, and a rehearsal leaves nothing there
 * when it ends: of a move that is under way nothing would be left either.
 */
export type RehearsalRefused = { readonly refused: 'rehearsal-beside-move'; readonly other: 'move' | 'rehearsal'; readonly state: string } | { readonly refused: 'rehearsal-how' }
export const mayNotRehearse = (stage: Move['stage'], other: Pick<MoveOrder, 'kind' | 'state'> | undefined, kind: OrderKind): Extract<RehearsalRefused, { other: string }> | undefined => {
  if (kind !== 'move' && kind !== 'rehearsal') return undefined
  if (other !== undefined) return { refused: 'rehearsal-beside-move', other: kind === 'move' ? 'rehearsal' : 'move', state: other.state }
  return kind === 'rehearsal' && stage !== 'planned' && stage !== 'ordered' ? { refused: 'rehearsal-beside-move', other: 'move', state: stage } : undefined
}

/** What the agent that holds a lease may be told by somebody else's token: nothing. */
export type LeaseRefused = { readonly refused: 'order-lost'; readonly order: Id<'order'> }

/** Whether a report comes from the one that has the order: the agent, by the claim it was given. */
export const isHeldBy = (order: Pick<MoveOrder, 'state' | 'agent' | 'claims'>, agent: AgentId | string, claim: number): boolean => order.state === 'claimed' && order.agent === agent && order.claims === claim

/** How a move is made, as control says it; what it does not say the mover has a default for. */
export type MoveHow = Pick<MoverOrder, 'jobs' | 'schema' | 'follow' | 'freezeBudgetMs'> & { readonly bytesPerSecond: number | null }

/** A database user to be made at the destination. `name`: what people call it. `rights`: the tables it uses, as `schema.table`; the master has all of them. `offerTo`: who is to see it. */
export type WantedUser = { readonly name: string; readonly kind: 'master' | 'integration'; readonly user: string; readonly rights: readonly UserRight[]; readonly offerTo: ContactId | null }
export type UserRight = { readonly on: string; readonly may: 'read' | 'write' }

/** What an order says. `by`: who gave it. `users`: whom to make, and the public half of the key that their secrets are sealed to on their way. */
export type OrderFacts = Places & {
  readonly by: string
  readonly how: MoveHow | null
  /** How long connections are watched for. */
  readonly watchSeconds: number | null
  readonly users: { readonly wanted: readonly WantedUser[]; readonly publicKey: string } | null
  /** Of an order that is about the tenant's application: its step, and where. */
  readonly application?: ApplicationOrder
  /** Of an order that is about licences. */
  readonly licences?: LicenceOrder
}

import type { Move, MoveId } from '#domain/programmes.ts'
import type { Plan, PlannedTask } from '#domain/plan.ts'
import type { Playbook } from '#domain/playbook.ts'
import type { Profile } from '#domain/profile.ts'
import type { Fact, Gate, PlanRecord, Task } from '#domain/records.ts'
import { ofShare, shareOf, sharedFacts } from '#domain/share.ts'
import type { TaskState } from '#domain/task.ts'
import { assert } from '#lib/assert.ts'
import type { View } from '#ports/ledger.ts'
import type { World } from '../ground/world.ts'

/** A plan and what is known of its tenant, as the ledger has them. Tasks in the order of their making. */
export type Kept = { readonly record: PlanRecord | undefined; readonly tasks: readonly Task[]; readonly gates: readonly Gate[]; readonly facts: readonly Fact[] }

/** More rows than that are never read at once. */
const mostRows = 500_000

/** What is read of a move: its plan, by a playbook or its part of one. */
export type Planned = Pick<Move, 'id' | 'playbook' | 'version' | 'part'>

/** The plans of some moves, with one question for each kind of row. A move without a plan has an empty one. */
export const keptPlans = async (view: View, world: Pick<World, 'playbooks'>, moves: readonly Planned[]): Promise<ReadonlyMap<MoveId, Kept>> => {
  const where = { move: moves.map(move => move.id) }
  const [records, taskRows, gateRows, facts] = await Promise.all([view.list('plan', where, { limit: mostRows }), view.list('task', where, { limit: mostRows }), view.list('gate', where, { limit: mostRows }), factsOf(view, world, moves)])
  const [tasks, gates] = [Map.groupBy(taskRows, task => task.move), Map.groupBy(gateRows, gate => gate.move)]
  assert(tasks.values().reduce((sum, some) => sum + some.length, 0) < mostRows, 'the tasks of these moves are too many to be read at once')
  return new Map(moves.map(({ id }) => [id, { record: records.find(one => one.id === id), tasks: tasks.get(id) ?? [], gates: gates.get(id) ?? [], facts: facts.get(id) ?? [] }]))
}

export const keptPlan = async (view: View, world: Pick<World, 'playbooks'>, move: Planned): Promise<Kept> => (await keptPlans(view, world, [move])).get(move.id) ?? { record: undefined, tasks: [], gates: [], facts: [] }

/** What is known of the tenants of some moves. What is the customer's stands with the move that leads, and is known in all of its environments. */
export const factsOf = async (view: View, { playbooks }: Pick<World, 'playbooks'>, moves: readonly Planned[]): Promise<ReadonlyMap<MoveId, readonly Fact[]>> => {
  const rows = Map.groupBy(await view.list('fact', { move: [...new Set(moves.flatMap(({ id, part }) => (part === null ? [id] : [id, part.leading])))] }, { limit: mostRows }), fact => fact.move)
  return new Map(moves.map((move): [MoveId, readonly Fact[]] => {
    const own = rows.get(move.id) ?? []
    const whole = follows(move) ? wholePlaybookOf({ playbooks }, move) : undefined
    if (move.part === null || whole === undefined) return [move.id, own]
    const shared = sharedFacts(whole)
    return [move.id, [...own.filter(fact => !shared.has(fact.name)), ...(rows.get(move.part.leading) ?? []).filter(fact => shared.has(fact.name))]]
  }))
}

/** Whether another move does what is of the customer. */
export const follows = ({ id, part }: Pick<Move, 'id' | 'part'>): boolean => part !== null && part.leading !== id

/** The playbook that a move is pinned to, or its part of it. */
export const playbookOf = (world: Pick<World, 'playbooks'>, move: Planned): Playbook | PlaybookMissing => {
  const whole = wholePlaybookOf(world, move)
  return whole === undefined ? { refused: 'playbook-missing', playbook: move.playbook, version: move.version } : partIn(whole, move)
}

/** The playbook that a move is pinned to, with what other moves of the customer have of it. */
export const wholePlaybookOf = ({ playbooks }: Pick<World, 'playbooks'>, { playbook: key, version }: Pick<Move, 'playbook' | 'version'>): Playbook | undefined => playbooks.find({ key, version })

/** Parts are cut out once for all moves. */
const cut = new WeakMap<Playbook, Map<string, Playbook>>()

/** What a move has of a playbook. */
export const partIn = (whole: Playbook, { id, part }: Pick<Move, 'id' | 'part'>): Playbook => {
  if (part === null) return whole
  const share = shareOf(id, part)
  const [parts, key] = [cut.get(whole) ?? new Map<string, Playbook>(), `${share.environment} of ${share.environments.join()} ${share.leads} ${share.closes}`]
  const found = parts.get(key) ?? ofShare(whole, share)
  cut.set(whole, parts.set(key, found))
  return found
}
/** Its file is no longer among the playbooks. */
export type PlaybookMissing = { readonly refused: 'playbook-missing'; readonly playbook: string; readonly version: number }

export const profileOf = (facts: readonly Fact[]): Profile => facts.map(({ name, value, source, by, at }) => ({ name, value, source, by: by ?? '', at }))

/** The rows as the plan that the domain speaks of, its tasks in the order of the playbook. */
export const planOf = ({ playbook, version }: Pick<Move, 'playbook' | 'version'>, of: Playbook, { record, tasks, gates }: Kept): Plan => {
  const place = new Map(of.tasks.map((task, n) => [task.key, n]))
  const sorted = tasks.toSorted((a, b) => (place.get(a.about.template) ?? Infinity) - (place.get(b.about.template) ?? Infinity) || (a.id < b.id ? -1 : 1))
  return {
    playbook: { key: playbook, version }, leftOut: record?.leftOut ?? [], undecided: record?.undecided ?? [], environments: record?.environments ?? [],
    tasks: sorted.map(plannedTask), gates: gates.map(({ key, dueOn }) => ({ key, due: dueOn })),
  }
}

export const plannedTask = (task: Task): PlannedTask => ({ key: task.key, ...task.about, due: task.dueOn, state: stateOf(task) })

const stateOf = ({ state, endedBy, endedAt, answers, note }: Task): TaskState => {
  if (state === 'open') return { is: 'open' }
  assert(endedBy !== null && endedAt !== null, 'a task that is not open was ended by somebody')
  return state === 'done' ? { is: 'done', by: endedBy, at: endedAt, answers: answers ?? {}, note } : { is: 'waived', by: endedBy, at: endedAt, because: note ?? '' }
}

import type { Move, MoveId } from '#domain/programmes.ts'
import type { Plan, PlannedTask } from '#domain/plan.ts'
import type { Playbook } from '#domain/playbook.ts'
import type { Profile } from '#domain/profile.ts'
import type { Fact, Gate, PlanRecord, Task } from '#domain/records.ts'
import type { TaskState } from '#domain/task.ts'
import { assert } from '#lib/assert.ts'
import type { View } from '#ports/ledger.ts'
import type { World } from './world.ts'

/** A plan and what is known of its tenant, as the ledger has them. Tasks in the order of their making. */
export type Kept = { readonly record: PlanRecord | undefined; readonly tasks: readonly Task[]; readonly gates: readonly Gate[]; readonly facts: readonly Fact[] }

/** More rows than that are never read at once. */
const mostRows = 500_000

/** The plans of some moves, with one question for each kind of row. A move without a plan has an empty one. */
export const keptPlans = async (view: View, moves: readonly MoveId[]): Promise<ReadonlyMap<MoveId, Kept>> => {
  const where = { move: moves }
  const records = await view.list('plan', where, { limit: mostRows })
  const tasks = Map.groupBy(await view.list('task', where, { limit: mostRows }), task => task.move)
  const gates = Map.groupBy(await view.list('gate', where, { limit: mostRows }), gate => gate.move)
  const facts = Map.groupBy(await view.list('fact', where, { limit: mostRows }), fact => fact.move)
  assert(tasks.values().reduce((sum, some) => sum + some.length, 0) < mostRows, 'the tasks of these moves are too many to be read at once')
  return new Map(moves.map(move => [move, { record: records.find(one => one.id === move), tasks: tasks.get(move) ?? [], gates: gates.get(move) ?? [], facts: facts.get(move) ?? [] }]))
}

export const keptPlan = async (view: View, move: MoveId): Promise<Kept> => (await keptPlans(view, [move])).get(move) ?? { record: undefined, tasks: [], gates: [], facts: [] }

/** The playbook that a move is pinned to. */
export const playbookOf = ({ playbooks }: Pick<World, 'playbooks'>, { playbook: key, version }: Pick<Move, 'playbook' | 'version'>): Playbook | PlaybookMissing => playbooks.find({ key, version }) ?? { refused: 'playbook-missing', playbook: key, version }
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

import { whyFormWrong, type FormRefused } from './form.ts'
import type { Who } from './journal.ts'
import type { Plan, PlannedTask } from './plan.ts'
import type { Playbook } from './playbook.ts'
import { allowedTaskVerbs, stepTask, type TaskStanding, type TaskState, type TaskVerb } from './task.ts'
import type { Instant } from './time.ts'

/** What a task waits for: another one, one that is not decided yet, or the *go* of a gate. */
export type Blocker = { readonly kind: 'task' | 'undecided' | 'gate'; readonly key: string }

/** `opened`: the gates that had their *go*. */
export const blockersOf = (plan: Plan, task: PlannedTask, opened: ReadonlySet<string>): Blocker[] => {
  const blockers = task.depends.flatMap((key): Blocker[] => {
    if (plan.undecided.some(one => one.template === key)) return [{ kind: 'undecided', key }]
    return plan.tasks.some(one => one.key === key && one.state.is === 'open') ? [{ kind: 'task', key }] : []
  })
  return task.gate === null || opened.has(task.gate) ? blockers : [...blockers, { kind: 'gate', key: task.gate }]
}

export const standingOf = (plan: Plan, task: PlannedTask, opened: ReadonlySet<string>): TaskStanding =>
  task.state.is === 'open' && blockersOf(plan, task, opened).length > 0 ? 'blocked' : task.state.is

/** What is done to a task. `note`: of a waiver the reason. */
export type TaskDeed = { readonly key: string; readonly verb: TaskVerb; readonly by: Who; readonly at: Instant; readonly note: string | null; readonly answers: Readonly<Record<string, unknown>> }

export type TaskRefused =
  | { readonly refused: 'no-such-task'; readonly key: string }
  | { readonly refused: 'task-not-now'; readonly key: string; readonly standing: TaskStanding; readonly allowed: readonly TaskVerb[]; readonly blockers: readonly Blocker[]; readonly by: string | null; readonly at: Instant | null }
  | { readonly refused: 'seen-by-the-system'; readonly key: string; readonly check: string }
  | { readonly refused: 'reason-missing'; readonly key: string }
  | FormRefused

/** The plan with one task in another state, or why not. A task with a check is completed by the system alone; anybody else may only waive it. */
export const actOnTask = (plan: Plan, playbook: Playbook, deed: TaskDeed, opened: ReadonlySet<string>): Plan | TaskRefused => {
  const task = plan.tasks.find(one => one.key === deed.key)
  if (task === undefined) return { refused: 'no-such-task', key: deed.key }
  const standing = standingOf(plan, task, opened)
  const is = stepTask(standing, deed.verb)
  if (is === undefined) return { refused: 'task-not-now', key: task.key, standing, allowed: allowedTaskVerbs(standing), blockers: blockersOf(plan, task, opened), ...whoEnded(task.state) }
  const refused = whyNot(task, playbook, deed)
  if (refused !== undefined) return refused
  return { ...plan, tasks: plan.tasks.map(one => (one === task ? { ...task, state: stateAfter(is, deed) } : one)) }
}

const whyNot = (task: PlannedTask, playbook: Playbook, { verb, by, note, answers, key }: TaskDeed): TaskRefused | undefined => {
  const template = playbook.tasks.find(one => one.key === task.template)
  if (verb === 'waive') return (note ?? '').trim() === '' ? { refused: 'reason-missing', key } : undefined
  if (verb === 'reopen' || template === undefined) return undefined
  if (template.check !== null && by.kind !== 'system') return { refused: 'seen-by-the-system', key, check: template.check }
  return by.kind === 'system' ? undefined : whyFormWrong(template.form, answers)
}

const stateAfter = (is: TaskState['is'], { by, at, note, answers }: TaskDeed): TaskState => {
  if (is === 'open') return { is }
  return is === 'done' ? { is, by, at, answers, note } : { is, by, at, because: note ?? '' }
}

const whoEnded = (state: TaskState): { by: string | null; at: Instant | null } => (state.is === 'open' ? { by: null, at: null } : { by: state.by.name, at: state.at })

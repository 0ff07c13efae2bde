import { canonical } from '#lib/canonical.ts'
import { tailor, type LeftOut, type Making, type Plan, type PlannedEnvironment, type PlannedGate, type PlannedTask, type Undecided } from './plan.ts'
import type { Pin, Playbook, PlaybookTask } from './playbook.ts'
import type { Profile } from './profile.ts'

/** One thing that reads otherwise. */
export type FieldChange = { readonly field: string; readonly was: unknown; readonly is: unknown }
/** A list whose elements have a name: what came, what went, what reads otherwise. */
type ListDiff<T> = { readonly added: readonly T[]; readonly removed: readonly T[]; readonly changed: readonly T[] }

/**
 * What makes one plan of another. `changed` names the fields of the plan and, between two versions, of the playbook's
 * own words (`title`, `instructions`, …). `kept`: what was done or waived and stays as it is, also where the newer
 * playbook does not have it. `order`: of all tasks afterwards.
 */
export type PlanDiff = {
  readonly from: Pin; readonly to: Pin
  readonly added: readonly PlannedTask[]; readonly removed: readonly PlannedTask[]
  readonly changed: readonly { readonly task: PlannedTask; readonly fields: readonly FieldChange[] }[]
  readonly kept: readonly string[]; readonly order: readonly string[]
  readonly leftOut: ListDiff<LeftOut> & { readonly order: readonly string[] }; readonly undecided: ListDiff<Undecided> & { readonly order: readonly string[] }
  readonly gates: readonly PlannedGate[]; readonly environments: readonly PlannedEnvironment[]
}

/** A fresh plan with what was done of the old one: it stays exactly as it was, also where the fresh plan would not have it. */
export const keepDone = (old: Plan, fresh: Plan): Plan => {
  const done = new Map(old.tasks.filter(isEnded).map(task => [task.key, task]))
  const tasks = fresh.tasks.map(task => done.get(task.key) ?? task)
  const outlived = [...done.values()].filter(task => !fresh.tasks.some(other => other.key === task.key))
  const all = [...tasks, ...outlived]
  const has = new Set(all.map(task => task.template))
  // Of a list that is open again some items may be done and others still to come: that template stays undecided.
  const whole = new Set(all.filter(task => task.item === null).map(task => task.template))
  return { ...fresh, tasks: all, leftOut: fresh.leftOut.filter(one => !has.has(one.template)), undecided: fresh.undecided.filter(one => !whole.has(one.template)) }
}

/** The plan made again: with another T-0, another profile, or both. What is done is kept. */
export const remake = (old: Plan, playbook: Playbook, profile: Profile, making: Making): Plan => keepDone(old, tailor(playbook, profile, making))

/** `words`: the playbooks of both, where their own words are to be compared too. */
export const diffPlans = (old: Plan, is: Plan, words?: { readonly from: Playbook; readonly to: Playbook }): PlanDiff => {
  const tasks = diffLists(old.tasks, is.tasks, task => task.key)
  const before = new Map(old.tasks.map(task => [task.key, task]))
  const changed = is.tasks.flatMap(task => {
    const was = before.get(task.key)
    if (was === undefined) return []
    const fields = [...fieldsOf(was, task), ...(words === undefined || isEnded(task) ? [] : wordsOf(words, task.template))]
    return fields.length === 0 ? [] : [{ task, fields }]
  })
  const parts = <T extends { readonly template: string }>(a: readonly T[], b: readonly T[]) => ({ ...diffLists(a, b, one => one.template), order: b.map(one => one.template) })
  return {
    from: old.playbook, to: is.playbook, added: tasks.added, removed: tasks.removed, changed, kept: is.tasks.filter(isEnded).map(task => task.key), order: is.tasks.map(task => task.key),
    leftOut: parts(old.leftOut, is.leftOut), undecided: parts(old.undecided, is.undecided), gates: is.gates, environments: is.environments,
  }
}

/** The new plan out of the old one and what they differ in. */
export const applyDiff = (old: Plan, diff: PlanDiff): Plan => ({
  playbook: diff.to,
  tasks: applyList(old.tasks, { added: diff.added, removed: diff.removed, changed: diff.changed.map(one => one.task) }, diff.order, task => task.key),
  leftOut: applyList(old.leftOut, diff.leftOut, diff.leftOut.order, one => one.template),
  undecided: applyList(old.undecided, diff.undecided, diff.undecided.order, one => one.template),
  gates: diff.gates, environments: diff.environments,
})

export type RebaseRefused =
  | { readonly refused: 'other-playbook'; readonly pinned: Pin; readonly asked: Pin }
  | { readonly refused: 'version-not-newer'; readonly pinned: Pin; readonly asked: Pin }

/** What changes when a plan goes over to a newer version of its playbook, or to the successor of a deprecated one. Nothing is changed until the difference is applied. */
export const rebase = (plan: Plan, from: Playbook, to: Playbook, profile: Profile, making: Making): PlanDiff | RebaseRefused => {
  const asked = { key: to.key, version: to.version }
  if (from.key !== plan.playbook.key || from.version !== plan.playbook.version) return { refused: 'other-playbook', pinned: plan.playbook, asked: { key: from.key, version: from.version } }
  if (to.key !== from.key && from.deprecated?.successor !== to.key) return { refused: 'other-playbook', pinned: plan.playbook, asked }
  if (to.key === from.key && to.version <= from.version) return { refused: 'version-not-newer', pinned: plan.playbook, asked }
  return diffPlans(plan, remake(plan, to, profile, making), { from, to })
}

const isEnded = (task: PlannedTask): boolean => task.state.is !== 'open'
const same = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b)

const diffLists = <T>(old: readonly T[], is: readonly T[], nameOf: (one: T) => string): ListDiff<T> => {
  const [before, after] = [new Map(old.map(one => [nameOf(one), one])), new Map(is.map(one => [nameOf(one), one]))]
  return {
    added: is.filter(one => !before.has(nameOf(one))),
    removed: old.filter(one => !after.has(nameOf(one))),
    changed: is.filter(one => before.has(nameOf(one)) && !same(before.get(nameOf(one)), one)),
  }
}

/** The order says who is left; `removed` is there to be read. */
const applyList = <T>(old: readonly T[], { added, changed }: ListDiff<T>, order: readonly string[], nameOf: (one: T) => string): T[] => {
  const byName = new Map(old.map(one => [nameOf(one), one]))
  for (const one of [...added, ...changed]) byName.set(nameOf(one), one)
  return order.flatMap(name => byName.get(name) ?? [])
}

const planFields = ['owner', 'due', 'depends', 'gate', 'reason', 'grounds', 'state'] as const satisfies readonly (keyof PlannedTask)[]
const wordFields = ['title', 'instructions', 'check', 'action', 'form', 'evidence', 'environment', 'checklist'] as const satisfies readonly (keyof PlaybookTask)[]

const fieldsOf = (was: PlannedTask, is: PlannedTask): FieldChange[] => planFields.flatMap(field => (same(was[field], is[field]) ? [] : [{ field, was: was[field], is: is[field] }]))

const wordsOf = ({ from, to }: { readonly from: Playbook; readonly to: Playbook }, template: string): FieldChange[] => {
  const [was, is] = [from, to].map(playbook => playbook.tasks.find(task => task.key === template))
  if (was === undefined || is === undefined) return []
  return wordFields.flatMap(field => (same(was[field], is[field]) ? [] : [{ field, was: was[field], is: is[field] }]))
}

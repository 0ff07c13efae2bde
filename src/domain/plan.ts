import { always, forEach, whyIn, whyOpen, whyOut, withValues, type Telling } from './reason.ts'
import { offsetOf, type FactValue, type Owner, type Pin, type Playbook, type PlaybookTask } from './playbook.ts'
import { knownFacts, type Ground, type Grounds, type Profile } from './profile.ts'
import type { Environment } from './homes.ts'
import type { Text } from './locale.ts'
import type { TaskState } from './task.ts'
import type { Day, Zone } from './time.ts'

/** The answer to a condition. `facts`: which it speaks of; while it is open, those it waits for. */
export type Verdict = { readonly is: 'yes' | 'no' | 'open'; readonly facts: readonly string[] }
/** Evaluates a condition of the playbook with what is known. Pure and total. */
export type Decide = (when: string, values: ReadonlyMap<string, FactValue>) => Verdict
/** The day of T plus so many days, negative before T-0, on a business day where the calendar wants one. Never earlier for a greater number. */
export type DayOf = (offsetDays: number) => Day

/** What a plan is made with besides playbook and profile. `zone`: in which the days of answers are written. */
export type Making = { readonly decide: Decide; readonly dayOf: DayOf; readonly zone: Zone }

/** `key`: the template's, and of one for each item of a list `template[item]`. `depends`: other keys of this plan, included or undecided; what was left out is replaced by what it depended on. */
export type PlannedTask = {
  readonly key: string; readonly template: string; readonly item: string | null; readonly owner: Owner; readonly due: Day
  readonly depends: readonly string[]; readonly gate: string | null; readonly reason: Text; readonly grounds: readonly Ground[]; readonly state: TaskState
}
export type LeftOut = { readonly template: string; readonly reason: Text; readonly grounds: readonly Ground[] }
/** `open`: the facts it waits for. `due`: when it would be. */
export type Undecided = { readonly template: string; readonly reason: Text; readonly open: readonly string[]; readonly due: Day }
export type PlannedGate = { readonly key: string; readonly due: Day }
/** From the day of its own cutover to the last day of its testing. */
export type PlannedEnvironment = { readonly key: Environment; readonly from: Day; readonly to: Day; readonly after: Environment | null }

/** A playbook dated and tailored for one move. Every template is in exactly one of the three lists, but for items already done of a list that is open again. */
export type Plan = { readonly playbook: Pin; readonly tasks: readonly PlannedTask[]; readonly leftOut: readonly LeftOut[]; readonly undecided: readonly Undecided[]; readonly gates: readonly PlannedGate[]; readonly environments: readonly PlannedEnvironment[] }

/** The plan that follows from a playbook, what is known, and the calendar. The same for the same arguments; every task open. */
export const tailor = (playbook: Playbook, profile: Profile, { decide, dayOf, zone }: Making): Plan => {
  const known = knownFacts(playbook.facts, profile)
  const telling: Telling = { facts: new Map(playbook.facts.map(fact => [fact.name, fact])), zone }
  const due = (at: string): Day => dayOf(offsetOf(playbook, at) ?? 0)
  const decided = new Map(playbook.tasks.map(task => [task.key, applies(task, known, decide)]))
  const linked = linker(playbook.tasks, decided)
  const [tasks, leftOut, undecided]: [PlannedTask[], LeftOut[], Undecided[]] = [[], [], []]
  for (const task of playbook.tasks) {
    const { is, facts, items } = decided.get(task.key) ?? nowhere
    const grounds = facts.flatMap(name => known.get(name) ?? [])
    const because = task.because ?? (task.each === null ? always : forEach)
    if (is === 'no') leftOut.push({ template: task.key, reason: whyOut(grounds, telling), grounds })
    else if (is === 'open') undecided.push({ template: task.key, reason: whyOpen(facts, telling), open: facts, due: due(task.at) })
    else for (const item of items) tasks.push({ key: keyOf(task.key, item), template: task.key, item, owner: task.owner, due: due(task.at), depends: linked(task, item), gate: task.gate, reason: whyIn(because, grounds, item, telling), grounds, state: { is: 'open' } })
  }
  const gates = playbook.gates.map(gate => ({ key: gate.key, due: due(gate.at) }))
  const environments = playbook.environments.map(one => ({ key: one.key, from: due(one.at), to: dayOf((offsetOf(playbook, one.at) ?? 0) + Math.max(0, one.testingDays - 1)), after: one.after }))
  return { playbook: { key: playbook.key, version: playbook.version }, tasks, leftOut, undecided, gates, environments }
}

/** Whether a message, change or offer with this condition applies. What is open does not, yet. */
export const holds = (playbook: Playbook, profile: Profile, decide: Decide, when: string | null): Verdict['is'] =>
  when === null ? 'yes' : decide(when, valuesOf(knownFacts(playbook.facts, profile))).is

/** A task's title and instructions with its item and the values of its facts in them. */
export const tellTask = (playbook: Playbook, task: PlannedTask): { readonly title: Text; readonly instructions: Text } => {
  const template = playbook.tasks.find(one => one.key === task.template)
  const fill = (text: Text | undefined): Text => (text === undefined ? { en: task.key, ja: task.key } : withValues(text, task, new Map(playbook.facts.map(fact => [fact.name, fact]))))
  return { title: fill(template?.title), instructions: fill(template?.instructions) }
}

type Applies = Verdict & { readonly items: readonly (string | null)[] }
const nowhere: Applies = { is: 'no', facts: [], items: [] }

const valuesOf = (known: Grounds): Map<string, FactValue> => new Map([...known].map(([name, ground]) => [name, ground.value]))
const keyOf = (template: string, item: string | null): string => (item === null ? template : `${template}[${item}]`)

/** Its condition first, then the list that it is done for each item of; an empty list is a no. */
const applies = ({ when, each }: PlaybookTask, known: Grounds, decide: Decide): Applies => {
  const verdict: Verdict = when === null ? { is: 'yes', facts: [] } : decide(when, valuesOf(known))
  if (verdict.is === 'no' || each === null) return { ...verdict, items: [null] }
  const list = known.get(each)?.value
  if (!Array.isArray(list)) return { is: 'open', facts: [...new Set([...(verdict.is === 'open' ? verdict.facts : []), each])], items: [] }
  const items = [...new Set(list as readonly string[])]
  if (items.length === 0) return { is: 'no', facts: [each], items }
  return { is: verdict.is, facts: verdict.is === 'open' ? verdict.facts : [...new Set([...verdict.facts, each])], items }
}

/** What a planned task waits for: tasks for the same item of the same list go in step, others wait for all. Through what was left out the order is kept. */
const linker = (tasks: readonly PlaybookTask[], decided: ReadonlyMap<string, Applies>) => {
  const byKey = new Map(tasks.map(task => [task.key, task]))
  const keysOf = (key: string, each: string | null, item: string | null, seen: ReadonlySet<string>): readonly string[] => {
    const [task, found] = [byKey.get(key), decided.get(key)]
    if (task === undefined || found === undefined || seen.has(key)) return []
    if (found.is === 'open') return [key]
    if (found.is === 'no') return task.depends.flatMap(other => keysOf(other, each, item, new Set([...seen, key])))
    return each !== null && task.each === each ? [keyOf(key, item)] : found.items.map(one => keyOf(key, one))
  }
  return (task: PlaybookTask, item: string | null): string[] => [...new Set(task.depends.flatMap(key => keysOf(key, task.each, item, new Set([task.key]))))]
}

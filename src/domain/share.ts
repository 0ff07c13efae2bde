import type { Environment } from './homes.ts'
import { offsetOf, type At, type Playbook, type PlaybookGate, type PlaybookTask, type Scoped } from './playbook.ts'
import type { MoveId, Part } from './programmes.ts'

/** What one move does of a playbook whose environments are tenants of their own. */
export type Share = { readonly environment: Environment; readonly environments: readonly Environment[]; /** What is of the customer. */ readonly leads: boolean; /** What is of the customer after the last cutover. */ readonly closes: boolean }

export const shareOf = (move: MoveId, { environment, environments, leading, closing }: Part): Share => ({ environment, environments, leads: leading === move, closes: closing === move })

/** Whether a playbook tells what is of the customer from what is of each environment. Where it does not, every move has all of it. */
export const isShared = (playbook: Playbook): boolean => playbook.environments.length > 1 && scoped(playbook).some(one => one.scope === 'customer')

/** The days of the first and of the last cutover, counted from T-0. */
export const cutoversOf = (playbook: Playbook): { readonly first: number; readonly last: number } => {
  const days = playbook.environments.map(one => offsetOf(playbook, one.at) ?? 0)
  return { first: Math.min(...days), last: Math.max(...days) }
}

/** Everything of a playbook that can have a scope. */
const scoped = ({ facts, milestones, tasks, gates, calls, messages, checkIns }: Playbook): readonly Scoped[] => [...facts, ...milestones, ...tasks, ...gates, ...calls, ...messages, ...checkIns]

/** The names of the facts that are the customer's: asked once, and known in every environment. */
export const sharedFacts = (playbook: Playbook): ReadonlySet<string> => new Set(isShared(playbook) ? playbook.facts.filter(fact => fact.scope === 'customer').map(fact => fact.name) : [])

/** The keys of the tasks and gates that are the customer's, by the move that does them. */
export const ofCustomer = (playbook: Playbook, { leading, closing }: Pick<Part, 'leading' | 'closing'>): { readonly tasks: ReadonlyMap<string, MoveId>; readonly gates: ReadonlyMap<string, MoveId> } => {
  const { last } = cutoversOf(playbook)
  const ours = (some: readonly (Scoped & { readonly key: string; readonly at: At })[]) => new Map(some.filter(one => one.scope === 'customer').map(one => [one.key, (offsetOf(playbook, one.at) ?? 0) >= last ? closing : leading]))
  return { tasks: ours(playbook.tasks), gates: ours(playbook.gates) }
}

/**
 * The playbook of one move: its share, with days counted from its own T-0, the cutover of its environment. What comes before the first cutover is counted
 * from it, what comes after the last from that, and what is of one environment from its own. What waited for something in another move waits for what that
 * one waited for, as far as it is here.
 */
export const ofShare = (playbook: Playbook, share: Share): Playbook => {
  const here = hereIn(playbook, share)
  const dated = <T extends { readonly at: At } & Scoped>(some: readonly T[], of: (one: T) => Environment | null | undefined): T[] => some.flatMap(one => (here.has(one, of(one) ?? null) ? [{ ...one, at: here.day(one.at, of(one) ?? null) }] : []))
  const everywhere = (): null => null
  const tasks = dated(playbook.tasks, task => task.environment)
  const gates = playbook.gates.flatMap(gate => {
    const opens = openedBy(playbook, gate, share)
    return here.has(gate, opens) ? [{ ...gate, opens, at: here.day(gate.at, gate.opens) }] : []
  })
  return {
    ...playbook, facts: playbook.facts.map(fact => (fact.scope === 'customer' && !share.leads ? { ...fact, question: null, asked: null, measured: null } : fact)),
    milestones: dated(playbook.milestones, one => one.environment), calls: dated(playbook.calls, everywhere), signOffs: dated(playbook.signOffs, one => one.environment),
    environments: dated(playbook.environments, one => one.key).map(one => ({ ...one, after: null })),
    tasks: linked(playbook, tasks, gates), gates: gates.map(gate => ({ ...gate, conditions: gate.conditions.filter(condition => isAskable(condition, tasks, share)) })),
    messages: playbook.messages.flatMap(one => (one.at === null ? (one.scope !== 'customer' || share.leads ? [one] : []) : dated([{ ...one, at: one.at }], everywhere))),
    checkIns: playbook.checkIns.flatMap(one => (here.has({ ...one, at: one.from }, null) ? [{ ...one, from: here.day(one.from, null), to: one.scope === 'customer' ? here.day(one.to, null, one.from) : here.day(one.to, null) }] : [])),
  }
}

/** A gate of the environment that the playbook begins with is of the one that this customer begins with, which may have no other. */
const openedBy = (playbook: Playbook, { opens }: PlaybookGate, { environments: [begins] }: Share): Environment | null => {
  const [first] = playbook.environments.toSorted((a, b) => (offsetOf(playbook, a.at) ?? 0) - (offsetOf(playbook, b.at) ?? 0))
  return opens !== null && opens === first?.key ? begins ?? opens : opens
}

const hereIn = (playbook: Playbook, share: Share) => {
  const { first, last } = cutoversOf(playbook)
  const own = new Map(playbook.environments.map(one => [one.key, offsetOf(playbook, one.at) ?? 0]))
  const offset = (at: At): number => offsetOf(playbook, at) ?? 0
  return {
    has: ({ scope, at }: Scoped & { readonly at: At }, environment: Environment | null): boolean => {
      if (environment !== null) return environment === share.environment
      return scope !== 'customer' || (offset(at) >= last ? share.closes : share.leads)
    },
    /** `beside`: the day by which it is judged where to count from. */
    day: (at: At, environment: Environment | null, beside = at): At => asAt(offset(at) - (environment === null ? (offset(beside) >= last ? last : first) : own.get(environment) ?? 0)),
  }
}

const asAt = (offset: number): At => `T${offset < 0 ? '-' : '+'}${Math.abs(offset)}`

const linked = (playbook: Playbook, tasks: readonly PlaybookTask[], gates: readonly PlaybookGate[]): PlaybookTask[] => {
  const all = new Map(playbook.tasks.map(task => [task.key, task]))
  const [here, opened] = [new Set(tasks.map(task => task.key)), new Set(gates.map(gate => gate.key))]
  const stands = (key: string, seen: ReadonlySet<string>): readonly string[] => {
    if (here.has(key) || seen.has(key)) return here.has(key) ? [key] : []
    return all.get(key)?.depends.flatMap(other => stands(other, new Set([...seen, key]))) ?? []
  }
  return tasks.map(task => ({ ...task, depends: [...new Set(task.depends.flatMap(key => stands(key, new Set([task.key]))))], gate: task.gate !== null && opened.has(task.gate) ? task.gate : null }))
}

/** What is done in another move, or signed off of an environment that this customer does not have, cannot be asked for here. */
const isAskable = ({ task, signedOff }: PlaybookGate['conditions'][number], tasks: readonly PlaybookTask[], { environments }: Share): boolean =>
  (task === undefined || tasks.some(one => one.key === task)) && (signedOff === undefined || environments.includes(signedOff))

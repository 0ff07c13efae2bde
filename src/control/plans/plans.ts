import type { NoAccess } from '#domain/access.ts'
import { inTime } from '#domain/dating.ts'
import { addDays } from '#domain/days.ts'
import type { Environment } from '#domain/homes.ts'
import type { Text } from '#domain/locale.ts'
import { dayOf } from '#domain/local-time.ts'
import type { Customer, Duty, Party } from '#domain/parties.ts'
import { applyDiff, diffPlans, rebase, type PlanDiff, type RebaseRefused } from '#domain/plan-diff.ts'
import { type PlannedTask, tellTask } from '#domain/plan.ts'
import { type Deprecation, ownerName, type Pin, type Playbook, type Post } from '#domain/playbook.ts'
import type { DatedBy, Move, MoveId } from '#domain/programmes.ts'
import { fillText } from '#domain/reason.ts'
import { standingOf } from '#domain/progress.ts'
import type { Gate, Json, PlanRecord, Task } from '#domain/records.ts'
import type { TaskStanding } from '#domain/task.ts'
import type { Day, Instant } from '#domain/time.ts'
import { assert } from '#lib/assert.ts'
import { barred, type Desk, type Glance } from '../ground/desk.ts'
import { changesIn, milestonesOf } from './move-pages.ts'
import { customerOf, heldMove, type MoveEnded, type PlanChanged } from './moves.ts'
import { type Kept, keptPlan, partIn, type PlaybookMissing, planOf, playbookOf, profileOf } from './plan-rows.ts'
import { latestPlaybook } from './playbooks.ts'
import { makingFor, type PlanChange, replan } from './replan.ts'

/** A task as people read it. `late`: it was due before today, where the customer is. */
export type TaskLine = {
  readonly id: Task['id']; readonly key: string; readonly title: Text; readonly instructions: Text; readonly party: Party; readonly duty: Duty | null; readonly post: Post | null; readonly contact: Task['contact']
  readonly due: Day; readonly late: boolean; readonly state: Task['state']; readonly standing: TaskStanding; readonly reason: Text; readonly depends: readonly string[]; readonly gate: string | null; readonly environment: Environment | null
}
/** A question that decides whether something is done. */
export type Deciding = { readonly fact: string; readonly question: Text; readonly asked: string | null }

/** A plan with all its words, in both languages. `newer`: the version it could go over to. `holidaysKnown` false: only weekends were left out of its days. */
export type PlanPage = {
  readonly move: MoveId; readonly revision: number; readonly playbook: Pin & { readonly title: Text; readonly newer: (Pin & { readonly title: Text }) | null; readonly deprecated: Deprecation | null }
  readonly t0: Day; readonly datedBy: DatedBy; readonly holidaysKnown: boolean; readonly madeAt: Instant
  readonly milestones: readonly { readonly key: string; readonly title: Text; readonly day: Day }[]; readonly tasks: readonly TaskLine[]
  readonly leftOut: readonly { readonly template: string; readonly title: Text; readonly reason: Text }[]
  readonly undecided: readonly { readonly template: string; readonly title: Text; readonly reason: Text; readonly due: Day; readonly questions: readonly Deciding[] }[]
  readonly gates: readonly { readonly key: string; readonly title: Text; readonly due: Day; readonly state: Gate['state'] }[]
  readonly environments: readonly { readonly key: Environment; readonly title: Text; readonly from: Day; readonly to: Day; readonly after: Environment | null }[]
  readonly changes: readonly Text[]
}

export const readPlan = async (glance: Glance, id: MoveId): Promise<PlanPage | NoAccess | PlaybookMissing> => {
  const seen = await seenPlan(glance, id)
  if ('refused' in seen) return seen
  const { move, customer, playbook, kept, record } = seen
  const latest = successorOf(glance, playbook)
  return {
    move: id, revision: move.revision, playbook: { key: playbook.key, version: playbook.version, title: playbook.title, newer: latest === undefined ? null : { key: latest.key, version: latest.version, title: latest.title }, deprecated: currentOf(glance, playbook).deprecated },
    t0: record.t0, datedBy: record.datedBy, holidaysKnown: makingFor(glance, playbook, customer, record.t0).holidaysKnown, madeAt: record.madeAt,
    milestones: milestonesOf(glance, playbook, customer, record.t0), tasks: taskLines(glance, seen),
    leftOut: record.leftOut.map(({ template, reason }) => ({ template, title: titleOf(playbook, template), reason })),
    undecided: record.undecided.map(({ template, reason, due, open }) => ({ template, title: titleOf(playbook, template), reason, due, questions: open.map(fact => decidingOf(playbook, fact)) })),
    gates: kept.gates.map(gate => ({ key: gate.key, title: playbook.gates.find(one => one.key === gate.key)?.title ?? plain(gate.key), due: gate.dueOn, state: gate.state })).toSorted((a, b) => (a.due < b.due ? -1 : Number(a.due > b.due))),
    environments: record.environments.map(one => ({ ...one, title: playbook.environments.find(other => other.key === one.key)?.title ?? plain(one.key) })),
    changes: changesIn(glance.world, playbook, kept.facts),
  }
}

type Seen = { readonly move: Move; readonly customer: Customer; readonly playbook: Playbook; readonly kept: Kept; readonly record: PlanRecord }

const seenPlan = async (glance: Glance, id: MoveId): Promise<Seen | NoAccess | PlaybookMissing> => {
  const move = await glance.view.get('move', id)
  if (move === undefined) return { refused: 'not-found' }
  const customer = await glance.view.get('customer', move.customer)
  const why = await barred(glance, 'plan.read', { vendor: move.vendor, customer: move.customer, partner: customer?.partner ?? null })
  if (why !== undefined) return why
  const playbook = playbookOf(glance.world, move)
  if ('refused' in playbook) return playbook
  const kept = await keptPlan(glance.view, glance.world, move)
  assert(customer !== undefined && kept.record !== undefined, 'a move has a customer and a plan')
  return { move, customer, playbook, kept, record: kept.record }
}

const plain = (key: string): Text => ({ en: key, ja: key })
/** What is not in the plan has no item to name. */
const titleOf = (playbook: Playbook, template: string): Text => fillText(playbook.tasks.find(task => task.key === template)?.title ?? plain(template), name => (name === 'item' ? '…' : undefined))

const decidingOf = (playbook: Playbook, name: string): Deciding => {
  const fact = playbook.facts.find(one => one.name === name)
  return { fact: name, question: fact?.question ?? fact?.title ?? plain(name), asked: fact?.asked === null || fact === undefined ? null : ownerName(fact.asked) }
}

/** In the order of the days, and of the playbook on one day. */
const taskLines = (glance: Glance, { move, customer, playbook, kept }: Seen): TaskLine[] => {
  const plan = planOf(move, playbook, kept)
  const rows = new Map(kept.tasks.map(task => [task.key, task]))
  const opened = new Set(kept.gates.filter(gate => gate.state === 'go').map(gate => gate.key))
  const yesterday = addDays(dayOf(glance.now, customer.zone), -1)
  const lines = plan.tasks.map((task): TaskLine => {
    const [row, template] = [rows.get(task.key), playbook.tasks.find(one => one.key === task.template)]
    assert(row !== undefined, 'a planned task is a row')
    return {
      id: row.id, key: task.key, ...tellTask(playbook, task),
      party: row.party, duty: row.duty, post: task.owner.party === 'vendor' ? task.owner.post : null, contact: row.contact, due: task.due, late: row.state === 'open' && task.due <= yesterday,
      state: row.state, standing: standingOf(plan, task, opened), reason: task.reason, depends: task.depends, gate: task.gate, environment: template?.environment ?? null,
    }
  })
  return lines.toSorted((a, b) => (a.due < b.due ? -1 : Number(a.due > b.due)))
}

/** The latest version of a playbook, which says whether it is deprecated. */
const currentOf = (at: Desk | Glance, playbook: Playbook): Playbook => {
  const latest = latestPlaybook(at, playbook.key)
  return 'refused' in latest ? playbook : latest
}

/** Where a plan could go over to: the newest version, or the successor of what is deprecated. */
const successorOf = (at: Desk | Glance, playbook: Playbook): Playbook | undefined => {
  const current = currentOf(at, playbook)
  if (current.deprecated === null) return current.version > playbook.version ? current : undefined
  const successor = latestPlaybook(at, current.deprecated.successor)
  return 'refused' in successor ? undefined : successor
}

type Target = { readonly move: MoveId; readonly playbook?: string; readonly version?: number }
export type NotRebased = NoAccess | PlaybookMissing | RebaseRefused | { readonly refused: 'nothing-newer'; readonly playbook: string; readonly version: number }

/** One thing that reads otherwise, as texts. */
export type DiffLine = { readonly key: string; readonly title: Text; readonly owner: string; readonly due: Day; readonly reason: Text }
export type DiffPage = {
  readonly move: MoveId; readonly revision: number; readonly from: Pin; readonly to: Pin & { readonly title: Text }
  readonly added: readonly DiffLine[]; readonly removed: readonly DiffLine[]; readonly changed: readonly (DiffLine & { readonly fields: readonly { readonly field: string; readonly was: Json; readonly is: Json }[] })[]; readonly kept: readonly string[]
}

/** What a plan would become with a newer version of its playbook, or with the successor of a deprecated one. Nothing is changed. */
export const diffPlan = async (glance: Glance, target: Target): Promise<DiffPage | NotRebased> => {
  const seen = await seenPlan(glance, target.move)
  if ('refused' in seen) return seen
  const whole = targetOf(glance, seen.playbook, target)
  if ('refused' in whole) return whole
  const to = partIn(whole, seen.move)
  const found = rebased(glance, seen, to)
  if ('refused' in found) return found
  const line = (playbook: Playbook) => (task: PlannedTask): DiffLine => ({ key: task.key, title: tellTask(playbook, task).title, owner: ownerName(task.owner), due: task.due, reason: task.reason })
  return {
    move: target.move, revision: seen.move.revision, from: found.from, to: { ...found.to, title: to.title }, added: found.added.map(line(to)), removed: found.removed.map(line(seen.playbook)),
    changed: found.changed.map(({ task, fields }) => ({ ...line(to)(task), fields: fields.map(({ field, was, is }) => ({ field, was: asJson(was), is: asJson(is) })) })), kept: found.kept,
  }
}

/** Plans and playbooks hold nothing but what JSON has. */
const asJson = (value: unknown): Json => (value ?? null) as Json

const targetOf = (at: Desk | Glance, from: Playbook, { playbook: key, version }: Target): Playbook | NotRebased => {
  if (key === undefined && version === undefined) return successorOf(at, from) ?? { refused: 'nothing-newer', playbook: from.key, version: from.version }
  const latest = latestPlaybook(at, key ?? from.key)
  const found = version === undefined ? ('refused' in latest ? undefined : latest) : at.world.playbooks.find({ key: key ?? from.key, version })
  return found ?? { refused: 'playbook-missing', playbook: key ?? from.key, version: version ?? 0 }
}

/** A version that does not say itself that it is deprecated may be so by its latest one. */
const rebased = (at: Desk | Glance, { move, customer, playbook, kept, record }: Seen, to: Playbook): PlanDiff | RebaseRefused => {
  const { making, today } = makingFor(at, to, customer, record.t0)
  const old = planOf(move, playbook, kept)
  const diff = rebase(old, { ...playbook, deprecated: currentOf(at, playbook).deprecated }, to, profileOf(kept.facts), making)
  return 'refused' in diff ? diff : diffPlans(old, inTime(old, applyDiff(old, diff), today), { from: playbook, to })
}

/** Goes over to it. `revision`: of the plan whose difference was looked at; if it has changed since, nothing is done. */
export const rebasePlan = async (desk: Desk, { revision, ...target }: Target & { readonly revision: number }): Promise<{ plan: PlanChange; to: Pin } | NotRebased | MoveEnded | PlanChanged> => {
  const move = await heldMove(desk, target.move, 'plan.change')
  if ('refused' in move) return move
  if (move.revision !== revision) return { refused: 'plan-changed', revision: move.revision }
  const playbook = playbookOf(desk.world, move)
  if ('refused' in playbook) return playbook
  const whole = targetOf(desk, playbook, target)
  if ('refused' in whole) return whole
  const to = partIn(whole, move)
  const [customer, kept] = [await customerOf(desk, move), await keptPlan(desk.tx, desk.world, move)]
  assert(kept.record !== undefined, 'a move has a plan')
  const found = rebased(desk, { move, customer, playbook, kept, record: kept.record }, to)
  if ('refused' in found) return found
  const plan = (await replan(desk, [{ move, customer, playbook: to, because: { because: 'rebased', from: found.from, to: found.to } }])).get(move.id)
  assert(plan !== undefined, 'there is a plan for each wish')
  return { plan, to: found.to }
}

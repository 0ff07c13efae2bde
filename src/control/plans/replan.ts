import { inTime, type Dating } from '#domain/dating.ts'
import { businessDayFrom } from '#domain/calendar.ts'
import { dayOf } from '#domain/local-time.ts'
import type { Customer } from '#domain/parties.ts'
import { diffPlans, remake, type PlanDiff } from '#domain/plan-diff.ts'
import type { Plan } from '#domain/plan.ts'
import type { Playbook } from '#domain/playbook.ts'
import type { Move, MoveId } from '#domain/programmes.ts'
import type { Gate, PlanRecord, Task } from '#domain/records.ts'
import type { Day } from '#domain/time.ts'
import { assert } from '#lib/assert.ts'
import { canonical } from '#lib/canonical.ts'
import { calendarFor, makingOf } from '../calendar/calendars.ts'
import { type Desk, type Glance, journal } from '../ground/desk.ts'
import { type Kept, keptPlans, planOf, playbookOf, profileOf } from './plan-rows.ts'

/** One plan to be made anew. `move`: its row, which the caller holds locked or has just added, as it is to be from now on but for its revision. `playbook`: the one it goes over to. */
export type Wish = { readonly move: Move; readonly customer: Customer; readonly dating?: Dating; readonly playbook?: Playbook; readonly because: Readonly<Record<string, unknown>> }

/** What became of a plan, by the keys of its tasks. `redated`: of those that were there before. */
export type PlanChange = { readonly revision: number; readonly added: readonly string[]; readonly removed: readonly string[]; readonly redated: readonly string[]; readonly changed: readonly string[] }

/** So many plans are in memory at once. */
const atOnce = 50

/**
 * Makes plans anew from what is known now: tasks that apply come, those that no longer do go, what is open is dated anew, what is done stays. A plan
 * that comes out as it was is left alone, and so is its revision; but `because` with a `dating` or `playbook` of its own is always written down.
 */
export const replan = async (desk: Desk, wishes: readonly Wish[]): Promise<ReadonlyMap<MoveId, PlanChange>> => {
  const changes = new Map<MoveId, PlanChange>()
  for (let at = 0; at < wishes.length; at += atOnce) {
    const some = wishes.slice(at, at + atOnce)
    const kept = await keptPlans(desk.tx, desk.world, some.map(wish => wish.move))
    const written = some.map(wish => ({ wish, rows: rowsAfter(desk, wish, kept.get(wish.move.id) ?? nothing) }))
    await write(desk, written.map(one => one.rows))
    for (const { wish, rows } of written) {
      changes.set(wish.move.id, rows.change)
      if (rows.plan !== undefined) journal(desk, 'plan.change', 'move', wish.move.id, { ...wish.because, ...rows.change, t0: rows.plan.t0, datedBy: rows.plan.datedBy })
    }
  }
  return changes
}

/** What a plan would become, and what it is. */
export const foresee = (at: Desk | Glance, { move, customer, dating, playbook }: Omit<Wish, 'because'>, kept: Kept): { readonly old: Plan; readonly is: Plan; readonly diff: PlanDiff; readonly dated: Dating } => {
  const [from, dated] = [pinned(at, move), dating ?? kept.record]
  assert(dated !== undefined, 'a plan that is new is dated by whoever makes it')
  const to = playbook ?? from
  const { today, making } = makingFor(at, to, customer, dated.t0)
  const old = planOf(move, from, kept)
  const is = inTime(old, remake(old, to, profileOf(kept.facts), making), today)
  return { old, is, diff: diffPlans(old, is, { from, to }), dated: { t0: dated.t0, datedBy: dated.datedBy } }
}

/** What plans of a customer are made with, and the business day on which something that comes up today can first be due. */
export const makingFor = ({ world, now }: Desk | Glance, playbook: Playbook, { country, zone }: Pick<Customer, 'country' | 'zone'>, t0: Day) => {
  const day = dayOf(now, zone)
  const { calendar, holidaysKnown } = calendarFor(world, playbook, country, t0, day)
  return { making: makingOf(world, playbook, calendar, t0, zone), calendar, holidaysKnown, today: businessDayFrom(day, calendar) }
}

const nothing: Kept = { record: undefined, tasks: [], gates: [], facts: [] }

/** Callers have looked whether the playbook is there. */
const pinned = ({ world }: Desk | Glance, move: Move): Playbook => {
  const found = playbookOf(world, move)
  assert(!('refused' in found), 'a plan is made anew with a playbook that is there')
  return found
}

type Rows = { readonly change: PlanChange; readonly plan?: PlanRecord; readonly move?: Move; readonly tasks: readonly Task[]; readonly gone: readonly Task['id'][]; readonly gates: readonly Gate[]; readonly gatesGone: readonly Gate['id'][] }

const rowsAfter = (desk: Desk, wish: Wish, kept: Kept): Rows => {
  const { move } = wish
  const { is, diff, dated } = foresee(desk, wish, kept)
  const ofMove = { vendor: move.vendor, customer: move.customer, move: move.id }
  const plan: PlanRecord = { id: move.id, ...ofMove, ...dated, leftOut: is.leftOut, undecided: is.undecided, environments: is.environments, madeAt: desk.now }
  const tasks = taskRows(desk, ofMove, is, kept.tasks)
  const keys = new Set(is.tasks.map(task => task.key))
  const gone = kept.tasks.filter(task => !keys.has(task.key)).map(task => task.id)
  const { gates, gatesGone } = gateRows(desk, ofMove, is, kept.gates)
  const isSame = tasks.length + gone.length + gates.length + gatesGone.length === 0 && kept.record !== undefined && same({ ...plan, madeAt: 0 }, { ...kept.record, madeAt: 0 })
  const isWritten = !isSame || wish.dating !== undefined || wish.playbook !== undefined
  const redated = diff.changed.filter(one => one.fields.some(({ field }) => field === 'due')).map(one => one.task.key)
  const change: PlanChange = { revision: move.revision + (isWritten ? 1 : 0), added: diff.added.map(task => task.key), removed: diff.removed.map(task => task.key), redated, changed: diff.changed.map(one => one.task.key).filter(key => !redated.includes(key)) }
  return { change, tasks, gone, gates, gatesGone, ...(isWritten ? { plan, move: { ...move, playbook: is.playbook.key, version: is.playbook.version, revision: change.revision } } : {}) }
}

const same = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b)

type OfMove = Pick<Task, 'vendor' | 'customer' | 'move'>

/** The rows that read otherwise than before. A task whose day is another one is announced again. */
const taskRows = (desk: Desk, ofMove: OfMove, { tasks }: Plan, old: readonly Task[]): Task[] => {
  const before = new Map(old.map(task => [task.key, task]))
  return tasks.flatMap((planned): Task[] => {
    const was = before.get(planned.key)
    if (was !== undefined && was.state !== 'open') return []
    const { key, owner, due, template, item, depends, gate, reason, grounds } = planned
    const about: Task['about'] = { template, item, owner, depends, gate, reason, grounds }
    const [party, duty, post] = owner.party === 'vendor' ? [owner.party, null, owner.post] as const : [owner.party, owner.duty, null] as const
    if (was === undefined) return [{ ...blank, id: desk.world.newId(), ...ofMove, key, party, duty, post, dueOn: due, about }]
    const isTheirs = was.party === party && was.duty === duty
    const row: Task = { ...was, party, duty, post, contact: isTheirs ? was.contact : null, dueOn: due, about, remindedAt: was.dueOn === due ? was.remindedAt : null }
    return same(row, was) ? [] : [row]
  })
}

const blank = { contact: null, state: 'open', answers: null, note: null, endedBy: null, endedAt: null, remindedAt: null } as const

/** A gate that was decided stays, with its day. */
const gateRows = (desk: Desk, ofMove: OfMove, { gates }: Plan, old: readonly Gate[]): { readonly gates: readonly Gate[]; readonly gatesGone: readonly Gate['id'][] } => {
  const before = new Map(old.map(gate => [gate.key, gate]))
  return {
    gates: gates.flatMap(({ key, due }): Gate[] => {
      const was = before.get(key)
      if (was === undefined) return [{ id: desk.world.newId(), ...ofMove, key, dueOn: due, state: 'open', history: { decided: null, earlier: [] }, decidedAt: null }]
      return was.state !== 'open' || was.dueOn === due ? [] : [{ ...was, dueOn: due }]
    }),
    gatesGone: old.filter(gate => gate.state === 'open' && gate.history.earlier.length === 0 && !gates.some(one => one.key === gate.key)).map(gate => gate.id),
  }
}

const write = async ({ tx }: Desk, rows: readonly Rows[]): Promise<void> => {
  const [gone, gatesGone] = [rows.flatMap(one => one.gone), rows.flatMap(one => one.gatesGone)]
  if (gone.length > 0) await tx.remove('task', { id: gone })
  if (gatesGone.length > 0) await tx.remove('gate', { id: gatesGone })
  const changed = rows.flatMap(one => (one.move === undefined || one.plan === undefined ? [] : [{ move: one.move, plan: one.plan }]))
  await tx.put('move', ...changed.map(one => one.move))
  await tx.put('plan', ...changed.map(one => one.plan))
  await tx.put('task', ...rows.flatMap(one => one.tasks))
  await tx.put('gate', ...rows.flatMap(one => one.gates))
}

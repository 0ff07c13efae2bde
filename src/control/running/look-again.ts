import type { NoAccess } from '#domain/access.ts'
import { type Check, checkNames, checks } from '#domain/checks.ts'
import type { Finding } from '#domain/gate.ts'
import type { Text } from '#domain/locale.ts'
import type { Plan, PlannedTask } from '#domain/plan.ts'
import type { Playbook, PlaybookTask } from '#domain/playbook.ts'
import { actOnTask, standingOf } from '#domain/progress.ts'
import { isGivenUp, type Move, type MoveId } from '#domain/programmes.ts'
import { assert } from '#lib/assert.ts'
import { settleByBundle } from '../files/bundle-end.ts'
import { system } from '../ground/callers.ts'
import { barred, type Desk, type Glance, journal } from '../ground/desk.ts'
import { looker } from './looks/looks.ts'
import { type About, sightOf, theWhole } from './looks/sight.ts'
import { heldMove, type MoveEnded } from '../plans/moves.ts'
import { type Kept, keptPlan, type PlaybookMissing, planOf, playbookOf } from '../plans/plan-rows.ts'

/** What one look closed: the keys of tasks. */
export type LookedAgain = { readonly closed: readonly string[] }

/** What the task's check is asked about. */
export const aboutOf = ({ environment }: Pick<PlaybookTask, 'environment'>, { item }: Pick<PlannedTask, 'item'>): About => ({ environment, item })

/** Looks at everything that open tasks of a move wait for, and closes those that the system can see are done, and then those that waited for them. Changes nothing where nothing has come about. */
export const lookAgain = async (desk: Desk, id: MoveId): Promise<LookedAgain> => {
  const move = await desk.tx.lock('move', id)
  const playbook = move === undefined || isGivenUp(move) ? undefined : playbookOf(desk.world, move)
  return move === undefined || playbook === undefined || 'refused' in playbook ? { closed: [] } : await lookAt(desk, move, playbook)
}

/** The same of a move that is held. */
export const lookAt = async (desk: Desk, move: Move, playbook: Playbook): Promise<LookedAgain> => {
  const sight = await sightOf({ view: desk.tx, world: desk.world, now: desk.now }, move, playbook)
  const look = looker(sight)
  const opened = openedOf(sight.kept)
  const closed: string[] = []
  let { plan } = sight
  for (let again = true; again;) {
    again = false
    for (const task of plan.tasks) {
      const template = playbook.tasks.find(one => one.key === task.template)
      if (template === undefined || template.check === null || standingOf(plan, task, opened) !== 'open') continue
      const finding = await look(template.check, aboutOf(template, task))
      if (!finding.held) continue
      plan = await close(desk, { plan, playbook, kept: sight.kept, opened }, task, template.check, finding)
      closed.push(task.key)
      again = true
    }
  }
  await settleByBundle(desk, move, playbook, look)
  return { closed }
}

type Around = { readonly plan: Plan; readonly playbook: Playbook; readonly kept: Kept; readonly opened: ReadonlySet<string> }

const close = async (desk: Desk, { plan, playbook, kept, opened }: Around, { key }: PlannedTask, check: Check, { why }: Finding): Promise<Plan> => {
  const row = kept.tasks.find(one => one.key === key)
  assert(row !== undefined, 'a planned task is a row')
  const next = actOnTask(plan, playbook, { key, verb: 'complete', by: system.who, at: desk.now, note: null, answers: row.answers ?? {} }, opened)
  assert(!('refused' in next), 'what is open can be done by the system')
  await desk.tx.change('task', row.id, { state: 'done', answers: row.answers ?? {}, endedBy: system.who, endedAt: desk.now })
  journal({ ...desk, ...system }, 'task.do', 'task', row.id, { move: row.move, task: key, seen: 'by the system', check, why: why.en, after: desk.who.name })
  return next
}

export const openedOf = ({ gates }: Pick<Kept, 'gates'>): ReadonlySet<string> => new Set(gates.filter(gate => gate.state === 'go').map(gate => gate.key))

export type CheckLine = { readonly check: Check; readonly title: Text; readonly about: string | null; readonly held: boolean; readonly why: Text }
export type NotLooked = NoAccess | MoveEnded | PlaybookMissing

/** A person has the system look now. */
export const lookNow = async (desk: Desk, { move: id }: { readonly move: MoveId }): Promise<{ readonly checks: readonly CheckLine[] } & LookedAgain | NotLooked> => {
  const move = await heldMove(desk, id, 'check.look', isGivenUp)
  if ('refused' in move) return move
  const playbook = playbookOf(desk.world, move)
  if ('refused' in playbook) return playbook
  const { closed } = await lookAt(desk, move, playbook)
  return { checks: await linesOf({ ...desk, view: desk.tx }, move, playbook), closed }
}

/** What the tasks and gates of a move ask of the system, and what is so now. Nothing is changed. */
export const readChecks = async (glance: Glance, { move: id }: { readonly move: MoveId }): Promise<{ readonly checks: readonly CheckLine[] } | NoAccess | PlaybookMissing> => {
  const move = await glance.view.get('move', id)
  if (move === undefined) return { refused: 'not-found' }
  const why = await barred(glance, 'plan.read', { vendor: move.vendor, customer: move.customer })
  if (why !== undefined) return why
  const playbook = playbookOf(glance.world, move)
  return 'refused' in playbook ? playbook : { checks: await linesOf(glance, move, playbook) }
}

const linesOf = async (at: Pick<Glance, 'view' | 'world' | 'now'>, move: Move, playbook: Playbook): Promise<CheckLine[]> => {
  const sight = await sightOf(at, move, playbook)
  const look = looker(sight)
  const wanted = new Map<string, { readonly check: Check; readonly about: About }>()
  const want = (check: Check, about: About): void => { wanted.set(JSON.stringify([check, about]), { check, about }) }
  for (const task of sight.plan.tasks) {
    const template = playbook.tasks.find(one => one.key === task.template)
    if (template !== undefined && template.check !== null) want(template.check, aboutOf(template, task))
  }
  for (const gate of playbook.gates) for (const { check } of gate.conditions) if (check !== undefined) want(check, theWhole)
  const inOrder = [...wanted.values()].toSorted((a, b) => checkNames.indexOf(a.check) - checkNames.indexOf(b.check))
  return await Promise.all(inOrder.map(async ({ check, about }): Promise<CheckLine> => ({ check, title: checks[check], about: about.item ?? about.environment, ...(await look(check, about)) })))
}

/** A move with its plan, held for one who changes a task of it. */
export const heldPlan = async (desk: Desk, move: Move): Promise<{ readonly playbook: Playbook; readonly kept: Kept; readonly plan: Plan; readonly opened: ReadonlySet<string> } | PlaybookMissing> => {
  const playbook = playbookOf(desk.world, move)
  if ('refused' in playbook) return playbook
  const kept = await keptPlan(desk.tx, desk.world, move)
  return { playbook, kept, plan: planOf(move, playbook, kept), opened: openedOf(kept) }
}

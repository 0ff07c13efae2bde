import type { NoAccess, Scope } from '#domain/access.ts'
import { addDays } from '#domain/days.ts'
import type { Finding } from '#domain/gate.ts'
import { dayOf } from '#domain/local-time.ts'
import type { Text } from '#domain/locale.ts'
import type { CustomerId } from '#domain/parties.ts'
import { type Plan, tellTask } from '#domain/plan.ts'
import { type Checklist, type FormField, ownersOf, type Playbook, type Post } from '#domain/playbook.ts'
import { type Blocker, blockersOf } from '#domain/progress.ts'
import { isGivenUp, type Move, type MoveId } from '#domain/programmes.ts'
import type { Task } from '#domain/records.ts'
import type { TaskStanding } from '#domain/task.ts'
import type { Action, Check } from '#domain/checks.ts'
import type { Environment } from '#domain/homes.ts'
import type { Day } from '#domain/time.ts'
import type { Where } from '#ports/ledger.ts'
import { barred, type Glance, sight } from '../ground/desk.ts'
import { aboutOf, openedOf } from '../running/look-again.ts'
import { looker } from '../running/looks/looks.ts'
import { type Sight, sightOf } from '../running/looks/sight.ts'
import type { Page, Paging } from '../ground/pages.ts'
import { plannedTask, type PlaybookMissing, playbookOf } from './plan-rows.ts'
import { whoseTask } from './tasks.ts'

type Named<Id> = { readonly id: Id; readonly name: string }
/** A task in a list. `late`: it was due before today, where the customer is. `check`: the system sees that it is done, by nobody's word. */
export type TaskItem = Pick<Task, 'id' | 'move' | 'key' | 'party' | 'duty' | 'post' | 'state' | 'endedAt'> & {
  readonly customer: Named<CustomerId>; readonly tenant: string; readonly title: Text; readonly contact: Named<NonNullable<Task['contact']>> | null
  readonly due: Day; readonly late: boolean; readonly standing: TaskStanding; readonly check: Check | null; readonly endedBy: string | null
}

/** `mine`: of a contact, those of the own duties and those given by name; of an operator, those of the own posts. `late`: due before today, where the vendor is. */
export type TaskFilter = { readonly mine?: boolean; readonly move?: MoveId; readonly customer?: CustomerId; readonly state?: Task['state']; readonly late?: boolean; readonly dueFrom?: Day; readonly dueTo?: Day }

/** In the order of their days, open ones unless asked otherwise: as many questions for one page as for another. */
export const listTasks = async (glance: Glance, { after, limit = 100, ...filter }: TaskFilter & Paging): Promise<Page<TaskItem> | NoAccess> => {
  const within = sight(glance, 'task.read')
  if ('refused' in within) return within
  const where = await whereOf(glance, filter, within)
  const found = await glance.view.list('task', where, { ...(after === undefined ? {} : { after }), by: 'dueOn', limit: limit + 1 })
  const rows = found.slice(0, limit)
  return { items: await itemsOf(glance, rows), next: found.length > limit ? rows.at(-1)?.id ?? null : null }
}

const whereOf = async ({ actor, view, now }: Glance, { mine = false, move, customer, state, late = false, dueFrom, dueTo }: TaskFilter, within: Scope): Promise<Where<'task'>> => {
  const zone = within.vendor === undefined ? 'UTC' : (await view.get('vendor', within.vendor))?.zone ?? 'UTC'
  const yesterday = addDays(dayOf(now, zone), -1)
  const to = late && (dueTo === undefined || dueTo > yesterday) ? yesterday : dueTo
  const posts: Post[] = actor.kind === 'operator' ? ownersOf(actor.roles).flatMap(owner => (owner.party === 'vendor' ? owner.post : [])) : []
  const isContact = actor.kind === 'customer' || actor.kind === 'partner'
  return {
    ...(move === undefined ? {} : { move }), ...(customer === undefined ? {} : { customer }), state: late ? 'open' : state ?? 'open',
    ...(dueFrom === undefined && to === undefined ? {} : { dueOn: { ...(dueFrom === undefined ? {} : { from: dueFrom }), ...(to === undefined ? {} : { to }) } }),
    ...(mine && actor.kind === 'operator' ? { post: posts } : {}),
    within: mine && isContact ? { ...within, party: actor.kind, concerns: { duties: actor.duties, person: actor.id } } : within,
  }
}

/** What one page of tasks shows of each, and of what they wait for only what is on it: not the plans of all their moves. */
const itemsOf = async ({ view, world, now }: Glance, rows: readonly Task[]): Promise<TaskItem[]> => {
  if (rows.length === 0) return []
  const ids = [...new Set(rows.map(row => row.move))]
  const moves = new Map((await view.list('move', { id: ids }, { limit: ids.length })).map(move => [move.id, move]))
  const [customers, tenants] = [await view.list('customer', { id: [...new Set(rows.map(row => row.customer))] }), await view.list('tenant', { id: [...new Set([...moves.values()].map(move => move.tenant))] })]
  const contacts = await view.list('contact', { id: [...new Set(rows.flatMap(row => row.contact ?? []))] })
  const before = await waitedFor({ view }, rows, ids)
  return rows.map((row): TaskItem => {
    const move = moves.get(row.move)
    const playbook = move === undefined ? undefined : playbookOf(world, move)
    const template = playbook === undefined || 'refused' in playbook ? undefined : playbook.tasks.find(one => one.key === row.about.template)
    const [customer, contact] = [customers.find(one => one.id === row.customer), contacts.find(one => one.id === row.contact)]
    return {
      id: row.id, move: row.move, key: row.key, party: row.party, duty: row.duty, post: row.post, state: row.state, endedAt: row.endedAt, endedBy: row.endedBy?.name ?? null,
      customer: { id: row.customer, name: customer?.name ?? '' }, tenant: tenants.find(one => one.id === move?.tenant)?.name ?? '', contact: contact === undefined ? null : { id: contact.id, name: contact.name },
      title: playbook === undefined || 'refused' in playbook ? { en: row.key, ja: row.key } : tellTask(playbook, plannedTask(row)).title, due: row.dueOn,
      late: row.state === 'open' && row.dueOn < dayOf(now, customer?.zone ?? 'UTC'), standing: row.state === 'open' && before(row).length > 0 ? 'blocked' : row.state, check: template?.check ?? null,
    }
  })
}

const waitedFor = async ({ view }: Pick<Glance, 'view'>, rows: readonly Task[], moves: readonly MoveId[]): Promise<(row: Task) => Blocker[]> => {
  const open = rows.filter(row => row.state === 'open')
  const [depends, gates] = [[...new Set(open.flatMap(row => row.about.depends))], [...new Set(open.flatMap(row => row.about.gate ?? []))]]
  const others = Map.groupBy(depends.length === 0 ? [] : await view.list('task', { move: moves, key: depends, state: 'open' }, { limit: 20_000 }), row => row.move)
  const plans = new Map((depends.length === 0 ? [] : await view.list('plan', { id: moves }, { limit: moves.length })).map(record => [record.id, record]))
  const passed = Map.groupBy(gates.length === 0 ? [] : await view.list('gate', { move: moves, key: gates, state: 'go' }, { limit: 20_000 }), row => row.move)
  return row => {
    const plan: Plan = { playbook: { key: '', version: 0 }, tasks: (others.get(row.move) ?? []).map(plannedTask), leftOut: [], undecided: plans.get(row.move)?.undecided ?? [], gates: [], environments: [] }
    return blockersOf(plan, plannedTask(row), openedOf({ gates: passed.get(row.move) ?? [] }))
  }
}

/** Everything about one task. `waitsFor`: what it waits for, as people read it. `holdsUp`: what cannot be done or decided before it is done. `finding`: what the system sees of its check now. `mayDo`: whoever asks may do it, once it waits for nothing. */
export type TaskPage = TaskItem & {
  readonly instructions: Text; readonly reason: Text; readonly form: readonly FormField[]; readonly checklist: { readonly key: string; readonly title: Text; readonly items: Checklist['items'] } | null; readonly evidence: Text | null
  readonly answers: Task['answers']; readonly note: string | null; readonly waitsFor: readonly (Blocker & { readonly title: Text })[]; readonly holdsUp: readonly HeldUp[]; readonly gate: string | null; readonly environment: Environment | null; readonly action: Action | null
  readonly finding: Finding | null; readonly mayDo: boolean
}

export type HeldUp = { readonly kind: 'task' | 'gate'; readonly key: string; readonly title: Text; readonly due: Day }

export const readTask = async (glance: Glance, { task: id }: { readonly task: Task['id'] }): Promise<TaskPage | NoAccess | PlaybookMissing> => {
  const { view } = glance
  const row = await view.get('task', id)
  if (row === undefined) return { refused: 'not-found' }
  const why = await barred(glance, 'task.read', whoseTask(row))
  if (why !== undefined) return why
  const move = await view.get('move', row.move)
  if (move === undefined) return { refused: 'not-found' }
  const playbook = playbookOf(glance.world, move)
  if ('refused' in playbook) return playbook
  const [item] = await itemsOf(glance, [row])
  if (item === undefined) return { refused: 'not-found' }
  return { ...item, ...(await restOf(glance, move, playbook, row)) }
}

const restOf = async (glance: Glance, move: Move, playbook: Playbook, row: Task): Promise<Omit<TaskPage, keyof TaskItem>> => {
  const at = await sightOf(glance, move, playbook)
  const template = playbook.tasks.find(one => one.key === row.about.template)
  const checklist = playbook.checklists.find(one => one.key === template?.checklist)
  const blockers = row.state === 'open' ? blockersOf(at.plan, plannedTask(row), openedOf(at.kept)) : []
  return {
    instructions: tellTask(playbook, plannedTask(row)).instructions, reason: row.about.reason, form: template?.form ?? [], checklist: checklist === undefined ? null : { key: checklist.key, title: checklist.title, items: checklist.items },
    evidence: template?.evidence ?? null, answers: row.answers, note: row.note, gate: row.about.gate, environment: template?.environment ?? null, action: template?.action ?? null,
    waitsFor: blockers.map(one => ({ ...one, title: titleOf(at.plan, playbook, one) })),
    holdsUp: row.state === 'open' ? heldUpBy(at, playbook, row) : [],
    finding: template === undefined || template.check === null ? null : await looker(at)(template.check, aboutOf(template, row.about)),
    mayDo: row.state === 'open' && !isGivenUp(move) && await barred(glance, 'task.do', whoseTask(row)) === undefined,
  }
}

/** What an open task keeps others from: tasks that depend on it, and gates that want it done or want what its check looks at. */
const heldUpBy = ({ plan, kept }: Sight, playbook: Playbook, { key, about }: Task): HeldUp[] => {
  const check = playbook.tasks.find(one => one.key === about.template)?.check ?? null
  const wants = (gate: string): boolean => playbook.gates.find(one => one.key === gate)?.conditions.some(one => one.task === about.template || (check !== null && one.check === check)) === true
  const gates = kept.gates.filter(gate => gate.state !== 'go' && wants(gate.key)).map((gate): HeldUp => ({ kind: 'gate', key: gate.key, title: titleOf(plan, playbook, { kind: 'gate', key: gate.key }), due: gate.dueOn }))
  const tasks = plan.tasks.filter(one => one.state.is === 'open' && one.depends.includes(key)).map((one): HeldUp => ({ kind: 'task', key: one.key, title: tellTask(playbook, one).title, due: one.due }))
  return [...gates, ...tasks].toSorted((a, b) => (a.due < b.due ? -1 : Number(a.due > b.due)))
}

const titleOf = (plan: Plan, playbook: Playbook, { kind, key }: Blocker): Text => {
  if (kind === 'gate') return playbook.gates.find(one => one.key === key)?.title ?? { en: key, ja: key }
  const task = plan.tasks.find(one => one.key === key)
  return task === undefined ? playbook.tasks.find(one => one.key === key)?.title ?? { en: key, ja: key } : tellTask(playbook, task).title
}

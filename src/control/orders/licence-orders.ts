import type { NoAccess, Verb } from '#domain/access.ts'
import type { Action } from '#domain/checks.ts'
import { licenceOrders, type CourseState, type LicenceOrder, type LicenceOrderStep, type PreparedMachine, recordSum } from '#domain/licence/course.ts'
import type { MoveOrder as SagaOrder } from '#domain/licence/move.ts'
import { dayOf } from '#domain/local-time.ts'
import type { Serves } from '#domain/orders.ts'
import { type Blocker, blockersOf, standingOf } from '#domain/progress.ts'
import { isGivenUp, type Move, type MoveId } from '#domain/programmes.ts'
import type { Agent, LicenceMove, MoveOrder } from '#domain/records.ts'
import type { Said } from '#domain/texts.ts'
import type { Day } from '#domain/time.ts'
import { titlesOf } from '#domain/titles.ts'
import { newBox } from '#lib/sealed-box.ts'
import { heard } from './agents.ts'
import { system } from '../ground/callers.ts'
import { orderKeyPurpose } from './credentials.ts'
import { barred, type Desk, vendorOf } from '../ground/desk.ts'
import { standNow } from './licence-reports.ts'
import { heldPlan } from '../running/look-again.ts'
import { addOrder, factsOf, type OrderGiven, type OrderNotGiven, shutGates } from './orders.ts'

export type LicencesAsked = { readonly move: MoveId; readonly step: LicenceOrderStep; readonly renames?: SagaOrder['renames']; readonly minutes?: number; readonly agent?: Agent['id']; readonly found?: LicenceOrder['found'] }
export type LicencesNotNow =
  | { readonly refused: 'licences-not-recorded' }
  | { readonly refused: 'licences-not-due'; readonly on: Day }
  | { readonly refused: 'licences-not-now'; readonly step: LicenceOrderStep; readonly state: CourseState | 'nothing' }
  | { readonly refused: 'task-blocked'; readonly waitsFor: readonly string[]; readonly blockers: readonly Blocker[]; readonly said: Said }

const verbs = { record: 'move.order', move: 'move.order', undo: 'move.abort', found: 'move.found' } as const satisfies Record<LicenceOrderStep, Verb>
const usualMinutes = 30
const vaultMs = 10_000

/** Has an agent write down the licences of a move, move them, or bring them back; what a person found where it was in doubt goes along. A move of licences that was begun goes on where it stands. */
export const orderLicences = async (desk: Desk, asked: LicencesAsked): Promise<OrderGiven | OrderNotGiven | LicencesNotNow> => {
  const move = await desk.tx.lock('move', asked.move)
  if (move === undefined) return { refused: 'not-found' }
  const why = await barred(desk, verbs[asked.step], move)
  return why ?? await addLicences(desk, move, asked)
}

const addLicences = async (desk: Desk, move: Move, { step, renames, minutes = usualMinutes, agent, found = null }: LicencesAsked): Promise<OrderGiven | OrderNotGiven | LicencesNotNow> => {
  const { tx, world } = desk
  if (move.endedAt !== null) return { refused: 'move-ended', stage: move.stage }
  const row = await tx.get('licence_move', move.id)
  const named = agent === undefined ? undefined : await tx.get('agent', agent)
  if (agent !== undefined && (named?.vendor !== move.vendor || named.revokedAt !== null)) return { refused: 'not-found' }
  const notNow = whyNotNow(row, step) ?? (step === 'move' && (row?.book === null || row?.state === 'undone') ? await whyNotBegin(desk, move) : undefined)
  if (notNow !== undefined) return notNow
  const isAnew = step === 'move' && row?.state === 'undone'
  const [round, book] = isAnew ? [row.round + 1, null] : [row?.round ?? 1, row?.book ?? null]
  const said = await saidIn(desk, move)
  const [order, box] = [world.newId<'order'>(), newBox()]
  const licences: LicenceOrder = {
    step, folder: `${move.id}-${round}`, book: step === 'record' ? null : book, agent: agent ?? (step === 'record' || isAnew ? null : row?.agent ?? null), renames: renames ?? said.renames, minutes, machine: said.machine,
    record: step === 'move' && row?.course.recorded !== null && row?.course.recorded !== undefined ? recordSum(row.course.recorded) : null, publicKey: box.publicKey, found,
  }
  const sealedKey = await world.vault.seal(box.privateKey, { purpose: orderKeyPurpose, row: order }, AbortSignal.timeout(vaultMs))
  const given = await addOrder(desk, move, 'licences', { how: null, watchSeconds: null, users: null, licences, sealedKey }, order)
  if ('refused' in given) return given
  if (isAnew) await tx.change('licence_move', move.id, { round, book, agent: null })
  // From here on it cannot be cancelled as if nothing had been touched.
  if (step === 'move' && move.stage === 'planned') await standNow(desk, move, 'ordered')
  return given
}

const whyNotNow = (row: LicenceMove | undefined, step: LicenceOrderStep): LicencesNotNow | undefined => {
  if (step === 'record') return row === undefined || row.state === 'recorded' || row.state === 'undone' || row.book === null ? undefined : { refused: 'licences-not-now', step, state: row.state }
  if (row === undefined) return step === 'move' ? { refused: 'licences-not-recorded' } : { refused: 'licences-not-now', step, state: 'nothing' }
  const isOpen = row.state === 'under-way' || row.state === 'stopped' || row.state === 'in-doubt'
  const may = step === 'move' ? row.state !== 'carried-out' : step === 'undo' ? isOpen && row.book !== null : isOpen && row.state !== 'under-way'
  return may ? undefined : { refused: 'licences-not-now', step, state: row.state }
}

/** The first thing that is touched waits for its gate, for what its task waits for, and for its day. */
const whyNotBegin = async (desk: Desk, move: Move): Promise<OrderNotGiven | LicencesNotNow | undefined> => {
  const shut = await shutGates(desk, move, 'maintenance-on')
  if (shut !== undefined) return shut
  const held = await heldPlan(desk, move)
  if ('refused' in held) return undefined
  const { plan, opened } = held
  const [task] = tasksFor(held, 'maintenance-on')
  if (task === undefined || task.state.is !== 'open') return undefined
  const blockers = blockersOf(plan, task, opened)
  if (blockers.length > 0) return { refused: 'task-blocked', waitsFor: blockers.map(one => one.key), blockers, said: { waitsFor: titlesOf(held.playbook, blockers.map(one => one.key)) } }
  const today = await latestDay(desk, move)
  return task.due > today ? { refused: 'licences-not-due', on: task.due } : undefined
}

/** Today where it is later: at the vendor's or at the customer's. */
const latestDay = async ({ tx, now }: Desk, move: Move): Promise<Day> => {
  const [vendor, customer] = [await tx.get('vendor', move.vendor), await tx.get('customer', move.customer)]
  const [here, there] = [dayOf(now, vendor?.zone ?? 'UTC'), dayOf(now, customer?.zone ?? 'UTC')]
  return here > there ? here : there
}

type Held = Exclude<Awaited<ReturnType<typeof heldPlan>>, { refused: string }>
const tasksFor = ({ plan, playbook }: Held, action: Action) => plan.tasks.filter(task => playbook.tasks.find(one => one.key === task.template)?.action === action)

/** What the customer filled in: the new machine with its node lock, and the names that profiles get. */
const saidIn = async ({ tx }: Desk, move: Move): Promise<{ readonly machine: PreparedMachine | null; readonly renames: SagaOrder['renames'] }> => {
  const answers = (await tx.list('task', { move: move.id })).flatMap(task => (task.answers === null ? [] : [task.answers]))
  const text = (key: string): string => answers.map(one => one[key]).find(one => typeof one === 'string') as string | undefined ?? ''
  const rows = answers.map(one => one['profile-names']).find(Array.isArray) as readonly { readonly from?: unknown; readonly to?: unknown }[] | undefined ?? []
  const renames = rows.flatMap(({ from, to }) => (typeof from === 'string' && typeof to === 'string' && from.trim() !== to.trim() ? [{ from: from.trim(), to: to.trim() }] : []))
  return { machine: text('machine') === '' ? null : { name: text('machine'), nodeLock: text('node-lock') }, renames }
}

const mostMoves = 5_000
const mostOrders = 1_000
const mostTasks = 20_000

/** Orders what is due of licences that this agent is beside: they are written down on their day, and moved within the window that was confirmed, once by itself. What has failed a person orders again. */
export const orderDueLicences = async (desk: Desk, { serves }: { readonly serves: readonly Serves[] }): Promise<Record<never, never> | NoAccess> => {
  const [vendor, { actor, tx }] = [vendorOf(desk), desk]
  if (vendor === undefined) return { refused: 'not-found' }
  const customer = actor.kind === 'agent' ? actor.customer : null
  const why = await barred(desk, 'order.claim', { vendor, customer }) ?? await heard(desk)
  if (why !== undefined) return why
  const homes = await tx.list('home', { vendor, name: [...new Set(serves.filter(one => one.what === 'licences').map(one => one.home))] }, { limit: 1_000 })
  if (homes.length === 0) return {}
  const moves = await tx.list('move', { vendor, ...(customer === null ? {} : { customer }), origin: homes.map(one => one.id), stage: 'planned', endedAt: null }, { limit: mostMoves })
  const due = await withSomethingDue(desk, moves)
  // In one order, so that two who look at the same moves wait for each other instead of forever.
  for (const { id } of due.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const move = await tx.lock('move', id)
    if (move !== undefined && move.endedAt === null && !isGivenUp(move)) await orderDue({ ...desk, ...system }, move)
  }
  return {}
}

/** Most moves have nothing to be ordered today: of them no row is held. */
const withSomethingDue = async ({ tx, world, now }: Desk, moves: readonly Move[]): Promise<readonly Move[]> => {
  if (moves.length === 0) return []
  // In whatever zone.
  const soon = dayOf(now + 86_400_000, 'UTC')
  const tasks = await tx.list('task', { move: moves.map(one => one.id), state: 'open', dueOn: { to: soon } }, { limit: mostTasks })
  const wanted = new Set<string>(Object.values(steps))
  return moves.filter(({ id, playbook: key, version }) => {
    const templates = (world.playbooks.find({ key, version })?.tasks ?? []).filter(one => one.action !== null && wanted.has(one.action)).map(one => one.key)
    return tasks.some(task => task.move === id && templates.includes(task.about.template))
  })
}

const steps = { record: 'record-licences', move: 'maintenance-on' } as const satisfies Partial<Record<LicenceOrderStep, Action>>

const orderDue = async (desk: Desk, move: Move): Promise<void> => {
  const held = await heldPlan(desk, move)
  if ('refused' in held) return
  const orders: readonly MoveOrder[] = await desk.tx.list('move_order', { move: move.id, kind: 'licences' }, { limit: mostOrders })
  if (orders.some(one => one.endedAt === null)) return
  const [today, window] = [await latestDay(desk, move), await desk.tx.find('window', { move: move.id, state: 'confirmed' })]
  for (const step of licenceOrders) {
    if (step !== 'record' && step !== 'move') continue
    const isDue = tasksFor(held, steps[step]).some(task => task.due <= today && standingOf(held.plan, task, held.opened) === 'open')
    if (!isDue || orders.some(one => factsOf(one).licences?.step === step)) continue
    if (step === 'move' && (window === undefined || window.startsAt > desk.now)) continue
    if (!('refused' in await addLicences(desk, move, { move: move.id, step }))) return
  }
}

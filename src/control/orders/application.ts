import type { NoAccess } from '#domain/access.ts'
import { type ApplicationOrder, type ApplicationStep, areEqual, type BackUp, type End, endFor, isStep, type Machines, machinesAfter, type Past, type WhyNot, whyNots, whyNotsJa, whyNotStep } from '#domain/application.ts'
import type { Check } from '#domain/checks.ts'
import { dayOf } from '#domain/local-time.ts'
import type { Text } from '#domain/locale.ts'
import { type Writers, writers } from '#domain/move.ts'
import type { Serves } from '#domain/orders.ts'
import { actOnTask, standingOf } from '#domain/progress.ts'
import { isGivenUp, type Move } from '#domain/programmes.ts'
import type { MoveOrder, Task } from '#domain/records.ts'
import type { Said } from '#domain/texts.ts'
import { type ToldFault, toldFaultText } from '#domain/told-fault.ts'
import { heard } from './agents.ts'
import { system } from '../ground/callers.ts'
import { barred, type Desk, journal, vendorOf } from '../ground/desk.ts'
import { keepFinding } from '../running/findings.ts'
import { heldPlan, lookAgain } from '../running/look-again.ts'
import { looker } from '../running/looks/looks.ts'
import { sightOf, theWhole } from '../running/looks/sight.ts'
import { takeMeasures } from '../homes/measures.ts'
import { addOrder, factsOf, type OrderGiven, type OrderNotGiven, shutGates } from './orders.ts'
import { playbookOf } from '../plans/plan-rows.ts'

export type StepNotNow = { readonly refused: 'step-not-now'; readonly step: ApplicationStep; readonly at: End; readonly because: WhyNot; readonly says: string; readonly said: Said }
type NotOrdered = OrderNotGiven | StepNotNow | { readonly refused: 'step-missing' }

/** Somebody has an agent take a step with the tenant's application. */
export const orderStep = async (desk: Desk, { move: id, step, at }: { readonly move: Move['id']; readonly step: ApplicationStep | null; readonly at: End | null }): Promise<OrderGiven | NotOrdered> => {
  const move = await desk.tx.lock('move', id)
  if (move === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'move.order', move)
  if (why !== undefined) return why
  return step === null ? { refused: 'step-missing' } : await addStep(desk, move, step, at ?? endFor(step))
}

const addStep = async (desk: Desk, move: Move, step: ApplicationStep, at: End): Promise<OrderGiven | NotOrdered> => {
  const { past, open } = await pastOf(desk, move)
  if (open !== undefined) return { refused: 'order-open', order: open.id, state: open.state }
  const machines = machinesAfter(past)
  const because = whyNotStep(machines, { step, at }, { signedOff: await isSignedOff(desk, move), database: await databaseOf(desk, move) })
  if (because !== undefined) return { refused: 'step-not-now', step, at, because, says: whyNots[because], said: { says: { en: whyNots[because], ja: whyNotsJa[because] } } }
  // What follows on it needs it to have been done, and so had its gates.
  const shut = step === 'stop-services' && at === 'origin' ? await shutGates(desk, move, 'stop-services') : undefined
  return shut ?? await addOrder(desk, move, 'application', saying(step, at, machines))
}

const saying = (step: ApplicationStep, at: End, { origin, backUp }: Machines): { how: null; watchSeconds: null; users: null; application: ApplicationOrder } =>
  ({ how: null, watchSeconds: null, users: null, application: { step, at, version: step === 'restore' ? origin.version : null, backUp: step === 'restore' ? backUp : null } })

/** More steps were never taken with one application. */
const mostOrders = 1_000

const pastOf = async ({ tx }: Desk, { id }: Move): Promise<{ readonly past: readonly Past[]; readonly open: MoveOrder | undefined; readonly orders: readonly MoveOrder[] }> => {
  const orders = await tx.list('move_order', { move: id, kind: 'application' }, { limit: mostOrders })
  return { past: orders.flatMap(pastFrom), open: orders.find(one => one.endedAt === null), orders }
}

const pastFrom = (order: MoveOrder): Past[] => {
  const { application } = factsOf(order)
  // What nobody began has changed nothing.
  if (application === undefined || order.claims === 0) return []
  const { held, version, backUp } = resultOf(order)
  return [{ step: application.step, at: application.at, is: order.state === 'done' && held ? 'done' : 'failed', version, backUp: backUp === null ? null : { order: order.id, claim: backUp.claim, part: backUp.part, bytes: backUp.bytes, sha256: backUp.sha256 } }]
}

/** What an agent said of its step: rows of ours. */
const resultOf = ({ result }: MoveOrder) => {
  const { held = false, version = null, backUp = null, output = '', fault } = (result ?? {}) as { held?: boolean; version?: string | null; backUp?: (Omit<BackUp, 'order'> & { files: number; totalBytes: number }) | null; output?: string; fault?: ToldFault }
  return { held, version, backUp, output, fault: fault ?? null }
}

const isSignedOff = async (desk: Desk, move: Move): Promise<boolean> => {
  const playbook = playbookOf(desk.world, move)
  return !('refused' in playbook) && (await looker(await sightOf({ ...desk, view: desk.tx }, move, playbook))('signed-off', theWhole)).held
}

/** A database that was measured is moved, though nobody may have ordered that yet. */
const databaseOf = async ({ tx }: Desk, { stage, leg, tenant }: Move): Promise<Writers | null> => {
  if (stage !== 'planned') return writers({ stage, leg })
  return ((await tx.get('tenant', tenant))?.stores.length ?? 0) === 0 ? null : writers({ stage: 'ordered', leg })
}

/** What follows from a step that has ended: its check is answered, its task closed, and the next one ordered that is due. */
export const stepEnded = async (desk: Desk, move: Move, order: MoveOrder): Promise<void> => {
  const { application } = factsOf(order)
  if (application === undefined) return
  const { step, at } = application
  const isDone = order.state === 'done' && resultOf(order).held
  const machines = machinesAfter((await pastOf(desk, move)).past)
  if (step === 'compare-versions' && at === 'origin' && isDone) {
    await takeMeasures(desk, move.id, { 'application-version': machines.origin.version ?? '' })
    await addOrder(desk, move, 'application', { ...saying(step, 'destination', machines) })
    return
  }
  const told = foundBy(order, { step, at }, isDone, machines)
  if (told !== undefined) await keepFinding(desk, move, { ...told, about: '' })
  await lookAgain(desk, move.id)
  if (isDone && at === endFor(step)) await closeTasks(desk, move, step, resultOf(order).output)
  await orderDue({ ...desk, ...system }, move)
}

type Found = { readonly check: Check; readonly held: boolean; readonly why: Text }

const foundBy = (order: MoveOrder, { step, at }: Pick<ApplicationOrder, 'step' | 'at'>, isDone: boolean, machines: Machines): Found | undefined => {
  const { backUp, fault } = resultOf(order)
  const failed: Text = fault === null ? { en: 'The command did not end as it should; its order says what it wrote.', ja: 'コマンドが正常に終了しませんでした。出力は指示の結果をご覧ください。' } : toldFaultText(fault)
  const by = (check: Check, done: Text): Found => ({ check, held: isDone, why: isDone ? done : failed })
  switch (step) {
    case 'compare-versions': return isDone ? { check: 'versions-equal', held: areEqual(machines), why: versions(machines) } : { check: 'versions-equal', held: false, why: failed }
    case 'stop-services': return at === 'origin'
      ? by('services-stopped', { en: 'The services on the old machine were stopped.', ja: '旧マシンのサービスを停止しました。' })
      : { check: 'services-healthy', held: false, why: { en: 'The services on the new machine were stopped.', ja: '新マシンのサービスを停止しました。' } }
    case 'start-services': return at === 'destination'
      ? by('services-healthy', { en: 'The services on the new machine were started.', ja: '新マシンのサービスを起動しました。' })
      : { check: 'services-stopped', held: false, why: { en: 'The services on the old machine were started again.', ja: '旧マシンのサービスを再起動しました。' } }
    case 'back-up': return by('backup-verified', { en: `${backUp?.files ?? 0} files with ${backUp?.totalBytes ?? 0} bytes were backed up and read back; every checksum agrees.`, ja: `${backUp?.files ?? 0}個のファイル（${backUp?.totalBytes ?? 0}バイト）をバックアップし、読み戻したチェックサムはすべて一致しました。` })
    case 'restore': case 'test-services': case 'upgrade': return undefined
  }
}

const versions = ({ origin, destination }: Machines): Text => ({ en: `The old machine runs “${origin.version ?? '?'}”, the new one “${destination.version ?? '?'}”.`, ja: `旧マシンは「${origin.version ?? '?'}」、新マシンは「${destination.version ?? '?'}」です。` })

const mostNote = 1_000

/** Tasks that are just this step, and of which the system sees nothing else. */
const closeTasks = async (desk: Desk, move: Move, step: ApplicationStep, output: string): Promise<void> => {
  const held = isGivenUp(move) ? undefined : await heldPlan(desk, move)
  if (held === undefined || 'refused' in held) return
  const { playbook, kept, opened } = held
  for (const [task, template] of tasksOf(held, step)) {
    if (template.check !== null) continue
    const row = kept.tasks.find(one => one.key === task.key)
    const next = actOnTask(held.plan, playbook, { key: task.key, verb: 'complete', by: system.who, at: desk.now, note: null, answers: {} }, opened)
    if (row === undefined || 'refused' in next) continue
    const note = output.trim().slice(-mostNote)
    await desk.tx.change('task', row.id, { state: 'done', answers: row.answers ?? {}, note: note === '' ? null : note, endedBy: system.who, endedAt: desk.now })
    journal({ ...desk, ...system }, 'task.do', 'task', row.id, { move: move.id, task: task.key, seen: 'by the system', after: desk.who.name })
  }
  await lookAgain(desk, move.id)
}

type HeldPlan = Exclude<Awaited<ReturnType<typeof heldPlan>>, { refused: string }>

/** Open tasks whose action is this step, or any, in the order of the playbook. */
const tasksOf = ({ plan, playbook, opened }: HeldPlan, step?: ApplicationStep) => plan.tasks.flatMap(task => {
  const template = playbook.tasks.find(one => one.key === task.template)
  return template !== undefined && isStep(template.action) && (step === undefined || template.action === step) && standingOf(plan, task, opened) === 'open' ? [[task, template] as const] : []
})

const mostMoves = 5_000

/** Orders the steps that are due of applications that this agent is beside, and takes back what it ordered where the task was done by somebody else meanwhile. */
export const orderDueSteps = async (desk: Desk, { serves }: { readonly serves: readonly Serves[] }): Promise<Record<never, never> | NoAccess> => {
  const [vendor, { actor, tx }] = [vendorOf(desk), desk]
  if (vendor === undefined) return { refused: 'not-found' }
  const customer = actor.kind === 'agent' ? actor.customer : null
  const why = await barred(desk, 'order.claim', { vendor, customer }) ?? await heard(desk)
  if (why !== undefined) return why
  const ours = serves.filter(one => one.what === 'application')
  const [homes, tenants] = [await tx.list('home', { vendor, name: [...new Set(ours.map(one => one.home))] }, { limit: 1_000 }), await tx.list('tenant', { vendor, name: [...new Set(ours.map(one => one.tenant))] }, { limit: 1_000 })]
  if (homes.length === 0 || tenants.length === 0) return {}
  const moves = await tx.list('move', { vendor, ...(customer === null ? {} : { customer }), tenant: tenants.map(one => one.id), endedAt: null }, { limit: mostMoves })
  const hasSteps = (move: Move): boolean => {
    const playbook = playbookOf(desk.world, move)
    return !('refused' in playbook) && playbook.tasks.some(task => isStep(task.action))
  }
  const isOurs = ({ tenant, origin, destination }: Move): boolean => ours.some(one => tenants.some(it => it.id === tenant && it.name === one.tenant) && homes.some(home => (home.id === origin || home.id === destination) && home.name === one.home))
  // In one order, so that two who look at the same moves wait for each other instead of forever.
  for (const { id } of moves.filter(move => hasSteps(move) && isOurs(move)).toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const move = await tx.lock('move', id)
    if (move !== undefined && move.endedAt === null) await orderDue({ ...desk, ...system }, move)
  }
  return {}
}

/** Each step once by itself; what has failed a person orders again. Nothing is stopped before the window that was confirmed, and nothing is upgraded without a person's word: for that no window is agreed. */
const orderDue = async (desk: Desk, move: Move): Promise<void> => {
  if (isGivenUp(move)) return
  const held = await heldPlan(desk, move)
  if ('refused' in held) return
  const { orders, open } = await pastOf(desk, move)
  const due = tasksOf(held)
  if (open !== undefined) return await takeBack(desk, move, open, due.map(([, template]) => template.action))
  const [vendor, window] = [await desk.tx.get('vendor', move.vendor), await desk.tx.find('window', { move: move.id, state: 'confirmed' })]
  const today = dayOf(desk.now, vendor?.zone ?? 'UTC')
  for (const [task, { action }] of due) {
    if (!isStep(action) || action === 'upgrade' || task.due > today) continue
    if (action !== 'compare-versions' && (window === undefined || window.startsAt > desk.now)) continue
    if (orders.some(one => factsOf(one).application?.step === action)) continue
    if (!('refused' in await addStep(desk, move, action, endFor(action)))) return
  }
}

/** Nobody has begun it, we ordered it by ourselves, and its task is over by now. */
const takeBack = async (desk: Desk, move: Move, order: MoveOrder, due: readonly Task['about']['template'][] | readonly (string | null)[]): Promise<void> => {
  const { application, by } = factsOf(order)
  if (application === undefined || order.claims > 0 || by !== system.who.name || application.at !== endFor(application.step) || due.includes(application.step)) return
  await desk.tx.change('move_order', order.id, { state: 'withdrawn', endedAt: desk.now })
  journal(desk, 'move.order', 'move', move.id, { order: order.id, withdrawn: order.kind })
}

import { type Actor, type NoAccess, roles as allRoles } from '#domain/access.ts'
import { cutsTestingShort, mayNotStart, type Dated } from '#domain/environments.ts'
import { decideGate, type GateDecision, type GateRefused, type Finding, type JudgedCondition, judgeGate, type Looked, reopenGate } from '#domain/gate.ts'
import type { Check } from '#domain/checks.ts'
import { codeText } from '#domain/code-words.ts'
import type { Environment } from '#domain/homes.ts'
import type { Text } from '#domain/locale.ts'
import { dayOf } from '#domain/local-time.ts'
import { type Owner, ownerName, ownersOf, type PlaybookGate } from '#domain/playbook.ts'
import type { MoveId } from '#domain/programmes.ts'
import type { Gate } from '#domain/records.ts'
import type { Said } from '#domain/texts.ts'
import type { Day } from '#domain/time.ts'
import { assert } from '#lib/assert.ts'
import { barred, type Desk, type Glance, journal } from '../ground/desk.ts'
import { beforeOf, hasEarlyGo, tooEarly as tooEarlyAfter } from './environment-order.ts'
import { lookAt } from '../running/look-again.ts'
import { looker } from '../running/looks/looks.ts'
import { unsigned } from '../running/looks/moves.ts'
import { type Sight, sightOf, theWhole } from '../running/looks/sight.ts'
import type { MoveEnded } from './moves.ts'
import { type PlaybookMissing, playbookOf } from './plan-rows.ts'

export type GateId = Gate['id']

/** A gate with every condition, held or not, and why. `mayDecide`: whoever asks may, as one who decides or who may go although a condition is not met. */
export type GatePage = {
  readonly id: GateId; readonly move: MoveId; readonly key: string; readonly title: Text; readonly due: Day; readonly state: Gate['state']; readonly opens: Environment | null
  readonly decides: string; readonly override: readonly string[]; readonly mayDecide: boolean; readonly conditions: readonly JudgedCondition[]; readonly decided: GateDecision | null; readonly earlier: readonly GateDecision[]
}

export const listGates = async (glance: Glance, { move: id }: { readonly move: MoveId }): Promise<{ readonly items: readonly GatePage[] } | NoAccess | PlaybookMissing> => {
  const sight = await seen(glance, id)
  if ('refused' in sight) return sight
  const look = looker(sight)
  const items: GatePage[] = []
  for (const row of sight.kept.gates.toSorted((a, b) => (a.dueOn < b.dueOn ? -1 : Number(a.dueOn > b.dueOn)))) items.push(await pageOf(glance, sight, row, look))
  return { items }
}

export const readGate = async (glance: Glance, { gate: id }: { readonly gate: GateId }): Promise<GatePage | NoAccess | PlaybookMissing> => {
  const row = await glance.view.get('gate', id)
  if (row === undefined) return { refused: 'not-found' }
  const sight = await seen(glance, row.move)
  return 'refused' in sight ? sight : await pageOf(glance, sight, row, looker(sight))
}

const seen = async (glance: Glance, id: MoveId): Promise<Sight | NoAccess | PlaybookMissing> => {
  const move = await glance.view.get('move', id)
  if (move === undefined) return { refused: 'not-found' }
  const why = await barred(glance, 'gate.read', { vendor: move.vendor, customer: move.customer })
  if (why !== undefined) return why
  const playbook = playbookOf(glance.world, move)
  return 'refused' in playbook ? playbook : await sightOf(glance, move, playbook)
}

const pageOf = async (glance: Glance, sight: Sight, row: Gate, look: ReturnType<typeof looker>): Promise<GatePage> => {
  const gate = gateOf(sight, row)
  const as = await decidersOf(glance.actor, sight, gate)
  return {
    id: row.id, move: row.move, key: row.key, title: gate.title, due: row.dueOn, state: row.state, opens: gate.opens, decides: ownerName(gate.decides), override: gate.override.map(ownerName),
    mayDecide: row.state === 'open' && as.some(one => [gate.decides, ...gate.override].some(owner => ownerName(owner) === ownerName(one))),
    conditions: await conditionsOf(sight, gate, look), decided: row.history.decided, earlier: row.history.earlier,
  }
}

/** A gate that a newer version of the playbook no longer has asks for nothing any more. */
const gateOf = ({ playbook }: Pick<Sight, 'playbook'>, { key }: Gate): PlaybookGate =>
  playbook.gates.find(one => one.key === key) ?? { key, title: { en: key, ja: key }, at: 'T-0', decides: { party: 'vendor', post: 'migration-lead' }, override: [], opens: null, conditions: [], requirement: [] }

const conditionsOf = async (sight: Sight, gate: PlaybookGate, look: ReturnType<typeof looker>): Promise<JudgedCondition[]> => {
  const found = new Map<Check, Finding>()
  for (const { check } of gate.conditions) if (check !== undefined) found.set(check, await look(check, theWhole))
  const signedOff = new Set<Environment>()
  for (const { signedOff: name } of gate.conditions) if (name !== undefined && (await unsigned(sight, name)).length === 0) signedOff.add(name)
  const looked: Looked = { checks: found, signedOff }
  return judgeGate(sight.playbook, sight.plan, gate, looked)
}

/** What somebody is there for. Who leads stands in for every post of the vendor, the point of contact for the duties that nobody of the own party has. */
const decidersOf = async (actor: Actor, { view, customer }: Pick<Sight, 'view' | 'customer'>, gate: PlaybookGate): Promise<Owner[]> => {
  if (actor.kind === 'operator') return ownersOf(actor.roles.some(role => role === 'admin' || role === 'migration-lead') ? allRoles : actor.roles)
  if (actor.kind !== 'customer' && actor.kind !== 'partner') return []
  const own = actor.duties.map((duty): Owner => ({ party: actor.kind, duty }))
  if (!actor.duties.includes('point-of-contact')) return own
  const others = await view.list('contact', { removedAt: null, ...(actor.kind === 'customer' ? { customer: customer.id } : { partner: actor.partner }) })
  const held = new Set(others.flatMap(one => one.duties))
  return [...own, ...[gate.decides, ...gate.override].filter(owner => owner.party !== 'vendor' && owner.party === actor.kind && !held.has(owner.duty))]
}

export type GateNotDecided =
  | NoAccess | MoveEnded | PlaybookMissing
  | { readonly refused: 'gate-decided'; readonly decision: 'go' | 'no-go'; readonly by: string; readonly at: string }
  | { readonly refused: 'gate-not-yours'; readonly decides: readonly string[] }
  | { readonly refused: 'gate-conditions'; readonly unmet: readonly JudgedCondition[]; readonly titles: readonly string[]; readonly mayOverride: readonly string[]; readonly said: Said }
  | { readonly refused: 'note-missing' } | { readonly refused: 'gate-not-no-go' }
  | ({ readonly says: string; readonly said: Said } & ({ readonly refused: 'not-signed-off'; readonly waitsFor: readonly string[] } | { readonly refused: 'testing-not-over'; readonly after: string; readonly freeFrom: Day }))

/** *Go* or *no-go*, by a named person, with the conditions as they are at this instant. Two who decide at once: one has decided, and the other is told who. */
export const decide = async (desk: Desk, { gate: id, decision, note }: { readonly gate: GateId; readonly decision: 'go' | 'no-go'; readonly note: string }): Promise<{ gate: GatePage; closed: readonly string[] } | GateNotDecided> => {
  const held = await heldGate(desk, id)
  if ('refused' in held) return held
  const { row, gate, sight } = held
  const look = looker(sight)
  const conditions = await conditionsOf(sight, gate, look)
  const as = await decidersOf(desk.actor, sight, gate)
  const state = decideGate(gate, row.history, conditions, decision, { who: desk.who, as }, note, desk.now)
  if ('refused' in state) return saidOf(state)
  const early = decision === 'go' && gate.opens !== null ? await tooEarly(sight, gate.opens) : undefined
  if (early !== undefined) return early
  await desk.tx.change('gate', id, { state: decision, history: state, decidedAt: desk.now })
  journal(desk, 'gate.decide', 'gate', id, { move: row.move, gate: row.key, decision, ...(note.trim() === '' ? {} : { note }), overridden: state.decided?.overridden.map(one => one.title.en) ?? [] })
  const { closed } = decision === 'go' ? await lookAt(desk, sight.move, sight.playbook) : { closed: [] }
  return { gate: await pageNow(desk, id), closed }
}

/** After a *no-go*: it is decided anew, and what was decided stays on record. */
export const reopen = async (desk: Desk, { gate: id, note }: { readonly gate: GateId; readonly note: string }): Promise<{ gate: GatePage } | GateNotDecided> => {
  const held = await heldGate(desk, id)
  if ('refused' in held) return held
  const { row, gate } = held
  const state = reopenGate(gate, row.history)
  if ('refused' in state) return saidOf(state)
  await desk.tx.change('gate', id, { state: 'open', history: state, decidedAt: null })
  journal(desk, 'gate.reopen', 'gate', id, { move: row.move, gate: row.key, ...(note === '' ? {} : { note }) })
  return { gate: await pageNow(desk, id) }
}

const heldGate = async (desk: Desk, id: GateId): Promise<{ readonly row: Gate; readonly gate: PlaybookGate; readonly sight: Sight } | NoAccess | MoveEnded | PlaybookMissing> => {
  const found = await desk.tx.get('gate', id)
  if (found === undefined) return { refused: 'not-found' }
  const unseen = await barred(desk, 'gate.read', found)
  if (unseen !== undefined) return unseen
  const move = await desk.tx.lock('move', found.move)
  const row = await desk.tx.get('gate', id)
  if (move === undefined || row === undefined) return { refused: 'not-found' }
  const playbook = playbookOf(desk.world, move)
  if ('refused' in playbook) return playbook
  const gate = gateOf({ playbook }, row)
  const why = await mayNot(desk, row, gate)
  if (why !== undefined) return why
  if (move.endedAt !== null) return { refused: 'move-ended', stage: move.stage }
  return { row, gate, sight: await sightOf({ ...desk, view: desk.tx }, move, playbook) }
}

/** Nobody decides for another party; of one that may override, its own people. */
const mayNot = async (desk: Desk, { vendor, customer }: Gate, gate: PlaybookGate): Promise<NoAccess | undefined> => {
  const parties = [...new Set([gate.decides, ...gate.override].map(one => one.party))]
  const answers: (NoAccess | undefined)[] = []
  for (const party of parties) answers.push(await barred(desk, 'gate.decide', { vendor, customer, party }))
  return answers.includes(undefined) ? undefined : answers[0]
}

const pageNow = async (desk: Desk, id: GateId): Promise<GatePage> => {
  const page = await readGate({ ...desk, view: desk.tx }, { gate: id })
  assert(!('refused' in page), 'who decides a gate may read it')
  return page
}

const saidOf = (refusal: GateRefused): GateNotDecided => {
  switch (refusal.refused) {
    case 'gate-decided': return { refused: 'gate-decided', decision: refusal.decision, by: refusal.by, at: new Date(refusal.at).toISOString() }
    case 'gate-not-yours': return { refused: 'gate-not-yours', decides: refusal.decides.map(ownerName) }
    case 'gate-conditions': return { refused: 'gate-conditions', unmet: refusal.unmet, titles: refusal.unmet.map(one => one.title.en), said: { titles: refusal.unmet.map(one => one.title) }, mayOverride: refusal.mayOverride.map(ownerName) }
    case 'note-missing': return { refused: 'note-missing' }
    case 'gate-not-no-go': return { refused: 'gate-not-no-go' }
  }
}

export type TooEarly = Extract<GateNotDecided, { refused: 'not-signed-off' | 'testing-not-over' }>

/** C9: an environment starts when the ones before it are signed off and had the testing days that were promised, counted from the day on which they really were cut over. */
export const tooEarly = async (sight: Sight, name: Environment, day: Day = startOf(sight, name)): Promise<TooEarly | undefined> => {
  const found = sight.move.part === null ? await tooEarlyWithin(sight, name, day) : await tooEarlyBeside(sight, day)
  return found?.refused === 'testing-not-over' && hasEarlyGo(sight.move, name) ? undefined : found
}

/** Where it moves as a tenant of its own, those before it are other moves. */
const tooEarlyBeside = async ({ view, world, move, tenant }: Sight, day: Day): Promise<TooEarly | undefined> => {
  const why = tooEarlyAfter(await beforeOf(view, world, move, tenant), day)
  if (why === undefined) return undefined
  return { ...why, ...(why.refused === 'not-signed-off' ? notSigned(tenant.environment, why.waitsFor) : stillTested(tenant.environment, why.after, why.freeFrom)) }
}

const inBoth = (en: string, ja: string): { readonly says: string; readonly said: Said } => ({ says: en, said: { says: { en, ja } } })
const called = (environment: string): string => codeText(environment)?.ja ?? environment
const notSigned = (name: string, waitsFor: readonly string[]) => inBoth(`${name} does not start before this is signed off: ${waitsFor.join(', ')}.`, `${called(name)}は、先に次の承認が必要です：${waitsFor.map(called).join('、')}。`)
const stillTested = (name: string, after: string, freeFrom: Day) => inBoth(`${after} is still being tested; ${name} can start from ${freeFrom} on.`, `${called(after)}はテスト期間中です。${called(name)}は ${freeFrom} から開始できます。`)

const tooEarlyWithin = async (sight: Sight, name: Environment, day: Day): Promise<TooEarly | undefined> => {
  const planned = sight.plan.environments
  const order = planned.map(one => ({ name: one.key, title: { en: one.key, ja: one.key }, testingDays: sight.playbook.environments.find(other => other.key === one.key)?.testingDays ?? 0 }))
  const signed: Record<string, number | null> = {}
  for (const one of planned) signed[one.key] = (await unsigned(sight, one.key)).length === 0 ? sight.now : null
  const unsignedYet = mayNotStart(name, order, signed)
  if (unsignedYet !== undefined && unsignedYet.refused === 'not-signed-off') return { ...unsignedYet, ...notSigned(name, unsignedYet.waitsFor) }
  const dated: Dated[] = order.map((one, n) => {
    const first = cutOverOn(sight, one.name) ?? planned[n]?.from ?? ''
    return { ...one, t0: first, testing: { first, last: Temporal.PlainDate.from(first).add({ days: Math.max(0, one.testingDays - 1) }).toString() } }
  })
  const short = cutsTestingShort(name, day, dated)
  return short !== undefined && short.refused === 'testing-not-over' ? { ...short, ...stillTested(name, short.after, short.freeFrom) } : undefined
}

/** The day that its plan says, but not one that is over. */
const startOf = ({ plan, customer, now }: Sight, name: Environment): Day => {
  const today = dayOf(now, customer.zone)
  const from = plan.environments.find(one => one.key === name)?.from ?? today
  return from > today ? from : today
}

/** The day on which the last task of the vendor's in that environment was done. */
const cutOverOn = ({ kept, playbook, customer }: Sight, name: string): Day | undefined => {
  const templates = new Set(playbook.tasks.filter(one => one.environment === name && one.owner.party === 'vendor').map(one => one.key))
  const ends = kept.tasks.filter(task => templates.has(task.about.template)).map(task => (task.state === 'done' ? task.endedAt : null))
  const done = ends.filter(one => one !== null)
  return ends.length === 0 || done.length < ends.length ? undefined : dayOf(Math.max(...done), customer.zone)
}


import type { NoAccess } from '#domain/access.ts'
import { checkInDays } from '#domain/cadence.ts'
import { dayOf, instantOf, type WallTime } from '#domain/local-time.ts'
import type { Text } from '#domain/locale.ts'
import type { Duty, Party } from '#domain/parties.ts'
import type { Owner } from '#domain/playbook.ts'
import type { Move, MoveId, WaveId } from '#domain/programmes.ts'
import type { Attendance, Call, callKinds, Operator } from '#domain/records.ts'
import type { Instant } from '#domain/time.ts'
import { assert } from '#lib/assert.ts'
import type { View } from '#ports/ledger.ts'
import { tellCallCancelled, tellCallMoved, tellInvited } from './call-letters.ts'
import { barred, type Desk, type Glance, journal, sight } from '../ground/desk.ts'
import { customerOf, type MoveEnded } from '../plans/moves.ts'
import { type Page, type Paging } from '../ground/pages.ts'
import { peopleOf, type People, type Reader } from '../people/people.ts'
import { playbookOf } from '../plans/plan-rows.ts'
import { makingFor } from '../plans/replan.ts'
import { onceEach } from '../letters/telling.ts'

export type CallRefused = NoAccess | MoveEnded | { readonly refused: 'no-such-call'; readonly known: readonly string[] } | { readonly refused: 'call-planned'; readonly call: Call['id'] } | { readonly refused: 'call-past' }
  | { readonly refused: 'nobody-invited' } | { readonly refused: 'call-cancelled' } | { readonly refused: 'not-invited' } | { readonly refused: 'no-plan-yet' }

/** `key`: the playbook's call that it is; what is not said here is as it stands there. */
export type CallWish = {
  readonly kind: (typeof callKinds)[number]; readonly key?: string; readonly title?: Text; readonly startsAt: Instant; readonly minutes?: number; readonly place: string | null; readonly link: string | null
  readonly agenda?: readonly Text[]; readonly questionnaire?: boolean; readonly duties?: readonly Duty[]; readonly partner: boolean; readonly operators: readonly Operator['id'][]
}

const minuteMs = 60_000

/** Plans a call: those whose duty it is are invited, and whoever plans it takes part. */
export const planCall = async (desk: Desk, { move: id, ...wish }: CallWish & { readonly move: MoveId }): Promise<{ call: Call; invited: number } | CallRefused> => {
  const move = await desk.tx.lock('move', id)
  if (move === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'call.plan', { vendor: move.vendor, customer: move.customer, party: partyOf(desk) })
  if (why !== undefined) return why
  if (move.endedAt !== null) return { refused: 'move-ended', stage: move.stage }
  return await planned(desk, move, wish)
}

/** `owners`: whose call it is, where neither the wish nor the playbook's call says so. */
const planned = async (desk: Desk, move: Move, wish: CallWish, owners: readonly Owner[] = []): Promise<{ call: Call; invited: number } | CallRefused> => {
  const { tx, world, now, who } = desk
  if (wish.startsAt <= now) return { refused: 'call-past' }
  const playbook = playbookOf(world, move)
  const known = 'refused' in playbook ? [] : playbook.calls
  const template = known.find(one => one.key === wish.key)
  // A check-in has a key of its own for each day, so that none is planned twice.
  if (wish.key !== undefined && template === undefined && wish.kind !== 'check-in') return { refused: 'no-such-call', known: known.map(one => one.key) }
  const same = wish.key === undefined ? undefined : await tx.find('call', { move: move.id, key: wish.key, state: 'planned' })
  if (same !== undefined) return { refused: 'call-planned', call: same.id }
  const people = await peopleOf(tx, [move])
  const readers = invitedBy(desk, people, move, wish, template?.with ?? owners)
  if (readers.length === 0) return { refused: 'nobody-invited' }
  const { zone } = await customerOf(desk, move)
  const call: Call = {
    id: world.newId(), vendor: move.vendor, customer: move.customer, move: move.id, kind: wish.kind, key: wish.key ?? null, title: wish.title ?? template?.title ?? titles[wish.kind],
    startsAt: wish.startsAt, endsAt: wish.startsAt + (wish.minutes ?? template?.minutes ?? 30) * minuteMs, zone, place: wish.place, link: wish.link,
    agenda: wish.agenda ?? template?.agenda ?? [], questionnaire: wish.questionnaire ?? template?.questionnaire ?? false, state: 'planned', sequence: 0, plannedBy: who.name, createdAt: now,
  }
  await tx.add('call', call)
  await tx.add('attendance', ...readers.flatMap(reader => attendanceOf(desk, call, reader)))
  journal(desk, 'call.plan', 'call', call.id, { move: move.id, title: call.title.en, at: iso(call.startsAt), invited: readers.map(reader => reader.name) })
  await tellInvited(desk, people, move, call, readers)
  return { call, invited: readers.length }
}

const titles: Readonly<Record<Call['kind'], Text>> = {
  'pre-move': { en: 'Pre-move call', ja: '事前打ち合わせ' }, 'kick-off': { en: 'Kick-off call', ja: 'キックオフ' }, 'check-in': { en: 'Check-in', ja: '定例確認' }, 'go-no-go': { en: 'Go/no-go call', ja: '実施可否判定会議' }, 'other': { en: 'Call', ja: 'お打ち合わせ' },
}

/** By their duties; the point of contact where nothing is said of whose call it is. */
const invitedBy = ({ actor }: Desk, people: People, move: Move, { duties, partner, operators }: CallWish, usual: readonly Owner[]): Reader[] => {
  const ours: readonly Owner[] = duties === undefined && usual.length === 0 ? [{ party: 'customer', duty: 'point-of-contact' }] : duties === undefined ? usual : duties.map(duty => ({ party: 'customer', duty }))
  const owners: readonly Owner[] = partner ? [...ours, { party: 'partner', duty: 'point-of-contact' }] : ours
  const own = actor.kind === 'operator' ? people.reader(move.vendor, { operator: actor.id as Operator['id'] }) : actor.kind === 'system' || actor.kind === 'agent' ? undefined : people.reader(move.vendor, { contact: actor.id })
  return onceEach([...people.readersFor(move, owners), ...operators.flatMap(operator => people.reader(move.vendor, { operator }) ?? []), ...(own === undefined ? [] : [own])])
}

/** One of the vendor's people who is no operator is invited, and answers by mail. */
const attendanceOf = ({ world }: Desk, { id: call, vendor, customer, move }: Call, { contact, operator, customer: theirs }: Reader): Attendance[] => {
  const party: Party = operator !== null ? 'vendor' : theirs === null ? 'partner' : 'customer'
  return contact === null && operator === null ? [] : [{ id: world.newId(), vendor, customer, move, call, party, contact, operator, answer: null, note: null, answeredAt: null }]
}

/** The same call for every move of a wave that is not over. Each customer gets its own, and learns of no other. */
export const planWaveCall = async (desk: Desk, { wave: id, ...wish }: CallWish & { readonly wave: WaveId }): Promise<{ calls: Call[] } | CallRefused> => {
  const wave = await desk.tx.lock('wave', id)
  if (wave === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'call.plan', { vendor: wave.vendor })
  if (why !== undefined) return why
  const calls: Call[] = []
  for (const { id: move } of await desk.tx.list('move', { wave: id, endedAt: null }, { limit: 2_000 })) {
    const held = await desk.tx.lock('move', move)
    assert(held !== undefined, 'a move is never deleted')
    const answer = await planned(desk, held, wish)
    // Whoever has it already keeps it.
    if ('call' in answer && !('refused' in answer)) calls.push(answer.call)
    else if ('refused' in answer && answer.refused !== 'call-planned') return answer
  }
  return { calls }
}

type CheckIns = { readonly move: MoveId; readonly time: WallTime; readonly minutes: number; readonly count: number; readonly place: string | null; readonly link: string | null }

/** The next check-ins on the days that the playbook has for them (C7), as far as they are not planned yet. */
export const planCheckIns = async (desk: Desk, { move: id, time, minutes, count, place, link }: CheckIns): Promise<{ calls: Call[] } | CallRefused | { readonly refused: 'playbook-missing'; readonly playbook: string; readonly version: number }> => {
  const { tx, world, now } = desk
  const move = await tx.lock('move', id)
  if (move === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'call.plan', { vendor: move.vendor, customer: move.customer, party: partyOf(desk) })
  if (why !== undefined) return why
  if (move.endedAt !== null) return { refused: 'move-ended', stage: move.stage }
  const playbook = playbookOf(world, move)
  if ('refused' in playbook) return playbook
  const [customer, record] = [await customerOf(desk, move), await tx.get('plan', id)]
  if (record === undefined) return { refused: 'no-plan-yet' }
  const { making } = makingFor(desk, playbook, customer, record.t0)
  const known = new Set((await tx.list('call', { move: id, kind: 'check-in', state: 'planned' })).map(call => call.key))
  const days = Map.groupBy(checkInDays(playbook, making.dayOf).filter(({ day }) => instantOf(day, time, customer.zone).at > now), ({ day }) => day)
  const calls: Call[] = []
  for (const [day, all] of days) {
    const key = `check-in ${day}`
    if (calls.length === count) break
    if (known.has(key)) continue
    const [first] = all
    assert(first !== undefined, 'a day of check-ins has one')
    const wish: CallWish = { kind: 'check-in', key, title: first.checkIn.title, startsAt: instantOf(day, time, customer.zone).at, minutes, place, link, partner: false, operators: [] }
    const answer = await planned(desk, move, wish, all.flatMap(({ checkIn }) => checkIn.with))
    if ('refused' in answer) return answer
    calls.push(answer.call)
  }
  return { calls }
}

/** Whoever was invited gets it anew and is asked anew. */
export const moveCall = async (desk: Desk, { call: id, startsAt, minutes, reason }: { readonly call: Call['id']; readonly startsAt: Instant; readonly minutes?: number; readonly reason: string | null }): Promise<Call | CallRefused> => {
  const found = await heldCall(desk, id)
  if ('refused' in found) return found
  const { call, move } = found
  if (startsAt <= desk.now) return { refused: 'call-past' }
  const endsAt = startsAt + (minutes === undefined ? call.endsAt - call.startsAt : minutes * minuteMs)
  if (call.startsAt === startsAt && call.endsAt === endsAt) return call
  const { tx } = desk
  const { zone } = await customerOf(desk, move)
  const key = call.kind === 'check-in' && call.key !== null ? `check-in ${dayOf(startsAt, zone)}` : call.key
  const taken = key === null || key === call.key ? undefined : await tx.find('call', { move: call.move, key, state: 'planned' })
  if (taken !== undefined) return { refused: 'call-planned', call: taken.id }
  const moved: Call = { ...call, key, startsAt, endsAt, zone, sequence: call.sequence + 1 }
  await tx.put('call', moved)
  for (const one of await tx.list('attendance', { call: id })) await tx.change('attendance', one.id, { answer: null, note: null, answeredAt: null })
  journal(desk, 'call.plan', 'call', id, { moved: { from: iso(call.startsAt), to: iso(startsAt) }, ...(reason === null ? {} : { reason }) })
  await tellCallMoved(desk, move, moved, { from: call.startsAt, to: call.endsAt }, reason)
  return moved
}

export const cancelCall = async (desk: Desk, { call: id, reason }: { readonly call: Call['id']; readonly reason: string | null }): Promise<Call | CallRefused> => {
  const found = await heldCall(desk, id, true)
  if ('refused' in found) return found
  const { call, move } = found
  if (call.state === 'cancelled') return call
  const cancelled: Call = { ...call, state: 'cancelled', sequence: call.sequence + 1 }
  await desk.tx.put('call', cancelled)
  journal(desk, 'call.plan', 'call', id, { cancelled: true, at: iso(call.startsAt), ...(reason === null ? {} : { reason }) })
  await tellCallCancelled(desk, move, cancelled, reason)
  return cancelled
}

const heldCall = async (desk: Desk, id: Call['id'], alsoCancelled = false): Promise<{ call: Call; move: Move } | CallRefused> => {
  const found = await desk.tx.get('call', id)
  const move = found === undefined ? undefined : await desk.tx.lock('move', found.move)
  const call = await desk.tx.get('call', id)
  if (call === undefined || move === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'call.plan', { vendor: call.vendor, customer: call.customer, party: partyOf(desk) })
  if (why !== undefined) return why
  return call.state === 'cancelled' && !alsoCancelled ? { refused: 'call-cancelled' } : { call, move }
}

/** Whether one comes. Answered again, the later answer counts. */
export const answerCall = async (desk: Desk, { call: id, answer, note }: { readonly call: Call['id']; readonly answer: NonNullable<Attendance['answer']>; readonly note: string | null }): Promise<Attendance | CallRefused> => {
  const { tx, actor, now } = desk
  const call = await tx.lock('call', id)
  if (call === undefined) return { refused: 'not-found' }
  const own = actor.kind === 'operator' ? await tx.find('attendance', { call: id, operator: actor.id as Operator['id'] }) : actor.kind === 'customer' || actor.kind === 'partner' ? await tx.find('attendance', { call: id, contact: actor.id }) : undefined
  const why = await barred(desk, 'call.read', { vendor: call.vendor, customer: call.customer, party: partyOf(desk), person: own?.contact ?? own?.operator ?? null })
  if (why !== undefined) return why.refused === 'for-other-duties' ? { refused: 'not-invited' } : why
  if (own === undefined) return { refused: 'not-invited' }
  if (call.state === 'cancelled') return { refused: 'call-cancelled' }
  if (call.endsAt <= now) return { refused: 'call-past' }
  const answered: Attendance = { ...own, answer, note, answeredAt: now }
  await tx.put('attendance', answered)
  journal(desk, 'call.answer', 'call', id, { answer })
  return answered
}

type Filter = Paging & { readonly move?: MoveId; readonly state?: Call['state']; readonly from?: Instant }
/** A contact takes part in no more than so many. */
const most = 5_000

/** `yours`: what the caller answered; null: not invited, or nothing yet. */
export type CallLine = Call & { readonly yours: Attendance['answer'] }

/** All of a vendor's for its people; for others those that they, or those they stand for, are invited to. */
export const listCalls = async (glance: Glance, { move, state, from, after, limit = 100 }: Filter): Promise<Page<CallLine> | NoAccess> => {
  const within = sight(glance, 'call.read')
  if ('refused' in within) return within
  const { view, actor } = glance
  const isOurs = actor.kind === 'operator' || actor.kind === 'system'
  const seen = isOurs ? undefined : await view.list('attendance', { ...(move === undefined ? {} : { move }), within }, { limit: most, descending: true })
  const invited = seen === undefined ? undefined : [...new Set(seen.map(one => one.call))]
  const where = { ...(move === undefined ? {} : { move }), ...(state === undefined ? {} : { state }), ...(from === undefined ? {} : { endsAt: { from } }), ...(invited === undefined ? { within } : { id: invited }) }
  const found = await view.list('call', where, { ...(after === undefined ? {} : { after }), limit: limit + 1 })
  const items = found.slice(0, limit)
  const own = seen ?? (actor.kind === 'operator' && items.length > 0 ? await view.list('attendance', { call: items.map(one => one.id), operator: actor.id }) : [])
  const yours = new Map(own.flatMap(one => ('id' in actor && (one.contact ?? one.operator) === actor.id ? [[one.call, one.answer]] : [])))
  return { items: items.map(one => ({ ...one, yours: yours.get(one.id) ?? null })), next: found.length > limit ? items.at(-1)?.id ?? null : null }
}

export const readCall = async (glance: Glance, { call: id }: { readonly call: Call['id'] }): Promise<{ call: Call; people: (Attendance & { readonly name: string })[] } | NoAccess> => {
  const { view } = glance
  const call = await view.get('call', id)
  if (call === undefined) return { refused: 'not-found' }
  const all = await view.list('attendance', { call: id })
  const why = await mayNotSee(glance, call, all)
  if (why !== undefined) return why
  const names = await namesOf(view, all)
  return { call, people: all.map(one => ({ ...one, name: names.get(one.contact ?? one.operator ?? '') ?? '' })) }
}

const mayNotSee = async (glance: Glance, { vendor, customer }: Call, all: readonly Attendance[]): Promise<NoAccess | undefined> => {
  const party = partyOf(glance)
  const own = all.filter(one => one.party === party)
  if (party !== 'vendor' && own.length === 0) return (await barred(glance, 'call.read', { vendor, customer, party })) ?? { refused: 'for-another-party', party: 'vendor' }
  const { actor } = glance
  const mine = 'id' in actor ? own.find(one => one.contact === actor.id || one.operator === actor.id) : undefined
  return await barred(glance, 'call.read', { vendor, customer, party, person: mine?.contact ?? null })
}

const namesOf = async (view: View, all: readonly Attendance[]): Promise<ReadonlyMap<string, string>> => {
  const contacts = await view.list('contact', { id: all.flatMap(one => one.contact ?? []) })
  const operators = await view.list('operator', { id: all.flatMap(one => one.operator ?? []) })
  return new Map([...contacts, ...operators].map(one => [one.id, one.name]))
}

const partyOf = ({ actor }: Desk | Glance): Party => (actor.kind === 'customer' || actor.kind === 'partner' ? actor.kind : 'vendor')
const iso = (at: Instant): string => Temporal.Instant.fromEpochMilliseconds(at).toString()

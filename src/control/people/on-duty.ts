import { addDays } from '#domain/days.ts'
import { dayOf } from '#domain/local-time.ts'
import type { OnDuty, OnDutyWindow } from '#domain/overview.ts'
import type { VendorId } from '#domain/parties.ts'
import { type Owner, ownerName } from '#domain/playbook.ts'
import type { People as TurnTo, Move, ProgrammeId } from '#domain/programmes.ts'
import type { Gate, Task, Window } from '#domain/records.ts'
import type { Instant } from '#domain/time.ts'
import type { View } from '#ports/ledger.ts'
import type { Glance } from '../ground/desk.ts'
import { type People, peopleOf, type Reader } from './people.ts'
import { playbookOf } from '../plans/plan-rows.ts'

/** So far ahead is tonight. */
const aheadMs = 24 * 3_600_000
const [mostWindows, mostRows] = [30, 2_000]

/** Who has something to do or to decide in the confirmed windows that are open now or begin within a day, and how each is reached; the earliest first. `turnTo`: whose telephone numbers are known besides. */
export const whoIsOn = async (glance: Glance, vendor: VendorId, programme: ProgrammeId | undefined, turnTo: TurnTo): Promise<OnDuty[]> => {
  const { view, now } = glance
  const windows = await view.list('window', { vendor, state: 'confirmed', startsAt: { to: now + aheadMs }, endsAt: { from: now }, ...(programme === undefined ? {} : { ofProgramme: programme }) }, { by: 'startsAt', limit: mostWindows })
  if (windows.length === 0) return []
  const ids = windows.map(window => window.move)
  const moves = new Map((await view.list('move', { id: ids }, { limit: ids.length })).map(move => [move.id, move]))
  const [people, gates, tasks] = [await peopleOf(view, [...moves.values()]), await view.list('gate', { move: ids }, { limit: mostRows }), await tasksOf(view, windows)]
  const on = new Map<string, { reader: Reader; owners: Map<string, Owner>; windows: Map<string, OnDutyWindow> }>()
  for (const window of windows) {
    const move = moves.get(window.move)
    if (move === undefined || move.endedAt !== null) continue
    const mine = { gates: gates.filter(one => one.move === move.id), tasks: tasks.filter(one => one.move === move.id && isIn(one, window)) }
    for (const { owner, readers } of namedFor(glance, people, move, mine)) for (const reader of readers) {
      const entry = on.get(reader.person) ?? { reader, owners: new Map<string, Owner>(), windows: new Map<string, OnDutyWindow>() }
      entry.owners.set(ownerName(owner), owner)
      entry.windows.set(window.id, { move: move.id, name: people.customers.get(move.customer)?.name ?? '', startsAt: window.startsAt, endsAt: window.endsAt })
      on.set(reader.person, entry)
    }
  }
  const phoneOf = await phones(view, turnTo, [...people.programmes.values()].flatMap(one => one.people), [...on.values()].map(one => one.reader))
  return [...on.values()].map(({ reader, owners, windows: of }): OnDuty => ({
    name: reader.name, company: reader.company, email: reader.address, phone: phoneOf(reader), isOurs: reader.contact === null, does: [...owners.keys()], windows: [...of.values()],
  })).toSorted((a, b) => Number(b.isOurs) - Number(a.isOurs) || first(a) - first(b) || (a.name < b.name ? -1 : 1))
}

const first = ({ windows }: OnDuty): Instant => Math.min(...windows.map(({ startsAt }) => startsAt))

/** Who works it, whom the customer has for it, who decides at its gates, and who has a task on its days. */
const namedFor = ({ world }: Glance, people: People, move: Move, { gates, tasks }: { readonly gates: readonly Gate[]; readonly tasks: readonly Task[] }): { readonly owner: Owner; readonly readers: readonly Reader[] }[] => {
  const playbook = playbookOf(world, move)
  const deciders = 'refused' in playbook ? [] : gates.flatMap(gate => playbook.gates.find(one => one.key === gate.key)?.decides ?? [])
  const owners: readonly Owner[] = [{ party: 'vendor', post: 'engineer' }, { party: 'customer', duty: 'point-of-contact' }, ...deciders, ...tasks.filter(task => task.contact === null).map(task => task.about.owner)]
  const given = tasks.flatMap(({ contact, about }) => { const reader = contact === null ? undefined : people.reader(move.vendor, { contact }); return reader === undefined ? [] : [{ owner: about.owner, readers: [reader] }] })
  return [...[...new Map(owners.map(owner => [ownerName(owner), owner])).values()].map(owner => ({ owner, readers: people.readersFor(move, [owner]) })), ...given]
}

const isIn = ({ dueOn }: Task, { startsAt, endsAt, zone }: Window): boolean => dayOf(startsAt, zone) <= dueOn && dueOn <= dayOf(endsAt, zone)

/** Open tasks around the days of these windows, wherever those are. */
const tasksOf = async (view: View, windows: readonly Window[]): Promise<Task[]> => {
  const [from, to] = [addDays(dayOf(Math.min(...windows.map(one => one.startsAt)), 'UTC'), -1), addDays(dayOf(Math.max(...windows.map(one => one.endsAt)), 'UTC'), 1)]
  return await view.list('task', { move: windows.map(one => one.move), state: 'open', dueOn: { from, to } }, { limit: mostRows })
}

/** A contact's own; of the vendor's people those that customers are given. */
const phones = async (view: View, turnTo: TurnTo, more: TurnTo, readers: readonly Reader[]): Promise<(reader: Reader) => string | null> => {
  const ids = readers.flatMap(({ contact }) => contact ?? [])
  const contacts = new Map((ids.length === 0 ? [] : await view.list('contact', { id: ids }, { limit: ids.length })).map(one => [one.id, one.phone === null ? null : one.extension === null ? one.phone : `${one.phone};ext=${one.extension}`]))
  const ours = new Map([...more, ...turnTo].flatMap(({ email, phone }) => (phone === null ? [] : [[email.toLowerCase(), phone] as const])))
  return ({ contact, address }) => (contact === null ? ours.get(address.toLowerCase()) : contacts.get(contact)) ?? null
}

import { type Actor, type NoAccess, type Role, scopeOf } from '#domain/access.ts'
import { addDays } from '#domain/days.ts'
import { dayOf } from '#domain/local-time.ts'
import type { Locale } from '#domain/locale.ts'
import { tellTask } from '#domain/plan.ts'
import { ownersOf } from '#domain/playbook.ts'
import type { Move } from '#domain/programmes.ts'
import type { Call, Feed, Task, Window } from '#domain/records.ts'
import type { Instant } from '#domain/time.ts'
import { sha256 } from '#lib/hash.ts'
import type { Appointment } from '#ports/invitations.ts'
import type { View } from '#ports/ledger.ts'
import type { Mailbox } from '#ports/mail.ts'
import { callAppointment, windowAppointment } from './appointments.ts'
import { contactAs, operatorAs } from '../ground/callers.ts'
import { barred, type Caller, type Desk, type Glance, journal, vendorOf } from '../ground/desk.ts'
import { homesById } from '../homes/homes.ts'
import { pages } from '../letters/links.ts'
import { plannedTask, playbookOf } from '../plans/plan-rows.ts'
import type { World } from '../ground/world.ts'

export type FeedRefused = NoAccess | { readonly refused: 'nobodys-calendar' }

/** An address nobody can guess. It is told once: only its hash is kept. The one before it no longer works. */
export const makeFeed = async (desk: Desk): Promise<{ id: Feed['id']; address: string } | FeedRefused> => {
  const own = await ownOf(desk)
  if ('refused' in own) return own
  const { tx, world, now } = desk
  await tx.lock(own.contact === null ? 'operator' : 'contact', (own.contact ?? own.operator) as never) // proof: one of the two is there
  await ended(desk, own)
  const token = world.secret()
  const id = world.newId<'feed'>()
  await tx.add('feed', { id, ...own, hash: sha256(token), createdAt: now, revokedAt: null })
  journal(desk, 'feed.make', 'feed', id)
  return { id, address: `${world.site}/feeds/${token}.ics` }
}

export const revokeFeed = async (desk: Desk): Promise<{ revoked: boolean } | FeedRefused> => {
  const own = await ownOf(desk)
  if ('refused' in own) return own
  const id = await ended(desk, own)
  if (id !== undefined) journal(desk, 'feed.revoke', 'feed', id)
  return { revoked: id !== undefined }
}

export const readFeed = async (glance: Glance): Promise<{ feed: Pick<Feed, 'id' | 'createdAt'> | null } | FeedRefused> => {
  const own = await ownOf(glance)
  if ('refused' in own) return own
  const feed = await glance.view.find('feed', { ...own, revokedAt: null })
  return { feed: feed === undefined ? null : { id: feed.id, createdAt: feed.createdAt } }
}

type Own = Pick<Feed, 'contact' | 'operator'>

const ownOf = async (at: Desk | Glance): Promise<Own | FeedRefused> => {
  const { actor } = at
  const vendor = vendorOf(at)
  if (vendor === undefined || actor.kind === 'system' || actor.kind === 'agent') return { refused: 'nobodys-calendar' }
  const whose = { vendor, customer: actor.kind === 'customer' ? actor.customer : null, ...(actor.kind === 'partner' ? { partner: actor.partner } : {}), person: actor.id }
  const why = await barred(at, 'feed.read', whose)
  if (why !== undefined) return why
  return actor.kind === 'operator' ? { contact: null, operator: actor.id as Feed['operator'] } : { contact: actor.id, operator: null }
}

const ended = async ({ tx, now }: Desk, own: Own): Promise<Feed['id'] | undefined> => {
  const known = await tx.find('feed', { ...own, revokedAt: null })
  if (known !== undefined) await tx.change('feed', known.id, { revokedAt: now })
  return known?.id
}

/** Windows and calls of so long ago are still shown. */
const backMs = 30 * 86_400_000
/** Of each kind, the soonest. */
const most = 500
const refreshMinutes = 30
/** Of a calendar into which nothing new comes: a move that is begun later is seen within a day, and its letters come at once. */
const overRefreshMinutes = 1_440

/** A person's calendar as iCalendar: windows, calls and due tasks, in their language. Undefined: no such address, or nobody is there to read it. The same until something in it changes. */
export const calendarAt = (world: World, token: string): Promise<string | undefined> => world.ledger.read(async view => {
  const feed = await view.find('feed', { hash: sha256(token), revokedAt: null })
  const reader = feed === undefined ? undefined : await readerOf(view, feed)
  if (feed === undefined || reader === undefined || reader.actor.kind === 'system' || reader.actor.kind === 'agent' || reader.actor.removedAt !== null) return undefined
  const appointments = [...await windowsFor(world, view, reader), ...await callsFor(world, view, reader), ...await tasksFor(world, view, reader, feed.createdAt)]
  const name = reader.locale === 'ja' ? `移行の予定（${reader.name}）` : `Moves: ${reader.name}`
  return world.invitations.feed({ name, appointments, ...(await isOver(world, view, reader, appointments) ? { note: over[reader.locale], refreshMinutes: overRefreshMinutes } : { refreshMinutes }) })
})

const over: Readonly<Record<Locale, string>> = {
  en: 'All moves have come to their end: nothing new comes here. You may take this calendar out.',
  ja: 'すべての移行が完了しました。今後、新しい予定は追加されません。このカレンダーの購読は解除していただけます。',
}

/** There were moves, all have ended, and nothing is ahead. */
const isOver = async (world: World, view: View, { actor }: ReaderOf, appointments: readonly Appointment[]): Promise<boolean> => {
  const within = scopeOf(actor, 'move.read')
  if ('refused' in within || await view.count('move', { within, endedAt: null }) > 0 || await view.count('move', { within }) === 0) return false
  const now = world.clock.now()
  return appointments.every(({ when }) => ('day' in when ? when.day < dayOf(now, 'UTC') : when.to <= now))
}

type ReaderOf = { readonly actor: Actor; readonly name: string; readonly locale: Locale; readonly organizer: Mailbox; readonly now: Instant }

const readerOf = async (view: View, feed: Feed): Promise<Omit<ReaderOf, 'now'> & { now: Instant } | undefined> => {
  const found = await personOf(view, feed)
  if (found === undefined) return undefined
  const { caller: { actor }, locale, name } = found
  const vendor = 'vendor' in actor ? await view.get('vendor', actor.vendor) : undefined
  return { actor, name, locale: locale ?? vendor?.locale ?? 'en', organizer: { name: vendor?.name ?? 'Rehome', address: 'nobody@rehome.invalid' }, now: feed.createdAt }
}

const personOf = async (view: View, { contact: contactId, operator: operatorId }: Feed): Promise<{ caller: Caller; locale: Locale | null; name: string } | undefined> => {
  const [contact, operator] = [contactId === null ? undefined : await view.get('contact', contactId), operatorId === null ? undefined : await view.get('operator', operatorId)]
  const caller = contact !== undefined ? await contactAs(view, contact) : operator !== undefined ? operatorAs(operator) : undefined
  return caller === undefined ? undefined : { caller, locale: contact?.locale ?? null, name: (contact ?? operator)?.name ?? '' }
}

const windowsFor = async (world: World, view: View, { actor, locale, organizer }: ReaderOf): Promise<Appointment[]> => {
  const within = scopeOf(actor, 'window.read')
  if ('refused' in within) return []
  const windows: Window[] = await view.list('window', { state: 'confirmed', endsAt: { from: world.clock.now() - backMs }, within }, { by: 'startsAt', limit: most })
  const tenants = new Map((await view.list('tenant', { id: windows.map(one => one.tenant) })).map(one => [one.id, one.name]))
  const homes = await homesById(view, windows.map(one => one.home))
  return windows.map(window => windowAppointment(world, window, { tenant: tenants.get(window.tenant) ?? '', destination: homes.get(window.home)?.name ?? '' }, { locale, guests: [], organizer, writtenAt: window.confirmedAt ?? window.startsAt }))
}

const callsFor = async (world: World, view: View, { actor, locale, organizer }: ReaderOf): Promise<Appointment[]> => {
  const mine = actor.kind === 'operator' ? { operator: actor.id as Feed['operator'] } : actor.kind === 'customer' || actor.kind === 'partner' ? { contact: actor.id } : undefined
  if (mine === undefined) return []
  const attended = await view.list('attendance', mine, { descending: true, limit: most })
  const declined = new Set(attended.filter(one => one.answer === 'declined').map(one => one.call))
  const calls: Call[] = await view.list('call', { id: attended.map(one => one.call), state: 'planned', endsAt: { from: world.clock.now() - backMs } }, { limit: most })
  const names = await tenantNames(view, calls.map(call => call.move))
  return calls.filter(call => !declined.has(call.id)).map(call => callAppointment(world, call, names.get(call.move) ?? '', { locale, guests: [], organizer, writtenAt: call.createdAt }))
}

const tenantNames = async (view: View, moves: readonly Move['id'][]): Promise<ReadonlyMap<string, string>> => {
  const found = await view.list('move', { id: [...new Set(moves)] })
  const tenants = new Map((await view.list('tenant', { id: found.map(move => move.tenant) })).map(one => [one.id, one.name]))
  return new Map(found.map(move => [move.id, tenants.get(move.tenant) ?? '']))
}

const tasksFor = async (world: World, view: View, { actor, locale, organizer }: ReaderOf, writtenAt: Instant): Promise<Appointment[]> => {
  const within = scopeOf(actor, 'task.read')
  if ('refused' in within) return []
  // Of a vendor's people each has what is for its own posts; of the vendor's customers' tasks nobody wants all in one calendar.
  const posts = actor.kind === 'operator' ? new Set(ownersOf(actor.roles as readonly Role[]).flatMap(owner => (owner.party === 'vendor' ? [owner.post] : []))) : undefined
  const from = addDays(dayOf(world.clock.now(), 'UTC'), -30)
  const found: Task[] = await view.list('task', { state: 'open', dueOn: { from }, ...(posts === undefined ? {} : { party: 'vendor' }), within }, { by: 'dueOn', limit: most * 4 })
  const tasks = found.filter(({ about: { owner } }) => posts === undefined || (owner.party === 'vendor' && posts.has(owner.post))).slice(0, most)
  const moves = new Map((await view.list('move', { id: [...new Set(tasks.map(task => task.move))], endedAt: null })).map(move => [move.id, move]))
  const names = await tenantNames(view, [...moves.keys()])
  return tasks.flatMap((task): Appointment[] => {
    const move = moves.get(task.move)
    if (move === undefined) return []
    const playbook = playbookOf(world, move)
    const title = 'refused' in playbook ? task.key : tellTask(playbook, plannedTask(task)).title[locale]
    const [tenant, link] = [names.get(task.move) ?? '', pages.task(world, task.id)]
    return [{
      id: `task-${task.id}@rehome`, sequence: move.revision, when: { day: task.dueOn }, title: locale === 'ja' ? `【${tenant}】期限: ${title}` : `${tenant}: due: ${title}`, description: [link],
      place: null, link, organizer, guests: [], remindersMinutes: [], writtenAt,
    }]
  })
}

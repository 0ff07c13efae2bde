import { type NoAccess, scopeOf } from '#domain/access.ts'
import { addDays, weekdays, weekdayOf } from '#domain/days.ts'
import type { Home } from '#domain/homes.ts'
import { dayOf, startOfDay } from '#domain/local-time.ts'
import type { Text } from '#domain/locale.ts'
import { calendarWeeks, type BoardCell, type CalendarCell, type FreezeTotals, type LiveMove, type MoveTotals, type OnDuty, type OverviewWish, type ProofTotals } from '#domain/overview.ts'
import type { People, Programme, ProgrammeId } from '#domain/programmes.ts'
import type { Blackout } from '#domain/records.ts'
import type { Day, Zone } from '#domain/time.ts'
import { assert } from '#lib/assert.ts'
import { type AttentionPage, listAttention } from './attention.ts'
import { barred, type Glance, vendorOf } from '../ground/desk.ts'
import { homesById } from '../homes/homes.ts'
import { whoIsOn } from '../people/on-duty.ts'
import { latestPlaybook } from '../plans/playbooks.ts'
import { settingsIn, turnToFor } from './settings.ts'

/** Moves with the same T-0 into a home. `count`: everybody's, because the home's capacity is; `ours`: of what is looked over. */
export type CalendarDay = { readonly day: Day; readonly count: number; readonly ours: number }
/** `capacity`: cutovers at once. */
export type CalendarRow = { readonly home: Pick<Home, 'id' | 'name' | 'kind'>; readonly capacity: number; readonly days: readonly CalendarDay[] }

/** How everything stands, in one answer. `attention`: none for those who may not see it. `more`: homes that are not in the calendar because others have more to come. `aDay`: as many moves as the vendor takes on one day. */
export type Overview = {
  /** `title`: of its playbook; null: it is no longer here. */
  readonly programme: (Pick<Programme, 'id' | 'name' | 'playbook' | 'dueOn'> & { readonly title: Text | null }) | null; readonly today: Day; readonly zone: Zone
  readonly totals: MoveTotals; readonly blackoutsNext30: number; readonly freeze: FreezeTotals | null; readonly proofs: ProofTotals; readonly attention: AttentionPage | null
  readonly board: readonly BoardCell[]
  readonly calendar: { readonly from: Day; readonly weeks: number; readonly rows: readonly CalendarRow[]; readonly more: number; readonly aDay: number | null; readonly blackouts: readonly (Pick<Blackout, 'id' | 'home' | 'reason'> & { readonly first: Day; readonly last: Day })[] }
  readonly live: readonly LiveMove[]; readonly people: People; readonly on: readonly OnDuty[]
}

const mostRows = 12
const mostBlackouts = 100

/** One instant of a programme, or of all that a vendor has under way. */
export const readOverview = async (glance: Glance, { programme: id, limit = 50 }: { readonly programme?: ProgrammeId; readonly limit?: number }): Promise<Overview | NoAccess> => {
  const { view, now, actor } = glance
  const programme = id === undefined ? undefined : await view.get('programme', id)
  const vendor = id === undefined ? vendorOf(glance) : programme?.vendor
  if (vendor === undefined) return { refused: 'not-found' }
  const why = await barred(glance, 'programme.read', { vendor })
  if (why !== undefined) return why
  const { vendor: { zone }, known: { settings } } = await settingsIn(view, vendor)
  const today = dayOf(now, zone)
  const monday = addDays(today, -weekdays.indexOf(weekdayOf(today)))
  const wish: OverviewWish = { vendor, ...(id === undefined ? {} : { programme: id }), today, now, monday }
  const counts = await view.overview(wish)
  const blackouts = (await view.list('blackout', { vendor, customer: null, endsAt: { from: startOfDay(monday, zone) }, startsAt: { to: startOfDay(addDays(monday, calendarWeeks * 7), zone) } }, { limit: mostBlackouts, by: 'startsAt' }))
    .map(one => ({ id: one.id, home: one.home, reason: one.reason, first: dayOf(one.startsAt, zone), last: dayOf(one.endsAt - 1, zone) }))
  const attention = 'refused' in scopeOf(actor, 'attention.read') ? null : await listAttention(glance, { limit, ...(id === undefined ? {} : { programme: id }) })
  const people = await turnToFor(view, vendor, programme)
  return {
    programme: programme === undefined ? null : { id: programme.id, name: programme.name, playbook: programme.playbook, title: titleOf(glance, programme.playbook), dueOn: programme.dueOn }, today, zone,
    totals: counts.totals, freeze: counts.freeze, proofs: counts.proofs, board: counts.board, live: counts.live,
    blackoutsNext30: blackouts.filter(one => one.last >= today && one.first <= addDays(today, 30)).length, attention: attention === null || 'refused' in attention ? null : attention,
    calendar: { from: monday, weeks: calendarWeeks, aDay: settings.capacity.aDay ?? settings.capacity.atOnce, blackouts, ...await rowsOf(glance, counts.calendar) },
    people, on: await whoIsOn(glance, vendor, id, people),
  }
}

const titleOf = (glance: Glance, key: string): Text | null => {
  const playbook = latestPlaybook(glance, key)
  return 'refused' in playbook ? null : playbook.title
}

const rowsOf = async ({ view }: Glance, cells: readonly CalendarCell[]): Promise<Pick<Overview['calendar'], 'rows' | 'more'>> => {
  const byHome = [...Map.groupBy(cells, cell => cell.home)].map(([home, some]) => ({ home, some, ours: some.reduce((sum, cell) => sum + cell.ours, 0) })).toSorted((a, b) => b.ours - a.ours)
  const shown = byHome.slice(0, mostRows)
  const homes = await homesById(view, shown.map(one => one.home))
  const rows = shown.map(({ home: id, some }): CalendarRow => {
    const home = homes.get(id)
    assert(home !== undefined, 'the homes of a move are there')
    return { home: { id, name: home.name, kind: home.kind }, capacity: home.capacity, days: some.map(({ t0, count, ours }) => ({ day: t0, count, ours })) }
  })
  return { rows: rows.toSorted((a, b) => (a.home.name < b.home.name ? -1 : 1)), more: byHome.length - shown.length }
}

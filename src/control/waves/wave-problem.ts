import { businessDayFrom } from '#domain/calendar.ts'
import { assumedT0, reachOf } from '#domain/dating.ts'
import { addDays, daysBetween } from '#domain/days.ts'
import { environments, type Tenant } from '#domain/homes.ts'
import { dayOf } from '#domain/local-time.ts'
import type { Customer, Vendor } from '#domain/parties.ts'
import type { Move, MoveId, Programme } from '#domain/programmes.ts'
import type { Blackout, PlanRecord, WaveRule } from '#domain/records.ts'
import type { Capacity, ToPlace, WaveDate, WaveProblem } from '#domain/schedule.ts'
import type { Day, Instant } from '#domain/time.ts'
import type { VendorSettings } from '#domain/vendor-settings.ts'
import { datesOf, dateWith, daysTakenBy, daysWithin, type NoDates, placeOf, type PlanWish, ruled, type WaveRuleSaid } from '#domain/wave-planning.ts'
import type { Window } from '#domain/windows.ts'
import { assert } from '#lib/assert.ts'
import type { View } from '#ports/ledger.ts'
import { calendarOf } from '../calendar/calendars.ts'
import { aboutOf } from '../plans/environment-order.ts'
import { estimatorOf } from '../billing/estimates.ts'
import { homesById } from '../homes/homes.ts'
import { playbookOf } from '../plans/plan-rows.ts'
import { redatable } from '../plans/dated.ts'
import { settingsIn } from '../running/settings.ts'
import { openWindows, unmeasuredMs } from '../calendar/surroundings.ts'
import type { World } from '../ground/world.ts'

/** Moves of one programme that are planned at one go. */
export const mostPlaced = 2_000
const mostRows = 100_000

/** What the planner is given, with the moves that it is about. `apart`: moves that have a day which is none of the dates; they stay there. */
export type Given = { readonly problem: WaveProblem; readonly moves: readonly Move[]; readonly apart: readonly MoveId[]; readonly windows: ReadonlySet<MoveId> }
export type NoProblem = NoDates | { readonly refused: 'nothing-to-plan' } | { readonly refused: 'too-many-moves'; readonly most: number }

/** Everything that the ledger knows of a programme's moves, as a problem of who is moved when. */
export const problemFor = async (view: View, world: World, now: Instant, programme: Programme, wish: PlanWish): Promise<Given | NoProblem> => {
  const dates = datesOf(wish)
  if ('refused' in dates) return dates
  const all = await view.list('move', { programme: programme.id, endedAt: null }, { limit: mostRows })
  const open = all.filter(move => redatable.includes(move.stage))
  if (open.length === 0) return { refused: 'nothing-to-plan' }
  if (open.length > mostPlaced) return { refused: 'too-many-moves', most: mostPlaced }
  const found = await gathered(view, programme, now, open, all, dates)
  const placed = open.map(move => ({ move, day: dayByHand(found, move) }))
  // A day that somebody has agreed to and that is none of the dates is no question any more.
  const apart = placed.filter(({ day }) => day !== null && dateWith(dates, day) === undefined).map(({ move }) => move.id)
  const moves = open.filter(move => !apart.includes(move.id))
  if (moves.length === 0) return { refused: 'nothing-to-plan' }
  const problem = problemOf(world, now, wish, dates, { ...found, moves })
  return { problem, moves, apart, windows: new Set(found.windows.map(window => window.move)) }
}

type OpenWindow = Window & { readonly move: MoveId }
type Gathered = {
  readonly programme: Programme; readonly vendor: Vendor; readonly settings: VendorSettings; readonly moves: readonly Move[]; readonly all: readonly Move[]; readonly customers: ReadonlyMap<string, Customer>; readonly tenants: ReadonlyMap<string, Tenant>; readonly plans: ReadonlyMap<string, PlanRecord>
  readonly homes: Awaited<ReturnType<typeof homesById>>; readonly windows: readonly OpenWindow[]; readonly blackouts: readonly Blackout[]; readonly rules: readonly WaveRuleSaid[]; readonly partners: ReadonlyMap<string, string>
  readonly minutesOf: (tenant: Tenant) => number
}

const byId = <Row extends { readonly id: string }>(rows: readonly Row[]): ReadonlyMap<string, Row> => new Map(rows.map(row => [row.id, row]))

const gathered = async (view: View, programme: Programme, now: Instant, moves: readonly Move[], all: readonly Move[], dates: readonly WaveDate[]): Promise<Gathered> => {
  const limit = { limit: mostRows }
  const { vendor, known: { settings } } = await settingsIn(view, programme.vendor)
  const customers = byId(await view.list('customer', { id: [...new Set(all.map(move => move.customer))] }, limit))
  const estimate = await estimatorOf(view, programme.vendor, settings)
  const rows: WaveRule[] = await view.list('wave_rule', { programme: programme.id }, limit)
  const partners = await view.list('partner', { vendor: programme.vendor }, limit)
  return {
    programme, vendor, settings, moves, all, customers,
    tenants: byId(await view.list('tenant', { id: all.map(move => move.tenant) }, limit)), plans: byId(await view.list('plan', { id: all.map(move => move.id) }, limit)),
    homes: await homesById(view, moves.flatMap(move => [move.origin, move.destination])),
    windows: (await openWindows(view, programme.vendor, now)).map(({ row, ...window }) => ({ ...window, move: row.move })),
    blackouts: await view.list('blackout', { vendor: programme.vendor, endsAt: { from: Date.parse(dates[0]?.day ?? '1970-01-01') - 2 * 86_400_000 } }, limit),
    // Proof: rules come through a schema, and nothing else writes them.
    rules: rows.map(row => row.rule as unknown as WaveRuleSaid), partners: new Map(partners.map(partner => [partner.id, partner.name])),
    minutesOf: tenant => {
      const found = estimate(tenant)
      return Math.ceil(('refused' in found ? unmeasuredMs : found.estimate.p95Ms) / 60_000)
    },
  }
}

/** The day that a move has by somebody's word: of its confirmed window, or its own. */
const dayByHand = ({ windows, plans }: Gathered, move: Move): Day | null => {
  const window = windows.find(one => one.move === move.id)
  if (window !== undefined) return dayOf(window.from, window.zone)
  return plans.get(move.id)?.datedBy === 'move' ? move.t0 : null
}

const problemOf = (world: World, now: Instant, wish: PlanWish, dates: readonly WaveDate[], found: Gathered): WaveProblem => {
  const { rules, moves, partners } = found
  const inProblem = new Set(moves.map(move => placeOf(move.id)))
  const capacities = capacitiesOf(dates, found)
  const isKnown = (all: readonly MoveId[]): boolean => all.every(move => inProblem.has(placeOf(move)))
  const customers = moves.map(move => toPlace(world, now, wish, dates, found, move, capacities))
  const group = (kind: 'together' | 'apart'): WaveProblem['together'] => rules.flatMap((rule, n) => (rule.kind === kind ? [{ id: `${kind}-${n}`, customers: rule.moves.map(placeOf).filter(place => inProblem.has(place)) }] : [])).filter(one => one.customers.length > 1)
  return {
    dates, customers, capacities, blackouts: blackoutsOf(found, capacities),
    holidays: [...new Set(customers.filter(one => !one.holidaysToo).map(one => one.country))].map(country => ({ ...calendarOf(world, country, dates[0]?.day ?? '', dates.at(-1)?.days.at(-1) ?? '').calendar.holidays, country })),
    wave: { least: wish.least, most: wish.most },
    partners: [...new Map(rules.flatMap(rule => (rule.kind === 'partner' ? [[rule.partner, rule.mostADate] as const] : []))).entries()].map(([partner, mostADate]) => ({ partner, name: partners.get(partner) ?? '', mostADate })),
    together: group('together'), apart: group('apart'),
    after: [...rules.flatMap((rule, n) => (rule.kind === 'after' && isKnown([rule.move, rule.other]) ? [{ id: `after-${n}`, customer: placeOf(rule.move), other: placeOf(rule.other), days: rule.days }] : [])), ...environmentsInOrder(world, dates, found, inProblem)],
    weights: wish.weights,
  }
}

const homeCapacity = (home: string): string => `home-${home}`
const vendorCapacity = 'vendor'

/** What homes and the vendor can do on a date, less what others have confirmed there already. */
const capacitiesOf = (dates: readonly WaveDate[], { homes, settings, windows, moves, vendor }: Gathered): Capacity[] => {
  const ours = new Set(moves.map(move => move.id))
  const others = windows.filter(window => !ours.has(window.move)).map(window => ({ ...window, days: { first: dayOf(window.from, vendor.zone), last: dayOf(window.to - 1, vendor.zone) } }))
  const taken = (date: WaveDate, uses: (window: Window) => boolean): number => others.filter(window => uses(window) && date.days.some(day => window.days.first <= day && day <= window.days.last)).length
  const capacity = (id: string, name: Capacity['name'], aDay: number, uses: (window: Window) => boolean): Capacity => {
    const most = dates.map(date => ({ date, most: aDay * date.days.length }))
    const except = most.map(one => [one.date.day, Math.max(0, one.most - taken(one.date, uses))] as const).filter(([day, left]) => left !== (most.find(one => one.date.day === day)?.most ?? 0))
    return { id, name, unit: 'moves', most: most[0]?.most ?? 0, except: Object.fromEntries(except) }
  }
  const aDay = settings.capacity.aDay ?? settings.capacity.atOnce
  const our = { en: vendor.name, ja: vendor.name }
  return [
    ...[...homes.values()].map(home => capacity(homeCapacity(home.id), { en: home.name, ja: home.name }, home.capacity, window => window.homes.includes(home.id))),
    ...(aDay === null ? [] : [capacity(vendorCapacity, our, aDay, () => true)]),
  ]
}

const blackoutsOf = ({ blackouts, vendor }: Gathered, capacities: readonly Capacity[]): WaveProblem['blackouts'] =>
  blackouts.filter(one => one.customer === null).flatMap(({ id, home, startsAt, endsAt, reason }) => {
    const days = daysTakenBy({ from: startsAt, to: endsAt }, vendor.zone)
    const capacity = home === null ? null : homeCapacity(home)
    return days === null || (capacity !== null && !capacities.some(one => one.id === capacity)) ? [] : [{ id, name: { en: reason, ja: reason }, from: days.first, to: days.last, capacity }]
  })

const toPlace = (world: World, now: Instant, wish: PlanWish, dates: readonly WaveDate[], found: Gathered, move: Move, capacities: readonly Capacity[]): ToPlace => {
  const [customer, tenant] = [found.customers.get(move.customer), found.tenants.get(move.tenant)]
  assert(customer !== undefined && tenant !== undefined, 'a move is of a tenant of a customer')
  const several = found.moves.filter(other => other.customer === move.customer).length > 1
  const noGo = found.blackouts.filter(one => one.customer === customer.id).flatMap(({ startsAt, endsAt }) => daysTakenBy({ from: startsAt, to: endsAt }, customer.zone) ?? [])
  const byHand = dayByHand(found, move)
  const uses = [homeCapacity(move.origin), homeCapacity(move.destination), vendorCapacity].filter(id => capacities.some(one => one.id === id))
  const hasWindow = found.windows.some(window => window.move === move.id)
  const place: ToPlace = {
    id: placeOf(move.id), name: several ? `${customer.name} (${tenant.name})` : customer.name, country: customer.country, partner: customer.partner, minutes: found.minutesOf(tenant), uses,
    noGo: daysWithin(dates, noGo), earliest: earliestOf(world, now, wish, found, move, customer), latest: found.programme.dueOn, holidaysToo: false, dislikes: {},
    placed: byHand === null ? null : dateWith(dates, byHand)?.day ?? null,
  }
  const said = ruled(place, found.rules)
  // What is agreed with the customer for a day needs no other permission for it.
  return hasWindow ? { ...said, placed: place.placed, earliest: null, latest: null, holidaysToo: true, noGo: [] } : { ...said, placed: said.placed === null ? null : dateWith(dates, said.placed)?.day ?? said.placed }
}

/** Not before the first day with which nothing of its plan is late already, nor before what it waits for and is not planned here. */
const earliestOf = (world: World, now: Instant, wish: PlanWish, found: Gathered, move: Move, customer: Customer): Day => {
  const today = dayOf(now, customer.zone)
  const playbook = playbookOf(world, move)
  const earlier = waitsFor(found, move).filter(other => !found.moves.includes(other.move))
  const free = earlier.map(({ move: other, environment }) => addDays(other.t0 ?? found.plans.get(other.id)?.t0 ?? today, aboutOf(world, move, environment).testingDays))
  const inTime = (): Day => {
    if ('refused' in playbook || !wish.inTime) return addDays(today, 1)
    const { calendar } = calendarOf(world, customer.country, today, addDays(today, -reachOf(playbook).first))
    return assumedT0(playbook, businessDayFrom(today, calendar), calendar)
  }
  return [inTime(), ...free].toSorted().at(-1) ?? today
}

/** The moves of the same customer that are of earlier environments. */
const waitsFor = ({ all, tenants }: Gathered, move: Move): { move: Move; environment: Tenant['environment'] }[] => {
  const own = environments.indexOf(tenants.get(move.tenant)?.environment ?? 'non-prod')
  return all.filter(other => other.customer === move.customer && other.id !== move.id).flatMap(other => {
    const environment = tenants.get(other.tenant)?.environment
    return environment !== undefined && environments.indexOf(environment) < own ? [{ move: other, environment }] : []
  })
}

/** Each environment after the testing time of the ones before it, which begins on the first day of a date, or on that of a window that is confirmed. */
const environmentsInOrder = (world: World, dates: readonly WaveDate[], found: Gathered, inProblem: ReadonlySet<string>): WaveProblem['after'] =>
  found.moves.flatMap(move => waitsFor(found, move).filter(other => inProblem.has(placeOf(other.move.id))).map(({ move: other, environment }) => {
    const day = dayByHand(found, other)
    const date = day === null ? undefined : dateWith(dates, day)
    const later = day === null || date === undefined ? 0 : daysBetween(date.day, day)
    return { id: `environments-${move.id}-${other.id}`, customer: placeOf(move.id), other: placeOf(other.id), days: aboutOf(world, move, environment).testingDays + later }
  }))

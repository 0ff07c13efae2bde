import type { NoAccess } from '#domain/access.ts'
import { addDays } from '#domain/days.ts'
import { businessDayFrom } from '#domain/calendar.ts'
import { dayOf, instantOf, type Told, type WallTime } from '#domain/local-time.ts'
import type { Text } from '#domain/locale.ts'
import type { Move, MoveId } from '#domain/programmes.ts'
import type { Window } from '#domain/records.ts'
import type { Day, Instant, Interval, Zone } from '#domain/time.ts'
import { freeAround } from '#domain/window-offers.ts'
import { environmentIn, insteadIn, reasonIn, type Saying } from '#domain/window-words.ts'
import { spanIn } from '#domain/letters/times.ts'
import type { Said } from '#domain/texts.ts'
import { t0Of, whyNot, type Wish } from '#domain/windows.ts'
import { calendarOf } from './calendars.ts'
import { barred, type Desk, type Glance, journal } from '../ground/desk.ts'
import { beforeOf, type EnvironmentRefused, tooEarly } from '../plans/environment-order.ts'
import { changeMove, heldMove, type MoveEnded, type MoveRefused } from '../plans/moves.ts'
import { type OfferPrice, pricesFor } from '../billing/offer-prices.ts'
import { pageOf, type Page, type Paging } from '../ground/pages.ts'
import { withdrawStale } from '../billing/quotes.ts'
import { redatable } from '../plans/dated.ts'
import { type Around, surroundingsOf } from './surroundings.ts'
import { tellCancelled, tellConfirmed, tellMoved, tellProposed } from './window-letters.ts'

/** A refusal as people read it: every reason, in the customer's language and zone. */
export type NotFree = {
  readonly refused: 'not-free'; readonly zone: Zone; readonly says: readonly string[]; readonly reasons: readonly string[]; readonly said: Said
  readonly instead: { readonly soonest: Shown; readonly sameTime: Shown | null }
}
type Shown = { readonly from: string; readonly to: string; readonly says: string }
export type WindowRefused = NoAccess | MoveEnded | NotFree | (EnvironmentRefused & { readonly says: string; readonly said: Said }) | MoveRefused
  | { readonly refused: 'window-confirmed'; readonly window: Window['id'] } | { readonly refused: 'window-not-confirmed' } | { readonly refused: 'window-cancelled' } | { readonly refused: 'window-over' }

/** A free time. `says`: how the customer reads it. `holidays`: public holidays that it meets, of the customer and of the vendor. `price`: of a quoted move, for whoever may see the quote. */
export type Offer = { readonly from: Instant; readonly to: Instant; readonly day: Day; readonly told: Told; readonly says: string; readonly holidays: readonly { readonly country: string; readonly day: Day; readonly name: Text }[]; readonly price: OfferPrice | null }
/** `wished`: every reason why nothing is free on the wished day itself, if so. `estimate`: how long it will take, and why. */
export type Offers = {
  readonly zone: Zone; readonly offers: readonly Offer[]; readonly wished: readonly string[]; readonly lengthMs: number
  readonly estimate: { readonly basis: 'measured' | 'assumed-pace' | 'nothing-measured'; readonly p50Ms: number | null; readonly p95Ms: number; readonly says: Text }
}

type Asked = { readonly move: MoveId; readonly day: Day; readonly time: WallTime; readonly minutes?: number; readonly count: number }

/** Free times around a wished day, at that time of the customer's day, with everything considered that could be in the way. */
export const offerWindows = async (glance: Glance, { move: id, day, time, minutes, count }: Asked): Promise<Offers | NoAccess | MoveEnded> => {
  const move = await glance.view.get('move', id)
  if (move === undefined) return { refused: 'not-found' }
  const why = await barred(glance, 'window.propose', { vendor: move.vendor, customer: move.customer })
  if (why !== undefined) return why
  if (move.endedAt !== null) return { refused: 'move-ended', stage: move.stage }
  const around = await surroundingsOf(glance.view, move, glance.now)
  const own = await glance.view.find('window', { move: id, state: ['proposed', 'confirmed'] })
  const before = await beforeOf(glance.view, glance.world, move, around.tenant)
  const lengthMs = minutes === undefined ? Math.ceil(around.p95Ms / quarterMs) * quarterMs : minutes * 60_000
  const wish = { tenant: around.tenant.id, homes: around.homeIds, zone: around.customer.zone, replaces: own?.id ?? null }
  // One that is shorter than the work needs is refused when it is confirmed; what is too short is no offer.
  const found = freeAround(wish, { day, time, lengthMs: Math.max(lengthMs, around.p95Ms) }, around, count, before.notBefore)
  const priceAt = await pricesFor(glance, move, around.estimate)
  const offers = found.map((one): Offer => ({ from: one.from, to: one.to, day: one.day, told: one.told, says: spanIn(around.customer.locale, wish.zone, one), holidays: holidaysIn(glance, around, one), price: priceAt?.(one.from) ?? null }))
  return { zone: wish.zone, offers: before.waitsFor.length > 0 ? [] : offers, wished: offers.some(one => one.day === day) && before.waitsFor.length === 0 ? [] : whyNotOn(around, wish, before, { day, time, lengthMs }), lengthMs: Math.max(lengthMs, around.p95Ms), estimate: estimateIn(around) }
}

const quarterMs = 15 * 60_000

const whyNotOn = (around: Around, wish: Omit<Wish, 'from' | 'to'>, before: Awaited<ReturnType<typeof beforeOf>>, { day, time, lengthMs }: { day: Day; time: WallTime; lengthMs: number }): string[] => {
  const { at: from } = instantOf(day, time, wish.zone)
  const saying = sayingOf(around)
  const early = tooEarly(before, day)
  return [...(whyNot({ ...wish, from, to: from + Math.max(lengthMs, around.p95Ms) }, around)?.reasons.map(reason => reasonIn(reason, saying)) ?? []), ...(early === undefined ? [] : [environmentIn(saying.locale, early)])]
}

const estimateIn = ({ estimate, p95Ms }: Around): Offers['estimate'] =>
  estimate === null
    ? { basis: 'nothing-measured', p50Ms: null, p95Ms, says: { en: 'Nothing was measured of this tenant yet; two hours are assumed.', ja: 'まだ計測が行われていないため、所要時間を2時間と想定しています。' } }
    : { basis: estimate.assumed ? 'assumed-pace' : 'measured', p50Ms: estimate.estimate.p50Ms, p95Ms, says: estimate.explained.says }

/** Public holidays on the days that a time touches, where the customer is and where the vendor is. */
const holidaysIn = ({ world }: Glance, { customer, vendor }: Around, time: Interval): Offer['holidays'] =>
  [customer, vendor].filter((one, n, all) => all.findIndex(other => other.country === one.country && other.zone === one.zone) === n).flatMap(({ country, zone }) => {
    const [first, last] = [dayOf(time.from, zone), dayOf(time.to - 1, zone)]
    const { days } = calendarOf(world, country, first, last).calendar.holidays
    return Object.entries(days).filter(([day]) => first <= day && day <= last).map(([day, name]) => ({ country, day, name }))
  })

/** A window for a move, by the vendor or the customer. It takes no place before it is confirmed; proposed again, it is another one instead. */
export const proposeWindow = async (desk: Desk, wish: { readonly move: MoveId } & Interval): Promise<Window | WindowRefused> => await propose(desk, wish, desk.actor.kind === 'operator' || desk.actor.kind === 'system')

/** Agreed on by word of mouth: proposed and confirmed at once, so that nobody is asked for what they have said already. */
export const chooseWindow = async (desk: Desk, wish: { readonly move: MoveId } & Interval): Promise<Window | WindowRefused> => {
  const proposed = await propose(desk, wish, false)
  return 'refused' in proposed ? proposed : await confirmWindow(desk, { window: proposed.id })
}

/** `isAsked`: whoever decides is written to. */
const propose = async (desk: Desk, { move: id, from, to }: { readonly move: MoveId } & Interval, isAsked: boolean): Promise<Window | WindowRefused> => {
  const move = await held(desk, id, 'window.propose')
  if ('refused' in move) return move
  const { tx, world } = desk
  const own = await tx.find('window', { move: id, state: ['proposed', 'confirmed'] })
  if (own?.state === 'confirmed') return { refused: 'window-confirmed', window: own.id }
  const around = await surroundingsOf(tx, move, desk.now)
  const why = await whyNotThen(desk, around, { from, to }, own?.id ?? null)
  if (why !== undefined) return why
  const window: Window = {
    id: own?.id ?? world.newId(), vendor: move.vendor, customer: move.customer, move: id, tenant: move.tenant, home: move.destination,
    startsAt: from, endsAt: to, zone: around.customer.zone, state: 'proposed', sequence: own?.sequence ?? 0, confirmedBy: null, confirmedAt: null,
  }
  await tx.put('window', window)
  journal(desk, 'window.propose', 'window', window.id, { move: id, from: iso(from), to: iso(to), zone: window.zone })
  await withdrawStale(desk, move)
  if (isAsked) await tellProposed(desk, move, window, around.tenant.name, answerBy(desk, around, from))
  return window
}

/** A week to answer, or until the business day before. */
const answerBy = (desk: Desk, { customer: { zone, country } }: Around, from: Instant): Day => {
  const today = dayOf(desk.now, zone)
  const { calendar } = calendarOf(desk.world, country, today, addDays(today, 14))
  const inAWeek = businessDayFrom(addDays(today, 7), calendar)
  const before = addDays(dayOf(from, zone), -1)
  return inAWeek < before ? inAWeek : before < today ? today : before
}

/** The customer commits to the date (A6, C3): from now on it takes its place, days count back from it, and those it concerns are invited. Confirmed again, it stays as it is. */
export const confirmWindow = async (desk: Desk, { window: id }: { readonly window: Window['id'] }): Promise<Window | WindowRefused> => {
  const found = await heldWindow(desk, id)
  if ('refused' in found) return found
  const { window, move } = found
  if (window.state === 'cancelled') return { refused: 'window-cancelled' }
  if (window.state === 'confirmed') return window
  const { tx } = desk
  await tx.lock('vendor', move.vendor)
  const around = await surroundingsOf(tx, move, desk.now)
  const why = await whyNotThen(desk, around, { from: window.startsAt, to: window.endsAt }, id)
  if (why !== undefined) return why
  const confirmed: Window = { ...window, state: 'confirmed', confirmedBy: desk.who.name, confirmedAt: desk.now }
  return await agreed(desk, around, confirmed, 'window.confirm', { move: move.id, from: iso(window.startsAt), to: iso(window.endsAt), zone: window.zone }, after => tellConfirmed(desk, after, confirmed, around))
}

/** The same window at another time. What hangs on it moves with it, and everybody who has it in the calendar gets it anew. */
export const moveWindow = async (desk: Desk, { window: id, from, to, reason }: { readonly window: Window['id']; readonly reason: string | null } & Interval): Promise<Window | WindowRefused> => {
  const found = await heldWindow(desk, id)
  if ('refused' in found) return found
  const { window, move } = found
  if (window.state !== 'confirmed') return window.state === 'cancelled' ? { refused: 'window-cancelled' } : { refused: 'window-not-confirmed' }
  if (window.startsAt <= desk.now) return { refused: 'window-over' }
  if (window.startsAt === from && window.endsAt === to) return window
  const { tx } = desk
  await tx.lock('vendor', move.vendor)
  const around = await surroundingsOf(tx, move, desk.now)
  const why = await whyNotThen(desk, around, { from, to }, id)
  if (why !== undefined) return why
  const moved: Window = { ...window, startsAt: from, endsAt: to, zone: around.customer.zone, sequence: window.sequence + 1, confirmedBy: desk.who.name, confirmedAt: desk.now }
  const facts = { move: move.id, from: iso(from), to: iso(to), zone: moved.zone, was: { from: iso(window.startsAt), to: iso(window.endsAt) }, ...(reason === null ? {} : { reason }) }
  return await agreed(desk, around, moved, 'window.move', facts, after => tellMoved(desk, after, moved, around, { from: window.startsAt, to: window.endsAt }, reason))
}

const agreed = async (desk: Desk, { move }: Around, window: Window, verb: string, facts: Readonly<Record<string, unknown>>, tell: (move: Move) => Promise<unknown>): Promise<Window | WindowRefused> => {
  const { tx } = desk
  await tx.put('window', window)
  journal(desk, verb, 'window', window.id, facts)
  const dated = await redated(desk, move, t0Of({ from: window.startsAt, to: window.endsAt, zone: window.zone }))
  if ('refused' in dated) return dated
  await withdrawStale(desk, dated)
  await tx.enqueue({ name: 'window-opens', key: window.id, at: window.startsAt, facts: { window: window.id, sequence: window.sequence }, group: window.move })
  await tell(dated)
  return window
}

/** It takes no place any more, the plan goes by the wave's or programme's day again, and it leaves the calendars. */
export const cancelWindow = async (desk: Desk, { window: id, reason }: { readonly window: Window['id']; readonly reason: string | null }): Promise<Window | WindowRefused> => {
  const found = await heldWindow(desk, id, 'window.cancel')
  if ('refused' in found) return found
  const { window, move } = found
  if (window.state === 'cancelled') return window
  const { tx } = desk
  const wasConfirmed = window.state === 'confirmed'
  const cancelled: Window = { ...window, state: 'cancelled', sequence: window.sequence + 1 }
  await tx.put('window', cancelled)
  journal(desk, 'window.cancel', 'window', id, { move: move.id, from: iso(window.startsAt), to: iso(window.endsAt), ...(reason === null ? {} : { reason }) })
  const after = wasConfirmed ? await redated(desk, move, null) : move
  if ('refused' in after) return after
  await withdrawStale(desk, after)
  await tx.cancel(id)
  const around = await surroundingsOf(tx, after, desk.now)
  await tellCancelled(desk, after, cancelled, around, reason, wasConfirmed)
  return cancelled
}

/** The plan follows the window by the same way as any other change of day; whoever may decide on the window need not be one who may change plans. */
const redated = async (desk: Desk, move: Move, t0: Day | null): Promise<Move | MoveRefused> => {
  const changed = await changeMove({ ...desk, actor: { kind: 'system' } }, move.id, { t0 })
  return 'refused' in changed ? changed : changed.move
}

/** Windows, each with the blackouts that were laid over it since. */
export type WindowLine = Window & { readonly blackouts: readonly { readonly id: string; readonly reason: string }[] }
type Filter = Paging & { readonly move?: MoveId; readonly customer?: Window['customer']; readonly state?: Window['state']; readonly from?: Instant; readonly to?: Instant }

export const listWindows = async (glance: Glance, { move, customer, state, from, to, ...paging }: Filter): Promise<Page<WindowLine> | NoAccess> => {
  const within = { ...(from === undefined ? {} : { endsAt: { from } }), ...(to === undefined ? {} : { startsAt: { to } }) }
  const page = await pageOf(glance, 'window.read', 'window', { ...(move === undefined ? {} : { move }), ...(customer === undefined ? {} : { customer }), ...(state === undefined ? {} : { state }), ...within }, paging)
  if ('refused' in page || page.items.length === 0) return page as Page<WindowLine> | NoAccess
  const vendors = [...new Set(page.items.map(window => window.vendor))]
  const blackouts = await glance.view.list('blackout', { vendor: vendors, endsAt: { from: Math.min(...page.items.map(window => window.startsAt)) } }, { limit: 10_000 })
  const moves = new Map((await glance.view.list('move', { id: page.items.map(window => window.move) })).map(one => [one.id, one]))
  const hits = (window: Window): WindowLine['blackouts'] => {
    const of = moves.get(window.move)
    const concerns = blackouts.filter(one => one.vendor === window.vendor && (one.home === null || one.home === of?.origin || one.home === of?.destination) && (one.customer === null || one.customer === window.customer))
    return window.state === 'cancelled' ? [] : concerns.filter(one => one.startsAt < window.endsAt && window.startsAt < one.endsAt).map(({ id, reason }) => ({ id, reason }))
  }
  return { ...page, items: page.items.map(window => ({ ...window, blackouts: hits(window) })) }
}

/** The move, held until the end: its wave before it, as everybody does who changes days. */
const held = async (desk: Desk, id: MoveId, verb: 'window.propose' | 'window.confirm' | 'window.cancel'): Promise<Move | WindowRefused> => {
  const before = await desk.tx.get('move', id)
  if (before === undefined) return { refused: 'not-found' }
  if (before.wave !== null) await desk.tx.lock('wave', before.wave)
  const move = await heldMove(desk, id, verb)
  if ('refused' in move) return move
  return redatable.includes(move.stage) ? move : { refused: 'too-late-to-change', stage: move.stage }
}

const heldWindow = async (desk: Desk, id: Window['id'], verb: 'window.confirm' | 'window.cancel' = 'window.confirm'): Promise<{ window: Window; move: Move } | WindowRefused> => {
  const found = await desk.tx.get('window', id)
  if (found === undefined) return { refused: 'not-found' }
  const move = await held(desk, found.move, verb)
  if ('refused' in move) return move
  const window = await desk.tx.get('window', id)
  return window === undefined ? { refused: 'not-found' } : { window, move }
}

/** Every reason why this time cannot be the window, in the customer's words. Undefined: it can. */
const whyNotThen = async (desk: Desk, around: Around, time: Interval, replaces: Window['id'] | null): Promise<WindowRefused | undefined> => {
  const { customer, tenant, move, homeIds } = around
  const early = tooEarly(await beforeOf(desk.tx, desk.world, move, tenant), dayOf(time.from, customer.zone))
  if (early !== undefined) return { ...early, says: environmentIn(customer.locale, early), said: { says: { en: environmentIn('en', early), ja: environmentIn('ja', early) } } }
  const wish: Wish = { ...time, tenant: tenant.id, homes: homeIds, zone: customer.zone, replaces }
  const found = whyNot(wish, around)
  if (found === undefined) return undefined
  const saying = sayingOf(around)
  const shown = (free: Interval): Shown => ({ from: iso(free.from), to: iso(free.to), says: insteadIn(saying, free) })
  return {
    refused: 'not-free', zone: customer.zone, reasons: found.reasons.map(one => one.reason), says: found.reasons.map(one => reasonIn(one, saying)),
    said: { says: found.reasons.map(one => ({ en: reasonIn(one, { ...saying, locale: 'en' }), ja: reasonIn(one, { ...saying, locale: 'ja' }) })) },
    instead: { soonest: shown(found.instead.soonest), sameTime: found.instead.sameTime === null ? null : shown(found.instead.sameTime) },
  }
}

const sayingOf = ({ customer, homes }: Around): Saying => ({ locale: customer.locale, zone: customer.zone, home: id => homes.get(id)?.name ?? id })
const iso = (at: Instant): string => Temporal.Instant.fromEpochMilliseconds(at).toString()

import { amended } from '#domain/calendar.ts'
import { addDays } from '#domain/days.ts'
import { type NothingMeasured, pricedTime } from '#domain/estimate.ts'
import { dayOf } from '#domain/local-time.ts'
import type { Contact, ContactId, Customer, Duty } from '#domain/parties.ts'
import type { Move, MoveId } from '#domain/programmes.ts'
import type { NotIssued } from '#domain/quote.ts'
import { type NoRate, linesOf, rateOf } from '#domain/quote-lines.ts'
import { lastDayOf, offerOf, type QuoteOffer } from '#domain/quote-offer.ts'
import type { Quote, Window } from '#domain/records.ts'
import type { Instant, Interval } from '#domain/time.ts'
import { moveWork, ratesOf, type VendorSettings } from '#domain/vendor-settings.ts'
import { assert } from '#lib/assert.ts'
import type { View } from '#ports/ledger.ts'
import type { Glance } from '../ground/desk.ts'
import { estimateOf, type TenantEstimate } from './estimates.ts'
import { includedOffer } from './included.ts'
import { playbookOf } from '../plans/plan-rows.ts'
import { settingsIn } from '../running/settings.ts'
import type { World } from '../ground/world.ts'

/** For when it is priced: from and to as wished; only `from`: as long as the estimate says; neither: the move's window. `named`: whom it names, if not the one who usually decides. */
export type Wished = { readonly move: MoveId; readonly from?: Instant; readonly until?: Instant; readonly named?: ContactId }

export type NotDrafted =
  | { readonly refused: 'not-found' }
  | { readonly refused: 'move-ended'; readonly stage: Move['stage'] }
  /** The offer that this move was made on costs nothing. */
  | { readonly refused: 'free-of-charge'; readonly offer: string }
  | { readonly refused: 'accepted-already'; readonly number: string }
  /** There is neither a window nor a wish. */
  | { readonly refused: 'no-time-named' }
  | { readonly refused: 'time-passed'; readonly from: Instant }
  | { readonly refused: 'time-backward' }
  | { readonly refused: 'time-too-long'; readonly days: number }
  /** Neither the partner nor the customer has anybody who could accept it. */
  | { readonly refused: 'nobody-to-accept' }
  | { readonly refused: 'holidays-unknown'; readonly country: string }

export type Draft = Pick<Quote, 'currency' | 'totalMinor' | 'expiresAt'> & { named: ContactId; offer: QuoteOffer }

const mostDays = 31

/** What a quote for this move says, at the prices of today. */
export const draftFor = async (glance: Pick<Glance, 'view' | 'world' | 'now'>, move: Move, wished: Wished): Promise<Draft | NotDrafted | NoRate | NotIssued | NothingMeasured> => {
  const { view, world, now } = glance
  const not = await whyNoQuote(view, world, move)
  if (not !== undefined) return not
  const [{ vendor, known: { settings } }, tenant, customer] = [await settingsIn(view, move.vendor), await view.get('tenant', move.tenant), await view.get('customer', move.customer)]
  assert(tenant !== undefined && customer !== undefined, 'a move is of a tenant and its customer')
  const named = await personFor(view, customer, wished.named)
  if (named === undefined) return { refused: 'nobody-to-accept' }
  const estimate = await estimateOf(view, tenant, settings)
  const window = await windowOf(view, move.id)
  const time = timeFor(wished, window, estimate, now)
  if ('refused' in time) return time
  const zone = settings.office.zone
  const rate = rateOf(ratesOf(settings), moveWork, dayOf(now, zone))
  if ('refused' in rate) return rate
  const holidays = holidaysFor(world, settings, time)
  if ('refused' in holidays) return holidays
  const lines = linesOf({ what: { en: 'Move', ja: '移行作業' }, time }, rate, holidays)
  const terms = { id: world.newId<'quote'>(), move: move.id, to: named.id, issuedAt: now, lastDay: lastDayOf(now, zone, settings.quoteDays), zone, currency: settings.currency, tax: settings.tax }
  const partner = customer.partner === null ? undefined : await view.get('partner', customer.partner)
  const made = offerOf(terms, lines, {
    what: { en: `the move of ${tenant.name}`, ja: `${tenant.name}の移行作業` }, time, window: wished.from === undefined && window !== undefined ? { id: window.id, startsAt: window.startsAt, endsAt: window.endsAt } : null,
    terms: settings.terms, duration: wished.until !== undefined || 'refused' in estimate ? null : estimate.explained.says, vendor: [{ en: vendor.name, ja: vendor.name }, ...settings.letterhead],
    to: [named.company, named.name], customer: customer.name, partner: partner?.name ?? null,
  })
  return 'refused' in made ? made : { named: named.id, currency: settings.currency, ...made }
}

const whyNoQuote = async (view: View, world: World, move: Move): Promise<NotDrafted | undefined> => {
  if (move.endedAt !== null) return { refused: 'move-ended', stage: move.stage }
  const playbook = playbookOf(world, move)
  const offer = 'refused' in playbook ? undefined : await includedOffer({ view, world }, move.id, playbook)
  if (offer !== undefined) return { refused: 'free-of-charge', offer }
  const accepted = await view.find('quote', { move: move.id, state: 'accepted' })
  return accepted === undefined ? undefined : { refused: 'accepted-already', number: accepted.number }
}

/** The one window of a move that was not cancelled. */
export const windowOf = (view: View, move: MoveId): Promise<Window | undefined> => view.find('window', { move, state: ['proposed', 'confirmed'] })

const timeFor = ({ from, until }: Wished, window: Window | undefined, estimate: TenantEstimate | NothingMeasured, now: Instant): Interval | NotDrafted | NothingMeasured => {
  const begins = from ?? window?.startsAt
  if (begins === undefined) return { refused: 'no-time-named' }
  if (until === undefined && from !== undefined && 'refused' in estimate) return estimate
  const time = until !== undefined ? { from: begins, to: until } : 'refused' in estimate ? { from: begins, to: window?.endsAt ?? begins } : pricedTime(begins, estimate.estimate)
  if (time.from <= now) return { refused: 'time-passed', from: time.from }
  if (time.to <= time.from) return { refused: 'time-backward' }
  return time.to - time.from > mostDays * 86_400_000 ? { refused: 'time-too-long', days: mostDays } : time
}

/** The holidays of the years that the time touches, as the vendor has amended them. */
export const holidaysFor = (world: Pick<World, 'holidays'>, { holidays: country, office, ownDays }: Pick<VendorSettings, 'holidays' | 'office' | 'ownDays'>, { from, to }: Interval) => {
  const [first, last] = [addDays(dayOf(from, office.zone), -1), addDays(dayOf(to, office.zone), 1)]
  const list = world.holidays.of(country, Number(first.slice(0, 4)), Number(last.slice(0, 4)))
  return 'refused' in list ? { refused: 'holidays-unknown', country } as const : amended(list, ownDays)
}

/** Who may say yes, the first of them that there is. */
const decidingDuties: readonly Duty[] = ['billing', 'approver', 'point-of-contact']

/** The partner's or distributor's person where the customer has one, otherwise the customer's own; or the one wished for, if it is one of theirs. */
const personFor = async (view: View, { id, partner }: Customer, wished: ContactId | undefined): Promise<Contact | undefined> => {
  if (wished !== undefined) {
    const contact = await view.get('contact', wished)
    return contact !== undefined && contact.removedAt === null && (contact.customer === id || (partner !== null && contact.partner === partner)) ? contact : undefined
  }
  const people = partner === null ? [] : await view.list('contact', { partner, removedAt: null, duties: decidingDuties })
  const theirs = people.length > 0 ? people : await view.list('contact', { customer: id, removedAt: null, duties: decidingDuties })
  return decidingDuties.map(duty => theirs.find(contact => contact.duties.includes(duty))).find(one => one !== undefined)
}

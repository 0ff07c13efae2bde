import type { NoAccess } from '#domain/access.ts'
import { planChange, type PlanChange } from '#domain/billing.ts'
import type { ChargeAbout, ShownCharge } from '#domain/charges.ts'
import { monthOf } from '#domain/days.ts'
import type { Home, Tenant, TenantId } from '#domain/homes.ts'
import { invoicesFor, papers, type Paper, paperwork, type Paperwork } from '#domain/invoices.ts'
import type { Text } from '#domain/locale.ts'
import { dueDedicated, type Offer, offers } from '#domain/offers.ts'
import type { Contact, CustomerId } from '#domain/parties.ts'
import type { Move, MoveId } from '#domain/programmes.ts'
import type { Day, Instant } from '#domain/time.ts'
import { assert } from '#lib/assert.ts'
import type { View } from '#ports/ledger.ts'
import { keepCharges, today } from './charges.ts'
import { asksFor, coverFor } from './contracts.ts'
import { barred, type Desk, type Glance, journal } from '../ground/desk.ts'
import { includedOffer } from './included.ts'
import { livingIn } from '../homes/living.ts'
import { playbookOf } from '../plans/plan-rows.ts'
import { settingsIn } from '../running/settings.ts'

type Looking = Pick<Glance, 'view' | 'world' | 'now'>

/** On which invoice a plan change that is handed in now would take effect, and until when that is so. */
export const readCutOff = async (glance: Glance, { customer: id }: { readonly customer: CustomerId }): Promise<PlanChange | NoAccess> => {
  const customer = await glance.view.get('customer', id)
  if (customer === undefined) return { refused: 'not-found' }
  const why = await barred(glance, 'billing.read', { vendor: customer.vendor, customer: id, partner: customer.partner, party: glance.actor.kind === 'partner' ? 'partner' : 'customer' })
  return why ?? changeAt((await settingsIn(glance.view, customer.vendor)).known.settings, glance.now)
}

const changeAt = ({ office, cutOffDay }: Awaited<ReturnType<typeof settingsIn>>['known']['settings'], at: Instant): PlanChange => planChange(at, office.zone, cutOffDay)

type PlanWish = { readonly customer: CustomerId; readonly says: string; readonly amountMinor: number; readonly handedInAt?: Instant }

/** Takes down a change of a customer's plan: on the next month's invoice when it was handed in by the 25th, otherwise on that of the month after. */
export const changePlanOf = async (desk: Desk, { customer: id, says, amountMinor, handedInAt = desk.now }: PlanWish): Promise<{ change: PlanChange; charge: ShownCharge } | NoAccess | { readonly refused: 'in-the-future'; readonly at: Instant }> => {
  const customer = await desk.tx.get('customer', id)
  if (customer === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'billing.change', { vendor: customer.vendor, customer: id, partner: customer.partner })
  if (why !== undefined) return why
  if (handedInAt > desk.now) return { refused: 'in-the-future', at: handedInAt }
  const { known: { settings } } = await settingsIn(desk.tx, customer.vendor)
  const change = changeAt(settings, handedInAt)
  const about: ChargeAbout = { invoice: 'subscription', reference: `handed in ${change.handedInOn}`, says, corrects: null }
  const [charge] = await keepCharges(desk, [{ vendor: customer.vendor, customer: id, move: null, key: `plan-change ${desk.world.newId()}`, kind: 'plan-change', onDay: `${change.invoice}-01`, currency: settings.currency, amountMinor, about }])
  assert(charge !== undefined, 'its key is new')
  journal(desk, 'billing.plan-change', 'customer', id, { says, handedInOn: change.handedInOn, invoice: change.invoice, isInTime: change.isInTime, amountMinor })
  return { change, charge }
}

type LicenceWish = { readonly move: MoveId; readonly licencesMinor: number; readonly supportMinor: number; readonly reference: string; readonly onDay?: Day }
export type AlreadyCharged = { readonly refused: 'charged-already'; readonly charges: readonly string[] }

/** Licences and support go on an invoice of their own, apart from the move's, and once. What was wrong with them is corrected by other lines. */
export const chargeLicences = async (desk: Desk, { move: id, licencesMinor, supportMinor, reference, onDay }: LicenceWish): Promise<{ charges: readonly ShownCharge[] } | NoAccess | AlreadyCharged> => {
  const move = await desk.tx.lock('move', id)
  if (move === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'billing.change', move)
  if (why !== undefined) return why
  const { vendor: { locale }, known: { settings } } = await settingsIn(desk.tx, move.vendor)
  const day = onDay ?? await today(desk, move.vendor)
  const amounts = { licences: licencesMinor, support: supportMinor } as const
  const wanted = invoicesFor(['licences', 'support']).flatMap(({ invoice, charges }) => charges.flatMap(kind => (kind === 'move' ? [] : [{
    vendor: move.vendor, customer: move.customer, move: id, key: `${kind} ${id}`, kind, onDay: day, currency: settings.currency, amountMinor: amounts[kind], about: { invoice, reference, says: separate[kind][locale], corrects: null },
  }])))
  const kept = await keepCharges(desk, wanted)
  if (kept.length < wanted.length) return { refused: 'charged-already', charges: wanted.map(one => one.kind) }
  journal(desk, 'billing.charge', 'move', id, { reference, licencesMinor, supportMinor, currency: settings.currency, month: monthOf(day) })
  return { charges: kept }
}

const separate = { licences: { en: 'Licences', ja: 'ライセンス' }, support: { en: 'Support', ja: 'サポート' } } as const satisfies Record<string, Text>

/** Papers that the system sees by itself; nobody says of them that they are there. */
const seenByItself = ['quote-accepted', 'billing-contact-known', 'no-hole-between-subscription-and-licence'] as const satisfies readonly Paper[]

export const paperworkOf = async ({ view, world }: Looking, move: Move): Promise<Paperwork> => {
  const playbook = playbookOf(world, move)
  const asks = (check: string): boolean => 'refused' in playbook || asksFor(playbook, check)
  const isFree = !('refused' in playbook) && await includedOffer({ view, world }, move.id, playbook) !== undefined
  const [isPaid, isLicensed] = [asks('quote-accepted') && !isFree, asks('no-licence-gap')]
  const needed = papers.filter(paper => (paper === 'quote-accepted' || paper === 'order-received' ? isPaid : paper === 'billing-contact-known' ? true : isLicensed))
  const seen = (await view.list('paper', { move: move.id })).map(one => one.name as Paper) // proof: `seePaper` is their only writer
  return paperwork(needed, [...seen, ...await foundPapers(view, move)])
}

const foundPapers = async (view: View, move: Move): Promise<Paper[]> => {
  const accepted = await view.find('quote', { move: move.id, state: 'accepted' })
  const cover = await coverFor(view, { id: move.customer, vendor: move.vendor })
  const contacts = await contactsFor(view, move.customer)
  return [
    ...(accepted === undefined ? [] : ['quote-accepted' as const]), ...(contacts.length === 0 ? [] : ['billing-contact-known' as const]),
    ...(cover.standing === 'covered' || cover.standing === 'goes-on' ? ['no-hole-between-subscription-and-licence' as const] : []),
  ]
}

/** Who is written to about money: at the customer, or at the partner that sells to it. */
export const contactsFor = async (view: View, customer: CustomerId): Promise<Contact[]> => {
  const { partner = null } = (await view.get('customer', customer)) ?? {}
  const own = await view.list('contact', { customer, removedAt: null, duties: ['billing'] }, { limit: 20 })
  return own.length > 0 || partner === null ? own : await view.list('contact', { partner, removedAt: null, duties: ['billing'] }, { limit: 20 })
}

export const readPaperwork = async (glance: Glance, { move: id }: { readonly move: MoveId }): Promise<Paperwork | NoAccess> => {
  const move = await glance.view.get('move', id)
  if (move === undefined) return { refused: 'not-found' }
  return (await barred(glance, 'billing.read', { vendor: move.vendor, customer: move.customer, party: glance.actor.kind === 'partner' ? 'partner' : 'customer' })) ?? await paperworkOf(glance, move)
}

/** Says of a paper that it is there. Said again, nothing changes. */
export const seePaper = async (desk: Desk, { move: id, paper }: { readonly move: MoveId; readonly paper: Paper }): Promise<Paperwork | NoAccess | { readonly refused: 'seen-by-itself'; readonly paper: Paper }> => {
  const move = await desk.tx.lock('move', id)
  if (move === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'billing.change', move)
  if (why !== undefined) return why
  if ((seenByItself as readonly Paper[]).includes(paper)) return { refused: 'seen-by-itself', paper }
  if (await desk.tx.find('paper', { move: id, name: paper }) === undefined) {
    await desk.tx.add('paper', { id: desk.world.newId<'paper'>(), vendor: move.vendor, customer: move.customer, move: id, name: paper, by: desk.who.name, at: desk.now })
    journal(desk, 'billing.paper', 'move', id, { paper })
  }
  return await paperworkOf({ ...desk, view: desk.tx }, move)
}

/** `isDue`: it is to be made now; `dueAt`: since when. */
export type TenantOffer = Pick<Offer, 'name' | 'title' | 'price' | 'fromUsers'> & { readonly isDue: boolean; readonly dueAt: Instant | null }

/** What can be offered to a tenant where it lives now. */
export const listOffers = async (glance: Glance, { tenant: id }: { readonly tenant: TenantId }): Promise<{ users: number | null; offers: readonly TenantOffer[] } | NoAccess> => {
  const tenant = await glance.view.get('tenant', id)
  if (tenant === undefined) return { refused: 'not-found' }
  const why = await barred(glance, 'tenant.read', tenant)
  if (why !== undefined) return why
  const home = await glance.view.get('home', (await livingIn(glance.view, [tenant])).get(id) ?? tenant.home)
  return { users: tenant.users, offers: home === undefined ? [] : offersIn(tenant, home) }
}

const offersIn = (tenant: Tenant, { kind }: Home): TenantOffer[] => [
  ...(kind === 'shared' || kind === 'dedicated' ? [{ ...offers['cloud-to-self-hosted'], isDue: false, dueAt: null }] : []),
  ...(kind === 'shared' ? [{ ...offers['shared-to-dedicated'], isDue: tenant.users !== null && dueDedicated(tenant.users), dueAt: tenant.dedicatedDueAt }] : []),
]

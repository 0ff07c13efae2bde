import type { NoAccess } from '#domain/access.ts'
import { dayOf } from '#domain/local-time.ts'
import { dayOfMonth, type Month } from '#domain/days.ts'
import type { ChargeAbout, ChargeKind, ShownCharge } from '#domain/charges.ts'
import { invoicesFor } from '#domain/invoices.ts'
import type { Text } from '#domain/locale.ts'
import type { CustomerId } from '#domain/parties.ts'
import type { MoveId } from '#domain/programmes.ts'
import { offerIn } from '#domain/quote-offer.ts'
import type { Charge, Json, Quote } from '#domain/records.ts'
import type { Day } from '#domain/time.ts'
import type { View } from '#ports/ledger.ts'
import { assert } from '#lib/assert.ts'
import { barred, type Desk, type Glance, journal, sight } from '../ground/desk.ts'
import { pageOf, type Page, type Paging } from '../ground/pages.ts'
import { settingsIn } from '../running/settings.ts'

export const shownCharge = (charge: Charge): ShownCharge => ({ ...charge, kind: charge.kind as ChargeKind, about: charge.about as unknown as ChargeAbout }) // proof: `keepCharges` wrote them

type NewCharge = Omit<ShownCharge, 'id'>

/** Writes lines that are not there yet. One of the same key is never written twice. */
export const keepCharges = async ({ tx, world }: Desk, charges: readonly NewCharge[]): Promise<readonly ShownCharge[]> => {
  const known = new Set((await tx.list('charge', { key: charges.map(one => one.key) })).map(one => one.key))
  const fresh = charges.filter(one => !known.has(one.key)).map(one => ({ ...one, id: world.newId<'charge'>() }))
  await tx.add('charge', ...fresh.map(one => ({ ...one, about: one.about as unknown as Json })))
  return fresh
}

/** An accepted quote, as lines of the move's invoice, in the vendor's language: on the day on which the work ends, and its tax apart. */
export const chargeQuote = async (desk: Desk, quote: Quote): Promise<void> => {
  const { time, zone, subtotalMinor, tax, what } = offerIn(quote)
  const [invoice] = invoicesFor(['move'])
  assert(invoice !== undefined, 'a move is charged on an invoice')
  const base = { vendor: quote.vendor, customer: quote.customer, move: quote.move, onDay: dayOf(time.to - 1, zone), currency: quote.currency }
  const { vendor: { locale } } = await settingsIn(desk.tx, quote.vendor)
  const about = (says: Text): ChargeAbout => ({ invoice: invoice.invoice, reference: quote.number, says: says[locale], corrects: null })
  await keepCharges(desk, [
    { ...base, key: `quote ${quote.id} move`, kind: 'move', amountMinor: subtotalMinor, about: about(what) },
    ...(tax === null ? [] : [{ ...base, key: `quote ${quote.id} tax`, kind: 'tax' as const, amountMinor: tax.amountMinor, about: about(tax.name) }]),
  ])
}

type Wished = { readonly month?: Month; readonly customer?: CustomerId; readonly move?: MoveId }

const whereOf = ({ month, customer, move }: Wished) => ({
  ...(month === undefined ? {} : { onDay: { from: `${month}-01`, to: dayOfMonth(month, 31) } }), ...(customer === undefined ? {} : { customer }), ...(move === undefined ? {} : { move }),
})

/** What is to be invoiced, by month of the vendor's calendar. */
export const listCharges = async (glance: Glance, { month, customer, move, ...paging }: Paging & Wished): Promise<Page<ShownCharge> | NoAccess> => {
  const page = await pageOf(glance, 'billing.read', 'charge', whereOf({ ...(month === undefined ? {} : { month }), ...(customer === undefined ? {} : { customer }), ...(move === undefined ? {} : { move }) }), paging)
  return 'refused' in page ? page : { ...page, items: page.items.map(shownCharge) }
}

/** All lines of a month, for finance's own system: with the names that it knows customers by. `each` is given some at a time. */
export const exportCharges = async (glance: Glance, wished: Wished, each: (rows: readonly (ShownCharge & { readonly customerName: string })[]) => void): Promise<NoAccess | undefined> => {
  const within = sight(glance, 'billing.read')
  if ('refused' in within) return within
  for (let after: string | undefined; ;) {
    const charges = await glance.view.list('charge', { ...whereOf(wished), within }, { limit: rowsAtOnce, ...(after === undefined ? {} : { after }) })
    const names = await namesOf(glance.view, charges.map(one => one.customer))
    each(charges.map(one => ({ ...shownCharge(one), customerName: names.get(one.customer) ?? '' })))
    after = charges.at(-1)?.id
    if (charges.length < rowsAtOnce) return undefined
  }
}
const rowsAtOnce = 1_000

const namesOf = async (view: View, customers: readonly CustomerId[]): Promise<ReadonlyMap<string, string>> =>
  new Map((customers.length === 0 ? [] : await view.list('customer', { id: [...new Set(customers)] })).map(({ id, name }) => [id, name]))

export type NotCorrected = NoAccess | { readonly refused: 'corrects-correction'; readonly corrects: Charge['id'] } | { readonly refused: 'below-nothing'; readonly leftMinor: number }

/** Changes what is to be paid for a line by another line: the first stays as it was. */
export const correctCharge = async (desk: Desk, { charge: id, amountMinor, because }: { readonly charge: Charge['id']; readonly amountMinor: number; readonly because: string }): Promise<ShownCharge | NotCorrected> => {
  const { tx } = desk
  const charge = await tx.lock('charge', id)
  if (charge === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'billing.change', charge)
  if (why !== undefined) return why
  const { about, ...line } = shownCharge(charge)
  if (about.corrects !== null) return { refused: 'corrects-correction', corrects: about.corrects }
  // The line is held: nobody adds a correction to it meanwhile.
  const earlier = (await tx.list('charge', { customer: charge.customer, kind: 'correction', key: Array.from({ length: mostCorrections }, (_, n) => keyOf(id, n + 1)) }))
  const leftMinor = earlier.reduce((sum, one) => sum + one.amountMinor, charge.amountMinor)
  if (leftMinor + amountMinor < 0 || earlier.length === mostCorrections) return { refused: 'below-nothing', leftMinor }
  const { known: { settings } } = await settingsIn(tx, charge.vendor)
  const [kept] = await keepCharges(desk, [{ ...line, key: keyOf(id, earlier.length + 1), kind: 'correction', onDay: dayOf(desk.now, settings.office.zone), amountMinor, about: { ...about, says: because, corrects: id } }])
  assert(kept !== undefined, 'a correction has a number of its own')
  journal(desk, 'billing.correct', 'charge', id, { amountMinor, currency: charge.currency, because, leftMinor: leftMinor + amountMinor })
  return kept
}
const keyOf = (id: string, n: number): string => `correction ${n} of ${id}`
/** Of one line; who needs more has another problem. */
const mostCorrections = 100

export const today = async (at: Pick<Desk, 'tx' | 'now'>, vendor: Charge['vendor']): Promise<Day> => dayOf(at.now, (await settingsIn(at.tx, vendor)).known.settings.office.zone)
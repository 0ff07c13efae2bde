import type { NoAccess, Verb } from '#domain/access.ts'
import { dayOf } from '#domain/local-time.ts'
import type { Vendor, VendorId } from '#domain/parties.ts'
import type { People, Programme } from '#domain/programmes.ts'
import type { Json } from '#domain/records.ts'
import type { Said } from '#domain/texts.ts'
import { type Changes, type Kept, keptWith, type KnownSettings, settingsOf } from '#domain/vendor-settings.ts'
import type { View } from '#ports/ledger.ts'
import { assert } from '#lib/assert.ts'
import { barred, type Desk, type Glance, journal, vendorOf } from '../ground/desk.ts'

/** Somebody else changed them since they were looked at. */
export type SettingsChanged = { readonly refused: 'settings-changed'; readonly revision: number }
/** Two settings that are each right and do not go together. */
export type SettingsClash = { readonly refused: 'settings-clash'; readonly why: string; readonly said: Said }

export const readSettings = async (glance: Glance, _input: object = {}): Promise<KnownSettings | NoAccess> => {
  const vendor = vendorOf(glance)
  if (vendor === undefined) return { refused: 'not-found' }
  return (await barred(glance, 'settings.read', { vendor })) ?? (await settingsIn(glance.view, vendor)).known
}

type Wish = { readonly revision: number; readonly changes: Changes }

export const changeSettings = (desk: Desk, wish: Wish): Promise<KnownSettings | NoAccess | SettingsChanged | SettingsClash> => change(desk, 'settings.change', wish)

/** The part of the settings that says what things cost. */
export const changeRates = (desk: Desk, wish: Wish): Promise<KnownSettings | NoAccess | SettingsChanged | SettingsClash> => change(desk, 'rate.change', wish)

/** Quotes that were made stay as they are. */
const change = async (desk: Desk, verb: Verb, { revision, changes }: Wish): Promise<KnownSettings | NoAccess | SettingsChanged | SettingsClash> => {
  const id = vendorOf(desk)
  if (id === undefined) return { refused: 'not-found' }
  const why = await barred(desk, verb, { vendor: id })
  if (why !== undefined) return why
  // The vendor's row is there also where nothing was set yet: whoever changes first is done before the next one looks.
  await desk.tx.lock('vendor', id)
  const { vendor, kept, known: before } = await settingsIn(desk.tx, id)
  if (before.revision !== revision) return { refused: 'settings-changed', revision: before.revision }
  const after = keptWith(kept, changes)
  const clash = clashIn(desk, settingsOf(vendor, after))
  if (clash !== undefined) return clash
  // Proof: settings came through a schema, as JSON.
  await desk.tx.put('setting', { id, settings: after as unknown as { readonly [name: string]: Json } })
  const names = Object.keys(changes) as (keyof Changes)[]
  journal(desk, verb, 'setting', id, { revision: after.revision, before: Object.fromEntries(names.map(name => [name, before.settings[name]])), after: changes })
  return settingsOf(vendor, after)
}

/** What only shows when all of them are known. */
const clashIn = ({ world, now }: Desk, { settings }: KnownSettings): SettingsClash | undefined => {
  const year = Number(dayOf(now, settings.office.zone).slice(0, 4))
  const list = world.holidays.of(settings.holidays, year, year)
  if ('refused' in list) return { refused: 'settings-clash', why: `nobody knows the public holidays of ${settings.holidays}; known are ${list.known.join(', ')}`, said: { why: { en: `nobody knows the public holidays of ${settings.holidays}; known are ${list.known.join(', ')}`, ja: `${settings.holidays} の祝日は登録されていません。登録されている国：${list.known.join('、')}` } } }
  return undefined
}

/** How a vendor works, for every use case that prices, dates or names people. */
export const settingsIn = async (view: View, id: VendorId): Promise<{ readonly vendor: Vendor; readonly kept: Kept | undefined; readonly known: KnownSettings }> => {
  const [vendor, row] = [await view.get('vendor', id), await view.get('setting', id)]
  assert(vendor !== undefined, 'whatever belongs to a vendor has one')
  // Proof: `change` is the only writer. A row that others made, of before there was a revision, says nothing.
  const kept = row !== undefined && 'revision' in row.settings && 'said' in row.settings ? (row.settings as unknown as Kept) : undefined
  return { vendor, kept, known: settingsOf(vendor, kept) }
}

/** Whom people can turn to about a move: those of its programme, or where it names nobody, the vendor's. */
export const turnToFor = async (view: View, vendor: VendorId, programme: Pick<Programme, 'people'> | undefined): Promise<People> =>
  programme !== undefined && programme.people.length > 0 ? programme.people : (await settingsIn(view, vendor)).known.settings.people

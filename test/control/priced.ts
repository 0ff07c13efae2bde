import type { HomeId, StoreSize, TenantId } from '#domain/homes.ts'
import type { ContactId, CustomerId, PartnerId } from '#domain/parties.ts'
import type { MoveId, ProgrammeId } from '#domain/programmes.ts'
import type { Window } from '#domain/records.ts'
import type { Ask } from '#wire/ask.ts'
import type { Scope } from '#test/services/postgres.ts'
import { type Control, useControl } from './rig.ts'

/** A vendor in Japan that sells moves out of its cloud at ¥15,000 an hour, with 10 % tax. */
export type Priced = {
  readonly control: Control; readonly lead: Ask; readonly finance: Ask; readonly admin: Ask; readonly cloud: HomeId; readonly programme: ProgrammeId
  /** A customer with a planned move to a server of its own, and people for billing and everything else. */
  moving(name: string, options?: { readonly partner?: PartnerId; readonly users?: number; readonly licensed?: number | null; readonly stores?: readonly StoreSize[]; readonly programme?: ProgrammeId; readonly to?: 'self-hosted' | 'dedicated' }): Promise<Moving>
  /** The window of a move, as if it had been agreed. */
  window(moving: Moving, from: number, hours: number, state?: Window['state']): Promise<Window['id']>
}
export type Moving = { readonly customer: CustomerId; readonly tenant: TenantId; readonly move: MoveId; readonly billing: ContactId; readonly contact: ContactId }

export const usePriced = async (t: Scope, options: Parameters<typeof useControl>[1] = {}): Promise<Priced> => {
  const control = await useControl(t, options)
  const [lead, finance, admin] = [await control.as('migration-lead'), await control.as('finance'), await control.as('admin')]
  const { world, vendor } = control
  await admin('settings.change', { revision: 0, changes: { rates: [{ work: 'move', from: '2026-01-01', hourlyMinor: 15_000 }], terms: [{ en: 'Payable within 30 days.', ja: 'お支払いは30日以内にお願いいたします。' }], letterhead: [{ en: '1 Harbour Road, Yokohama', ja: '横浜市港通り1' }] } })
  const { id: cloud } = await lead('homes.add', { name: 'the cloud', kind: 'shared', addressPattern: 'https://{name}.forms.example.com', capacity: 4 })
  const { id: programme } = await lead('programmes.add', { name: 'To own servers', playbook: 'cloud-to-self-hosted', people: [{ role: 'support', name: 'Support', email: 'support@kestrel.example', phone: null }] })
  const windows = new Map<string, Window['id']>()
  return {
    control, lead, finance, admin, cloud, programme,
    async moving(name, { partner, users = 40, licensed = 50, stores = [{ name: 'app', engine: 'postgres', bytes: 1_000_000_000_000 }], programme: of = programme, to = 'self-hosted' } = {}) {
      const slug = name.toLowerCase().replaceAll(/\W+/g, '-').replace(/^-/, '')
      const { id: customer } = await lead('customers.add', { name, country: 'JP', zone: 'Asia/Tokyo', locale: 'ja', ...(partner === undefined ? {} : { partner }) })
      const { id: billing } = await lead('contacts.add', { customer, name: `Billing at ${name}`, email: `billing@${slug}.example`, duties: ['billing'] })
      const { id: contact } = await lead('contacts.add', { customer, name: `Contact at ${name}`, email: `contact@${slug}.example`, duties: ['point-of-contact'] })
      await control.verify(billing, contact)
      const { id: server } = await lead('homes.add', { name: `the server of ${name}`, kind: to, capacity: 1, ...(licensed === null ? {} : { licensedUsers: licensed }) })
      const { id: tenant } = await lead('tenants.add', { customer, home: cloud, name: slug, users })
      await world.ledger.transaction(tx => tx.change('tenant', tenant, { stores, measuredAt: control.clock.now() }))
      const { id: move } = await lead('moves.add', { tenant, programme: of, destination: server })
      return { customer, tenant, move, billing, contact }
    },
    async window({ customer, tenant, move }, from, hours, state = 'confirmed') {
      const id = windows.get(move) ?? world.newId<'window'>()
      windows.set(move, id)
      await world.ledger.transaction(async tx => {
        const { destination: home } = (await tx.get('move', move)) ?? { destination: cloud }
        await tx.put('window', { id, vendor: vendor.id, customer, move, tenant, home, startsAt: from, endsAt: from + hours * 3_600_000, zone: 'Asia/Tokyo', state, sequence: 0, confirmedBy: null, confirmedAt: null })
      })
      return id
    },
  }
}

/** An instant by the clock on a wall. */
export const wall = (text: string, zone = 'Asia/Tokyo'): number => Temporal.PlainDateTime.from(text).toZonedDateTime(zone).epochMilliseconds

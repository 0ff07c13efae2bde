import type { ContactId, CustomerId } from '#domain/parties.ts'
import type { MoveId } from '#domain/programmes.ts'
import type { Control } from '#test/control/rig.ts'
import type { Ask } from '#wire/ask.ts'

/** A vendor in Japan that sells moves at ¥15,000 an hour, and one customer whose move has a window over a public holiday. */
export type PricedMove = { readonly lead: Ask; readonly finance: Ask; readonly customer: CustomerId; readonly move: MoveId; readonly billing: ContactId }

export const usePricedMove = async (control: Control): Promise<PricedMove> => {
  const [lead, finance, admin] = [await control.as('migration-lead'), await control.as('finance'), await control.as('admin')]
  await admin('settings.change', { revision: 0, changes: { rates: [{ work: 'move', from: '2026-01-01', hourlyMinor: 15_000 }], terms: [{ en: 'Payable within 30 days.', ja: 'お支払いは30日以内にお願いいたします。' }] } })
  const { id: cloud } = await lead('homes.add', { name: 'Forms cloud', kind: 'shared', addressPattern: 'https://{name}.forms.example.com', capacity: 4 })
  const { id: server } = await lead('homes.add', { name: 'Server of Hibari Foods', kind: 'self-hosted', addressPattern: 'https://forms.{name}.example', capacity: 1, licensedUsers: 50 })
  const { id: programme } = await lead('programmes.add', { name: 'To own servers', playbook: 'cloud-to-self-hosted', people: [{ role: 'support', name: 'Support desk', email: 'support@kestrel.example', phone: null }] })
  const { id: customer } = await lead('customers.add', { name: 'Hibari Foods', country: 'JP', zone: 'Asia/Tokyo', locale: 'ja' })
  const { id: billing } = await lead('contacts.add', { customer, name: 'Purchasing', email: 'purchasing@hibari.example', duties: ['billing'] })
  const { id: contact } = await lead('contacts.add', { customer, name: 'Point of contact', email: 'contact@hibari.example', duties: ['point-of-contact', 'approver'] })
  await control.verify(billing, contact)
  const { id: tenant } = await lead('tenants.add', { customer, home: cloud, name: 'hibari', users: 40 })
  await lead('tenants.measured', { tenant, stores: [{ name: 'forms', engine: 'postgres', bytes: 42_000_000_000 }], users: 40 })
  const { id: move } = await lead('moves.add', { tenant, programme, destination: server, t0: '2030-05-02' })
  // From 20:00 on Thursday in Japan; the Friday is 憲法記念日.
  await lead('windows.propose', { move, from: '2030-05-02T11:00:00.000Z', to: '2030-05-02T19:00:00.000Z' })
  await finance('contracts.add', { customer, kind: 'subscription', startsOn: '2024-04-01', endsOn: '2030-06-01', term: 'year' })
  await finance('contracts.add', { customer, kind: 'licence', startsOn: '2030-05-10', endsOn: null, term: 'year' })
  return { lead, finance, customer, move, billing }
}

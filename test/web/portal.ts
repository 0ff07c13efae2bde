import type { ContactId, CustomerId } from '#domain/parties.ts'
import type { MoveId, ProgrammeId } from '#domain/programmes.ts'
import type { Locale } from '#domain/locale.ts'
import type { Control } from '#test/control/rig.ts'
import type { Ask } from '#wire/ask.ts'

/** A customer's people, each to be looked in as, and the move that they are part of. */
export type Portal = { readonly lead: Ask; readonly programme: ProgrammeId; readonly customer: CustomerId; readonly move: MoveId; readonly contact: ContactId; readonly it: ContactId; readonly tester: ContactId }

/** A vendor's programme by the playbook of case A, and one customer of it with three people. `locale`: in which they are written to. */
export const usePortal = async (control: Control, { locale = 'en', playbook = 'cloud-to-cloud', t0 = '2027-01-23' }: { readonly locale?: Locale; readonly playbook?: string; readonly t0?: string } = {}): Promise<Portal> => {
  const lead = await control.as('migration-lead')
  const [origin, destination] = [await lead('homes.add', { name: locale === 'ja' ? '旧クラウド' : 'the first cloud', kind: 'shared', addressPattern: 'https://{name}.cloud.example.com', capacity: 4 }), await lead('homes.add', { name: locale === 'ja' ? '新クラウド' : 'the second cloud', kind: 'dedicated', addressPattern: 'https://{name}.example.cloud', capacity: 4 })]
  const people = [{ role: 'project-manager', name: 'Moves desk', email: 'moves@kestrel.example', phone: '+81 3 5550 100' }, { role: 'support', name: 'Support desk', email: 'support@kestrel.example', phone: '+81 3 5550 200' }, { role: 'customer-success', name: 'Customer desk', email: 'customers@kestrel.example', phone: null }] as const
  const { id: programme } = await lead('programmes.add', { name: locale === 'ja' ? '新クラウドへの移行' : 'To the second cloud', playbook, people: [...people] })
  const { id: customer } = await lead('customers.add', { name: locale === 'ja' ? 'あおぞら精機' : 'Nordlicht Foods', country: locale === 'ja' ? 'JP' : 'DE', zone: locale === 'ja' ? 'Asia/Tokyo' : 'Europe/Berlin', locale })
  const person = async (name: string, address: string, duties: readonly ('point-of-contact' | 'approver' | 'it' | 'networking' | 'developer' | 'end-user' | 'testing')[]): Promise<ContactId> => (await lead('contacts.add', { customer, name, email: `${address}@nordlicht.example`, duties: [...duties] })).id
  const contact = await person(locale === 'ja' ? '窓口担当' : 'Point of contact', 'contact', ['point-of-contact', 'approver'])
  const it = await person(locale === 'ja' ? '情報システム部' : 'IT desk', 'it', ['it', 'networking', 'developer'])
  const tester = await person(locale === 'ja' ? '利用部門' : 'Test group', 'users', ['end-user', 'testing'])
  // They have answered from their addresses: nothing is wanted of somebody whom no letter reaches.
  await control.world.ledger.transaction(async tx => { for (const id of [contact, it, tester]) await tx.change('contact', id, { verifiedAt: control.clock.now() }) })
  const { id: tenant } = await lead('tenants.add', { customer, home: origin.id, name: locale === 'ja' ? 'aozora' : 'nordlicht', users: 120 })
  await lead('tenants.measured', { tenant, stores: [{ name: 'application', engine: 'postgres', bytes: 42_000_000_000 }], users: 120 })
  const { id: move } = await lead('moves.add', { tenant, programme, destination: destination.id, t0 })
  return { lead, programme, customer, move, contact, it, tester }
}

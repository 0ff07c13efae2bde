import { join } from 'node:path'
import type { HomeId, TenantId } from '#domain/homes.ts'
import type { ContactId, CustomerId, Duty } from '#domain/parties.ts'
import type { ProgrammeId } from '#domain/programmes.ts'
import type { Ask } from '#wire/ask.ts'
import type { Scope } from '#test/services/postgres.ts'
import { type Control, useControl } from './rig.ts'

/** Playbooks so small that their days can be counted by hand. */
export const smallPlaybooks = join(import.meta.dirname, 'playbooks')

/** Two clouds and a programme that leads from the one to the other, asked about as a migration lead. */
export type Estate = {
  readonly control: Control; readonly lead: Ask; readonly origin: HomeId; readonly destination: HomeId; readonly programme: ProgrammeId
  /** A new customer with a tenant in the old cloud and one contact. */
  tenant(name: string, options?: { readonly country?: string; readonly zone?: string; readonly partner?: string; readonly duties?: readonly Duty[]; readonly users?: number; /** False: the contact has not answered from the address yet. */ readonly verified?: boolean }): Promise<{ readonly customer: CustomerId; readonly tenant: TenantId; readonly contact: ContactId }>
}

const usualDuties: readonly Duty[] = ['point-of-contact', 'it', 'developer']

export const useEstate = async (t: Scope, { playbook = 'small', ...options }: { readonly playbook?: string } & Parameters<typeof useControl>[1] = {}): Promise<Estate> => {
  const control = await useControl(t, { playbooks: [smallPlaybooks], ...options })
  const lead = await control.as('migration-lead')
  const { id: origin } = await lead('homes.add', { name: 'the old cloud', kind: 'shared', addressPattern: 'https://{name}.cloud.example.com', capacity: 4 })
  const { id: destination } = await lead('homes.add', { name: 'the new cloud', kind: 'dedicated', addressPattern: 'https://{name}.example.cloud', capacity: 4 })
  const { id: programme } = await lead('programmes.add', { name: 'To the new cloud', playbook, people: [{ role: 'support', name: 'Support', email: 'support@kestrel.example', phone: null }] })
  return {
    control, lead, origin, destination, programme,
    async tenant(name, { country = 'JP', zone = 'Asia/Tokyo', partner, duties = usualDuties, users, verified = true } = {}) {
      const { id: customer } = await lead('customers.add', { name, country, zone, locale: 'en', ...(partner === undefined ? {} : { partner: partner as never }) })
      const { id: contact } = await lead('contacts.add', { customer, name: `A person at ${name}`, email: `person@${name.toLowerCase().replaceAll(/\W+/g, '-')}.example`, duties: [...duties] })
      if (verified) await control.verify(contact)
      const { id: tenant } = await lead('tenants.add', { customer, home: origin, name: name.toLowerCase().replaceAll(/\W+/g, '-'), ...(users === undefined ? {} : { users }) })
      return { customer, tenant, contact }
    },
  }
}

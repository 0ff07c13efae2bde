import type { Role } from '#domain/access.ts'
import type { Who } from '#domain/journal.ts'
import type { Locale } from '#domain/locale.ts'
import type { CustomerId, Duty, PartnerId, VendorId } from '#domain/parties.ts'
import { hasSecondFactor } from '#domain/sign-in.ts'
import { assert } from '#lib/assert.ts'
import { asId } from '#domain/ids.ts'
import type { Glance } from '../ground/desk.ts'

/** Who somebody is here, and what they are there for. `isProven`: by a second factor, a short while ago. */
export type Self = {
  readonly kind: Who['kind']; readonly id: string; readonly name: string; readonly email: string | null; readonly locale: Locale
  readonly vendor: { readonly id: VendorId; readonly name: string; readonly zone: string }; readonly customer: CustomerId | null; readonly partner: PartnerId | null; readonly roles: readonly Role[]; readonly duties: readonly Duty[]; readonly isProven: boolean
}

export const readSelf = async ({ view, actor, who, now }: Glance, session: string | undefined): Promise<Self> => {
  assert(actor.kind !== 'system', 'nobody is signed in as the system')
  const vendor = await view.get('vendor', actor.vendor)
  assert(vendor !== undefined, 'everybody belongs to a vendor')
  const [operator, contact] = [actor.kind === 'operator' ? await view.get('operator', actor.id) : undefined, actor.kind === 'customer' || actor.kind === 'partner' ? await view.get('contact', actor.id) : undefined]
  const row = session === undefined ? undefined : await view.get('session', asId(session))
  return {
    kind: who.kind, id: who.id, name: who.name, email: (operator ?? contact)?.email ?? null, locale: contact?.locale ?? vendor.locale, vendor: { id: vendor.id, name: vendor.name, zone: vendor.zone },
    customer: actor.kind === 'customer' ? actor.customer : null, partner: actor.kind === 'partner' ? actor.partner : null, roles: actor.kind === 'operator' ? actor.roles : [], duties: contact?.duties ?? [], isProven: row !== undefined && hasSecondFactor(row, now),
  }
}

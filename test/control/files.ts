import type { Role } from '#domain/access.ts'
import type { ContactId } from '#domain/parties.ts'
import { sha256 } from '#lib/hash.ts'
import type { Control } from './rig.ts'

/** Takes files away as somebody: what is no JSON has no typed way to ask. */
export const filesAs = async ({ world, vendor, site }: Control, who: { readonly contact: ContactId } | { readonly roles: readonly Role[] }): Promise<(path: string) => Promise<Response>> => {
  const [token, now] = [world.secret(), world.clock.now()]
  const operator = 'roles' in who ? world.newId<'operator'>() : null
  await world.ledger.transaction(async tx => {
    if ('roles' in who && operator !== null) await tx.add('operator', { id: operator, vendor: vendor.id, name: 'A person for files', email: `${operator}@kestrel.example`, roles: who.roles, password: null, subject: null, disabledAt: null, failures: 0, failedAt: null })
    await tx.add('session', { id: world.newId<'session'>(), hash: sha256(token), contact: 'contact' in who ? who.contact : null, operator, createdAt: now, seenAt: now, expiresAt: now + 86_400_000, endedAt: null, secondFactorAt: null })
  })
  return path => fetch(`${site}${path}`, { headers: { authorization: `Bearer ${token}` } })
}

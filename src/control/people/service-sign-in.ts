import { asId } from '#domain/ids.ts'
import { admit, type Claims, decidePending, type GroupRoles, type NotAdmitted, operatorSays, type OperatorOnFile, type PendingRefused, pendingLastsMs, safeReturn, type SignInRefused, subjectOf } from '#domain/operator-sign-in.ts'
import type { Operator, Pending } from '#domain/records.ts'
import { sha256 } from '#lib/hash.ts'
import { asSystem } from '../ground/as-system.ts'
import { operatorAs } from '../ground/callers.ts'
import { type Desk, journal } from '../ground/desk.ts'
import { begin, pendingOf, take } from './pending.ts'
import { type Begun, beginSession } from './sessions.ts'
import type { World } from '../ground/world.ts'

type NoService = { readonly refused: 'no-sign-in-service' }
type Kept = { readonly state: string; readonly nonce: string; readonly verifier: string; readonly returnTo: string; readonly browser: string }

/** Sends a browser to the vendor's own sign-in. `browser`: to be kept there, so that no other one finishes it. */
export const beginAtService = async (world: World, { returnTo }: { readonly returnTo: string }, signal: AbortSignal): Promise<{ readonly url: string; readonly browser: string } | NoService> => {
  if (world.signInService === undefined) return { refused: 'no-sign-in-service' }
  const { url, begun } = await world.signInService.begin(signal)
  const browser = world.secret()
  const facts: Kept = { ...begun, returnTo: safeReturn(returnTo), browser: sha256(browser) }
  await asSystem(world, desk => begin(desk, { purpose: 'service', secret: begun.state, facts, lastsMs: pendingLastsMs }))
  return { url, browser }
}

type Came = { readonly query: string; readonly browser: string; readonly before?: string | undefined }

/** Somebody comes back from there. What was begun counts once, whatever the answer is. */
export const finishAtService = async (world: World, { query, browser, before }: Came, signal: AbortSignal): Promise<(Begun & { readonly returnTo: string }) | NoService | PendingRefused | SignInRefused | NotAdmitted> => {
  if (world.signInService === undefined) return { refused: 'no-sign-in-service' }
  const taken = await asSystem(world, async desk => {
    const found = await pendingOf(desk, 'service', new URLSearchParams(query).get('state') ?? '')
    return { pending: found === undefined ? undefined : await take(desk, 'service', found.id), now: desk.now }
  })
  const decided = decidePending(keptOf(taken.pending), browser, taken.now)
  if ('refused' in decided) return decided
  const claims = await world.signInService.finish(decided.pending, query, signal)
  if ('refused' in claims) return claims
  return await asSystem(world, async desk => {
    const operator = await admitted(desk, claims, world.groupRoles ?? {})
    return 'refused' in operator ? operator : { ...await beginSession(desk, operatorAs(operator).who, 'service', before), returnTo: decided.pending.returnTo }
  })
}

const keptOf = (pending: Pending | undefined): (Kept & { readonly expiresAt: number }) | undefined => (pending === undefined ? undefined : { ...pending.facts as unknown as Kept, expiresAt: pending.expiresAt })

/** Who it is here: known already, or one who comes for the first time because the groups let them. */
const admitted = async (desk: Desk, claims: Claims, groups: GroupRoles): Promise<Operator | NotAdmitted> => {
  const { tx } = desk
  // One after the other: both go by the one session of this transaction.
  const onFile = [await tx.find('operator', { subject: subjectOf(claims) }), claims.email === null ? undefined : await tx.find('operator', { email: claims.email })].filter(one => one !== undefined)
  for (const { id } of onFile) await tx.lock('operator', id)
  const decided = admit(claims, groups, onFile as OperatorOnFile[])
  if ('refused' in decided) return decided
  const known = onFile.find(one => one.id === decided.id)
  if (known === undefined) return await newcomer(desk, claims, decided.roles)
  const change = { subject: decided.subject, roles: decided.roles }
  await tx.change('operator', known.id, change)
  if (known.roles.join(' ') !== decided.roles.join(' ')) journal({ ...desk, who: operatorAs(known).who }, 'people.change', 'operator', known.id, { roles: decided.roles, by: 'the groups of the sign-in service' })
  return { ...known, ...change }
}

/** Only where there is no doubt whose they are: one vendor, and an address that is theirs. */
const newcomer = async (desk: Desk, claims: Claims, roles: readonly string[]): Promise<Operator | NotAdmitted> => {
  const { tx, world } = desk
  if (claims.email === null || !claims.isEmailVerified) return { refused: 'address-not-verified', says: operatorSays['address-not-verified'] }
  const [vendor, another] = await tx.list('vendor', {}, { limit: 2 })
  const isTaken = await tx.find('operator', { email: claims.email }) !== undefined
  if (vendor === undefined || another !== undefined || isTaken) return { refused: 'person-unknown', says: operatorSays['person-unknown'] }
  const operator: Operator = { id: asId(world.newId<'operator'>()), vendor: vendor.id, name: claims.name ?? claims.email, email: claims.email.toLowerCase(), roles, password: null, subject: subjectOf(claims), disabledAt: null, failures: 0, failedAt: null }
  await tx.add('operator', operator)
  journal({ ...desk, who: operatorAs(operator).who }, 'people.change', 'operator', operator.id, { added: { name: operator.name, roles }, by: 'the groups of the sign-in service' })
  return operator
}

import { decideSetup, type PasskeyRefused, passkeyRefused, type PasswordRefused, type SetupRefused } from '#domain/operator-sign-in.ts'
import type { Vendor } from '#domain/parties.ts'
import type { Json, Operator, Pending } from '#domain/records.ts'
import { asSystem } from '../ground/as-system.ts'
import { operatorAs } from '../ground/callers.ts'
import { type Desk, journal } from '../ground/desk.ts'
import { askNewPasskey, type Asked, keepPasskey, madePasskey } from './passkeys.ts'
import { newPassword } from './passwords.ts'
import { begin, pendingOf, take } from './pending.ts'
import { type Begun, beginSession } from './sessions.ts'
import type { World } from '../ground/world.ts'

const lastsMs = 24 * 3_600_000

/** Where the first administrator is made: an address that is printed once. Undefined: there are operators already, and there will never be another. An older address counts no more. */
export const openSetup = (world: World): Promise<string | undefined> => asSystem(world, async desk => {
  if (await desk.tx.count('operator', {}) > 0) return undefined
  await desk.tx.remove('pending', { purpose: 'setup' })
  const token = world.secret()
  await begin(desk, { purpose: 'setup', secret: token, lastsMs })
  return `${world.site}/setup/${token}`
})

/** By a password, a passkey, or both. */
export type Ways = { readonly password?: string | undefined; readonly passkey?: { readonly ask: Pending['id']; readonly answer: Json } | undefined }
type Who = { readonly name: string; readonly email: string }

/** To make a passkey for the person who is about to be made. */
export const offerSetupPasskey = async (world: World, { token, ...person }: { readonly token: string } & Who): Promise<Asked | SetupRefused> => {
  const decided = await asSystem(world, desk => setupOf(desk, token))
  return 'refused' in decided ? decided : await askNewPasskey(world, { id: world.newId<'operator'>(), ...person })
}

type Wish = { readonly token: string; readonly vendor: Omit<Vendor, 'id'> } & Who & Ways

/** The vendor and its first administrator, who is signed in with it. */
export const finishSetup = async (world: World, { token, vendor, name, email, password, passkey }: Wish, signal: AbortSignal): Promise<Begun | SetupRefused | PasswordRefused | PasskeyRefused | { readonly refused: 'no-way-in' }> => {
  // Before anything that takes time is done for whoever asks.
  const may = await asSystem(world, desk => setupOf(desk, token))
  if ('refused' in may) return may
  if (password === undefined && passkey === undefined) return { refused: 'no-way-in' }
  const hash = password === undefined ? null : await newPassword(world, password, { email, name }, signal)
  if (hash !== null && typeof hash !== 'string') return hash
  const made = passkey === undefined ? undefined : await asSystem(world, desk => madePasskey(desk, passkey))
  if (made !== undefined && 'refused' in made) return made
  return await asSystem(world, async desk => {
    // Locked first: of two at once the second finds that it is done.
    await take(desk, 'setup', may.id)
    const decided = await setupOf(desk, token, may)
    if ('refused' in decided) return decided
    const id = world.newId<'vendor'>()
    const operator: Operator = { id: made?.person ?? world.newId<'operator'>(), vendor: id, name, email: email.toLowerCase(), roles: [...decided.roles], password: hash, subject: null, disabledAt: null, failures: 0, failedAt: null }
    if (made !== undefined && await desk.tx.get('operator', made.person) !== undefined) return passkeyRefused('it was made for somebody else')
    await desk.tx.add('vendor', { id, ...vendor })
    await desk.tx.add('operator', operator)
    if (made !== undefined) await keepPasskey(desk, operator.id, made.key)
    const { who } = operatorAs(operator)
    journal({ ...desk, who }, 'people.change', 'operator', operator.id, { added: { name, roles: operator.roles }, vendor: vendor.name })
    return await beginSession(desk, who, 'setup')
  })
}

/** `taken`: the row, where it was taken already. */
const setupOf = async (desk: Desk, token: string, taken?: { readonly id: Pending['id']; readonly createdAt: number; readonly hash: string }) => {
  const pending = taken ?? await pendingOf(desk, 'setup', token)
  const decided = decideSetup(pending === undefined ? undefined : { hash: pending.hash, createdAt: pending.createdAt, usedAt: null }, token, await desk.tx.count('operator', {}), desk.now)
  if ('refused' in decided || pending === undefined) return decided as SetupRefused
  return { id: pending.id, hash: pending.hash, createdAt: pending.createdAt, roles: decided.roles }
}

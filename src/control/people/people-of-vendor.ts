import type { NoAccess, OperatorId, Role } from '#domain/access.ts'
import type { PasskeyRefused, PasswordRefused } from '#domain/operator-sign-in.ts'
import { noFailures } from '#domain/operator-sign-in.ts'
import type { Operator, Pending } from '#domain/records.ts'
import { asSystem } from '../ground/as-system.ts'
import { operatorAs } from '../ground/callers.ts'
import { barred, type Desk, type Glance, journal, vendorOf } from '../ground/desk.ts'
import { pageOf, type Page, type Paging } from '../ground/pages.ts'
import { askNewPasskey, type Asked, keepPasskey, madePasskey } from './passkeys.ts'
import { newPassword } from './passwords.ts'
import { begin, pendingOf, take } from './pending.ts'
import { type Begun, beginSession, endSessionsOf } from './sessions.ts'
import type { Ways } from './setup.ts'
import type { World } from '../ground/world.ts'

/** One of the vendor's own people, without anything by which they sign in. */
export type Person = Pick<Operator, 'id' | 'vendor' | 'name' | 'email' | 'disabledAt'> & { readonly roles: readonly Role[]; readonly signsInBy: readonly ('password' | 'service')[] }
type NotFound = { readonly refused: 'not-found' }
type LastAdmin = { readonly refused: 'last-admin' }
type OwnRoles = { readonly refused: 'own-roles' }

export const listPeople = async (glance: Glance, paging: Paging): Promise<Page<Person> | NoAccess> => {
  const page = await pageOf(glance, 'people.read', 'operator', {}, paging)
  return 'refused' in page ? page : { ...page, items: page.items.map(shown) }
}

const invitationLastsMs = 7 * 24 * 3_600_000
/** `invitation`: an address for this person alone, shown once, at which they choose how they sign in. */
export type Invited = { readonly id: OperatorId; readonly invitation: string; readonly expiresAt: number }

export const addPerson = async (desk: Desk, { name, email, roles }: { readonly name: string; readonly email: string; readonly roles: readonly Role[] }): Promise<Invited | NoAccess | { readonly refused: 'address-taken' }> => {
  const vendor = vendorOf(desk)
  const why = vendor === undefined ? { refused: 'not-found' } as const : await barred(desk, 'people.change', { vendor })
  if (vendor === undefined || why !== undefined) return why ?? { refused: 'not-found' }
  await desk.tx.lock('vendor', vendor)
  if (await desk.tx.find('operator', { email }) !== undefined) return { refused: 'address-taken' }
  const id = desk.world.newId<'operator'>()
  await desk.tx.add('operator', { id, vendor, name, email: email.toLowerCase(), roles: [...roles], password: null, subject: null, disabledAt: null, failures: 0, failedAt: null })
  journal(desk, 'people.change', 'operator', id, { added: { name, roles } })
  return await invitation(desk, id)
}

/** Roles count with the next request. Nobody gives themselves any; an administrator always remains. */
export const changePerson = async (desk: Desk, { person, ...change }: { readonly person: OperatorId; readonly name?: string; readonly roles?: readonly Role[] }): Promise<Person | NoAccess | NotFound | LastAdmin | OwnRoles> => {
  const operator = await toBeChanged(desk, person)
  if ('refused' in operator) return operator
  const { actor } = desk
  if (actor.kind === 'operator' && actor.id === person && change.roles?.some(role => !operator.roles.includes(role)) === true) return { refused: 'own-roles' }
  if (change.roles?.includes('admin') === false && await isLastAdmin(desk, operator)) return { refused: 'last-admin' }
  await desk.tx.change('operator', person, change)
  journal(desk, 'people.change', 'operator', person, { changed: change })
  return shown({ ...operator, ...change })
}

/** Gone at once: sessions end, what was begun is void; what was done stays. */
export const disablePerson = async (desk: Desk, { person }: { readonly person: OperatorId }): Promise<Person | NoAccess | NotFound | LastAdmin> => {
  const { tx, now } = desk
  const operator = await toBeChanged(desk, person)
  if ('refused' in operator || operator.disabledAt !== null) return 'refused' in operator ? operator : shown(operator)
  if (await isLastAdmin(desk, operator)) return { refused: 'last-admin' }
  await tx.change('operator', person, { disabledAt: now })
  await endSessionsOf(tx, person, now)
  await tx.remove('pending', { operator: person })
  for (const { id } of await tx.list('feed', { operator: person, revokedAt: null })) await tx.change('feed', id, { revokedAt: now })
  journal(desk, 'people.change', 'operator', person, { disabled: true })
  return shown({ ...operator, disabledAt: now })
}

export const enablePerson = async (desk: Desk, { person }: { readonly person: OperatorId }): Promise<Person | NoAccess | NotFound> => {
  const operator = await toBeChanged(desk, person)
  if ('refused' in operator || operator.disabledAt === null) return 'refused' in operator ? operator : shown(operator)
  await desk.tx.change('operator', person, { disabledAt: null })
  journal(desk, 'people.change', 'operator', person, { disabled: false })
  return shown({ ...operator, disabledAt: null })
}

/** For somebody who lost the first one, or the password. */
export const invitePerson = async (desk: Desk, { person }: { readonly person: OperatorId }): Promise<Invited | NoAccess | NotFound | { readonly refused: 'person-disabled' }> => {
  const operator = await toBeChanged(desk, person)
  if ('refused' in operator) return operator
  if (operator.disabledAt !== null) return { refused: 'person-disabled' }
  journal(desk, 'people.change', 'operator', person, { invited: true })
  return await invitation(desk, person)
}

/** The older one is void. */
const invitation = async (desk: Desk, operator: OperatorId): Promise<Invited> => {
  const token = desk.world.secret()
  await desk.tx.remove('pending', { operator, purpose: 'invitation' })
  await begin(desk, { purpose: 'invitation', secret: token, operator, lastsMs: invitationLastsMs })
  return { id: operator, invitation: `${desk.world.site}/join/${token}`, expiresAt: desk.now + invitationLastsMs }
}

type NotInvited = { readonly refused: 'invitation-void' }

/** To make a passkey with which the invitation is then accepted. */
export const offerJoinPasskey = async (world: World, { token }: { readonly token: string }): Promise<Asked | NotInvited> => {
  const invited = await asSystem(world, desk => invitedBy(desk, token))
  return 'refused' in invited ? invited : await askNewPasskey(world, invited.operator)
}

/** Chooses how to sign in, and is signed in; whoever was signed in as this person before is so no more. */
export const join = async (world: World, { token, password, passkey }: { readonly token: string } & Ways, signal: AbortSignal): Promise<Begun | NotInvited | PasswordRefused | PasskeyRefused | { readonly refused: 'no-way-in' }> => {
  const invited = await asSystem(world, desk => invitedBy(desk, token))
  if ('refused' in invited) return invited
  if (password === undefined && passkey === undefined) return { refused: 'no-way-in' }
  const hash = password === undefined ? undefined : await newPassword(world, password, invited.operator, signal)
  if (hash !== undefined && typeof hash !== 'string') return hash
  const made = passkey === undefined ? undefined : await asSystem(world, desk => madePasskey(desk, passkey))
  if (made !== undefined && 'refused' in made) return made
  return await asSystem(world, async desk => {
    const { tx, now } = desk
    const operator = await tx.lock('operator', invited.operator.id)
    const isStill = await take(desk, 'invitation', invited.pending.id) !== undefined
    if (!isStill || operator === undefined || operator.disabledAt !== null || (made !== undefined && made.person !== operator.id)) return { refused: 'invitation-void' } as const
    await tx.change('operator', operator.id, { ...noFailures, ...(hash === undefined ? {} : { password: hash }) })
    if (made !== undefined) await keepPasskey(desk, operator.id, made.key)
    await endSessionsOf(tx, operator.id, now)
    return await beginSession(desk, operatorAs(operator).who, 'invitation')
  })
}

const invitedBy = async (desk: Desk, token: string): Promise<{ readonly pending: Pending; readonly operator: Operator } | NotInvited> => {
  const pending = await pendingOf(desk, 'invitation', token)
  const operator = pending === undefined || pending.operator === null || pending.expiresAt <= desk.now ? undefined : await desk.tx.get('operator', pending.operator)
  return pending === undefined || operator === undefined || operator.disabledAt !== null ? { refused: 'invitation-void' } : { pending, operator }
}

/** The vendor's row first: two administrators who take each other's role away come one after the other. */
const toBeChanged = async (desk: Desk, id: OperatorId): Promise<Operator | NoAccess | NotFound> => {
  const found = await desk.tx.get('operator', id)
  if (found === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'people.change', { vendor: found.vendor })
  if (why !== undefined) return why
  await desk.tx.lock('vendor', found.vendor)
  return await desk.tx.lock('operator', id) ?? { refused: 'not-found' }
}

const isLastAdmin = async ({ tx }: Desk, { id, vendor, roles, disabledAt }: Operator): Promise<boolean> =>
  roles.includes('admin') && disabledAt === null && !(await tx.list('operator', { vendor, roles: ['admin'], disabledAt: null })).some(one => one.id !== id)

const shown = ({ id, vendor, name, email, roles, disabledAt, password, subject }: Operator): Person =>
  // Proof: roles are written through a schema that knows them.
  ({ id, vendor, name, email, disabledAt, roles: roles as readonly Role[], signsInBy: [...(password === null ? [] : ['password'] as const), ...(subject === null ? [] : ['service'] as const)] })

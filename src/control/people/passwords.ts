import { asId } from '#domain/ids.ts'
import { afterFailure, decidePassword, decideTry, noFailures, type PasswordRefused } from '#domain/operator-sign-in.ts'
import type { Operator } from '#domain/records.ts'
import { asSystem } from '../ground/as-system.ts'
import { operatorAs } from '../ground/callers.ts'
import { type Caller, decide, type Desk, journal } from '../ground/desk.ts'
import { type Begun, beginSession, endSessionsOf } from './sessions.ts'
import type { World } from '../ground/world.ts'

/** One answer, whether the address is unknown, the password wrong, the person disabled or the door locked for a while. */
export type SignInFailed = { readonly refused: 'sign-in-failed' }
const failed: SignInFailed = { refused: 'sign-in-failed' }

type Wish = { readonly email: string; readonly password: string; readonly before?: string | undefined }

/** A try counts before the password is looked at, so that many at once are no more than one after the other; a right one makes up for it. */
export const signInByPassword = async (world: World, { email, password, before }: Wish, signal: AbortSignal): Promise<Begun | SignInFailed> => {
  const operator = await asSystem(world, desk => tryOf(desk, email))
  const { fits, rehash } = await world.passwords.check(password, operator?.password ?? undefined, signal)
  if (operator === undefined || !fits) return failed
  return await asSystem(world, async desk => {
    const { tx } = desk
    const now = await tx.lock('operator', operator.id)
    if (now === undefined || now.disabledAt !== null || now.password !== operator.password) return failed
    await tx.change('operator', now.id, { ...noFailures, ...(rehash === null ? {} : { password: rehash }) })
    return await beginSession(desk, operatorAs(now).who, 'password', before)
  })
}

/** Undefined: nobody can come in by this address now. */
const tryOf = async ({ tx, now }: Desk, email: string): Promise<Operator | undefined> => {
  const found = await tx.find('operator', { email })
  const operator = found === undefined ? undefined : await tx.lock('operator', found.id)
  if (operator === undefined || operator.disabledAt !== null || operator.password === null || decideTry(operator, now) !== undefined) return undefined
  await tx.change('operator', operator.id, afterFailure(operator, now))
  return operator
}

/** A new password for oneself. Whoever knew the old one is signed out everywhere else. */
export const changePassword = async (world: World, caller: Caller, { current, password }: { readonly current: string; readonly password: string }, session: string | undefined, signal: AbortSignal): Promise<{ readonly changed: true } | PasswordRefused | SignInFailed | { readonly refused: 'not-found' }> => {
  const { actor } = caller
  if (actor.kind !== 'operator') return { refused: 'not-found' }
  const id = asId<'operator'>(actor.id)
  const operator = await asSystem(world, async desk => tryOf(desk, (await desk.tx.get('operator', id))?.email ?? ''))
  if (operator === undefined || !(await world.passwords.check(current, operator.password ?? undefined, signal)).fits) return failed
  const hash = await newPassword(world, password, operator, signal)
  if (typeof hash !== 'string') return hash
  return await decide(world, caller, async desk => {
    if (!await desk.tx.change('operator', id, { ...noFailures, password: hash }, { password: operator.password })) return failed
    await endSessionsOf(desk.tx, id, desk.now, session)
    journal(desk, 'person.password', 'operator', id)
    return { changed: true } as const
  }) as { changed: true } | SignInFailed
}

/** As it is stored, or why it is not taken. */
export const newPassword = async (world: World, password: string, person: { readonly email: string; readonly name: string }, signal: AbortSignal): Promise<string | PasswordRefused> =>
  decidePassword(password, person) ?? await world.passwords.hash(password, signal)

import type { Actor } from '#domain/access.ts'
import { asId } from '#domain/ids.ts'
import type { Code, Session } from '#domain/records.ts'
import { type CodeRefused, decideCode, decideSending, newCode, type TooSoon } from '#domain/sign-in.ts'
import { assert } from '#lib/assert.ts'
import type { Instant } from '#domain/time.ts'
import { type Caller, decide, type Desk, journal, keeping, type KeyTaken } from '../ground/desk.ts'
import { sealSecret, write } from '../letters/messages.ts'
import type { To } from './people.ts'
import type { World } from '../ground/world.ts'

const hour = 3_600_000

/** By which somebody is signed in: the row, and what only their browser has. */
export type At = { readonly session: string | undefined; readonly token: string | undefined }
type NoSession = { readonly refused: 'not-signed-in' }

/** Six digits to the address on file of whoever is signed in. Older ones count no more. */
export const askCode = async (world: World, caller: Caller, { session, token }: At, signal: AbortSignal): Promise<{ readonly expiresAt: Instant } | TooSoon | NoSession | KeyTaken> => {
  if (session === undefined || token === undefined) return { refused: 'not-signed-in' }
  const digits = world.digits(6)
  const secret = await sealSecret({ world }, digits, signal)
  return await decide(world, caller, async desk => {
    const { tx, now } = desk
    const { to, where } = await person(desk)
    const earlier = await tx.list('message', { ...where, event: 'second-factor', createdAt: { from: now - hour } })
    const soon = decideSending(earlier.map(message => message.createdAt), now)
    if (soon !== undefined) return soon
    const code = newCode(world.newId(), asId<'session'>(session), token, digits, now)
    await tx.add('code', code)
    await write(desk, { event: 'second-factor', to: [to], key: `second-factor ${code.id}`, facts: { until: code.expiresAt }, secret })
    journal(desk, 'session.prove', desk.who.kind, desk.who.id, { asked: true })
    return { expiresAt: code.expiresAt }
  })
}

/** The digits that were sent. A wrong try stays on record; right, the session counts as proven for a while. */
export const useCode = async (desk: Desk, { session, token, digits }: At & { readonly digits: string }): Promise<{ readonly proven: true } | CodeRefused | NoSession> => {
  const { tx, now } = desk
  if (session === undefined || token === undefined) return { refused: 'not-signed-in' }
  const id: Session['id'] = asId(session)
  const [newest] = await tx.list('code', { session: id }, { by: 'createdAt', descending: true, limit: 1 })
  const code: Code | undefined = newest === undefined ? undefined : await tx.lock('code', newest.id)
  const decided = decideCode(code, token, digits, now)
  if ('tried' in decided) {
    await tx.change('code', decided.tried.id, { tries: decided.tried.tries })
    return keeping(decided.answer)
  }
  if ('refused' in decided) return decided
  await tx.change('code', decided.passed.id, { usedAt: decided.passed.usedAt })
  await tx.change('session', id, { secondFactorAt: now })
  journal(desk, 'session.prove', desk.who.kind, desk.who.id, { proven: true })
  return { proven: true }
}

/** Whose letter it is; nobody else asks for the same person at the same time. */
const person = async ({ tx, actor }: Desk): Promise<{ readonly to: To; readonly where: { readonly contact: Extract<Actor, { kind: 'customer' }>['id'] } | { readonly operator: Extract<Actor, { kind: 'operator' }>['id'] } }> => {
  assert(actor.kind === 'operator' || actor.kind === 'customer' || actor.kind === 'partner', 'only people have sessions')
  if (actor.kind === 'operator') {
    await tx.lock('operator', actor.id)
    return { to: { operator: actor.id }, where: { operator: actor.id } }
  }
  await tx.lock('contact', actor.id)
  return { to: { contact: actor.id }, where: { contact: actor.id } }
}

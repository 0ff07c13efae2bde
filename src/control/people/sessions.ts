import { type Actor, type OperatorId } from '#domain/access.ts'
import { asId } from '#domain/ids.ts'
import type { Who } from '#domain/journal.ts'
import type { ContactId } from '#domain/parties.ts'
import type { Session } from '#domain/records.ts'
import { decideSession, newSession, type Session as RuledSession, type SignedIn } from '#domain/sign-in.ts'
import { sha256 } from '#lib/hash.ts'
import type { Instant } from '#domain/time.ts'
import type { Transaction } from '#ports/ledger.ts'
import { type Desk, type Glance, journal } from '../ground/desk.ts'

/** `token`: for whoever signed in, and nobody else; here only its hash is kept. */
export type Begun = { readonly session: Session['id']; readonly token: string; readonly expiresAt: Instant }

/** How somebody has proved who they are. */
export type Means = 'link' | 'password' | 'passkey' | 'service' | 'setup' | 'invitation'

/** Signs somebody in, under a token that nobody could have known before. `before`: the token that the same browser had; its session ends. */
export const beginSession = async (desk: Desk, who: Who, means: Means, before?: string): Promise<Begun> => {
  const { world, tx, now } = desk
  const [id, token] = [world.newId<'session'>(), world.secret()]
  const signedIn: SignedIn = who.kind === 'contact' ? { contact: asId<'contact'>(who.id) } : { operator: asId<'operator'>(who.id) }
  const session = newSession(id, signedIn, token, now)
  const old = before === undefined ? undefined : await tx.find('session', { hash: sha256(before), endedAt: null })
  if (old !== undefined) await tx.change('session', old.id, { endedAt: now })
  await tx.add('session', session)
  journal({ ...desk, who }, 'session.begin', who.kind, who.id, { by: means })
  return { session: id, token, expiresAt: session.expiresAt }
}

export type OwnSession = Pick<Session, 'id' | 'createdAt' | 'seenAt' | 'expiresAt'> & { readonly isThis: boolean }

/** Where else somebody is signed in. */
export const listSessions = async ({ view, actor, now }: Glance, current: string | undefined): Promise<{ readonly items: readonly OwnSession[] }> => {
  const own = ownerOf(actor)
  const open = own === undefined ? [] : await view.list('session', { ...own, endedAt: null, expiresAt: { from: now } }, { limit: 100, by: 'createdAt', descending: true })
  // Proof: sessions of the ledger are sessions of the rules; an operator's id is of another brand there.
  const living = open.filter(session => !('refused' in decideSession(session as RuledSession, { removedAt: null }, now)))
  return { items: living.map(({ id, createdAt, seenAt, expiresAt }) => ({ id, createdAt, seenAt, expiresAt, isThis: id === current })) }
}

/** Signs out, here or elsewhere. */
export const endSession = async (desk: Desk, id: Session['id'] | undefined): Promise<{ readonly ended: Session['id'] } | { readonly refused: 'not-found' }> => {
  const { tx, now, actor, who } = desk
  const [own, session] = [ownerOf(actor), id === undefined ? undefined : await tx.lock('session', id)]
  if (own === undefined || session === undefined || session.operator !== own.operator || session.contact !== own.contact) return { refused: 'not-found' }
  if (session.endedAt === null) {
    await tx.change('session', session.id, { endedAt: now })
    journal(desk, 'session.end', who.kind, who.id)
  }
  return { ended: session.id }
}

/** Everywhere, but for where they are right now if that is named. */
export const endSessionsOf = async (tx: Transaction, operator: OperatorId, now: Instant, but?: string): Promise<void> => {
  for (const { id } of await tx.list('session', { operator, endedAt: null })) if (id !== but) await tx.change('session', id, { endedAt: now })
}

/** Nobody else has sessions: an agent's token stands for itself. */
const ownerOf = (actor: Actor): { readonly operator: OperatorId | null; readonly contact: ContactId | null } | undefined => {
  if (actor.kind === 'operator') return { operator: actor.id, contact: null }
  return actor.kind === 'customer' || actor.kind === 'partner' ? { operator: null, contact: actor.id } : undefined
}

import type { NoAccess } from '#domain/access.ts'
import type { Tenant, TenantId } from '#domain/homes.ts'
import type { Move } from '#domain/programmes.ts'
import type { User } from '#domain/records.ts'
import { afterDeleting, mostUsers, type NotEnough, type TenantUser, type ToldUser, type UserLimit, userLimit, usersToReview } from '#domain/user-limit.ts'
import type { View } from '#ports/ledger.ts'
import { system } from '../ground/callers.ts'
import { barred, type Desk, type Glance, journal, sight } from '../ground/desk.ts'
import { lookAgain } from '../running/look-again.ts'
import type { Page, Paging } from '../ground/pages.ts'
import { countTenant } from './tenants.ts'
import { limitFor } from '../billing/user-limits.ts'

type NotKept = NoAccess | { readonly refused: 'no-open-move' } | { readonly refused: 'too-many-users'; readonly most: number }

/** The users of a tenant by name, in the place of those that were told before: who is marked to go stays marked. The count of the licence's gate follows. */
export const tellUsers = async (desk: Desk, { tenant: id, users }: { readonly tenant: TenantId; readonly users: readonly ToldUser[] }): Promise<{ users: number } | NotKept> => {
  const tenant = await desk.tx.get('tenant', id)
  if (tenant === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'user.tell', tenant)
  if (why !== undefined) return why
  const move = await desk.tx.find('move', { tenant: id, endedAt: null })
  return move === undefined ? { refused: 'no-open-move' } : await keepUsers(desk, move, users)
}

/** The same of what an agent told; the answer is what may be kept of it for good. */
export const keepTold = async (desk: Desk, move: Move, users: readonly ToldUser[]): Promise<object> => (move.endedAt === null ? await keepUsers({ ...desk, actor: system.actor }, move, users) : { refused: 'no-open-move' })

const keepUsers = async (desk: Desk, { id, tenant: of }: Move, told: readonly ToldUser[]): Promise<{ users: number } | NotKept> => {
  const { tx, world, now } = desk
  // The move's row first, as everybody does.
  const move = await tx.lock('move', id)
  const tenant = await tx.lock('tenant', of)
  if (move === undefined || tenant === undefined) return { refused: 'not-found' }
  const byKey = new Map(told.map(user => [user.key, user]))
  if (byKey.size > mostUsers) return { refused: 'too-many-users', most: mostUsers }
  const marks = new Map((await tx.list('user', { tenant: of, markedAt: {} }, { limit: mostUsers })).map(user => [user.key, user]))
  await tx.remove('user', { tenant: of })
  const sorted = usersToReview([...byKey.values()].map(user => ({ ...user, id: user.key })), 0)
  await tx.add('user', ...sorted.map(({ key, name, email, lastSeenAt }, rank): User => ({
    id: world.newId(), vendor: tenant.vendor, customer: tenant.customer, tenant: of, key, name, email, lastSeenAt, rank, markedBy: marks.get(key)?.markedBy ?? null, markedAt: marks.get(key)?.markedAt ?? null, at: now,
  })))
  journal(desk, 'user.tell', 'tenant', of, { users: sorted.length })
  await countTenant(desk, tenant, sorted.length, move)
  await lookAgain(desk, move.id)
  return { users: sorted.length }
}

export type ShownUser = Pick<User, 'id' | 'key' | 'name' | 'email' | 'lastSeenAt' | 'markedBy' | 'markedAt'> & { /** Among those who were not seen for longest, as many as must go. */ readonly suggested: boolean }
export type UsersPage = Page<ShownUser> & { readonly told: number; readonly marked: number; readonly limit: UserLimit | null; /** The limit as it is when those who are marked are gone. */ readonly afterwards: UserLimit | null }

const usual = 100

/** Who was never seen comes first, then who was not seen for longest. */
export const listUsers = async (glance: Glance, { tenant: id, marked, after, limit = usual }: Paging & { readonly tenant: TenantId; readonly marked?: boolean }): Promise<UsersPage | NoAccess> => {
  const { view } = glance
  const tenant = await view.get('tenant', id)
  if (tenant === undefined) return { refused: 'not-found' }
  const within = sight(glance, 'user.read')
  const why = await barred(glance, 'user.read', tenant)
  if (why !== undefined) return why
  if ('refused' in within) return within
  const found = await view.list('user', { tenant: id, within, ...(marked === true ? { markedAt: {} } : marked === false ? { markedAt: null } : {}) }, { by: 'rank', limit: limit + 1, ...(after === undefined ? {} : { after }) })
  const { count, limit: now } = await standingOf(view, tenant)
  const mustGo = now?.mustGo ?? 0
  const items = found.slice(0, limit).map(({ rank, key, id: user, name, email, lastSeenAt, markedBy, markedAt }) => ({ id: user, key, name, email, lastSeenAt, markedBy, markedAt, suggested: rank < mustGo }))
  return { items, next: found.length > limit ? items.at(-1)?.id ?? null : null, told: count.told, marked: count.marked, limit: now, afterwards: now === null ? null : userLimit(now.users - count.marked, now.licensed) }
}

const standingOf = async (view: View, { id }: Tenant): Promise<{ readonly count: { readonly told: number; readonly marked: number }; readonly limit: UserLimit | null }> => {
  const move = await view.find('move', { tenant: id, endedAt: null })
  const found = move === undefined ? undefined : await limitFor(view, move)
  return { count: { told: await view.count('user', { tenant: id }), marked: await view.count('user', { tenant: id, markedAt: {} }) }, limit: found === undefined || 'unknown' in found ? null : found }
}

type Wish = { readonly tenant: TenantId; readonly users?: readonly User['id'][]; readonly suggested?: boolean; readonly marked: boolean }
export type Marked = { readonly marked: number; readonly afterwards: UserLimit | NotEnough | null }

/** The customer says who is to be deleted; deleting them is done in the product, and the gate counts anew. `suggested`: those who were not seen for longest, as many as must go. */
export const markUsers = async (desk: Desk, { tenant: id, users: ids = [], suggested = false, marked }: Wish): Promise<Marked | NoAccess | { readonly refused: 'no-open-move' } | { readonly refused: 'limit-unknown' }> => {
  const { tx, now, who } = desk
  const tenant = await tx.get('tenant', id)
  if (tenant === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'user.mark', tenant)
  if (why !== undefined) return why
  const move = await tx.find('move', { tenant: id, endedAt: null })
  if (move === undefined || await tx.lock('move', move.id) === undefined) return { refused: 'no-open-move' }
  const found = await limitFor(tx, move)
  if (suggested && 'unknown' in found) return { refused: 'limit-unknown' }
  const all = await tx.list('user', { tenant: id }, { by: 'rank', limit: mostUsers })
  const chosen = new Set<string>([...ids, ...(suggested && !('unknown' in found) ? all.slice(0, found.mustGo).map(user => user.id) : [])])
  const changed = all.filter(user => chosen.has(user.id) && (user.markedAt !== null) !== marked)
  const mark = marked ? { markedBy: who.name, markedAt: now } : { markedBy: null, markedAt: null }
  await tx.put('user', ...changed.map(user => ({ ...user, ...mark })))
  // How many, and not who: the journal is kept for good.
  if (changed.length > 0) journal(desk, 'user.mark', 'tenant', id, { marked: marked ? changed.length : -changed.length })
  const going = all.filter(user => (changed.includes(user) ? marked : user.markedAt !== null)).map(user => user.key)
  return { marked: going.length, afterwards: 'unknown' in found ? null : afterDeleting(all.map(asKnown), going, found.licensed) }
}

const asKnown = ({ key, name, lastSeenAt }: User): TenantUser => ({ id: key, name, lastSeenAt })

import type { NoAccess } from '#domain/access.ts'
import type { ContactId } from '#domain/parties.ts'
import { isGivenUp } from '#domain/programmes.ts'
import type { Archive, Bundle, BundleLink, Session } from '#domain/records.ts'
import { hasSecondFactor } from '#domain/sign-in.ts'
import type { Instant } from '#domain/time.ts'
import { sha256 } from '#lib/hash.ts'
import { type Caller, decide, type Desk, journal, type Refused } from '../ground/desk.ts'
import { directMs, isDirect } from './download-links.ts'
import { addTicket } from './downloads.ts'
import { heldMove, type MoveEnded } from '../plans/moves.ts'
import type { World } from '../ground/world.ts'

/** `path`: where it is fetched, whole or in parts, until then, by whoever knows it. */
export type Begun = { readonly path: string; readonly expiresAt: Instant }
type NotBegun = NoAccess | MoveEnded | { readonly refused: 'second-factor-missing' }
type Which = Pick<BundleLink, 'bundle' | 'archive'>

/** So many of one person's are under way at a time; of more the oldest ends. */
const most = 5

/**
 * Begins a download for a contact who is signed in: it is good for one whole, and goes on where it broke off. As a link of a letter it needs what only the person's mailbox has: six digits
 * that were sent there just now. A link that was sent stays as it is. The answer is kept nowhere; asked again, another download begins.
 */
export const beginDirect = async (world: World, caller: Caller, session: string | undefined, which: Which): Promise<Begun | Refused> => {
  const ticket = world.secret()
  return await decide(world, caller, desk => begun(desk, session, which, ticket))
}

const begun = async (desk: Desk, session: string | undefined, which: Which, ticket: string): Promise<Begun | NotBegun> => {
  const { tx, now, actor, world } = desk
  const what = await shelved(desk, which)
  if (what === undefined) return { refused: 'not-found' }
  const move = await heldMove(desk, what.move, 'bundle.fetch', isGivenUp)
  if ('refused' in move) return move
  const signedIn = session === undefined ? undefined : await tx.get('session', session as Session['id'])
  if (signedIn === undefined || actor.kind === 'system' || !hasSecondFactor(signedIn, now)) return { refused: 'second-factor-missing' }
  // Proof: nobody but a customer's or partner's person has the right.
  const contact = actor.id as ContactId
  await endOldest(desk, contact, which)
  // Nobody ever has the other half of this hash: it is reached by its ticket alone.
  const link: BundleLink = { id: world.newId(), vendor: what.vendor, customer: what.customer, move: what.move, ...which, contact, hash: sha256(world.secret()), times: 1, used: 0, createdAt: now, expiresAt: now + directMs, lastAt: null, revokedAt: null }
  await tx.add('bundle_link', link)
  await addTicket(desk, link, ticket)
  journal(desk, 'bundle.link', 'move', what.move, { ...(which.bundle === null ? { archive: which.archive } : { bundle: which.bundle }), contact, times: 1, until: link.expiresAt, directly: true })
  return { path: `/downloads/${ticket}`, expiresAt: link.expiresAt }
}

const shelved = async ({ tx }: Desk, { bundle, archive }: Which): Promise<Bundle | Archive | undefined> =>
  (bundle !== null ? await tx.get('bundle', bundle) : archive !== null ? await tx.get('archive', archive) : undefined)

const endOldest = async ({ tx, now }: Desk, contact: ContactId, which: Which): Promise<void> => {
  const open = (await tx.list('bundle_link', { ...which, contact, revokedAt: null, expiresAt: { from: now } })).filter(isDirect).toSorted((a, b) => b.createdAt - a.createdAt)
  for (const { id } of open.slice(most - 1)) await tx.change('bundle_link', id, { revokedAt: now })
}

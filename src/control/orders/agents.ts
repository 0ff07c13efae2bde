import type { NoAccess } from '#domain/access.ts'
import type { CustomerId } from '#domain/parties.ts'
import type { Agent } from '#domain/records.ts'
import { leaseMs } from '#domain/orders.ts'
import { sha256 } from '#lib/hash.ts'
import { barred, type Desk, type Glance, journal, vendorOf } from '../ground/desk.ts'
import { pageOf, type Page, type Paging } from '../ground/pages.ts'

/** As people see it: of its token nothing. */
export type ShownAgent = Omit<Agent, 'tokenHash'>

export const listAgents = async (glance: Glance, paging: Paging): Promise<Page<ShownAgent> | NoAccess> => {
  const page = await pageOf(glance, 'agent.read', 'agent', {}, paging)
  return 'refused' in page ? page : { ...page, items: page.items.map(({ tokenHash: _, ...shown }) => shown) }
}

/** A new agent, and the token by which it joins: told this once, of which the ledger keeps the hash. */
export const addAgent = async (desk: Desk, { name, customer }: { readonly name: string; readonly customer: CustomerId | null }): Promise<{ id: Agent['id']; token: string } | NoAccess> => {
  const vendor = vendorOf(desk)
  if (vendor === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'agent.change', { vendor })
  if (why !== undefined) return why
  const of = customer === null ? undefined : await desk.tx.get('customer', customer)
  if (customer !== null && of?.vendor !== vendor) return { refused: 'not-found' }
  const [id, token] = [desk.world.newId<'agent'>(), desk.world.secret()]
  await desk.tx.add('agent', { id, vendor, customer, name, tokenHash: sha256(token), joinedAt: null, seenAt: null, revokedAt: null })
  journal(desk, 'agent.change', 'agent', id, { added: name, ...(of === undefined ? {} : { customer: of.name }) })
  return { id, token }
}

/** Its token is void from now on. What it has in hand another one may claim when its lease has run out: until then it may still be at work. */
export const revokeAgent = async (desk: Desk, { agent: id }: { readonly agent: Agent['id'] }): Promise<Record<never, never> | NoAccess> => {
  const agent = await desk.tx.lock('agent', id)
  if (agent === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'agent.change', { vendor: agent.vendor })
  if (why !== undefined) return why
  if (agent.revokedAt !== null) return {}
  await desk.tx.change('agent', id, { revokedAt: desk.now })
  journal(desk, 'agent.change', 'agent', id, { revoked: agent.name })
  return {}
}

/** An agent's first word. Told again whenever it starts. */
export const joinAgent = async (desk: Desk): Promise<{ id: Agent['id']; name: string; vendor: string; leaseMs: number } | NoAccess> => {
  const { actor, tx, now } = desk
  const agent = actor.kind === 'agent' ? await tx.lock('agent', actor.id as string as Agent['id']) : undefined
  const why = await barred(desk, 'order.claim', { vendor: agent?.vendor ?? vendorOf(desk) ?? noVendor, customer: agent?.customer ?? null })
  if (why !== undefined) return why
  const vendor = agent === undefined ? undefined : await tx.get('vendor', agent.vendor)
  if (agent === undefined || vendor === undefined) return { refused: 'not-found' }
  await tx.change('agent', agent.id, { joinedAt: agent.joinedAt ?? now, seenAt: now })
  if (agent.joinedAt === null) journal(desk, 'agent.join', 'agent', agent.id, { name: agent.name })
  return { id: agent.id, name: agent.name, vendor: vendor.name, leaseMs }
}

const noVendor = '' as Agent['vendor']

/** It is written down that an agent was heard, but not at every word. One that was revoked while its question waited is told so: it gets nothing more. */
export const heard = async ({ tx, actor, now }: Desk): Promise<{ readonly refused: 'removed' } | undefined> => {
  const id = actor.kind === 'agent' ? actor.id as string as Agent['id'] : undefined
  const agent = id === undefined ? undefined : await tx.get('agent', id)
  if (id === undefined || agent === undefined || agent.revokedAt !== null) return { refused: 'removed' }
  if (now - (agent.seenAt ?? 0) >= heardWithinMs) await tx.change('agent', id, { seenAt: now })
  return undefined
}
const heardWithinMs = 30_000

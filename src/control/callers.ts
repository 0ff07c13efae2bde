import type { Actor, Role } from '#domain/access.ts'
import { asId } from '#domain/ids.ts'
import type { Contact } from '#domain/parties.ts'
import type { Agent, Operator, Session } from '#domain/records.ts'
import { sha256 } from '#lib/hash.ts'
import type { View } from '#ports/ledger.ts'
import type { Caller } from './desk.ts'
import type { World } from './world.ts'

/** Nobody's session lasts longer than this without being used. */
export const idleMs = 12 * 3_600_000

/** Jobs and what else follows by itself from what people decided. */
export const system: Caller = { actor: { kind: 'system' }, who: { kind: 'system', id: 'system', name: 'Rehome' } }

/** Who a session's or an agent's token stands for, made anew from the rows: a right that was taken away is gone. */
export const callerOf = (world: World, token: string): Promise<(Caller & { readonly session?: Session['id'] }) | undefined> => world.ledger.read(async view => {
  const hash = sha256(token)
  const session = await view.find('session', { hash })
  if (session === undefined) return await agentOf(view, hash)
  const now = world.clock.now()
  if (session.endedAt !== null || session.expiresAt <= now || session.seenAt + idleMs <= now) return undefined
  if (session.operator !== null) {
    const operator = await view.get('operator', session.operator)
    return operator === undefined ? undefined : { ...operatorAs(operator), session: session.id }
  }
  const contact = session.contact === null ? undefined : await view.get('contact', session.contact)
  const caller = contact === undefined ? undefined : await contactAs(view, contact)
  return caller === undefined ? undefined : { ...caller, session: session.id }
})

export const operatorAs = ({ id, vendor, roles, disabledAt, name }: Operator): Caller => ({ actor: { kind: 'operator', id: asId(id), vendor, roles: roles as readonly Role[], removedAt: disabledAt }, who: { kind: 'operator', id, name } })

export const contactAs = async (view: View, { id, customer, partner, duties, removedAt, name }: Contact): Promise<Caller | undefined> => {
  const who = { kind: 'contact', id, name } as const
  const [ofCustomer, ofPartner] = [customer === null ? undefined : await view.get('customer', customer), partner === null ? undefined : await view.get('partner', partner)]
  const actor: Actor | undefined = ofCustomer !== undefined ? { kind: 'customer', id, vendor: ofCustomer.vendor, customer: ofCustomer.id, duties, removedAt }
    : ofPartner !== undefined ? { kind: 'partner', id, vendor: ofPartner.vendor, partner: ofPartner.id, duties, removedAt } : undefined
  return actor === undefined ? undefined : { actor, who }
}

const agentOf = async (view: View, tokenHash: string): Promise<Caller | undefined> => {
  const agent: Agent | undefined = await view.find('agent', { tokenHash })
  return agent === undefined ? undefined : { actor: { kind: 'agent', id: asId(agent.id), vendor: agent.vendor, customer: null, removedAt: agent.revokedAt }, who: { kind: 'agent', id: agent.id, name: agent.name } }
}

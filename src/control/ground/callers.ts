import type { Actor, Role } from '#domain/access.ts'
import { asId } from '#domain/ids.ts'
import type { Contact } from '#domain/parties.ts'
import type { Agent, Operator, Session } from '#domain/records.ts'
import { decideSession, type Session as RuledSession } from '#domain/sign-in.ts'
import { sha256 } from '#lib/hash.ts'
import type { View } from '#ports/ledger.ts'
import type { Caller } from './desk.ts'
import type { World } from './world.ts'

/** Jobs and what else follows by itself from what people decided. */
export const system: Caller = { actor: { kind: 'system' }, who: { kind: 'system', id: 'system', name: 'Rehome' } }

export type SignedIn = Caller & { readonly session?: Session['id'] }

/** Who a session's or an agent's token stands for, made anew from the rows: a right that was taken away is gone. Undefined: nobody, or no longer. */
export const callerOf = (world: World, token: string): Promise<SignedIn | undefined> => asCaller(world, token, caller => Promise.resolve(caller))

/** The same, and what they look at, in one instant of the ledger: what is shown is what they may see in it. */
export const asCaller = async <T>(world: World, token: string, work: (caller: SignedIn | undefined, view: View) => Promise<T>): Promise<T> => {
  const [hash, now] = [sha256(token), world.clock.now()]
  const { result, due } = await world.ledger.read(async view => {
    const found = await known(view, hash, now)
    return { result: await work(found?.caller, view), due: found?.due }
  })
  // Of requests that come together the first one writes it down; the others find it written and change nothing.
  if (due !== undefined) await world.ledger.transaction(tx => tx.change('session', due.id, { seenAt: now }, { seenAt: due.seenAt, endedAt: null }))
  return result
}

/** `due`: the session as it is, where its `seenAt` lies so far back that it is to be stored anew. */
const known = async (view: View, hash: string, now: number): Promise<{ readonly caller: SignedIn | undefined; readonly due?: Session } | undefined> => {
  const session = await view.find('session', { hash })
  if (session === undefined) return { caller: await agentOf(view, hash) }
  const operator = session.operator === null ? undefined : await view.get('operator', session.operator)
  const contact = session.contact === null ? undefined : await view.get('contact', session.contact)
  // Proof: sessions of the ledger are sessions of the rules; an operator's id is of another brand there.
  const decided = decideSession(session as RuledSession, { removedAt: (contact === undefined ? operator?.disabledAt : contact.removedAt) ?? null }, now)
  const caller = 'refused' in decided ? undefined : operator !== undefined ? operatorAs(operator) : contact === undefined ? undefined : await contactAs(view, contact)
  return caller === undefined || 'refused' in decided ? undefined : { caller: { ...caller, session: session.id }, ...(decided.isSeen ? { due: session } : {}) }
}

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
  return agent === undefined ? undefined : { actor: { kind: 'agent', id: asId(agent.id), vendor: agent.vendor, customer: agent.customer, removedAt: agent.revokedAt }, who: { kind: 'agent', id: agent.id, name: agent.name } }
}

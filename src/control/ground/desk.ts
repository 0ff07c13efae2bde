import { type Actor, type NoAccess, type Scope, scopeOf, type Verb, type Whose, whyNot } from '#domain/access.ts'
import type { Deed, Who } from '#domain/journal.ts'
import type { CustomerId, VendorId } from '#domain/parties.ts'
import type { Instant } from '#domain/time.ts'
import type { Transaction, View } from '#ports/ledger.ts'
import { followJournal } from '../running/journal-job.ts'
import type { World } from './world.ts'

/** Who asks, and the name by which the journal will know them. */
export type Caller = { readonly actor: Actor; readonly who: Who }

/** The rules forbid it. What else is in a refusal says why and what is possible. */
export type Refused = { readonly refused: string }
/** Marks a refusal of which something must stay on record: a wrong code counts as a try. What was written is kept; a request asked again is looked at anew. */
export const keeping = <R extends Refused>(refusal: R): R => {
  remembered.add(refusal)
  return refusal
}
const remembered = new WeakSet<Refused>()

export const isRefused = (answer: unknown): answer is Refused => typeof answer === 'object' && answer !== null && 'refused' in answer && typeof answer.refused === 'string'

/** The same request, asked again because its answer was lost. `fingerprint`: of what was asked, so that a key is not used for another thing. */
export type Request = { readonly key: string; readonly fingerprint: string }

/** What a use case works with: one transaction, one instant, one caller. */
export type Desk = Caller & { readonly world: World; readonly tx: Transaction; readonly now: Instant }
/** What a use case that only looks works with. */
export type Glance = Caller & { readonly world: World; readonly view: View; readonly now: Instant }

/** A decision: what it changes, its journal and its jobs, all or nothing; refused: nothing. Asked again with the same key, it gives the same answer and does nothing. */
export const decide = async <T>(world: World, caller: Caller, work: (desk: Desk) => Promise<T>, request?: Request): Promise<T | KeyTaken> => {
  try {
    return await world.ledger.transaction(async tx => {
      const known = request === undefined ? undefined : await tx.answered(`${caller.who.kind} ${caller.who.id} ${request.key}`, request.fingerprint)
      if (known !== undefined) return known.fingerprint === request?.fingerprint ? (known.answer as T) : { refused: 'key-taken' } as const
      const answer = await work({ ...caller, world, tx, now: world.clock.now() })
      if (isRefused(answer) && !remembered.has(answer)) throw new RolledBack(answer)
      if (journalled.has(tx)) await tx.enqueue(followJournal(world.clock.now()))
      if (request !== undefined && !isRefused(answer)) await tx.keepAnswer(`${caller.who.kind} ${caller.who.id} ${request.key}`, answer ?? null)
      return answer
    })
  } catch (error) {
    if (error instanceof RolledBack) return error.answer as T
    throw error
  }
}

/** The idempotency key was used for another request. */
export type KeyTaken = { readonly refused: 'key-taken' }

export const look = <T>(world: World, caller: Caller, work: (glance: Glance) => Promise<T>): Promise<T> => world.ledger.read(view => work(glanceOf(world, caller, view)))

/** Looks through a view that is open already. */
export const glanceOf = (world: World, caller: Caller, view: View): Glance => ({ ...caller, world, view, now: world.clock.now() })

/** Carries a refusal out of a transaction that must leave nothing behind. */
class RolledBack extends Error {
  readonly answer: Refused
  constructor(answer: Refused) {
    super(answer.refused)
    this.answer = answer
  }
}

/** Whose a thing is, as its row says; the partner is looked up. */
type Owner = Omit<Whose, 'partner' | 'customer'> & { readonly customer?: CustomerId | null; readonly partner?: Whose['partner'] }

/** Why the caller may not do this to a thing. Undefined: it may. */
export const barred = async ({ actor, ...at }: (Desk | Glance), verb: Verb, { customer = null, partner, ...owner }: Owner): Promise<NoAccess | undefined> => {
  const view = 'tx' in at ? at.tx : at.view
  const resold = partner ?? (customer === null ? null : (await view.get('customer', customer))?.partner ?? null)
  return whyNot(actor, verb, { ...owner, customer, partner: resold })
}

/** Which things a list may hold, or why there is none. */
export const sight = ({ actor }: Caller, verb: Verb): Scope | NoAccess => scopeOf(actor, verb)

/** The vendor that the caller belongs to. The system belongs to none. */
export const vendorOf = ({ actor }: Caller): VendorId | undefined => (actor.kind === 'system' ? undefined : actor.vendor)

/** What follows from it is another job's. */
export const journal = ({ tx, now, who }: Desk, verb: string, kind: string, subject: string, facts: Deed['facts'] = {}): void => {
  tx.record(now, who, { verb, kind, subject, facts })
  journalled.add(tx)
}

/** Transactions that write something down, so that somebody reads it. */
const journalled = new WeakSet<Transaction>()

import type { Entry } from '#domain/journal.ts'
import type { CustomerId } from '#domain/parties.ts'
import type { MoveId } from '#domain/programmes.ts'
import type { View } from '#ports/ledger.ts'
import type { Desk } from '../ground/desk.ts'
import { lookAgain } from './look-again.ts'

/** What can bring about that a check holds which did not, by the verb of its line in the journal. Use cases that look by themselves are not among them. */
const verbs: ReadonlySet<string> = new Set([
  'contact.change', 'contact.answer', 'profile.answer', 'plan.change', 'integration.change', 'tenant.measure', 'sighting.close', 'contract.change', 'billing.paper', 'billing.charge', 'quote.send', 'quote.accept',
  'window.propose', 'window.confirm', 'window.change', 'move.stage', 'move.switch', 'evidence.attach', 'order.end', 'credential.reveal', 'home.change',
])

export const mayClose = ({ verb }: Pick<Entry, 'verb'>): boolean => verbs.has(verb)

/** Looks again at the moves that a line of the journal has to do with. */
export const lookAfter = async (desk: Desk, line: Entry): Promise<void> => {
  if (!mayClose(line)) return
  // In one order, so that two who look at the same moves wait for each other instead of forever.
  for (const move of (await movesOf(desk.tx, line)).toSorted()) await lookAgain(desk, move)
}

const movesOf = async (view: View, { kind, subject, facts }: Entry): Promise<MoveId[]> => {
  // Proof: the journal writes ids of its own kinds.
  if (kind === 'move') return [subject as MoveId]
  if (typeof facts['move'] === 'string') return [facts['move'] as MoveId]
  switch (kind) {
    case 'contact': {
      const contact = await view.get('contact', subject as never)
      return contact === undefined || contact.customer === null ? [] : await ofCustomer(view, contact.customer)
    }
    case 'contract': return await ofCustomer(view, (await view.get('contract', subject as never))?.customer)
    case 'tenant': return await ofTenant(view, subject)
    case 'sighting': return await ofTenant(view, (await view.get('sighting', subject as never))?.tenant)
    case 'quote': case 'window': case 'credential': {
      const row = await view.get(kind, subject as never)
      return row === undefined ? [] : [row.move]
    }
    case 'home': return (await view.list('move', { destination: subject as never, endedAt: null }, { limit: most })).map(move => move.id)
    default: return []
  }
}

/** Of a home that many move to; the others are looked at when something else comes about. */
const most = 200

const ofCustomer = async (view: View, customer: CustomerId | undefined): Promise<MoveId[]> => (customer === undefined ? [] : (await view.list('move', { customer, endedAt: null }, { limit: most })).map(move => move.id))

const ofTenant = async (view: View, tenant: string | undefined): Promise<MoveId[]> => (tenant === undefined ? [] : (await view.list('move', { tenant: tenant as never, endedAt: null })).map(move => move.id))

import type { NoAccess, Verb } from '#domain/access.ts'
import type { Party } from '#domain/parties.ts'
import type { MoveId } from '#domain/programmes.ts'
import type { Integration, Risk } from '#domain/records.ts'
import { barred, type Desk, type Glance, journal } from '../ground/desk.ts'
import { heldMove, type MoveEnded } from './moves.ts'
import { pageOf, type Page, type Paging } from '../ground/pages.ts'

type OfMove = { readonly move: MoveId }

export const listRisks = async (glance: Glance, { move, ...paging }: Paging & OfMove): Promise<Page<Risk> | NoAccess> => (await hidden(glance, 'risk.read', move)) ?? (await pageOf(glance, 'risk.read', 'risk', { move }, paging))

export const addRisk = async (desk: Desk, { move: id, ...risk }: OfMove & { readonly text: string; readonly level: Risk['level']; readonly party: Party }): Promise<{ id: Risk['id'] } | NoAccess | MoveEnded> => {
  const move = await heldMove(desk, id, 'risk.change')
  if ('refused' in move) return move
  const row: Risk = { id: desk.world.newId(), vendor: move.vendor, customer: move.customer, move: id, ...risk, state: 'open', by: desk.who.name, at: desk.now }
  await desk.tx.add('risk', row)
  journal(desk, 'risk.change', 'move', id, { risk: row.id, added: risk })
  return { id: row.id }
}

export const changeRisk = async (desk: Desk, id: Risk['id'], change: Partial<Pick<Risk, 'text' | 'level' | 'party' | 'state'>>): Promise<Risk | NoAccess> => {
  const risk = await desk.tx.lock('risk', id)
  if (risk === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'risk.change', { vendor: risk.vendor, customer: risk.customer })
  if (why !== undefined) return why
  const changed = { ...risk, ...change }
  await desk.tx.put('risk', changed)
  journal(desk, 'risk.change', 'move', risk.move, { risk: id, changed: change })
  return changed
}

export const listIntegrations = async (glance: Glance, { move, ...paging }: Paging & OfMove): Promise<Page<Integration> | NoAccess> => (await hidden(glance, 'integration.read', move)) ?? (await pageOf(glance, 'integration.read', 'integration', { move }, paging))

export const addIntegration = async (desk: Desk, { move: id, ...integration }: OfMove & { readonly name: string; readonly contact: string | null; readonly plan: string | null }): Promise<{ id: Integration['id'] } | NoAccess | MoveEnded | { readonly refused: 'name-taken'; readonly name: string }> => {
  const move = await heldMove(desk, id, 'integration.change')
  if ('refused' in move) return move
  if (await desk.tx.count('integration', { move: id, name: integration.name }) > 0) return { refused: 'name-taken', name: integration.name }
  const row: Integration = { id: desk.world.newId(), vendor: move.vendor, customer: move.customer, move: id, ...integration, informedAt: null, state: 'open' }
  await desk.tx.add('integration', row)
  journal(desk, 'integration.change', 'move', id, { integration: row.id, added: integration })
  return { id: row.id }
}

/** `informed`: the third party has been told of the dates, now; false: it has not, after all. */
export const changeIntegration = async (desk: Desk, id: Integration['id'], { informed, ...change }: Partial<Pick<Integration, 'contact' | 'plan' | 'state'>> & { readonly informed?: boolean }): Promise<Integration | NoAccess> => {
  const integration = await desk.tx.lock('integration', id)
  if (integration === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'integration.change', { vendor: integration.vendor, customer: integration.customer })
  if (why !== undefined) return why
  const informedAt = informed === undefined ? integration.informedAt : informed ? integration.informedAt ?? desk.now : null
  const changed = { ...integration, ...change, informedAt }
  await desk.tx.put('integration', changed)
  journal(desk, 'integration.change', 'move', integration.move, { integration: id, changed: { ...change, ...(informed === undefined ? {} : { informed }) } })
  return changed
}

/** Of a move that is not theirs people are told nothing, not even an empty list. */
const hidden = async (glance: Glance, verb: Verb, id: MoveId): Promise<NoAccess | undefined> => {
  const move = await glance.view.get('move', id)
  return move === undefined ? { refused: 'not-found' } : await barred(glance, verb, { vendor: move.vendor, customer: move.customer })
}

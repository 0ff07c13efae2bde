import type { NoAccess } from '#domain/access.ts'
import type { Environment } from '#domain/homes.ts'
import { dayOf } from '#domain/local-time.ts'
import type { Move, MoveId } from '#domain/programmes.ts'
import { type Desk, journal } from '../ground/desk.ts'
import { hasEarlyGo } from './environment-order.ts'
import { type TooEarly, tooEarly } from './gates.ts'
import { sightOf } from '../running/looks/sight.ts'
import { heldMove, type MoveEnded } from './moves.ts'
import { type PlaybookMissing, playbookOf } from './plan-rows.ts'

export type NotEarly = NoAccess | MoveEnded | PlaybookMissing | TooEarly
  | { readonly refused: 'no-such-environment'; readonly environment: Environment; readonly known: readonly string[] } | { readonly refused: 'not-early'; readonly environment: Environment }

/**
 * Lets an environment start before the testing time of the one before it is over (C9). That time was promised to the customer, so the customer must have
 * signed off what is tested; the lead's word does the rest, and stays on record with its reason. Said again, it stays as it was said first.
 */
export const goEarly = async (desk: Desk, { move: id, environment, note }: { readonly move: MoveId; readonly environment: Environment; readonly note: string }): Promise<Move | NotEarly> => {
  const move = await heldMove(desk, id, 'plan.change')
  if ('refused' in move) return move
  const playbook = playbookOf(desk.world, move)
  if ('refused' in playbook) return playbook
  const known = playbook.environments.map(one => one.key)
  if (!known.includes(environment)) return { refused: 'no-such-environment', environment, known }
  if (hasEarlyGo(move, environment)) return move
  const sight = await sightOf({ view: desk.tx, world: desk.world, now: desk.now }, move, playbook)
  const early = await tooEarly(sight, environment, dayOf(desk.now, sight.customer.zone))
  if (early === undefined) return { refused: 'not-early', environment }
  if (early.refused === 'not-signed-off') return early
  const earlyGo = [...move.earlyGo, { environment, by: desk.who.name, at: desk.now, note }]
  await desk.tx.change('move', id, { earlyGo })
  journal(desk, 'environment.early-go', 'move', id, { environment, note, after: early.after, freeFrom: early.freeFrom })
  return { ...move, earlyGo }
}

import type { Playbook } from '#domain/playbook.ts'
import type { Move, MoveId } from '#domain/programmes.ts'
import type { Country, Zone } from '#domain/time.ts'
import type { Desk } from './desk.ts'
import { type People, peopleOf } from '../people/people.ts'
import { type Kept, keptPlans, playbookOf } from '../plans/plan-rows.ts'

/** A move with what letters about it speak of. */
export type Staged = { readonly move: Move; readonly playbook: Playbook; readonly zone: Zone; readonly country: Country; readonly tenant: string; readonly kept: Kept }
export type Scene = { readonly people: People; readonly moves: ReadonlyMap<MoveId, Staged> }

/** Everything around some moves, with one question for each kind of row. Without its playbook a move is left alone. */
export const sceneOf = async ({ tx, world }: Desk, ids: readonly MoveId[]): Promise<Scene> => {
  const once = [...new Set(ids)]
  const moves = once.length === 0 ? [] : await tx.list('move', { id: once }, { limit: once.length })
  const people = await peopleOf(tx, moves)
  const tenants = new Map((moves.length === 0 ? [] : await tx.list('tenant', { id: moves.map(move => move.tenant) }, { limit: moves.length })).map(tenant => [tenant.id, tenant.name]))
  const plans = moves.length === 0 ? new Map<MoveId, Kept>() : await keptPlans(tx, world, moves)
  return {
    people,
    moves: new Map(moves.flatMap(move => {
      const [playbook, kept] = [playbookOf(world, move), plans.get(move.id)]
      return 'refused' in playbook || kept?.record === undefined ? [] : [[move.id, { move, playbook, kept, zone: people.customers.get(move.customer)?.zone ?? 'UTC', country: people.customers.get(move.customer)?.country ?? '', tenant: tenants.get(move.tenant) ?? '' }] as const]
    })),
  }
}

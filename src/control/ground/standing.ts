import type { Standing } from '#domain/move.ts'
import type { Move } from '#domain/programmes.ts'
import type { Desk } from './desk.ts'
import { forgetUsers } from '../running/forgotten-users.ts'

/** Writes down where a move stands. */
export const stand = async ({ tx, now }: Desk, move: Move, { stage, leg }: Pick<Standing, 'stage' | 'leg'>): Promise<Move> => {
  const change = { stage, leg, endedAt: stage === 'settled' || stage === 'cancelled' ? now : null }
  await tx.change('move', move.id, change)
  if (change.endedAt !== null) await forgetUsers(tx, move)
  return { ...move, ...change }
}

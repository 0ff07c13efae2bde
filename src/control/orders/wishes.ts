import type { NoAccess, Verb } from '#domain/access.ts'
import type { OrderRefused } from '#domain/orders.ts'
import type { Move } from '#domain/programmes.ts'
import type { Json, MoveOrder } from '#domain/records.ts'
import { standingOf } from '#domain/report.ts'
import { firstWish, say, type Said, type Wish, type WishRefused } from '#domain/wish.ts'
import { barred, type Desk, journal } from '../ground/desk.ts'
import { isCold, shutGates, wishOf } from './orders.ts'
import { stand } from '../ground/standing.ts'

export type NotSaid = NoAccess | WishRefused | OrderRefused | { readonly refused: 'no-order'; readonly stage: Move['stage'] }

/** What a named person says to a move that is under way; its agent hears it within a second. Cutting over needs the gates, everything else only the right moment. */
export const sayToMove = async (desk: Desk, { move: id, note, ...said }: Said & { readonly move: Move['id']; readonly note: string }): Promise<{ wish: Wish } | NotSaid> => {
  const { tx, who } = desk
  const move = await tx.lock('move', id)
  if (move === undefined) return { refused: 'not-found' }
  const why = await barred(desk, verbs[said.verb], move)
  if (why !== undefined) return why
  if (said.verb === 'settle' && (await isColdAndDone(desk, move))) return await settleCold(desk, move, note)
  const open = (await tx.find('move_order', { move: id, kind: 'move', endedAt: null })) ?? (verbs[said.verb] === 'move.pause' ? await tx.find('move_order', { move: id, kind: 'rehearsal', endedAt: null }) : undefined)
  const order = open === undefined ? undefined : await tx.lock('move_order', open.id)
  if (order === undefined) return { refused: 'no-order', stage: move.stage }
  const shut = said.verb === 'approve' ? await shutGates(desk, move, 'cut-over') : undefined
  if (shut !== undefined) return shut
  const wish = say(standingOf(move, isCold(order)), wishOf(order), said, who.name, note)
  if ('refused' in wish) return wish
  await keepWish(desk, order, wish)
  journal(desk, verbs[said.verb], 'move', id, { said: said.verb, stage: move.stage, leg: move.leg, ...(said.verb === 'found' ? { found: said.what } : {}), ...(note === '' ? {} : { note }) })
  return { wish }
}

/** A cold move that is switched has nothing that follows, and no way back: its order has ended. */
const isColdAndDone = async ({ tx }: Desk, { id, stage }: Move): Promise<boolean> => {
  const [last] = stage === 'switched' ? await tx.list('move_order', { move: id, kind: 'move' }, { descending: true, limit: 1 }) : []
  if (last !== undefined) return last.state === 'done' && isCold(last)
  // Of licences nothing follows either, and the way back would be a move of its own.
  return stage === 'switched' && (await tx.get('licence_move', id))?.state === 'carried-out'
}

/** No agent is needed for it: what there is to settle is in the ledger. */
const settleCold = async (desk: Desk, move: Move, note: string): Promise<{ wish: Wish }> => {
  await stand(desk, move, { stage: 'settled', leg: move.leg })
  await desk.tx.enqueue({ name: 'react', key: `move-stage ${move.id} settled`, at: desk.now, facts: { event: 'move-stage', move: move.id, from: 'switched', stage: 'settled', leg: move.leg }, group: move.id })
  journal(desk, 'move.settle', 'move', move.id, { said: 'settle', stage: move.stage, leg: move.leg, ...(note === '' ? {} : { note }) })
  return { wish: firstWish }
}

export const keepWish = async ({ tx }: Desk, { id }: Pick<MoveOrder, 'id'>, wish: Wish): Promise<void> => { await tx.change('move_order', id, { wish: wish as unknown as Json }) }

const verbs = {
  approve: 'move.approve', pause: 'move.pause', resume: 'move.pause', throttle: 'move.pause', abort: 'move.abort', 'turn-back': 'move.turn-back', settle: 'move.settle', found: 'move.found',
} as const satisfies Record<Said['verb'], Verb>

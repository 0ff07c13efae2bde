import type { Move } from '#domain/programmes.ts'
import type { MoveOrder } from '#domain/records.ts'
import type { Instant } from '#domain/time.ts'
import { asId } from '#domain/ids.ts'
import type { Holding } from '#ports/jobs.ts'
import { asSystem } from '../ground/as-system.ts'
import { journal } from '../ground/desk.ts'
import type { World } from '../ground/world.ts'

/** How long back-ups of an application are kept after its move is over: its way back is closed by then, and what was restored from them stays. */
export const backUpsKeptMs = 90 * 86_400_000

/** Removes what is on the shelf of back-ups of moves that ended long ago. Cut off, it is done the next day; the journal says it before it is so. False: this process is to end, and there may be more. */
export const forgetBackups = async (world: World, { signal, ending }: Pick<Holding, 'signal' | 'ending'>): Promise<boolean> => {
  const shelf = world.bundles
  if (shelf === undefined) return true
  for (const [order, names] of byOrder(await shelf.list('backup-'))) {
    signal.throwIfAborted()
    if (ending.aborted) return false
    const isOver = await asSystem(world, async desk => {
      const of = await desk.tx.get('move_order', order)
      const move = of === undefined ? undefined : await desk.tx.get('move', of.move)
      if (move === undefined || !isLongOver(move, desk.now)) return false
      journal(desk, 'backup.remove', 'move', move.id, { parts: names.length })
      return true
    })
    if (isOver) for (const name of names) await shelf.remove(name)
  }
  return true
}

const isLongOver = ({ endedAt }: Move, now: Instant): boolean => endedAt !== null && endedAt <= now - backUpsKeptMs

/** Of each order the parts that are there, whoever had claimed it. */
const byOrder = (names: readonly string[]): ReadonlyMap<MoveOrder['id'], readonly string[]> => {
  const orders = new Map<MoveOrder['id'], string[]>()
  for (const name of names) {
    const order = /^backup-([0-9a-f-]{36})\./.exec(name)?.[1]
    if (order === undefined) continue
    const id = asId<'order'>(order)
    orders.set(id, [...orders.get(id) ?? [], name])
  }
  return orders
}

import type { NoAccess } from '#domain/access.ts'
import { isHeldBy, type LeaseRefused } from '#domain/orders.ts'
import type { MoveId } from '#domain/programmes.ts'
import type { MoveOrder } from '#domain/records.ts'
import { hashed } from '#lib/hashed.ts'
import { barred, type Caller, decide, type Desk, isRefused, journal, type Refused } from '../ground/desk.ts'
import { factsOf, lockOrder } from './orders.ts'
import type { World } from '../ground/world.ts'

type Held = { readonly order: MoveOrder['id']; readonly claim: number }
type NotHeld = NoAccess | LeaseRefused | { readonly refused: 'no-files-shelf' } | { readonly refused: 'piece-wrong' }

/** What one request may carry. */
const mostBytes = 8 * 2 ** 20

/** Of every claim its own: an agent that has lost the order cannot spoil what the next one puts. */
const nameOf = (order: string, claim: number, part: number): string => `backup-${order}.${claim}.${part}`

/** Puts a piece of a part on the shelf. Nothing of it can be read here. */
export const putPart = async (world: World, caller: Caller, { part, at, sha256, content, ...held }: Held & { readonly part: number; readonly at: number; readonly sha256: string; readonly content: Uint8Array }): Promise<{ next: number } | Refused> => {
  const may = await decide(world, caller, desk => mayUse(desk, held))
  if (isRefused(may)) return may
  const shelf = world.bundles
  if (shelf === undefined) return { refused: 'no-files-shelf' }
  if (factsOf(may.order).application?.step !== 'back-up' || hashed(content) !== sha256) return { refused: 'piece-wrong' }
  const next = await shelf.append(nameOf(held.order, held.claim, part), at, content)
  return next === undefined ? { refused: 'piece-wrong' } : { next }
}

/** Some of a part: whoever makes the back-up reads back what it put there, whoever restores it fetches it. Null: there is no such part, or it is shorter. */
export const readPart = async (world: World, caller: Caller, { partClaim, part, from, to, ...held }: Held & { readonly partClaim: number; readonly part: number; readonly from: number; readonly to: number }, signal: AbortSignal): Promise<{ content: Uint8Array | null } | Refused> => {
  const may = await decide(world, caller, desk => mayUse(desk, held))
  if (isRefused(may)) return may
  const shelf = world.bundles
  if (shelf === undefined) return { refused: 'no-files-shelf' }
  const { application } = factsOf(may.order)
  const of = application?.step === 'back-up' ? held.order : application?.step === 'restore' ? application.backUp?.order : undefined
  if (of === undefined || to <= from || to - from > mostBytes) return { refused: 'piece-wrong' }
  const name = nameOf(of, partClaim, part)
  if ((await shelf.size(name) ?? 0) < to) return { content: null }
  const pieces: Uint8Array[] = []
  for await (const piece of shelf.read(name, from, to)) {
    signal.throwIfAborted()
    pieces.push(piece)
  }
  return { content: Buffer.concat(pieces) }
}

const mayUse = async (desk: Desk, { order: id, claim }: Held): Promise<{ readonly order: MoveOrder } | NotHeld> => {
  const held = await lockOrder(desk, id)
  if (held === undefined) return { refused: 'not-found' }
  const { order } = held
  const why = await barred(desk, 'order.report', { ...order, person: order.agent as never })
  if (why !== undefined) return why.refused === 'for-another-person' ? { refused: 'order-lost', order: id } : why
  return order.kind === 'application' && isHeldBy(order, order.agent ?? '', claim) ? { order } : { refused: 'order-lost', order: id }
}

/** Removes every part of a move's back-ups, also of those that were never finished. */
export const removeBackups = async (world: World, caller: Caller, { move: id }: { readonly move: MoveId }): Promise<{ removed: number } | Refused> => {
  const may = await decide(world, caller, async desk => {
    const move = await desk.tx.get('move', id)
    if (move === undefined) return { refused: 'not-found' } as const
    const why = await barred(desk, 'move.order', move)
    if (why !== undefined) return why
    journal(desk, 'backup.remove', 'move', id, {})
    return { orders: (await desk.tx.list('move_order', { move: id, kind: 'application' }, { limit: 10_000 })).map(one => one.id) }
  })
  if (!('orders' in may)) return may
  const shelf = world.bundles
  if (shelf === undefined) return { refused: 'no-files-shelf' }
  const names = (await Promise.all(may.orders.map(order => shelf.list(`backup-${order}.`)))).flat()
  for (const name of names) await shelf.remove(name)
  return { removed: names.length }
}

import type { NoAccess } from '#domain/access.ts'
import type { Move } from '#domain/programmes.ts'
import type { Json, MoveOrder } from '#domain/records.ts'
import { forEveryone } from '#domain/report.ts'
import { barred, type Glance, sight } from '../ground/desk.ts'

/** Where a viewer is: the order, and the number of its report seen last. */
export type Place = { readonly order: MoveOrder['id']; readonly number: number }
/** `kind`: of what order it is told: the stages of a rehearsal are not those of the move. */
export type LiveReport = Place & { readonly kind: MoveOrder['kind']; readonly at: number; readonly event: Json }
/** `standing`: as it is now; sent when it changes. */
export type Live = { readonly standing: Pick<Move, 'stage' | 'leg' | 'endedAt'>; readonly reports: readonly LiveReport[]; readonly place: Place | null }

/** So many in one look. */
export const reportsAtOnce = 200

/** What was reported of a move after a place: of its orders one after the other. Without a place from the last reports of the newest order on. Who is not of the crew sees how far it is, and no names of tables and servers. */
export const readLive = async (glance: Glance, { move: id, after }: { readonly move: Move['id']; readonly after: Place | null }): Promise<Live | NoAccess> => {
  const { view } = glance
  const move = await view.get('move', id)
  if (move === undefined) return { refused: 'not-found' }
  const why = await barred(glance, 'move.read', move)
  if (why !== undefined) return why
  const isCrew = !('refused' in sight(glance, 'order.read'))
  const place = await placeToReadFrom(glance, id, after)
  const kind = place === null ? undefined : (await view.get('move_order', place.order))?.kind
  const reports = place === null ? [] : await view.list('report', { order: place.order, number: { from: place.number + 1 } }, { by: 'number', limit: reportsAtOnce })
  const last = reports.at(-1)
  return {
    standing: { stage: move.stage, leg: move.leg, endedAt: move.endedAt },
    reports: reports.flatMap(({ order, number, at, event }) => {
      const shown = isCrew ? event : forEveryone(event)
      return shown === undefined || kind === undefined ? [] : [{ kind, order, number, at, event: shown }]
    }),
    place: last === undefined ? place : { order: last.order, number: last.number },
  }
}

/** After the last report of an order that has ended comes the first one of the next order. */
const placeToReadFrom = async ({ view }: Glance, move: Move['id'], after: Place | null): Promise<Place | null> => {
  if (after === null) {
    const [newest] = await view.list('move_order', { move }, { descending: true, limit: 1 })
    return newest === undefined ? null : { order: newest.id, number: Math.max(0, newest.reported - reportsAtOnce) }
  }
  const order = await view.get('move_order', after.order)
  if (order === undefined || order.move !== move) return await placeToReadFrom({ view } as Glance, move, null)
  if (order.endedAt === null || order.reported > after.number) return after
  const [next] = await view.list('move_order', { move }, { after: order.id, limit: 1 })
  return next === undefined ? after : { order: next.id, number: 0 }
}

import { addressAt, type Home } from '#domain/homes.ts'
import { startOfDay } from '#domain/local-time.ts'
import type { Move, MoveId } from '#domain/programmes.ts'
import type { Redirection } from '#domain/redirect.ts'
import type { Instant } from '#domain/time.ts'
import type { View } from '#ports/ledger.ts'
import type { Glance } from '../ground/desk.ts'
import { playbookOf } from '../plans/plan-rows.ts'

type Looking = Pick<Glance, 'view' | 'world'>

/** Where the old addresses of moves that are switched lead. Those of a tenant that moved on, or back, lead to where it is now; the address where it is leads nowhere. */
export const redirectionsOf = async ({ view, world }: Looking, moves: readonly Move[]): Promise<Redirection[]> => {
  if (moves.length === 0) return []
  const tenants = byId(await view.list('tenant', { id: moves.map(move => move.tenant) }, { limit: moves.length }))
  const all = await view.list('move', { tenant: [...tenants.keys()], leg: 'out', stage: ['switched', 'settled'] }, { limit: mostMoves })
  const homes = byId(await view.list('home', { id: [...new Set(all.flatMap(move => [move.origin, move.destination]))] }, { limit: 2 * mostMoves }))
  const last = new Map(all.map(move => [move.tenant, move]))
  const ends = await endsOf({ view, world }, moves)
  return moves.flatMap(move => {
    const [tenant, origin, now] = [tenants.get(move.tenant), homes.get(move.origin), homes.get(last.get(move.tenant)?.destination ?? move.destination)]
    const [from, to] = tenant === undefined || origin === undefined || now === undefined ? [null, null] : [addressAt(tenant, origin), addressAt(tenant, now)]
    return from === null || to === null || from === to ? [] : [{ move: move.id, from, to, endsAt: ends.get(move.id) ?? null }]
  })
}

const mostMoves = 5_000
const byId = <Row extends { readonly id: string }>(rows: readonly Row[]): ReadonlyMap<Row['id'], Row> => new Map(rows.map(row => [row.id, row]))

/** When old addresses end: with the day of the task that looks whether anybody still comes, where the customer is. */
const endsOf = async ({ view, world }: Looking, moves: readonly Move[]): Promise<ReadonlyMap<MoveId, Instant>> => {
  const [keys, zones] = [new Set(moves.flatMap(move => endingTasks(world, move))), new Map((await view.list('customer', { id: moves.map(move => move.customer) }, { limit: moves.length })).map(one => [one.id, one.zone]))]
  if (keys.size === 0) return new Map()
  const tasks = await view.list('task', { move: moves.map(move => move.id), key: [...keys] }, { limit: moves.length * keys.size })
  return new Map(moves.flatMap(move => {
    const own = endingTasks(world, move)
    const [day] = tasks.filter(task => task.move === move.id && own.includes(task.key)).map(task => task.dueOn).toSorted()
    return day === undefined ? [] : [[move.id, startOfDay(day, zones.get(move.customer) ?? 'UTC')] as const]
  }))
}

const endingTasks = (world: Looking['world'], move: Move): readonly string[] => tasksWith(world, move, 'old-address-unused')

/** The keys of the playbook's tasks that ask for this check. */
export const tasksWith = (world: Looking['world'], move: Move, check: 'old-address-unused' | 'address-redirects'): readonly string[] => {
  const playbook = playbookOf(world, move)
  return 'refused' in playbook ? [] : playbook.tasks.filter(task => task.check === check).map(task => task.key)
}

/** The moves that left these homes and are not on their way back, in portions. */
export const leftHomes = async function* (view: View, where: { readonly vendor: Move['vendor']; readonly customer: Move['customer'] | null; readonly homes: readonly Home['id'][] }): AsyncGenerator<readonly Move[]> {
  if (where.homes.length === 0) return
  const customer = where.customer === null ? {} : { customer: where.customer }
  for (let after: string | undefined, seen = 0; seen < mostServed; seen += atOnce) {
    const some = await view.list('move', { vendor: where.vendor, ...customer, origin: where.homes, leg: 'out', stage: ['switched', 'settled'] }, { limit: atOnce, ...(after === undefined ? {} : { after }) })
    if (some.length > 0) yield some
    if (some.length < atOnce) return
    after = some.at(-1)?.id
  }
}
const atOnce = 500
const mostServed = 20_000

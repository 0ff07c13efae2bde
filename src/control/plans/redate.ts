import type { Customer } from '#domain/parties.ts'
import type { Move, MoveId, Programme, Wave } from '#domain/programmes.ts'
import { assert } from '#lib/assert.ts'
import { datedFor, ownT0, promisesOf, redatable, t0Of, waysOf } from './dated.ts'
import type { Desk } from '../ground/desk.ts'
import { playbookOf } from './plan-rows.ts'
import { replan, type Wish } from './replan.ts'
import { together } from '../waves/together.ts'

/** Dates moves anew after their wave's or programme's day became another one, as far as they go by it. The number of those that did. */
export const redateAll = async (desk: Desk, ids: readonly MoveId[], { because, wave, programme }: { readonly because: string; readonly wave?: Wave; readonly programme?: Programme }): Promise<number> => {
  if (ids.length === 0) return 0
  const { tx } = desk
  // In one order, so that two who do this at the same time wait for each other instead of forever.
  const moves: Move[] = []
  for (const id of ids.toSorted()) {
    const move = await tx.lock('move', id)
    if (move !== undefined && redatable.includes(move.stage)) moves.push(move)
  }
  const records = new Map((await tx.list('plan', { move: ids }, { limit: ids.length })).map(record => [record.id, record]))
  const customers = new Map((await tx.list('customer', { id: [...new Set(moves.map(move => move.customer))] }, { limit: ids.length })).map(customer => [customer.id, customer]))
  const [waves, programmes] = [await waysOf(desk, moves, wave), await promisesOf(desk, moves, programme)]
  const wishes = moves.flatMap((move): Wish[] => {
    const [playbook, record, customer] = [playbookOf(desk.world, move), records.get(move.id), customers.get(move.customer)]
    assert(customer !== undefined, 'a move is of a customer')
    // Without its playbook a plan stays as it is.
    if ('refused' in playbook || record === undefined) return []
    const dating = datedFor(desk, { playbook, customer, own: ownT0(move, record), wave: waves.get(move.wave ?? '') ?? null, programme: programmes.get(move.programme) ?? null, was: record })
    return dating.t0 === record.t0 && dating.datedBy === record.datedBy ? [] : [{ move: { ...move, t0: t0Of(dating) }, customer, dating, because: { because, was: record.t0 } }]
  })
  // Dated by the order all the same, a plan is as it was.
  const all = (await together(desk, wishes)).filter(({ move, dating }) => !(dating?.datedBy === 'environment' && records.get(move.id)?.datedBy === 'environment' && records.get(move.id)?.t0 === dating.t0))
  await replan(desk, all)
  return wishes.length
}

/** Another country has other holidays: what is open of a customer's plans goes by those of where it is now. T-0 stays. */
export const replanCustomer = async (desk: Desk, customer: Customer): Promise<void> => {
  const { tx } = desk
  const wishes: Wish[] = []
  for (const { id } of await tx.list('move', { customer: customer.id, endedAt: null })) {
    const move = await tx.lock('move', id)
    if (move !== undefined && move.endedAt === null && !('refused' in playbookOf(desk.world, move))) wishes.push({ move, customer, because: { because: 'customer' } })
  }
  await replan(desk, wishes)
}

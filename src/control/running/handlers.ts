import type { Move } from '#domain/programmes.ts'
import type { Quote, Window } from '#domain/records.ts'
import type { Handler, Handlers } from '#ports/jobs.ts'
import { askAddressHandler } from '../homes/address-looking.ts'
import { asSystem } from '../ground/as-system.ts'
import { chargeQuote } from '../billing/charges.ts'
import { type Desk, journal } from '../ground/desk.ts'
import { escalationHandler, reminderHandler } from './due.ts'
import { letterHandler, type Post } from '../letters/letters.ts'
import { giveOrder } from '../orders/orders.ts'
import { planHandler } from '../waves/plan-runs.ts'
import { reactHandler } from './reactions.ts'
import { reconcileHandler } from './reconcile.ts'
import { retire, type RetirementFacts } from '../plans/retirement.ts'
import type { World } from '../ground/world.ts'

/** What is done for every kind of job. Each reads the rows again when it is its turn: it may come late, twice, or after what it was about is over. `post`: without it letters wait. */
export const handlersOf = (world: World, post: Post | undefined): Handlers => ({
  letter: letterHandler(world, post),
  // A digest is a letter like any other.
  digest: letterHandler(world, post),
  reminder: reminderHandler(world),
  escalation: escalationHandler(world),
  react: reactHandler(world),
  'plan-waves': planHandler(world),
  reconcile: reconcileHandler(world),
  'ask-address': askAddressHandler(world),
  'window-opens': once(world, opened),
  'retire-home': once(world, (desk, facts: RetirementFacts) => retire(desk, facts)),
  // What the rules do not allow any more is left; whoever is in charge sees why in the plan.
  measure: once(world, async (desk, { move }: { readonly move: Move['id'] }) => { await giveOrder(desk, { move, kind: 'measure' }) }),
  'order-data-move': once(world, async (desk, { move }: { readonly move: Move['id'] }) => { await giveOrder(desk, { move, kind: 'move' }) }),
  invoice: once(world, async (desk, { quote: id }: { readonly quote: Quote['id'] }) => {
    const quote = await desk.tx.lock('quote', id)
    if (quote?.state === 'accepted') await chargeQuote(desk, quote)
  }),
})

/** The end of the job is recorded in the transaction that does what it is about. Proof of the facts: who enqueues a job of that name gives them. */
const once = <Facts>(world: World, work: (desk: Desk, facts: Facts) => Promise<void>): Handler => async ({ facts }, holding) => {
  await asSystem(world, async desk => {
    await work(desk, facts as Facts)
    await desk.tx.complete(holding)
  })
}

/** Stages in which a move can be cut over at once. */
const ready: readonly Move['stage'][] = ['following', 'frozen', 'verified', 'switched']

/** The window begins. Nothing is cut over by itself; but that nothing can be is written down for those who look. */
const opened = async (desk: Desk, { window: id, sequence }: { readonly window: Window['id']; readonly sequence: number }): Promise<void> => {
  const { tx, world, now } = desk
  const window = await tx.lock('window', id)
  // Another one by now, or at another time: that has a job of its own.
  if (window === undefined || window.state !== 'confirmed' || window.sequence !== sequence || window.startsAt > now) return
  const move = await tx.lock('move', window.move)
  if (move === undefined || move.endedAt !== null) return
  journal(desk, 'window.open', 'window', id, { move: move.id, stage: move.stage })
  if (ready.includes(move.stage)) return
  const text = 'The window has begun, and the move does not follow yet.'
  if (await tx.count('risk', { move: move.id, text, state: 'open' }) > 0) return
  await tx.add('risk', { id: world.newId<'risk'>(), vendor: move.vendor, customer: move.customer, move: move.id, text, level: 'high', party: 'vendor', state: 'open', by: 'Rehome', at: now })
}

import { addDays } from '#domain/days.ts'
import type { Job } from '#domain/job.ts'
import { dayOf } from '#domain/local-time.ts'
import type { Move } from '#domain/programmes.ts'
import type { Contract } from '#domain/records.ts'
import type { Day } from '#domain/time.ts'
import type { Handler, Holding } from '#ports/jobs.ts'
import { askAddressJob, redirects } from '../homes/address-looking.ts'
import { asSystem } from '../ground/as-system.ts'
import { expireCredentials } from '../orders/credentials.ts'
import type { Desk } from '../ground/desk.ts'
import { arrange } from './due.ts'
import { forgetReports } from './forgotten-reports.ts'
import { forgetBackups } from './forgotten-backups.ts'
import { followJournal } from './journal-job.ts'
import { letterJob } from '../letters/messages.ts'
import { dateRetirement } from '../plans/retirement.ts'
import type { World } from '../ground/world.ts'

const dayMs = 86_400_000
const rowsAtOnce = 500
const movesAtOnce = 20
/** Each is looked at by several statements. */
const contractsAtOnce = 50

/** Looks through the rows for what has no job. It waits for nobody: asked for again while it waits, it is the same one. */
export const reconcileJob = (at: number): Job => ({ name: 'reconcile', key: 'reconcile', at, facts: null, group: 'reconcile' })

/**
 * Makes the jobs anew that the rows need, as after a restore: what has its job keeps it as it is; and forgets what nobody needs any more. In portions, each a
 * transaction of its own, and tomorrow again. Where this process is to end it goes no further than its portion, and whoever works next begins anew.
 */
export const reconcileHandler = (world: World): Handler => async (_job, holding) => {
  await asSystem(world, ({ tx, now }) => tx.enqueue(followJournal(now), reconcileJob(now + dayMs)))
  const steps = [
    ...[letters, moves, settled, windows, contracts, offers].map(page => () => inPages(world, holding, page)),
    () => forgetBackups(world, holding),
    () => inPages(world, holding, forgetReports),
  ]
  for (const step of steps) if (!(await step())) return await asSystem(world, ({ tx, now }) => tx.enqueue(reconcileJob(now)))
}

type Ends = Pick<Holding, 'signal' | 'ending'>
/** From page to page; undefined: that was the last. */
type Page = (desk: Desk, after: string | undefined) => Promise<string | undefined>

/** Nobody waits for it, and it rests as long as it worked: whoever asks this process for something comes in between. False: this process is to end, and there may be more. */
const inPages = async (world: World, { signal, ending }: Ends, page: Page): Promise<boolean> => {
  for (let after: string | undefined, first = true; first || after !== undefined; first = false) {
    signal.throwIfAborted()
    if (ending.aborted) return false
    const [from, began] = [after, world.clock.elapsed()]
    after = await asSystem(world, desk => page(desk, from))
    const tookMs = world.clock.elapsed() - began
    // A clock that is let pass by hand stands still while something is done.
    if (tookMs > 0) await world.clock.sleep(tookMs, AbortSignal.any([signal, ending])).catch((error: unknown) => { if (!ending.aborted) throw error })
  }
  return true
}

/** Secrets that nobody looked at in time are erased. Each page ends some, so the first one is always the next. */
const offers: Page = async desk => ((await expireCredentials(desk)) > 0 ? 'some' : undefined)

const letters: Page = async ({ tx }, after) => {
  const some = await tx.list('message', { state: 'waiting', digest: null }, { limit: rowsAtOnce, ...(after === undefined ? {} : { after }) })
  await tx.enqueue(...some.map(letterJob))
  return some.length < rowsAtOnce ? undefined : some.at(-1)?.id
}

/** That old addresses lead on is looked at every day. */
const askAddresses = ({ tx, world, now }: Desk, moves: readonly Move[]): Promise<void> => tx.enqueue(...moves.filter(move => redirects(world, move)).map(move => askAddressJob(move.id, now)))

/** A settled move has tasks and letters left, for about so long. */
const settledMs = 400 * dayMs

/** Letters and reminders of what is left of a plan when nothing moves any more. */
const settled: Page = async (desk, after) => {
  const some = await desk.tx.list('move', { stage: 'settled', endedAt: { from: desk.now - settledMs } }, { limit: movesAtOnce, ...(after === undefined ? {} : { after }) })
  await arrange(desk, some.map(move => move.id), desk.now - 2 * dayMs)
  await askAddresses(desk, some)
  return some.length < movesAtOnce ? undefined : some.at(-1)?.id
}

/** A move nobody was told the plan of is told of it now. */
const moves: Page = async (desk, after) => {
  const { tx, now } = desk
  const some = await tx.list('move', { endedAt: null }, { limit: movesAtOnce, ...(after === undefined ? {} : { after }) })
  await arrange(desk, some.map(move => move.id), now - 2 * dayMs)
  await askAddresses(desk, some)
  const told = await tx.tally('message', 'move', { move: some.map(move => move.id), event: 'plan-ready' })
  const untold = some.filter(move => (told.get(move.id) ?? 0) === 0)
  await tx.enqueue(...untold.map((move): Job => ({ name: 'react', key: `plan-changed ${move.id}`, at: now, facts: { event: 'plan-changed', move: move.id, revision: move.revision }, group: move.id })))
  return some.length < movesAtOnce ? undefined : some.at(-1)?.id
}

const windows: Page = async ({ tx, now }, after) => {
  const some = await tx.list('window', { state: 'confirmed', startsAt: { from: now } }, { limit: rowsAtOnce, ...(after === undefined ? {} : { after }) })
  await tx.enqueue(...some.map((window): Job => ({ name: 'window-opens', key: window.id, at: window.startsAt, facts: { window: window.id, sequence: window.sequence }, group: window.move })))
  return some.length < rowsAtOnce ? undefined : some.at(-1)?.id
}

const contracts: Page = async (desk, after) => {
  const some = await desk.tx.list('contract', { endsOn: { from: dayOf(desk.now - 60 * dayMs, 'UTC') } }, { limit: contractsAtOnce, ...(after === undefined ? {} : { after }) })
  for (const contract of some) {
    const lines = await desk.tx.entries({ subject: contract.id })
    // What has ended for good is not ended again.
    if (!lines.some(line => line.verb === 'home.retire' && line.facts['lastDay'] === lastDayOf(contract))) await dateRetirement(desk, contract)
  }
  return some.length < contractsAtOnce ? undefined : some.at(-1)?.id
}

/** Proof: only contracts with an end were asked for. */
const lastDayOf = ({ endsOn }: Contract): Day => addDays(endsOn as Day, -1)

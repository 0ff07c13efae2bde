import { setTimeout as sleep } from 'node:timers/promises'
import { showDuration } from '#lib/quantity.ts'
import { checkOrders } from '../orders/oracle.ts'
import { freezesOf, readLog, spansOf } from '../orders/log.ts'
import { checkLoad } from '../pgbench-like/load.ts'
import { homes, type Stage } from './stage.ts'

/** What the story needs of a running move, whoever runs it. */
export type Move = {
  /** Resolves with how the move stands when it waits for a decision between turning back and settling; rejects when it ends without. */
  decisionDue(): Promise<void>
  decide(verb: 'turn-back' | 'settle'): Promise<void>
  /** Resolves when the move is settled. */
  readonly settled: Promise<void>
  readonly evidence: string | undefined
}

/** How long the shop is let to run in a home before it goes on. */
const restMs = 2_500

/**
 * Out, back under load with everything written in the new home, out again, and settled; then the books are compared. Tells it in sentences. Throws when
 * anything is lost, doubled or changed: the demo then has failed, and must say so.
 */
export const tellStory = async (stage: Stage, move: Move, say: (text: string) => void, signal: AbortSignal): Promise<void> => {
  await move.decisionDue()
  await sleep(restMs, undefined, { signal })
  say(`${switched(stage, 'The shop now runs in its new home.')}
Every order taken there travels back to the old home at once: the way back is open.
Suppose the customer wants to go back. \`rehome turn-back\`, while the orders keep coming:`)
  await move.decide('turn-back')
  await move.decisionDue()
  await sleep(restMs, undefined, { signal })
  say(`${switched(stage, 'Back in the old home, with everything written in the new one.')}\nAnd once more to the new home, to stay:`)
  await move.decide('turn-back')
  await move.decisionDue()
  await sleep(restMs, undefined, { signal })
  say(`${switched(stage, 'In the new home again.')}\nSettling: the way back closes, the old home stays fenced, nothing else of the move remains.`)
  await move.decide('settle')
  await move.settled
  await stage.writers.stop(8_000)
  await compareBooks(stage, say)
}

const switched = ({ log }: Stage, says: string): string => {
  const freeze = freezesOf(spansOf(readLog(log))).at(-1)
  return freeze === undefined ? says : `${says} Its customers could not order for ${showDuration(freeze.ms)}:\nfrom the last order that the ${lower(freeze.from)} accepted to the first that the ${lower(freeze.to)} accepted.`
}

const lower = (text: string): string => text.slice(0, 1).toLowerCase() + text.slice(1)

/** The log of what customers were told against the database that serves; the neighbour's against its own. */
export const compareBooks = async ({ url, log, destination, origin, neighbour }: Stage, say: (text: string) => void): Promise<void> => {
  const spans = spansOf(readLog(log))
  const serving = spans.at(-1)?.home === homes.destination ? destination : origin
  const verdict = await checkOrders(serving.store.superuserUrl, log)
  const load = await neighbour.load.stop()
  const wrong = [...verdict.wrong, ...(await checkLoad(neighbour.url, load)).map(w => `next door: ${w}`)]
  // The product reads it as the role that owns it, out of a large object.
  const logo = await fetch(`${url}/logo`)
  if (!logo.ok || !(await logo.text()).startsWith('<svg')) wrong.push(`the shop cannot show its logo: ${logo.status}`)
  if (wrong.length > 0) throw new Error(`the demo has failed:\n${wrong.join('\n')}`)
  const by = spans.map(span => `${span.count} by the ${lower(span.home)}`).join(', ')
  const lost = verdict.uncertain.length === 0 ? '' : `\n${verdict.uncertain.length} customers went away without an answer; what they asked for happened once or not at all.`
  say(`${verdict.acknowledged} writes of ${verdict.orders} orders were acknowledged (${by}).\nIn the database, read by a query of its own: nothing lost, nothing doubled, every order as its customer last saw it, all totals add up.${lost}`)
  const longest = Math.max(0, ...load.acknowledged.slice(1).map((t, n) => t.at - (load.acknowledged[n]?.at ?? t.at)))
  say(`The neighbour in the shared home wrote on throughout: ${load.acknowledged.length} transactions, none lost, never more than ${showDuration(longest)} apart (50 ms are usual).`)
}

import { system } from '../ground/callers.ts'
import type { Job } from '#domain/job.ts'
import { quoted } from '#domain/fault-words.ts'
import type { Text } from '#domain/locale.ts'
import { isGivenUp, type Move, type MoveId } from '#domain/programmes.ts'
import { leadsTo, type Redirection } from '#domain/redirect.ts'
import type { Instant } from '#domain/time.ts'
import type { Addresses } from '#ports/addresses.ts'
import type { Handler } from '#ports/jobs.ts'
import { asSystem } from '../ground/as-system.ts'
import { look } from '../ground/desk.ts'
import { keepFinding } from '../running/findings.ts'
import { lookAgain } from '../running/look-again.ts'
import { redirectionsOf, tasksWith } from './redirections.ts'
import type { World } from '../ground/world.ts'

/** Asks the old address of a move that is switched whether it leads to the new one. One that waits is enough. */
export const askAddressJob = (move: MoveId, at: Instant): Job => ({ name: 'ask-address', key: move, at, facts: { move }, group: move })

/** Whether a move has an old address that should lead on by now. */
export const redirects = (world: Pick<World, 'playbooks'>, move: Move): boolean => move.leg === 'out' && (move.stage === 'switched' || move.stage === 'settled') && tasksWith(world as World, move, 'address-redirects').length > 0

const soonMs = 60_000
const laterMs = 3_600_000

/** Only the addresses that the ledger has of this move are asked, and where they lead nobody follows. Until it is found to redirect it is asked again. */
export const askAddressHandler = (world: World): Handler => async ({ facts }, holding) => {
  // Proof: who enqueues a job of this name gives it a move.
  const { move: id } = facts as { readonly move: MoveId }
  const wanted = await look(world, system, async glance => {
    const move = await glance.view.get('move', id)
    return move === undefined || isGivenUp(move) || !redirects(world, move) ? undefined : (await redirectionsOf(glance, [move]))[0]
  })
  // From its end on an address leads nowhere, as it was told.
  const isOver = wanted === undefined || (wanted.endsAt !== null && wanted.endsAt <= world.clock.now())
  const found = isOver || world.addresses === undefined ? undefined : await askWhere(world.addresses, wanted, world.secret().slice(0, 12), holding.signal)
  await asSystem(world, async desk => {
    const move = found === undefined ? undefined : await desk.tx.lock('move', id)
    if (found !== undefined && move !== undefined && redirects(world, move)) {
      const before = await desk.tx.find('finding', { move: id, check: 'address-redirects', about: '' })
      if (before?.held !== found.held || before.why.en !== found.why.en) await keepFinding(desk, move, { check: 'address-redirects', about: '', ...found })
      if (found.held) await lookAgain(desk, id)
      else await desk.tx.enqueue(askAddressJob(id, desk.now + (before === undefined || desk.now - before.at < laterMs ? soonMs : laterMs)))
    }
    await desk.tx.complete(holding)
  })
}

/** With a path and a query that only a redirect which keeps them can answer rightly. */
const askWhere = async (addresses: Addresses, { from, to }: Redirection, word: string, signal: AbortSignal): Promise<{ readonly held: boolean; readonly why: Text }> => {
  const rest = `/rehome-looks/${word}?page=2&q=two%20words`
  const [asked, wanted] = [from.replace(/\/+$/, '') + rest, to.replace(/\/+$/, '') + rest]
  const answer = await addresses.ask(asked, signal)
  if ('why' in answer) return { held: false, why: { en: `${from} was asked: ${answer.why}.`, ja: `${from}から応答がありません：${quoted(answer.why)}` } }
  if (leadsTo(answer, asked, wanted)) return { held: true, why: { en: `${from} answered ${answer.status} with the same path and query at ${to}.`, ja: `${from}は${answer.status}で、パスとクエリを保ったまま${to}に転送しています。` } }
  const where = answer.location === null ? { en: '', ja: '' } : { en: `, to ${answer.location.slice(0, 200)}`, ja: `、転送先：${answer.location.slice(0, 200)}` }
  return { held: false, why: { en: `${from} answered ${answer.status}${where.en}, and not with a redirect to the same path and query at ${to}.`, ja: `${from}の応答は${answer.status}${where.ja}です。パスとクエリを保った${to}への転送ではありません。` } }
}

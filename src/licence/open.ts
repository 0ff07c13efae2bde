import { Fault } from '#domain/faults.ts'
import { asId } from '#domain/ids.ts'
import { checkAnchor, writeAnchor } from './anchoring.ts'
import { answerDays, inTurn } from './once.ts'
import { askIssuer, askWithin, checkMachine, hasDoubt, tellIssuer } from './proving.ts'
import { keep, standOf, type Stand, timeOf } from './stand.ts'
import type { LicenceWorld } from './world.ts'

/** How often what nobody waits for is kept. */
const tidyMs = 1_000
/** L8, and what the issuer says. */
const checkMs = 3_600_000
/** Where something is in doubt that the issuer may clear. */
const doubtMs = 5_000
/** The newest time, in the book and then in the anchor. */
const seenMs = 10_000
/** What is old in the book, so much of it at once. */
const trimMs = 600_000
const mostTrimmed = 1_000
const kept = { answersMs: answerDays * 86_400_000, keysMs: 400 * 86_400_000 } as const

/** A server at work. `ends`: rejects with what ended it when its book is lost; resolves after the signal. */
export type OpenedServer = AsyncDisposable & { readonly stand: Stand; /** The book was restored from a copy, now or before, and what stands of it was in doubt when it was opened. */ readonly isCopy: boolean; /** So long before its clock's time the server was last at work; null: never. */ readonly awayMs: number | null; readonly ends: Promise<void> }

/**
 * Takes the book in hand (waiting, as a standby, while another server has it) and opens the server on it. Faults: LICENCE_BOOK_UNREACHABLE, LICENCE_BOOK_WRONG, LICENCE_BOOK_FOREIGN: the
 * book is of a server with another key.
 */
export const openServer = async (world: LicenceWorld, signal: AbortSignal, standby?: () => void): Promise<OpenedServer> => {
  await using stack = new AsyncDisposableStack()
  const book = stack.use(await world.book.hold(signal, standby))
  const state = await book.read({ server: asId<'licence-server'>(world.newId()), publicKey: world.signer.publicKey })
  if (state.identity.publicKey !== world.signer.publicKey) throw new Fault('LICENCE_BOOK_FOREIGN', { server: state.identity.server })
  const stand = standOf(world, book, state)
  stack.defer(() => stand.keeper.end())
  const isCopy = await checkAnchor(stand, state.seen)
  const since = stand.line.time
  await checkMachine(stand)
  await askWithin(signal, asking => askIssuer(stand, since, asking))
  await keepSeen(stand)
  const ending = new AbortController()
  const running = runBeside(stand, since, AbortSignal.any([signal, ending.signal, book.lost]))
  const ends = running.then(() => { if (book.lost.aborted && !signal.aborted && !ending.signal.aborted) throw book.lost.reason })
  ends.catch(() => { /* whoever awaits it is told */ })
  const closes = stack.move()
  return {
    stand, isCopy, awayMs: state.seen === 0 ? null : Math.max(0, stand.line.wall - state.seen), ends,
    async [Symbol.asyncDispose]() {
      await using _ = closes
      ending.abort()
      await running.catch(() => { /* told through ends */ })
      // What a server that is killed does not come to do either: nothing rests on it.
      await tidy(stand).then(() => keepSeen(stand)).catch((error: unknown) => { if (!book.lost.aborted) throw error })
    },
  }
}

const runBeside = async (stand: Stand, since: number, signal: AbortSignal): Promise<void> => {
  const { clock } = stand.world
  let [checkAt, seenAt, trimAt] = [clock.elapsed() + doubtMs, clock.elapsed() + seenMs, clock.elapsed() + trimMs]
  let checkedAt = clock.elapsed()
  await tellIssuerAll(stand, signal)
  while (!signal.aborted) {
    await clock.sleep(tidyMs, signal).catch((error: unknown) => { if (!signal.aborted) throw error })
    if (signal.aborted) return
    await tidy(stand)
    if (clock.elapsed() >= seenAt) {
      await keepSeen(stand)
      seenAt = clock.elapsed() + seenMs
    }
    if (clock.elapsed() >= trimAt) {
      await stand.book.trim(kept, mostTrimmed)
      trimAt = clock.elapsed() + trimMs
    }
    if (clock.elapsed() >= checkAt || (hasDoubt(stand) && clock.elapsed() >= checkedAt + doubtMs)) {
      await checkMachine(stand)
      await askWithin(signal, asking => askIssuer(stand, since, asking))
      await tellIssuerAll(stand, signal)
      checkedAt = clock.elapsed()
      checkAt = checkedAt + checkMs
    }
  }
}

/** What ended and what was counted since. */
const tidy = async (stand: Stand): Promise<void> => {
  const { time } = timeOf(stand)
  for (const { licence } of stand.held.values()) stand.usage.seen(licence.id, time, stand.seats.countOf(licence.id))
  const usage = stand.usage.take(time)
  if (usage.length > 0 || stand.ended.length > 0) await keep(stand, usage.length > 0 ? { usage } : {})
}

/** Not while a clock is being forgiven: that brings both back. */
const keepSeen = (stand: Stand): Promise<void> => inTurn(stand, async () => {
  const { time } = timeOf(stand)
  await keep(stand, { seen: time })
  await writeAnchor(stand, time)
})

const tellIssuerAll = (stand: Stand, signal: AbortSignal): Promise<void> =>
  askWithin(signal, asking => tellIssuer(stand, [...stand.held.values()].filter(held => held.activation === null).map(held => held.receipt).filter(receipt => receipt !== null), asking))

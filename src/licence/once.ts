import { isLicenceRefused, type LicenceRefused } from '#domain/licence/refused.ts'
import { canonical } from '#lib/canonical.ts'
import { sha256 } from '#lib/hash.ts'
import type { BookChange } from '#ports/licence-book.ts'
import { writeAnchor } from './anchoring.ts'
import { keep, type Stand } from './stand.ts'

/** What an administrator's wish comes to: kept together with its answer, and then, when both are durable, carried over into memory. */
export type Decided<Answer> = { readonly answer: Answer; readonly change: BookChange; /** After it is durable, before it is answered. */ after?(): Promise<void> | void }

/** So long an answer is kept; after that only that there was one. */
export const answerDays = 90

const turns = new WeakMap<Stand, Promise<unknown>>()

/** One wish after the other: each is decided by what the one before left. */
export const inTurn = <T>(stand: Stand, work: () => Promise<T>): Promise<T> => {
  const turn = (turns.get(stand) ?? Promise.resolve()).then(work)
  turns.set(stand, turn.catch(() => { /* whoever asked is told */ }))
  return turn
}

/** Carried out once for a key and answered the same for 90 days after, also after a restart. What is refused can be asked again with the same key. */
export const once = <Answer extends object>(stand: Stand, verb: string, { key, ...said }: { readonly key: string }, decide: () => Promise<Decided<Answer> | LicenceRefused> | Decided<Answer> | LicenceRefused): Promise<Answer | LicenceRefused> =>
  inTurn(stand, async () => {
    const fingerprint = sha256(canonical([verb, said]))
    const known = await stand.book.answered(key)
    if (known !== undefined && known.fingerprint !== fingerprint) return { refused: 'key-taken' }
    if (known?.answer === null) return { refused: 'key-over', days: answerDays }
    if (known !== undefined) {
      // The first time it may have come to the book and no further.
      await writeAnchor(stand)
      return known.answer as Answer
    }
    const decided = await decide()
    if (isLicenceRefused(decided)) return decided
    await keep(stand, { ...decided.change, answers: [{ key, fingerprint, answer: decided.answer }] })
    await decided.after?.()
    return decided.answer
  })

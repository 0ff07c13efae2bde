import { type Entry, brokenAt } from '#domain/journal.ts'
import { Fault } from '#domain/faults.ts'
import type { Ledger } from '#ports/ledger.ts'
import { readCatalog } from './columns.ts'
import { asFault, type Database, isCollision, isTwice, openDatabase } from './database.ts'
import { migrate } from './migrate.ts'
import { readingOf } from './reading.ts'
import { askIn, type JobsWithin, openTransaction } from './transaction.ts'
import { viewOf } from './view.ts'

/** How often a transaction that met another one is run again. */
const mostTries = 10
/** Of one that added what is there already: it may have come to be while it looked, and then it sees it. */
const mostTriesTwice = 3
const linesAtOnce = 5_000

/** Opens the ledger in the database of `url`, brought up to this version. `sessions`: at most so many at a time. */
export const openLedger = async ({ url, jobs, sessions }: { readonly url: string; readonly jobs: JobsWithin; readonly sessions?: number | undefined }): Promise<Ledger> => {
  const { database, pool } = openDatabase(url, sessions)
  try {
    await migrate(database)
    const catalog = await readCatalog(database)
    const read = readingOf(pool, catalog)
    return {
      transaction: work => patiently(() => database.transaction().execute(async inner => {
        const { transaction, finish } = openTransaction(inner, catalog, jobs)
        const result = await work(transaction)
        await finish()
        return result
      })),
      read: work => patiently(() => read(work)),
      verifyJournal: () => verifyJournal(database),
      [Symbol.asyncDispose]: () => database.destroy(),
    }
  } catch (error) {
    await database.destroy()
    throw asFault(error)
  }
}

const patiently = async <T>(work: () => Promise<T>): Promise<T> => {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if ((isCollision(error) && tries < mostTries) || (isTwice(error) && tries < mostTriesTwice)) continue
      throw isCollision(error) ? new Fault('LEDGER_UNREACHABLE', { reason: 'too many others change the same at once' }, { cause: error }) : asFault(error)
    }
  }
}

const verifyJournal = async (database: Database): Promise<{ readonly lines: number; readonly wrong?: string }> => {
  const view = viewOf(askIn(database), new Map())
  let last: Entry | undefined
  for (;;) {
    const lines = await view.entries({ after: last?.seq ?? 0, limit: linesAtOnce })
    for (const line of lines) {
      const wrong = brokenAt(last, line)
      if (wrong !== undefined) return { lines: last?.seq ?? 0, wrong }
      last = line
    }
    if (lines.length < linesAtOnce) return { lines: last?.seq ?? 0 }
  }
}

import { openLedger } from '#adapters/ledger/postgres/ledger.ts'
import type { JobsWithin } from '#adapters/ledger/postgres/transaction.ts'
import type { Kind } from '#domain/records.ts'
import type { Ledger, Transaction } from '#ports/ledger.ts'
import { type Scope, type TestDatabase, useDatabase } from '#test/services/postgres.ts'
import { samples, secondHome } from './samples.ts'

/** Where a test has no use for jobs. */
export const noJobs: JobsWithin = { enqueueWithin: () => Promise.resolve(), cancelWithin: () => Promise.resolve() }

/** A ledger of its own. Closed before its database goes. */
export const useLedger = async (t: Scope, jobs: JobsWithin = noJobs): Promise<{ readonly ledger: Ledger; readonly database: TestDatabase }> => {
  const opened: Ledger[] = []
  t.after(async () => { for (const ledger of opened) await ledger[Symbol.asyncDispose]() })
  const database = await useDatabase(t, { major: 18 })
  const ledger = await openLedger({ url: database.url, jobs })
  opened.push(ledger)
  return { ledger, database }
}

/** Adds one of each kind, up to and with `last`. */
export const addSamples = async (transaction: Transaction, last?: Kind): Promise<void> => {
  for (const kind of Object.keys(samples) as Kind[]) {
    await transaction.add(kind, samples[kind])
    if (kind === 'home') await transaction.add('home', secondHome)
    if (kind === last) return
  }
}

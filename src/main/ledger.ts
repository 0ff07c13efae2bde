import { systemClock } from '#adapters/clock/system.ts'
import { backUp, restore } from '#adapters/ledger/postgres/backup.ts'
import { openLedger } from '#adapters/ledger/postgres/ledger.ts'
import type { Services } from '#entrances/cli/services.ts'
import type { Config } from './config.ts'
import { readControlSettings } from './control-settings.ts'
import { openDatabase } from './opened.ts'

/** The ledger of this machine, or the one of DATABASE_URL, as the commands have it. */
export const ledgerOf = (config: Config): Services['ledger'] => {
  const { home, environment } = config
  const settings = () => readControlSettings(home, environment)
  const withDatabase = async <T>(work: (url: string) => Promise<T>): Promise<T> => {
    await using database = await openDatabase(settings(), { borrowed: true })
    return await work(database.url)
  }
  return {
    // Each stands on much that the others do not need.
    serve: async (say, signal) => (await import('./control.ts')).runControl(settings(), say, signal),
    start: async (say, signal) => (await import('./start.ts')).runStart(config, settings(), say, signal),
    work: async (say, signal) => (await import('./worker.ts')).runWorker(settings(), say, signal),
    backUp: file => withDatabase(url => backUp(url, file, systemClock.now())),
    restore: file => withDatabase(url => restore(url, file)),
    verifyJournal: () => withDatabase(async url => {
      await using ledger = await openLedger({ url, jobs: noJobs })
      return await ledger.verifyJournal()
    }),
  }
}

/** Reading enqueues nothing. */
const noJobs = { enqueueWithin: () => Promise.reject(new Error('nothing is enqueued here')), cancelWithin: () => Promise.reject(new Error('nothing is enqueued here')) }

import { createSimulatedClock } from '#adapters/clock/simulated.ts'
import { openJobs } from '#adapters/jobs/pg-boss/jobs.ts'
import { type MemoryMail, openMemoryMail } from '#adapters/mail/memory.ts'
import { handlersOf } from '#control/running/handlers.ts'
import { reconcileJob } from '#control/running/reconcile.ts'
import type { Instant } from '#domain/time.ts'
import { useDatabase, type Scope } from '#test/services/postgres.ts'
import { type Estate, useEstate } from './estate.ts'

/** An estate with a worker, under a clock that stands still until it is told to go on. */
export type Working = Estate & {
  readonly mail: MemoryMail
  now(): Instant
  /** Afterwards all that was due until then is done. */
  until(at: Instant): Promise<void>
  days(count: number): Promise<void>
  readonly troubles: unknown[]
  /** Jobs that are dead or wait for another try, each with why. */
  failed(): Promise<readonly string[]>
}

export const from = { name: 'Kestrel Analytics', address: 'moves@kestrel.example' }

export const useWorking = async (t: Scope, { start = Date.UTC(2026, 8, 1, 3), playbook, mail: sends = true }: { readonly start?: number; readonly playbook?: string; /** False: there is no mail server in the settings. */ readonly mail?: boolean } = {}): Promise<Working> => {
  const ends: (() => Promise<unknown>)[] = []
  t.after(async () => { for (const end of ends.toReversed()) await end() })
  const database = await useDatabase(t, { major: 18 })
  const clock = createSimulatedClock(start)
  const troubles: unknown[] = []
  const jobs = await openJobs({ url: database.url, clock, onTrouble: error => { troubles.push(error) } })
  ends.push(async () => { await jobs[Symbol.asyncDispose]() })
  const estate = await useEstate({ after: end => { ends.push(async () => { await end() }) } }, { clock, jobs, database, ...(playbook === undefined ? {} : { playbook }) })
  const mail = openMemoryMail()
  const stop = new AbortController()
  const working = jobs.work(handlersOf(estate.control.world, sends ? { mail, from } : undefined), stop.signal)
  ends.push(async () => {
    stop.abort()
    await working
  })
  await estate.control.world.ledger.transaction(tx => tx.enqueue(reconcileJob(clock.now())))
  const failed = async (): Promise<readonly string[]> => (await database.query<{ said: string }>("SELECT name || ' ' || singleton_key || ': ' || (output->>'reason') AS said FROM jobs.job WHERE state IN ('retry', 'failed')")).map(one => one.said)
  return { ...estate, mail, troubles, failed, now: clock.now, until: jobs.passUntil, days: count => jobs.passUntil(clock.now() + count * 86_400_000) }
}

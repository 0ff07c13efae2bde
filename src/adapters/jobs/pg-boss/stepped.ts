import { setTimeout as pause } from 'node:timers/promises'
import { TestClock, type PgBoss } from 'pg-boss'
import { z } from 'zod'
import { jobNames, type JobName } from '#domain/job.ts'
import type { Instant } from '#domain/time.ts'
import { assert } from '#lib/assert.ts'
import type { Clock } from '#ports/clock.ts'
import { schema } from './schema.ts'

/** A clock that stands still until it is told to go on, as the simulated one does. */
export type SteppedClock = Clock & { advance(ms: number): Promise<void> }
export const isStepped = (clock: Clock): clock is SteppedClock => 'advance' in clock

/** Lets months pass in seconds: from one date at which something is due to the next, each time until all of it is done. */
export class Stepper {
  readonly #clock: SteppedClock
  /** What pg-boss's own statements take for the time, in every process that has one. */
  readonly boss: TestClock
  readonly #workers = new Map<JobName, string[]>()

  constructor(clock: SteppedClock) {
    this.#clock = clock
    this.boss = new TestClock(clock.now())
  }

  /** Who takes the jobs of this name. */
  add(name: JobName, worker: string): void {
    this.#workers.set(name, [...(this.#workers.get(name) ?? []), worker])
  }

  /** Afterwards it is `until`, and nothing is due, being handled or dated before. */
  async passUntil(boss: PgBoss, until: Instant): Promise<void> {
    for (;;) {
      await this.#boundary(boss)
      const now = this.#clock.now()
      if (now >= until) return
      await this.#clock.advance(Math.min(Math.max(await nextDate(boss) ?? until, now), until) - now)
    }
  }

  /** The time is told to the database and whatever is due by then is done, with what follows from it. */
  async #boundary(boss: PgBoss): Promise<void> {
    const now = this.#clock.now()
    await this.boss.setTime(now)
    for (;;) {
      const busy = await busyNames(boss, now)
      if (busy.length === 0) return
      for (const name of busy) {
        const workers = this.#workers.get(name)
        assert(workers !== undefined, 'jobs are due and nobody works on them')
        for (const worker of workers) boss.notifyWorker(worker)
      }
      await pause(1)
    }
  }
}

const one = z.array(z.object({ answer: z.unknown() })).length(1)
const ask = async (boss: PgBoss, sql: string, values: unknown[]): Promise<unknown> => one.parse((await boss.getDb().executeSql(sql, values)).rows)[0]?.answer

/** Of which jobs are due or being handled. */
const busyNames = async (boss: PgBoss, now: Instant): Promise<JobName[]> =>
  z.array(z.enum(jobNames)).parse(await ask(boss, `SELECT coalesce(array_agg(DISTINCT name), '{}') AS answer FROM ${schema}.job WHERE name = ANY($1) AND (state = 'active' OR (state < 'active' AND start_after <= to_timestamp($2)))`, [jobNames, now / 1000]))

/** Rounded up: at that millisecond it is due. */
const nextDate = async (boss: PgBoss): Promise<Instant | undefined> =>
  z.number().nullable().parse(await ask(boss, `SELECT ceil(extract(epoch FROM min(start_after)) * 1000)::float8 AS answer FROM ${schema}.job WHERE name = ANY($1) AND state < 'active'`, [jobNames])) ?? undefined

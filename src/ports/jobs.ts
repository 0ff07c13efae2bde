import type { Job, JobName } from '#domain/job.ts'
import type { Instant } from '#domain/time.ts'

/** Runs one statement in the caller's own transaction: an open session after BEGIN, with `$1` for the first value. */
export type Execute = (sql: string, values: readonly unknown[]) => Promise<{ rows: unknown[] }>

/** A job in the hands of one worker, for as long as its lease holds. */
export type Holding = {
  /** The same at every try: an idempotency key for what the outside is asked. */
  readonly id: string
  /** From 1. */
  readonly attempt: number
  /**
   * Aborted when the lease is lost (the process was stopped or cut off and the job went to another), when the time allowed is
   * over, and when this process must end. What waits in a handler takes it.
   */
  readonly signal: AbortSignal
  /** Aborted as soon as this process is asked to end, some seconds before `signal`: who works in portions begins no other one, and leaves the rest to whoever comes next. */
  readonly ending: AbortSignal
  /**
   * Renews the lease and says whether it still holds. Ask before every effect outside of the ledger's database, and do not go on
   * after a no: another worker has the job or its end is recorded. Between a yes and the effect a process can still be stopped
   * for longer than the lease: what must never happen twice also carries `id` to where it can be refused.
   */
  stillMine(): Promise<boolean>
  /**
   * Records the end of the job in the caller's transaction: what the transaction does is done exactly once. Throws the fault
   * JOB_TAKEN where the lease is lost; let it out, so that the transaction is rolled back.
   */
  completeWithin(execute: Execute): Promise<void>
}

/**
 * Does what the job is about, and may be called again for the same job: after a crash, a lost lease, a fault. Reads the state
 * first. A handler that returns has completed the job; one that throws has it tried again by the policy of its name, or not again
 * where the fault says that this makes no sense.
 */
export type Handler = (job: Job, holding: Holding) => Promise<void>
export type Handlers = { readonly [Name in JobName]: Handler }

/** A job that is not tried again by itself. */
export type FailedJob = {
  readonly id: string
  readonly job: Job
  readonly attempts: number
  readonly failedAt: Instant
  /** The last error, without its stack: a fault's code and what it says, else its message. */
  readonly reason: string
}

/**
 * Work for later that outlives every process. Fault LEDGER_UNREACHABLE when it is opened while the database is away; once open
 * it waits for a database that goes away and comes back.
 */
export type Jobs = AsyncDisposable & {
  /**
   * The jobs exist if and only if the transaction commits. One of a name and key that waits already (also for its next try) is
   * re-dated and gets the new facts; one that is being handled is left alone and the new one waits beside it.
   */
  enqueueWithin(execute: Execute, jobs: readonly Job[]): Promise<void>
  /** Those of these keys that wait are gone if and only if the transaction commits, whatever their names. What is being handled goes on. */
  cancelWithin(execute: Execute, keys: readonly string[]): Promise<void>
  /**
   * Handles jobs until `stop` is aborted, beside any number of other processes. Then no more are taken; resolves when those in
   * hand have ended, or some seconds later: their signals are aborted by then and others get the jobs.
   */
  work(handlers: Handlers, stop: AbortSignal): Promise<void>
  /** The last first, at most `limit` (1,000). */
  failed(limit?: number): Promise<readonly FailedJob[]>
  /** A failed job waits again, with all its tries, if and only if the transaction commits; one of its name and key that waits already takes its place. False: there is none of this id. */
  retryWithin(execute: Execute, id: string): Promise<boolean>
}

import type { Instant } from './time.ts'

/** What can be done later, by whichever worker is free. */
export const jobNames = ['reminder', 'escalation', 'window-opens', 'measure', 'order-data-move', 'letter', 'digest', 'reconcile', 'invoice', 'retire-home', 'react', 'plan-waves', 'ask-address'] as const
export type JobName = (typeof jobNames)[number]

/** What a job carries: ids and revisions to read the state by, never the state itself. No secrets: a job is kept in the clear. */
export type JobFacts = null | boolean | number | string | readonly JobFacts[] | { readonly [name: string]: JobFacts }

/**
 * A nudge at a time. It may come late, twice, or after what it was about is over: who handles it reads the state again.
 * While it waits there is one job of its name and key; another one enqueued with the same two replaces it.
 */
export type Job = {
  readonly name: JobName
  /** What makes it this one, such as the id of a task with the number of the reminder. */
  readonly key: string
  /** Not before this; years ahead are fine. In the past: at once. */
  readonly at: Instant
  readonly facts: JobFacts
  /** What it is about, such as a move. Where the policy says so, jobs of one group are handled one after the other. */
  readonly group?: string
}

export type JobPolicy = {
  /** How often it is tried again; after that it is dead and waits for a person. */
  readonly retryLimit: number
  /** Before the first try again, also after a worker died; twice as long before each next one, with some chance in it, at most `retryDelayMaxSeconds`. */
  readonly retryDelaySeconds: number
  readonly retryDelayMaxSeconds: number
  /** A try that takes longer is given up and its job given to another. */
  readonly expireInSeconds: number
  /** How many are fetched by one statement and their ends recorded by one. More than one: only where all are short. */
  readonly together: number
  /** How many of this name one process handles at the same time. */
  readonly atOnce: number
  /** Of a group, only one at a time in all processes. */
  readonly onePerGroup: boolean
}

const minute = 60
const hour = 60 * minute

/** Small, quick work on our own rows, much of it on the same morning. */
const nudge = { retryLimit: 12, retryDelaySeconds: 2, retryDelayMaxSeconds: hour, expireInSeconds: 10 * minute, together: 200, atOnce: 4, onePerGroup: false } as const satisfies JobPolicy
/** One thing that takes a while, and that must not be done twice side by side for one move. */
const work = { retryLimit: 20, retryDelaySeconds: 5, retryDelayMaxSeconds: 15 * minute, expireInSeconds: 6 * hour, together: 1, atOnce: 2, onePerGroup: true } as const satisfies JobPolicy

export const jobPolicies: Readonly<Record<JobName, JobPolicy>> = {
  // Those that are taken together share a transaction.
  reminder: { ...nudge, atOnce: 200 },
  escalation: { ...nudge, atOnce: 200 },
  'window-opens': { ...nudge, together: 20 },
  measure: work,
  'order-data-move': work,
  // A mail server that is down for two weeks loses no letter: some 340 tries an hour apart.
  letter: { retryLimit: 340, retryDelaySeconds: 5, retryDelayMaxSeconds: hour, expireInSeconds: 5 * minute, together: 10, atOnce: 5, onePerGroup: false },
  digest: { ...nudge, together: 20 },
  reconcile: { ...work, expireInSeconds: hour, atOnce: 1 },
  invoice: { ...nudge, together: 20 },
  'retire-home': { ...work, expireInSeconds: hour },
  // One at a time in a process: the solver has a core to itself. Tried again only when a worker died.
  'plan-waves': { ...work, retryLimit: 2, expireInSeconds: 20 * minute, atOnce: 1 },
  'ask-address': { ...nudge, together: 1, onePerGroup: true },
  react: { ...nudge, retryDelaySeconds: 1, together: 1, onePerGroup: true },
}

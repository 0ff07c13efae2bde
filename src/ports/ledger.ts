import type { Scope } from '#domain/access.ts'
import type { Deed, Entry, Who } from '#domain/journal.ts'
import type { OverviewCounts, OverviewWish } from '#domain/overview.ts'
import type { MoveId, ProgrammeId } from '#domain/programmes.ts'
import type { Kind, Records } from '#domain/records.ts'
import type { Instant } from '#domain/time.ts'
import type { Job } from '#domain/job.ts'
import type { Holding, Jobs } from './jobs.ts'

/** What a field must be: this, one of these, or within bounds (both inclusive); null: it must be none. */
export type Wanted<T> = T | readonly T[] | { readonly from?: T & (number | string); readonly to?: T & (number | string) } | null
export type Where<K extends Kind> = { readonly [Name in keyof Records[K]]?: Wanted<Records[K][Name]> } & {
  /** Only what somebody may see or do: every list that people are shown has it. */
  readonly within?: Scope
  /** Of the moves of a programme. */
  readonly ofProgramme?: ProgrammeId
  /** Whose own name, customer's or tenant's has this in it, in any case. */
  readonly named?: string
  /** With this in its own name, number or mail address, in any case. Unless the page names an order, what begins with it comes first, the shortest before the others. */
  readonly called?: string
}

/** By what a list can be in order although it is not a field of it. */
export type Order<K extends Kind> = K extends 'move' ? 'customerName' | 'tenantName' | 'waveName' | 'day' | 'standing' : never

/** `after`: the last id of the page before. Ids are in the order of their making, and so are pages, unless `by` names a field. */
export type Page<K extends Kind> = { readonly after?: string; readonly limit?: number; readonly by?: (keyof Records[K] & string) | Order<K>; readonly descending?: boolean }

/** Lines of the journal between two numbers (neither of them included). `move`: of it and of what it is made of. `by`: the id of who did it. `from` to before `to`. */
export type EntriesWanted = {
  readonly subject?: string; readonly move?: MoveId; readonly kind?: string; readonly verb?: string; readonly by?: string; readonly from?: Instant; readonly to?: Instant
  readonly after?: number; readonly before?: number; readonly limit?: number; readonly isLastFirst?: boolean
}

/** Reading: one consistent instant within a transaction. */
export type View = {
  get<K extends Kind>(kind: K, id: Records[K]['id']): Promise<Records[K] | undefined>
  /** At most one can be; an assertion holds that. */
  find<K extends Kind>(kind: K, where: Where<K>): Promise<Records[K] | undefined>
  /** At most 1,000 unless the page says otherwise. */
  list<K extends Kind>(kind: K, where: Where<K>, page?: Page<K>): Promise<Records[K][]>
  count<K extends Kind>(kind: K, where: Where<K>): Promise<number>
  /** How many there are for each value of a field that is a text or an id: one question for all the rows of a page. Values that nothing has are not in it; none is under ''. */
  tally<K extends Kind>(kind: K, by: keyof Records[K] & string, where: Where<K>): Promise<ReadonlyMap<string, number>>
  /** What is true of all moves of a vendor at once. */
  overview(wish: OverviewWish): Promise<OverviewCounts>
  /** At most 1,000 unless they are told. */
  entries(where: EntriesWanted): Promise<Entry[]>
}

/** Writing: all of it or nothing, with the journal and the jobs that follow from it. */
export type Transaction = View & {
  /** The record, and nobody else changes it until the end of this transaction. */
  lock<K extends Kind>(kind: K, id: Records[K]['id']): Promise<Records[K] | undefined>
  /** Fault LEDGER_TAKEN where a constraint holds against it: `constraint` is its name. */
  add<K extends Kind>(kind: K, ...records: readonly Records[K][]): Promise<void>
  /** False: there is none of that id (or not with `where`). */
  change<K extends Kind>(kind: K, id: Records[K]['id'], change: Partial<Omit<Records[K], 'id'>>, where?: Where<K>): Promise<boolean>
  /** Each as it is given: added where there is none of its id, and otherwise in the place of the one there is. */
  put<K extends Kind>(kind: K, ...records: readonly Records[K][]): Promise<void>
  remove<K extends Kind>(kind: K, where: Where<K>): Promise<number>
  /** Written at the end of the transaction, in the order told. */
  record(at: Instant, who: Who, deed: Deed): void
  enqueue(...jobs: readonly Job[]): Promise<void>
  cancel(...keys: readonly string[]): Promise<void>
  /** The failed job is done after all if this transaction commits. False: there is none of this id. */
  repeat(jobs: Pick<Jobs, 'retryWithin'>, id: string): Promise<boolean>
  /** What this transaction does is the end of the job: done once, or fault JOB_TAKEN and not at all. */
  complete(holding: Pick<Holding, 'completeWithin'>): Promise<void>
  /** The answer that was given to this request before; undefined: it is new, and is this one's to answer. A second request of the same key waits for the first to end. */
  answered(key: string, fingerprint: string): Promise<{ readonly fingerprint: string; readonly answer: unknown } | undefined>
  keepAnswer(key: string, answer: unknown): Promise<void>
}

/**
 * What is true of programmes, people and moves. Faults: LEDGER_UNREACHABLE, LEDGER_TAKEN.
 * A transaction that the database could not carry out beside another is run again: `work` has no other effects.
 */
export type Ledger = AsyncDisposable & {
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>
  read<T>(work: (view: View) => Promise<T>): Promise<T>
  /** What is wrong with the journal; undefined: every line is as it was written. */
  verifyJournal(): Promise<{ readonly lines: number; readonly wrong?: string }>
}

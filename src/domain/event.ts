import type { Facts, FaultCode } from './faults.ts'
import type { Finding } from './finding.ts'
import type { Leg, Stage, Verb } from './move.ts'

/** What a running move tells, for the live view and for `--json`, one object a line. Facts, never sentences; bytes, rows, milliseconds. `at` is stamped by whoever sends it on. */
export type Event =
  | { readonly type: 'move'; readonly move: string; readonly tenant: string; readonly source: string; readonly target: string; readonly resumed: boolean; readonly cold: boolean; readonly rehearsal?: true }
  | { readonly type: 'stage'; readonly stage: Stage; readonly leg: Leg; readonly verb: Verb | 'resumed' }
  /** A piece of work with a beginning and an end, such as `preflight`, `anchor`, `schema`, `copy`, `indexes`, `catch-up`, `verify`, `freeze`. */
  | { readonly type: 'phase'; readonly phase: Phase; readonly state: 'begins' | 'ends'; readonly ms?: number; readonly note?: string }
  | { readonly type: 'finding'; readonly finding: Finding }
  /** Sent once when the copy is planned: what it will be measured against. */
  | { readonly type: 'plan'; readonly tables: readonly { readonly table: string; readonly bytes: number; readonly rows: number }[] }
  /** Several a second at most, one a table. `done`: rows are in and recorded. */
  | { readonly type: 'copied'; readonly table: string; readonly bytes: number; readonly rows: number; readonly done: boolean }
  | { readonly type: 'built'; readonly what: string; readonly ms: number; readonly done: number; readonly of: number }
  /** Every second or so while changes are followed. `lagMs`: age of the newest change applied, 0 when idle. */
  | { readonly type: 'follow'; readonly leg: Leg; readonly lagBytes?: number; readonly lagMs: number; readonly changes: number; readonly changesPerSecond: number }
  | { readonly type: 'verified'; readonly table: string; readonly rows: number; readonly equal: boolean; readonly done: number; readonly of: number }
  | { readonly type: 'differs'; readonly table: string; readonly key: string; readonly how: 'missing' | 'extra' | 'different'; readonly columns?: readonly string[] }
  | { readonly type: 'forecast'; readonly p50Ms: number; readonly p95Ms: number; readonly dominant: string; readonly budgetMs: number }
  /** `began` starts the freeze clock, `ended` stops it: the other home serves; `thawed`: given up, the old home serves on. */
  | { readonly type: 'freeze'; readonly state: 'began' | 'ended' | 'thawed'; readonly ms: number; readonly steps?: Readonly<Record<string, number>> }
  | { readonly type: 'pace'; readonly paused: boolean; readonly jobs: number; readonly bytesPerSecond?: number; readonly reason: string }
  | { readonly type: 'health'; readonly retainedBytes: number; readonly snapshotMs: number; readonly lockWaitMs: number; readonly roundTripMs: number }
  /** The move waits for a person: `cutover`, or `turn-back or settle`. */
  | { readonly type: 'waits'; readonly for: readonly Verb[]; readonly why: string }
  /** Something went wrong that goes by, and is tried again. */
  | { readonly type: 'retry'; readonly code: FaultCode; readonly message: string; readonly facts: Facts; readonly inMs: number }
  | { readonly type: 'evidence'; readonly file: string; readonly root: string; readonly rows: number }
  /** A rehearsal proved every row. */
  | ({ readonly type: 'rehearsed' } & Rehearsed)
  | { readonly type: 'outcome'; readonly stage: Stage; readonly leg: Leg }

/**
 * What a rehearsal found: so many tables of all, with their rows, equal on both sides; how long it took from its order on, also where it was cut off; and what a freeze just then
 * would have taken. Tables that no stream carries are copied in a freeze alone, and are not among those that were verified.
 */
export type Rehearsed = { readonly tables: number; readonly ofTables: number; readonly rows: number; readonly bytes: number; readonly ms: number; readonly p50Ms: number; readonly p95Ms: number; readonly dominant: string; readonly budgetMs: number }

export type Phase = 'preflight' | 'anchor' | 'schema' | 'copy' | 'indexes' | 'catch-up' | 'verify' | 'arm' | 'freeze' | 'settle' | 'clean-up'

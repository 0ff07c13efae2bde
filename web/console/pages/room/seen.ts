import type { ToldFault } from '#domain/told-fault.ts'
import { faultIn } from '../../fault-in.ts'

/** One report as it comes: when it was heard by control, and what it says. Its fields are those of `Event` and `Told` in #domain, parsed no further than they are used. */
export type Report = { readonly id: string; readonly at: number; readonly type: string; readonly says: Readonly<Record<string, unknown>> }
export type Row = { readonly table: string; readonly rows: number; readonly bytes: number; readonly ofRows: number; readonly ofBytes: number; readonly isCopied: boolean; readonly verified: 'equal' | 'different' | null }
/** Rates by the second in which they were told. */
export type Series = { readonly at: readonly number[]; readonly bytes: readonly (number | null)[]; readonly changes: readonly (number | null)[]; readonly lagMs: readonly (number | null)[] }
export type Freeze = { readonly state: 'began' | 'ended' | 'thawed'; readonly beganAt: number; readonly ms: number | null; readonly steps: Readonly<Record<string, number>> }

/** What is known of a move from everything that was reported of it. */
export type Seen = {
  readonly tables: ReadonlyMap<string, Row>
  readonly phases: ReadonlyMap<string, { readonly state: 'begins' | 'ends'; readonly ms: number | null; readonly at: number }>
  readonly series: Series
  readonly freeze: Freeze | null
  readonly forecast: { readonly p50Ms: number; readonly p95Ms: number; readonly budgetMs: number | null } | null
  readonly lag: { readonly ms: number; readonly changesPerSecond: number; readonly changes: number } | null
  readonly pace: { readonly paused: boolean; readonly jobs: number; readonly bytesPerSecond: number | null } | null
  readonly health: { readonly retainedBytes: number; readonly roundTripMs: number; readonly lockWaitMs: number } | null
  readonly verified: { readonly done: number; readonly of: number } | null
  readonly waitsFor: readonly string[] | null
  readonly differences: number
  readonly fault: ToldFault | null
  readonly log: readonly Report[]
  readonly lastAt: number | null
}

const mostLines = 2_000
const mostPoints = 3_600
export const nothingSeen: Seen = {
  tables: new Map(), phases: new Map(), series: { at: [], bytes: [], changes: [], lagMs: [] }, freeze: null, forecast: null, lag: null, pace: null, health: null, verified: null, waitsFor: null, differences: 0, fault: null, log: [], lastAt: null,
}

/** Everything seen after some more was told. Nothing that was done is ever taken back: a table that is loaded again keeps what it had until it has more. */
export const seenAfter = (before: Seen, reports: readonly Report[]): Seen => {
  if (reports.length === 0) return before
  const tables = new Map(before.tables)
  const phases = new Map(before.phases)
  const series = openSeries(before.series)
  let seen: Seen = { ...before, tables, phases }
  for (const report of reports) {
    seen = { ...seen, ...heard(seen, tables, phases, series, report), lastAt: Math.max(seen.lastAt ?? 0, report.at) }
  }
  const log = [...before.log, ...reports.filter(({ type }) => !silent.has(type))]
  return { ...seen, series: series.close(), log: log.slice(-mostLines) }
}

/** Told every second: their place is a chart, not the log. */
const silent: ReadonlySet<string> = new Set(['follow', 'health', 'forecast'])

type Rates = ReturnType<typeof openSeries>
const heard = (seen: Seen, tables: Map<string, Row>, phases: Map<string, { state: 'begins' | 'ends'; ms: number | null; at: number }>, series: Rates, { at, type, says }: Report): Partial<Seen> => {
  switch (type) {
    case 'plan':
      for (const one of listOf(says['tables'])) {
        const table = textOf(one['table'])
        tables.set(table, { ...rowOf(tables, table), ofRows: numberOf(one['rows']), ofBytes: numberOf(one['bytes']) })
      }
      return {}
    case 'copied': {
      const table = textOf(says['table'])
      const known = rowOf(tables, table)
      const [rows, bytes] = [Math.max(known.rows, numberOf(says['rows'])), Math.max(known.bytes, numberOf(says['bytes']))]
      series.add(at, { bytes: bytes - known.bytes })
      tables.set(table, { ...known, rows, bytes, isCopied: known.isCopied || says['done'] === true })
      return {}
    }
    case 'verified': {
      const table = textOf(says['table'])
      if (table !== '') tables.set(table, { ...rowOf(tables, table), verified: says['equal'] === false ? 'different' : 'equal' })
      const verified = { done: numberOf(says['done']), of: numberOf(says['of']) }
      // Reports of tables that came at once are told as one: the last of all tables speaks for those before it.
      if (verified.done === verified.of && verified.of === tables.size && [...tables.values()].every(one => one.verified !== 'different')) for (const [name, one] of tables) tables.set(name, { ...one, verified: 'equal' })
      return { verified }
    }
    case 'phase': {
      const state = says['state'] === 'ends' ? 'ends' : 'begins'
      phases.set(textOf(says['phase']), { state, ms: state === 'ends' ? numberOf(says['ms']) : null, at })
      return {}
    }
    case 'follow':
      series.add(at, { lagMs: numberOf(says['lagMs']), changes: numberOf(says['changesPerSecond']) })
      return { lag: { ms: numberOf(says['lagMs']), changesPerSecond: numberOf(says['changesPerSecond']), changes: numberOf(says['changes']) } }
    case 'freeze': return { freeze: freezeOf(seen.freeze, says, at) }
    case 'forecast': return { forecast: { p50Ms: numberOf(says['p50Ms']), p95Ms: numberOf(says['p95Ms']), budgetMs: typeof says['budgetMs'] === 'number' ? says['budgetMs'] : null } }
    case 'pace': return { pace: { paused: says['paused'] === true, jobs: numberOf(says['jobs']), bytesPerSecond: typeof says['bytesPerSecond'] === 'number' && says['bytesPerSecond'] > 0 ? says['bytesPerSecond'] : null } }
    case 'health': return { health: { retainedBytes: numberOf(says['retainedBytes']), roundTripMs: numberOf(says['roundTripMs']), lockWaitMs: numberOf(says['lockWaitMs']) } }
    case 'waits': return { waitsFor: Array.isArray(says['for']) ? says['for'].map(textOf) : [] }
    case 'stage': return { waitsFor: null, ...(says['verb'] === 'resumed' ? {} : { fault: null }) }
    case 'differs': return { differences: seen.differences + 1 }
    case 'fault': return { fault: faultIn(says) }
    default: return {}
  }
}

const freezeOf = (known: Freeze | null, says: Report['says'], at: number): Freeze => {
  const state = says['state'] === 'ended' ? 'ended' : says['state'] === 'thawed' ? 'thawed' : 'began'
  if (state === 'began') return { state, beganAt: at, ms: null, steps: {} }
  const steps = typeof says['steps'] === 'object' && says['steps'] !== null ? Object.fromEntries(Object.entries(says['steps']).map(([name, ms]) => [name, numberOf(ms)])) : {}
  return { state, beganAt: known?.beganAt ?? at, ms: state === 'ended' ? numberOf(says['ms']) : at - (known?.beganAt ?? at), steps }
}

const rowOf = (tables: ReadonlyMap<string, Row>, table: string): Row => tables.get(table) ?? { table, rows: 0, bytes: 0, ofRows: 0, ofBytes: 0, isCopied: false, verified: null }

/** One point a second: what was copied in it is added up, of lag and changes the last word counts. */
const openSeries = (before: Series) => {
  const [at, bytes, changes, lagMs] = [[...before.at], [...before.bytes], [...before.changes], [...before.lagMs]]
  return {
    add(ms: number, told: { readonly bytes?: number; readonly changes?: number; readonly lagMs?: number }) {
      const second = Math.floor(ms / 1_000)
      if (at.at(-1) !== second) {
        if (second < (at.at(-1) ?? 0)) return
        at.push(second)
        for (const one of [bytes, changes, lagMs]) one.push(null)
      }
      const last = at.length - 1
      if (told.bytes !== undefined) bytes[last] = (bytes[last] ?? 0) + told.bytes
      if (told.changes !== undefined) changes[last] = told.changes
      if (told.lagMs !== undefined) lagMs[last] = told.lagMs
    },
    close: (): Series => ({ at: at.slice(-mostPoints), bytes: bytes.slice(-mostPoints), changes: changes.slice(-mostPoints), lagMs: lagMs.slice(-mostPoints) }),
  }
}

const numberOf = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0)
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
const listOf = (value: unknown): readonly Readonly<Record<string, unknown>>[] => (Array.isArray(value) ? value.filter((one): one is Readonly<Record<string, unknown>> => typeof one === 'object' && one !== null) : [])

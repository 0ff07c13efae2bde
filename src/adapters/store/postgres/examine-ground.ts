import type { Table } from '#domain/catalog.ts'
import type { Finding } from '#domain/finding.ts'
import type { Wish } from '#ports/store.ts'
import { visible } from '#lib/visible.ts'
import type { Context } from './context.ts'
import { quote } from './identifiers.ts'
import { ofUsers } from './tables.ts'

/** One end, and what every check asks of it. */
export type Side = {
  readonly side: 'source' | 'target'
  readonly context: Context
  readonly query: Context['query']
  /** As `server_version_num`: 150018. */
  readonly version: number
  readonly role: string
  readonly isSuperuser: boolean
  readonly database: string
  readonly isStandby: boolean
  readonly settings: Readonly<Record<Setting, string>>
}

export type Ground = {
  readonly source: Side
  readonly target: Side
  readonly wish: Wish
  /** What is to be moved, as the source has it. */
  readonly tables: readonly Table[]
}

/** Looks at one thing, on one side or both, and changes nothing. */
export type Check = (ground: Ground) => Promise<Finding[]>

const settings = [
  'wal_level', 'max_replication_slots', 'max_wal_senders', 'max_slot_wal_keep_size', 'idle_replication_slot_timeout', 'max_connections', 'max_locks_per_transaction', 'max_prepared_transactions', 'server_encoding', 'synchronous_standby_names',
] as const
type Setting = (typeof settings)[number]

/** What the server says of itself; asks nothing that a version back to 9.6 does not know. */
export const survey = async (context: Context, side: Side['side']): Promise<Side> => {
  const [row] = await context.query<{ version: number; role: string; superuser: boolean; database: string; standby: boolean; settings: Record<Setting, string> }>(
    `SELECT pg_catalog.current_setting('server_version_num')::integer AS version, current_user::text AS role, pg_catalog.current_setting('is_superuser') = 'on' AS superuser,
       pg_catalog.current_database()::text AS database, pg_catalog.pg_is_in_recovery() AS standby,
       (SELECT pg_catalog.json_object_agg(name, setting) FROM pg_catalog.pg_settings WHERE name = ANY ($1::text[])) AS settings`, [settings])
  if (row === undefined) throw new Error('a statement without FROM has one row')
  return { side, context, query: context.query, version: row.version, role: row.role, isSuperuser: row.superuser, database: row.database, isStandby: row.standby, settings: row.settings }
}

/** `15.18` of 150018. */
export const versionText = (version: number): string => (version >= 100000 ? `${Math.floor(version / 10000)}.${version % 10000}` : `${Math.floor(version / 10000)}.${Math.floor(version / 100) % 100}`)

export const majorOf = (version: number): number => Math.floor(version / 10000)

/** A name as a statement writes it, safe on a terminal. */
export const named = (name: string): string => visible(quote(name))

type Rest = { readonly remedy?: string; readonly about?: readonly string[] }

const finding = (level: Finding['level']) => (side: Finding['side'], id: string, what: string, { remedy, about }: Rest = {}): Finding => ({
  id, level, side, what: what.slice(0, 1).toUpperCase() + what.slice(1), ...(remedy === undefined ? {} : { remedy }), ...(about === undefined ? {} : { about: shorten(about) }),
})

export const blocker = finding('blocker')
export const concern = finding('concern')
export const note = finding('note')

/** A finding lists a hundred things at most; the last line says how many more there are. */
const shorten = (about: readonly string[]): string[] => (about.length <= 100 ? [...about] : [...about.slice(0, 99), `and ${about.length - 99} more`])

/** `one table`, `3 tables`. */
export const count = (n: number, one: string, many = `${one}s`): string => (n === 1 ? `one ${one}` : `${n.toLocaleString('en-GB')} ${many}`)

/** Statements to run, one after another; at most twenty. */
export const statements = (all: readonly string[]): string => [...all.slice(0, 20), ...(all.length > 20 ? [`-- and ${all.length - 20} more like these`] : [])].join('\n')

/** `340 kB`, `1.4 GB`: powers of 1024. */
export const bytesText = (bytes: number): string => {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB']
  let at = 0
  let n = bytes
  for (; n >= 1024 && at < units.length - 1; at += 1) n /= 1024
  return `${n < 10 && at > 0 ? n.toFixed(1) : Math.round(n)} ${units[at] ?? ''}`
}

/** `40 s`, `3 min`, `2.5 h`. */
export const ageText = (seconds: number): string => (seconds < 120 ? `${Math.round(seconds)} s` : seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`)

/** Tables `c` in schemas `n` that are the product's and hold rows or partitions. */
export const userTables = `c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND ${ofUsers}`

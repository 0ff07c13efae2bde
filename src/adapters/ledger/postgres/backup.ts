import { createHash, type Hash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import pg from 'pg'
import { z } from 'zod'
import { Fault } from '#domain/faults.ts'
import type { Instant } from '#domain/time.ts'
import { asFault, openDatabase, schema } from './database.ts'
import { ledgerVersion, migrate } from './migrate.ts'

/** What a backup leaves out: who is signed in, and answers that were kept for a request that might come again. */
const passing: ReadonlySet<string> = new Set(['session', 'code', 'answered', 'ledger_change', 'ledger_change_lock'])
const rowsAtOnce = 1_000
const format = 'rehome-backup/1'

const headSchema = z.strictObject({ format: z.literal(format), ledger: z.string(), at: z.iso.datetime() })
const lineSchema = z.union([z.strictObject({ table: z.string(), row: z.record(z.string(), z.unknown()) }), z.strictObject({ end: z.int(), sha256: z.string() })])

export type Kept = { readonly rows: number }

/**
 * Writes everything in the ledger at one instant to `file`, for its owner alone: lines of JSON, compressed, the last one the hash of all before it. The file is there whole or not
 * at all. Jobs are not in it: they are made anew from the rows. Faults: LEDGER_UNREACHABLE, BACKUP_UNREADABLE where the file cannot be written.
 */
export const backUp = async (url: string, file: string, at: Instant): Promise<Kept> => withSession(url, async session => {
  const draft = `${file}.new`
  const counted = { rows: 0, hash: createHash('sha256') }
  try {
    await session.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    await pipeline(Readable.from(linesOf(session, at, counted)), createGzip(), createWriteStream(draft, { mode: 0o600, flush: true }))
    await rename(draft, file)
    return { rows: counted.rows }
  } catch (error) {
    await rm(draft, { force: true })
    if (error instanceof Fault || !('path' in (error as object))) throw error
    throw unusable(file, error)
  }
})

/** Fills a ledger that is empty with what a backup holds, all of it or nothing; an older backup is brought up to this version first. Faults: BACKUP_UNREADABLE, LEDGER_REFUSED where the ledger is not empty. */
export const restore = async (url: string, file: string): Promise<Kept> => {
  await using opened = await openEmpty(url)
  return await withSession(url, async session => {
    await session.query('BEGIN')
    // Nobody begins to use it meanwhile.
    await session.query('LOCK TABLE vendor IN EXCLUSIVE MODE')
    const { rowCount: vendors } = await session.query('SELECT FROM vendor LIMIT 1')
    if (vendors !== 0) throw new Fault('LEDGER_REFUSED', { constraint: 'a backup goes into an empty ledger, and this one is in use' })
    const held = await readLines(file, opened.version)
    for (const table of await inOrder(session)) {
      const rows = held.get(table) ?? []
      for (let at = 0; at < rows.length; at += rowsAtOnce) {
        const name = pg.escapeIdentifier(table)
        await session.query(`INSERT INTO ${name} SELECT * FROM jsonb_populate_recordset(NULL::${name}, $1::jsonb)`, [`[${rows.slice(at, at + rowsAtOnce).join(',')}]`])
      }
    }
    await session.query('COMMIT')
    return { rows: [...held.values()].reduce((sum, rows) => sum + rows.length, 0) }
  })
}

const openEmpty = async (url: string): Promise<AsyncDisposable & { readonly version: string }> => {
  const { database } = openDatabase(url)
  try {
    await migrate(database)
  } catch (error) {
    await database.destroy()
    throw asFault(error)
  }
  return { version: ledgerVersion, [Symbol.asyncDispose]: () => database.destroy() }
}

async function* linesOf(session: pg.Client, at: Instant, counted: { rows: number; hash: Hash }): AsyncGenerator<string> {
  const line = (text: string): string => {
    counted.hash.update(`${text}\n`)
    return `${text}\n`
  }
  yield line(JSON.stringify({ format, ledger: ledgerVersion, at: new Date(at).toISOString() }))
  for (const table of await inOrder(session)) {
    await session.query(`DECLARE rows NO SCROLL CURSOR FOR SELECT to_jsonb(t)::text AS row FROM ${pg.escapeIdentifier(table)} t`)
    for (;;) {
      const { rows } = await session.query<{ row: string }>(`FETCH ${rowsAtOnce} FROM rows`)
      for (const { row } of rows) yield line(`{"table":${JSON.stringify(table)},"row":${row}}`)
      counted.rows += rows.length
      if (rows.length < rowsAtOnce) break
    }
    await session.query('CLOSE rows')
  }
  yield `${JSON.stringify({ end: counted.rows, sha256: counted.hash.digest('hex') })}\n`
}

/** The rows of each table as they stand in the file: text, so that no number is rounded on its way. */
const readLines = async (file: string, version: string): Promise<Map<string, string[]>> => {
  await using _exists = await open(file).catch((error: unknown) => { throw unusable(file, error) })
  try {
    const held = new Map<string, string[]>()
    const hash = createHash('sha256')
    let [at, rows] = [0, 0]
    let end: { end: number; sha256: string } | undefined
    for await (const line of createInterface({ input: createReadStream(file).pipe(createGunzip()), crlfDelay: Infinity })) {
      if (end !== undefined) throw new Error('something follows its end')
      const said = at++ === 0 ? refuseNewer(headSchema.parse(JSON.parse(line)).ledger, version) : lineSchema.parse(JSON.parse(line))
      if (said !== undefined && 'end' in said) end = said
      else hash.update(`${line}\n`)
      if (said === undefined || 'end' in said) continue
      listOf(held, said.table).push(line.slice(`{"table":${JSON.stringify(said.table)},"row":`.length, -1))
      rows++
    }
    if (end === undefined) throw new Error('its end is missing')
    if (end.end !== rows || end.sha256 !== hash.digest('hex')) throw new Error('it was changed or damaged')
    return held
  } catch (error) {
    throw unusable(file, error)
  }
}

const refuseNewer = (ledger: string, version: string): undefined => {
  if (ledger > version) throw new Error(`a newer version of Rehome wrote it (${ledger}, this one knows ${version})`)
}

const listOf = (held: Map<string, string[]>, table: string): string[] => {
  const list = held.get(table) ?? []
  held.set(table, list)
  return list
}

/** Each table after those it refers to. */
const inOrder = async (session: pg.Client): Promise<string[]> => {
  const { rows } = await session.query<{ name: string; needs: string[] }>(
    `SELECT c.relname AS name, ARRAY(SELECT DISTINCT r.relname FROM pg_constraint k JOIN pg_class r ON r.oid = k.confrelid WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.confrelid <> c.oid)::text[] AS needs
     FROM pg_class c WHERE c.relnamespace = $1::regnamespace AND c.relkind = 'r' ORDER BY c.relname`, [schema])
  const ordered: string[] = []
  const visit = (name: string): void => {
    if (ordered.includes(name)) return
    for (const other of rows.find(row => row.name === name)?.needs ?? []) visit(other)
    ordered.push(name)
  }
  for (const { name } of rows) visit(name)
  return ordered.filter(name => !passing.has(name))
}

const withSession = async <T>(url: string, work: (session: pg.Client) => Promise<T>): Promise<T> => {
  const session = new pg.Client({ connectionString: url, application_name: 'rehome backup', options: `-c search_path=${schema},public -c TimeZone=UTC` })
  session.on('error', () => { /* the statement under way rejects with it */ })
  try {
    await session.connect()
    return await work(session)
  } catch (error) {
    throw asFault(error)
  } finally {
    await session.end().catch(() => { /* it was never open */ })
  }
}

const unusable = (file: string, error: unknown): Fault => new Fault('BACKUP_UNREADABLE', { file, reason: error instanceof z.ZodError ? 'it is no backup of a ledger' : error instanceof Error ? error.message : 'it cannot be read' }, { cause: error })

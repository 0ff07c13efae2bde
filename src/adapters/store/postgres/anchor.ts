import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Anchor, Table } from '#domain/catalog.ts'
import { Fault } from '#domain/faults.ts'
import type { Position } from '#domain/stream.ts'
import { Bug } from '#lib/assert.ts'
import type { Context } from './context.ts'
import type { Errand, Word } from './holder.ts'
import { register } from './register.ts'
import { changedMeanwhile, type Placing, subjectsOf } from './snapshot.ts'

/** A slot waits for every transaction that is open when it is made; beyond this the source is too busy. */
const setUpWithinMs = 600_000
/** Longer than any move may hold a picture by default (`Budget.snapshotMs`): for a mover that never comes back. */
const ageLimitMs = 24 * 3_600_000
/** A table is changed just between the picture and its lock only so often. */
const attempts = 3

const holderOf = (stream: string): string => `holder ${stream}`

/**
 * Takes the picture from which a stream begins (P1). The publication comes before the slot: a slot decodes every change with the publications
 * as they were at that change. Whatever an earlier attempt of this stream left is removed first.
 */
export const anchor = async (context: Context, stream: string, { follow, tables }: { follow: boolean; tables: readonly Table[] }): Promise<Anchor> => {
  if (!follow) return takeAnchor(context, stream, 'now', tables)
  await createPublication(context, stream, tables)
  await register(context, 'session', `rehome ${holderOf(stream)}`)
  await register(context, 'slot', stream)
  return takeAnchor(context, stream, { slot: stream, temporary: false }, tables)
}

/** A picture for tables that lost theirs. Its own slot, gone as soon as it has told the place, leaves the stream's alone. */
export const reanchor = async (context: Context, stream: string, tables: readonly Table[]): Promise<Anchor> => {
  const follows = (await slotOf(context, stream)) !== undefined
  return hold(context, stream, follows ? { slot: `${stream}_again`, temporary: true } : 'now', tables)
}

/** Ends the holder of one picture. Repeatable. */
export const release = async (context: Context, stream: string, { snapshot }: Anchor): Promise<void> => {
  const transaction = /^([0-9A-F]{8})-([0-9A-F]{8})-/i.exec(snapshot)
  if (transaction === null) return
  // The snapshot's name holds the virtual transaction that exported it; a later one of that number under another name is not ours.
  const virtual = `${Number.parseInt(transaction[1] ?? '', 16)}/${Number.parseInt(transaction[2] ?? '', 16)}`
  await end(context, `SELECT a.pid FROM pg_catalog.pg_stat_activity a JOIN pg_catalog.pg_locks l ON l.pid = a.pid AND l.virtualxid = $2 WHERE a.application_name = $1`, [nameOf(stream), virtual])
}

/** Ends all holders of a stream, known or not. Repeatable. */
export const releaseAll = (context: Context, stream: string): Promise<void> =>
  end(context, 'SELECT pid FROM pg_catalog.pg_stat_activity WHERE application_name = $1 AND datname = pg_catalog.current_database()', [nameOf(stream)])

/** Starts over until no table changes under our hands. */
const takeAnchor = async (context: Context, stream: string, placing: Placing, tables: readonly Table[]): Promise<Anchor> => {
  for (let attempt = 1; ; attempt++) {
    await clear(context, stream)
    try {
      return await hold(context, stream, placing, tables)
    } catch (error) {
      await clear(context, stream)
      if (attempt === attempts || !(error instanceof Fault && error.code === 'SCHEMA_CHANGED' && error.facts['difference'] === changedMeanwhile)) throw error
    }
  }
}

const clear = async (context: Context, stream: string): Promise<void> => {
  await releaseAll(context, stream)
  const slot = await slotOf(context, stream)
  if (slot === undefined) return
  if (slot.pid !== null) await end(context, 'SELECT active_pid AS pid FROM pg_catalog.pg_replication_slots WHERE slot_name = $1 AND active_pid IS NOT NULL', [stream])
  await context.query('SELECT pg_catalog.pg_drop_replication_slot($1)', [stream])
}

const slotOf = async (context: Context, slot: string): Promise<{ pid: number | null } | undefined> =>
  (await context.query<{ pid: number | null }>('SELECT active_pid AS pid FROM pg_catalog.pg_replication_slots WHERE slot_name = $1', [slot]))[0]

/** An application_name is cut to 63 bytes. */
const nameOf = (stream: string): string => Buffer.from(`rehome ${holderOf(stream)}`).subarray(0, 63).toString()

/** Terminates the sessions that `who` finds, and waits until it finds none. */
const end = async (context: Context, who: string, parameters: readonly unknown[]): Promise<void> => {
  const deadline = performance.now() + 30_000
  while ((await context.query(`SELECT pg_catalog.pg_terminate_backend(pid) FROM (${who}) AS w`, parameters)).length > 0) {
    if (performance.now() > deadline) throw new Fault('STORE_REFUSED', { store: context.settings.name, code: '57014', reason: 'a session of ours does not end' })
    await new Promise(resolve => { setTimeout(resolve, 20) })
  }
}

/** Starts a process that holds a picture, and waits until it stands. */
const hold = async (context: Context, stream: string, placing: Placing, tables: readonly Table[]): Promise<Anchor> => {
  const errand: Errand = { settings: context.settings, purpose: holderOf(stream), placing, subjects: subjectsOf(tables), setUpWithinMs, ageLimitMs }
  const child = spawn(process.execPath, [join(import.meta.dirname, 'holder.ts')], { detached: true, stdio: ['pipe', 'pipe', 'ignore'] })
  child.on('error', () => { /* it did not start: its silence says so */ })
  child.stdin.on('error', () => { /* it died before it read: likewise */ })
  child.stdin.end(JSON.stringify(errand))
  const said = await firstLine(child.stdout)
  child.unref()
  if (said === undefined) throw new Fault('STORE_UNREACHABLE', { store: context.settings.name, reason: 'the process that should hold the picture ended without a word' })
  const word = JSON.parse(said) as Word
  if ('bug' in word) throw new Bug(word.bug)
  if ('code' in word) throw new Fault(word.code, word.facts)
  return { snapshot: word.snapshot, position: word.position as Position, followed: placing !== 'now', ...(child.pid === undefined ? {} : { holder: child.pid }) }
}

/** Leaves the pipe closed: the holder has nothing more to say. */
const firstLine = async (from: Readable): Promise<string | undefined> => {
  let said = ''
  for await (const part of from.setEncoding('utf8')) {
    said += String(part)
    if (said.includes('\n')) return said.slice(0, said.indexOf('\n'))
  }
  return undefined
}

const createPublication = async (context: Context, stream: string, tables: readonly Table[]): Promise<void> => {
  await register(context, 'publication', stream)
  await context.query(`DROP PUBLICATION IF EXISTS ${stream}`)
  await context.query(`CREATE PUBLICATION ${stream} FOR TABLE ${tables.map(t => t.id).join(',')}`)
}

import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Anchor, Table } from '#domain/catalog.ts'
import { Fault } from '#domain/faults.ts'
import type { Position } from '#domain/stream.ts'
import { Bug } from '#lib/assert.ts'
import type { Context } from './context.ts'
import type { Errand, Word } from './holder.ts'
import { createPublication, dropRecording } from './record.ts'
import { register, unregister } from './register.ts'
import { changedMeanwhile, type Placing, subjectsOf } from './snapshot.ts'
import { endReader, slotOf } from './stream-slot.ts'

/** A slot waits for every transaction that is open when it is made; beyond this the source is too busy. */
const setUpWithinMs = 600_000
/** Longer than any move may hold a picture by default (`Budget.snapshotMs`): for a mover that never comes back. */
const ageLimitMs = 24 * 3_600_000
/** A table is changed just between the picture and its lock only so often. */
const attempts = 10

const holderOf = (stream: string): string => `holder ${stream}`
const againOf = (stream: string): string => `${stream}_again`

/**
 * Takes the picture from which a stream begins (P1). The publication comes before the slot: a slot decodes every change with the publications
 * as they were at that change. Whatever an earlier attempt of this stream left is removed first. Cold (`follow` false): writes nothing, so that a role
 * that may only read is enough, on a standby too.
 */
export const anchor = async (context: Context, stream: string, { follow, tables }: { follow: boolean; tables: readonly Table[] }): Promise<Anchor> => {
  for (let attempt = 1; ; attempt++) {
    await releaseAll(context, stream)
    if (follow) await beginRecording(context, stream, tables)
    try {
      return await hold(context, stream, follow ? { slot: stream, temporary: false } : 'now', tables)
    } catch (error) {
      // The next attempt removes what this one could not; why it failed matters more.
      await releaseAll(context, stream).then(() => (follow ? dropRecording(context, stream) : undefined)).catch(() => undefined)
      if (attempt === attempts || !(error instanceof Fault && error.code === 'SCHEMA_CHANGED' && error.facts['difference'] === changedMeanwhile)) throw error
    }
  }
}

/** A picture for tables that lost theirs. Its own slot, gone as soon as it has told the place, leaves the stream's alone. */
export const reanchor = async (context: Context, stream: string, tables: readonly Table[]): Promise<Anchor> => {
  const follows = (await slotOf(context, stream)) !== undefined
  // That of an earlier attempt whose process died lives as long as its session.
  await endReader(context, againOf(stream))
  return hold(context, stream, follows ? { slot: againOf(stream), temporary: true } : 'now', tables)
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

/** Forgets what `anchor` made besides the recording. Repeatable. */
export const dropAnchors = async (context: Context, stream: string): Promise<void> => {
  await releaseAll(context, stream)
  await unregister(context, 'session', nameOf(stream))
}

/** Everything but the slot itself, which is made by the one who takes the picture. */
const beginRecording = async (context: Context, stream: string, tables: readonly Table[]): Promise<void> => {
  await dropRecording(context, stream)
  await createPublication(context, stream, tables)
  await register(context, 'session', nameOf(stream))
  await register(context, 'slot', stream)
}

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

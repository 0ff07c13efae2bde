import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '#domain/faults.ts'
import type { Created } from '#ports/store.ts'
import { visible } from '#lib/visible.ts'
import type { Context } from './context.ts'
import { disarmTable, fencedTables } from './fence-trigger.ts'
import { thaw } from './fence.ts'
import { dropPublication } from './record.ts'
import { gently } from './gently.ts'
import { quote } from './identifiers.ts'
import { type Kind, registered, schemaLock, schemaOwner } from './register.ts'

/**
 * Removes what is registered here and what bears our names, of this database alone: other sessions of ours (this store's own statements excepted),
 * slots, publications, the fence, at last the schema with the register in it. Accepts writes first. What was never made, or is gone, is no
 * error. Returns what was there, of sessions those that were registered; `at` is empty for what was never registered. Repeatable. Faults: CLEAN_UP_BUSY.
 */
export const cleanUp = async (context: Context, { giveUpMs = 60_000 }: { readonly giveUpMs?: number } = {}): Promise<Created[]> => {
  const isOurs = await schemaOwner(context.query) === 'ours'
  const known = isOurs ? await registered(context) : []
  const namesOf = (kind: Kind): string[] => known.filter(created => created.kind === kind).map(created => created.name)
  const removed: Created[] = []
  const remove = async (kind: Kind, work: Promise<readonly string[]>): Promise<void> => {
    for (const name of await work) removed.push(known.find(created => created.kind === kind && created.name === name) ?? { kind, name, at: '' })
  }
  if (isOurs) await thaw(context)
  const ended = await endSessions(context, giveUpMs)
  await remove('session', Promise.resolve(namesOf('session').filter(name => ended.includes(Buffer.from(name).subarray(0, 63).toString())))) // the server cuts the name of a session
  await remove('slot', dropSlots(context, namesOf('slot'), giveUpMs))
  await remove('publication', dropPublications(context, namesOf('publication')))
  await remove('event trigger', dropEventTriggers(context, namesOf('event trigger')))
  await remove('origin', dropOrigins(context, namesOf('origin')))
  if (isOurs) {
    await remove('trigger', disarm(context, giveUpMs))
    await remove('schema', dropSchema(context))
  }
  return removed
}

/** `rehome control` is the pool that runs these very statements, of this process or of one that only looks on. */
const ourSessions = `SELECT pid, application_name AS name FROM pg_catalog.pg_stat_activity
  WHERE datname = pg_catalog.current_database() AND application_name LIKE 'rehome %' AND application_name <> 'rehome control' AND pid <> pg_catalog.pg_backend_pid()`

/** Holders of pictures, readers of slots, copiers of a mover that died. */
const endSessions = async (context: Context, giveUpMs: number): Promise<string[]> => {
  const ended = new Set<string>()
  const until = performance.now() + giveUpMs
  for (;;) {
    const left = await context.query<{ name: string; pid: number }>(`SELECT name, pid, pg_catalog.pg_terminate_backend(pid) FROM (${ourSessions}) AS ours`)
    if (left.length === 0) return [...ended]
    for (const session of left) ended.add(session.name)
    if (performance.now() > until) throw busy(context, left.map(session => `process ${session.pid} (${visible(session.name)}) does not end`).join('; '))
    await sleep(20)
  }
}

/** A slot that somebody else reads from is not taken away from under them, whatever its name. Physical slots belong to no database, and never to us. */
const dropSlots = async (context: Context, names: readonly string[], giveUpMs: number): Promise<string[]> => {
  const find = () => context.query<{ name: string; pid: number | null; application: string | null }>(
    `SELECT s.slot_name AS name, s.active_pid AS pid, a.application_name AS application FROM pg_catalog.pg_replication_slots s LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = s.active_pid
     WHERE s.database = pg_catalog.current_database() AND NOT s.temporary AND (s.slot_name LIKE 'rehome\\_%' OR s.slot_name = ANY ($1::name[]))`, [names])
  const dropped: string[] = []
  const until = performance.now() + Math.min(giveUpMs, 10_000)
  for (;;) {
    const left = await find()
    for (const slot of left.filter(found => found.pid === null)) {
      await context.query('SELECT pg_catalog.pg_drop_replication_slot($1)', [slot.name])
      dropped.push(slot.name)
    }
    const read = left.filter(found => found.pid !== null)
    if (read.length === 0) return dropped
    if (performance.now() > until) throw busy(context, read.map(slot => `process ${slot.pid} (${visible(slot.application ?? '?')}) reads the slot ${visible(slot.name)}`).join('; '))
    await sleep(50)
  }
}

const dropPublications = async (context: Context, names: readonly string[]): Promise<string[]> => {
  const found = await context.query<{ name: string }>(`SELECT pubname AS name FROM pg_catalog.pg_publication WHERE pubname LIKE 'rehome\\_%' OR pubname = ANY ($1::name[])`, [names])
  for (const { name } of found) await dropPublication(context, name)
  return found.map(publication => publication.name)
}

const dropEventTriggers = async (context: Context, names: readonly string[]): Promise<string[]> => {
  const found = await context.query<{ name: string }>(`SELECT evtname AS name FROM pg_catalog.pg_event_trigger WHERE evtname LIKE 'rehome\\_%' OR evtname = ANY ($1::name[])`, [names])
  for (const { name } of found) await context.query(`DROP EVENT TRIGGER IF EXISTS ${quote(name)}`)
  return found.map(trigger => trigger.name)
}

/** Origins belong to the whole server: only those that were registered here. */
const dropOrigins = async (context: Context, names: readonly string[]): Promise<string[]> => {
  const found = await context.query<{ name: string }>('SELECT roname AS name FROM pg_catalog.pg_replication_origin WHERE roname = ANY ($1::text[])', [names])
  for (const { name } of found) await context.query('SELECT pg_catalog.pg_replication_origin_drop($1)', [name])
  return found.map(origin => origin.name)
}

/** Dropping a trigger shuts out readers as well, for a moment: one table at a time, and never with neighbours in a queue behind us. */
const disarm = async (context: Context, giveUpMs: number): Promise<string[]> => {
  const armed = await fencedTables(context.query, [])
  const fenced = armed.filter(table => table.state !== 'absent')
  await gently(context, fenced.map(table => ({ table: table.oid, sql: disarmTable(table.id) })), { against: 'everybody', busy: (_ms, reason) => busy(context, reason), giveUpMs })
  return fenced.map(table => table.id)
}

/** Everything that hangs on tables of the product is gone by now: CASCADE meets only our own. */
const dropSchema = (context: Context): Promise<string[]> =>
  context.transaction(async session => {
    await session.query('SELECT pg_catalog.pg_advisory_xact_lock($1)', [schemaLock])
    await session.query('DROP SCHEMA IF EXISTS rehome CASCADE')
    return ['rehome']
  })

const busy = (context: Context, reason: string): Fault => new Fault('CLEAN_UP_BUSY', { store: context.settings.name, reason })

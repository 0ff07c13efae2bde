import type { Identity } from '#domain/catalog.ts'
import { Fault } from '#domain/faults.ts'
import type { Context } from './context.ts'

/**
 * Who the server is (I7). The identifier comes from the control file, or, where reading that is not permitted, from IDENTIFY_SYSTEM on a replication
 * session. `database` carries the oid too: one that was dropped and created again under its name is another database.
 */
export const identify = async (context: Context): Promise<Identity> => {
  const [row] = await context.query<{ version: string; database: string; oid: string; standby: boolean }>(
    `SELECT pg_catalog.current_setting('server_version') AS version, datname AS database, oid::text AS oid, pg_catalog.pg_is_in_recovery() AS standby
     FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()`)
  if (row === undefined) throw new Fault('STORE_REFUSED', { store: context.settings.name, code: '3D000', reason: 'the database is not in the catalog' })
  const { system, timeline } = await systemOf(context, row.standby)
  return { engine: 'postgres', version: row.version.split(' ', 1)[0] ?? row.version, system, timeline, database: `${row.database} (oid ${row.oid})` }
}

type System = { system: string; timeline: number }

const systemOf = async (context: Context, standby: boolean): Promise<System> => {
  try {
    return await fromControlFile(context, standby)
  } catch (error) {
    if (!(error instanceof Fault && error.facts['code'] === '42501')) throw error
    return fromReplication(context)
  }
}

/** On a primary the timeline is read out of the name of the log's current file: the control file's own lags behind a promotion until the next checkpoint. */
const fromControlFile = async (context: Context, standby: boolean): Promise<System> => {
  const timeline = standby ? '(SELECT timeline_id FROM pg_catalog.pg_control_checkpoint())' : `('x' || pg_catalog.substr(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 1, 8))::bit(32)::integer`
  const [row] = await context.query<System>(`SELECT system_identifier::text AS system, ${timeline} AS timeline FROM pg_catalog.pg_control_system()`)
  return { system: row?.system ?? '', timeline: row?.timeline ?? 0 }
}

const fromReplication = async (context: Context): Promise<System> => {
  const session = await context.connect('identify', { replication: true })
  try {
    const { rows } = await session.query<{ systemid: string; timeline: string | number }>('IDENTIFY_SYSTEM')
    return { system: rows[0]?.systemid ?? '', timeline: Number(rows[0]?.timeline ?? 0) }
  } finally {
    await session.end()
  }
}

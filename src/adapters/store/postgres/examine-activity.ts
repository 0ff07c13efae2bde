import type { Finding } from '#domain/finding.ts'
import { visible } from '#lib/visible.ts'
import { ageText, blocker, type Check, concern, count, type Ground, named, statements } from './examine-ground.ts'
import { ifThere } from './durable.ts'
import { schemaOwner } from './register.ts'

/** Transactions that are older than this do not end by themselves soon. */
const longSeconds = 60

/** The picture waits for every transaction that has written, and the fence for every one that holds a lock. A prepared one ends only when somebody ends it. */
export const preparedTransactions = async ({ source }: Ground, longerThan = longSeconds): Promise<Finding[]> => {
  const rows = await source.query<{ gid: string; database: string; here: boolean; seconds: number }>(
    `SELECT gid, database::text AS database, database = pg_catalog.current_database() AS here, pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - prepared)::float8 AS seconds FROM pg_catalog.pg_prepared_xacts ORDER BY prepared`)
  if (rows.length === 0) return []
  const isStuck = rows.some(row => row.seconds > longerThan)
  return [(isStuck ? blocker : concern)('source', 'prepared-transactions', `${count(rows.length, 'prepared transaction')} of the source's server ${rows.length === 1 ? 'waits' : 'wait'} to be ended, the oldest for ${ageText(rows[0]?.seconds ?? 0)}: neither the picture nor the freeze can pass ${rows.length === 1 ? 'it' : 'them'}.`, {
    remedy: statements(rows.map(row => `ROLLBACK PREPARED '${visible(row.gid.replaceAll("'", "''"))}'; -- or COMMIT PREPARED, in database ${named(row.database)}`)), about: rows.map(row => `${visible(row.gid)} in ${visible(row.database)}, ${ageText(row.seconds)}`),
  })]
}

/** Those that write hold up the picture wherever on the server they are; those that only read hold up nothing of ours. */
export const longTransactions = async ({ source }: Ground, longerThan = longSeconds): Promise<Finding[]> => {
  const rows = await source.query<{ pid: number; role: string; database: string; application: string; seconds: number }>(
    `SELECT pid, usename::text AS role, datname::text AS database, application_name AS application, pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - xact_start)::float8 AS seconds
     FROM pg_catalog.pg_stat_activity WHERE backend_xid IS NOT NULL AND backend_type = 'client backend' AND application_name NOT LIKE 'rehome %' AND xact_start < pg_catalog.clock_timestamp() - pg_catalog.make_interval(secs => $1) ORDER BY xact_start`, [longerThan])
  return rows.length === 0 ? [] : [concern('source', 'long-transactions', `${count(rows.length, 'transaction')} that ${rows.length === 1 ? 'has' : 'have'} written ${rows.length === 1 ? 'is' : 'are'} open on the source's server, the oldest for ${ageText(rows[0]?.seconds ?? 0)}: the picture waits for ${rows.length === 1 ? 'it' : 'them'}, and so does the freeze.`, {
    remedy: statements(rows.map(row => `SELECT pg_terminate_backend(${row.pid});`)), about: rows.map(row => `process ${row.pid} of ${visible(row.role)} (${visible(row.application)}) in ${visible(row.database)}, ${ageText(row.seconds)}`),
  })]
}

/** While rows come in nobody else may write; the fence sees to it, but who reads sees half a database. */
export const targetSessions: Check = async ({ target, wish }) => {
  if (wish.resuming) return []
  const rows = await target.query<{ role: string; application: string; sessions: number }>(
    `SELECT usename::text AS role, application_name AS application, pg_catalog.count(*)::integer AS sessions FROM pg_catalog.pg_stat_activity
     WHERE datname = pg_catalog.current_database() AND backend_type IN ('client backend', 'walsender') AND application_name NOT LIKE 'rehome %' GROUP BY 1, 2 ORDER BY 1, 2`)
  const all = rows.reduce((sum, row) => sum + row.sessions, 0)
  return all === 0 ? [] : [concern('target', 'target-sessions', `${count(all, 'other session')} ${all === 1 ? 'is' : 'are'} connected to the target; what they write before the switch would stop the move.`, {
    remedy: `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name NOT LIKE 'rehome %' AND pid <> pg_backend_pid();`, about: rows.map(row => `${visible(row.role)} (${visible(row.application)})`),
  })]
}

/** What an earlier move left here, or somebody else has by our name. A move of ours under way into this target is no left-over. */
export const leftovers: Check = async ({ source, target, wish }) => (await Promise.all([source, target].map(async at => {
  const owner = await schemaOwner(at.query)
  if (owner === 'others') return [blocker(at.side, 'schema-taken', `The ${at.side} has a schema rehome that is not ours, and Rehome keeps its records under that name.`, { remedy: 'ALTER SCHEMA rehome RENAME TO …;' })]
  if (wish.resuming) return []
  const slots = (await at.query<{ name: string }>(`SELECT slot_name::text AS name FROM pg_catalog.pg_replication_slots WHERE database = pg_catalog.current_database() AND slot_name LIKE 'rehome\\_%' ORDER BY 1`)).map(slot => `slot ${visible(slot.name)}`)
  const known = owner === 'ours' ? ((await ifThere(at.query<{ kind: string; name: string }>('SELECT kind, name FROM rehome.created ORDER BY kind, name'))) ?? []).map(row => `${visible(row.kind)} ${visible(row.name)}`) : []
  const about = [...new Set([...known, ...slots])]
  if (about.length === 0) return []
  const [given] = owner === 'ours' ? ((await ifThere(at.query<{ move: string; epoch: string }>(`SELECT move, epoch FROM rehome.ownership WHERE owner = 'elsewhere'`))) ?? []) : []
  const [frozen] = owner === 'ours' ? ((await ifThere(at.query<{ closed: boolean }>('SELECT last_value = 1 AS closed FROM rehome.fence_flag'))) ?? []) : []
  const state = given !== undefined ? `, which handed over to another home in the move ${visible(given.move)}` : frozen?.closed === true ? ', which is still frozen by it' : ''
  return [blocker(at.side, 'leftovers', `An earlier move left ${count(about.length, 'thing')} in the ${at.side}${state}.`, { remedy: 'Run `rehome cleanup` on it, once that move is surely over.', about })]
}))).flat()

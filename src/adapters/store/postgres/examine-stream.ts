import { Fault } from '#domain/faults.ts'
import type { Finding } from '#domain/finding.ts'
import { visible } from '#lib/visible.ts'
import { ageText, blocker, bytesText, type Check, concern, count, majorOf, named, note, type Side, statements, userTables } from './examine-ground.ts'

/** What a stream of changes needs on the server that records it: the source for the way out, the target for the way back. Nothing, if the move is cold. */
export const streams: Check = async ({ source, target, wish }) => {
  if (!wish.follow) return []
  return (await Promise.all([source, target].map(async side => [...walLevel(side), ...(wish.resuming ? [] : await slots(side)), ...await login(side), ...keepSize(side), ...idleLimit(side), ...await synchronous(side)]))).flat()
}

const why = { source: 'changes after the copy cannot be followed', target: 'the way back cannot be kept open' } as const

const walLevel = (at: Side): Finding[] =>
  at.settings.wal_level === 'logical' ? []
    : [blocker(at.side, 'wal-level', `The ${at.side} runs with wal_level = ${at.settings.wal_level}: ${why[at.side]}.`, {
        remedy: `ALTER SYSTEM SET wal_level = 'logical'; and restart the server. Or move cold, without following and without a way back: --no-follow.`,
      })]

/** One slot for the stream and one for pictures taken on the way; each is read by a WAL sender. */
const wanted = 2

const slots = async (at: Side): Promise<Finding[]> => {
  const [row] = await at.query<{ slots: number; senders: number; idle: string[] | null }>(
    `SELECT (SELECT pg_catalog.count(*) FROM pg_catalog.pg_replication_slots)::integer AS slots, (SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_activity WHERE backend_type = 'walsender')::integer AS senders,
       (SELECT pg_catalog.array_agg(slot_name::text ORDER BY slot_name) FROM pg_catalog.pg_replication_slots WHERE NOT active) AS idle`)
  const [allSlots, allSenders] = [Number(at.settings.max_replication_slots), Number(at.settings.max_wal_senders)]
  const found: Finding[] = []
  if (allSlots - (row?.slots ?? 0) < wanted) {
    const idle = row?.idle ?? []
    found.push(blocker(at.side, 'replication-slots', `The ${at.side} has ${allSlots - (row?.slots ?? 0)} of ${count(allSlots, 'replication slot')} free, and a move takes ${wanted}.`, {
      remedy: `ALTER SYSTEM SET max_replication_slots = ${allSlots + wanted}; and restart the server.${idle.length > 0 ? ' Or drop a slot that nobody reads any more, such as one of those listed: SELECT pg_drop_replication_slot(…);' : ''}`,
      ...(idle.length > 0 ? { about: idle.map(name => visible(name)) } : {}),
    }))
  }
  if (allSenders - (row?.senders ?? 0) < wanted) {
    found.push(blocker(at.side, 'wal-senders', `The ${at.side} has ${allSenders - (row?.senders ?? 0)} of ${count(allSenders, 'WAL sender')} free, and a move takes ${wanted}.`, {
      remedy: `ALTER SYSTEM SET max_wal_senders = ${allSenders + wanted}; and restart the server.`,
    }))
  }
  return found
}

/** The one sure way to know whether a replication session is let in: to ask for one. */
const login = async (at: Side): Promise<Finding[]> => {
  try {
    const session = await at.context.connect('examine', { replication: true })
    await session.end()
    return []
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    const reason = String(error.facts['reason'] ?? error.message)
    if (/max_wal_senders/.test(reason)) return [] // `slots` tells it
    return [blocker(at.side, 'replication-right', `The role ${named(at.role)} may not replicate from the ${at.side}: ${reason}.`, {
      remedy: `ALTER ROLE ${named(at.role)} REPLICATION; or, on Amazon RDS: GRANT rds_replication TO ${named(at.role)};`,
    })]
  }
}

/** Below this a busy hour could lose the stream. */
const smallKeepBytes = 10 * 2 ** 30

const keepSize = (at: Side): Finding[] => {
  const megabytes = Number(at.settings.max_slot_wal_keep_size ?? -1)
  return megabytes < 0 || megabytes * 2 ** 20 >= smallKeepBytes ? []
    : [concern(at.side, 'slot-keep-size', `The ${at.side} drops a stream that is more than ${bytesText(megabytes * 2 ** 20)} behind (max_slot_wal_keep_size).`, {
        remedy: `ALTER SYSTEM SET max_slot_wal_keep_size = '${bytesText(smallKeepBytes).replace(' ', '')}'; SELECT pg_reload_conf();`,
      })]
}

const idleLimit = (at: Side): Finding[] => {
  const seconds = Number(at.settings.idle_replication_slot_timeout ?? 0)
  return seconds === 0 || seconds >= 7 * 86_400 ? []
    : [concern(at.side, 'slot-idle-limit', `The ${at.side} drops a stream that nobody reads for ${ageText(seconds)} (idle_replication_slot_timeout).`, { remedy: 'ALTER SYSTEM SET idle_replication_slot_timeout = 0; SELECT pg_reload_conf();' })]
}

/**
 * `*` makes a standby of whatever reads the log, our stream too as soon as it has acknowledged anything, and no session can ask to be left out: a commit then waits for what we
 * have applied, or counts as safe where no standby has it. Names cannot hit us: that of a stream is made anew for each move.
 */
const synchronous = async (at: Side): Promise<Finding[]> => {
  const names = at.settings.synchronous_standby_names
  const pieces = names.match(/"(?:[^"]|"")*"|[^"]+/g) ?? []
  const isStar = (piece: string): boolean => piece === '"*"' || (!piece.startsWith('"') && piece.includes('*'))
  if (!pieces.some(isStar)) return []
  const rows = await at.query<{ name: string }>(
    `SELECT DISTINCT application_name AS name FROM pg_catalog.pg_stat_replication r WHERE application_name <> '' AND NOT EXISTS (SELECT FROM pg_catalog.pg_replication_slots s WHERE s.active_pid = r.pid AND s.slot_type = 'logical') ORDER BY 1`)
  const list = rows.map(row => `"${row.name.replaceAll('"', '""')}"`).join(', ')
  const better = list === '' ? '' : pieces.map(piece => (isStar(piece) ? (piece === '"*"' ? list : piece.replaceAll('*', () => list)) : piece)).join('')
  const what = `The ${at.side} makes a synchronous standby of everybody who reads its log (synchronous_standby_names = ${visible(names)}), the stream of the move too: the product's commits would wait for it, or count as safe where no standby of its own has them.`
  return [blocker(at.side, 'synchronous-standby', what, {
    remedy: `ALTER SYSTEM SET synchronous_standby_names = '${visible(better.replaceAll("'", "''"), 2_000)}'; SELECT pg_reload_conf();${list === '' ? ' -- no standby is connected' : ''}`,
    ...(rows.length === 0 ? {} : { about: rows.map(row => `standby ${visible(row.name)}`) }),
  })]
}

/** The log grows by what is written while the move lasts; how much room the disk has cannot be asked through SQL. */
export const headroom: Check = async ({ source, target, tables, wish }) => {
  const bytes = tables.reduce((sum, table) => sum + table.bytes, 0)
  const [row] = await source.query<{ bytes: string }>('SELECT pg_catalog.pg_database_size(pg_catalog.current_database()) AS bytes')
  return [
    note(target.side, 'disk-room', `The target needs room for ${bytesText(Number(row?.bytes ?? bytes))} of data and indexes, and more for its own log and for sorting while the indexes are built.`),
    ...(wish.follow ? [note(source.side, 'log-room', 'The source keeps the log of everything that is written while the copy runs; the move lets go of the source by itself beyond its budget.')] : []),
  ]
}

/** A stream lives on one server: when its standby takes over it is lost, unless the slot is kept there too (17 and later). */
export const failover: Check = async ({ source, wish }) => {
  if (!wish.follow) return []
  const [row] = await source.query<{ standbys: number }>(
    `SELECT pg_catalog.count(*)::integer AS standbys FROM pg_catalog.pg_stat_replication r WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_replication_slots s WHERE s.active_pid = r.pid AND s.slot_type = 'logical')`)
  const standbys = row?.standbys ?? 0
  return standbys === 0 ? []
    : [note('source', 'failover', `The source has ${count(standbys, 'standby', 'standbys')}: should one take over during the move, the stream is lost and the move starts anew${majorOf(source.version) >= 17 ? '' : ' (slots that fail over exist from PostgreSQL 17 on)'}.`)]
}

/** A native subscription's worker writes rows without firing the statement triggers that the fence consists of. */
export const subscriptions: Check = async ({ source, target }) => (await Promise.all([source, target].map(async at => {
  const rows = await at.query<{ name: string; enabled: boolean }>(
    'SELECT subname::text AS name, subenabled AS enabled FROM pg_catalog.pg_subscription WHERE subdbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()) ORDER BY 1')
  const enabled = rows.filter(row => row.enabled).map(row => row.name)
  if (enabled.length > 0) {
    return [blocker(at.side, 'subscriptions', `The ${at.side} receives rows through ${count(enabled.length, 'subscription')}, which no freeze can stop.`, {
      remedy: statements(enabled.map(name => `ALTER SUBSCRIPTION ${named(name)} DISABLE;`)), about: enabled.map(name => visible(name)),
    })]
  }
  return rows.length === 0 ? [] : [note(at.side, 'subscriptions', `The ${at.side} has ${count(rows.length, 'disabled subscription')}, which ${rows.length === 1 ? 'is' : 'are'} not moved.`, { about: rows.map(row => visible(row.name)) })]
}))).flat()

export const publications: Check = async ({ source, target }) => {
  const list = (at: Side): Promise<{ name: string; all: boolean }[]> => at.query(`SELECT pubname::text AS name, puballtables AS all FROM pg_catalog.pg_publication WHERE pubname NOT LIKE 'rehome\\_%' ORDER BY 1`)
  const [from, to] = await Promise.all([list(source), list(target)])
  const all = to.filter(publication => publication.all)
  return [
    ...(from.length === 0 ? [] : [concern('source', 'publications', `The source has ${count(from.length, 'publication')}, which ${from.length === 1 ? 'is' : 'are'} not moved; whoever subscribes must be led to the target.`, { about: from.map(p => visible(p.name)) })]),
    ...(all.length === 0 ? [] : [concern('target', 'publishes-all', 'The target publishes all its tables: its subscribers receive every row that is copied.', { remedy: statements(all.map(p => `DROP PUBLICATION ${named(p.name)};`)), about: all.map(p => visible(p.name)) })]),
  ]
}

/**
 * The picture, pg_dump and the fence each lock every table; the lock table has a fixed number of places, shared by everybody on the server. The server promises
 * max_locks_per_transaction for each session and prepared transaction, together.
 */
export const lockTable: Check = async ({ source, target, wish }) => (await Promise.all([source, ...(wish.follow ? [target] : [])].map(async at => {
  const [row] = await source.query<{ tables: number }>(`SELECT pg_catalog.count(*)::integer AS tables FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE ${userTables}`)
  const per = Number(at.settings.max_locks_per_transaction)
  const sessions = Number(at.settings.max_connections) + Number(at.settings.max_prepared_transactions)
  const needed = (row?.tables ?? 0) * 2
  if (needed <= per * sessions * 0.8) return []
  const better = Math.ceil(needed / (sessions * 0.8) / 64) * 64
  return [(needed > per * sessions ? blocker : concern)(at.side, 'lock-table', `A move holds up to ${needed.toLocaleString('en-GB')} locks on the ${at.side}, whose lock table has ${(per * sessions).toLocaleString('en-GB')} places for everybody.`, {
    remedy: `ALTER SYSTEM SET max_locks_per_transaction = ${better}; and restart the server.`,
  })]
}))).flat()

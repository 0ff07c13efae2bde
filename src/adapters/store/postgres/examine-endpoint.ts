import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { Fault } from '#domain/faults.ts'
import type { Finding } from '#domain/finding.ts'
import type { Context } from './context.ts'
import { blocker, type Check, majorOf, named, note, type Side, versionText } from './examine-ground.ts'

/** The oldest version whose catalog and stream we know. */
const oldest = 12

/** What must hold before anything else can be asked: a server we know, that can be written to. */
export const unfit = (side: Side): Finding[] => [
  ...(majorOf(side.version) < oldest
    ? [blocker(side.side, 'version-unknown', `The ${side.side} runs PostgreSQL ${versionText(side.version)}; Rehome moves from and to version ${oldest} and newer.`, { remedy: `Bring it to a supported version with pg_upgrade first.` })]
    : []),
  ...(side.isStandby
    ? [blocker(side.side, 'standby', `The ${side.side} is a read-only standby: it cannot be frozen, followed or written to.`, { remedy: `Give the address of its primary (on the standby: SELECT sender_host, sender_port FROM pg_stat_wal_receiver;).` })]
    : []),
]

/** The statements of this move must reach one server, in one session. */
export const endpoints: Check = async ({ source, target }) => (await Promise.all([endpoint(source), endpoint(target)])).flat()

/**
 * Three sessions take turns, each with a transaction that it holds open while the others ask who serves them. A pooler that lends a server session for one
 * transaction must let two of ours meet in one backend, or one of ours wander from one to another. A balancer shows as servers that started at different moments.
 */
export const endpoint = async ({ side, context }: Side): Promise<Finding[]> => {
  const sessions = await Promise.all([1, 2, 3].map(() => context.connect('examine')))
  try {
    const seen: Serving[] = []
    for (let round = 0; round < 3; round += 1) {
      const turn = await takeTurns(sessions, round)
      if (turn === 'kept waiting') return [pooled(side)]
      seen.push(...turn)
    }
    const servers = new Set(seen.map(s => s.server))
    if (servers.size > 1) {
      return [blocker(side, 'several-servers', `The address of the ${side} leads to ${servers.size} different servers, one connection to this and another to that.`, { remedy: 'Give the address of the primary itself, not of a load balancer.' })]
    }
    if (isShared(seen)) return [pooled(side)]
    const isProxied = sessions.some((session, n) => processOf(session) !== seen.find(s => s.session === n)?.pid)
    return isProxied ? [note(side, 'proxied', `The connections to the ${side} pass through a pooler or proxy, which keeps one server session for each of ours.`)] : []
  } finally {
    await Promise.all(sessions.map(session => session.end()))
  }
}

const pooled = (side: Side['side']): Finding =>
  blocker(side, 'pooled', `Between here and the ${side} there is a pooler that lends its server sessions for one transaction at a time.`, {
    remedy: "Give the server's own address and port, which SELECT inet_server_addr(), inet_server_port(); tells through the pooler.",
  })

type Serving = { readonly session: number; readonly pid: number; readonly server: string }

/** Asks outside a transaction, then opens one and leaves it open until all have asked; each round another goes first. */
const takeTurns = async (sessions: readonly pg.Client[], round: number): Promise<Serving[] | 'kept waiting'> => {
  const order = sessions.map((_, n) => (n + round) % sessions.length)
  const seen: Serving[] = []
  for (const n of order) {
    for (const before of ['', 'BEGIN;']) {
      const rows = await soon(sessions[n]?.query<{ pid: number; server: string }>(
        `${before} SELECT pg_catalog.pg_backend_pid() AS pid, pg_catalog.concat(pg_catalog.pg_postmaster_start_time(), ' ', pg_catalog.pg_is_in_recovery()) AS server`))
      if (rows === 'kept waiting') return rows
      for (const row of rows) seen.push({ session: n, ...row })
    }
  }
  for (const n of order) await sessions[n]?.query('ROLLBACK')
  return seen
}

/** Several statements in one message come back as a list of results. A pooler that has fewer server sessions than we have keeps one of ours waiting. */
const soon = async <Row extends pg.QueryResultRow>(asked: Promise<pg.QueryResult<Row> | pg.QueryResult<Row>[]> | undefined): Promise<Row[] | 'kept waiting'> => {
  const answer = await Promise.race([asked, sleep(5_000, 'kept waiting' as const, { ref: false })])
  return answer === 'kept waiting' ? answer : ([answer].flat().at(-1)?.rows ?? [])
}

const isShared = (seen: readonly Serving[]): boolean => {
  const pids = Map.groupBy(seen, s => s.session)
  const wanders = [...pids.values()].some(of => new Set(of.map(s => s.pid)).size > 1)
  const meets = new Set(seen.map(s => s.pid)).size < pids.size
  return wanders || meets
}

/** What the server said at login; a pooler makes up its own. */
const processOf = (session: pg.Client): number | undefined => ('processID' in session && typeof session.processID === 'number' ? session.processID : undefined)

/**
 * One database under two addresses is found by a lock that it can give only once: true whatever names, ports and identifiers say. Servers that were copied file by
 * file carry the same identifier and are still two.
 */
export const sameDatabase: Check = async ({ source, target }) => {
  const key = randomBytes(8).readBigInt64BE().toString()
  const isSame = await source.context.transaction(async session => {
    await session.query('SELECT pg_catalog.pg_advisory_xact_lock($1)', [key])
    const [free] = await target.query<{ got: boolean }>('SELECT pg_catalog.pg_try_advisory_xact_lock($1) AS got', [key])
    return free?.got !== true
  })
  if (isSame) return [blocker('both', 'same-database', `Source and target are the same database ${named(source.database)} on the same server.`, { remedy: `Give another server or another database as the target: CREATE DATABASE ${named(`${source.database}_new`)};` })]
  const [here, there] = await Promise.all([systemOf(source.context), systemOf(target.context)])
  return here !== undefined && here === there && source.database === target.database
    ? [note('both', 'same-system', `The two servers carry the same system identifier (${here}): they share a server, or one was copied from the other's files.`)]
    : []
}

const systemOf = async (context: Context): Promise<string | undefined> => {
  try {
    return (await context.query<{ system: string }>('SELECT system_identifier::text AS system FROM pg_catalog.pg_control_system()'))[0]?.system
  } catch (error) {
    if (error instanceof Fault && error.facts['code'] === '42501') return undefined
    throw error
  }
}

export const versions: Check = async ({ source, target }) => {
  const [from, to] = [versionText(source.version), versionText(target.version)]
  return majorOf(target.version) < majorOf(source.version)
    ? [blocker('both', 'target-older', `The target runs PostgreSQL ${to}, which is older than the source's ${from}.`, { remedy: `Take a target of version ${majorOf(source.version)} or newer.` })]
    : [note('both', 'versions', `From PostgreSQL ${from} to ${to}.`)]
}

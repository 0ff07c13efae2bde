import type pg from 'pg'
import type { LoadResult } from './load.ts'
import { openSession } from './tables.ts'
import type { Transaction } from './transaction.ts'

/**
 * What a database has against what its writers were told, as sentences of what is wrong; none: nothing is lost, nothing is doubled. Every acknowledged
 * transaction stands in the history once with its values, an uncertain one at most once, nothing else does, and all balances are what the history adds up to.
 * A refusal by a constraint is wrong too: a sequence stands where rows are already. For tables of `makeTables` that nobody else wrote to, and while nobody writes.
 */
export const checkLoad = async (url: string, result: Pick<LoadResult, 'acknowledged' | 'uncertain'> & Partial<Pick<LoadResult, 'refused'>>): Promise<string[]> => {
  await using session = await openSession(url)
  await session.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
  const { rows } = await session.query<Transaction>('SELECT filler::text AS token, aid, tid, bid, delta FROM pgbench_history ORDER BY id')
  return [...againstHistory(rows, result), ...(await wrongBalances(session)), ...againstConstraints(result.refused ?? {})]
}

/** SQLSTATE class 23. */
const againstConstraints = (refused: LoadResult['refused']): string[] =>
  Object.entries(refused).filter(([code]) => code.startsWith('23')).map(([code, count]) => `refused: ${count} transactions broke a constraint (${code})`)

/** The history as it is found against the log of its writers. */
export const againstHistory = (found: readonly Transaction[], { acknowledged, uncertain }: Pick<LoadResult, 'acknowledged' | 'uncertain'>): string[] => {
  const known = new Map([...acknowledged, ...uncertain].map(t => [t.token, t]))
  const times = new Map<string, number>()
  for (const { token } of found) times.set(token, (times.get(token) ?? 0) + 1)
  return [
    ...few(acknowledged.filter(t => !times.has(t.token)), t => `lost: ${describe(t)} was acknowledged and is not there`),
    ...few([...times].filter(([, count]) => count > 1), ([token, count]) => `doubled: ${token} is there ${count} times`),
    ...few(found.filter(t => !known.has(t.token)), t => `stray: ${describe(t)} is there and nobody wrote it`),
    ...few(found.filter(t => { const was = known.get(t.token); return was !== undefined && describe(was) !== describe(t) }), t => `changed: ${describe(t)} is there`),
  ]
}

const mostOfAKind = 10

const few = <T>(wrong: readonly T[], say: (one: T) => string): string[] => [
  ...wrong.slice(0, mostOfAKind).map(say), ...(wrong.length > mostOfAKind ? [`and ${wrong.length - mostOfAKind} more like it`] : []),
]

const describe = ({ token, aid, tid, bid, delta }: Transaction): string => `${token} (account ${aid}, teller ${tid}, branch ${bid}, ${delta})`

const balances = [['account', 'pgbench_accounts', 'aid', 'abalance'], ['teller', 'pgbench_tellers', 'tid', 'tbalance'], ['branch', 'pgbench_branches', 'bid', 'bbalance']] as const

const wrongBalances = async (session: pg.Client): Promise<string[]> => {
  const wrong: string[] = []
  for (const [what, table, key, balance] of balances) {
    const { rows } = await session.query<{ key: number; is: string | null; ought: string }>(
      `SELECT coalesce(t.${key}, h.${key}) AS key, t.${balance} AS is, coalesce(h.ought, 0) AS ought
       FROM ${table} t FULL JOIN (SELECT ${key}, sum(delta) AS ought FROM pgbench_history GROUP BY ${key}) h USING (${key})
       WHERE t.${balance} IS DISTINCT FROM coalesce(h.ought, 0) ORDER BY 1`,
    )
    wrong.push(...few(rows, row => `balance: ${what} ${row.key} has ${row.is ?? 'no row'}, its history adds up to ${row.ought}`))
  }
  return wrong
}

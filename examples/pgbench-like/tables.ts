import pg from 'pg'

/**
 * The four tables that `pgbench -i` makes, empty of history and with every balance at 0. One more column than pgbench has: `pgbench_history.id`, since rows
 * without a key can be followed only with REPLICA IDENTITY FULL; it is an identity, so that a sequence must move too.
 * `scale`: 1 is 100,000 accounts, 10 tellers and one branch; a fraction has fewer accounts.
 */
export const makeTables = async (url: string, scale: number): Promise<void> => {
  const { branches, tellers, accounts } = sizes(scale)
  await using session = await openSession(url)
  await session.query(schema)
  await session.query(`INSERT INTO pgbench_branches (bid, bbalance) SELECT n, 0 FROM generate_series(1, ${branches}) n`)
  await session.query(`INSERT INTO pgbench_tellers (tid, bid, tbalance) SELECT n, 1 + (n - 1) / 10, 0 FROM generate_series(1, ${tellers}) n`)
  await session.query(`INSERT INTO pgbench_accounts (aid, bid, abalance, filler) SELECT n, 1 + (n - 1) % ${branches}, 0, '' FROM generate_series(1, ${accounts}) n`)
  await session.query('ANALYZE pgbench_branches, pgbench_tellers, pgbench_accounts, pgbench_history')
}

const sizes = (scale: number): { branches: number; tellers: number; accounts: number } => {
  const branches = Math.max(1, Math.ceil(scale))
  return { branches, tellers: branches * 10, accounts: Math.max(1, Math.round(scale * 100_000)) }
}

const schema = `
CREATE TABLE pgbench_branches (bid integer PRIMARY KEY, bbalance integer NOT NULL, filler char(88)) WITH (fillfactor = 50);
CREATE TABLE pgbench_tellers (tid integer PRIMARY KEY, bid integer NOT NULL, tbalance integer NOT NULL, filler char(84)) WITH (fillfactor = 50);
CREATE TABLE pgbench_accounts (aid integer PRIMARY KEY, bid integer NOT NULL, abalance integer NOT NULL, filler char(84)) WITH (fillfactor = 90);
CREATE TABLE pgbench_history (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tid integer NOT NULL, bid integer NOT NULL, aid integer NOT NULL, delta integer NOT NULL, mtime timestamptz NOT NULL,
  filler char(22) NOT NULL -- the token of the transaction
);
`

/** One session, closed at the end of its block. */
export const openSession = async (url: string): Promise<pg.Client & AsyncDisposable> => {
  const session = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000, application_name: 'pgbench-like' })
  session.on('error', () => { /* the statement under way rejects with it */ })
  await session.connect()
  return Object.assign(session, { [Symbol.asyncDispose]: () => session.end() })
}

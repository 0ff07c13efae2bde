import pg from 'pg'

/**
 * What `pgcopydb compare data` does in the versions that have it (from 0.12; Debian's 0.10 has not): of every table, on each side, the number of rows and the sum of
 * a 32-bit hash of their text. Seconds it takes with `jobs` workers.
 */
export const hashtextCompare = async (source: string, target: string, jobs: number): Promise<number> => {
  const began = performance.now()
  const tables = await withSession(source, async session => (await session.query<{ name: string }>(`SELECT format('%I.%I', schemaname, relname) AS name FROM pg_stat_user_tables ORDER BY pg_relation_size(relid) DESC`)).rows.map(r => r.name))
  const left = [...tables]
  const worker = (): Promise<void> => withSession(source, here => withSession(target, async there => {
    for (let table = left.shift(); table !== undefined; table = left.shift()) {
      const sql = `SELECT count(1) AS rows, sum(hashtext(t::text)::bigint) AS sum FROM ONLY ${table} t`
      const [a, b] = [(await here.query<Record<string, string>>(sql)).rows[0], (await there.query<Record<string, string>>(sql)).rows[0]]
      if (JSON.stringify(a) !== JSON.stringify(b)) throw new Error(`${table} differs`)
    }
  }))
  await Promise.all(Array.from({ length: jobs }, worker))
  return (performance.now() - began) / 1000
}

const withSession = async <T>(url: string, work: (session: pg.Client) => Promise<T>): Promise<T> => {
  const session = new pg.Client({ connectionString: url })
  await session.connect()
  try {
    return await work(session)
  } finally {
    await session.end()
  }
}

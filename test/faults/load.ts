import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

/** What the product's tables are when the move begins: rows found by key, values out of line, a unique value that is handed on, rows without a key. */
export const shop = `CREATE TABLE wallets (id integer PRIMARY KEY, balance bigint NOT NULL, note text); ALTER TABLE wallets ALTER note SET STORAGE EXTERNAL;
  CREATE TABLE entries (id bigint PRIMARY KEY, number bigserial UNIQUE, wallet integer NOT NULL REFERENCES wallets, amount integer NOT NULL);
  CREATE TABLE drafts (id bigint PRIMARY KEY, body text); CREATE INDEX ON drafts (body);
  CREATE TABLE seats (place integer PRIMARY KEY, holder integer UNIQUE DEFERRABLE);
  CREATE TABLE log (what bigint); ALTER TABLE log REPLICA IDENTITY FULL;
  INSERT INTO wallets SELECT i, 0, repeat(md5(i::text), 80) FROM generate_series(1, 500) i; INSERT INTO seats SELECT i, i FROM generate_series(1, 50) i;
  INSERT INTO entries (id, wallet, amount) SELECT -i, 1 + i % 500, 0 FROM generate_series(1, 10000) i; INSERT INTO log SELECT -i FROM generate_series(1, 200) i`

export type HomeName = 'origin' | 'destination'

/** What the product was told of its writes. */
export type Told = {
  /** Entries that were acknowledged, and those whose answer was lost. */
  readonly entered: ReadonlySet<number>
  readonly unsure: ReadonlySet<number>
  /** Drafts that must be there and those that must not; one whose answer was lost is in neither. */
  readonly drafts: ReadonlyMap<number, boolean>
  /** How many transactions each home acknowledged. */
  readonly accepted: Readonly<Record<HomeName, number>>
  /** What no product should ever hear. */
  readonly surprises: readonly string[]
}

export type Load = { readonly told: Told; stop(): Promise<void> }

/**
 * Writers that know both homes and no more than any product would: they write where they last could, and turn to the other home only when this one says that it is frozen.
 * So whether two homes ever accept writes at the same time shows in what they acknowledged.
 */
export const startLoad = (urls: Readonly<Record<HomeName, string>>, { writers, perSecond, random }: { writers: number; perSecond: number; random: () => number }): Load => {
  const told = { entered: new Set<number>(), unsure: new Set<number>(), drafts: new Map<number, boolean>(), accepted: { origin: 0, destination: 0 }, surprises: [] as string[] }
  const stop = new AbortController()
  const all = Array.from({ length: writers }, (_, n) => new Writer(n, urls, told, random).run((1000 * writers) / perSecond, stop.signal))
  return {
    told,
    async stop() {
      stop.abort()
      await Promise.all(all)
    },
  }
}

type Notes = { entered: Set<number>; unsure: Set<number>; drafts: Map<number, boolean>; accepted: Record<HomeName, number>; surprises: string[] }

class Writer {
  readonly #number: number
  readonly #urls: Readonly<Record<HomeName, string>>
  readonly #told: Notes
  readonly #random: () => number
  #home: HomeName = 'origin'
  #session: pg.Client | undefined
  #last = 0

  constructor(number: number, urls: Readonly<Record<HomeName, string>>, told: Notes, random: () => number) {
    this.#number = number
    this.#urls = urls
    this.#told = told
    this.#random = random
  }

  async run(everyMs: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const due = performance.now() + everyMs * 2 * this.#random()
      await this.#write()
      await sleep(Math.max(0, due - performance.now()))
    }
    await this.#hangUp()
  }

  async #write(): Promise<void> {
    const write = this.#choose()
    const home = this.#home
    let isCommitting = false
    try {
      const session = await this.#connected()
      await session.query('BEGIN')
      await session.query(write.sql)
      // Now and then a transaction stays open for a while, so that they commit in another order than they began.
      if (this.#random() < 0.1) await sleep(this.#random() * 40)
      isCommitting = true
      await session.query('COMMIT')
      this.#told.accepted[home]++
      write.done()
    } catch (error) {
      const code = (error as { code?: string }).code ?? ''
      // The answer to the commit was lost: it may have happened.
      if (isCommitting) write.lost()
      await this.#hangUp()
      if (code === '25006') this.#home = home === 'origin' ? 'destination' : 'origin'
      else if (!/^(08|57P|53300|ECONN|EPIPE|40P01|40001)|^$/.test(code) || (code === '' && !/terminated|timeout|connection error/i.test(String(error)))) this.#told.surprises.push(`${home}: ${code} ${String(error)}`)
      await sleep(20)
    }
  }

  #choose(): { sql: string; done(): void; lost(): void } {
    const id = this.#number * 1_000_000 + ++this.#last
    const wallet = 1 + Math.floor(this.#random() * 500)
    const dice = this.#random()
    const nothing = (): void => { /* says nothing of any row */ }
    if (dice < 0.15) {
      const a = 1 + Math.floor(this.#random() * 50)
      const b = 1 + Math.floor(this.#random() * 50)
      return { sql: `SET CONSTRAINTS ALL DEFERRED; SELECT FROM seats WHERE place IN (${a}, ${b}) ORDER BY place FOR UPDATE; UPDATE seats s SET holder = o.holder FROM seats o WHERE (s.place, o.place) IN ((${a}, ${b}), (${b}, ${a}))`, done: nothing, lost: nothing }
    }
    if (dice < 0.25) return { sql: `INSERT INTO drafts VALUES (${id}, repeat('${id} ', ${Math.floor(this.#random() * 2_000)}))`, done: () => { this.#told.drafts.set(id, true) }, lost: () => { this.#told.drafts.delete(id) } }
    const mine = [...this.#told.drafts].find(([draft, isThere]) => isThere && Math.floor(draft / 1_000_000) === this.#number)?.[0]
    if (dice < 0.33 && mine !== undefined) {
      this.#told.drafts.delete(mine)
      return { sql: `DELETE FROM drafts WHERE id = ${mine}`, done: () => { this.#told.drafts.set(mine, false) }, lost: nothing }
    }
    if (dice < 0.4) return { sql: `UPDATE wallets SET note = repeat(md5('${id}'), 80) WHERE id = ${wallet}`, done: nothing, lost: nothing }
    const amount = Math.floor(this.#random() * 100)
    return {
      sql: `UPDATE wallets SET balance = balance + ${amount} WHERE id = ${wallet}; INSERT INTO entries (id, wallet, amount) VALUES (${id}, ${wallet}, ${amount}); INSERT INTO log VALUES (${id})`,
      done: () => { this.#told.entered.add(id) }, lost: () => { this.#told.unsure.add(id) },
    }
  }

  async #connected(): Promise<pg.Client> {
    if (this.#session !== undefined) return this.#session
    const session = new pg.Client({ connectionString: this.#urls[this.#home], application_name: 'shop', connectionTimeoutMillis: 5_000 })
    session.on('error', () => { /* the statement under way rejects with it */ })
    await session.connect()
    this.#session = session
    return session
  }

  async #hangUp(): Promise<void> {
    const session = this.#session
    this.#session = undefined
    await session?.end().catch(() => { /* it is gone already */ })
  }
}

/** What in `url` is not as the product was told, in sentences. */
export const differencesFrom = async (told: Told, url: string): Promise<string[]> => {
  const session = new pg.Client({ connectionString: url })
  await session.connect()
  try {
    const numbers = async (sql: string): Promise<number[]> => (await session.query<{ n: string }>(sql)).rows.map(row => Number(row.n))
    const entries = new Set(await numbers('SELECT id AS n FROM entries WHERE id > 0'))
    const drafts = new Set(await numbers('SELECT id AS n FROM drafts'))
    const log = await numbers('SELECT what AS n FROM log WHERE what > 0')
    return [
      ...told.surprises.map(surprise => `the product heard: ${surprise}`),
      ...some('acknowledged and lost', [...told.entered].filter(id => !entries.has(id))),
      ...some('never acknowledged and there', [...entries].filter(id => !told.entered.has(id) && !told.unsure.has(id))),
      ...some('wallets not the sum of their entries', await numbers('SELECT w.id AS n FROM wallets w LEFT JOIN (SELECT wallet, sum(amount) AS sum FROM entries GROUP BY wallet) e ON e.wallet = w.id WHERE w.balance <> COALESCE(e.sum, 0)')),
      ...some('entries without their one line in the log', [...entries].filter(id => !log.includes(id))),
      ...(log.length === entries.size ? [] : [`${log.length} lines in the log for ${entries.size} entries`]),
      ...some('drafts acknowledged and lost', [...told.drafts].filter(([id, isThere]) => isThere && !drafts.has(id)).map(([id]) => id)),
      ...some('drafts deleted and there', [...told.drafts].filter(([id, isThere]) => !isThere && drafts.has(id)).map(([id]) => id)),
      ...some('seats held by nobody or by two', await numbers('SELECT i AS n FROM generate_series(1, 50) i WHERE (SELECT count(*) FROM seats WHERE holder = i) <> 1')),
    ]
  } finally {
    await session.end()
  }
}

const some = (what: string, ids: readonly number[]): string[] => (ids.length === 0 ? [] : [`${ids.length} ${what}: ${ids.slice(0, 5).join(', ')}`])

/** Every row of every table, by the server's own text of it: two homes that answer the same hold the same. */
export const contentsOf = async (url: string): Promise<string> => {
  const session = new pg.Client({ connectionString: url })
  session.on('error', () => { /* the statement under way rejects with it */ })
  await session.connect()
  try {
    const { rows } = await session.query<{ all: string }>(['wallets', 'entries', 'drafts', 'seats', 'log'].map(table => `SELECT '${table} ' || count(*) || ' ' || COALESCE(md5(string_agg(t::text, E'\\n' ORDER BY t::text COLLATE "C")), '') AS all FROM ${table} t`).join(' UNION ALL '))
    return rows.map(row => row.all).join('; ')
  } finally {
    await session.end()
  }
}

import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { newPacer, type Pacer } from './pacer.ts'
import { openSession } from './tables.ts'
import { newTransaction, statementsOf, type Ranges, type Transaction } from './transaction.ts'

export { checkLoad } from './oracle.ts'
export { makeTables } from './tables.ts'

export type LoadOptions = {
  /** Where the writers are to write now, with the password; asked before every transaction. A writer whose URL changed opens a new session. */
  readonly urlNow: () => string
  readonly connections: number
  /** Transactions a second, all connections together. */
  readonly perSecond: number
  /** Ends the load as `stop` does. */
  readonly signal: AbortSignal
}

export type Acknowledged = Transaction & { /** When the answer came, ms since 1970. */ readonly at: number }

/** What one home accepted between two changes of the URL. Times in ms since 1970, of the answers. */
export type Span = { /** Without user and password. */ readonly home: string; firstAt: number; lastAt: number; count: number }

export type LoadResult = {
  readonly acknowledged: readonly Acknowledged[]
  /** Their answer was lost: they happened once or not at all. */
  readonly uncertain: readonly Transaction[]
  /** In the order in which the URL changed; homes that accepted nothing are left out. */
  readonly spans: readonly Span[]
  /** How often the server said no, by SQLSTATE; such transactions did not happen. `25006` is the fence's. */
  readonly refused: Readonly<Record<string, number>>
  /** How often a session could not be opened, or was lost. */
  readonly lost: number
}

export type Load = {
  /** So far. */
  acknowledged(): number
  uncertain(): number
  /** When the last answer came, ms since 1970; undefined: none yet. */
  lastAt(): number | undefined
  /** The result so far, of a load that goes on. */
  soFar(): LoadResult
  /** Ends after the transactions under way, and says what happened. Repeatable. */
  stop(): Promise<LoadResult>
}

/**
 * Writes transactions like pgbench's until stopped, each under a token of its own and tried once. Outages are outlived: a writer opens a new session
 * until it gets one. The tables are those of `makeTables`; rejects when they cannot be read at the start.
 */
export const startLoad = async (options: LoadOptions): Promise<Load> => {
  const tally = new Tally()
  const ranges = await readRanges(options.urlNow())
  const stop = new AbortController()
  const signal = AbortSignal.any([options.signal, stop.signal])
  const pacer = newPacer(options.perSecond, signal)
  const writers = Promise.all(Array.from({ length: options.connections }, () => write(options, ranges, pacer, tally, signal)))
  // A bug of a writer is thrown by `stop`; until then it must not end the process.
  writers.catch(() => { /* thrown by stop */ })
  return {
    acknowledged: () => tally.acknowledged.length,
    uncertain: () => tally.uncertain.length,
    lastAt: () => tally.acknowledged.at(-1)?.at,
    soFar: () => tally.result(),
    async stop() {
      stop.abort()
      await writers
      return tally.result()
    },
  }
}

/** How long nobody's write was accepted at each change of homes: last answer of the old one → first of the new one, ms. */
export const freezesOf = ({ spans }: Pick<LoadResult, 'spans'>): number[] =>
  spans.slice(1).map((span, n) => span.firstAt - (spans[n]?.lastAt ?? span.firstAt))

class Tally {
  readonly acknowledged: Acknowledged[] = []
  readonly uncertain: Transaction[] = []
  readonly #spans: Span[] = []
  readonly #refused: Record<string, number> = {}
  #urls: string[] = []
  #lost = 0

  /** Which of the changes of the URL this is. */
  turnOf(url: string): number {
    if (this.#urls.at(-1) !== url) {
      this.#urls.push(url)
      this.#spans.push({ home: new URL(url).host + new URL(url).pathname, firstAt: Infinity, lastAt: -Infinity, count: 0 })
    }
    return this.#urls.length - 1
  }

  accept(transaction: Transaction, turn: number): void {
    const at = performance.timeOrigin + performance.now()
    this.acknowledged.push({ ...transaction, at })
    const span = this.#spans[turn]
    if (span === undefined) return
    span.firstAt = Math.min(span.firstAt, at)
    span.lastAt = at
    span.count++
  }

  refuse(code: string): void { this.#refused[code] = (this.#refused[code] ?? 0) + 1 }
  lose(): void { this.#lost++ }

  result(): LoadResult {
    return { acknowledged: [...this.acknowledged], uncertain: [...this.uncertain], spans: this.#spans.filter(s => s.count > 0).map(s => ({ ...s })), refused: { ...this.#refused }, lost: this.#lost }
  }
}

const readRanges = async (url: string): Promise<Ranges> => {
  await using session = await openSession(url)
  const { rows } = await session.query<Ranges>('SELECT (SELECT max(aid) FROM pgbench_accounts) AS accounts, (SELECT max(tid) FROM pgbench_tellers) AS tellers, (SELECT max(bid) FROM pgbench_branches) AS branches')
  const [ranges] = rows
  if (ranges === undefined || ranges.accounts === null) throw new Error('the tables are empty: makeTables first')
  return ranges
}

type Open = { readonly session: pg.Client; readonly url: string; readonly turn: number }

/** How long a writer rests after a refusal or a lost session: the freeze is measured to about this. */
const restMs = 10

const write = async ({ urlNow }: LoadOptions, ranges: Ranges, pacer: Pacer, tally: Tally, signal: AbortSignal): Promise<void> => {
  let open: Open | undefined
  while (await pacer()) {
    const url = urlNow()
    if (open !== undefined && open.url !== url) open = await close(open)
    open ??= await opened(url, tally)
    if (open !== undefined) open = await tryOnce(open, newTransaction(randomBytes(16).toString('base64url'), ranges, Math.random), tally)
    else await sleep(restMs, undefined, { signal }).catch(() => { /* the end */ })
  }
  if (open !== undefined) await close(open)
}

const opened = async (url: string, tally: Tally): Promise<Open | undefined> => {
  const session = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000, query_timeout: 30_000, application_name: 'pgbench-like' })
  session.on('error', () => { /* the statement under way rejects with it, or the next one does */ })
  try {
    await session.connect()
    return { session, url, turn: tally.turnOf(url) }
  } catch {
    tally.lose()
    return close({ session, url, turn: 0 })
  }
}

/** Undefined: the session is of no more use. */
const tryOnce = async (open: Open, transaction: Transaction, tally: Tally): Promise<Open | undefined> => {
  try {
    await open.session.query(statementsOf(transaction))
    tally.accept(transaction, open.turn)
    return open
  } catch (error) {
    const { severity, code } = error as { severity?: string; code?: string }
    // A server that ends the session may do so after the COMMIT: only an ERROR says that nothing happened.
    if (severity !== 'ERROR') {
      tally.uncertain.push(transaction)
      tally.lose()
      return close(open)
    }
    tally.refuse(code ?? '')
    await sleep(restMs)
    return open.session.query('ROLLBACK').then(() => open, () => close(open))
  }
}

const close = async ({ session }: Open): Promise<undefined> => {
  await Promise.race([session.end().catch(() => { /* it was lost already */ }), sleep(1_000)])
  return undefined
}

import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { openPostgres } from '#adapters/store/postgres/store.ts'
import { makeTables } from '#examples/pgbench-like/load.ts'
import { barChart } from '../chart.ts'
import { median, pairedRatios } from '../statistics.ts'
import type { FollowAnswer, FollowErrand } from './follow-ours.ts'
import { addressOf, runSql, startHomes } from './homes.ts'

export type FollowBench = { readonly rounds: number; readonly transactions: number; readonly scale: number; readonly directory: string; readonly results: string; /** Write a CPU profile of ours into this directory. */ readonly profile?: string }

type Urls = { readonly source: string; readonly ours: string; readonly native: string }
type Caught = { readonly seconds: number; readonly cpuMs?: number; readonly peakMb?: number }

const stream = 'rehome_bench_out'
const slot = 'native'
/** A transaction makes four changes: three balances and a line of history. */
const changesEach = 4

/**
 * How fast a backlog is worked off: the same transactions wait in two slots made at the same place, and are applied to two copies of the target, one after
 * the other, the order turned each round. From the start (of our process; of `ALTER SUBSCRIPTION … ENABLE`) until the last row is seen on the target.
 */
export const benchFollow = async (bench: FollowBench): Promise<void> => {
  await using homes = await startHomes(bench.directory)
  await runSql(homes.source.superuserUrl(), 'CREATE DATABASE origin')
  await runSql(homes.target.superuserUrl(), 'CREATE DATABASE ours', 'CREATE DATABASE native')
  const urls: Urls = { source: homes.source.superuserUrl('origin'), ours: homes.target.superuserUrl('ours'), native: homes.target.superuserUrl('native') }
  say(`making the tables at scale ${bench.scale}`)
  for (const url of Object.values(urls)) await makeTables(url, bench.scale)
  await anchorOurs(urls)
  await anchorNative(urls)
  const ours: Caught[] = []
  const native: Caught[] = []
  for (let round = 0; round < bench.rounds; round++) {
    const last = await accumulate(urls.source, bench)
    const marker = `round${round}`
    await mark(urls, marker)
    const inTurn = [async () => { ours.push(await catchUpOurs(urls, marker, last, bench.profile)) }, async () => { native.push(await catchUpNative(urls, last)) }]
    for (const contender of round % 2 === 0 ? inTurn : inTurn.toReversed()) {
      await runSql(homes.source.superuserUrl(), 'CHECKPOINT')
      await runSql(homes.target.superuserUrl(), 'CHECKPOINT')
      await contender()
    }
    await checkSame(urls)
    say(`round ${round + 1}: Rehome ${rate(bench, ours[round])} changes/s, native ${rate(bench, native[round])} changes/s, ratio ${((native[round]?.seconds ?? 0) / (ours[round]?.seconds ?? 1)).toFixed(2)}; own CPU ${((ours[round]?.cpuMs ?? 0) / 1000).toFixed(1)} s, peak ${(ours[round]?.peakMb ?? 0).toFixed(0)} MB`)
  }
  report(bench, ours, native)
}

/** Our slot, publication and checkpoint, as a move makes them. */
const anchorOurs = async (urls: Urls): Promise<void> => {
  await using source = openPostgres({ ...addressOf(urls.source), name: 'source' })
  await using target = openPostgres({ ...addressOf(urls.ours), name: 'target' })
  const position = await source.source(stream).record((await source.catalog()).tables)
  await target.target(stream).prepare()
  await target.target(stream).startAt(position)
}

/** Nobody has written since ours was made: this one is at the same place. */
const anchorNative = async (urls: Urls): Promise<void> => {
  await runSql(urls.source, `CREATE PUBLICATION ${slot} FOR TABLE pgbench_branches, pgbench_tellers, pgbench_accounts, pgbench_history`, `SELECT pg_create_logical_replication_slot('${slot}', 'pgoutput')`)
  const { hostname, port, username, password, pathname } = new URL(urls.source)
  const connection = `host=${hostname} port=${port} user=${username} password=${decodeURIComponent(password)} dbname=${pathname.slice(1)}`
  await runSql(urls.native, `CREATE SUBSCRIPTION ${slot} CONNECTION '${connection}' PUBLICATION ${slot} WITH (copy_data = false, create_slot = false, enabled = false, slot_name = '${slot}')`)
}

/** As many transactions as asked for, one after another; answers the number of the last line of history. */
const accumulate = async (url: string, { transactions, scale }: FollowBench): Promise<string> => {
  const branches = Math.max(1, Math.ceil(scale))
  const accounts = Math.max(1, Math.round(scale * 100_000))
  const rows = await runSql<{ last: string }>(url, 'SET synchronous_commit = off', `DO $$
    DECLARE aid_ int; tid_ int; bid_ int; delta_ int;
    BEGIN
      FOR i IN 1 .. ${transactions} LOOP
        aid_ := 1 + floor(random() * ${accounts}); tid_ := 1 + floor(random() * ${branches * 10}); bid_ := 1 + floor(random() * ${branches}); delta_ := floor(random() * 10001) - 5000;
        UPDATE pgbench_accounts SET abalance = abalance + delta_ WHERE aid = aid_;
        UPDATE pgbench_tellers SET tbalance = tbalance + delta_ WHERE tid = tid_;
        UPDATE pgbench_branches SET bbalance = bbalance + delta_ WHERE bid = bid_;
        INSERT INTO pgbench_history (tid, bid, aid, delta, mtime, filler) VALUES (tid_, bid_, aid_, delta_, clock_timestamp(), 'follow');
        COMMIT;
      END LOOP;
    END $$`, 'SELECT max(id) AS last FROM pgbench_history')
  return rows[0]?.last ?? ''
}

const mark = async (urls: Urls, marker: string): Promise<void> => {
  await using source = openPostgres({ ...addressOf(urls.source), name: 'source' })
  await source.source(stream).mark(marker)
}

const catchUpOurs = async (urls: Urls, marker: string, last: string, profile?: string): Promise<Caught> => {
  const errand: FollowErrand = { source: addressOf(urls.source), target: addressOf(urls.ours), stream, marker }
  const began = performance.now()
  const child = spawn(process.execPath, ['--max-semi-space-size=16', ...(profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]), join(import.meta.dirname, 'follow-ours.ts')], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = Promise.withResolvers<number | null>()
  child.once('error', ended.reject).once('close', ended.resolve)
  child.stdin.end(JSON.stringify(errand))
  const said = text(child.stdout)
  const fails = ended.promise.then(code => { if (code !== 0) throw new Error(`following ended with ${code}`) })
  await Promise.race([seen(urls.ours, last), fails.then(() => new Promise<never>(() => { /* its row is seen soon */ }))])
  const seconds = (performance.now() - began) / 1000
  await fails
  const { cpuMs, peakMb } = JSON.parse(await said) as FollowAnswer
  return { seconds, cpuMs, peakMb }
}

/** With the subscription's own default, `synchronous_commit` off: it commits transaction by transaction, and would wait for the disk at each. Ours is on. */
const catchUpNative = async (urls: Urls, last: string): Promise<Caught> => {
  const began = performance.now()
  await runSql(urls.native, `ALTER SUBSCRIPTION ${slot} ENABLE`)
  await seen(urls.native, last)
  const seconds = (performance.now() - began) / 1000
  // It must have told the source before it is stopped, or it would get the end of this round again in the next.
  await until(async () => {
    const [row] = await runSql<{ done: boolean }>(urls.source, `SELECT confirmed_flush_lsn >= (SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = '${stream}') AS done FROM pg_replication_slots WHERE slot_name = '${slot}'`)
    return row?.done === true
  }, 2_000)
  await runSql(urls.native, `ALTER SUBSCRIPTION ${slot} DISABLE`)
  await until(async () => (await runSql<{ pid: number | null }>(urls.source, `SELECT active_pid AS pid FROM pg_replication_slots WHERE slot_name = '${slot}'`))[0]?.pid === null, 30_000)
  return { seconds }
}

/** Looks every 10 ms whether the line of history has arrived. */
const seen = async (url: string, id: string): Promise<void> => {
  const session = new pg.Client({ connectionString: url })
  await session.connect()
  try {
    while ((await session.query('SELECT FROM pgbench_history WHERE id = $1', [id])).rowCount === 0) await sleep(10)
  } finally {
    await session.end()
  }
}

const until = async (isTrue: () => Promise<boolean>, withinMs: number): Promise<void> => {
  for (const end = performance.now() + withinMs; performance.now() < end && !(await isTrue());) await sleep(50)
}

/** Nobody is timed for changes that did not arrive. */
const checkSame = async (urls: Urls): Promise<void> => {
  const facts = ['branches', 'tellers', 'accounts', 'history'].map(t => `SELECT '${t}' AS table, count(*) AS rows, sum(hashtextextended(t::text, 0)::numeric) AS sum FROM pgbench_${t} t`).join(' UNION ALL ')
  const [source, ours, native] = await Promise.all([urls.source, urls.ours, urls.native].map(async url => JSON.stringify(await runSql(url, "SET timezone = 'UTC'", facts))))
  if (source !== ours) throw new Error(`What we applied is not what was written: ${ours} instead of ${source}`)
  if (source !== native) throw new Error(`What the native subscription applied is not what was written: ${native} instead of ${source}`)
}

const report = (bench: FollowBench, ours: readonly Caught[], native: readonly Caught[]): void => {
  const perSecond = (runs: readonly Caught[]): number[] => runs.map(r => (bench.transactions * changesEach) / r.seconds)
  const ratios = pairedRatios(native.map(r => r.seconds), ours.map(r => r.seconds))
  const row = (name: string, runs: readonly Caught[]): string =>
    `| ${name} | ${median(runs.map(r => r.seconds)).toFixed(2)} | ${runs.map(r => r.seconds.toFixed(2)).join(' ')} | ${Math.round(median(perSecond(runs))).toLocaleString('en')} |`
  const lines = [
    `# Catch-up, PostgreSQL 15 to 18, ${bench.transactions.toLocaleString('en')} transactions of ${changesEach} changes, ${bench.rounds} rounds, ${cpus().length} cores`, '',
    `\`npm run bench -- follow --rounds ${bench.rounds} --transactions ${bench.transactions} --scale ${bench.scale}\``, '',
    '| | median s | all runs, s | changes/s, median |', '|---|---|---|---|', row('Rehome', ours), row('native subscription', native), '',
    `Native / Rehome, paired: ${ratios.map(r => r.toFixed(2)).join(' ')}, median **${median(ratios).toFixed(2)}**.`, '',
    `From the start until the last row is seen on the target: of a new process of ours, and of \`ALTER SUBSCRIPTION … ENABLE\`. Rehome commits with \`synchronous_commit\` on, the subscription has its default, off. The end states of all three databases were equal after every round.`,
    `Rehome merges the transactions that wait and writes a row that changed often once: the balances of ${Math.ceil(bench.scale)} branches and ${Math.ceil(bench.scale) * 10} tellers flatter it. The subscription keeps each transaction.`,
    `Rehome’s own CPU ${median(ours.map(r => (r.cpuMs ?? 0) / 1000)).toFixed(1)} s (median), its memory at most ${Math.max(...ours.map(r => r.peakMb ?? 0)).toFixed(0)} MB.`, '',
  ]
  mkdirSync(bench.results, { recursive: true })
  const name = join(bench.results, 'follow')
  writeFileSync(`${name}.md`, `${lines.join('\n')}\n`)
  writeFileSync(`${name}.svg`, barChart(`Catch-up of ${bench.transactions.toLocaleString('en')} transactions, PostgreSQL 15 to 18`, 's', [{ label: 'Rehome', runs: ours, isOurs: true }, { label: 'native subscription', runs: native, isOurs: false }].map(({ label, runs, isOurs }) => ({ label, isOurs, values: runs.map(r => r.seconds), median: median(runs.map(r => r.seconds)) }))))
  process.stdout.write(`\n${lines.join('\n')}\nwritten to ${name}.md and ${name}.svg\n`)
}

const rate = ({ transactions }: FollowBench, caught: Caught | undefined): string => Math.round((transactions * changesEach) / (caught?.seconds ?? NaN)).toLocaleString('en')
const say = (words: string): void => { process.stdout.write(`${words}\n`) }

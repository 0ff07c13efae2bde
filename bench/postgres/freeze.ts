import { execFile, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Event } from '#domain/event.ts'
import { makeTables } from '#examples/pgbench-like/load.ts'
import { barChart } from '../chart.ts'
import { median, percentile } from '../statistics.ts'
import { probeLag, probeTable } from './freeze-lag.ts'
import { upstreams, type ProductAnswer, type ProductErrand, type ProductGreeting } from './freeze-product.ts'
import { runSql, startHomes } from './homes.ts'
import { bin } from './servers.ts'

export type FreezeBench = { readonly runs: number; readonly perSecond: number; readonly scale: number; /** How long the lag is measured in each run. */ readonly lagSeconds: number; readonly directory: string; readonly results: string }

type Homes = Awaited<ReturnType<typeof startHomes>>
type Frozen = { /** Last write accepted by the origin to first accepted by the destination. */ readonly ms: number; readonly moverMs: number; readonly steps: Readonly<Record<string, number>>; readonly lags: readonly number[]; readonly product: ProductAnswer }

const cli = join(import.meta.dirname, '../../src/main/cli.ts')
const connections = 8

/**
 * Moves a database that is written to all the time, run after run, by the command line that people use, and measures the freeze where it hurts: between the last write that a
 * writer had acknowledged in the old home and the first in the new one. Every run ends with the writers' own check that nothing is lost or doubled.
 */
export const benchFreeze = async (bench: FreezeBench): Promise<void> => {
  await using homes = await startHomes(bench.directory)
  say(`making the tables at scale ${bench.scale}`)
  await runSql(homes.source.superuserUrl(), 'CREATE DATABASE base')
  await makeTables(homes.source.superuserUrl('base'), bench.scale)
  await runSql(homes.source.superuserUrl('base'), probeTable, 'VACUUM ANALYZE')
  const frozen: Frozen[] = []
  for (let run = 0; run < bench.runs; run++) {
    const one = await oneMove(bench, homes)
    frozen.push(one)
    say(`run ${run + 1}: frozen ${one.ms.toFixed(0)} ms (mover ${one.moverMs.toFixed(0)} ms: ${Object.entries(one.steps).map(([name, ms]) => `${name} ${ms.toFixed(0)}`).join(', ')}); lag p50 ${percentile(one.lags, 50).toFixed(0)} p95 ${percentile(one.lags, 95).toFixed(0)} max ${Math.max(...one.lags).toFixed(0)} ms at ${one.product.perSecond.toFixed(0)} tx/s; nothing lost of ${sum(one.product.spans.map(s => s.count))}`)
  }
  report(bench, frozen)
}

const oneMove = async (bench: FreezeBench, { source, target }: Homes): Promise<Frozen> => {
  await runSql(source.superuserUrl(), 'CREATE DATABASE origin TEMPLATE base', 'CHECKPOINT')
  await runSql(target.superuserUrl(), 'CREATE DATABASE arrived', 'CHECKPOINT')
  const [from, to] = [source.superuserUrl('origin'), target.superuserUrl('arrived')]
  const home = mkdtempSync(join(tmpdir(), 'rehome-bench-'))
  try {
    const token = 'a token of the bench'
    const product = await startProduct({ origin: from, destination: to, connections, perSecond: bench.perSecond, token })
    const environment = { ...process.env, REHOME_HOME: home, XDG_STATE_HOME: home, REHOME_ROUTE_TOKEN: token, BENCH_FROM: from, BENCH_TO: to, PATH: `${bin}:${process.env['PATH'] ?? ''}` }
    const mover = startMover(environment, product.route, join(home, 'evidence.json'))
    await mover.next(event => event.type === 'waits' && event.for.includes('freeze'))
    const lags = await probeLag(from, to, bench.lagSeconds)
    await promisify(execFile)(process.execPath, [cli, 'cutover'], { env: environment })
    const ended = await mover.next(event => event.type === 'freeze' && event.state === 'ended')
    await mover.ended
    await sleep(1_000) // the writers settle in their new home
    const answer = await product.stop()
    if (answer.wrong.length > 0) throw new Error(`After the move the writers find:\n${answer.wrong.slice(0, 20).join('\n')}`)
    const [ms] = answer.freezes
    if (ms === undefined || ended.type !== 'freeze') throw new Error('nobody was moved')
    return { ms, moverMs: ended.ms, steps: ended.steps ?? {}, lags, product: answer }
  } finally {
    rmSync(home, { recursive: true, force: true })
    await runSql(source.superuserUrl(), `SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE NOT active`, 'DROP DATABASE origin WITH (FORCE)')
    await runSql(target.superuserUrl(), `SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE NOT active`, 'DROP DATABASE arrived WITH (FORCE)')
  }
}

/** The writers and the route that sends them, in a process of their own. */
const startProduct = async (errand: ProductErrand): Promise<{ route: string; stop(): Promise<ProductAnswer> }> => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'freeze-product.ts')], { stdio: ['pipe', 'pipe', 'inherit'] })
  endWithUs(child.pid)
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const next = async (): Promise<unknown> => {
    const { value, done } = await lines.next()
    if (done === true) throw new Error('the writers ended without a word')
    return JSON.parse(value)
  }
  child.stdin.write(`${JSON.stringify(errand)}\n`)
  const { route } = (await next()) as ProductGreeting
  return {
    route,
    async stop() {
      child.stdin.end()
      return (await next()) as ProductAnswer
    },
  }
}

/** The real command line, up to the switch; its events as they come. */
const startMover = (environment: NodeJS.ProcessEnv, route: string, evidence: string): { next(wanted: (event: Event) => boolean): Promise<Event>; readonly ended: Promise<void> } => {
  const child = spawn(process.execPath, [cli, 'move', '--from', 'env:BENCH_FROM', '--to', 'env:BENCH_TO', '--until', 'switched', '--cutover', 'wait', '--json', '--evidence', evidence,
    '--route', route, '--origin-upstream', upstreams.origin, '--destination-upstream', upstreams.destination], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
  endWithUs(child.pid)
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (words: string) => { said = (said + words).slice(-4_000) })
  const events = createInterface(child.stdout)[Symbol.asyncIterator]()
  let last = ''
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject).once('close', code => { if (code === 0) resolve(); else reject(new Error(`rehome move ended with ${code}: ${last}\n${said}`)) })
  })
  ended.catch(() => { /* told by whoever waits */ })
  return {
    ended,
    async next(wanted) {
      for (;;) {
        const { value, done } = await events.next()
        if (done === true) {
          await ended
          throw new Error(`rehome move ended before what was waited for: ${last}`)
        }
        last = value
        const event = JSON.parse(value) as Event
        if (wanted(event)) return event
      }
    },
  }
}

/** A bench that fails leaves nobody writing. */
const endWithUs = (pid: number | undefined): void => {
  process.on('exit', () => {
    try {
      if (pid !== undefined) process.kill(pid, 'SIGKILL')
    } catch { /* it has ended already */ }
  })
}

const report = (bench: FreezeBench, runs: readonly Frozen[]): void => {
  const lags = runs.flatMap(r => r.lags)
  const freezes = runs.map(r => r.ms)
  const names = [...new Set(runs.flatMap(r => Object.keys(r.steps)))]
  const stepOf = (name: string): number[] => runs.map(r => r.steps[name] ?? 0)
  const lines = [
    `# Write freeze, PostgreSQL 15 to 18, ${bench.perSecond.toLocaleString('en')} transactions/s asked for, ${runs.length} moves, ${cpus().length} cores`, '',
    `\`npm run bench -- freeze --runs ${bench.runs} --rate ${bench.perSecond} --scale ${bench.scale}\``, '',
    `From the last write accepted by the old home to the first accepted by the new one, as the writers saw it: median **${median(freezes).toFixed(0)} ms**, worst **${Math.max(...freezes).toFixed(0)} ms** (${freezes.map(ms => ms.toFixed(0)).join(' ')}).`,
    `Written in the five seconds before: ${runs.map(r => r.product.perSecond.toFixed(0)).join(' ')} transactions/s of ${connections} writers. Lost or doubled in ${runs.length} moves: 0 of ${sum(runs.flatMap(r => r.product.spans.map(s => s.count))).toLocaleString('en')} transactions, by the writers’ own record.`, '',
    '| step of the freeze | median ms | worst ms |', '|---|---|---|',
    ...names.map(name => `| ${name} | ${median(stepOf(name)).toFixed(0)} | ${Math.max(...stepOf(name)).toFixed(0)} |`),
    `| all, by the mover’s clock | ${median(runs.map(r => r.moverMs)).toFixed(0)} | ${Math.max(...runs.map(r => r.moverMs)).toFixed(0)} |`, '',
    `Lag while following, ${lags.length} rows of a probe, from the clock of the writing statement to being seen on the target: p50 **${percentile(lags, 50).toFixed(0)} ms**, p95 **${percentile(lags, 95).toFixed(0)} ms**, max ${Math.max(...lags).toFixed(0)} ms.`, '',
    'Origin, destination, writers and mover share this machine. Writers that are refused try again after 10 ms; the route is told over HTTP and the writers then open new sessions.', '',
  ]
  mkdirSync(bench.results, { recursive: true })
  const name = join(bench.results, 'freeze')
  writeFileSync(`${name}.md`, `${lines.join('\n')}\n`)
  writeFileSync(`${name}.svg`, barChart(`Write freeze at ${bench.perSecond.toLocaleString('en')} transactions/s, PostgreSQL 15 to 18`, 'ms', [
    { label: 'last write to first write', isOurs: true, values: freezes, median: median(freezes) },
    ...names.map(step => ({ label: step, isOurs: false, values: stepOf(step), median: median(stepOf(step)) })),
  ]))
  process.stdout.write(`\n${lines.join('\n')}\nwritten to ${name}.md and ${name}.svg\n`)
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)
const say = (words: string): void => { process.stdout.write(`${words}\n`) }

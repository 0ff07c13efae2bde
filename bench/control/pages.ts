import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { z } from 'zod'
import { systemClock } from '#adapters/clock/system.ts'
import { startPostgres } from '#adapters/embedded-postgres/launcher.ts'
import { openLedger } from '#adapters/ledger/postgres/ledger.ts'
import { keysOf, newKey } from '#adapters/vault/keys.ts'
import { operatorAs } from '#control/callers.ts'
import { sha256 } from '#lib/hash.ts'
import { openWorld } from '#main/world.ts'
import { api, type EndpointName } from '#wire/api.ts'
import type { Endpoint } from '#wire/endpoint.ts'
import { fillLedger } from './full-ledger.ts'

export type PagesBench = { readonly customers: number; readonly tasks: number; readonly perSecond: number; readonly seconds: number; readonly streams: number; readonly directory: string; say(text: string): void }
export type PageFigure = { readonly name: string; readonly asked: number; readonly p50Ms: number; readonly p99Ms: number; readonly worstMs: number; readonly failed: number }
export type PagesFigures = { readonly all: PageFigure; readonly byName: readonly PageFigure[]; readonly atWork: PageFigure; readonly workedSeconds: number; readonly peakMb: number; readonly heard: number }

/** At most so long is waited for control to have done what was due when it started. */
const restWithinMs = 240_000

/**
 * Lists and pages of a full ledger, asked of a real control at an even pace beside live streams: first while it looks through the whole ledger for what is due, as after every start, then when it
 * has done that. Latency counts from when a request was due, so that a control that is late is not asked less.
 */
export const benchPages = async (bench: PagesBench): Promise<PagesFigures> => {
  const server = await startPostgres({ major: 18, directory: join(bench.directory, 'ledger') })
  try {
    const url = server.superuserUrl()
    const tokens = await fill(url, bench)
    await using session = await connect(url)
    const questions = await questionsOf(session)
    const began = performance.now()
    await using control = await startControl(url, bench.directory)
    await using streams = await openStreams(control.site, tokens, session, bench.streams)
    await askAtPace(control.site, tokens, questions, { ...bench, seconds: 5 })
    const atWork = figureOf('all', await askAtPace(control.site, tokens, questions, { ...bench, seconds: Math.min(20, bench.seconds) }))
    await rest(session)
    const workedSeconds = (performance.now() - began) / 1000
    const asked = await askAtPace(control.site, tokens, questions, bench)
    const byName = [...Map.groupBy(asked, one => one.name)].map(([name, some]) => figureOf(name, some)).toSorted((a, b) => b.p99Ms - a.p99Ms)
    const figures = { all: figureOf('all', asked), byName, atWork, workedSeconds, peakMb: control.peakMb(), heard: streams.heard() }
    const failed = figures.all.failed + atWork.failed
    if (failed > 0 || streams.open() < bench.streams) throw new Error(`${failed} requests failed, ${streams.open()} of ${bench.streams} streams are open: such figures say nothing`)
    return figures
  } finally {
    await server.remove()
  }
}

/** Until control has nothing left to do that is due now. */
const rest = async (session: pg.Client): Promise<void> => {
  const until = performance.now() + restWithinMs
  for (;;) {
    const { rows: [told] } = await session.query<{ due: number }>(`SELECT count(*)::int AS due FROM jobs.job_common WHERE state = 'active' OR (state IN ('created', 'retry') AND start_after <= now())`)
    if (told?.due === 0) return
    if (performance.now() > until) throw new Error(`control is not done with what was due: ${told?.due} jobs are left`)
    await pause(1_000)
  }
}

type Asked = { readonly name: string; readonly ms: number; readonly ok: boolean }
type Question = { readonly name: EndpointName; path(): string }

const figureOf = (name: string, asked: readonly Asked[]): PageFigure => {
  const sorted = asked.map(one => one.ms).toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
  return { name, asked: asked.length, p50Ms: at(0.5), p99Ms: at(0.99), worstMs: at(1), failed: asked.filter(one => !one.ok).length }
}

const connect = async (url: string): Promise<pg.Client & AsyncDisposable> => {
  const session = new pg.Client({ connectionString: url, options: '-c search_path=rehome,public' })
  await session.connect()
  return Object.assign(session, { [Symbol.asyncDispose]: () => session.end() })
}

/** Answers the tokens of as many people as a vendor has at work. */
export const fill = async (url: string, { customers, tasks, say }: Pick<PagesBench, 'customers' | 'tasks' | 'say'>): Promise<readonly string[]> => {
  const nothing = () => Promise.resolve()
  await using ledger = await openLedger({ url, jobs: { enqueueWithin: nothing, cancelWithin: nothing } })
  const world = await openWorld({ ledger, clock: systemClock, site: 'http://127.0.0.1', keys: keysOf(newKey(), 'the bench'), playbooks: [] })
  const tokens = Array.from({ length: 10 }, () => randomBytes(32).toString('base64url'))
  const now = systemClock.now()
  const vendor = { id: world.newId<'vendor'>(), name: 'Bench', country: 'JP', zone: 'Asia/Tokyo', locale: 'en' as const }
  const operator = { id: world.newId<'operator'>(), vendor: vendor.id, name: 'The bench', email: 'bench@vendor.example', roles: ['admin', 'migration-lead'], password: null, subject: null, disabledAt: null, failures: 0, failedAt: null }
  await ledger.transaction(async tx => {
    await tx.add('vendor', vendor)
    await tx.add('operator', operator)
    for (const token of tokens) await tx.add('session', { id: world.newId<'session'>(), hash: sha256(token), contact: null, operator: operator.id, createdAt: now, seenAt: now, expiresAt: now + 86_400_000, endedAt: null, secondFactorAt: null })
  })
  await using session = await connect(url)
  await fillLedger(world, operatorAs(operator), session, customers, tasks, say)
  return tokens
}

/** With the flags that bin/rehome.cjs gives it. */
export const startControl = async (url: string, directory: string): Promise<AsyncDisposable & { readonly site: string; peakMb(): number }> => {
  const port = 21_000 + Math.floor(Math.random() * 8_000)
  // Letters become files: how long a mail server takes is not ours.
  mkdirSync(join(directory, 'home'), { recursive: true })
  writeFileSync(join(directory, 'home', 'control.yaml'), 'mail: { from: bench@vendor.example, folder: letters }\n')
  const child = spawn(process.execPath, ['--max-semi-space-size=16', '--max-old-space-size=256', join(import.meta.dirname, '../../src/main/cli.ts'), 'control'], { env: { ...process.env, DATABASE_URL: url, REHOME_HOME: join(directory, 'home'), REHOME_PORT: String(port) }, stdio: ['ignore', 'ignore', 'inherit'] })
  const site = `http://127.0.0.1:${port}`
  for (let tries = 0; tries < 300; tries++) {
    if (await fetch(`${site}/healthz`).then(r => r.ok, () => false)) break
    await pause(100)
  }
  let peak = 0
  const timer = setInterval(() => { peak = Math.max(peak, Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'latin1'))?.[1] ?? 0) / 1024) }, 200)
  return {
    site, peakMb: () => peak,
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      const gone = new Promise(resolve => { child.once('exit', resolve) })
      child.kill('SIGTERM')
      await gone
    },
  }
}

/** Every list and page there is, each about a thing drawn by chance. What is computed on request (offers of windows, explanations) is not a page. */
const questionsOf = async (session: pg.Client): Promise<Question[]> => {
  const ids = new Map<string, string[]>()
  for (const kind of ['customer', 'programme', 'move', 'wave', 'tenant', 'home', 'task', 'gate', 'contact']) ids.set(kind, (await session.query<{ id: string }>(`SELECT id FROM ${kind} ORDER BY random() LIMIT 1000`)).rows.map(row => row.id))
  const draw = (kind: string): string | undefined => { const all = ids.get(kind) ?? []; return all[Math.floor(Math.random() * all.length)] }
  return (Object.entries(api) as [EndpointName, Endpoint][]).filter(([name, { method }]) => method === 'GET' && /\.(list|read)$/.test(name)).flatMap(([name, endpoint]): Question[] => {
    const inPath = [...endpoint.path.matchAll(/\{(\w+)\}/g)].map(match => match[1] ?? '')
    if (inPath.some(field => draw(field) === undefined)) return []
    const { properties = {}, required = [] } = z.toJSONSchema(endpoint.input, { io: 'input', unrepresentable: 'any' }) as { properties?: Record<string, unknown>; required?: string[] }
    const filters = Object.keys(properties).filter(field => !inPath.includes(field) && draw(field) !== undefined)
    if (required.some(field => !inPath.includes(field) && !filters.includes(field))) return []
    const path = (): string => {
      const filled = endpoint.path.replaceAll(/\{(\w+)\}/g, (_, field: string) => draw(field) ?? '')
      const chosen = filters.filter(field => required.includes(field) || Math.random() < 0.5)
      return `${filled}?${new URLSearchParams(chosen.map(field => [field, draw(field) ?? ''])).toString()}`
    }
    return [{ name, path }]
  })
}

const askAtPace = async (site: string, tokens: readonly string[], questions: readonly Question[], { perSecond, seconds }: Pick<PagesBench, 'perSecond' | 'seconds'>): Promise<Asked[]> => {
  const [asked, under]: [Asked[], Promise<void>[]] = [[], []]
  const began = performance.now()
  for (let n = 0; n < perSecond * seconds; n++) {
    const due = began + n * 1_000 / perSecond
    await pause(Math.max(0, due - performance.now()))
    const question = questions[n % questions.length]
    if (question === undefined) throw new Error('there is nothing to ask')
    under.push(fetch(`${site}${question.path()}`, { headers: { authorization: `Bearer ${tokens[n % tokens.length] ?? ''}` } }).then(async response => {
      const text = await response.text()
      // A refusal is an answer too: of things drawn by chance, some were never measured.
      const ok = response.status < 500 && response.status !== 429
      if (!ok) process.stderr.write(`${question.name} ${response.status} ${text.slice(0, 300)}\n`)
      asked.push({ name: question.name, ms: performance.now() - due, ok })
    }, () => { asked.push({ name: question.name, ms: performance.now() - due, ok: false }) }))
  }
  await Promise.all(under)
  return asked
}

/** Viewers of moves, as the move room has them, until they are disposed of. */
const openStreams = async (site: string, tokens: readonly string[], session: pg.Client, count: number): Promise<AsyncDisposable & { heard(): number; open(): number }> => {
  const stop = new AbortController()
  const { rows } = await session.query<{ id: string }>('SELECT id FROM move LIMIT $1', [count])
  let [heard, open] = [0, 0]
  const reading: Promise<void>[] = []
  for (const [n, { id }] of rows.entries()) {
    const response = await fetch(`${site}/api/moves/${id}/live`, { headers: { authorization: `Bearer ${tokens[n % tokens.length] ?? ''}`, accept: 'text/event-stream' }, signal: stop.signal })
    if (!response.ok || response.body === null) throw new Error(`no stream: ${response.status} ${await response.text()}`)
    const { body } = response
    open++
    const read = async (): Promise<void> => { for await (const _ of body) heard++ }
    reading.push(read().catch(() => { /* it was stopped, or broke off: it is open no more */ }).finally(() => { open-- }))
  }
  return { heard: () => heard, open: () => open, async [Symbol.asyncDispose]() { stop.abort(); await Promise.all(reading) } }
}

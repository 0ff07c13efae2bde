import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { z } from 'zod'
import { systemClock } from '#adapters/clock/system.ts'
import { openLedger } from '#adapters/ledger/postgres/ledger.ts'
import { keysOf, newKey } from '#adapters/vault/keys.ts'
import { operatorAs } from '#control/ground/callers.ts'
import { sha256 } from '#lib/hash.ts'
import { openWorld } from '#main/world.ts'
import { api, type EndpointName } from '#wire/api.ts'
import type { Endpoint } from '#wire/endpoint.ts'
import { fillLedger } from './full-ledger.ts'

export type PageFigure = { readonly name: string; readonly asked: number; readonly p50Ms: number; readonly p99Ms: number; readonly worstMs: number; readonly failed: number }
export type PagesFigures = { readonly all: PageFigure; readonly byName: readonly PageFigure[]; readonly heard: number }

export type Pace = { readonly perSecond: number; readonly streams: number; readonly seconds: number }

/** Lists and pages of a full ledger, asked of a real control at an even pace beside live streams. Latency counts from when a request was due, so that a control that is late is not asked less. */
export const askPages = async (site: string, tokens: readonly string[], session: pg.Client, pace: Pace): Promise<PagesFigures> => {
  const questions = await questionsOf(session)
  await using streams = await openStreams(site, tokens, session, pace.streams)
  // What is compiled and planned for the first time is not what a day is like.
  await askAtPace(site, tokens, questions, { ...pace, seconds: warmSeconds })
  const asked = await askAtPace(site, tokens, questions, pace)
  const byName = [...Map.groupBy(asked, one => one.name)].map(([name, some]) => figureOf(name, some)).toSorted((a, b) => b.p99Ms - a.p99Ms)
  const figures = { all: figureOf('all', asked), byName, heard: streams.heard() }
  if (figures.all.failed > 0 || streams.open() < pace.streams) throw new Error(`${figures.all.failed} requests failed, ${streams.open()} of ${pace.streams} streams are open: such figures say nothing`)
  return figures
}

const warmSeconds = 5

/** Until control has nothing left to do that is due now. */
export const rest = async (session: pg.Client, withinMs: number): Promise<void> => {
  const until = performance.now() + withinMs
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

export const connect = async (url: string): Promise<pg.Client & AsyncDisposable> => {
  const session = new pg.Client({ connectionString: url, options: '-c search_path=rehome,public' })
  await session.connect()
  return Object.assign(session, { [Symbol.asyncDispose]: () => session.end() })
}

/** Answers the tokens of as many people as a vendor has at work. */
export const fill = async (url: string, { customers, tasks, say }: { readonly customers: number; readonly tasks: number; say(text: string): void }): Promise<readonly string[]> => {
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

/** As bin/rehome.cjs starts it. `controlMb`: what its own process had resident, at most; `ownMb`: what it and its worker had for themselves, and once what they share; `peakMb`: what both had resident, added up. */
export const startControl = async (url: string, directory: string): Promise<AsyncDisposable & { readonly site: string; controlMb(): number; ownMb(): number; peakMb(): number }> => {
  const port = 21_000 + Math.floor(Math.random() * 8_000)
  // Letters become files: how long a mail server takes is not ours.
  mkdirSync(join(directory, 'home'), { recursive: true })
  writeFileSync(join(directory, 'home', 'control.yaml'), 'mail: { from: bench@vendor.example, folder: letters }\n')
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../bin/rehome.cjs'), 'control'], { env: { ...process.env, DATABASE_URL: url, REHOME_HOME: join(directory, 'home'), REHOME_PORT: String(port) }, stdio: ['ignore', 'ignore', 'inherit'] })
  const site = `http://127.0.0.1:${port}`
  for (let tries = 0; tries < 300; tries++) {
    if (await fetch(`${site}/healthz`).then(r => r.ok, () => false)) break
    await pause(100)
  }
  let [control, own, peak] = [0, 0, 0]
  const timer = setInterval(() => {
    const family = familyOf(child.pid ?? 0).map(memoryOf)
    control = Math.max(control, (family[0]?.anonymousMb ?? 0) + (family[0]?.fileMb ?? 0))
    own = Math.max(own, sum(family.map(one => one.anonymousMb)) + Math.max(...family.map(one => one.fileMb)))
    peak = Math.max(peak, sum(family.map(one => one.anonymousMb + one.fileMb)))
  }, 200)
  return {
    site, controlMb: () => control, ownMb: () => own, peakMb: () => peak,
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      const gone = new Promise(resolve => { child.once('exit', resolve) })
      child.kill('SIGTERM')
      await gone
    },
  }
}

/** The process and those it started. */
const familyOf = (pid: number): readonly number[] => [pid, ...textOf(`/proc/${pid}/task/${pid}/children`).split(' ').filter(one => one !== '').map(Number)]

const sum = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0)

/** Of a file's pages in memory, those of Node itself are the same in both. */
const memoryOf = (pid: number): { readonly anonymousMb: number; readonly fileMb: number } => {
  const status = textOf(`/proc/${pid}/status`)
  const of = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024
  return { anonymousMb: of('RssAnon'), fileMb: of('RssFile') }
}

/** Nothing of a process that has just ended. */
const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
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

const askAtPace = async (site: string, tokens: readonly string[], questions: readonly Question[], { perSecond, seconds }: Pick<Pace, 'perSecond' | 'seconds'>): Promise<Asked[]> => {
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

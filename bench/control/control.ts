import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import { systemClock } from '#adapters/clock/system.ts'
import { startPostgres } from '#adapters/embedded-postgres/launcher.ts'
import { openJobs } from '#adapters/jobs/pg-boss/jobs.ts'
import { openLedger } from '#adapters/ledger/postgres/ledger.ts'
import { keysOf, newKey } from '#adapters/vault/keys.ts'
import { asSystem } from '#control/ground/as-system.ts'
import { arrange } from '#control/running/due.ts'
import type { MoveId } from '#domain/programmes.ts'
import { sideBySide } from '#lib/side-by-side.ts'
import { openWorld } from '#main/world.ts'
import { benchDue, type DueFigures, makeDue, toldSince } from './due.ts'
import { askPages, connect, fill, type PageFigure, type PagesFigures, rest, startControl } from './pages.ts'
import { benchPlanner } from './planner.ts'

export type ControlBench = {
  readonly customers: number
  readonly tasks: number
  readonly seconds: number
  readonly directory: string
  readonly results: string
  /** One of them, for a machine that is quiet only now and then: the ledger and the figures stay in `directory`, and the last one measured writes the results. */
  readonly part?: string
  /** Waits before what is measured begins. */
  ready(): Promise<void>
}

/** What is promised. */
const bars = { pageP99Ms: 100, reminderSeconds: 300, memoryMb: 400, planSeconds: 30 }
const [perSecond, streams] = [50, 10]
/** Of the 10,000 customers that the promises are about, 100,000. */
const remindersOf = ({ customers }: Pick<ControlBench, 'customers'>): number => customers * 10
/** So long control may take to look through the whole ledger once, as after every start. */
const settlesWithinMs = 3_600_000
const [movesAtOnce, sideBySideAtOnce] = [20, 4]

/** `controlMb`: what control's process had resident. `ownMb`: of control and its worker, what each has for itself and once what they share. `peakMb`: what both had resident, added up. */
type Asked = PagesFigures & { readonly controlMb: number; readonly ownMb: number; readonly peakMb: number }
type Figures = {
  readonly rest: Asked
  /** `told`: reminders that were handled meanwhile. */
  readonly work: Asked & { readonly told: number; readonly seconds: number }
  readonly reminders: DueFigures
  readonly waves: { readonly longestSeconds: number; readonly lines: readonly string[] }
}
const measured = ['rest', 'work', 'reminders', 'waves'] as const satisfies readonly (keyof Figures)[]

/** What control takes at full size: pages and lists at rest and while its worker is busy, reminders, and the plan of waves, one after the other. Fails where a promise is not kept. */
export const benchControl = async (bench: ControlBench): Promise<void> => {
  const { part, directory } = bench
  const parts: Record<string, () => Promise<unknown>> = { fill: () => fillAndSettle(bench), rest: () => atRest(bench), work: () => atWork(bench), reminders: () => atOnce(bench), waves: () => planned(bench) }
  if (part !== undefined && !Object.hasOwn(parts, part)) throw new Error(`there is no part ${part}: ${Object.keys(parts).join(', ')}`)
  for (const [name, work] of Object.entries(parts).filter(([name]) => part === undefined || part === name)) {
    say(`${name} …`)
    const figures = await work()
    if (figures !== undefined) writeFileSync(fileOf(directory, name), JSON.stringify(figures))
  }
  if (!measured.every(name => existsSync(fileOf(directory, name)))) return say(`Still to be measured: ${measured.filter(name => !existsSync(fileOf(directory, name))).join(', ')}.`)
  // Proof: each part wrote its own.
  const figures = Object.fromEntries(measured.map(name => [name, JSON.parse(readFileSync(fileOf(directory, name), 'utf8'))])) as unknown as Figures
  const missed = missedBy(figures, remindersOf(bench))
  const text = report(bench, figures, missed)
  writeFileSync(join(bench.results, 'control.md'), text)
  say(text)
  if (missed.length > 0) throw new Error(`not kept: ${missed.join('; ')}`)
}

const say = (text: string): void => { process.stdout.write(`${text}\n`) }
const fileOf = (directory: string, part: string): string => join(directory, `${part}.json`)

const missedBy = ({ rest: quiet, work, reminders: due, waves }: Figures, reminders: number): string[] => [
  ...(quiet.all.p99Ms < bars.pageP99Ms ? [] : [`pages at rest within ${bars.pageP99Ms} ms at the 99th percentile`]),
  ...(work.all.p99Ms < bars.pageP99Ms ? [] : [`pages while its worker is busy within ${bars.pageP99Ms} ms at the 99th percentile`]),
  ...(Math.max(quiet.controlMb, work.controlMb) < bars.memoryMb ? [] : [`memory of control's process under ${bars.memoryMb} MB`]),
  ...(due.seconds < bars.reminderSeconds && due.doubled === 0 ? [] : [`${reminders} reminders within ${bars.reminderSeconds} s, none twice`]),
  // The planner is told when to end; reading its answer comes on top.
  ...(waves.longestSeconds < bars.planSeconds + 2 ? [] : [`a plan of waves within ${bars.planSeconds} s`]),
]

type OnLedger = { readonly url: string; readonly session: pg.Client; readonly tokens: readonly string[] }

/** The server is up only while something is measured. */
const onLedger = async <T>(directory: string, work: (on: OnLedger) => Promise<T>): Promise<T> => {
  const server = await startPostgres({ major: 18, directory: join(directory, 'ledger') })
  try {
    const [url, tokens] = [server.superuserUrl(), existsSync(fileOf(directory, 'tokens')) ? JSON.parse(readFileSync(fileOf(directory, 'tokens'), 'utf8')) as readonly string[] : []]
    await using session = await connect(url)
    return await work({ url, session, tokens })
  } finally {
    await server[Symbol.asyncDispose]()
  }
}

/** Not measured: everything that a ledger has that is in use. */
const fillAndSettle = ({ customers, tasks, directory }: ControlBench): Promise<void> => onLedger(directory, async ({ url, session, tokens }) => {
  // Called off after it was filled, it goes on from there.
  if (tokens.length === 0) writeFileSync(fileOf(directory, 'tokens'), JSON.stringify(await fill(url, { customers, tasks, say })))
  await arrangeAll(url, session)
  await session.query('VACUUM ANALYZE')
})

/** The jobs of all that is dated, as control would make them by and by. */
const arrangeAll = async (url: string, session: pg.Client): Promise<void> => {
  await using jobs = await openJobs({ url, clock: systemClock, onTrouble: error => { say(String(error)) } })
  await using ledger = await openLedger({ url, jobs })
  const world = await openWorld({ ledger, clock: systemClock, site: 'http://127.0.0.1', keys: keysOf(newKey(), 'the bench'), playbooks: [] })
  const { rows } = await session.query<{ id: MoveId }>('SELECT id FROM move ORDER BY id')
  const pages = Array.from({ length: Math.ceil(rows.length / movesAtOnce) }, (_, n) => rows.slice(n * movesAtOnce, (n + 1) * movesAtOnce).map(row => row.id))
  await sideBySide(pages, sideBySideAtOnce, new AbortController().signal, ids => asSystem(world, desk => arrange(desk, ids, desk.now - 2 * 86_400_000)))
}

const atRest = ({ seconds, directory, ready }: ControlBench): Promise<Asked> => onLedger(directory, async ({ url, session, tokens }) => {
  await using control = await startControl(url, directory)
  await rest(session, settlesWithinMs)
  await ready()
  const pages = await askPages(control.site, tokens, session, { perSecond, streams, seconds })
  return { ...pages, controlMb: control.controlMb(), ownMb: control.ownMb(), peakMb: control.peakMb() }
})

/** As on a morning after a standstill: so many reminders are due, with the letters that follow from them, and all that control looks through at its start. */
const atWork = ({ customers, seconds, directory, ready }: ControlBench): Promise<Figures['work']> => onLedger(directory, async ({ url, session, tokens }) => {
  const reminders = remindersOf({ customers })
  await makeDue(url, session, reminders, 'work')
  await ready()
  await using control = await startControl(url, directory)
  const [before, began] = [await toldSince(session), performance.now()]
  const pages = await askPages(control.site, tokens, session, { perSecond, streams, seconds })
  const [told, tookSeconds] = [await toldSince(session) - before, (performance.now() - began) / 1_000]
  if (told === reminders) throw new Error('the worker was done before the pages were asked: such figures say nothing')
  return { ...pages, controlMb: control.controlMb(), ownMb: control.ownMb(), peakMb: control.peakMb(), told, seconds: tookSeconds }
})

const atOnce = ({ customers, directory, ready }: ControlBench): Promise<DueFigures> => onLedger(directory, async ({ url, session }) => {
  const reminders = remindersOf({ customers })
  await makeDue(url, session, reminders, 'reminders')
  await ready()
  return await benchDue(url, session, reminders)
})

const planned = async ({ ready }: ControlBench): Promise<Figures['waves']> => {
  await ready()
  const lines: string[] = []
  return { longestSeconds: await benchPlanner({ withinSeconds: bars.planSeconds, say: text => { lines.push(text) } }), lines }
}

const row = ({ name, asked, p50Ms, p99Ms, worstMs, failed }: PageFigure): string => `| ${name} | ${asked} | ${p50Ms.toFixed(1)} | ${p99Ms.toFixed(1)} | ${worstMs.toFixed(1)} | ${failed} |`

const report = ({ customers, tasks, seconds }: ControlBench, { rest: quiet, work, reminders: due, waves }: Figures, missed: readonly string[], reminders = remindersOf({ customers })): string => `# Control, ${customers.toLocaleString('en')} customers × ${tasks} tasks, ${cpus().length} cores

\`npm run bench -- control --customers ${customers} --tasks ${tasks} --seconds ${seconds}\`

${missed.length === 0 ? 'Everything that is promised was kept' : `**Not kept: ${missed.join('; ')}**`}: pages under ${bars.pageP99Ms} ms at the 99th percentile, also while the worker is busy; ${reminders.toLocaleString('en')} reminders in under ${bars.reminderSeconds / 60} minutes; memory of control's process under ${bars.memoryMb} MB.

${perSecond} requests a second for ${seconds} s, drawn evenly from every list and page, beside ${streams} live streams; latency from when a request was due. The asking process and the database share the cores, \`fsync\` is on.

| | asked | p50 ms | p99 ms | worst ms | failed |
|---|---|---|---|---|---|
${[{ ...quiet.all, name: 'at rest' }, { ...work.all, name: `while its worker handles what is due (${work.told.toLocaleString('en')} of ${reminders.toLocaleString('en')} reminders meanwhile, and their letters)` }].map(row).join('\n')}

Memory of control's process: at rest at most ${quiet.controlMb.toFixed(0)} MB, while the worker is busy ${work.controlMb.toFixed(0)} MB. Of control and its worker together: at rest at most ${quiet.ownMb.toFixed(0)} MB, at work ${work.ownMb.toFixed(0)} MB, with what they share counted once (twice: ${quiet.peakMb.toFixed(0)} and ${work.peakMb.toFixed(0)} MB).

${reminders.toLocaleString('en')} due reminders by one worker, from the start of its process to the last letter in the ledger with the next reminder of each dated: ${due.seconds.toFixed(1)} s, ${Math.round(reminders / due.seconds)} a second; ${due.doubled} told twice. Sending the letters is another measurement: they wait.

At rest, by page:

| page | asked | p50 ms | p99 ms | worst ms | failed |
|---|---|---|---|---|---|
${quiet.byName.map(row).join('\n')}

Waves:

${waves.lines.map(line => `- ${line}`).join('\n')}
`

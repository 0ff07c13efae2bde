import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { startPostgres } from '#adapters/embedded-postgres/launcher.ts'
import { sha256 } from '#lib/hash.ts'
import { asking } from '#wire/ask.ts'
import { fill, startControl } from '../control/pages.ts'
import { percentile } from '../statistics.ts'
import { openBrowser } from './browser.ts'
import { benchFirstLoad, type FirstLoad } from './first-load.ts'
import { benchInteractions, type Interactions } from './interactions.ts'
import { benchScroll, type ScrollFigures } from './scroll.ts'
import { benchSearches, type Searches } from './searches.ts'

export type WebBench = { readonly customers: number; readonly tasks: number; readonly directory: string; readonly results: string; /** Where the traces of scrolling are written. */ readonly trace?: string }

/** What is promised. Frames are counted at the browser's own 60 a second. */
const bars = { portalKb: 250, consoleKb: 450, interactionP95Ms: 100, searchP95Ms: 50, dropped: 0 }
const rounds = 4
const restsWithinMs = 600_000

/** What the two faces take with a full ledger, in a real browser against a real control: first load, scrolling, each interaction, search. Fails where a promise is not kept. */
export const benchWeb = async ({ customers, tasks, directory, results, trace }: WebBench): Promise<void> => {
  const server = await startPostgres({ major: 18, directory: join(directory, 'ledger') })
  try {
    const url = server.superuserUrl()
    const [token = ''] = await fill(url, { customers, tasks, say })
    await using control = await startControl(url, directory)
    const contact = await prepare(url)
    await measureWeb({ site: control.site, token, contact, results, trace, title: `${customers.toLocaleString('en')} customers × ${tasks} tasks` })
  } finally {
    await server.remove()
  }
}

const say = (text: string): void => { process.stdout.write(`${text}\n`) }

/** Waits until control has done what was due when it started, and answers the token of a person of a customer. */
export const prepare = async (url: string): Promise<string> => {
  const session = new pg.Client({ connectionString: url, options: '-c search_path=rehome,public' })
  await session.connect()
  try {
    const token = randomBytes(32).toString('base64url')
    await session.query(`INSERT INTO session (id, hash, contact, created_at, seen_at, expires_at) SELECT uuidv7(), $1, id, now(), now(), now() + interval '1 day' FROM contact WHERE 'point-of-contact' = ANY (duties) ORDER BY id LIMIT 1`, [sha256(token)])
    for (const until = performance.now() + restsWithinMs; performance.now() < until; await pause(1_000)) {
      const { rows: [told] } = await session.query<{ due: number }>(`SELECT count(*)::int AS due FROM jobs.job_common WHERE state = 'active' OR (state IN ('created', 'retry') AND start_after <= now())`)
      if (told?.due === 0) return token
    }
    throw new Error('control is not done with what was due')
  } finally {
    await session.end()
  }
}

type Measured = { readonly site: string; readonly token: string; readonly contact: string; readonly results: string; readonly trace: string | undefined; readonly title: string }

export const measureWeb = async ({ site, token, contact, results, trace, title }: Measured): Promise<void> => {
  const [operator, customer] = [{ site, token }, { site, token: contact, isPhone: true }]
  const overview = await overviewMs(site, token)
  const searches = await benchSearches(site, token)
  await using browser = await openBrowser()
  const loads = [await benchFirstLoad(browser, 'portal', customer), await benchFirstLoad(browser, 'console', operator)]
  const scrolls = await benchScroll(operator, trace)
  const interactions = await benchInteractions(browser, operator, customer, rounds)
  const missed = missedBy({ loads, scrolls, interactions, searches })
  const text = report(title, { overview, loads, scrolls, interactions, searches }, missed)
  writeFileSync(join(results, 'web.md'), text)
  say(text)
  if (missed.length > 0) throw new Error(`not kept: ${missed.join('; ')}`)
}

type Figures = { readonly overview: readonly number[]; readonly loads: readonly FirstLoad[]; readonly scrolls: readonly ScrollFigures[]; readonly interactions: Interactions; readonly searches: Searches }

const kb = (face: string): number => (face === 'portal' ? bars.portalKb : bars.consoleKb)
const missedBy = ({ loads, scrolls, interactions, searches }: Omit<Figures, 'overview'>): string[] => [
  ...loads.filter(({ face, scriptBytes }) => scriptBytes >= kb(face) * 1_000).map(({ face }) => `the ${face}'s first load under ${kb(face)} kB of script`),
  ...scrolls.filter(({ dropped, blank }) => dropped > bars.dropped || blank > 0).map(({ way }) => `scrolling by ${way} without dropped or blank frames`),
  ...(interactions.all.length < 200 ? ['two hundred interactions or more'] : []),
  ...(percentile(interactions.all, 95) < bars.interactionP95Ms ? [] : [`interaction to next paint under ${bars.interactionP95Ms} ms at the 95th percentile`]),
  ...(searches.p95Ms < bars.searchP95Ms ? [] : [`search under ${bars.searchP95Ms} ms at the 95th percentile`]),
]

const ms = (value: number): string => value.toFixed(0)

const report = (title: string, { overview, loads, scrolls, interactions, searches }: Figures, missed: readonly string[]): string => `# The console and the portal, ${title}, ${cpus().length} cores

\`npm run bench -- web\`. Browser, control and database share the cores; there is no graphics card, so that what is drawn is computed as well.

| what | measured | promised |
|---|---:|---:|
${loads.map(({ face, scriptBytes, scripts }) => `| first load of the ${face}: compressed script, as it came over the line in ${scripts} files | ${(scriptBytes / 1_000).toFixed(0)} kB | < ${kb(face)} kB |`).join('\n')}
| frames dropped while scrolling, of ${scrolls.reduce((sum, one) => sum + one.wanted, 0)} | ${scrolls.reduce((sum, one) => sum + one.dropped, 0)} | ${bars.dropped} |
| interaction to next paint, ${interactions.all.length} interactions, 95th percentile | ${ms(percentile(interactions.all, 95))} ms | < ${bars.interactionP95Ms} ms |
| search over everything, ${searches.asked} searches, 95th percentile | ${ms(searches.p95Ms)} ms | < ${bars.searchP95Ms} ms |

${missed.length === 0 ? 'All promises are kept.' : `Not kept: ${missed.join('; ')}.`} The overview in one request: median ${ms(percentile(overview, 50))} ms, 95th percentile ${ms(percentile(overview, 95))} ms. Search: median ${ms(searches.p50Ms)} ms, longest ${ms(searches.worst.ms)} ms for “${searches.worst.text}”.

## Scrolling the table of ${scrolls[0]?.rows.toLocaleString('en') ?? 0} moves

From a trace of Chromium for each way (\`--trace FILE\` keeps them). Counted are the frames in which the page's compositor had something new to show, by the browser's own account of each (\`PipelineReporter\`): *dropped* was never
presented; *late rows* was presented scrolled while the page was still at work on its newest rows, which come beyond the edge first; *checkered* had a part not drawn yet; *blank*: at the beginning of a frame of the page a row in sight
was neither there nor said to be loading; *computed*: what the page's own thread computed for each of its frames, by the processor's time: of 16.7 ms the rest is free.

| way | seconds | frames | dropped | longest run | late rows | checkered | blank | computed |
|---|---:|---:|---:|---:|---:|---:|---:|---:|
${scrolls.map(({ way, seconds, wanted, dropped, longestRun, partial, checkered, blank, computedMs }) => `| ${way} | ${seconds.toFixed(1)} | ${wanted} | ${dropped} | ${longestRun} | ${partial} | ${checkered} | ${blank} | ${computedMs.toFixed(1)} ms |`).join('\n')}

## Interactions

By the browser's Event Timing, from the key, click or tap to the next frame that was painted, in steps of 8 ms; what took less than 16 ms is counted as 16. The console at 1440 × 900, the portal on a phone of 390 × 844.

| kind | how many | median | 95th percentile | longest |
|---|---:|---:|---:|---:|
${interactions.byKind.map(({ kind, ms: all, p50Ms, p95Ms, maxMs }) => `| ${kind} | ${all.length} | ${ms(p50Ms)} ms | ${ms(p95Ms)} ms | ${ms(maxMs)} ms |`).join('\n')}
`

const overviewMs = async (site: string, token: string): Promise<readonly number[]> => {
  const [ask, all] = [asking(site, token), [] as number[]]
  for (let n = 0; n < 60; n++) {
    const began = performance.now()
    await ask('programmes.overview', { limit: 200 })
    all.push(performance.now() - began)
  }
  return all.slice(10)
}

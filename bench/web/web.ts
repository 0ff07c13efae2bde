import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '#adapters/embedded-postgres/launcher.ts'
import { asking } from '#wire/ask.ts'
import { fill, startControl } from '../control/pages.ts'
import { benchScroll } from './scroll.ts'

export type WebBench = { readonly customers: number; readonly tasks: number; readonly directory: string; readonly results: string }

/** What the console takes with a full ledger: the overview’s one request, and the table of moves scrolled from end to end in a browser. */
export const benchWeb = async ({ customers, tasks, directory, results }: WebBench): Promise<void> => {
  const say = (text: string): void => { process.stdout.write(`${text}\n`) }
  const server = await startPostgres({ major: 18, directory: join(directory, 'ledger') })
  try {
    const [token = ''] = await fill(server.superuserUrl(), { customers, tasks, say })
    await using control = await startControl(server.superuserUrl(), directory)
    const overview = await overviewMs(control.site, token)
    const { rows, seconds, frames, dropped, p95Ms, worstMs, cpuMsPerFrame, longTasks, clickP95Ms } = await benchScroll(control.site, token)
    const text = `# The console, ${customers.toLocaleString('en')} customers × ${tasks} tasks, ${cpus().length} cores

\`npm run bench -- web --customers ${customers} --tasks ${tasks}\`

The overview in one request: median ${overview.p50Ms.toFixed(0)} ms, 95th percentile ${overview.p95Ms.toFixed(0)} ms.

The table of ${rows.toLocaleString('en')} moves, five rows a frame from its first row to its last in ${seconds.toFixed(0)} s, its pages loaded meanwhile: ${frames} frames drawn, ${dropped} lost; a frame took at most ${p95Ms.toFixed(1)} ms (95th percentile; worst ${worstMs.toFixed(0)} ms), of which the page computed ${cpuMsPerFrame.toFixed(1)} ms; ${longTasks} tasks beyond 50 ms. From a click to what it draws: ${clickP95Ms.toFixed(0)} ms (95th percentile). Browser, control and database share the cores.
`
    writeFileSync(join(results, 'web.md'), text)
    say(text)
  } finally {
    await server.remove()
  }
}

const overviewMs = async (site: string, token: string): Promise<{ readonly p50Ms: number; readonly p95Ms: number }> => {
  const [ask, all] = [asking(site, token), [] as number[]]
  for (let n = 0; n < 60; n++) {
    const began = performance.now()
    await ask('programmes.overview', { limit: 200 })
    all.push(performance.now() - began)
  }
  const sorted = all.slice(10).toSorted((a, b) => a - b)
  return { p50Ms: sorted[25] ?? 0, p95Ms: sorted[47] ?? 0 }
}

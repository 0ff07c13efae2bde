import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { benchPages, type PageFigure } from './pages.ts'
import { benchPlanner } from './planner.ts'

export type ControlBench = { readonly customers: number; readonly tasks: number; readonly seconds: number; readonly directory: string; readonly results: string }

/** What control takes at full size: pages and lists, reminders, and the plan of waves, one after the other. */
export const benchControl = async ({ customers, tasks, seconds, directory, results }: ControlBench): Promise<void> => {
  const say = (text: string): void => { process.stdout.write(`${text}\n`) }
  const { all, byName, atWork, workedSeconds, peakMb, heard } = await benchPages({ customers, tasks, perSecond: 50, seconds, streams: 10, directory, say })
  const reminders = execFileSync(process.execPath, [join(import.meta.dirname, 'reminders.ts'), '--due', '100000'], { encoding: 'utf8' }).trim()
  const planned: string[] = []
  await benchPlanner({ withinSeconds: 30, say: text => { planned.push(text) } })
  const row = ({ name, asked, p50Ms, p99Ms, worstMs, failed }: PageFigure): string => `| ${name} | ${asked} | ${p50Ms.toFixed(1)} | ${p99Ms.toFixed(1)} | ${worstMs.toFixed(1)} | ${failed} |`
  const text = `# Control, ${customers.toLocaleString('en')} customers × ${tasks} tasks, ${cpus().length} cores

\`npm run bench -- control --customers ${customers} --tasks ${tasks} --seconds ${seconds}\`

50 requests a second for ${seconds} s, drawn evenly from every list and page, beside 10 live streams (${heard} pieces heard); latency from when a request was due. The asking process and the database share the cores. Control's memory: at most ${peakMb.toFixed(0)} MB.

| page | asked | p50 ms | p99 ms | worst ms | failed |
|---|---|---|---|---|---|
${[all, ...byName].map(row).join('\n')}

The same while control looks through the whole ledger for what is due and does it, as after every start (here within ${workedSeconds.toFixed(0)} s): median ${atWork.p50Ms.toFixed(1)} ms, 99th percentile ${atWork.p99Ms.toFixed(1)} ms, worst ${atWork.worstMs.toFixed(1)} ms.

Reminders: ${reminders}

Waves:

${planned.map(line => `- ${line}`).join('\n')}
`
  writeFileSync(join(results, 'control.md'), text)
  say(text)
}

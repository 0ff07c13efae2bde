import { openSetup } from '#control/people/setup.ts'
import { openMetrics } from '#entrances/http/metrics.ts'
import { listen } from '#entrances/http/server.ts'
import type { ControlSettings } from './control-settings.ts'
import { openControl, type Opened, openLog } from './opened.ts'
import { webOf } from './web.ts'
import { workBeside } from './worker-beside.ts'

/** Answers requests until `signal` is aborted, and unless told not to keeps a worker beside itself that does what is due. `beside`: what else runs on the same. */
export const runControl = async (settings: ControlSettings, say: (text: string) => void, signal: AbortSignal, beside: (opened: Opened) => Promise<void> = () => Promise.resolve()): Promise<void> => {
  const log = openLog()
  const trouble = (error: unknown): void => { log.warn({ error }, 'in the background, and tried again') }
  await using opened = await openControl(settings, trouble, signal)
  const metrics = openMetrics()
  await using worker = settings.works ? workBeside({ settings, url: opened.url }, say, (how, againMs) => { log.error({ how, againMs }, 'the worker ended, and is started again') }, signal) : null
  await using server = await listen(opened.world, { failed: error => { log.error({ error }, 'a bug') }, answered: metrics.answered }, { ...settings.listen, metrics, ...(worker === null ? {} : { worker: worker.state }), ...webOf() })
  say(`Control answers at ${settings.site} (port ${server.port}).\n`)
  const setup = await openSetup(opened.world)
  if (setup !== undefined) say(`Nobody is at home yet. The first administrator is made here, once:\n\n  ${setup}\n\n`)
  const told = new Promise<void>(resolve => { if (signal.aborted) resolve(); else signal.addEventListener('abort', () => { resolve() }, { once: true }) })
  await Promise.all([told, beside(opened)])
}

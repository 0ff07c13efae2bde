import { text } from 'node:stream/consumers'
import { systemClock } from '#adapters/clock/system.ts'
import { openStore } from '#adapters/registry.ts'
import type { Home } from '#mover/run.ts'
import { watchFreeze } from '#mover/watchdog.ts'
import { openControl, type HomeSettings } from './homes.ts'

/** What the watchdog is told, as one JSON text on its standard input: passwords never stand in a command line or an environment. */
export type WatchErrand = { readonly from: HomeSettings; readonly to: HomeSettings; readonly stream: string; readonly tenant: string; readonly move: string; readonly epoch: number; readonly deadline: number }

const errand = JSON.parse(await text(process.stdin)) as WatchErrand
// The terminal closes, its keys are pressed: the freeze must end all the same.
for (const signal of ['SIGHUP', 'SIGINT'] as const) process.on(signal, () => { /* we stay */ })
const home = (settings: HomeSettings): Home => {
  const control = openControl(settings)
  return { store: openStore(settings.store), ...(control === undefined ? {} : { control }) }
}
const [from, to] = [home(errand.from), home(errand.to)]
try {
  await watchFreeze({ ...errand, from, to }, systemClock, new AbortController().signal)
} finally {
  await from.store[Symbol.asyncDispose]()
  await to.store[Symbol.asyncDispose]()
}
// Not left to Node, which may never come to an end closing what a broken connection left open (nodejs/node#47748).
process.exit()

import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Fault } from '#domain/faults.ts'
import { openControl, openLog } from './opened.ts'
import type { WorkerErrand, WorkerTold } from './worker-beside.ts'
import { workOn } from './worker.ts'

// The worker that control keeps beside itself. What it needs comes over the channel between the two: secrets never stand in a command line or an environment.
const stop = new AbortController()
const end = (): void => { stop.abort(new Error('control ends')) }
process.title = 'rehome worker'
// Keys pressed at the terminal are for control, which then lets go of us.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => { /* we stay */ })
process.on('SIGTERM', end)
process.once('disconnect', end)
if (process.connected !== true) end()

// The database has as many hands as this machine where it is its own: some are left for who asks for a page.
const sessions = Math.max(2, availableParallelism() - 1)
const tell = (told: WorkerTold): void => { if (process.connected === true) process.send?.(told, () => undefined) }
const log = openLog()
const trouble = (error: unknown): void => { log.warn({ error }, 'in the background, and tried again') }

const run = async (): Promise<void> => {
  // Proof: control sends nothing else.
  const [{ settings, url }] = await once(process, 'message', { signal: stop.signal }) as [WorkerErrand]
  await using opened = await openControl({ ...settings, database: url }, trouble, stop.signal, sessions)
  stop.signal.throwIfAborted()
  tell({ works: true })
  await workOn(opened, settings, said => { tell({ said }) }, trouble, stop.signal)
}

const status = await run().then(() => 0, (error: unknown) => {
  if (stop.signal.aborted) return 0
  log.error(error instanceof Fault ? { fault: error.code, says: error.message } : { error }, 'the worker ends')
  return 1
})
// Not left to Node, which may never come to an end closing what a broken connection left open (nodejs/node#47748).
process.exit(status)

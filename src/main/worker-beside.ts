import { fork } from 'node:child_process'
import { once } from 'node:events'
import { constants, setPriority } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { WorkerState } from '#entrances/http/app.ts'
import type { ControlSettings } from './control-settings.ts'

/** What a worker beside control is told, once. */
export type WorkerErrand = { readonly settings: ControlSettings; /** Of the database that control stands on. */ readonly url: string }
/** What it tells: a line for people, or that it has begun. */
export type WorkerTold = { readonly said: string } | { readonly works: true }

export type WorkerBeside = AsyncDisposable & { state(): WorkerState }

/** Of a worker that ended by itself: the first pause, and the longest. */
const [firstPauseMs, longestPauseMs] = [500, 30_000]
/** Who worked for so long begins with the shortest pause again. */
const steadyMs = 60_000
/** What a worker takes to end in good order (adapters/jobs), and some more. */
const endsWithinMs = 30_000

/** Small things of our own rows: it needs no more, and collects its garbage early. */
const flags = ['--max-semi-space-size=4', '--max-old-space-size=128']

/**
 * Keeps one worker in a process of its own until `stop` is aborted or it is disposed of, so that what is due never keeps anybody waiting for a page. One that ends is told of by `failed` and started again. The channel
 * between the two carries what it needs, secrets among it, and its end: it closes however this process ends.
 */
export const workBeside = (errand: WorkerErrand, say: (text: string) => void, failed: (how: string, againMs: number) => void, stop: AbortSignal): WorkerBeside => {
  const over = new AbortController()
  const signal = AbortSignal.any([stop, over.signal])
  let state: WorkerState = 'starts'
  const keep = async (): Promise<void> => {
    let pauseMs = firstPauseMs
    while (!signal.aborted) {
      const began = performance.now()
      state = 'starts'
      const how = await runOnce(errand, told => { if ('works' in told) state = 'works'; else say(told.said) }, signal)
      if (signal.aborted) return
      state = 'is-down'
      if (performance.now() - began > steadyMs) pauseMs = firstPauseMs
      failed(how, pauseMs)
      await pause(pauseMs, undefined, { signal }).catch(() => { /* the loop sees it */ })
      pauseMs = Math.min(pauseMs * 2, longestPauseMs)
    }
  }
  const ended = keep()
  return {
    state: () => state,
    async [Symbol.asyncDispose]() {
      over.abort()
      await ended
    },
  }
}

/** Answers how it ended. */
const runOnce = async (errand: WorkerErrand, hear: (told: WorkerTold) => void, signal: AbortSignal): Promise<string> => {
  const child = fork(join(import.meta.dirname, 'worker-process.ts'), [], { execArgv: flags, serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  // Proof: nobody else sends on this channel.
  child.on('message', message => { hear(message as WorkerTold) })
  // Who waits for a page comes first.
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL)
  // One that is gone already says so by its end.
  child.send(errand, () => undefined)
  const kill = (): void => { child.kill('SIGKILL') }
  let late: NodeJS.Timeout | undefined
  const end = (): void => {
    if (child.connected) child.disconnect()
    late = setTimeout(kill, endsWithinMs)
  }
  // Where this process ends at once, so does it.
  process.once('exit', kill)
  if (signal.aborted) end()
  else signal.addEventListener('abort', end, { once: true })
  try {
    const [status, by] = await ended
    return by === null ? `with status ${status}` : `by ${by}`
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    clearTimeout(late)
    process.off('exit', kill)
    signal.removeEventListener('abort', end)
  }
}

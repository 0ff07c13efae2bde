import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** A process of the demo's. It ends with us, however we end: its channel to us closes then. */
export type Started = AsyncDisposable & {
  /** The first line it said: it is ready. */
  readonly said: string
  /** What it sent last over its channel. */
  readonly told: unknown
  /** Asks it to end, for good after `patienceMs`; returns when it is gone. Repeatable. */
  stop(patienceMs?: number): Promise<void>
}

const readyWithinMs = 30_000

/** Starts a script of ours by this Node. Its settings come in its environment, where only this user can read them. */
export const startProcess = async (script: string, options: { readonly words?: readonly string[]; readonly settings?: Readonly<Record<string, string>>; readonly signal: AbortSignal }): Promise<Started> => {
  options.signal.throwIfAborted()
  const child = spawn(process.execPath, [script, ...(options.words ?? [])], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], env: { ...process.env, ...options.settings } })
  const gone = new Promise<void>(resolve => { child.once('exit', () => resolve()).once('error', () => resolve()) })
  let told: unknown
  child.on('message', message => { told = message })
  const complaint = lastWords(child)
  const stop = async (patienceMs = 3_000): Promise<void> => {
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs)
    await gone
    clearTimeout(timer)
  }
  try {
    const said = await firstLine(child, AbortSignal.any([options.signal, AbortSignal.timeout(readyWithinMs)]))
    if (said === undefined) throw new Error(`${script} ended before it was ready: ${complaint()}`)
    return { said, get told() { return told }, stop, [Symbol.asyncDispose]: () => stop() }
  } catch (error) {
    await stop(0)
    throw error
  }
}

const lastWords = (child: ChildProcess): (() => string) => {
  let text = ''
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => { text = (text + chunk).slice(-2_000) })
  return () => text.trim()
}

const firstLine = async (child: ChildProcess, signal: AbortSignal): Promise<string | undefined> => {
  if (child.stdout === null) return undefined
  const lines = createInterface({ input: child.stdout })
  const [line] = (await Promise.race([once(lines, 'line', { signal }), once(lines, 'close', { signal })])) as [string | undefined]
  child.stdout.resume()
  return line
}

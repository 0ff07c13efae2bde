import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, openSync } from 'node:fs'
import { createConnection, type Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { keeperLog, keeperSocket, type Answer, type Question } from './keeper-protocol.ts'
import { until } from './until.ts'

type Line = { readonly socket: Socket; readonly lines: Interface }

let line: Promise<Line> | undefined
let last: Promise<unknown> = Promise.resolve()

/** Asks the keeper of this checkout, and starts one if there is none. The connection does not keep this process alive. */
export const ask = (question: Question): Promise<Answer> => {
  const answer = last.then(() => askNow(question))
  last = answer.catch(() => { /* told to the one who asked */ })
  return answer
}

/** Lets go of the keeper, for the runner; a test process just ends. */
export const leave = async (): Promise<void> => {
  const { socket } = (await line) ?? {}
  line = undefined
  socket?.destroy()
}

const askNow = async (question: Question): Promise<Answer> => {
  line ??= connect()
  const { socket, lines } = await line
  socket.ref()
  const over = new AbortController()
  try {
    socket.write(`${JSON.stringify(question)}\n`)
    const answered = once(lines, 'line', over)
    const died = once(lines, 'close', over).then(() => { throw new Error(`the keeper of the test servers died; see ${keeperLog}`) })
    const [said] = (await Promise.race([answered, died])) as [string]
    const answer = JSON.parse(said) as Answer
    if (answer.failed !== undefined) throw new Error(answer.failed)
    return answer
  } finally {
    over.abort()
    socket.unref()
  }
}

const connect = async (): Promise<Line> => {
  let asked = Number.NEGATIVE_INFINITY
  // A keeper that is about to end still holds its lock for a moment; ours waits for it.
  return until('the keeper of the test servers', async () => {
    const socket = await dial()
    if (socket !== undefined) return { socket, lines: createInterface({ input: socket }) }
    if (asked < performance.now() - 5_000) {
      asked = performance.now()
      startKeeper()
    }
    return undefined
  }, { withinMs: 40_000, everyMs: 30 })
}

const dial = async (): Promise<Socket | undefined> => {
  const socket = createConnection(keeperSocket)
  try {
    await once(socket, 'connect')
    return socket
  } catch {
    return undefined
  }
}

const startKeeper = (): void => {
  mkdirSync(dirname(keeperLog), { recursive: true })
  const log = openSync(keeperLog, 'a')
  spawn(process.execPath, [join(import.meta.dirname, 'keeper.ts')], { detached: true, stdio: ['ignore', log, log] }).unref()
}

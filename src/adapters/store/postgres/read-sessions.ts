import { together } from '#lib/together.ts'
import type { Context } from './context.ts'
import { Wire } from './socket.ts'

/** Idle, in no transaction: what one of them is to see is decided when it is taken. */
const ahead = new WeakMap<Context, Set<Wire>>()

/** A session to read a picture with: one that was opened ahead and still lives, or a new one. */
export const takeReadSession = async (context: Context): Promise<Wire> => {
  const waiting = ahead.get(context)
  for (const wire of waiting ?? []) {
    waiting?.delete(wire)
    if (await isAlive(wire)) return wire
  }
  return open(context)
}

/** Its server may have gone away since, which is not always known before it is asked. */
const isAlive = async (wire: Wire): Promise<boolean> => {
  try {
    await wire.simple('SELECT')
    return true
  } catch {
    wire.destroy()
    return false
  }
}

/** Opens sessions that are taken before others. Opening one costs a process on the server, a proof of the password and four answers, and where many want one at once much more. */
export const openReadSessions = async (context: Context, sessions: number): Promise<AsyncDisposable> => {
  const waiting = ahead.get(context) ?? new Set<Wire>()
  ahead.set(context, waiting)
  await using mine = new AsyncDisposableStack()
  await together(...Array.from({ length: sessions }, async () => {
    const wire = await open(context)
    mine.defer(async () => { if (waiting.delete(wire)) await wire[Symbol.asyncDispose]() })
    waiting.add(wire)
  }))
  return mine.move()
}

const open = (context: Context): Promise<Wire> => Wire.open(context, 'read', { reuse: true })

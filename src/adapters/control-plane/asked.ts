import { Fault } from '#domain/faults.ts'
import { hashed } from '#lib/hashed.ts'
import { whyUnanswered } from '#lib/answer.ts'
import type { ControlPlane, Heard } from '#ports/control-plane.ts'
import { type Ask, Refusal } from '#wire/ask.ts'

/** Longer than control keeps anybody waiting. */
const patienceMs = 40_000
const waitSeconds = 20

/** Control by its own interface, wherever it is. */
export const askedControl = (label: string, ask: Ask): ControlPlane => {
  const say = sayingTo(label)
  return {
    label,
    join: signal => say(signal, stop => ask('agents.join', {}, { signal: stop })),
    claim: (serves, signal) => say(signal, async stop => (await ask('orders.claim', { serves: [...serves], waitSeconds }, { signal: stop })).claimed ?? undefined),
    // The wire takes what its shapes allow; what else an event has is passed on.
    report: ({ order, claim }, from, told, signal) => say(signal, stop => ask('orders.report', { order, claim, from, told: told as never }, { signal: stop }).catch(gapOf)),
    put: ({ order, claim }, at, piece, signal) => say(signal, async stop => (await ask('files.put', { order, claim, at, sha256: hashed(piece), base64: Buffer.from(piece).toString('base64') }, { signal: stop })).next),
    packed: ({ order, claim }, about, signal) => say(signal, async stop => { await ask('files.done', { order, claim, ...about }, { signal: stop }) }),
    putPart: ({ order, claim }, part, at, piece, signal) => say(signal, async stop => (await ask('backups.put', { order, claim, part, at, sha256: hashed(piece), base64: Buffer.from(piece).toString('base64') }, { signal: stop })).next),
    readPart: ({ order, claim }, { claim: partClaim, part }, from, to, signal) => say(signal, async stop => {
      const { base64 } = await ask('backups.read', { order, claim, partClaim, part, from, to }, { signal: stop })
      return base64 === null ? undefined : Buffer.from(base64, 'base64')
    }),
    wish: ({ order, claim }, after, signal) => say(signal, async stop => (await ask('orders.wish', { order, claim, after, waitSeconds }, { signal: stop })).wish),
  }
}

/** Asks with patience, and throws faults that say what is wrong with control. */
export const sayingTo = (label: string) => async <T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
  try {
    const answer = await work(AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]))
    signal.throwIfAborted()
    return answer
  } catch (error) {
    signal.throwIfAborted()
    throw faultOf(label, error)
  }
}

const gapOf = (error: unknown): Heard => {
  const next = error instanceof Refusal && error.code === 'report-gap' ? error.problem['next'] : undefined
  if (typeof next !== 'number') throw error
  return { next, wish: null, switched: null }
}

const faultOf = (control: string, error: unknown): Fault => {
  if (!(error instanceof Refusal)) return new Fault('CONTROL_UNREACHABLE', { control, reason: whyUnanswered(error) }, { cause: error })
  if (error.code === 'order-lost') return new Fault('ORDER_LOST', { control }, { cause: error })
  // What a proxy answers, or a control that is just starting, says nothing of us; too much asked at once goes by as well.
  if (error.status >= 500 || error.status === 429 || error.code === '') return new Fault('CONTROL_UNREACHABLE', { control, reason: error.message }, { cause: error })
  return new Fault('CONTROL_REFUSED', { control, reason: error.message }, { cause: error })
}

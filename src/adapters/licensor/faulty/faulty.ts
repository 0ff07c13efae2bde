import { Fault } from '#domain/faults.ts'
import type { Licensor } from '#ports/licensor.ts'

/** Every verb of the port. */
export type Verb = { [K in keyof Licensor & string]: Licensor[K] extends (...of: never[]) => unknown ? K : never }[keyof Licensor & string]

/**
 * What goes wrong. `unreachable`: nothing was asked of it. `refused`: nothing was done. `lost`: asked on a line that was cut before it came there, so nothing is
 * done, but the caller cannot know. `after`: it is done and its answer is lost. `late`: the caller is told that it is in doubt, and it is done after the next call was answered (as if the
 * request had lain somewhere). `hangs`: nothing is done, and nothing is heard until the signal is aborted. Reading back changes nothing: what is lost is unreachable there.
 * `fault`: thrown instead, so that a test can let its process die here.
 */
export type Mishap = { readonly how: 'unreachable' | 'refused' | 'lost' | 'after' | 'late' | 'hangs'; readonly fault?: Error }

/** `call` counts from 1 over all verbs of one wrapper; `nth` counts the calls of this verb. */
export type Plan = (verb: Verb, nth: number, call: number) => Mishap | undefined

/** The same licence server on a bad day. */
export const faulty = (licensor: Licensor, plan: Plan): Licensor => {
  const day: Day = { label: licensor.label, plan, calls: 0, nth: new Map(), late: [] }
  const { readBack, maintain, deactivate, install, activate, link, rename, redirect } = licensor
  return {
    label: licensor.label,
    can: licensor.can,
    readBack: signal => spoilt(day, 'readBack', signal, () => readBack.call(licensor, signal)),
    maintain: (of, key, signal) => spoilt(day, 'maintain', signal, () => maintain.call(licensor, of, key, signal)),
    deactivate: (of, key, signal) => spoilt(day, 'deactivate', signal, () => deactivate.call(licensor, of, key, signal)),
    install: (of, key, signal) => spoilt(day, 'install', signal, () => install.call(licensor, of, key, signal)),
    activate: (of, code, key, signal) => spoilt(day, 'activate', signal, () => activate.call(licensor, of, code, key, signal)),
    link: (of, key, signal) => spoilt(day, 'link', signal, () => link.call(licensor, of, key, signal)),
    rename: (from, to, key, signal) => spoilt(day, 'rename', signal, () => rename.call(licensor, from, to, key, signal)),
    redirect: (to, key, signal) => spoilt(day, 'redirect', signal, () => redirect.call(licensor, to, key, signal)),
    [Symbol.asyncDispose]: () => licensor[Symbol.asyncDispose](),
  }
}

type Day = { readonly label: string; readonly plan: Plan; calls: number; readonly nth: Map<Verb, number>; late: (() => Promise<unknown>)[] }

const spoilt = async <T>(day: Day, verb: Verb, signal: AbortSignal, act: () => Promise<T>): Promise<T> => {
  signal.throwIfAborted()
  const nth = (day.nth.get(verb) ?? 0) + 1
  day.nth.set(verb, nth)
  day.calls += 1
  const late = day.late.splice(0)
  const answer = Promise.resolve(day.plan(verb, nth, day.calls)).then(mishap => (mishap === undefined ? act() : wrong(day, verb, mishap, signal, act)))
  try {
    return await answer
  } finally {
    // Whoever asked is gone: what became of it by then is nobody's answer, its refusal included.
    for (const request of late) await request().catch((error: unknown) => { if (!(error instanceof Fault)) throw error })
  }
}

const wrong = async <T>(day: Day, verb: Verb, { how, fault }: Mishap, signal: AbortSignal, act: () => Promise<T>): Promise<T> => {
  const [server, isRead] = [day.label, verb === 'readBack']
  const unreachable = (reason: string): Error => fault ?? new Fault('LICENSOR_UNREACHABLE', { server, reason })
  const doubt = (reason: string): Error => fault ?? (isRead ? unreachable(reason) : new Fault('LICENSOR_IN_DOUBT', { server, verb, reason }))
  if (how === 'hangs') return endOf(signal)
  if (how === 'unreachable') throw unreachable('nothing listens there')
  if (how === 'refused') throw fault ?? new Fault('LICENSOR_REFUSED', { server, verb, reason: 'it was told to refuse' })
  if (how === 'after') await act()
  if (how === 'late') day.late.push(act)
  throw doubt('it did not answer')
}

const endOf = (signal: AbortSignal): Promise<never> => new Promise((_, reject) => {
  const end = (): void => { reject(signal.reason as Error) }
  if (signal.aborted) end()
  else signal.addEventListener('abort', end, { once: true })
})

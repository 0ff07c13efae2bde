import { Fault } from '#domain/faults.ts'
import type { Book, ChangeStream, Picture, Reader, Source, Store, Target } from '#ports/store.ts'

type MethodsOf<Prefix extends string, T> = { [K in keyof T & string]: T[K] extends (...of: never[]) => unknown ? `${Prefix}.${K}` : never }[keyof T & string]

/** Every method of the port, by the interface it is of: `target.apply`, `book.own`, `reader.read`. */
export type Method =
  | MethodsOf<'store', Store> | MethodsOf<'book', Book> | MethodsOf<'source', Source> | MethodsOf<'target', Target>
  | MethodsOf<'picture', Picture> | MethodsOf<'reader', Reader> | MethodsOf<'changes', ChangeStream>

/**
 * What goes wrong. `before`: nothing is done. `after`: it is done and its answer is lost, so that the outcome is not known to the caller. `hangs`: nothing is
 * done, and nothing is heard until the call's own signal, or the wrapper's, is aborted. `fault`: instead of STORE_UNREACHABLE.
 */
export type Mishap = { readonly how: 'before' | 'after' | 'hangs'; readonly fault?: Error }

/**
 * What goes wrong at a call; `call` counts from 1, for each method by itself, over everything that came out of one wrapper. Of a method that answers an iterable
 * each pull is a call. Acknowledgements that go wrong are lost without a word, as on a real line.
 */
export type Plan = (method: Method, call: number) => Mishap | undefined

/** A plan of single mishaps. */
export const planned = (mishaps: readonly (Mishap & { readonly method: Method; readonly call: number })[]): Plan =>
  (method, call) => mishaps.find(m => m.method === method && m.call === call)

/** The same store on a bad day. `end`: lets everything that hangs go. */
export const faulty = (store: Store, plan: Plan, end: AbortSignal = new AbortController().signal): Store => {
  const calls = new Map<Method, number>()
  const next = (method: Method): Mishap | undefined => {
    const call = (calls.get(method) ?? 0) + 1
    calls.set(method, call)
    return plan(method, call)
  }
  return wrap(store, 'store', { next, end, label: store.label })
}

type Day = { next(method: Method): Mishap | undefined; readonly end: AbortSignal; readonly label: string }
type Call = (...of: unknown[]) => unknown

/** What a method or property answers, where it is a part of the port. */
const parts: Readonly<Record<string, string>> = {
  'store.book': 'book', 'store.source': 'source', 'store.target': 'target', 'store.picture': 'picture', 'source.open': 'picture', 'picture.reader': 'reader', 'source.changes': 'changes',
}

const wrap = <T extends object>(of: T, prefix: string, day: Day): T => {
  const faultyOne = new Proxy(of, {
    get(_, key) {
      const value: unknown = Reflect.get(of, key)
      if (typeof key === 'symbol') return typeof value === 'function' ? (value as Call).bind(of) : value
      const name = `${prefix}.${key}`
      if (typeof value !== 'function') return wrapped(name, value, day)
      return (...given: unknown[]) => call(name as Method, () => Reflect.apply(value as Call, of, given.map(unwrapped)), signalIn(given) ?? day.end, day)
    },
  })
  originals.set(faultyOne, of)
  return faultyOne
}

/** A store that is given to another one is given as it is: an adapter may know its own. */
const originals = new WeakMap<object, object>()
const unwrapped = (given: unknown): unknown => (typeof given === 'object' && given !== null ? (originals.get(given) ?? given) : given)

const call = (method: Method, act: () => unknown, signal: AbortSignal, day: Day): unknown => {
  if (method === 'changes.acknowledge') return day.next(method) === undefined ? act() : undefined
  if (method === 'store.source' || method === 'store.target') return wrapped(method, act(), day)
  if (isPulled(method)) return pulled(method, act() as AsyncIterable<unknown> & object, signal, day)
  return spoilt(method, async () => wrapped(method, await act(), day), signal, day)
}

const isPulled = (method: Method): boolean =>
  ['source.changes', 'reader.read', 'reader.rows', 'reader.rowsByKey', 'reader.largeObjects', 'reader.readLargeObject'].includes(method)

/** Each pull can go wrong; whatever else the iterable has is wrapped like the rest. */
const pulled = (method: Method, of: AsyncIterable<unknown> & object, signal: AbortSignal, day: Day): unknown => {
  const iterate = (): AsyncIterator<unknown> => {
    const inner = of[Symbol.asyncIterator]()
    return {
      next: () => spoilt(method, () => inner.next(), signal, day),
      return: async () => (await inner.return?.()) ?? { done: true, value: undefined },
    }
  }
  const rest = wrap(of, parts[method] ?? method, day)
  return new Proxy(of, { get: (_, key): unknown => (key === Symbol.asyncIterator ? iterate : Reflect.get(rest, key)) })
}

const spoilt = async <T>(method: Method, act: () => Promise<T>, signal: AbortSignal, day: Day): Promise<T> => {
  const mishap = day.next(method)
  if (mishap === undefined) return act()
  if (mishap.how === 'hangs') await aborted(AbortSignal.any([signal, day.end]))
  if (mishap.how === 'after') await act()
  throw mishap.fault ?? new Fault('STORE_UNREACHABLE', { store: day.label, reason: `${method} was cut off` })
}

const wrapped = (name: string, answer: unknown, day: Day): unknown => {
  if (typeof answer !== 'object' || answer === null) return answer
  if (name === 'source.pictureInStream' && 'picture' in answer) return { ...answer, picture: wrap(answer.picture as Picture, 'picture', day) }
  const part = parts[name]
  return part === undefined ? answer : wrap(answer, part, day)
}

const signalIn = (given: readonly unknown[]): AbortSignal | undefined => given.find(x => x instanceof AbortSignal)

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const end = (): void => reject(signal.reason as Error)
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  })

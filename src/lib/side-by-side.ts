type Options = {
  /** Waited for before a worker takes its next item: a worker that must not go on now leaves the item to the others. */
  readonly ready?: (worker: number, signal: AbortSignal) => Promise<void>
}

/**
 * Works on `items` with at most `limit` at a time, in order of taking. The first error stops the taking, aborts the signal given to
 * the rest, and is thrown once all have ended. Items that have to be waited for come from a function, so that the error ends that waiting too.
 */
export const sideBySide = async <T>(
  items: Iterable<T> | ((signal: AbortSignal) => AsyncIterable<T>), limit: number, signal: AbortSignal,
  work: (item: T, worker: number, signal: AbortSignal) => Promise<void>, { ready }: Options = {},
): Promise<void> => {
  const failed = new AbortController()
  const exhausted = new AbortController()
  const stop = AbortSignal.any([signal, failed.signal])
  const stopWaiting = AbortSignal.any([stop, exhausted.signal])
  const source = typeof items === 'function' ? items(stop)[Symbol.asyncIterator]() : items[Symbol.iterator]()
  let first: { error: unknown } | undefined
  const worker = async (number: number): Promise<void> => {
    for (;;) {
      await ready?.(number, stopWaiting)
      stopWaiting.throwIfAborted()
      const next = await source.next()
      if (next.done === true) return exhausted.abort()
      await work(next.value, number, stop)
    }
  }
  const guarded = async (number: number): Promise<void> => {
    try {
      await worker(number)
    } catch (error) {
      if (exhausted.signal.aborted && error === stopWaiting.reason) return
      first ??= { error }
      failed.abort(error)
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, limit) }, (_, number) => guarded(number)))
  if (first !== undefined) throw first.error
}

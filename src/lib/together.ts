/** Waits until all have ended, whatever becomes of them, and then throws the first failure in their order: nothing goes on behind the back of who handles it. */
export const together = async <T extends readonly unknown[]>(...works: { readonly [K in keyof T]: Promise<T[K]> }): Promise<T> => {
  const ended = await Promise.allSettled(works)
  for (const one of ended) if (one.status === 'rejected') throw one.reason
  return ended.map(one => (one as PromiseFulfilledResult<unknown>).value) as unknown as T
}

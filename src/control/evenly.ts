import type { Clock } from '#ports/clock.ts'

/** Answers no sooner than `ms` after it was asked: how long it took does not tell what was found. */
export const evenly = async <T>({ elapsed, sleep }: Clock, ms: number, work: () => Promise<T>): Promise<T> => {
  const began = elapsed()
  try {
    return await work()
  } finally {
    await sleep(Math.max(0, ms - (elapsed() - began)))
  }
}

/** So few are done at once whatever else there is to do. */
const least = 32

/**
 * For what may wait a moment: done in the order in which it came, after what has arrived by now was looked at, and in parts, so that whoever may not wait comes in between. A part is at
 * least half of what waits: the queue is no longer than twice what one turn of the loop reads.
 */
export const openQueue = (): ((work: () => void) => void) => {
  const waiting: (() => void)[] = []
  const doPart = (): void => {
    const part = waiting.splice(0, Math.max(least, Math.ceil(waiting.length / 2)))
    if (waiting.length > 0) setImmediate(doPart)
    for (const work of part) work()
  }
  return work => {
    if (waiting.push(work) === 1) setImmediate(doPart)
  }
}

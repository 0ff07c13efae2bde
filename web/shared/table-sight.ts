import { defaultRangeExtractor, useVirtualizer, type VirtualItem } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'

/** So soon after one far step comes the next while a key is held or the bar is pulled, and no sooner where somebody looks. */
const passingMs = 120
const overscan = 10

/** `items`: what is to be drawn. `first` and `last`: rows in sight. `isPassing`: rows go by faster than anybody reads. */
export type Sight = { readonly items: readonly VirtualItem[]; readonly first: number; readonly last: number; readonly isPassing: boolean; readonly height: number; to(row: number): void }
type Wish = { readonly box: HTMLDivElement | null; readonly count: number; readonly rowHeight: number; /** Drawn wherever it is. */ readonly here: number; keyOf(row: number): string | number }

/** Which rows are in sight. Those a little beyond the edges come with them, but where nothing of it was in sight before only once the table rests. */
export const useSight = ({ box, count, rowHeight, here, keyOf }: Wish): Sight => {
  const before = useRef<{ readonly first: number; readonly last: number; readonly farAt: number }>(null)
  let [isFar, isPassing] = [false, false]
  const virtual = useVirtualizer({
    count, getScrollElement: () => box, estimateSize: () => rowHeight, overscan, getItemKey: keyOf,
    rangeExtractor: range => {
      const had = before.current
      isFar = had === null || range.startIndex > had.last || range.endIndex < had.first
      isPassing = isFar && had !== null && performance.now() - had.farAt < passingMs
      const seen = defaultRangeExtractor(isFar ? { ...range, overscan: 0 } : range)
      return here >= count || seen.includes(here) ? seen : [...seen, here].toSorted((a, b) => a - b)
    },
  })
  const items = virtual.getVirtualItems()
  const { startIndex: first = 0, endIndex: last = 0 } = virtual.range ?? {}
  useEffect(() => { if (items.length > 0) before.current = { first, last, farAt: isFar ? performance.now() : before.current?.farAt ?? -passingMs } })
  return { items, first, last, isPassing, height: virtual.getTotalSize(), to: row => { virtual.scrollToIndex(row) } }
}

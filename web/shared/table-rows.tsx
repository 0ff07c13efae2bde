import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, type Ref, useEffect, useImperativeHandle, useRef } from 'react'
import { useSay } from './language.tsx'
import type { Column } from './table-column.ts'
import type { Place } from './table-keys.ts'
import type { Chosen, Line } from './table-model.ts'
import { TableRow } from './table-row.tsx'
import css from './table.module.css'

const words = { coming: { en: 'Loading…', ja: '読み込み中…' } }

/** Brings a row into sight. */
export type Reach = { to(row: number): void }
type Shape<Of extends object> = {
  readonly box: HTMLDivElement | null; readonly reach: Ref<Reach>; readonly grid: string
  readonly lines: readonly Line<Of>[]; /** As many rows as there are, be they here or not. */ readonly count: number; readonly columns: readonly Column<Of>[]; readonly template: string; readonly rowHeight: number
  readonly here: Place; readonly chosen: Chosen | undefined; nameOf(row: Of): string; readonly open: ((row: Of) => void) | undefined; stand(id: string, column: number): void; readonly more: (() => void) | undefined
}

/** Those rows that are in sight and a few beyond, and the one where the keyboard stands, wherever that is. Scrolling draws this anew and nothing around it. */
export const Rows = <Of extends object>({ box, reach, grid, lines, count, columns, template, rowHeight, here, chosen, nameOf, open, stand, more }: Shape<Of>): ReactNode => {
  const say = useSay()
  const before = useRef<Pick<Range, 'startIndex' | 'endIndex'>>(null)
  const virtual = useVirtualizer({
    count, getScrollElement: () => box, estimateSize: () => rowHeight, overscan: 10, getItemKey: n => lines[n]?.id ?? n,
    rangeExtractor: range => {
      // Where nothing of it was in sight before, what lies beyond the edges is drawn once the table rests.
      const isFar = before.current === null || range.startIndex > before.current.endIndex || range.endIndex < before.current.startIndex
      const seen = defaultRangeExtractor(isFar ? { ...range, overscan: 0 } : range)
      return here.row >= count || seen.includes(here.row) ? seen : [...seen, here.row].toSorted((a, b) => a - b)
    },
  })
  useEffect(() => { before.current = virtual.range })
  useImperativeHandle(reach, () => ({ to: row => { virtual.scrollToIndex(row) } }), [virtual])
  const last = virtual.range?.endIndex ?? 0
  useEffect(() => { if (more !== undefined && last >= lines.length - 200) more() }, [last, lines.length, more])
  return (
    <div role="rowgroup" className={css['rows']} style={{ height: virtual.getTotalSize() }}>
      {virtual.getVirtualItems().map(({ index, key, start }) => {
        const line = lines[index]
        if (line === undefined) return <div key={key} role="row" aria-rowindex={index + 2} className={css['row']} data-absent style={{ height: rowHeight, top: start }}><div role="gridcell" aria-colindex={1}>{say(words.coming)}</div></div>
        return <TableRow key={key} line={line} grid={grid} index={index} start={start} height={rowHeight} columns={columns} template={template} at={index === here.row ? here.column : -1} isChosen={chosen === undefined ? undefined : chosen[line.id] === true} name={nameOf(line.original)} open={open} stand={stand} />
      })}
    </div>
  )
}

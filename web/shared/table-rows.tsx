import { type ReactNode, type Ref, useEffect, useImperativeHandle } from 'react'
import { numberOf } from './amounts.ts'
import { useLanguage, useSay } from './language.tsx'
import type { Column } from './table-column.ts'
import type { Place } from './table-keys.ts'
import type { Chosen, Line } from './table-model.ts'
import { TableRow } from './table-row.tsx'
import { useSight } from './table-sight.ts'
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
  const { items, first, last, isPassing, height, to } = useSight({ box, count, rowHeight, here: here.row, keyOf: n => lines[n]?.id ?? n })
  useImperativeHandle(reach, () => ({ to }))
  useEffect(() => { if (more !== undefined && !isPassing && last >= lines.length - 200) more() }, [last, lines.length, more, isPassing])
  return (
    <div role="rowgroup" className={css['rows']} style={{ height }}>
      {isPassing ? <Passing first={first} last={last} count={count} rowHeight={rowHeight} /> : items.map(({ index, key, start }) => {
        const line = lines[index]
        if (line === undefined) return <div key={key} role="row" aria-rowindex={index + 2} className={css['row']} data-absent style={{ height: rowHeight, top: start }}><div role="gridcell" aria-colindex={1}>{say(words.coming)}</div></div>
        return <TableRow key={key} line={line} grid={grid} index={index} start={start} height={rowHeight} columns={columns} template={template} at={index === here.row ? here.column : -1} isChosen={chosen === undefined ? undefined : chosen[line.id] === true} name={nameOf(line.original)} open={open} stand={stand} />
      })}
    </div>
  )
}

/** The lines of rows that go by, and which of them stands first. */
const Passing = ({ first, last, count, rowHeight }: { readonly first: number; readonly last: number; readonly count: number; readonly rowHeight: number }): ReactNode => {
  const { locale } = useLanguage()
  return <div role="row" aria-rowindex={first + 2} className={css['passing']} data-passing style={{ top: first * rowHeight, height: (last - first + 1) * rowHeight, backgroundSize: `100% ${rowHeight}px` }}><div role="gridcell" aria-colindex={1}>{numberOf(first + 1, locale)} / {numberOf(count, locale)}</div></div>
}

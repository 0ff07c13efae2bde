import { memo, type ReactNode } from 'react'
import { useSay } from './language.tsx'
import { cellId, type Column } from './table-column.ts'
import css from './table.module.css'

const words = { choose: { en: 'Choose {row}', ja: '{row}を選択' } }

type Shape<Row> = {
  readonly row: Row; readonly id: string; readonly grid: string; readonly index: number; readonly start: number; readonly height: number; readonly columns: readonly Column<Row>[]; readonly template: string
  /** The column in which the keyboard stands, if it is this row; else -1. */
  readonly at: number
  /** Undefined: nothing is chosen here. */
  readonly isChosen: boolean | undefined
  readonly name: string; toggle(id: string): void; readonly open: ((row: Row) => void) | undefined; stand(id: string, column: number): void
}

const Row = <Of,>({ row, id, grid, index, start, height, columns, template, at, isChosen, name, toggle, open, stand }: Shape<Of>): ReactNode => {
  const say = useSay()
  const before = isChosen === undefined ? 1 : 2
  return (
    <div role="row" aria-rowindex={index + 2} aria-selected={isChosen} className={css['row']} data-at={at >= 0} data-opens={open !== undefined} style={{ gridTemplateColumns: template, height, transform: `translateY(${start}px)` }} onClick={event => {
      const cell = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-column]') : null
      stand(id, Number(cell?.dataset['column'] ?? 0))
      if (event.target instanceof Element && event.target.closest('a, button, input, label') === null) open?.(row)
    }}>
      {isChosen === undefined ? null : <div role="gridcell" aria-colindex={1} className={css['mark']}><input type="checkbox" className={css['tick']} tabIndex={-1} aria-label={say(words.choose, { row: name })} checked={isChosen} onChange={() => { toggle(id) }} /></div>}
      {columns.map((column, n) => <div key={column.key} id={cellId(grid, id, n)} role={column.isFirst === true ? 'rowheader' : 'gridcell'} aria-colindex={n + before} data-column={n} data-at={n === at} data-right={column.isRight} data-first={column.isFirst}>{column.cell(row)}</div>)}
    </div>
  )
}

/** Drawn again only when something of it is another one: scrolling draws only what comes into sight. */
export const TableRow = memo(Row) as typeof Row

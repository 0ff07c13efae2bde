import { memo, type ReactNode } from 'react'
import { useSay } from './language.tsx'
import { cellId, type Column } from './table-column.ts'
import type { Line } from './table-model.ts'
import css from './table.module.css'

const words = { choose: { en: 'Choose {row}', ja: '{row}を選択' } }

type Shape<Of extends object> = {
  readonly line: Line<Of>; readonly grid: string; readonly index: number; readonly start: number; readonly height: number; readonly columns: readonly Column<Of>[]; readonly template: string
  /** The column in which the keyboard stands, if it is this row; else -1. */
  readonly at: number
  /** Undefined: nothing is chosen here. */
  readonly isChosen: boolean | undefined
  readonly name: string; readonly open: ((row: Of) => void) | undefined; stand(id: string, column: number): void
}

const Row = <Of extends object>({ line, grid, index, start, height, columns, template, at, isChosen, name, open, stand }: Shape<Of>): ReactNode => {
  const say = useSay()
  const before = isChosen === undefined ? 1 : 2
  return (
    <div role="row" aria-rowindex={index + 2} aria-selected={isChosen} className={css['row']} data-at={at >= 0} data-opens={open !== undefined} style={{ gridTemplateColumns: template, height, top: start }} onClick={event => {
      const cell = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-column]') : null
      stand(line.id, Number(cell?.dataset['column'] ?? 0))
      if (event.target instanceof Element && event.target.closest('a, button, input, label') === null) open?.(line.original)
    }}>
      {isChosen === undefined ? null : <div role="gridcell" aria-colindex={1} className={css['mark']}><input type="checkbox" className={css['tick']} tabIndex={-1} aria-label={say(words.choose, { row: name })} checked={isChosen} onChange={event => { line.getToggleSelectedHandler()(event) }} /></div>}
      {columns.map((column, n) => <div key={column.key} id={cellId(grid, line.id, n)} role={column.isFirst === true ? 'rowheader' : 'gridcell'} aria-colindex={n + before} data-column={n} data-at={n === at} data-right={column.isRight} data-first={column.isFirst}>{column.cell(line.original)}</div>)}
    </div>
  )
}

/** Drawn again only when something of it is another one: scrolling draws only what comes into sight. */
export const TableRow = memo(Row) as typeof Row

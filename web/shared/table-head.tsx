import { Checkbox, UnstyledButton } from '@mantine/core'
import { ArrowDown, ArrowUp } from 'lucide-react'
import type { ReactNode } from 'react'
import { useSay } from './language.tsx'
import type { Column } from './table-column.ts'
import type { Model } from './table-model.ts'
import css from './table.module.css'

const words = { all: { en: 'Choose all that are loaded', ja: '読み込み済みのすべてを選択' }, sort: { en: 'Sort by {column}', ja: '{column}で並べ替え' } }

/** What the columns are called; by what the rows are sorted, and how wide each column is pulled. */
export const Head = <Of extends object>({ table, columns, template, canChoose, areAllChosen, isAnyChosen }: { readonly table: Model<Of>; readonly columns: readonly Column<Of>[]; readonly template: string; readonly canChoose: boolean; readonly areAllChosen: boolean; readonly isAnyChosen: boolean }): ReactNode => {
  const say = useSay()
  const headers = new Map(table.getHeaderGroups()[0]?.headers.map(header => [header.column.id, header]))
  return (
    <div role="rowgroup" className={css['top']}>
      <div role="row" aria-rowindex={1} className={css['head']} style={{ gridTemplateColumns: template }}>
        {canChoose ? <div role="columnheader" aria-colindex={1} className={css['mark']}><Checkbox size="xs" aria-label={say(words.all)} checked={areAllChosen} indeterminate={isAnyChosen && !areAllChosen} onChange={event => { table.toggleAllRowsSelected(event.currentTarget.checked, { deselectAll: true }) }} /></div> : null}
        {columns.map((column, n) => {
          const of = table.getColumn(column.key)
          const is = of?.getIsSorted() ?? false
          const canSort = of?.getCanSort() === true
          return (
            <div key={column.key} role="columnheader" aria-colindex={n + (canChoose ? 2 : 1)} data-right={column.isRight} data-first={column.isFirst} {...(canSort ? { 'aria-sort': is === false ? 'none' : is === 'asc' ? 'ascending' : 'descending' } : {})}>
              {canSort ? <UnstyledButton className={css['sort'] ?? ''} title={say(words.sort, { column: say(column.says) })} onClick={() => { of.toggleSorting() }}>{say(column.says)}{is === 'asc' ? <ArrowUp size={12} aria-hidden /> : is === 'desc' ? <ArrowDown size={12} aria-hidden /> : null}</UnstyledButton> : say(column.says)}
              <span className={css['pull']} aria-hidden onMouseDown={event => { pull(table, column.key, event.currentTarget); headers.get(column.key)?.getResizeHandler()(event) }} onDoubleClick={() => { of?.resetSize() }} />
            </div>
          )
        })}
      </div>
    </div>
  )
}

/** A column that shares what room there is begins to be pulled from as wide as it is seen. */
const pull = <Of extends object>(table: Model<Of>, key: string, handle: HTMLElement): void => {
  const width = Math.round(handle.parentElement?.offsetWidth ?? 0)
  if (width > 0) table.setColumnSizing(was => ({ ...was, [key]: width }))
}

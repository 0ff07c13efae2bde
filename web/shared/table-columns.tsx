import { ActionIcon, Button, Checkbox, Popover, UnstyledButton } from '@mantine/core'
import { ArrowDown, ArrowUp, Columns3, Minus, Plus } from 'lucide-react'
import type { ReactNode } from 'react'
import { useSay } from './language.tsx'
import type { Column } from './table-column.ts'
import type { Model } from './table-model.ts'
import css from './table.module.css'

const words = {
  columns: { en: 'Columns', ja: '列の設定' }, up: { en: 'Move {column} to the left', ja: '{column}を左へ移動' }, down: { en: 'Move {column} to the right', ja: '{column}を右へ移動' },
  narrower: { en: 'Make {column} narrower', ja: '{column}の幅を狭くする' }, wider: { en: 'Make {column} wider', ja: '{column}の幅を広くする' }, usual: { en: 'As usual', ja: '標準に戻す' },
}
const stepPx = 24

/** Which columns are shown, in which order and how wide: each by a click or by Tab and Space. */
export const Columns = <Of extends object>({ columns, table }: { readonly columns: ReadonlyMap<string, Column<Of>>; readonly table: Model<Of> }): ReactNode => {
  const say = useSay()
  return (
    <Popover position="bottom-end" trapFocus returnFocus withinPortal shadow="sm">
      <Popover.Target><UnstyledButton className={css['pick'] ?? ''} aria-label={say(words.columns)} title={say(words.columns)}><Columns3 size={14} aria-hidden /></UnstyledButton></Popover.Target>
      <Popover.Dropdown className={css['columns'] ?? ''} aria-label={say(words.columns)}>
        <List columns={columns} table={table} />
        <Button size="compact-sm" variant="default" onClick={() => { table.resetColumnVisibility(true); table.setColumnVisibility(Object.fromEntries([...columns.values()].filter(one => one.isHidden === true).map(one => [one.key, false]))); table.resetColumnOrder(true); table.resetColumnSizing(true) }}>{say(words.usual)}</Button>
      </Popover.Dropdown>
    </Popover>
  )
}

const List = <Of extends object>({ columns, table }: { readonly columns: ReadonlyMap<string, Column<Of>>; readonly table: Model<Of> }): ReactNode => {
  const say = useSay()
  const all = table.getAllLeafColumns().map(({ id }) => id)
  const place = (id: string, by: 1 | -1): void => {
    const [from, order] = [all.indexOf(id), [...all]]
    order.splice(from, 1)
    order.splice(from + by, 0, id)
    table.setColumnOrder(order)
  }
  return (
    <ul>
      {table.getAllLeafColumns().map((column, n) => {
        const of = columns.get(column.id)
        if (of === undefined) return null
        const name = say(of.says)
        const size = (by: number): void => { table.setColumnSizing(was => ({ ...was, [column.id]: Math.max(48, Math.min(1_000, column.getSize() + by)) })) }
        return (
          <li key={column.id}>
            <Checkbox size="xs" label={name} checked={column.getIsVisible()} disabled={!column.getCanHide()} onChange={event => { column.toggleVisibility(event.currentTarget.checked) }} />
            <ActionIcon size="sm" variant="subtle" color="gray" disabled={of.isFirst === true || n < 2} aria-label={say(words.up, { column: name })} onClick={() => { place(column.id, -1) }}><ArrowUp size={14} aria-hidden /></ActionIcon>
            <ActionIcon size="sm" variant="subtle" color="gray" disabled={of.isFirst === true || n === all.length - 1} aria-label={say(words.down, { column: name })} onClick={() => { place(column.id, 1) }}><ArrowDown size={14} aria-hidden /></ActionIcon>
            <ActionIcon size="sm" variant="subtle" color="gray" aria-label={say(words.narrower, { column: name })} onClick={() => { size(-stepPx) }}><Minus size={14} aria-hidden /></ActionIcon>
            <ActionIcon size="sm" variant="subtle" color="gray" aria-label={say(words.wider, { column: name })} onClick={() => { size(stepPx) }}><Plus size={14} aria-hidden /></ActionIcon>
          </li>
        )
      })}
    </ul>
  )
}

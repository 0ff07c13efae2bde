import { Checkbox, Menu, UnstyledButton } from '@mantine/core'
import { columnSizingFeature, columnVisibilityFeature, createSortedRowModel, rowSelectionFeature, rowSortingFeature, type ColumnDef, type RowData, tableFeatures, useTable } from '@tanstack/react-table'
import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowUp, Columns3 } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react'
import type { Text } from '#domain/locale.ts'
import { useSay } from './language.tsx'
import css from './table.module.css'

const features = tableFeatures({ columnSizingFeature, columnVisibilityFeature, rowSelectionFeature, rowSortingFeature, sortedRowModel: createSortedRowModel() })

/** `order`: by what it is sorted where a person asks for it; none: it is not. `isFirst`: names the row, and is always shown. */
export type Column<Row> = { readonly key: string; readonly says: Text; readonly width: number; readonly isFirst?: boolean; readonly isRight?: boolean; readonly isHidden?: boolean; order?(row: Row): string | number; cell(row: Row): ReactNode }

const words = {
  choose: { en: 'Choose {row}', ja: '{row}を選択' }, all: { en: 'Choose all that are shown', ja: '表示中のすべてを選択' }, columns: { en: 'Columns', ja: '列の表示' },
  sort: { en: 'Sort by {column}', ja: '{column}で並べ替え' },
}

type Shape<Row> = {
  /** Names the table for who cannot see it. */
  readonly says: Text
  readonly rows: readonly Row[]
  readonly columns: readonly Column<Row>[]
  idOf(row: Row): string
  nameOf(row: Row): string
  open?(row: Row): void
  /** Chosen rows, by id; kept by whoever shows the table, so that a refresh loses none. */
  readonly chosen?: ReadonlySet<string>
  choose?(chosen: ReadonlySet<string>): void
  /** So many rows are on the server; what is not here yet is fetched when it comes near. */
  more?(): void
  readonly height?: number | string
  readonly rowHeight?: number
  /** Under this name the columns that a person hides are remembered. */
  readonly keptAs?: string
}

/** Any number of rows, of which only those in sight are drawn. J, K and the arrows go through them, Enter opens, X or Space chooses. */
export const DataTable = <Row extends RowData>({ says, rows, columns, idOf, nameOf, open, chosen, choose, more, height = 'min(72vh, 960px)', rowHeight = 40, keptAs }: Shape<Row>): ReactNode => {
  const say = useSay()
  const [hidden, setHidden] = useHidden(columns, keptAs)
  const defs = useMemo<ColumnDef<typeof features, Row>[]>(() => columns.map(column => ({ id: column.key, size: column.width, enableSorting: column.order !== undefined, enableHiding: column.isFirst !== true, accessorFn: (row: Row) => column.order?.(row) ?? '', sortFn: byOrder })), [columns])
  const table = useTable({ features, columns: defs, data: rows as Row[], getRowId: idOf, state: { columnVisibility: hidden }, sortDescFirst: false })
  const shown = table.getRowModel().rows
  const box = useRef<HTMLDivElement>(null)
  const [at, setAt] = useState(0)
  const virtual = useVirtualizer({ count: shown.length, getScrollElement: () => box.current, estimateSize: () => rowHeight, overscan: 12, getItemKey: n => shown[n]?.id ?? n })
  const inSight = virtual.getVirtualItems()
  const last = inSight.at(-1)?.index ?? 0
  useEffect(() => { if (more !== undefined && last >= shown.length - 30) more() }, [last, shown.length, more])
  const visible = table.getVisibleLeafColumns()
  const byKey = useMemo(() => new Map(columns.map(column => [column.key, column])), [columns])
  const grid = `${choose === undefined ? '' : '36px '}${visible.map(column => `minmax(${column.getSize()}px, ${column.getSize()}fr)`).join(' ')}`
  const toggle = (id: string): void => { if (choose !== undefined && chosen !== undefined) choose(new Set(chosen.has(id) ? [...chosen].filter(one => one !== id) : [...chosen, id])) }
  const press = (event: KeyboardEvent): void => {
    if (event.target instanceof HTMLInputElement && event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
    const to = { j: at + 1, ArrowDown: at + 1, k: at - 1, ArrowUp: at - 1, Home: 0, End: shown.length - 1, PageDown: at + 20, PageUp: at - 20 }[event.key]
    const row = shown[at]
    if (to !== undefined) {
      const next = Math.max(0, Math.min(shown.length - 1, to))
      setAt(next)
      virtual.scrollToIndex(next)
    } else if (event.key === 'Enter' && row !== undefined && open !== undefined && event.target === box.current) open(row.original)
    else if ((event.key === 'x' || event.key === ' ') && row !== undefined && event.target === box.current) toggle(row.id)
    else return
    event.preventDefault()
  }
  return (
    <div ref={box} className={css['box']} style={{ maxHeight: height }} tabIndex={0} role="grid" aria-label={say(says)} aria-rowcount={shown.length + 1} aria-activedescendant={shown[at] === undefined ? undefined : `row-${shown[at].id}`} onKeyDown={press}>
      <div role="row" className={css['head']} style={{ gridTemplateColumns: grid }}>
        {choose === undefined ? null : <div role="columnheader"><Checkbox size="xs" aria-label={say(words.all)} checked={shown.length > 0 && shown.every(row => chosen?.has(row.id) === true)} indeterminate={(chosen?.size ?? 0) > 0 && !shown.every(row => chosen?.has(row.id) === true)} onChange={event => { choose(new Set(event.currentTarget.checked ? shown.map(row => row.id) : [])) }} /></div>}
        {visible.map(column => {
          const [known, sorted] = [byKey.get(column.id), column.getIsSorted()]
          if (known === undefined) return null
          return <div key={column.id} role="columnheader" data-right={known.isRight} aria-sort={sorted === false ? 'none' : sorted === 'asc' ? 'ascending' : 'descending'}>{known.order === undefined ? say(known.says) : <UnstyledButton className={css['sort'] ?? ''} title={say(words.sort, { column: say(known.says) })} onClick={() => { column.toggleSorting() }}>{say(known.says)}{sorted === 'asc' ? <ArrowUp size={12} aria-hidden /> : sorted === 'desc' ? <ArrowDown size={12} aria-hidden /> : null}</UnstyledButton>}</div>
        })}
        {keptAs === undefined ? null : <Pick columns={columns} hidden={hidden} set={setHidden} />}
      </div>
      <div className={css['rows']} style={{ height: virtual.getTotalSize() }}>
        {inSight.map(item => {
          const row = shown[item.index]
          if (row === undefined) return null
          return (
            <div key={item.key} id={`row-${row.id}`} role="row" aria-rowindex={item.index + 2} aria-selected={chosen?.has(row.id) ?? item.index === at} className={css['row']} data-at={item.index === at} data-opens={open !== undefined} style={{ gridTemplateColumns: grid, height: item.size, transform: `translateY(${item.start}px)` }} onClick={event => { setAt(item.index); if (open !== undefined && !(event.target instanceof Element && event.target.closest('a, button, input, label') !== null)) open(row.original) }}>
              {choose === undefined ? null : <div role="gridcell"><Checkbox size="xs" aria-label={say(words.choose, { row: nameOf(row.original) })} checked={chosen?.has(row.id) ?? false} onChange={() => { toggle(row.id) }} /></div>}
              {visible.map(column => <div key={column.id} role={byKey.get(column.id)?.isFirst === true ? 'rowheader' : 'gridcell'} data-right={byKey.get(column.id)?.isRight}>{byKey.get(column.id)?.cell(row.original)}</div>)}
            </div>
          )
        })}
      </div>
    </div>
  )
}

type Sorted = { getValue<Value>(id: string): Value }
const byOrder = (a: Sorted, b: Sorted, column: string): number => {
  const [one, other] = [a.getValue<string | number>(column), b.getValue<string | number>(column)]
  return typeof one === 'number' && typeof other === 'number' ? one - other : String(one).localeCompare(String(other), undefined, { numeric: true })
}

type Hidden = Readonly<Record<string, boolean>>
const useHidden = <Row,>(columns: readonly Column<Row>[], keptAs: string | undefined): readonly [Hidden, (hidden: Hidden) => void] => {
  const name = `rehome-columns-${keptAs}`
  const [hidden, set] = useState<Hidden>(() => {
    const usual = Object.fromEntries(columns.filter(column => column.isHidden === true).map(column => [column.key, false]))
    try {
      return { ...usual, ...(keptAs === undefined ? {} : JSON.parse(localStorage.getItem(name) ?? '{}') as Hidden) }
    } catch {
      return usual
    }
  })
  return [hidden, next => { set(next); if (keptAs !== undefined) localStorage.setItem(name, JSON.stringify(next)) }]
}

const Pick = <Row,>({ columns, hidden, set }: { readonly columns: readonly Column<Row>[]; readonly hidden: Hidden; set(hidden: Hidden): void }): ReactNode => {
  const say = useSay()
  return (
    <Menu closeOnItemClick={false} position="bottom-end">
      <Menu.Target><UnstyledButton className={css['pick'] ?? ''} aria-label={say(words.columns)} title={say(words.columns)}><Columns3 size={14} /></UnstyledButton></Menu.Target>
      <Menu.Dropdown>{columns.filter(column => column.isFirst !== true).map(column => <Menu.Item key={column.key} role="menuitemcheckbox" aria-checked={hidden[column.key] !== false} leftSection={<Checkbox.Indicator size="xs" checked={hidden[column.key] !== false} />} onClick={() => { set({ ...hidden, [column.key]: hidden[column.key] === false }) }}>{say(column.says)}</Menu.Item>)}</Menu.Dropdown>
    </Menu>
  )
}

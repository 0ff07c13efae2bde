import { Checkbox, UnstyledButton } from '@mantine/core'
import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { type ReactNode, useCallback, useEffect, useId, useMemo, useRef, useState } from 'react'
import type { Text } from '#domain/locale.ts'
import { useSay } from './language.tsx'
import { cellId, type Column } from './table-column.ts'
import { useEdges } from './table-edges.ts'
import { type Place, stepFrom } from './table-keys.ts'
import { Pick, useHidden } from './table-pick.tsx'
import { TableRow } from './table-row.tsx'
import css from './table.module.css'

export type { Column }
export type Ordered = { readonly key: string; readonly isDown: boolean }

const words = { all: { en: 'Choose all that are loaded', ja: '読み込み済みのすべてを選択' }, sort: { en: 'Sort by {column}', ja: '{column}で並べ替え' } }

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
  /** So many rows there are in all, where not all are here. */
  readonly total?: number
  /** Fetches what is not here yet, when it comes near. */
  more?(): void
  /** In which order the rows come, where the server puts them in order. */
  readonly ordered?: Ordered | null
  order?(by: Ordered | null): void
  readonly height?: number | string
  readonly rowHeight?: number
  /** Under this name the columns that a person hides are remembered. */
  readonly keptAs?: string
}

/** Any number of rows, of which only those in sight are drawn. The arrows go from cell to cell, J and K from row to row, Enter opens, X or Space chooses, Ctrl A chooses all. */
export const DataTable = <Row,>({ says, rows, columns, idOf, nameOf, open, chosen, choose, total, more, ordered, order, height = 'min(72vh, 960px)', rowHeight = 40, keptAs }: Shape<Row>): ReactNode => {
  const [say, grid] = [useSay(), useId()]
  const [hidden, setHidden] = useHidden(columns, keptAs)
  const [own, setOwn] = useState<Ordered | null>(null)
  const by = order === undefined ? own : ordered ?? null
  const shown = useMemo(() => inOrder(rows, order === undefined ? own : null, columns).map(row => ({ id: idOf(row), original: row })), [rows, own, order === undefined, columns, idOf])
  const places = useMemo(() => new Map(shown.map((row, n) => [row.id, n])), [shown])
  const visible = useMemo(() => columns.filter(column => hidden[column.key] !== false), [columns, hidden])
  const [at, setAt] = useState<{ readonly id: string | null; readonly column: number }>({ id: null, column: 0 })
  const here: Place = { row: places.get(at.id ?? '') ?? 0, column: Math.min(at.column, visible.length - 1) }
  const box = useRef<HTMLDivElement>(null)
  const edges = useEdges(box)
  const virtual = useVirtualizer({ count: shown.length, getScrollElement: () => box.current, estimateSize: () => rowHeight, overscan: 10, getItemKey: n => shown[n]?.id ?? n })
  const inSight = virtual.getVirtualItems()
  const last = inSight.at(-1)?.index ?? 0
  useEffect(() => { if (more !== undefined && last >= shown.length - 120) more() }, [last, shown.length, more])
  const template = useMemo(() => `${choose === undefined ? '' : '40px '}${visible.map(({ width }) => `minmax(${width}px, ${width}fr)`).join(' ')}`, [visible, choose === undefined])

  // What the rows call stays the same function, so that a row is drawn again only when it changes.
  const now = useRef({ chosen, choose, open })
  useEffect(() => { now.current = { chosen, choose, open } })
  const toggle = useCallback((id: string): void => {
    const { chosen: had = new Set<string>(), choose: tell } = now.current
    tell?.(new Set(had.has(id) ? [...had].filter(one => one !== id) : [...had, id]))
  }, [])
  const go = useCallback((row: Row): void => { now.current.open?.(row) }, [])
  const stand = useCallback((id: string, column: number): void => { setAt({ id, column }) }, [])

  const press = (event: React.KeyboardEvent): void => {
    const row = shown[here.row]
    if (event.target !== box.current && (event.target instanceof HTMLInputElement || event.key === 'Enter' || event.key === ' ')) return
    const next = stepFrom(here, event, { rows: shown.length, columns: visible.length, page: Math.max(1, Math.floor((box.current?.clientHeight ?? 0) / rowHeight) - 2) })
    if (next !== undefined) {
      setAt({ id: shown[next.row]?.id ?? null, column: next.column })
      if (next.row !== here.row) virtual.scrollToIndex(next.row)
      if (next.column !== here.column) reveal(box.current, next.column + (choose === undefined ? 0 : 1))
    } else if (event.key === 'Enter' && row !== undefined) {
      const within = document.getElementById(cellId(grid, row.id, here.column))?.querySelector<HTMLElement>('a, button') ?? undefined
      if (here.column > 0 && within !== undefined) within.click()
      else if (open === undefined) return
      else open(row.original)
    } else if ((event.key === 'x' || event.key === ' ') && row !== undefined && choose !== undefined) toggle(row.id)
    else if (event.key === 'a' && (event.ctrlKey || event.metaKey) && choose !== undefined) choose(new Set(shown.map(one => one.id)))
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  const areAllChosen = shown.length > 0 && chosen !== undefined && chosen.size >= shown.length && shown.every(row => chosen.has(row.id))
  const sort = (column: Column<Row>): void => { (order ?? setOwn)(by?.key !== column.key ? { key: column.key, isDown: false } : by.isDown ? null : { key: column.key, isDown: true }) }
  const sorted = (column: Column<Row>): 'asc' | 'desc' | false => (by?.key === column.key ? (by.isDown ? 'desc' : 'asc') : false)
  const active = inSight.some(item => item.index === here.row) ? shown[here.row] : undefined
  return (
    <div className={css['frame']} data-left={edges.left} data-right={edges.right}>
      <div ref={box} className={css['box']} style={{ maxHeight: height }} tabIndex={0} role="grid" aria-label={say(says)} aria-rowcount={(total ?? shown.length) + 1} aria-colcount={visible.length + (choose === undefined ? 0 : 1)} aria-multiselectable={choose === undefined ? undefined : true} aria-activedescendant={active === undefined ? undefined : cellId(grid, active.id, here.column)} onKeyDown={press}>
        <div role="rowgroup" className={css['top']}>
          <div role="row" aria-rowindex={1} className={css['head']} style={{ gridTemplateColumns: template }}>
            {choose === undefined ? null : <div role="columnheader" aria-colindex={1} className={css['mark']}><Checkbox size="xs" aria-label={say(words.all)} checked={areAllChosen} indeterminate={(chosen?.size ?? 0) > 0 && !areAllChosen} onChange={event => { choose(new Set(event.currentTarget.checked ? shown.map(row => row.id) : [])) }} /></div>}
            {visible.map((column, n) => {
              const is = sorted(column)
              const canSort = order === undefined ? column.order !== undefined : column.isOrdered === true
              return <div key={column.key} role="columnheader" aria-colindex={n + (choose === undefined ? 1 : 2)} data-right={column.isRight} data-first={column.isFirst} {...(canSort ? { 'aria-sort': is === false ? 'none' : is === 'asc' ? 'ascending' : 'descending' } : {})}>{canSort ? <UnstyledButton className={css['sort'] ?? ''} title={say(words.sort, { column: say(column.says) })} onClick={() => { sort(column) }}>{say(column.says)}{is === 'asc' ? <ArrowUp size={12} aria-hidden /> : is === 'desc' ? <ArrowDown size={12} aria-hidden /> : null}</UnstyledButton> : say(column.says)}</div>
            })}
          </div>
        </div>
        <div role="rowgroup" className={css['rows']} style={{ height: virtual.getTotalSize() }}>
          {inSight.map(item => {
            const row = shown[item.index]
            return row === undefined ? null : <TableRow key={item.key} row={row.original} id={row.id} grid={grid} index={item.index} start={item.start} height={item.size} columns={visible} template={template} at={item.index === here.row ? here.column : -1} isChosen={choose === undefined ? undefined : chosen?.has(row.id) === true} name={nameOf(row.original)} toggle={toggle} open={open === undefined ? undefined : go} stand={stand} />
          })}
        </div>
      </div>
      {keptAs === undefined ? null : <Pick columns={columns} hidden={hidden} set={setHidden} />}
    </div>
  )
}

/** A column that is out of sight comes into it, not behind the first one. */
const reveal = (box: HTMLElement | null, child: number): void => {
  const [first, cell] = [box?.querySelector<HTMLElement>('[data-first]'), box?.querySelector<HTMLElement>('[role="row"]')?.children[child] as HTMLElement | undefined]
  if (box === null || cell === undefined || cell.dataset['first'] === 'true') return
  const left = (first?.offsetWidth ?? 0) + (first?.offsetLeft ?? 0)
  if (cell.offsetLeft - box.scrollLeft < left) box.scrollLeft = cell.offsetLeft - left
  else if (cell.offsetLeft + cell.offsetWidth > box.scrollLeft + box.clientWidth) box.scrollLeft = cell.offsetLeft + cell.offsetWidth - box.clientWidth
}

/** By a column, where all rows are here. What is the same stays as it came. */
const inOrder = <Row,>(rows: readonly Row[], by: Ordered | null, columns: readonly Column<Row>[]): readonly Row[] => {
  const of = by === null ? undefined : columns.find(column => column.key === by.key)?.order
  if (by === null || of === undefined) return rows
  const sign = by.isDown ? -1 : 1
  return rows.map(row => ({ row, at: of(row) })).sort((a, b) => sign * (typeof a.at === 'number' && typeof b.at === 'number' ? a.at - b.at : collator.compare(String(a.at), String(b.at)))).map(({ row }) => row)
}
const collator = new Intl.Collator(undefined, { numeric: true })

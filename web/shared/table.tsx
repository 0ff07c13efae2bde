import { type ReactNode, useCallback, useEffect, useId, useMemo, useRef, useState } from 'react'
import type { Text } from '#domain/locale.ts'
import { useSay } from './language.tsx'
import { cellId, type Column } from './table-column.ts'
import { Columns } from './table-columns.tsx'
import { useEdges } from './table-edges.ts'
import { Head } from './table-head.tsx'
import { type Place, stepFrom } from './table-keys.ts'
import { type Chosen, type Model, type Ordered, useModel } from './table-model.ts'
import { type Reach, Rows } from './table-rows.tsx'
import css from './table.module.css'

export type { Chosen, Column, Ordered }

type Shape<Of> = {
  /** Names the table for who cannot see it. */
  readonly says: Text
  readonly rows: readonly Of[]
  readonly columns: readonly Column<Of>[]
  idOf(row: Of): string
  nameOf(row: Of): string
  open?(row: Of): void
  /** Chosen rows, by id; kept by whoever shows the table, so that a refresh loses none. */
  readonly chosen?: Chosen
  choose?(chosen: Chosen): void
  /** So many rows there are in all, where not all are here: what is not yet has its place. */
  readonly total?: number
  /** Fetches what is not here yet, when it comes near. */
  more?(): void
  /** In which order the rows come, where the server puts them in order. */
  readonly ordered?: Ordered | null
  order?(by: Ordered | null): void
  readonly height?: number | string
  readonly rowHeight?: number
  /** Under this name the columns that a person hides, moves or pulls are remembered. */
  readonly keptAs?: string
}

/**
 * Any number of rows, of which only those in sight are drawn. The arrows go from cell to cell, J and K from row to row, Enter opens, X or Space chooses, Shift chooses all between, Ctrl A chooses all. TanStack Table keeps
 * the columns, the order and what is chosen; TanStack Virtual says what is in sight.
 */
export const DataTable = <Of extends object>({ says, rows, columns, idOf, nameOf, open, chosen, choose, total, more, ordered, order, height = 'min(72vh, 960px)', rowHeight = 40, keptAs }: Shape<Of>): ReactNode => {
  const [say, grid] = [useSay(), useId()]
  const table = useModel({ rows, columns, idOf, keptAs, chosen, choose, ordered, order })
  const lines = table.getRowModel().rows
  const count = Math.max(lines.length, total ?? 0)
  const { known, visible, template } = useShown(table, columns, choose !== undefined)
  const { here, setAt, stand } = useHere(lines, count, visible.length)
  // In the state: what is in it can look at it only once it is there.
  const [box, setBox] = useState<HTMLDivElement | null>(null)
  const reach = useRef<Reach>(null)
  const edges = useEdges(box)
  // What the rows call stays the same function, so that a row is drawn again only when it changes.
  const now = useRef(open)
  useEffect(() => { now.current = open })
  const go = useCallback((row: Of): void => { now.current?.(row) }, [])

  const press = (event: React.KeyboardEvent): void => {
    const line = lines[here.row]
    if (event.target !== box && (event.target instanceof HTMLInputElement || event.key === 'Enter' || event.key === ' ')) return
    const next = stepFrom(here, event, { rows: count, columns: visible.length, page: Math.max(1, Math.floor((box?.clientHeight ?? 0) / rowHeight) - 2) })
    if (next !== undefined) {
      setAt({ id: lines[next.row]?.id ?? null, ...next })
      if (next.row !== here.row) reach.current?.to(next.row)
      if (next.column !== here.column) reveal(box, next.column + (choose === undefined ? 0 : 1))
    } else if (event.key === 'Enter' && line !== undefined) {
      const within = document.getElementById(cellId(grid, line.id, here.column))?.querySelector<HTMLElement>('a, button') ?? undefined
      if (here.column > 0 && within !== undefined) within.click()
      else if (open === undefined) return
      else open(line.original)
    } else if ((event.key === 'x' || event.key === ' ') && line !== undefined && choose !== undefined) line.toggleSelected()
    else if (event.key === 'a' && (event.ctrlKey || event.metaKey) && choose !== undefined) table.toggleAllRowsSelected(true)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  const areAllChosen = useMemo(() => lines.length > 0 && chosen !== undefined && lines.every(({ id }) => chosen[id] === true), [lines, chosen])
  const active = lines[here.row]
  return (
    <div className={css['frame']} data-left={edges.left} data-right={edges.right}>
      <div ref={setBox} className={css['box']} style={{ maxHeight: height }} tabIndex={0} role="grid" aria-label={say(says)} aria-rowcount={count + 1} aria-colcount={visible.length + (choose === undefined ? 0 : 1)} aria-multiselectable={choose === undefined ? undefined : true} aria-activedescendant={active === undefined ? undefined : cellId(grid, active.id, here.column)} onKeyDown={press}>
        <Head table={table} columns={visible} template={template} canChoose={choose !== undefined} areAllChosen={areAllChosen} isAnyChosen={chosen !== undefined && Object.keys(chosen).length > 0} />
        <Rows box={box} reach={reach} grid={grid} lines={lines} count={count} columns={visible} template={template} rowHeight={rowHeight} here={here} chosen={choose === undefined ? undefined : chosen ?? {}} nameOf={nameOf} open={open === undefined ? undefined : go} stand={stand} more={more} />
      </div>
      {keptAs === undefined ? null : <Columns columns={known} table={table} />}
    </div>
  )
}

/** The columns that are shown, in their order, and how wide each is: what a person has pulled is as wide as that, all others share the room. */
const useShown = <Of extends object>(table: Model<Of>, columns: readonly Column<Of>[], canChoose: boolean): { readonly known: ReadonlyMap<string, Column<Of>>; readonly visible: readonly Column<Of>[]; readonly template: string } => {
  const { columnSizing, columnVisibility, columnOrder } = table.state
  const known = useMemo(() => new Map(columns.map(column => [column.key, column])), [columns])
  const visible = useMemo(() => {
    const shown = table.getAllLeafColumns().filter(column => column.getIsVisible()).flatMap(({ id }) => known.get(id) ?? [])
    // What names the row comes first, whatever else is moved.
    return shown.toSorted((a, b) => Number(b.isFirst === true) - Number(a.isFirst === true))
  }, [table, known, columnVisibility, columnOrder])
  const template = useMemo(() => `${canChoose ? '40px ' : ''}${visible.map(({ key, width }) => (columnSizing[key] === undefined ? `minmax(${width}px, ${width}fr)` : `${columnSizing[key]}px`)).join(' ')}`, [visible, columnSizing, canChoose])
  return { known, visible, template }
}

type At = Place & { readonly id: string | null }

/** Where the keyboard stands: at a row, wherever that one goes. */
const useHere = <Of extends object>(lines: Model<Of>['getRowModel'] extends () => { rows: infer Lines } ? Lines : never, count: number, columns: number): { readonly here: Place; setAt(at: At): void; stand(id: string, column: number): void } => {
  const [at, setAt] = useState<At>({ id: null, row: 0, column: 0 })
  const places = useMemo(() => new Map((lines as readonly { readonly id: string }[]).map(({ id }, n) => [id, n])), [lines])
  const row = places.get(at.id ?? '') ?? Math.max(0, Math.min(at.row, count - 1))
  const column = Math.max(0, Math.min(at.column, columns - 1))
  const here = useMemo(() => ({ row, column }), [row, column])
  const stand = useCallback((id: string, to: number): void => { setAt({ id, row: 0, column: to }) }, [])
  return { here, setAt, stand }
}

/** A column that is out of sight comes into it, not behind the first one. */
const reveal = (box: HTMLElement | null, child: number): void => {
  const [first, cell] = [box?.querySelector<HTMLElement>('[data-first]'), box?.querySelector<HTMLElement>('[role="row"]')?.children[child] as HTMLElement | undefined]
  if (box === null || cell === undefined || cell.dataset['first'] === 'true') return
  const left = (first?.offsetWidth ?? 0) + (first?.offsetLeft ?? 0)
  if (cell.offsetLeft - box.scrollLeft < left) box.scrollLeft = cell.offsetLeft - left
  else if (cell.offsetLeft + cell.offsetWidth > box.scrollLeft + box.clientWidth) box.scrollLeft = cell.offsetLeft + cell.offsetWidth - box.clientWidth
}

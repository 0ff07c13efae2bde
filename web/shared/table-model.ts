import { type ColumnDef, columnOrderingFeature, columnResizingFeature, columnSizingFeature, columnVisibilityFeature, constructRow, createSortedRowModel, functionalUpdate, type ReactTable, type Row, type RowData, type RowModel, rowSelectionFeature, rowSortingFeature, type Table, tableFeatures, type TableState, useTable } from '@tanstack/react-table'
import { useEffect, useMemo, useState } from 'react'
import type { Column } from './table-column.ts'

export type Ordered = { readonly key: string; readonly isDown: boolean }
/** By id, those that are chosen. */
export type Chosen = Readonly<Record<string, true>>

const stock = { columnOrderingFeature, columnResizingFeature, columnSizingFeature, columnVisibilityFeature, rowSelectionFeature, rowSortingFeature }
type Stock = typeof stock
export type Model<Of extends RowData> = ReactTable<Stock, Of>
export type Line<Of extends RowData> = Row<Stock, Of>

/** As many rows as come: those that were here already stay the same ones, so that a page that is added costs its own lines and nothing else is drawn again. */
const growing = (table: Table<Stock, RowData>): (() => RowModel<Stock, RowData>) => {
  let had: readonly RowData[] = []
  let model: RowModel<Stock, RowData> = { rows: [], flatRows: [], rowsById: {} }
  return () => {
    const { data } = table.options
    if (data === had) return model
    const rows = data.map((original, n) => (had[n] === original ? model.rows[n] : undefined) ?? constructRow(table, table.getRowId(original, n), original, n, 0))
    model = { rows, flatRows: rows, rowsById: Object.fromEntries(rows.map(row => [row.id, row])) }
    had = data
    return model
  }
}

const features = tableFeatures({ ...stock, coreRowModel: growing, sortedRowModel: createSortedRowModel() })

type Shape<Of> = {
  readonly rows: readonly Of[]; readonly columns: readonly Column<Of>[]; idOf(row: Of): string; readonly keptAs: string | undefined
  readonly chosen: Chosen | undefined; readonly choose: ((chosen: Chosen) => void) | undefined
  readonly ordered: Ordered | null | undefined; readonly order: ((by: Ordered | null) => void) | undefined
}

/** The rows in their order, what is chosen of them, and the columns as a person has arranged them: in which order, how wide, and which at all. `keptAs`: under this name their browser remembers it. */
export const useModel = <Of extends RowData>({ rows, columns, idOf, keptAs, chosen, choose, ordered, order }: Shape<Of>): Model<Of> => {
  const kept = keptAs === undefined ? undefined : `rehome-columns-${keptAs}`
  const [first] = useState(() => arrangedFirst(columns, kept))
  const defs = useMemo(() => columns.map((column): ColumnDef<Stock, Of> => ({
    id: column.key, size: column.width, minSize: 48, maxSize: 1_000, enableHiding: column.isFirst !== true, enableSorting: order === undefined ? column.order !== undefined : column.isOrdered === true, enableMultiSort: false,
    accessorFn: row => column.order?.(row) ?? '', sortFn: byValue, sortDescFirst: false,
  })), [columns, order === undefined])
  const sorting = useMemo(() => (order === undefined || ordered === null || ordered === undefined ? [] : [{ id: ordered.key, desc: ordered.isDown }]), [order === undefined, ordered?.key, ordered?.isDown])
  const table = useTable<Stock, Of, TableState<Stock>>({
    features: features as Stock, columns: defs, data: rows as Of[], getRowId: idOf, initialState: first, columnResizeMode: 'onChange', enableRowSelection: choose !== undefined, manualSorting: order !== undefined,
    state: { ...(order === undefined ? {} : { sorting }), ...(chosen === undefined ? {} : { rowSelection: chosen }) },
    ...(order === undefined ? {} : { onSortingChange: next => { const [by] = functionalUpdate(next, sorting); order(by === undefined ? null : { key: by.id, isDown: by.desc }) } }),
    ...(choose === undefined ? {} : { onRowSelectionChange: next => { choose(functionalUpdate(next, chosen ?? {})) } }),
  })
  const { columnVisibility, columnOrder, columnSizing } = table.state
  useEffect(() => { if (kept !== undefined) localStorage.setItem(kept, JSON.stringify({ columnVisibility, columnOrder, columnSizing })) }, [kept, columnVisibility, columnOrder, columnSizing])
  return table
}

type Arranged = { readonly columnVisibility: Record<string, boolean>; readonly columnOrder: string[]; readonly columnSizing: Record<string, number> }

/** As it was kept; columns that were not there then, as they are usual. */
const arrangedFirst = <Of>(columns: readonly Column<Of>[], kept: string | undefined): Arranged => {
  const usual = Object.fromEntries(columns.filter(column => column.isHidden === true).map(column => [column.key, false]))
  try {
    const { columnVisibility = {}, columnOrder = [], columnSizing = {} } = JSON.parse((kept === undefined ? null : localStorage.getItem(kept)) ?? '{}') as Partial<Arranged>
    return { columnVisibility: { ...usual, ...columnVisibility }, columnOrder, columnSizing }
  } catch {
    return { columnVisibility: usual, columnOrder: [], columnSizing: {} }
  }
}

type Valued = { getValue<Value>(id: string): Value }
const byValue = (a: Valued, b: Valued, column: string): number => {
  const [one, other] = [a.getValue<string | number>(column), b.getValue<string | number>(column)]
  return typeof one === 'number' && typeof other === 'number' ? one - other : collator.compare(String(one), String(other))
}
const collator = new Intl.Collator(undefined, { numeric: true })

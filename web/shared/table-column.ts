import type { ReactNode } from 'react'
import type { Text } from '#domain/locale.ts'

/** `order`: by what it is sorted where a person asks for it; none: it is not, unless `isOrdered` says that whoever shows the table does so. `isFirst`: names the row, is always shown, and stays in sight. `cell` is drawn again only when the row is another one. */
export type Column<Row> = { readonly key: string; readonly says: Text; readonly width: number; readonly isFirst?: boolean; readonly isRight?: boolean; readonly isHidden?: boolean; readonly isOrdered?: boolean; order?(row: Row): string | number; cell(row: Row): ReactNode }

/** What a cell is called in the page, so that a table can say where the keyboard stands. */
export const cellId = (grid: string, row: string, column: number): string => `${grid}${row}-${column}`

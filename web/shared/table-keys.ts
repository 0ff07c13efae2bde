export type Place = { readonly row: number; readonly column: number }
type Pressed = { readonly key: string; readonly ctrlKey: boolean; readonly metaKey: boolean }

/** Where a key leads in a table, as in every grid of the web; J and K as well. Undefined: it leads nowhere. */
export const stepFrom = ({ row, column }: Place, { key, ctrlKey, metaKey }: Pressed, { rows, columns, page }: { readonly rows: number; readonly columns: number; readonly page: number }): Place | undefined => {
  const isFar = ctrlKey || metaKey
  const to = (at: Place): Place => ({ row: Math.max(0, Math.min(rows - 1, at.row)), column: Math.max(0, Math.min(columns - 1, at.column)) })
  switch (key) {
    case 'ArrowDown': return to({ row: isFar ? rows : row + 1, column })
    case 'ArrowUp': return to({ row: isFar ? 0 : row - 1, column })
    case 'ArrowRight': return to({ row, column: isFar ? columns : column + 1 })
    case 'ArrowLeft': return to({ row, column: isFar ? 0 : column - 1 })
    case 'Home': return to({ row: isFar ? 0 : row, column: 0 })
    case 'End': return to({ row: isFar ? rows : row, column: columns })
    case 'PageDown': return to({ row: row + page, column })
    case 'PageUp': return to({ row: row - page, column })
    case 'j': return isFar ? undefined : to({ row: row + 1, column })
    case 'k': return isFar ? undefined : to({ row: row - 1, column })
    default: return undefined
  }
}

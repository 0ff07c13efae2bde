import type { PaperColumn, PaperRow } from '#domain/paper.ts'
import { assert } from '#lib/assert.ts'
import { asDecoration, colours, type Element, ensureRoom, foot, inner, page, rule, shown, typeface, type Pdf, type Weight } from './sheet.ts'

type Cell = { readonly text: string; readonly x: number; readonly width: number; readonly align: 'left' | 'right' }

const size = 9
const lineGap = 1.5
const gutter = 8
const pad = 5

/** A table that goes on over as many pages as it needs, its titles at the top of each. A row is torn only where a page is too small for it. */
export const drawTable = (pdf: Pdf, columns: readonly PaperColumn[], rows: readonly PaperRow[]): void => {
  const titles = cellsOf(columns, columns.map(column => column.title))
  const titleHeight = heightOf(pdf, titles, 'bold')
  const table = pdf.struct('Table')
  pdf.root.add(table)
  const band = (): void => asDecoration(pdf, () => void pdf.rect(page.left, pdf.y, inner, titleHeight).fill(colours.band))
  /** Read out once; on later pages they are for the eye. */
  const drawTitlesAgain = (): void => {
    band()
    asDecoration(pdf, () => drawCells(pdf, titles, titleHeight, 'bold', colours.quiet))
  }
  const whole = rows.flatMap(row => {
    assert(row.length === columns.length, 'a row has a cell for each column')
    return piecesOf(pdf, cellsOf(columns, row), foot - page.top - titleHeight)
  })
  // Titles are not left alone at the foot of a page.
  ensureRoom(pdf, titleHeight + (whole[0] === undefined ? 0 : heightOf(pdf, whole[0], 'regular')))
  band()
  drawCells(pdf, titles, titleHeight, 'bold', colours.quiet, rowIn(pdf, table, 'TH'))
  for (const cells of whole) {
    const height = heightOf(pdf, cells, 'regular')
    if (ensureRoom(pdf, height)) drawTitlesAgain()
    drawCells(pdf, cells, height, 'regular', colours.text, rowIn(pdf, table, 'TD'))
    rule(pdf, pdf.y)
  }
  table.end()
}

/** Draws something as the next cell of a row. */
export type DrawCell = (draw: () => void) => void

export const rowIn = (pdf: Pdf, table: Element, ...tags: readonly ('TH' | 'TD')[]): DrawCell => {
  const row = pdf.struct('TR')
  table.add(row)
  let n = 0
  return draw => {
    const tag = tags[Math.min(n++, tags.length - 1)] ?? 'TD'
    // The scope is known to pdfkit, and not yet to its types.
    row.add(pdf.struct(tag, (tag === 'TH' ? { scope: tags.length === 1 ? 'Column' : 'Row' } : {}) as { title?: string }, draw))
  }
}

const cellsOf = (columns: readonly PaperColumn[], texts: readonly string[]): readonly Cell[] => {
  const shares = columns.reduce((sum, column) => sum + column.share, 0)
  let x: number = page.left
  return columns.map(({ share, align }, i) => {
    const width = (inner * share) / shares
    const cell: Cell = { text: shown(texts[i] ?? ''), x: x + gutter / 2, width: width - gutter, align: align === 'end' ? 'right' : 'left' }
    x += width
    return cell
  })
}

const textHeight = (pdf: Pdf, text: string, width: number): number => pdf.heightOfString(text === '' ? ' ' : text, { width, lineGap })

const heightOf = (pdf: Pdf, cells: readonly Cell[], weight: Weight): number => {
  typeface(pdf, weight, size)
  return Math.max(...cells.map(({ text, width }) => textHeight(pdf, text, width))) + 2 * pad
}

const drawCells = (pdf: Pdf, cells: readonly Cell[], height: number, weight: Weight, colour: string, cell: DrawCell = draw => draw()): void => {
  const top = pdf.y
  typeface(pdf, weight, size, colour)
  for (const { text, x, width, align } of cells) cell(() => { if (text !== '') pdf.text(text, x, top + pad, { width, align, lineGap }) })
  pdf.x = page.left
  pdf.y = top + height
}

/** A row higher than a page goes on in further rows. */
const piecesOf = (pdf: Pdf, cells: readonly Cell[], room: number): readonly (readonly Cell[])[] => {
  if (heightOf(pdf, cells, 'regular') <= room) return [cells]
  const cut = cells.map(cell => ({ cell, at: fitting(pdf, cell, room - 2 * pad) }))
  return [cut.map(({ cell, at }) => ({ ...cell, text: cell.text.slice(0, at).trimEnd() })), ...piecesOf(pdf, cut.map(({ cell, at }) => ({ ...cell, text: cell.text.slice(at).trimStart() })), room)]
}

/** How much of a text fits into a height: by halves, then back to a place where a line may end. At least one character, so that it comes to an end. */
const fitting = (pdf: Pdf, { text, width }: Cell, height: number): number => {
  let [low, high] = [1, text.length]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (textHeight(pdf, text.slice(0, middle), width) <= height) low = middle
    else high = middle - 1
  }
  if (low >= text.length) return text.length
  const space = text.lastIndexOf(' ', low)
  const end = space > low - 30 && space > 0 ? space : low
  // Not between the halves of a character outside the basic plane.
  return end > 1 && /[\uDC00-\uDFFF]/.test(text[end] ?? '') ? end - 1 : end
}

import { buffer } from 'node:stream/consumers'
import type { Paper, PaperBlock } from '#domain/paper.ts'
import type { Locale } from '#domain/locale.ts'
import { as, asDecoration, colours, ensureRoom, inner, newSheet, page, rule, shown, typeface, type Pdf, type Weight } from './sheet.ts'
import { drawTable, rowIn } from './table.ts'

/** Draws a paper on A4. Runs on the thread it is called on, which it keeps for as long as it takes. */
export const drawPaper = async (paper: Paper): Promise<Uint8Array<ArrayBuffer>> => {
  const pdf = newSheet(paper)
  const whole = buffer(pdf)
  drawHead(pdf, paper)
  for (const block of paper.blocks) drawBlock(pdf, block)
  pdf.root.end()
  drawFeet(pdf, paper)
  pdf.end()
  return new Uint8Array(await whole)
}

const drawHead = (pdf: Pdf, { title, marks }: Paper): void => {
  const half = inner * 0.6
  as(pdf, 'H1', () => void typeface(pdf, 'bold', 20).text(shown(title), page.left, page.top, { width: half, lineGap: 2 }))
  const below = pdf.y
  typeface(pdf, 'regular', 9, colours.quiet)
  let y = page.top + 4
  for (const mark of marks) {
    as(pdf, 'P', () => void pdf.text(shown(mark), page.left + half, y, { width: inner - half, align: 'right' }))
    y = pdf.y
  }
  place(pdf, Math.max(below, y) + 14)
  rule(pdf, pdf.y)
  place(pdf, pdf.y + 16)
}

const drawBlock = (pdf: Pdf, block: PaperBlock): void => {
  switch (block.kind) {
    case 'heading': return drawHeading(pdf, block.text)
    case 'says': return flow(pdf, block.text, 'regular', 10, colours.text)
    case 'aside': return flow(pdf, block.text, 'regular', 8.5, colours.quiet)
    case 'list': return drawList(pdf, block.items)
    case 'parties': return drawParties(pdf, block.to, block.from)
    case 'facts': return drawFacts(pdf, block.rows)
    case 'table':
      drawTable(pdf, block.columns, block.rows)
      return place(pdf, pdf.y + 12)
    case 'totals': return drawTotals(pdf, block.rows)
  }
}

/** Text that may go on to the next page. */
const flow = (pdf: Pdf, text: string, weight: Weight, size: number, colour: string): void => {
  ensureRoom(pdf, size * 2)
  typeface(pdf, weight, size, colour)
  for (const line of text.split(/\r\n|\r|\n/)) as(pdf, 'P', () => void pdf.text(shown(line) === '' ? ' ' : shown(line), page.left, pdf.y, { width: inner, lineGap: 3 }))
  place(pdf, pdf.y + 8)
}

/** With room for something below it. */
const drawHeading = (pdf: Pdf, text: string): void => {
  typeface(pdf, 'bold', 12)
  const height = pdf.heightOfString(shown(text), { width: inner })
  if (!ensureRoom(pdf, height + 66)) place(pdf, pdf.y + 6)
  as(pdf, 'H2', () => void typeface(pdf, 'bold', 12).text(shown(text), page.left, pdf.y, { width: inner }))
  place(pdf, pdf.y + 6)
}

const drawList = (pdf: Pdf, items: readonly string[]): void => {
  const list = pdf.struct('L')
  pdf.root.add(list)
  for (const item of items) {
    ensureRoom(pdf, 24)
    const top = pdf.y
    typeface(pdf, 'regular', 10)
    const one = pdf.struct('LI')
    list.add(one)
    one.add(pdf.struct('Lbl', {}, () => void pdf.text('•', page.left, top, { lineBreak: false })))
    one.add(pdf.struct('LBody', {}, () => void pdf.text(shown(item), page.left + 14, top, { width: inner - 14, lineGap: 2 })))
    place(pdf, pdf.y + 2)
  }
  list.end()
  place(pdf, pdf.y + 6)
}

const drawParties = (pdf: Pdf, to: readonly string[], from: readonly string[]): void => {
  const [width, top] = [inner / 2 - 12, pdf.y]
  const column = (lines: readonly string[], x: number, first: number): number => {
    pdf.y = top
    for (const [n, line] of lines.entries()) as(pdf, 'P', () => void typeface(pdf, n === 0 ? 'bold' : 'regular', n === 0 ? first : 9.5, n === 0 ? colours.text : colours.quiet).text(shown(line), x, pdf.y, { width, lineGap: 2 }))
    return pdf.y
  }
  place(pdf, Math.max(column(to, page.left, 13), column(from, page.left + inner / 2 + 12, 10.5)) + 14)
}

const drawFacts = (pdf: Pdf, rows: readonly (readonly [string, string])[]): void => {
  const [names, gap, size] = [inner * 0.28, 12, 10]
  const table = pdf.struct('Table')
  pdf.root.add(table)
  for (const [name, value] of rows) {
    typeface(pdf, 'regular', size)
    const height = Math.max(pdf.heightOfString(shown(name), { width: names, lineGap: 2 }), pdf.heightOfString(shown(value), { width: inner - names - gap, lineGap: 2 }))
    ensureRoom(pdf, height)
    const [top, cell] = [pdf.y, rowIn(pdf, table, 'TH', 'TD')]
    cell(() => void typeface(pdf, 'regular', size, colours.quiet).text(shown(name), page.left, top, { width: names, lineGap: 2 }))
    cell(() => void typeface(pdf, 'regular', size).text(shown(value) === '' ? ' ' : shown(value), page.left + names + gap, top, { width: inner - names - gap, lineGap: 2 }))
    place(pdf, top + height + 3)
  }
  table.end()
  place(pdf, pdf.y + 9)
}

const drawTotals = (pdf: Pdf, rows: readonly { readonly name: string; readonly value: string; readonly strong: boolean }[]): void => {
  const [left, width] = [page.left + inner * 0.48, inner * 0.52]
  const heights = rows.map(({ strong }) => (strong ? 26 : 18))
  ensureRoom(pdf, heights.reduce((sum, height) => sum + height, 0))
  const table = pdf.struct('Table')
  pdf.root.add(table)
  for (const [n, { name, value, strong }] of rows.entries()) {
    const [top, size, weight, cell] = [pdf.y, strong ? 12 : 9.5, strong ? 'bold' : 'regular', rowIn(pdf, table, 'TH', 'TD')] as const
    if (strong) rule(pdf, top, left)
    const at = strong ? top + 6 : top + 2
    cell(() => void typeface(pdf, weight, size, strong ? colours.text : colours.quiet).text(shown(name), left, at, { width: width * 0.5, height: size * 1.5, ellipsis: true }))
    cell(() => void typeface(pdf, weight, size).text(shown(value), left + width * 0.5, at, { width: width * 0.5 - 4, align: 'right' }))
    place(pdf, top + (heights[n] ?? 0))
  }
  table.end()
  place(pdf, pdf.y + 12)
}

/** Last of all, when it is known how many pages there are. */
const drawFeet = (pdf: Pdf, { locale, foot: text }: Paper): void => {
  const { start, count } = pdf.bufferedPageRange()
  for (let n = 0; n < count; n += 1) {
    const sheet = pdf.switchToPage(start + n)
    // Text below the margin would otherwise begin a new page.
    sheet.margins.bottom = 0
    const y = page.height - 44
    rule(pdf, y - 8)
    typeface(pdf, 'regular', 8, colours.quiet)
    asDecoration(pdf, () => void pdf.text(shown(text), page.left, y, { width: inner * 0.75, height: 12, ellipsis: true }))
    asDecoration(pdf, () => void pdf.text(pageOf[locale](n + 1, count), page.left + inner * 0.75, y, { width: inner * 0.25, align: 'right', lineBreak: false }))
  }
}

const pageOf: Readonly<Record<Locale, (n: number, count: number) => string>> = { en: (n, count) => `Page ${n} of ${count}`, ja: (n, count) => `${n} / ${count} ページ` }

const place = (pdf: Pdf, y: number): void => {
  pdf.x = page.left
  pdf.y = y
}

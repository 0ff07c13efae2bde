import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import PDFDocument from 'pdfkit'
import type { Paper } from '#domain/paper.ts'
import { visible } from '#lib/visible.ts'

export type Element = ReturnType<PDFKit.PDFDocument['struct']>
/** `root`: the element that holds all that is read out, in the order in which it was drawn. */
export type Pdf = PDFKit.PDFDocument & { readonly root: Element }
export type Weight = 'regular' | 'bold'

/** Sizes in points, 72 to the inch. */
export const page = { width: 595.28, height: 841.89, left: 56, right: 56, top: 56, bottom: 64 } as const
export const inner = page.width - page.left - page.right
export const foot = page.height - page.bottom

export const colours = { text: '#15181D', quiet: '#5A626E', line: '#D4D8DE', band: '#F1F3F5' } as const

/** Noto Sans JP, which has Latin too. Only the glyphs that are used go into the file. */
const fontFile = (name: string): Buffer => readFileSync(fileURLToPath(import.meta.resolve(`@expo-google-fonts/noto-sans-jp/${name}.ttf`)))

export const newSheet = ({ title, author, locale, createdAt }: Paper): Pdf => {
  const pdf = new PDFDocument({
    size: 'A4', margins: { left: page.left, right: page.right, top: page.top, bottom: page.bottom }, bufferPages: true, pdfVersion: '1.7', tagged: true, lang: locale, displayTitle: true,
    // The file's id follows from these; nothing of this machine and moment goes into it.
    info: { Title: shown(title), Author: shown(author), Producer: 'Rehome', Creator: 'Rehome', CreationDate: new Date(createdAt), ModDate: new Date(createdAt) },
  })
  pdf.registerFont('regular', fontFile('400Regular/NotoSansJP_400Regular'))
  pdf.registerFont('bold', fontFile('700Bold/NotoSansJP_700Bold'))
  const root = pdf.struct('Document')
  pdf.addStructure(root)
  return Object.assign(pdf, { root })
}

export const shown = (text: string): string => visible(text, 20_000)
export const typeface = (pdf: Pdf, weight: Weight, size: number, colour: string = colours.text): Pdf => pdf.font(weight).fontSize(size).fillColor(colour)

/** Goes to the next page where less than `height` is left; whether it did. A piece higher than a page is not helped by that. */
export const ensureRoom = (pdf: Pdf, height: number): boolean => {
  if (pdf.y + height <= foot || pdf.y <= page.top) return false
  pdf.addPage()
  pdf.y = page.top
  return true
}

/** What is drawn, as what a screen reader takes it for. */
export const as = (pdf: Pdf, tag: 'H1' | 'H2' | 'P', draw: () => void): void => void pdf.root.add(pdf.struct(tag, {}, draw))

/** Lines, bands and page numbers: nothing to be read out. */
export const asDecoration = (pdf: Pdf, draw: () => void): void => {
  pdf.markContent('Artifact')
  draw()
  pdf.endMarkedContent()
}

export const rule = (pdf: Pdf, y: number, from: number = page.left, to: number = page.width - page.right): void =>
  asDecoration(pdf, () => void pdf.moveTo(from, y).lineTo(to, y).lineWidth(0.5).strokeColor(colours.line).stroke())

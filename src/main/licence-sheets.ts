import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openPdfDocuments } from '#adapters/documents/pdf/documents.ts'
import { Fault } from '#domain/faults.ts'
import { sheetPaper } from '#domain/licence/sheet-paper.ts'
import type { LicenceSheet } from '#domain/licence/sheet.ts'
import type { Locale } from '#domain/locale.ts'
import { pageOfPaper } from '#domain/paper-page.ts'
import type { Zone } from '#domain/time.ts'
import { readSheetText, sheetText } from '#entrances/http/licence-sheet.ts'

type How = { readonly folder: string; readonly name: string; readonly locale: Locale; readonly zone: Zone; readonly withCodes: boolean }

/** The sheet as JSON, page and PDF beside each other, on disk when it returns, for their owner only: there are activation codes in the JSON. */
export const keepSheet = async (sheet: LicenceSheet, { folder, name, ...paper }: How, signal: AbortSignal): Promise<readonly string[]> => {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const made = sheetPaper(sheet, paper)
  const [json, page, pdf] = [join(folder, `${name}.json`), join(folder, `${name}.html`), join(folder, `${name}.pdf`)]
  writeWhole(json, sheetText(sheet))
  writeWhole(page, pageOfPaper(made))
  writeWhole(pdf, await openPdfDocuments().pdf(made, signal))
  return [json, page, pdf]
}

/** Faults: LICENCE_SHEET_BROKEN. */
export const readSheetFile = (file: string): LicenceSheet => {
  const broken = (reason: string, cause?: unknown): Fault => new Fault('LICENCE_SHEET_BROKEN', { file, reason }, { cause })
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw broken(cause instanceof Error ? cause.message : '', cause)
  }
  const read = readSheetText(text)
  if ('broken' in read) throw broken(read.broken, read.cause)
  return read
}

/** Whole or not at all. */
const writeWhole = (file: string, content: string | Uint8Array): void => {
  writeFileSync(`${file}.new`, content, { mode: 0o600, flush: true })
  renameSync(`${file}.new`, file)
}

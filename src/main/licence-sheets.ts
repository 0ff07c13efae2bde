import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { openPdfDocuments } from '#adapters/documents/pdf/documents.ts'
import { Fault } from '#domain/faults.ts'
import { sheetPaper } from '#domain/licence/sheet-paper.ts'
import type { LicenceSheet } from '#domain/licence/sheet.ts'
import type { Locale } from '#domain/locale.ts'
import { pageOfPaper } from '#domain/paper-page.ts'
import type { Zone } from '#domain/time.ts'
import { canonical } from '#lib/canonical.ts'
import { sha256 } from '#lib/hash.ts'
import { sheet as sheetSchema } from '#wire/licence.ts'

const format = 'rehome-licence-sheet/1'
const fileSchema = z.strictObject({ format: z.literal(format), sha256: z.string(), sheet: z.unknown() })

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

/** Canonical, with the sum by which a change of it is seen. */
export const sheetText = (sheet: LicenceSheet): string => {
  const encoded = z.encode(sheetSchema, sheet as never)
  return `${canonical({ format, sha256: sha256(canonical(encoded)), sheet: encoded })}\n`
}

/** Faults: LICENCE_SHEET_BROKEN. */
export const readSheetFile = (file: string): LicenceSheet => {
  const broken = (reason: string, cause?: unknown): Fault => new Fault('LICENCE_SHEET_BROKEN', { file, reason }, { cause })
  let read: unknown
  try {
    read = JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw broken(cause instanceof SyntaxError ? 'it is no JSON' : cause instanceof Error ? cause.message : '', cause)
  }
  const outer = fileSchema.safeParse(read)
  if (!outer.success) throw broken('it is no back-up sheet of this version')
  if (sha256(canonical(outer.data.sheet)) !== outer.data.sha256) throw broken('it was changed since it was written: its sum does not fit')
  const sheet = sheetSchema.safeDecode(outer.data.sheet as never)
  if (!sheet.success) throw broken('it holds what no sheet of this version has')
  return sheet.data as LicenceSheet
}

/** Whole or not at all. */
const writeWhole = (file: string, content: string | Uint8Array): void => {
  writeFileSync(`${file}.new`, content, { mode: 0o600, flush: true })
  renameSync(`${file}.new`, file)
}

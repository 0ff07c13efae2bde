import { z } from 'zod'
import type { LicenceSheet } from '#domain/licence/sheet.ts'
import { canonical } from '#lib/canonical.ts'
import { sha256 } from '#lib/hash.ts'
import { sheet as sheetSchema } from '#wire/licence.ts'

/** The format of a back-up sheet as a file. */
export const sheetFormat = 'rehome-licence-sheet/1'
const fileSchema = z.strictObject({ format: z.literal(sheetFormat), sha256: z.string(), sheet: z.unknown() })

/** Canonical, with the sum by which a change of it is seen. */
export const sheetText = (sheet: LicenceSheet): string => {
  const encoded = z.encode(sheetSchema, sheet as never)
  return `${canonical({ format: sheetFormat, sha256: sha256(canonical(encoded)), sheet: encoded })}\n`
}

/** The sheet in a file's text, or why it is none. */
export const readSheetText = (text: string): LicenceSheet | { readonly broken: string; readonly cause?: unknown } => {
  let read: unknown
  try {
    read = JSON.parse(text)
  } catch (cause) {
    return { broken: 'it is no JSON', cause }
  }
  const outer = fileSchema.safeParse(read)
  if (!outer.success) return { broken: 'it is no back-up sheet of this version' }
  if (sha256(canonical(outer.data.sheet)) !== outer.data.sha256) return { broken: 'it was changed since it was written: its sum does not fit' }
  const sheet = sheetSchema.safeDecode(outer.data.sheet as never)
  return sheet.success ? (sheet.data as LicenceSheet) : { broken: 'it holds what no sheet of this version has' }
}

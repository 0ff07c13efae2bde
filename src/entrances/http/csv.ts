import { CsvError, parse } from 'csv-parse/sync'

/** One line under the heading, by the heading's names. `line`: as a spreadsheet counts, the heading is 1. */
export type CsvLine = { readonly line: number; readonly fields: Readonly<Record<string, string>> }
/** `says` and `ja`: the same in English and Japanese. */
export type CsvWrong = { readonly line: number; readonly says: string; readonly ja: string }

/**
 * The lines of a CSV file with a heading, comma or semicolon between (spreadsheets of some countries write that), with or without the mark that Windows puts at its beginning. A text that a
 * spreadsheet would take for a formula stays text: it is only ever text to us.
 */
export const readCsv = (text: string, known: readonly string[]): { readonly lines: readonly CsvLine[] } | { readonly wrong: readonly CsvWrong[] } => {
  const heading = text.replace(/^\uFEFF/, '').split('\n')[0] ?? ''
  try {
    const rows = parse(text, { bom: true, delimiter: heading.includes(';') && !heading.includes(',') ? ';' : ',', trim: true, info: true, relax_column_count: true, skip_empty_lines: true }) as unknown as { record: string[]; info: { lines: number } }[]
    const [first, ...rest] = rows
    const names = (first?.record ?? []).map(name => name.trim())
    const unknown = names.filter(name => !known.includes(name))
    if (first === undefined) return { wrong: [{ line: 1, says: `The file is empty. Its first line names the columns: ${known.join(', ')}.`, ja: `ファイルが空です。1行目に列名を記載してください：${known.join('、')}。` }] }
    if (unknown.length > 0) return { wrong: [{ line: 1, says: `There is no column ${unknown.map(name => `“${name}”`).join(', ')}. There are ${known.join(', ')}.`, ja: `${unknown.map(name => `「${name}」`).join('、')}という列はありません。使用できる列：${known.join('、')}。` }] }
    if (new Set(names).size !== names.length) return { wrong: [{ line: 1, says: 'A column stands there twice.', ja: '同じ列が2回記載されています。' }] }
    const uneven = rest.filter(({ record }) => record.length !== names.length).map(({ record, info }) => ({ line: info.lines, says: `It has ${record.length} fields, the heading ${names.length}.`, ja: `列数が ${record.length} です（見出しは ${names.length}）。` }))
    if (uneven.length > 0) return { wrong: uneven }
    return { lines: rest.map(({ record, info }) => ({ line: info.lines, fields: Object.fromEntries(names.map((name, at) => [name, record[at] ?? ''])) })) }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    return { wrong: [{ line: typeof error['lines'] === 'number' ? error['lines'] : 1, says: `It cannot be read as CSV: ${error.message}.`, ja: `CSV として読み込めません（${error.message}）。` }] }
  }
}

/** One field of a file that is written. What a spreadsheet would run as a formula is made text. */
export const csvField = (value: unknown): string => {
  const text = value === null || value === undefined ? '' : typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : JSON.stringify(value)
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

import { importLines as carryOut, type Line, type Lines, type LineWrong, lineWrong } from '#control/running/imports.ts'
import type { transferApi } from '#wire/api/transfer.ts'
import { importLines } from '#wire/import-lines.ts'
import { type Bindings, deciding } from '../call.ts'
import { readCsv } from '../csv.ts'
import { issuesIn } from '../input-words.ts'

export const transferBindings: Bindings<typeof transferApi> = {
  'transfer.import': deciding((desk, { kind, csv, dryRun }) => {
    const { lines, wrong } = readLines(kind, csv)
    return carryOut(desk, kind, lines, wrong, dryRun)
  }),
}

/** Every line that can be read, and every one that cannot with all that is wrong with it. */
const readLines = <K extends keyof Lines>(kind: K, csv: string): { readonly lines: Line<Lines[K]>[]; readonly wrong: LineWrong[] } => {
  const schema = importLines[kind]
  const columns = Object.keys(schema.shape)
  const read = readCsv(csv, columns)
  if ('wrong' in read) return { lines: [], wrong: read.wrong.map(({ line, says, ja }) => lineWrong(line, { en: says, ja })) }
  const [lines, wrong]: [Line<Lines[K]>[], LineWrong[]] = [[], []]
  for (const { line, fields } of read.lines) {
    const parsed = schema.safeParse({ ...Object.fromEntries(columns.map(column => [column, ''])), ...fields })
    if (parsed.success) lines.push({ line, value: parsed.data as unknown as Lines[K] })
    else wrong.push({ line, says: parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`).join('; '), said: issuesIn(parsed.error) })
  }
  return { lines, wrong }
}

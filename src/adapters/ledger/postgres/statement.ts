import type { Row } from './database.ts'

/** SQL with the values that its `$1`, `$2` … stand for. */
export type Statement = { readonly text: string; readonly values: readonly unknown[] }

/** Has a statement carried out, and gives the rows that it answers with. */
export type Ask = (statement: Statement) => Promise<readonly Row[]>

/** Takes a value into a statement, and gives what stands there for it. */
export type Put = (value: unknown) => string

/** A statement as it is written: `write` puts each value where it belongs. */
export const statement = (write: (put: Put) => string): Statement => {
  const values: unknown[] = []
  return { text: write(value => `$${values.push(value)}`), values }
}

/** The column of a field. */
export const column = (field: string): string => `"${field.replaceAll(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)}"`

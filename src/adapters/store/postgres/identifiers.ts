import type { TableId } from '#domain/stream.ts'
import { visible } from '#lib/visible.ts'

/** The one function that quotes identifiers. */
export const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`

export const qualify = (schema: string, name: string): TableId => `${quote(schema)}.${quote(name)}` as TableId

/** The one function that quotes literals where a statement cannot take parameters (COPY, replication commands). */
export const literal = (text: string): string => (text.includes('\\') ? ` E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'` : `'${text.replaceAll("'", "''")}'`)

/** `schema.name` for people, safe on a terminal. */
export const labelOf = (schema: string, name: string): string => `${visible(schema)}.${visible(name)}`

import type { Sequence } from '#domain/catalog.ts'
import type { TableId } from '#domain/stream.ts'
import type { Context } from './context.ts'
import { labelOf, qualify } from './identifiers.ts'
import { moved, ofUsers } from './tables.ts'

/** How many are read by one statement. */
const atOnce = 500

/** Where every sequence stands, owned by a column or not, in the order of their names. Not transactional: what is drawn meanwhile may or may not be in it. */
export const readSequences = async (query: Context['query']): Promise<Sequence[]> => {
  const found = await query<{ schema: string; name: string; increment: string }>(
    `SELECT n.nspname::text AS schema, c.relname::text AS name, s.seqincrement::text AS increment FROM pg_catalog.pg_sequence s JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relpersistence <> 't' AND ${ofUsers} AND ${moved} ORDER BY n.nspname, c.relname`)
  const sequences: Sequence[] = []
  for (let from = 0; from < found.length; from += atOnce) {
    const part = found.slice(from, from + atOnce).map(s => ({ ...s, id: qualify(s.schema, s.name) }))
    const values = await readValues(query, part.map(s => s.id))
    for (const [at, { id, schema, name, increment }] of part.entries()) {
      const value = values[at]
      if (value !== undefined) sequences.push({ id, label: labelOf(schema, name), increment, last: value.last, called: value.called })
    }
  }
  return sequences
}

const readValues = (query: Context['query'], sequences: readonly TableId[]): Promise<{ last: string; called: boolean }[]> =>
  query(`${sequences.map((id, at) => `SELECT ${at} AS at, last_value::text AS last, is_called AS called FROM ${id}`).join(' UNION ALL ')} ORDER BY at`)

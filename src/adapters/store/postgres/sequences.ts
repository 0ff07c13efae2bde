import type { Sequence } from '#domain/catalog.ts'
import type { TableId } from '#domain/stream.ts'
import type { Context } from './context.ts'
import { readSequences } from './sequence-values.ts'

/**
 * Every sequence with its standing. A sequence is outside of transactions and snapshots: this is true of the moment it is read, so it is read under the
 * fence. What was drawn but not used is simply skipped.
 */
export const sequences = (context: Context): Promise<Sequence[]> => readSequences(context.query)

/**
 * Puts the sequences here where the source's stood, or beyond the highest value in the column that owns one: rows may have come with values that were
 * never drawn. Stays in step with the increment, runs downwards where the sequence does, and never leaves its bounds; one that cycles is set to the source's
 * standing as it is, for behind the turn "highest" means nothing. A column without an index of its own is not searched: nothing can collide in it.
 * Where a product takes whole ranges of numbers at a time, what it takes from the old home after the reading must not be given out here: some ranges are left free.
 */
export const setSequences = async (context: Context, wanted: readonly Sequence[]): Promise<void> => {
  const shapes = await shapesOf(context, wanted)
  const shapeOf = new Map(shapes.map(shape => [shape.id, shape]))
  const furthest = await furthestOf(context, shapes)
  const next = wanted.map(sequence => standingFor(sequence, shapeOf.get(sequence.id), furthest.get(sequence.id) ?? null))
  for (let from = 0; from < next.length; from += atOnce) {
    const some = next.slice(from, from + atOnce)
    await context.query(
      `SELECT pg_catalog.setval(id::pg_catalog.regclass, last, called) FROM ROWS FROM (pg_catalog.unnest($1::text[]), pg_catalog.unnest($2::int8[]), pg_catalog.unnest($3::bool[])) AS s (id, last, called)`,
      [some.map(s => s.id), some.map(s => s.last), some.map(s => s.called)])
  }
}

/** How a sequence runs here, and which indexed column draws from it. */
export type Shape = { readonly id: TableId; readonly increment: bigint; readonly min: bigint; readonly max: bigint; readonly cycles: boolean; /** In steps of more than one, or kept ready by each session. */ readonly isInRanges: boolean; readonly owner: string | null; readonly table: string | null }

/** Where a sequence must stand so that its next value is neither before the source's next nor already in the column, nor in a range that was taken meanwhile. */
export const standingFor = ({ id, last, called }: Sequence, shape: Shape | undefined, furthest: string | null): { id: TableId; last: string; called: boolean } => {
  const asIs = { id, last, called }
  if (shape === undefined || shape.cycles) return asIs
  const { increment: step, min, max } = shape
  const due = called ? BigInt(last) + step : BigInt(last)
  const isTaken = furthest !== null && (step > 0n ? due <= BigInt(furthest) : due >= BigInt(furthest))
  const beyond = isTaken ? due + ((BigInt(furthest) - due) / step + 1n) * step : due
  if (beyond < min || beyond > max) return asIs
  const next = beyond + gapOf(shape, beyond) * step
  return next === due ? asIs : { id, last: String(next), called: false }
}

/** Ranges left free at most: more than a product takes in a freeze, and until its sessions at the old home have ended. Of what is left never more than a hundredth. */
const rangesLeftFree = 1_000n

const gapOf = ({ isInRanges, increment, min, max }: Shape, from: bigint): bigint => {
  if (!isInRanges) return 0n
  const left = ((increment > 0n ? max - from : min - from) / increment) / 100n
  return left < rangesLeftFree ? left : rangesLeftFree
}

/** Statements of one kind in one round trip, and relations locked by one transaction: the server's lock table is shared by everybody. */
const atOnce = 250

const shapesOf = async (context: Context, wanted: readonly Sequence[]): Promise<Shape[]> => {
  const rows = await context.query<{ id: TableId; increment: string; min: string; max: string; cycles: boolean; isInRanges: boolean; owner: string | null; table: string | null }>(
    `SELECT w.id, s.seqincrement AS increment, s.seqmin AS min, s.seqmax AS max, s.seqcycle AS cycles, s.seqcache > 1 OR s.seqincrement NOT IN (1, -1) AS "isInRanges", pg_catalog.quote_ident(a.attname) AS owner,
       CASE WHEN a.attname IS NOT NULL THEN pg_catalog.format('%I.%I', n.nspname, c.relname) END AS table
     FROM pg_catalog.unnest($1::text[]) AS w (id) JOIN pg_catalog.pg_sequence s ON s.seqrelid = pg_catalog.to_regclass(w.id)
     LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = s.seqrelid AND d.deptype IN ('a', 'i')
       AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjsubid > 0
     LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid AND a.atttypid = ANY ('{int2,int4,int8}'::regtype[])
       AND EXISTS (SELECT FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid JOIN pg_catalog.pg_am am ON am.oid = ic.relam
         WHERE i.indrelid = a.attrelid AND i.indkey[0] = a.attnum AND i.indisvalid AND i.indpred IS NULL AND am.amname = 'btree')
     LEFT JOIN pg_catalog.pg_class c ON c.oid = a.attrelid LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace`, [wanted.map(sequence => sequence.id)])
  return rows.map(row => ({ ...row, increment: BigInt(row.increment), min: BigInt(row.min), max: BigInt(row.max) }))
}

/** By sequence, the value furthest along its way in the column that owns it: each is the end of an index. */
const furthestOf = async (context: Context, shapes: readonly Shape[]): Promise<Map<TableId, string | null>> => {
  const owned = shapes.filter(shape => shape.owner !== null)
  const found = new Map<TableId, string | null>()
  for (let from = 0; from < owned.length; from += atOnce) {
    const some = owned.slice(from, from + atOnce)
    const selects = some.map(({ increment, owner, table }, place) => `SELECT ${place} AS place, (SELECT pg_catalog.${increment < 0n ? 'min' : 'max'}(${owner}) FROM ${table})::int8 AS value`)
    for (const { place, value } of await context.query<{ place: number; value: string | null }>(selects.join(' UNION ALL '))) {
      const shape = some[place]
      if (shape !== undefined) found.set(shape.id, value)
    }
  }
  return found
}

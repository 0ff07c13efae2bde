import pg from 'pg'
import { Fault } from '#domain/faults.ts'
import type { Image, Transaction } from '#domain/stream.ts'
import { visible } from '#lib/visible.ts'
import type { RowChange } from './collapse.ts'
import type { Failure } from './line.ts'
import { rowOf } from './one-by-one.ts'
import { bytesOf, columnAt, type Shape } from './row-shape.ts'

/** The server refused what a statement would write, not to serve: another way or a smaller piece may pass, and if not the change is at fault. */
export const isOfTheData = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && error.code !== undefined && !/^(08|40|53|57|58|XX)/.test(error.code)

/**
 * What to say of one change that does not fit the target: the key, what the source says of the row, what the target has, where in the stream it is (I4).
 * Images are cut short; they are facts of the fault, not part of its sentence.
 */
export const misfit = async (session: pg.Client, shape: Shape, change: RowChange, failure: Failure, parts: readonly Transaction[]): Promise<Fault> => {
  const table = visible(shape.relation.table)
  const isTaken = 'error' in failure && failure.error instanceof pg.DatabaseError && ['23505', '23P01'].includes(failure.error.code ?? '')
  if ('error' in failure && !isTaken) return new Fault('APPLY_REFUSED', { table, reason: visible(failure.error instanceof Error ? failure.error.message : String(failure.error), 500) }, { cause: failure.error })
  const facts = {
    table, key: keyOf(shape, change), commit: parts.find(part => part.changes.includes(change))?.commit ?? '',
    change: `${change.op} ${say(shape, change.op === 'delete' ? change.old : change.row)}`, target: await found(session, shape, change, isTaken),
  }
  if ('found' in failure) return new Fault('APPLY_STRICT', { ...facts, expected: `${failure.statement.expects} row to ${change.op}`, found: failure.found })
  const constraint = failure.error instanceof pg.DatabaseError ? visible(failure.error.constraint ?? '') : ''
  return new Fault('APPLY_STRICT', { ...facts, expected: `no other row in ${constraint}`, found: 1 }, { cause: failure.error })
}

/** The row on the target that has the key, where there is one. */
const found = async (session: pg.Client, shape: Shape, change: RowChange, isTaken: boolean): Promise<string> => {
  if (shape.keys.length === 0) return isTaken ? 'another row' : 'none'
  const where = rowOf(shape, change.op === 'delete' ? change.old : change.op === 'update' ? change.old ?? change.row : change.row)
  const { rows } = await session.query<{ row: string }>({ text: `SELECT t::text AS row FROM ONLY ${shape.relation.table} AS t WHERE ${where.text} LIMIT 1`, values: [...where.values] })
  return visible(rows[0]?.row ?? 'none', 500)
}

const keyOf = (shape: Shape, change: RowChange): string => {
  const image = change.op === 'insert' ? change.row : change.old ?? (change.op === 'update' ? change.row : [])
  return shape.keys.length === 0 ? say(shape, image) : shape.keys.map(i => said(shape, image, i)).join(', ')
}

const say = (shape: Shape, image: Image): string => visible(shape.columns.map((_, i) => said(shape, image, i)).join(', '), 500)

const said = (shape: Shape, image: Image, i: number): string => {
  const value = image[i]
  return visible(`${columnAt(shape, i).name}=${value === undefined ? '(unchanged)' : value === null ? 'null' : bytesOf(value.slice(0, 400))?.toString('utf8')}`, 120)
}

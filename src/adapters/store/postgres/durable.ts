import type pg from 'pg'
import { Fault } from '#domain/faults.ts'
import type { Context } from './context.ts'

/** Runs `work` in one transaction that is on disk when this returns, whatever the server, database or role says of `synchronous_commit`. */
export const durably = <T>(context: Context, work: (session: pg.ClientBase) => Promise<T>): Promise<T> =>
  context.transaction(async session => {
    await session.query('SET LOCAL synchronous_commit = on')
    return work(session)
  })

/** The answer, or undefined when the table or schema asked of is not there: that nothing was created yet is an answer too. */
export const ifThere = async <T>(asked: Promise<T>): Promise<T | undefined> => {
  try {
    return await asked
  } catch (error) {
    if (error instanceof Fault && error.code === 'STORE_REFUSED' && isAbsence(error.facts['code'])) return undefined
    throw error
  }
}

/** undefined_table, invalid_schema_name. */
const isAbsence = (code: unknown): boolean => code === '42P01' || code === '3F000'

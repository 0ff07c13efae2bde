import type pg from 'pg'
import type { View } from '#ports/ledger.ts'
import type { Catalog } from './columns.ts'
import type { Row } from './database.ts'
import type { Ask } from './statement.ts'
import { viewOf } from './view.ts'

/** So many texts are planned once in a session; whoever asks something rarer has it planned each time. */
const mostPrepared = 300

/** Reads through sessions of `pool`, each time one instant of the ledger. */
export const readingOf = (pool: pg.Pool, catalog: Catalog) => {
  const names = new Map<string, string>()
  const nameOf = (text: string): string | undefined => {
    if (!names.has(text) && names.size < mostPrepared) names.set(text, `r${names.size}`)
    return names.get(text)
  }
  return async <T>(work: (view: View) => Promise<T>): Promise<T> => {
    const session = await pool.connect()
    // Nobody waits for its answer: the first question travels with it. Where it fails, this is told at the end, and by each question before.
    const begun = session.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    begun.catch(() => { /* told below */ })
    try {
      const result = await work(viewOf(once(session, nameOf), catalog))
      await begun
      return result
    } finally {
      // Of what was read nothing depends on how this ends. The session is another's after it.
      session.query('COMMIT').then(() => { session.release() }, (error: Error) => { session.release(error) })
    }
  }
}

/** Within one instant, what was asked already is answered by what was answered. */
const once = (session: pg.PoolClient, nameOf: (text: string) => string | undefined): Ask => {
  const answered = new Map<string, Promise<readonly Row[]>>()
  return ({ text, values }) => {
    const question = JSON.stringify([text, values])
    const known = answered.get(question)
    if (known !== undefined) return known
    const name = nameOf(text)
    const answer = session.query<Row>({ text, values: [...values], ...(name === undefined ? {} : { name }) }).then(({ rows }) => rows)
    answered.set(question, answer)
    return answer
  }
}

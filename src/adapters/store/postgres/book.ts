import type { Book, Ownership } from '#ports/store.ts'
import type { Context } from './context.ts'
import { durably, ifThere } from './durable.ts'
import { ensureSchema } from './register.ts'

/** The book as two tables of one row each in the schema `rehome`. Every write is on disk when it returns. */
export const openBook = (context: Context): Book => ({
  read: () => readMove(context),
  write: record => writeMove(context, record),
  ownership: () => readOwnership(context),
  own: (next, { mayCreate = true } = {}) => (mayCreate ? own(context, next) : ownAgain(context, next)),
})

const readMove = async (context: Context): Promise<string | undefined> =>
  (await ifThere(context.query<{ record: string }>('SELECT record FROM rehome.move')))?.[0]?.record

const writeMove = async (context: Context, record: string): Promise<void> => {
  await ensureSchema(context)
  await durably(context, session =>
    session.query('INSERT INTO rehome.move (record) VALUES ($1) ON CONFLICT (one) DO UPDATE SET record = excluded.record, at = excluded.at', [record]))
}

const readOwnership = async (context: Context): Promise<Ownership | undefined> => {
  const [row] = (await ifThere(context.query<{ owner: Ownership['owner']; epoch: string; move: string }>('SELECT owner, epoch, move FROM rehome.ownership'))) ?? []
  return row === undefined ? undefined : { owner: row.owner, epoch: Number(row.epoch), move: row.move }
}

/** Compare and set in one statement: of two sessions that name the same epoch one wins, the other sees its row and changes nothing. */
const own = async (context: Context, next: Ownership): Promise<boolean> => {
  await ensureSchema(context)
  const changed = await durably(context, session =>
    session.query(
      `INSERT INTO rehome.ownership (owner, epoch, move) VALUES ($1, $2, $3)
       ON CONFLICT (one) DO UPDATE SET owner = excluded.owner, epoch = excluded.epoch, move = excluded.move, at = excluded.at WHERE rehome.ownership.epoch < excluded.epoch`,
      [next.owner, next.epoch, next.move]))
  return changed.rowCount === 1
}

/** The row that is there, or none: that the schema is gone by now is an answer too. */
const ownAgain = async (context: Context, next: Ownership): Promise<boolean> => {
  const changed = await ifThere(durably(context, session =>
    session.query('UPDATE rehome.ownership SET owner = $1, epoch = $2, move = $3, at = pg_catalog.clock_timestamp() WHERE epoch < $2', [next.owner, next.epoch, next.move])))
  return changed?.rowCount === 1
}

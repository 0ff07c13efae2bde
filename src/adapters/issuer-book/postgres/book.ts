import type pg from 'pg'
import type { Id } from '#domain/ids.ts'
import type { Licence } from '#domain/licence/licence.ts'
import type { GivenUp, IssuedActivation, IssuedLicence, IssuerBook } from '#ports/issuer-book.ts'
import { isTwice, openPool, reaching, within } from './database.ts'

/** The issuer's book in the database of `url`, in the tables of `schema`. */
export const openPostgresIssuerBook = async ({ url, schema = 'licence' }: { readonly url: string; readonly schema?: string }): Promise<IssuerBook> => {
  const pool = await reaching(() => openPool(url, schema))
  const rows = <Row extends pg.QueryResultRow>(sql: string, values: readonly unknown[]): Promise<Row[]> => reaching(async () => (await pool.query<Row>(sql, [...values])).rows)
  return {
    async issue({ licence, document, key, fingerprint, salt, codeHash }) {
      await rows('INSERT INTO issued_licence (id, says, document, key, fingerprint, salt, code_hash) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (key) DO NOTHING', [licence.id, JSON.stringify(licence), document, key, fingerprint, salt, codeHash])
      const [kept] = await rows<LicenceRow>('SELECT says, document, key, fingerprint, salt, code_hash, withdrawn_at FROM issued_licence WHERE key = $1', [key])
      if (kept === undefined) throw new Error('a licence that was issued is not in the book')
      return issuedOf(kept)
    },
    async issued(licence) {
      const [row] = await rows<LicenceRow>('SELECT says, document, key, fingerprint, salt, code_hash, withdrawn_at FROM issued_licence WHERE id = $1', [licence])
      return row === undefined ? undefined : issuedOf(row)
    },
    async list({ after, limit }) {
      const found = await rows<LicenceRow & ActivationRow>(listing, [after, limit])
      return found.map(row => ({ issued: issuedOf(row), newest: row.licence === null ? null : activationOf(row, 'activation_document') }))
    },
    async withdraw(licence, at) {
      await rows('UPDATE issued_licence SET withdrawn_at = coalesce(withdrawn_at, $2) WHERE id = $1', [licence, new Date(at)])
    },
    async newest(licence) {
      const [row] = await rows<ActivationRow>('SELECT licence, generation, server, public_key, machine, document, activated_at, receipt_hash, given_up_at, seats_until FROM issued_activation WHERE licence = $1 ORDER BY generation DESC LIMIT 1', [licence])
      return row === undefined ? undefined : activationOf(row, 'document')
    },
    answered: async request => (await rows<{ generation: number }>('SELECT generation FROM issuer_answer WHERE request_hash = $1', [request]))[0]?.generation,
    async answer(request, licence, generation) {
      await rows('INSERT INTO issuer_answer (request_hash, licence, generation) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [request, licence, generation])
    },
    activate: (activation, request, before) => orTwice(() => within(pool, session => activateWithin(session, activation, request, before))),
    learn: (activation, at) => orTwice(() => within(pool, session => learnWithin(session, activation, at))),
    async giveUp(licence, generation, givenUp) {
      return (await reaching(() => pool.query(givingUp, givingUpValues(licence, generation, givenUp)))).rowCount === 1
    },
    [Symbol.asyncDispose]: () => pool.end(),
  }
}

/** Whoever withdraws it waits, and whoever is beaten finds the generation there, or the index in the way. */
const activateWithin = async (session: pg.PoolClient, activation: IssuedActivation, request: string, before: GivenUp | null): Promise<boolean> => {
  const { licence, generation, server, publicKey, machine, document, activatedAt } = activation
  const { rows: [issued] } = await session.query<{ withdrawn: boolean }>('SELECT withdrawn_at IS NOT NULL AS withdrawn FROM issued_licence WHERE id = $1 FOR UPDATE', [licence])
  if (issued === undefined || issued.withdrawn) return false
  const { rows: [newest] } = await session.query<{ generation: number; standing: boolean }>('SELECT generation, given_up_at IS NULL AS standing FROM issued_activation WHERE licence = $1 ORDER BY generation DESC LIMIT 1', [licence])
  if (generation !== (newest?.generation ?? 0) + 1 || (newest?.standing ?? false) !== (before !== null)) return false
  if (before !== null) await session.query(givingUp, givingUpValues(licence, generation - 1, before))
  await session.query('INSERT INTO issued_activation (licence, generation, server, public_key, machine, document, activated_at) VALUES ($1, $2, $3, $4, $5, $6, $7)', [licence, generation, server, publicKey, machine, document, new Date(activatedAt)])
  await session.query('INSERT INTO issuer_answer (request_hash, licence, generation) VALUES ($1, $2, $3)', [request, licence, generation])
  return true
}

/** Of what stood before nobody has the receipt here: its hash is one that no receipt has. */
const learnWithin = async (session: pg.PoolClient, { licence, generation, server, publicKey, machine, document, activatedAt }: IssuedActivation, at: number): Promise<boolean> => {
  const { rowCount } = await session.query('SELECT FROM issued_licence WHERE id = $1 AND NOT EXISTS (SELECT FROM issued_activation WHERE licence = $1 AND generation >= $2) FOR UPDATE', [licence, generation])
  if (rowCount !== 1) return false
  await session.query("UPDATE issued_activation SET receipt_hash = '', given_up_at = $2 WHERE licence = $1 AND given_up_at IS NULL", [licence, new Date(at)])
  await session.query('INSERT INTO issued_activation (licence, generation, server, public_key, machine, document, activated_at) VALUES ($1, $2, $3, $4, $5, $6, $7)', [licence, generation, server, publicKey, machine, document, new Date(activatedAt)])
  return true
}

const orTwice = async (work: () => Promise<boolean>): Promise<boolean> => {
  try {
    return await work()
  } catch (error) {
    if (isTwice(error)) return false
    throw error
  }
}

const givingUp = 'UPDATE issued_activation SET receipt_hash = $3, given_up_at = $4, seats_until = $5 WHERE licence = $1 AND generation = $2 AND given_up_at IS NULL AND NOT EXISTS (SELECT FROM issued_activation newer WHERE newer.licence = $1 AND newer.generation > $2)'
const givingUpValues = (licence: string, generation: number, { receiptHash, at, seatsUntil }: GivenUp): unknown[] => [licence, generation, receiptHash, new Date(at), seatsUntil === null ? null : new Date(seatsUntil)]

/** By id, each with its newest activation, which the primary key finds. */
const listing = `
SELECT l.says, l.document, l.key, l.fingerprint, l.salt, l.code_hash, l.withdrawn_at,
  a.licence, a.generation, a.server, a.public_key, a.machine, a.document AS activation_document, a.activated_at, a.receipt_hash, a.given_up_at, a.seats_until
FROM issued_licence l LEFT JOIN LATERAL (SELECT * FROM issued_activation WHERE licence = l.id ORDER BY generation DESC LIMIT 1) a ON true
WHERE $1::uuid IS NULL OR l.id > $1 ORDER BY l.id LIMIT $2`

type LicenceRow = { says: Licence; document: string; key: string; fingerprint: string; salt: string; code_hash: string; withdrawn_at: number | null }
type ActivationRow = {
  licence: Id<'licence'> | null; generation: number; server: Id<'licence-server'>; public_key: string; machine: string; document: string; activation_document?: string; activated_at: number
  receipt_hash: string | null; given_up_at: number | null; seats_until: number | null
}

const issuedOf = ({ says, document, key, fingerprint, salt, code_hash: codeHash, withdrawn_at: withdrawnAt }: LicenceRow): IssuedLicence => ({ licence: says, document, key, fingerprint, salt, codeHash, withdrawnAt })

const activationOf = (row: ActivationRow, document: 'document' | 'activation_document'): IssuedActivation => ({
  licence: row.licence as Id<'licence'>, generation: row.generation, server: row.server, publicKey: row.public_key, machine: row.machine, document: row[document] ?? '', activatedAt: row.activated_at,
  givenUp: row.receipt_hash === null || row.given_up_at === null ? null : { receiptHash: row.receipt_hash, at: row.given_up_at, seatsUntil: row.seats_until },
})

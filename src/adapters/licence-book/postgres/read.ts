import type pg from 'pg'
import type { Id } from '#domain/ids.ts'
import type { Forgiveness } from '#domain/licence/forgive.ts'
import type { KeptLease } from '#domain/licence/seats.ts'
import type { Maintenance } from '#domain/licence/sheet.ts'
import type { UsageHour } from '#domain/licence/usage.ts'
import type { ServerIdentity } from '#domain/licence/licence.ts'
import { hourOf } from '#domain/licence/usage.ts'
import type { KeptAnswer, KeptLicence, KeptProfile, KeptState } from '#ports/licence-book.ts'

type ServerRow = ServerIdentity & { readonly seen: number; readonly maintenance: Maintenance | null; readonly moved: string | null }
type LeaseRow = Omit<KeptLease, 'holder'> & { readonly user: string; readonly host: string; readonly program: string }

const leaseColumns = 'lease, licence, profile, by_user AS "user", by_host AS host, by_program AS program, key, taken_at AS "takenAt", until, is_borrowed AS "isBorrowed"'
const leaseOf = ({ user, host, program, ...lease }: LeaseRow): KeptLease => ({ ...lease, holder: { user, host, program } })

/** All of it, by the one who writes it. */
export const readState = async (session: pg.Client, identity: ServerIdentity): Promise<KeptState> => {
  await session.query('UPDATE server SET server = $1, public_key = $2 WHERE server IS NULL', [identity.server, identity.publicKey])
  const { rows: [server] } = await session.query<ServerRow>('SELECT server, public_key AS "publicKey", seen, maintenance, moved FROM server')
  const { rows: licences } = await session.query<KeptLicence>('SELECT licence, document, activation, generation, receipt, brought, code, doubt, waits FROM held ORDER BY licence')
  const { rows: profiles } = await session.query<KeptProfile>('SELECT name, licences::text[] AS licences FROM profile ORDER BY name')
  const { rows: leases } = await session.query<LeaseRow>(`SELECT ${leaseColumns} FROM lease ORDER BY lease`)
  const { rows: forgiven } = await session.query<Forgiveness>('SELECT at, from_time AS "from", by_whom AS "by", reason FROM forgiven ORDER BY number DESC LIMIT 20')
  const { server: name, publicKey, seen, maintenance, moved } = server as ServerRow
  return {
    identity: { server: name, publicKey }, seen, maintenance, moved, licences, profiles,
    leases: leases.map(leaseOf), forgiven,
    usage: await readUsage(session, hourOf(seen), 253_402_300_799_000),
  }
}

export const readUsage = async (session: pg.Client, from: number, to: number, licence?: Id<'licence'>): Promise<readonly UsageHour[]> => {
  const { rows } = await session.query<UsageHour>(`SELECT licence, hour, peak, check_outs AS "checkOuts", refusals FROM usage WHERE hour >= $1 AND hour < $2 AND ($3::uuid IS NULL OR licence = $3) ORDER BY hour, licence`, [new Date(from).toISOString(), new Date(to).toISOString(), licence ?? null])
  return rows
}

export const readLapsed = async (session: pg.Client, after: number): Promise<readonly KeptLease[]> =>
  (await session.query<LeaseRow>(`SELECT ${leaseColumns} FROM lapsed WHERE until > $1 ORDER BY lease`, [new Date(after).toISOString()])).rows.map(leaseOf)

export const readAnswer = async (session: pg.Client, key: string): Promise<KeptAnswer | undefined> => {
  const { rows: [row] } = await session.query<KeptAnswer>('SELECT key, fingerprint, answer FROM answered WHERE key = $1', [key])
  return row
}

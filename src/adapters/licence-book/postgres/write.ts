import type pg from 'pg'
import type { BookChange, KeptAnswer, KeptLicence, KeptProfile } from '#ports/licence-book.ts'
import type { Id } from '#domain/ids.ts'
import type { KeptLease } from '#domain/licence/seats.ts'
import type { UsageHour } from '#domain/licence/usage.ts'

const iso = (ms: number): string => new Date(ms).toISOString()

/** All changes in one transaction, and for seats alone in one statement: so that many are kept as fast as one. */
export const writeChanges = async (session: pg.Client, changes: readonly BookChange[]): Promise<void> => {
  const ended = new Set(changes.flatMap(({ ended: gone = [] }) => gone))
  // What is taken and ends within the same change was never there; nobody can tell.
  const taken = changes.flatMap(({ taken: seats = [] }) => seats).filter(({ lease }) => !ended.has(lease))
  const others = changes.filter(isMoreThanSeats)
  if (others.length === 0) {
    await writeSeats(session, taken, [...ended])
    return
  }
  await session.query('BEGIN')
  await writeSeats(session, taken, [...ended])
  for (const change of others) await writeOthers(session, change)
  await session.query('COMMIT')
}

const isMoreThanSeats = ({ taken: _, ended: __, ...others }: BookChange): boolean => Object.values(others).some(value => value !== undefined)

/** By the names of leases: the primary key finds them. */
const writeSeats = async (session: pg.Client, taken: readonly KeptLease[], ended: readonly Id<'lease'>[]): Promise<void> => {
  if (taken.length === 0 && ended.length === 0) return
  const column = <T>(read: (lease: KeptLease) => T): T[] => taken.map(read)
  await session.query({
    name: 'seats',
    text: `WITH gone AS (DELETE FROM lease WHERE lease = ANY ($10::uuid[]))
      INSERT INTO lease (lease, licence, profile, by_user, by_host, by_program, key, taken_at, until, is_borrowed)
      SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $11::text[], $7::timestamptz[], $8::timestamptz[], $9::boolean[])
      ON CONFLICT (lease) DO UPDATE SET licence = excluded.licence, profile = excluded.profile, key = excluded.key, taken_at = excluded.taken_at, until = excluded.until, is_borrowed = excluded.is_borrowed`,
    values: [column(one => one.lease), column(one => one.licence), column(one => one.profile), column(one => one.holder.user), column(one => one.holder.host), column(one => one.holder.program),
      column(one => iso(one.takenAt)), column(one => iso(one.until)), column(one => one.isBorrowed), ended, column(one => one.key)],
  })
}

const writeOthers = async (session: pg.Client, { licences = [], profiles = [], profilesGone = [], usage = [], answers = [], maintenance, moved, seen, epoch, lapsed = [], forgiven }: BookChange): Promise<void> => {
  for (const licence of licences) await writeLicence(session, licence)
  for (const name of profilesGone) await session.query('DELETE FROM profile WHERE name = $1', [name])
  for (const profile of profiles) await writeProfile(session, profile)
  if (usage.length > 0) await writeUsage(session, usage)
  for (const answer of answers) await writeAnswer(session, answer)
  if (lapsed.length > 0) await writeLapsed(session, lapsed)
  if (maintenance !== undefined) await session.query('UPDATE server SET maintenance = $1', [maintenance === null ? null : JSON.stringify(maintenance)])
  if (moved !== undefined) await session.query('UPDATE server SET moved = $1', [moved])
  if (seen !== undefined) await session.query('UPDATE server SET seen = greatest(seen, $1)', [iso(seen)])
  if (epoch !== undefined) await session.query('UPDATE server SET epoch = greatest(epoch, $1)', [epoch])
  if (forgiven !== undefined) await forgive(session, forgiven)
}

const writeLicence = (session: pg.Client, { licence, document, activation, generation, receipt, brought, code, doubt, waits }: KeptLicence) =>
  session.query(`INSERT INTO held (licence, document, activation, generation, receipt, brought, code, doubt, waits) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (licence) DO UPDATE SET document = $2, activation = $3, generation = $4, receipt = $5, brought = $6, code = $7, doubt = $8, waits = $9`, [licence, document, activation, generation, receipt, brought, code, doubt, waits])

const writeProfile = (session: pg.Client, { name, licences }: KeptProfile) =>
  session.query('INSERT INTO profile (name, licences) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET licences = $2', [name, licences])

const writeUsage = (session: pg.Client, hours: readonly UsageHour[]) =>
  session.query(`INSERT INTO usage (licence, hour, peak, check_outs, refusals) SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::integer[], $4::integer[], $5::integer[])
    ON CONFLICT (hour, licence) DO UPDATE SET peak = greatest(usage.peak, excluded.peak), check_outs = excluded.check_outs, refusals = excluded.refusals`,
  [hours.map(one => one.licence), hours.map(one => iso(one.hour)), hours.map(one => one.peak), hours.map(one => one.checkOuts), hours.map(one => one.refusals)])

const writeAnswer = (session: pg.Client, { key, fingerprint, answer }: KeptAnswer) =>
  session.query('INSERT INTO answered (key, fingerprint, answer) VALUES ($1, $2, $3)', [key, fingerprint, JSON.stringify(answer)])

const writeLapsed = async (session: pg.Client, leases: readonly KeptLease[]): Promise<void> => {
  for (const { lease, licence, profile, holder: { user, host, program }, key, takenAt, until, isBorrowed } of leases)
    await session.query('INSERT INTO lapsed (lease, licence, profile, by_user, by_host, by_program, key, taken_at, until, is_borrowed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (lease) DO UPDATE SET taken_at = $8, until = $9', [lease, licence, profile, user, host, program, key, iso(takenAt), iso(until), isBorrowed])
}

/** The one thing by which the time that was seen goes back. */
const forgive = async (session: pg.Client, { at, from, by, reason, hours, hoursGone }: NonNullable<BookChange['forgiven']>): Promise<void> => {
  await session.query('UPDATE server SET seen = $1', [iso(at)])
  await session.query('DELETE FROM usage WHERE hour >= $1', [iso(hoursGone)])
  if (hours.length > 0) await writeUsage(session, hours)
  await session.query('DELETE FROM lapsed USING lease WHERE lapsed.lease = lease.lease')
  await session.query('INSERT INTO forgiven (at, from_time, by_whom, reason) VALUES ($1, $2, $3, $4)', [iso(at), iso(from), by, reason])
}

/** So many at most of each, by the database's clock: the index finds the oldest. */
export const trimOld = async (session: pg.Client, { answersMs, keysMs }: { readonly answersMs: number; readonly keysMs: number }, most: number): Promise<number> => {
  const run = async (text: string, ms: number): Promise<number> => (await session.query(text, [ms, most])).rowCount ?? 0
  const before = "at < now() - $1 * interval '1 millisecond'"
  return await run(`DELETE FROM answered WHERE key IN (SELECT key FROM answered WHERE ${before} ORDER BY at LIMIT $2)`, keysMs)
    + await run(`UPDATE answered SET answer = NULL WHERE key IN (SELECT key FROM answered WHERE ${before} AND answer IS NOT NULL ORDER BY at LIMIT $2)`, answersMs)
    + await run(`DELETE FROM lapsed WHERE lease IN (SELECT lease FROM lapsed WHERE ${before} ORDER BY at LIMIT $2)`, keysMs)
}

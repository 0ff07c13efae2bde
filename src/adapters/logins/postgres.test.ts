import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import pg from 'pg'
import { Fault } from '#domain/faults.ts'
import type { Logins } from '#ports/logins.ts'
import { type Scope, type TestDatabase, useDatabase } from '#test/services/postgres.ts'
import { openPostgresLogins } from './postgres.ts'
import { scramVerifier } from './scram.ts'

const shop = `CREATE TABLE orders (id serial PRIMARY KEY, note text); INSERT INTO orders (note) VALUES ('one'), ('two'); CREATE TABLE secrets (id integer GENERATED ALWAYS AS IDENTITY, text text); CREATE SCHEMA more; CREATE TABLE more.log (what text)`
const password = 'Abc-123_xyz'

const useLogins = async (t: Scope, major: 15 | 18): Promise<{ readonly logins: Logins; readonly database: TestDatabase; readonly user: string; as(user: string, password: string, sql: string): Promise<unknown[]> }> => {
  const ends: (() => Promise<unknown>)[] = []
  t.after(async () => { for (const end of ends.toReversed()) await end() })
  const database = await useDatabase({ after: end => { ends.push(end) } }, { major, template: shop })
  const user = `u_${randomBytes(5).toString('hex')}`
  ends.push(() => database.query(`DO $$ BEGIN IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '${user}') THEN DROP OWNED BY ${user}; DROP ROLE ${user}; END IF; END $$`))
  const logins = openPostgresLogins({ name: 'target', url: database.url })
  ends.push(async () => { await logins[Symbol.asyncDispose]() })
  return {
    logins, database, user,
    async as(who, secret, sql) {
      const url = new URL(database.url)
      const session = new pg.Client({ host: url.hostname, port: Number(url.port), database: url.pathname.slice(1), user: who, password: secret })
      await session.connect()
      try {
        return (await session.query(sql)).rows
      } finally {
        await session.end()
      }
    },
  }
}

test('a verifier is what the RFC says: for the example of RFC 7677', () => {
  const verifier = scramVerifier('pencil', Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'))
  assert.equal(verifier, 'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=')
})

for (const major of [15, 18] as const) {
  test(`an integration has just the rights it was given, and loses those that it is not given again (PostgreSQL ${major})`, async t => {
    const { logins, user, as } = await useLogins(t, major)
    await logins.make({ user, kind: 'integration', rights: [{ on: 'public.orders', may: 'write' }] }, password)
    assert.deepEqual(await as(user, password, `INSERT INTO public.orders (note) VALUES ('three') RETURNING note`), [{ note: 'three' }])
    for (const sql of ['SELECT * FROM public.secrets', 'SELECT * FROM more.log', 'DROP TABLE public.orders', 'TRUNCATE public.orders']) await assert.rejects(as(user, password, sql), /permission denied|must be owner/, sql)
    await logins.make({ user, kind: 'integration', rights: [{ on: 'public.secrets', may: 'read' }] }, `${password}2`)
    await as(user, `${password}2`, 'SELECT * FROM public.secrets')
    await assert.rejects(as(user, `${password}2`, 'SELECT * FROM public.orders'), /permission denied/)
    await assert.rejects(as(user, `${password}2`, `INSERT INTO public.secrets (text) VALUES ('x')`), /permission denied/)
  })

  test(`the master has everything of the product's and nothing of the server's (PostgreSQL ${major})`, async t => {
    const { logins, database, user, as } = await useLogins(t, major)
    await logins.make({ user, kind: 'master', rights: [] }, password)
    for (const sql of [`INSERT INTO public.orders (note) VALUES ('x')`, 'SELECT * FROM more.log', `SELECT nextval('public.orders_id_seq')`]) await as(user, password, sql)
    await assert.rejects(as(user, password, 'CREATE ROLE another'), /permission denied/)
    assert.deepEqual(await database.query(`SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls FROM pg_roles WHERE rolname = $1`, [user]), [{ rolsuper: false, rolcreaterole: false, rolcreatedb: false, rolreplication: false, rolbypassrls: false }])
    const [stored] = await database.query<{ rolpassword: string }>('SELECT rolpassword FROM pg_authid WHERE rolname = $1', [user])
    assert.match(stored?.rolpassword ?? '', /^SCRAM-SHA-256\$4096:/)
  })

  test(`who is connected is seen by user, host and program, without Rehome (PostgreSQL ${major})`, async t => {
    const { logins, database, user } = await useLogins(t, major)
    await logins.make({ user, kind: 'integration', rights: [] }, password)
    const url = new URL(database.url)
    const open = async (program: string): Promise<pg.Client> => {
      const session = new pg.Client({ host: url.hostname, port: Number(url.port), database: url.pathname.slice(1), user, password, application_name: program })
      await session.connect()
      return session
    }
    const all = [await open('nightly report'), await open('nightly report'), await open('rehome control')]
    try {
      assert.deepEqual((await logins.seen()).filter(one => one.user === user), [{ user, host: '127.0.0.1', program: 'nightly report' }])
      const { engine, bytes } = await logins.size()
      assert.deepEqual([engine, bytes > 1_000_000], ['postgres', true])
      assert.equal(await logins.count('SELECT count(*) FROM orders'), 2)
      await assert.rejects(logins.count('DELETE FROM orders RETURNING 1'), (error: unknown) => error instanceof Fault && error.code === 'STORE_REFUSED')
      await assert.rejects(logins.count(`SELECT 'many'`), (error: unknown) => error instanceof Fault && error.code === 'STORE_REFUSED')
    } finally {
      for (const session of all) await session.end()
    }
  })
}

test('a user that somebody else made is left as it is', async t => {
  const { logins, database, user } = await useLogins(t, 18)
  await database.query(`CREATE ROLE ${user} LOGIN PASSWORD 'theirs'`)
  await assert.rejects(logins.make({ user, kind: 'master', rights: [] }, password), (error: unknown) => error instanceof Fault && error.code === 'USER_NOT_MADE' && /somebody else/.test(error.message) && !String(error.stack).includes(password))
  await assert.rejects(logins.make({ user: `${user}_2`, kind: 'integration', rights: [{ on: 'public.nowhere', may: 'read' }] }, password), (error: unknown) => error instanceof Fault && error.code === 'USER_NOT_MADE')
  assert.deepEqual(await database.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [`${user}_2`]), [])
})

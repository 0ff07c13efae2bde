import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Fault } from '#domain/faults.ts'
import { contextOf, useRole, useSession } from '#test/postgres/contexts.ts'
import { useDatabase } from '#test/services/postgres.ts'
import { openBook } from './book.ts'
import { identify } from './identify.ts'
import { ensureSchema, register, registered, unregister } from './register.ts'

for (const major of [15, 18] as const) {
  suite(`PostgreSQL ${major}`, () => {
    test('many sessions at once make one schema, which nobody else may look into', async t => {
      const database = await useDatabase(t, { major })
      const other = await useRole(t, database)
      await database.query(`ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO ${other.name}; ALTER DEFAULT PRIVILEGES GRANT ALL ON SEQUENCES TO PUBLIC; ALTER DEFAULT PRIVILEGES GRANT ALL ON SCHEMAS TO ${other.name}`)
      await using one = contextOf(database.url)
      await using two = contextOf(database.url)
      await Promise.all([one, two, one, two, one].map(ensureSchema))
      const session = await useSession(t, other.url)
      for (const look of ['TABLE rehome.fence_pass', 'SELECT last_value FROM rehome.fence_flag', `SELECT setval('rehome.fence_flag', 1)`, 'TABLE rehome.move']) {
        await assert.rejects(session.query(look), { code: '42501' }, look)
      }
      const grants = await database.query(`SELECT relname FROM pg_class c, aclexplode(relacl) a WHERE relnamespace = 'rehome'::regnamespace AND grantee <> relowner`)
      assert.deepEqual(grants, [])
    })

    test('what is registered is found again, once, and forgotten when it is gone', async t => {
      const database = await useDatabase(t, { major })
      await using context = contextOf(database.url)
      assert.deepEqual(await registered(context), [])
      await unregister(context, 'slot', 'rehome_a')
      await register(context, 'slot', 'rehome_a')
      await register(context, 'slot', 'rehome_a')
      await register(context, 'trigger', '"we""ird"."ta ble"')
      const found = await registered(context)
      assert.deepEqual(found.map(({ kind, name }) => [kind, name]), [['schema', 'rehome'], ['slot', 'rehome_a'], ['trigger', '"we""ird"."ta ble"']])
      assert.match(found[0]?.at ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
      await unregister(context, 'slot', 'rehome_a')
      assert.deepEqual((await registered(context)).map(created => created.kind), ['schema', 'trigger'])
    })

    test('a schema of somebody else by our name is left alone, and so is one of a newer Rehome', async t => {
      const database = await useDatabase(t, { major })
      await using context = contextOf(database.url)
      await database.query('CREATE SCHEMA rehome')
      await assert.rejects(register(context, 'slot', 'rehome_a'), (error: Fault) => error.code === 'STORE_NAME_TAKEN')
      await database.query('DROP SCHEMA rehome')
      await register(context, 'slot', 'rehome_a')
      await database.query('INSERT INTO rehome.version VALUES (1000)')
      await assert.rejects(register(context, 'slot', 'rehome_b'), /a newer Rehome made it \(version 1000/)
    })

    test('the book keeps one record and one owner, and ownership moves on only by a higher epoch', async t => {
      const database = await useDatabase(t, { major })
      await using context = contextOf(database.url)
      const book = openBook(context)
      assert.equal(await book.read(), undefined)
      assert.equal(await book.ownership(), undefined)
      assert.deepEqual(await database.query(`SELECT FROM pg_namespace WHERE nspname = 'rehome'`), [], 'reading makes nothing')
      await book.write('{"stage":"copying"}')
      await book.write('{"stage":"following"}')
      assert.equal(await book.read(), '{"stage":"following"}')
      assert.equal(await book.own({ owner: 'here', epoch: 4, move: 'm1' }), true)
      assert.equal(await book.own({ owner: 'elsewhere', epoch: 4, move: 'm2' }), false)
      assert.equal(await book.own({ owner: 'elsewhere', epoch: 3, move: 'm2' }), false)
      assert.deepEqual(await book.ownership(), { owner: 'here', epoch: 4, move: 'm1' })
      const rivals = await Promise.all(Array.from({ length: 8 }, (_, n) => book.own({ owner: 'elsewhere', epoch: 5, move: `rival ${n}` })))
      assert.equal(rivals.filter(Boolean).length, 1)
      assert.equal((await book.ownership())?.move, `rival ${rivals.indexOf(true)}`)
    })

    test('what the book keeps waits for the disk, though the database says otherwise of its commits', async t => {
      const database = await useDatabase(t, { major, config: { synchronous_commit: 'off' } })
      await using context = contextOf(database.url)
      await ensureSchema(context)
      await database.query(`CREATE TABLE seen (what text, waits text); CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.seen VALUES (TG_TABLE_NAME, current_setting('synchronous_commit')); RETURN NULL; END $$;
        CREATE TRIGGER note AFTER INSERT ON rehome.ownership EXECUTE FUNCTION note(); CREATE TRIGGER note AFTER INSERT ON rehome.move EXECUTE FUNCTION note(); CREATE TRIGGER note AFTER INSERT ON rehome.created EXECUTE FUNCTION note()`)
      await openBook(context).own({ owner: 'here', epoch: 1, move: 'm1' })
      await openBook(context).write('{}')
      await register(context, 'slot', 'rehome_a')
      assert.deepEqual(await database.query('SELECT what, waits FROM seen ORDER BY what'), ['created', 'move', 'ownership'].map(what => ({ what, waits: 'on' })))
    })

    test('a database is known by its server, and by its number: dropped and created anew it is another', async t => {
      const database = await useDatabase(t, { major })
      await using context = contextOf(database.url)
      const identity = await identify(context)
      const [is] = await database.query<{ system: string; oid: string; version: string }>(
        `SELECT (SELECT system_identifier::text FROM pg_control_system()) AS system, (SELECT oid::text FROM pg_database WHERE datname = current_database()) AS oid, current_setting('server_version') AS version`)
      assert.deepEqual(identity, { engine: 'postgres', version: is?.version, system: is?.system, timeline: 1, database: `${database.name} (oid ${is?.oid})` })
    })

    test('where the control file may not be read, a replication session tells the same', async t => {
      const database = await useDatabase(t, { major })
      const role = await useRole(t, database, 'REPLICATION')
      await using context = contextOf(database.url)
      await using restricted = contextOf(role.url)
      await database.query('REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC')
      assert.deepEqual(await identify(restricted), await identify(context))
    })
  })
}

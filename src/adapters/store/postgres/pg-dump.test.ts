import assert from 'node:assert/strict'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { Fault } from '#domain/faults.ts'
import { contextOf, useRole } from '#test/postgres/contexts.ts'
import { type Scope, useDatabase } from '#test/services/postgres.ts'
import { zoo } from '#test/zoo/zoo.ts'
import { dumpSchema, withoutRestriction } from './pg-dump.ts'
import { choose, findPgDump, installLine } from './pg-dump-find.ts'
import { splitStatements } from './statements.ts'

const useFolder = async (scope: Scope): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'rehome-pg-dump-'))
  scope.after(() => rm(folder, { recursive: true }))
  return folder
}

suite('finding pg_dump', () => {
  test('it is as new as the source, and as new as the target but not newer if there is a choice', () => {
    const dumps = [13, 15, 16, 18].map(major => ({ path: `/${major}`, major, minor: 1 }))
    assert.deepEqual([[15, 18], [15, 17], [15, 15], [17, 17], [14, 15], [18, 18], [19, 19]].map(([source = 0, target = 0]) => choose(dumps, source, target)?.major), [18, 16, 15, 18, 15, 18, undefined])
    assert.equal(choose([{ path: 'old', major: 15, minor: 2 }, { path: 'new', major: 15, minor: 18 }], 15, 18)?.path, 'new')
  })

  test('one on the path is found, and one that is named is the only one that is considered', async t => {
    const folder = await useFolder(t)
    const program = join(folder, 'pg_dump')
    await writeFile(program, '#!/bin/sh\necho "pg_dump (PostgreSQL) 99.7 (of a test)"\n')
    await chmod(program, 0o755)
    assert.deepEqual(await findPgDump(99, 99, { PATH: `/nowhere:${folder}` }), { path: program, major: 99, minor: 7 })
    assert.deepEqual(await findPgDump(15, 18, { PATH: '', REHOME_PG_DUMP: program }), { path: program, major: 99, minor: 7 })
    await assert.rejects(findPgDump(15, 18, { PATH: folder, REHOME_PG_DUMP: '/nowhere/pg_dump' }), (error: unknown) => error instanceof Fault && error.code === 'SCHEMA_TOOL_MISSING')
  })

  test('if there is none it is said what to type to have one', async t => {
    await assert.rejects(findPgDump(99, 99, { PATH: '/nowhere' }), (error: unknown) => {
      assert.ok(error instanceof Fault)
      assert.equal(error.code, 'SCHEMA_TOOL_MISSING')
      assert.match(error.message, /version 99 or newer/)
      assert.match(error.remedy, /99/)
      return true
    })
    assert.equal(installLine(15, 'linux', 'ID=debian\nVERSION_ID="12"\n'), 'sudo apt-get install -y postgresql-client-15')
    assert.equal(installLine(14, 'linux', 'NAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\n'), 'sudo apt-get install -y postgresql-client-16')
    assert.ok(installLine(18, 'linux', 'ID=debian\nVERSION_ID="12"\n').endsWith('apt.postgresql.org.sh -y && sudo apt-get install -y postgresql-client-18'))
    assert.equal(installLine(17, 'darwin', ''), 'brew install postgresql@17')
    assert.match(installLine(17, 'linux', 'ID="rocky"\nID_LIKE="rhel centos fedora"\n'), /^sudo dnf install -y postgresql17/)
    assert.equal(installLine(17, 'linux', 'ID=alpine\n'), 'sudo apk add postgresql17-client')
    t.diagnostic(installLine(18))
  })
})

suite('running pg_dump', () => {
  test('the schema of a zoo comes whole: what was split and joined is what it wrote, in the server’s own order', async t => {
    const database = await useDatabase(t, { major: 15, template: zoo })
    await using context = contextOf(database.url)
    const dump = await findPgDump(15, 15)
    const session = await context.connect('test')
    t.after(() => session.end())
    await session.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
    const { rows: [picture] } = await session.query<{ name: string }>('SELECT pg_export_snapshot() AS name')
    await database.query('CREATE TABLE too_late (id integer PRIMARY KEY)')
    for (const section of ['pre-data', 'post-data'] as const) {
      const text = await dumpSchema(dump, context.settings, section, picture?.name ?? '')
      assert.equal(splitStatements(text).join(''), text)
      assert.doesNotMatch(text, /^\\(un)?restrict/m)
      assert.doesNotMatch(text, /too_late/)
      assert.equal(text.includes('PRIMARY KEY'), section === 'post-data')
    }
    await session.query('COMMIT')
    await assert.rejects(dumpSchema(dump, context.settings, 'pre-data', picture?.name ?? ''), (error: unknown) => error instanceof Fault && error.code === 'SNAPSHOT_LOST')
  })

  test('what it cannot do is told by its own words, without the password', async t => {
    const database = await useDatabase(t, { major: 15, template: 'CREATE TABLE closed (id integer)' })
    const dump = await findPgDump(15, 15)
    const role = await useRole(t, database)
    await using context = contextOf(role.url)
    const refused = (code: string, said: RegExp) => (error: unknown): boolean => {
      assert.ok(error instanceof Fault, String(error))
      assert.equal(error.code, code, error.message)
      assert.match(error.message, said)
      assert.doesNotMatch(JSON.stringify(error), new RegExp(context.settings.password ?? ''))
      return true
    }
    await assert.rejects(dumpSchema(dump, { ...context.settings, password: 'wrong' }, 'pre-data', 'x'), refused('STORE_REFUSED_LOGIN', /password authentication failed/))
    const nowhere = new URL(context.settings.url)
    nowhere.port = '1'
    await assert.rejects(dumpSchema(dump, { ...context.settings, url: nowhere.href }, 'pre-data', 'x'), refused('STORE_UNREACHABLE', /Connection refused/))
    const session = await context.connect('test')
    t.after(() => session.end())
    await session.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
    const { rows: [picture] } = await session.query<{ name: string }>('SELECT pg_export_snapshot() AS name')
    await assert.rejects(dumpSchema(dump, context.settings, 'pre-data', picture?.name ?? ''), refused('STORE_REFUSED', /permission denied for table closed/))
  })

  test('the two lines that keep psql in bounds are taken away, and nothing that looks like them', () => {
    const body = `SET a = 1;\nCOMMENT ON TABLE t IS '\n\\restrict Abc123\n\\unrestrict Abc123\n';\n`
    assert.equal(withoutRestriction(`--\n-- Dump\n--\n\n\\restrict Abc123\n\n${body}\n\\unrestrict Abc123\n\n`), `--\n-- Dump\n--\n\n\n${body}\n`)
    assert.equal(withoutRestriction(body), body)
    assert.throws(() => withoutRestriction(`\\restrict Abc123\n${body}`), /unrestricts/)
  })
})

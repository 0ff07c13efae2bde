import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useRole } from '#test/postgres/contexts.ts'
import { blockers, carryOut, live, look, the, usePair } from '#test/postgres/examined.ts'
import { useDatabase, useDatabaseOn, useServer, type TestDatabase } from '#test/services/postgres.ts'
import { isOlder } from './examine-pair.ts'

test('owners: what belongs to a role that we are no member of is told', async t => {
  const [source, target] = await usePair(t)
  const owner = await useRole(t, source)
  await source.query(`CREATE TABLE t (id int PRIMARY KEY); ALTER TABLE t OWNER TO ${owner.name}`)
  await target.query(`CREATE ROLE ${owner.name}`)
  const to = await useRole(t, target, 'REPLICATION')
  await target.query(`GRANT CREATE ON DATABASE ${target.name} TO ${to.name}; GRANT ALL ON SCHEMA public TO ${to.name}`)
  const finding = the(await look(source.url, to.url), 'owners')
  assert.deepEqual([finding.level, finding.about], ['concern', [owner.name]])
  await carryOut(target, finding.remedy)
  assert.equal((await look(source.url, to.url)).some(f => f.id === 'owners'), false)
})

test('encoding: what the target cannot hold is in the way, what it can is a note', async t => {
  const [source, target] = await usePair(t)
  const make = async (beside: TestDatabase, encoding: string): Promise<string> => {
    const name = `${beside.name}_${encoding.toLowerCase()}`
    await beside.query(`CREATE DATABASE ${name} ENCODING '${encoding}' TEMPLATE template0 LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C'`)
    const url = new URL(beside.url)
    url.pathname = `/${name}`
    return url.href
  }
  const [latin, ascii, latinTarget, asciiTarget] = [await make(source, 'LATIN1'), await make(source, 'SQL_ASCII'), await make(target, 'LATIN1'), await make(target, 'SQL_ASCII')]
  try {
    assert.match(the(await look(latin, target.url), 'encoding').what, /^Text is converted from LATIN1 to UTF8 on its way\.$/)
    const narrow = the(await look(source.url, latinTarget), 'encoding')
    assert.match(narrow.what, /^The target's encoding is LATIN1, which cannot hold every text of a source in UTF8\.$/)
    assert.equal(narrow.level, 'blocker')
    const unknown = the(await look(ascii, target.url), 'encoding')
    assert.match(unknown.what, /^The source is SQL_ASCII and may hold bytes of any encoding/)
    assert.equal(unknown.level, 'blocker')
    assert.equal(the(await look(ascii, asciiTarget), 'encoding').level, 'concern')
    assert.equal(the(await look(source.url, asciiTarget), 'encoding').level, 'blocker')
    for (const finding of [narrow, unknown]) {
      await target.query(finding.remedy ?? '')
      const [, made = ''] = /CREATE DATABASE "([^"]+)"/.exec(finding.remedy ?? '') ?? []
      const url = new URL(target.url)
      url.pathname = `/${made}`
      assert.equal(blockers(await look(finding === narrow ? source.url : ascii, url.href)).some(b => b.endsWith(' encoding')), false)
      await target.query(`DROP DATABASE "${made}"`)
    }
  } finally {
    await source.query(`DROP DATABASE ${source.name}_latin1`)
    await source.query(`DROP DATABASE ${source.name}_sql_ascii`)
    await target.query(`DROP DATABASE ${target.name}_latin1`)
    await target.query(`DROP DATABASE ${target.name}_sql_ascii`)
  }
})

test('collation: databases that sort by different rules, collations that the target lacks, and ones that changed under their indexes', async t => {
  const [source, target] = await usePair(t, { template: 'CREATE TABLE t (id int PRIMARY KEY, name text COLLATE "de-x-icu"); CREATE INDEX ON t (name)' })
  await source.query(`UPDATE pg_collation SET collversion = '0.1' WHERE collname = 'de-x-icu'`)
  await target.query(`DELETE FROM pg_collation WHERE collname = 'de-x-icu'`)
  const found = await look(source.url, target.url)
  assert.deepEqual(the(found, 'collation-missing').about, ['de-x-icu (ICU) in public.t, public.t_name_idx'])
  assert.match(the(found, 'collation-missing').remedy ?? '', /SELECT pg_import_system_collations\('pg_catalog'\);$/)
  assert.deepEqual([the(found, 'collation-version').level, the(found, 'collation-version').about], ['concern', ['de-x-icu']])
  await target.query(`SELECT pg_import_system_collations('pg_catalog')`)
  for (const statement of (the(found, 'collation-version').remedy ?? '').split(/(?<=;) /)) await source.query(statement)
  const mended = await look(source.url, target.url)
  assert.deepEqual(mended.filter(f => f.id.startsWith('collation-')), [])
  assert.equal(the(mended, 'collation').level, 'note')
  const name = `${target.name}_icu`
  await target.query(`CREATE DATABASE ${name} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'de'`)
  const url = new URL(target.url)
  url.pathname = `/${name}`
  const differs = the(await look(source.url, url.href), 'collation')
  await target.query(`DROP DATABASE ${name}`)
  assert.equal(differs.level, 'concern')
  assert.match(differs.what, /^The databases sort text by different rules: the source by libc C\.UTF-8, the target by ICU de, version [\d.]+\. Nothing is lost/)
  await target.query((differs.remedy ?? '').replace(/^.*?(?=CREATE DATABASE)/, ''))
  const [, made = ''] = /CREATE DATABASE "([^"]+)"/.exec(differs.remedy ?? '') ?? []
  url.pathname = `/${made}`
  const same = await look(source.url, url.href)
  await target.query(`DROP DATABASE "${made}"`)
  assert.deepEqual(same.filter(f => f.id === 'collation'), [])
})

test('tablespaces: what lies in one of its own goes to the default', async t => {
  const server = await useServer(t, { major: 15, config: { fsync: 'off', allow_in_place_tablespaces: 'on' } })
  const source = await useDatabaseOn(t, server)
  const target = await useDatabase(t, { major: 18 })
  await source.query(`CREATE TABLESPACE fast LOCATION ''`)
  await source.query('CREATE TABLE t (id int PRIMARY KEY) TABLESPACE fast')
  const finding = the(await look(source.url, target.url), 'tablespaces')
  assert.deepEqual([finding.level, finding.about], ['note', ['fast: one table or index']])
  await source.query('DROP TABLE t')
  await source.query('DROP TABLESPACE fast')
})

test('pg-dump: a machine without the tool is told what to install, unless the schema is there', async t => {
  const [source, target] = await usePair(t)
  const before = process.env['REHOME_PG_DUMP']
  process.env['REHOME_PG_DUMP'] = '/nowhere/pg_dump'
  try {
    const finding = the(await look(source.url, target.url), 'pg-dump')
    assert.match(`${finding.what} ${finding.remedy}`, /^There is no pg_dump of version 15 or newer on this machine\. Install .*--schema existing\.$/)
    assert.deepEqual(blockers(await look(source.url, target.url, { ...live, schema: 'existing' })), [])
  } finally {
    if (before === undefined) delete process.env['REHOME_PG_DUMP']
    else process.env['REHOME_PG_DUMP'] = before
  }
})

test('versions of extensions are compared by their numbers', () => {
  for (const [a, b, older] of [['1.5', '1.6', true], ['1.6', '1.6', false], ['1.10', '1.9', false], ['2.1', '2.1.3', true], ['3.4.2', '3.4', false]] as const) assert.equal(isOlder(a, b), older, `${a} ${b}`)
})

import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { useDatabase } from '#test/services/postgres.ts'
import { usePerson, type Said } from '#test/services/rehome.ts'
import { zoo, zooRoles } from '#test/zoo/zoo.ts'

const names = readFileSync(join(import.meta.dirname, '../zoo/60-names.sql'), 'utf8')
/** Of control characters only line breaks reach a terminal, and nothing that turns the direction of text. */
const isClean = ({ out, err }: Pick<Said, 'out' | 'err'>): void => assert.doesNotMatch((out + err).replaceAll('\n', ''), /[\p{Cc}\p{Cf}\u2028\u2029]/u)

test('hostile names and values are moved as they are, and do nothing to a terminal, a log or a page', async t => {
  const person = usePerson(t)
  const source = await useDatabase(t, { major: 15, template: `${zooRoles}; ${names}` })
  const target = await useDatabase(t, { major: 18, template: zooRoles })
  const roles = ['--from', source.url, '--to', target.url, '--approved-by', 'Eve \u001b[31m\u202e</script>', '--tenant', 'Kestrel \u001b]0;owned\u0007']
  const found = await person.run('preflight', ...roles.slice(0, 4))
  isClean(found)
  assert.equal(found.status, 0, found.out)
  const moved = await person.run('move', ...roles, '--until', 'switched')
  isClean(moved)
  assert.equal(moved.status, 0, moved.out + moved.err)
  isClean(await person.run('status'))
  const counted = `SELECT sum((xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM %I.%I', schemaname, tablename), false, true, '')))[1]::text::int)::int AS rows, count(*)::int AS tables FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'rehome')`
  assert.deepEqual(await target.query(counted), await source.query(counted))

  const evidence = readdirSync(person.home).filter(name => name.startsWith('rehome-'))
  assert.equal(evidence.length, 2)
  for (const file of evidence) {
    const checked = await person.run('evidence', 'check', file)
    isClean(checked)
    assert.equal(checked.status, 0, checked.err)
  }
  assert.doesNotMatch(readFileSync(join(person.home, evidence.find(name => name.endsWith('.html')) ?? ''), 'utf8'), /<script|\p{Cc}(?<!\n)/u)

  // Rows that differ are listed by name and key.
  await target.query(`DO $$ BEGIN EXECUTE format('UPDATE names.%1$I SET %1$I = %1$I + 100, v = v || %2$L', E'\x1b[31mred\x1b[0m', E'\x1b[2J'); END $$`)
  const differs = await person.run('verify', ...roles.slice(0, 4))
  assert.equal(differs.status, 1, differs.out + differs.err)
  assert.match(differs.out, /missing +names\.\S*\\u\{1b\}\[31mred\\u\{1b\}\[0m\S* +key 1\n/)
  isClean(differs)
  isClean(await person.run('cleanup', ...roles.slice(0, 4), '--force'))
})

test('the zoo’s names are what is tried', () => assert.ok(zoo.includes(names)))

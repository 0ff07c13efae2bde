import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useDatabase } from '#test/services/postgres.ts'
import { usePerson } from '#test/services/rehome.ts'

const shop = 'CREATE TABLE orders (id integer PRIMARY KEY, item text); INSERT INTO orders SELECT g, md5(g::text) FROM generate_series(1, 500) g'

for (const [what, statement] of [['a new column', 'ALTER TABLE orders ADD COLUMN price integer DEFAULT 5'], ['a new table', 'CREATE TABLE refunds (id integer PRIMARY KEY); INSERT INTO refunds VALUES (1)']] as const) {
  test(`${what} during the move stops it before anything is switched, and the old home serves on`, async t => {
    const person = usePerson(t)
    const [source, target] = await Promise.all([useDatabase(t, { major: 15, template: shop }), useDatabase(t, { major: 18 })])
    const mover = person.start('move', '--from', source.url, '--to', target.url, '--cutover', 'wait')
    await mover.says(/rehome cutover/)
    await source.query(statement)
    await person.run('cutover')
    const { status, err } = await mover.ended
    assert.equal(status, 4, mover.said())
    assert.match(err.replace(/\s+/g, ' '), /The schema of .* changed during the move: .*Make the same change on the target and run the same command again/)
    await source.query('DELETE FROM orders WHERE id = 1')
  })
}

test('a table without a replica identity is named, its writers are not harmed, and it is moved in the freeze', async t => {
  const person = usePerson(t)
  const [source, target] = await Promise.all([useDatabase(t, { major: 15, template: `${shop}; CREATE TABLE notes (body text); INSERT INTO notes VALUES ('one'), ('two')` }), useDatabase(t, { major: 18 })])
  const mover = person.start('move', '--from', source.url, '--to', target.url, '--cutover', 'wait', '--until', 'switched')
  await mover.says(/rehome cutover/)
  assert.match(mover.said().replace(/\d\d:\d\d:\d\dZ?/g, '').replace(/\s+/g, ' '), /! .*public\.notes.*→ .*(REPLICA IDENTITY|PRIMARY KEY)/)
  await source.query("UPDATE notes SET body = 'three' WHERE body = 'two'")
  await source.query('DELETE FROM orders WHERE id = 500')
  await person.run('cutover')
  const { status } = await mover.ended
  assert.equal(status, 0, mover.said())
  assert.deepEqual(await target.query('SELECT body FROM notes ORDER BY 1'), [{ body: 'one' }, { body: 'three' }])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useDatabase } from '#test/services/postgres.ts'
import { mutate, zoo, zooDigest } from './zoo.ts'

for (const [major, seeds] of [[15, 30], [18, 5]] as const) {
  test(`the zoo lives on PostgreSQL ${major} and every seed writes to it`, async t => {
    const database = await useDatabase(t, { major, template: zoo })
    const first = await zooDigest(database.query)
    assert.ok(Object.keys(first).length > 220, `${Object.keys(first).length} relations`)
    const touched = new Set<string>()
    let before = first
    for (let seed = 0; seed < seeds; seed++) {
      await database.query(mutate(seed))
      const after = await zooDigest(database.query)
      const changed = Object.keys(after).filter(name => after[name] !== before[name])
      assert.ok(changed.length > 20, `seed ${seed} changes ${changed.length} relations`)
      for (const name of changed) touched.add(name)
      before = after
    }
    const never = Object.keys(first).filter(name => !touched.has(name) && /^"(types|keys|names)"/.test(name))
    assert.ok(seeds < 30 || never.length < 16, `never written to: ${never.join(', ')}`)
  })
}

test('the digest of a zoo tells one changed bit from none, and is the same of the same rows in another order', async t => {
  const database = await useDatabase(t, { major: 15, template: zoo })
  const before = await zooDigest(database.query)
  await database.query(`CREATE TEMP TABLE kept AS SELECT * FROM keys."none"; DELETE FROM keys."none"; INSERT INTO keys."none" SELECT * FROM kept ORDER BY v DESC`)
  assert.deepEqual(await zooDigest(database.query), before)
  const harms = [
    `UPDATE types."double precision" SET v = 0 WHERE id = 2`, `UPDATE keys."none" SET v = '' WHERE ctid = (SELECT min(ctid) FROM keys."none" WHERE v IS NULL)`,
    `UPDATE types.numeric SET v = 1.10 WHERE v = 1.1 AND note = '1.1'`, `DELETE FROM keys."no columns" WHERE ctid = (SELECT min(ctid) FROM keys."no columns")`, `SELECT lo_put(990002, 0, 'S')`,
  ]
  let last = before
  for (const harm of harms) {
    await database.query(harm)
    const now = await zooDigest(database.query)
    assert.notDeepEqual(now, last, harm)
    last = now
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contextOf } from '#test/postgres/contexts.ts'
import { blockers, look, the, usePair } from '#test/postgres/examined.ts'
import { usePooler } from '#test/postgres/pooler.ts'
import { asStandby } from '#test/postgres/standby.ts'
import { useDatabase, useDatabaseOn, useServer } from '#test/services/postgres.ts'
import { unfit } from './examine-endpoint.ts'
import { survey } from './examine-ground.ts'

test('same-database: one database under two addresses is seen through, and two databases of one server are two', async t => {
  const [database, other] = await Promise.all([useDatabase(t, { major: 15 }), useDatabase(t, { major: 15 })])
  const elsewhere = await usePooler(t, [database.url], { mode: 'session', size: 20 })
  const found = await look(database.url, elsewhere)
  assert.equal(the(found, 'same-database').level, 'blocker')
  assert.match(the(found, 'same-database').what, /^Source and target are the same database "test_\w+" on the same server\.$/)
  assert.deepEqual(blockers(await look(database.url, other.url)), [])
})

test('target-older: a target of an older version is in the way', async t => {
  const [old, young] = await usePair(t)
  const finding = the(await look(young.url, old.url), 'target-older')
  assert.match(finding.what, /^The target runs PostgreSQL 15\.\d+, which is older than the source's 18\.\d+\.$/)
  assert.match(finding.remedy ?? '', /version 18 or newer/)
})

test('version-unknown: a server that is too old is refused alone', async t => {
  const database = await useDatabase(t, { major: 15 })
  await using context = contextOf(database.url)
  const [finding, ...more] = unfit({ ...await survey(context, 'source'), version: 110022 })
  assert.match(finding?.what ?? '', /^The source runs PostgreSQL 11\.22; Rehome moves from and to version 12 and newer\.$/)
  assert.equal(unfit({ ...await survey(context, 'source'), version: 90624 })[0]?.what.includes('9.6'), true)
  assert.deepEqual([more, unfit(await survey(context, 'source'))], [[], []])
})

test('standby: a server in recovery is told alone', async t => {
  const target = await useDatabase(t, { major: 18 })
  await asStandby(await useServer(t, { major: 15 }), async url => {
    for (const [found, side] of [[await look(url, target.url), 'source'], [await look(target.url, url), 'target']] as const) {
      assert.deepEqual(blockers(found), [`${side} standby`])
      assert.match(found[0]?.what ?? '', new RegExp(`^The ${side} is a read-only standby`))
    }
  })
})

test('pooled: sessions lent for a transaction are found out, with many server sessions behind and with few; a pooler that keeps them is a note', async t => {
  const [source, target] = await usePair(t)
  for (const size of [2, 10]) {
    const through = await usePooler(t, [source.url], { mode: 'transaction', size })
    const found = await look(through, target.url)
    assert.deepEqual(blockers(found), ['source pooled'], `${size} server sessions`)
    assert.match(found[0]?.what ?? '', /^Between here and the source there is a pooler that lends its server sessions for one transaction at a time\.$/)
  }
  assert.deepEqual(blockers(await look(source.url, await usePooler(t, [target.url], { mode: 'transaction', size: 20 }))), ['target pooled'])
  const kept = await look(await usePooler(t, [source.url], { mode: 'session', size: 30 }), target.url)
  assert.match(the(kept, 'proxied').what, /^The connections to the source pass through a pooler or proxy/)
  assert.equal((await look(source.url, target.url)).some(f => f.id === 'proxied'), false)
})

test('several-servers: an address that leads to more than one server is found out', async t => {
  const [source, target] = await usePair(t)
  const other = await useDatabaseOn(t, await useServer(t, { major: 15, config: { fsync: 'off' } }))
  const found = await look(await usePooler(t, [source.url, other.url], { mode: 'session', size: 30 }), target.url)
  assert.deepEqual(blockers(found), ['source several-servers'])
  assert.match(found[0]?.what ?? '', /leads to 2 different servers/)
})

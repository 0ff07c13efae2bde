import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { contextOf, useRole } from '#test/postgres/contexts.ts'
import { useDatabase, type TestDatabase } from '#test/services/postgres.ts'
import { putLargeObject } from './large-objects.ts'
import { takePicture } from './picture.ts'

const rightsIn = async (database: TestDatabase): Promise<string> => {
  await using context = contextOf(database.url)
  await using picture = await takePicture(context)
  await using reader = await picture.reader()
  const [object] = await Array.fromAsync<{ rights?: string }>(reader.largeObjects())
  return object?.rights ?? 'none'
}

const ownerOf = (rights: string): string => (JSON.parse(rights) as { owner: string }).owner

const put = async (database: TestDatabase, rights: string, as = database.url): Promise<void> => {
  await using context = contextOf(as)
  await putLargeObject(context, '4711', (async function* () { yield Buffer.from('a picture') })(), rights)
}

const useBoth = async (t: TestContext): Promise<{ a: TestDatabase; b: TestDatabase; owner: { name: string; url: string }; guest: { name: string; url: string } }> => {
  const [a, b] = [await useDatabase(t, { major: 15 }), await useDatabase(t, { major: 15 })]
  const [owner, guest] = [await useRole(t, a), await useRole(t, a)]
  await a.query(`SELECT lo_from_bytea(4711, 'a picture'); GRANT SELECT ON LARGE OBJECT 4711 TO ${guest.name} WITH GRANT OPTION; GRANT SELECT, UPDATE ON LARGE OBJECT 4711 TO PUBLIC; ALTER LARGE OBJECT 4711 OWNER TO ${owner.name}`)
  return { a, b, owner, guest }
}

test('a large object belongs to whom it belonged, and may be used by whom it might be', async t => {
  const { a, b } = await useBoth(t)
  const rights = await rightsIn(a)
  for (let twice = 0; twice < 2; twice++) await put(b, rights)
  assert.equal(await rightsIn(b), rights)
})

test('a large object without grants is its owner’s alone', async t => {
  const { a, b, owner, guest } = await useBoth(t)
  await a.query(`REVOKE ALL ON LARGE OBJECT 4711 FROM PUBLIC; REVOKE ALL ON LARGE OBJECT 4711 FROM ${guest.name}`)
  await put(b, await rightsIn(a))
  assert.deepEqual(JSON.parse(await rightsIn(b)), { owner: owner.name, grants: null })
})

test('rights of roles that are not here, or that we may not give, stay behind', async t => {
  const { b, owner, guest } = await useBoth(t)
  await put(b, JSON.stringify({ owner: 'nobody here', grants: [['nobody here either', 'SELECT', false]] }))
  assert.equal(ownerOf(await rightsIn(b)), 'postgres')
  await b.query('SELECT lo_unlink(4711)')
  await put(b, JSON.stringify({ owner: owner.name, grants: null }), new URL(new URL(b.url).pathname, guest.url).href)
  assert.equal(ownerOf(await rightsIn(b)), guest.name)
})

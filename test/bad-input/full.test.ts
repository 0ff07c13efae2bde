import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import pg from 'pg'
import { runAs } from '#adapters/embedded-postgres/run-as.ts'
import { useDatabase, useServer } from '#test/services/postgres.ts'
import { usePerson } from '#test/services/rehome.ts'

const shop = 'CREATE TABLE orders (id integer PRIMARY KEY, item text); INSERT INTO orders SELECT g, repeat(md5(g::text), 20) FROM generate_series(1, 60000) g; CREATE TABLE small (id integer PRIMARY KEY); INSERT INTO small VALUES (1)'

/** A disk of so many megabytes that a server can keep a tablespace on. Only root may mount one. */
const useDisk = (t: TestContext, megabytes: number): { at: string; grow(megabytes: number): void } => {
  assert.equal(process.getuid?.(), 0, 'a disk that gets full is a tmpfs, which only root can mount: run this test as root')
  const at = mkdtempSync(join(tmpdir(), 'rehome-disk-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', at])
  t.after(() => {
    execFileSync('umount', ['-l', at])
    rmSync(at, { recursive: true })
  })
  const user = runAs()
  if (user !== undefined) chownSync(at, user.uid, user.gid)
  return { at, grow: size => { execFileSync('mount', ['-o', `remount,size=${size}m`, at]) } }
}

const on = async (url: string, ...statements: string[]): Promise<pg.QueryResult> => {
  const session = new pg.Client({ connectionString: url })
  await session.connect()
  try {
    let last = await session.query('SELECT')
    for (const statement of statements) last = await session.query(statement)
    return last
  } finally {
    await session.end()
  }
}

test('a disk that gets full on the target stops the move in a sentence; with room made the same command goes on', async t => {
  const person = usePerson(t)
  const source = await useDatabase(t, { major: 15, template: shop })
  const server = await useServer(t, { major: 18, config: { fsync: 'off' } })
  const disk = useDisk(t, 24)
  await on(server.superuserUrl(), `CREATE TABLESPACE little LOCATION '${disk.at}'`, 'CREATE DATABASE shop TABLESPACE little')
  const move = ['move', '--from', source.url, '--to', server.superuserUrl('shop'), '--until', 'switched']
  const { status, out, err } = await person.run(...move)
  assert.equal(status, 4, out + err)
  assert.match(err.replace(/\s+/g, ' '), /The target has no room left: .*No space left on device.* Make room on the server’s disk and run the same command again; what was copied stays\. \(STORE_FULL/)
  await source.query('UPDATE orders SET item = item WHERE id = 1') // it serves on
  disk.grow(200)
  const again = await person.run(...move)
  assert.equal(again.status, 0, again.out + again.err)
  assert.deepEqual((await on(server.superuserUrl('shop'), 'SELECT count(*)::int AS n FROM orders')).rows, [{ n: 60_000 }])
})

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { useDatabase } from '#test/services/postgres.ts'
import { addressOf, bundleRig, type BundleRig, never, quiet } from './rig.ts'

const cli = join(import.meta.dirname, '../../src/main/cli.ts')

/** Ends by itself or is killed after so long. Answers the exit status; null: it was killed. */
const run = async (rig: BundleRig, parameters: readonly string[], urls: Readonly<Record<string, string>>, killAfterMs?: number): Promise<{ status: number | null; said: string }> => {
  const child = spawn(process.execPath, [cli, 'bundle', ...parameters], { env: { ...process.env, REHOME_HOME: rig.home, ...urls }, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  child.stdout.on('data', (text: Buffer) => { said += text.toString() })
  child.stderr.on('data', (text: Buffer) => { said += text.toString() })
  const ended = new Promise<number | null>(resolve => { child.once('close', code => resolve(code)) })
  if (killAfterMs !== undefined) {
    const stop = new AbortController()
    await Promise.race([ended, sleep(killAfterMs, undefined, { signal: stop.signal }).catch(() => undefined)])
    stop.abort()
    child.kill('SIGKILL')
  }
  return { status: await ended, said }
}

const filled = `CREATE TABLE a (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, t text NOT NULL, d date); INSERT INTO a (t, d) SELECT repeat(md5(n::text), 8), '2026-01-01' FROM generate_series(1, 60000) n;
  CREATE TABLE b (id int PRIMARY KEY, a bigint REFERENCES a); INSERT INTO b SELECT n, n FROM generate_series(1, 20000) n; CREATE INDEX ON a (d, t); SELECT lo_from_bytea(n, convert_to(repeat('object ', n), 'UTF8')) FROM generate_series(5000, 5040) n`
const digest = `SELECT (SELECT md5(string_agg(a::text, ',' ORDER BY id)) FROM a) AS a, (SELECT md5(string_agg(b::text, ',' ORDER BY id)) FROM b) AS b,
  (SELECT md5(string_agg(md5(lo_get(oid)), ',' ORDER BY oid)) FROM pg_largeobject_metadata) AS o, (SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND convalidated) AS links`

/** Spread over the whole of a run by the golden ratio, so that each moment is another one. */
const moments = (times: number, from: number, to: number): number[] => Array.from({ length: times }, (_, n) => Math.round(from + ((n * 0.618034) % 1) * (to - from)))

test('an export and an import that are killed again and again, at any moment, go on, and come to the same as if they had not been', { timeout: 180_000 }, async t => {
  const rig = await bundleRig(t)
  const source = await useDatabase(t, { major: 15, template: filled })
  const target = await useDatabase(t, { major: 18 })
  const tree = join(rig.folder, 'files')
  mkdirSync(tree)
  for (let n = 0; n < 40; n++) writeFileSync(join(tree, `file ${n}`), Buffer.alloc(2 ** 20, `${n} `))
  const [before] = await source.query(digest)
  const exporting = ['export', '--from', 'env:SOURCE', '--file', rig.file, '--to', rig.recipient, '--tree', tree, '--part', '1MB']
  let kills = 0
  let [until, isWritten] = [300, false]
  // Each time it may work a little longer, or it would never come to its end.
  for (; !existsSync(rig.file); kills++) {
    const { status, said } = await run(rig, exporting, { SOURCE: source.url }, until)
    assert.ok(status === null || status === 0, said)
    until += 40 + (kills % 3) * 20
    // People go on: what they write after the picture that parts are kept of, and whose holder lives, is not in the bundle.
    if (!isWritten && partsOf(rig.file) > 3 && await hasHolder(source)) {
      await source.query(`UPDATE a SET t = 'later' WHERE id % 100 = 1`)
      isWritten = true
    }
    assert.ok(kills < 120, said)
  }
  assert.ok(kills > 4 && isWritten, `it was killed ${kills} times`)
  await holdersGone(t, source)
  await rig.bundles.check({ file: rig.file, key: { identities: [rig.identity] } }, quiet, never)
  const importing = ['import', rig.file, '--to', 'env:TARGET', '--identity', rig.identityFile, '--tree', join(rig.folder, 'to')]
  let imports = 0
  for (const after of moments(12, 500, 2600)) {
    const { status, said } = await run(rig, importing, { TARGET: target.url }, after)
    imports++
    assert.ok(status === null || status === 0, said)
    if (status === 0) break
  }
  const last = await run(rig, importing, { TARGET: target.url })
  assert.equal(last.status, 0, last.said)
  t.diagnostic(`killed ${kills} exports and ${imports} imports`)
  assert.notDeepEqual(await source.query(digest), [before])
  assert.deepEqual(await target.query(digest), [before])
  assert.deepEqual(await target.query(`SELECT nspname FROM pg_namespace WHERE nspname = 'rehome'`), [])
  assert.ok(existsSync(join(rig.folder, 'to', 'files', 'file 39')))
})

/** How many parts of an unfinished bundle are whole and written down. */
const partsOf = (file: string): number => (existsSync(`${file}.notes`) ? readFileSync(`${file}.notes`, 'utf8').trim().split('\n').length : 0)

type Queried = { query(sql: string): Promise<Record<string, unknown>[]> }
const hasHolder = async (source: Queried): Promise<boolean> => (await source.query(`SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'rehome holder%'`)).length > 0
/** Whoever kept the picture is gone with the bundle's end. */
const holdersGone = async (_t: TestContext, source: Queried): Promise<void> => { assert.equal(await hasHolder(source), false) }

test('a bundle whose picture is lost is begun anew from one instant, and one that was begun for somebody else or of another database is not gone on with', { timeout: 60_000 }, async t => {
  const rig = await bundleRig(t)
  const source = await useDatabase(t, { major: 15, template: filled })
  const request = { from: addressOf(source), file: rig.file, lock: { recipients: [rig.recipient] }, trees: [], chunkBytes: 2 ** 20 }
  const stop = new AbortController()
  const stopped = rig.bundles.exportTo(request, told => { if (told.doing === 'rows' && told.done > 3) stop.abort(new Error('enough')) }, stop.signal)
  await assert.rejects(stopped, /enough/)
  const other = await useDatabase(t, { major: 15, template: 'CREATE TABLE c (id int)' })
  await assert.rejects(rig.bundles.exportTo({ ...request, from: addressOf(other) }, quiet, never), { code: 'BUNDLE_OTHER' })
  await assert.rejects(rig.bundles.exportTo({ ...request, lock: { passphrase: 'some other lock' } }, quiet, never), { code: 'BUNDLE_OTHER' })
  await source.query(`UPDATE a SET t = 'now' WHERE id = 1`)
  const held = await source.query<{ pid: number }>(`SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'rehome%'`)
  assert.ok(held.length > 0, 'the picture was kept')
  const told: string[] = []
  await rig.bundles.exportTo(request, ({ doing }) => told.push(doing), never)
  assert.ok(told.some(doing => doing.startsWith('the picture of the source is gone')), told.join())
  const target = await useDatabase(t, { major: 18 })
  const underWay = Promise.withResolvers<void>()
  const busy = rig.bundles.importFrom({ file: rig.file, to: addressOf(target), key: { identities: [rig.identity] }, jobs: 2 }, () => underWay.resolve(), never)
  await Promise.race([underWay.promise, busy])
  await assert.rejects(rig.bundles.importFrom({ file: rig.file, to: addressOf(target), key: { identities: [rig.identity] }, jobs: 2 }, quiet, never), { code: 'BUNDLE_OTHER' })
  assert.equal((await busy).end, 'proven')
  assert.deepEqual(await target.query(digest), await source.query(digest))
})

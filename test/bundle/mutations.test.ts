import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { canonical } from '#lib/canonical.ts'
import { newPrivateKey, signerOf } from '#lib/sign.ts'
import { type BundleIndex, checkReceipt, signIndex, signReceipt } from '#domain/bundle.ts'
import { endOf, openContainer } from '#adapters/bundle/container.ts'
import { useDatabase } from '#test/services/postgres.ts'
import { addressOf, bundleRig, never, quiet } from './rig.ts'

const filled = `CREATE TABLE a (id int PRIMARY KEY, t text); INSERT INTO a SELECT n, md5(n::text) FROM generate_series(1, 3000) n; CREATE TABLE b (t text); INSERT INTO b VALUES ('x'), ('x');
  SELECT lo_from_bytea(4711, 'an object'); CREATE SEQUENCE s; SELECT nextval('s')`

test('a byte that was changed, in whatever part, a cut, and what was added are found without a key, and an import of it keeps nothing that was not checked', { timeout: 120_000 }, async t => {
  const rig = await bundleRig(t)
  const source = await useDatabase(t, { major: 15, template: filled })
  const tree = join(rig.folder, 'files')
  mkdirSync(tree)
  writeFileSync(join(tree, 'one'), 'content')
  await rig.bundles.exportTo({ from: addressOf(source), file: rig.file, lock: { recipients: [rig.recipient] }, trees: [tree], chunkBytes: 2 ** 20 }, quiet, never)
  const whole = readFileSync(rig.file)
  const container = await openContainer(rig.file)
  await container.handle.close()
  const key = { identities: [rig.identity] }
  const changed = join(rig.folder, 'changed.bundle')
  const check = (bytes: Buffer, withKey: boolean): Promise<unknown> => {
    writeFileSync(changed, bytes)
    return rig.bundles.check({ file: changed, ...(withKey ? { key } : {}) }, quiet, never)
  }
  await check(whole, false)
  const ends = container.index.parts.map((part, n) => (container.starts[n] ?? 0) + part.bytes)
  const places = [0, ...container.starts.flatMap((start, n) => [start, start + 30, Math.floor((start + (ends[n] ?? 0)) / 2), (ends[n] ?? 0) - 1]), (ends.at(-1) ?? 0) + 40, whole.length - 60, whole.length - 5]
  for (const place of places) {
    const other = Buffer.from(whole)
    other[place] = (other[place] ?? 0) ^ 1
    await assert.rejects(check(other, false), (error: { code?: string }) => error.code === 'BUNDLE_BROKEN' || error.code === 'BUNDLE_NEWER', `byte ${place} of ${whole.length}, without the key`)
    await assert.rejects(check(other, true), (error: { code?: string }) => error.code === 'BUNDLE_BROKEN' || error.code === 'BUNDLE_NEWER', `byte ${place} of ${whole.length}, with the key`)
  }
  for (const bytes of [Buffer.alloc(0), whole.subarray(0, 10), whole.subarray(0, 1000), whole.subarray(0, -1), Buffer.concat([whole, Buffer.from('\n')])]) await assert.rejects(check(bytes, true), { code: 'BUNDLE_BROKEN' }, String(bytes.length))
  const last = ends.at(-1) ?? 0
  await assert.rejects(check(Buffer.concat([whole.subarray(0, last), Buffer.from('hidden'), whole.subarray(last)]), true), { code: 'BUNDLE_BROKEN' }, 'between the parts and the index nothing hides')
  const newer = Buffer.from(whole)
  newer.write('rehome-bundle/2', 0)
  await assert.rejects(check(newer, false), { code: 'BUNDLE_NEWER' })
  for (const [n, start] of container.starts.entries()) {
    const target = await useDatabase(t, { major: 18 })
    const other = Buffer.from(whole)
    const at = start + Math.floor((container.index.parts[n]?.bytes ?? 0) * 0.9)
    other[at] = (other[at] ?? 0) ^ 1
    writeFileSync(changed, other)
    const to = join(rig.folder, `to-${n}`)
    await assert.rejects(rig.bundles.importFrom({ file: changed, to: addressOf(target), key, tree: to, jobs: 1 }, quiet, never), { code: 'BUNDLE_BROKEN' }, `part ${n}`)
    assert.ok(!existsSync(`${changed}.receipt.json`), 'no receipt')
    assert.ok(!existsSync(join(to, 'files')), 'no tree has its name')
    for (const { t: table } of await target.query<{ t: string }>(`SELECT relname::text AS t FROM pg_class WHERE relname IN ('a', 'b')`)) {
      const [found] = await target.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`)
      assert.ok([0, table === 'a' ? 3000 : 2].includes(found?.n ?? -1), `${table} has ${found?.n} rows after part ${n}`)
    }
    // The whole file, and the same command again: it goes on.
    writeFileSync(changed, whole)
    const imported = await rig.bundles.importFrom({ file: changed, to: addressOf(target), key, tree: to, receipt: join(rig.folder, `receipt-${n}`), jobs: 1 }, quiet, never)
    assert.equal(imported.end, 'proven')
    assert.equal(readFileSync(join(to, 'files', 'one'), 'utf8'), 'content')
  }
})

test('parts that were swapped, left out, or put together anew under another key are not taken for the bundle', { timeout: 60_000 }, async t => {
  const rig = await bundleRig(t)
  const source = await useDatabase(t, { major: 15, template: filled })
  await rig.bundles.exportTo({ from: addressOf(source), file: rig.file, lock: { recipients: [rig.recipient] }, trees: [], chunkBytes: 2 ** 20 }, quiet, never)
  const { index, starts, handle, fingerprint, indexText } = await openContainer(rig.file)
  await handle.close()
  const whole = readFileSync(rig.file)
  const partOf = (n: number): Buffer => whole.subarray(starts[n], (starts[n] ?? 0) + (index.parts[n]?.bytes ?? 0))
  const forger = signerOf(newPrivateKey())
  const forged = (order: readonly number[], change: Partial<BundleIndex> = {}): string => {
    const file = join(rig.folder, 'forged.bundle')
    const text = signIndex({ ...index, parts: order.flatMap(n => index.parts[n] ?? []), ...change }, forger)
    writeFileSync(file, Buffer.concat([whole.subarray(0, 16), ...order.map(partOf), endOf(text)]))
    return file
  }
  const all = index.parts.map((_, n) => n)
  const key = { identities: [rig.identity] }
  // Signed by anybody it holds together; whose key it must be is for the person to say.
  const same = await rig.bundles.check({ file: forged(all), key }, quiet, never)
  assert.notEqual(same.fingerprint, fingerprint)
  await assert.rejects(rig.bundles.check({ file: forged(all), trusted: fingerprint }, quiet, never), { code: 'BUNDLE_BROKEN' })
  await rig.bundles.check({ file: rig.file, trusted: fingerprint.toUpperCase() }, quiet, never)
  await assert.rejects(rig.bundles.check({ file: forged(all.map(n => (n === 1 ? 2 : n === 2 ? 1 : n))), key }, quiet, never), { code: 'BUNDLE_BROKEN' })
  await assert.rejects(rig.bundles.check({ file: forged(all.filter(n => n !== 2)), key }, quiet, never), { code: 'BUNDLE_BROKEN' })
  await assert.rejects(rig.bundles.check({ file: forged(all, { commitment: '0'.repeat(64) }), key }, quiet, never), { code: 'BUNDLE_BROKEN' })
  const receipt = { format: 'rehome-bundle-receipt/1', bundle: index.bundle, index: '', salt: 'guessed', root: '0'.repeat(64), tables: 2, rows: 3002, largeObjects: 1, trees: [], target: { engine: 'postgres', version: '18', system: '1', timeline: 1, database: 'x', label: 'x' }, provenAt: new Date(0).toISOString(), tool: { name: 'rehome', version: '1' } } as const
  const made = signReceipt({ ...receipt, index: (await import('#lib/hash.ts')).sha256(indexText) }, forger)
  const why = (text: string): string | undefined => { const checked = checkReceipt(text, indexText); return checked.ok ? undefined : checked.reason.en }
  assert.equal(why(made), 'whoever wrote it had not opened the bundle')
  assert.equal(why(signReceipt(receipt, forger)), 'it is for another bundle')
  const parsed = JSON.parse(made) as { receipt: { rows: number } }
  parsed.receipt.rows++
  assert.ok(!checkReceipt(`${canonical(parsed)}\n`, indexText).ok, 'a receipt is signed')
})

test('a name in a tree that leads elsewhere writes nothing outside of the folder', { timeout: 60_000 }, async t => {
  const rig = await bundleRig(t)
  const { openTreeTarget } = await import('#adapters/bundle/tree-target.ts')
  const folder = join(rig.folder, 'in', 'here')
  const secret = join(rig.folder, 'in', 'outside')
  const bytes = async function* (): AsyncGenerator<Buffer> { yield Buffer.from('gotcha') }
  const trees = await openTreeTarget(folder, 'b1', ['tree'])
  const file = (path: string) => ({ kind: 'file', path, mode: 0o644, modifiedMs: 0, bytes: 6 }) as const
  for (const path of ['../outside', '../../outside', '/etc/rehome-was-here', 'a/../../../outside', '', '.', '..', 'a//b', 'a/./b', 'a\0b', 'a/', secret]) {
    await assert.rejects(trees.write('tree', file(path), 0, bytes()), { code: 'TREE_REFUSED' }, JSON.stringify(path))
    await assert.rejects(trees.place('tree', { kind: 'link', path, to: secret }), { code: 'TREE_REFUSED' }, JSON.stringify(path))
    await assert.rejects(trees.place('tree', { kind: 'folder', path, mode: 0o755 }), { code: 'TREE_REFUSED' }, JSON.stringify(path))
  }
  // Through a link that the bundle itself made, in a later session as well.
  await trees.place('tree', { kind: 'link', path: 'way', to: join(rig.folder, 'in') })
  await trees.place('tree', { kind: 'link', path: 'file', to: secret })
  for (const each of [trees, await openTreeTarget(folder, 'b1', ['tree'])]) {
    await assert.rejects(each.write('tree', file('way/outside'), 0, bytes()), { code: 'TREE_REFUSED' })
    await assert.rejects(each.write('tree', file('file'), 0, bytes()), { code: 'TREE_REFUSED' })
    await assert.rejects(each.place('tree', { kind: 'folder', path: 'way', mode: 0o777 }), { code: 'TREE_REFUSED' })
  }
  for (const name of ['..', '.', '', 'a/b', '/etc']) await assert.rejects(openTreeTarget(folder, 'b2', [name]), { code: 'TREE_REFUSED' }, name)
  assert.deepEqual(readdirSync(join(rig.folder, 'in')), ['here'])
  symlinkSync(rig.folder, join(folder, 'taken'))
  await assert.rejects(openTreeTarget(folder, 'b3', ['taken']), { code: 'TREE_REFUSED' })
})

for (const [what, sql] of [['a row', `UPDATE a SET t = 'theirs' WHERE id = 7`], ['a large object', `SELECT lo_put(4711, 0, 'AN')`]] as const) {
  test(`${what} that somebody changes in the target before everything is proven is found, and there is no receipt`, { timeout: 60_000 }, async t => {
    const rig = await bundleRig(t)
    const source = await useDatabase(t, { major: 15, template: filled })
    const target = await useDatabase(t, { major: 18 })
    await rig.bundles.exportTo({ from: addressOf(source), file: rig.file, lock: { recipients: [rig.recipient] }, trees: [], chunkBytes: 2 ** 20 }, quiet, never)
    let changed: Promise<unknown> | undefined
    // As soon as there is something to change.
    const request = { file: rig.file, to: addressOf(target), key: { identities: [rig.identity] }, jobs: 1 }
    const at = what === 'a row' ? 'rows' : 'large objects'
    await assert.rejects(rig.bundles.importFrom(request, told => { if (told.doing === at && told.done === told.of) changed ??= target.query(sql) }, never), { code: 'BUNDLE_DIFFERS' })
    await changed
    assert.ok(!existsSync(`${rig.file}.receipt.json`))
    // A row stays wrong; a large object is put right by the same command.
    if (what === 'a row') await assert.rejects(rig.bundles.importFrom(request, quiet, never), { code: 'BUNDLE_DIFFERS' })
    else assert.equal((await rig.bundles.importFrom(request, quiet, never)).end, 'proven')
  })
}

import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync, lstatSync, readlinkSync, readdirSync, chmodSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { checkReceipt } from '#domain/bundle.ts'
import { openStore } from '#adapters/registry.ts'
import { postgresPacker } from '#adapters/store/postgres/packer.ts'
import { openContainer } from '#adapters/bundle/container.ts'
import { useDatabase } from '#test/services/postgres.ts'
import { zoo, zooDigest, zooRoles } from '#test/zoo/zoo.ts'
import { addressOf, bundleRig, never, quiet } from './rig.ts'

for (const [from, to] of [[15, 18], [15, 15]] as const) {
  test(`B8 the zoo of ${from} travels in a bundle into ${to}, with every type, every name and every large object`, { timeout: 120_000 }, async t => {
    const rig = await bundleRig(t)
    const source = await useDatabase(t, { major: from, template: zoo })
    const target = await useDatabase(t, { major: to })
    await target.query(zooRoles)
    const made = await rig.bundles.exportTo({ from: addressOf(source), file: rig.file, lock: { recipients: [rig.recipient] }, trees: [], chunkBytes: 64 * 2 ** 10 }, quiet, never)
    assert.ok(made.tables > 60, String(made.tables))
    assert.deepEqual(readdirSync(rig.folder).sort(), ['home', 'key.txt', 'shop.bundle'])
    assert.deepEqual(await source.query(`SELECT nspname FROM pg_namespace WHERE nspname = 'rehome'`), [], 'nothing is left in the source')
    const outside = await rig.bundles.check({ file: rig.file }, quiet, never)
    assert.equal(outside.inside, undefined)
    const inside = await rig.bundles.check({ file: rig.file, key: { identities: [rig.identity] } }, quiet, never)
    assert.equal(inside.inside?.rows, made.rows)
    const before = await zooDigest(source.query)
    const imported = await rig.bundles.importFrom({ file: rig.file, to: addressOf(target), key: { identities: [rig.identity] }, jobs: 2 }, quiet, never)
    assert.equal(imported.end, 'proven', JSON.stringify(imported))
    assert.deepEqual(differing(await zooDigest(target.query), before), [])
    assert.deepEqual(await target.query(`SELECT nspname FROM pg_namespace WHERE nspname = 'rehome'`), [], 'nothing is left in the target')
    assert.deepEqual(await objectsOf(target.query), await objectsOf(source.query))
    const container = await openContainer(rig.file)
    await container.handle.close()
    const receipt = checkReceipt(readFileSync(`${rig.file}.receipt.json`, 'utf8'), container.indexText)
    assert.ok(receipt.ok && receipt.receipt.rows === made.rows && receipt.receipt.root === made.root, JSON.stringify(receipt))
    const again = await rig.bundles.importFrom({ file: rig.file, to: addressOf(target), key: { identities: [rig.identity] }, jobs: 2 }, quiet, never)
    assert.equal(again.end, 'proven', 'asked again it says what was proven')
  })
}

test('B8 a passphrase opens a bundle, another one does not, and neither does a key it was not made for', { timeout: 60_000 }, async t => {
  const rig = await bundleRig(t)
  const source = await useDatabase(t, { major: 15, template: `CREATE TABLE a (id int PRIMARY KEY, t text); INSERT INTO a SELECT n, 'text ' || n FROM generate_series(1, 1000) n` })
  await rig.bundles.exportTo({ from: addressOf(source), file: rig.file, lock: { passphrase: 'correct horse battery' }, trees: [], chunkBytes: 2 ** 20 }, quiet, never)
  const checked = await rig.bundles.check({ file: rig.file, key: { passphrase: 'correct horse battery' } }, quiet, never)
  assert.equal(checked.inside?.rows, 1000)
  await assert.rejects(rig.bundles.check({ file: rig.file, key: { passphrase: 'correct horse batterz' } }, quiet, never), { code: 'BUNDLE_LOCKED' })
  await assert.rejects(rig.bundles.check({ file: rig.file, key: { identities: [rig.identity] } }, quiet, never), { code: 'BUNDLE_LOCKED' })
  assert.ok(!readFileSync(rig.file).includes('text 77'), 'nothing of what is in it can be read')
  await assert.rejects(rig.bundles.exportTo({ from: addressOf(source), file: rig.file, lock: { passphrase: 'correct horse battery' }, trees: [], chunkBytes: 2 ** 20 }, quiet, never), { code: 'BUNDLE_NOT_WRITTEN' })
})

test('B8 what stands in the way of an import is said before anything is changed: rows in the target, an older server, an extension or an encoding that is not to be had', { timeout: 60_000 }, async t => {
  const rig = await bundleRig(t)
  const source = await useDatabase(t, { major: 15, template: `CREATE TABLE a (id int PRIMARY KEY); INSERT INTO a VALUES (1)` })
  await rig.bundles.exportTo({ from: addressOf(source), file: rig.file, lock: { recipients: [rig.recipient] }, trees: [], chunkBytes: 2 ** 20 }, quiet, never)
  const full = await useDatabase(t, { major: 18, template: 'CREATE TABLE theirs (id int)' })
  const fine = await useDatabase(t, { major: 18 })
  const blockers = async (target: typeof full): Promise<string[]> => {
    const imported = await rig.bundles.importFrom({ file: rig.file, to: addressOf(target), key: { identities: [rig.identity] }, jobs: 1 }, quiet, never)
    return imported.end === 'blocked' ? imported.findings.filter(f => f.level === 'blocker').map(f => f.id) : ['none']
  }
  assert.deepEqual(await blockers(full), ['target-not-empty'])
  assert.deepEqual(await full.query(`SELECT nspname FROM pg_namespace WHERE nspname = 'rehome'`), [])
  await using from = openStore({ name: 'source', ...addressOf(source) })
  await using to = openStore({ name: 'target', ...addressOf(fine) })
  const catalog = await from.catalog()
  const anchor = await from.source('rehome_bundle_examined').anchor({ follow: false, tables: catalog.tables })
  const packed = JSON.parse(await postgresPacker.pack(from, anchor, never)) as Record<string, unknown>
  await from.source('rehome_bundle_examined').release(anchor)
  const found = async (change: Record<string, unknown>): Promise<string[]> =>
    (await postgresPacker.examine(to, JSON.stringify({ ...packed, ...change }), { tables: catalog.tables, identity: await from.identify(), resuming: false })).filter(f => f.level === 'blocker').map(f => f.id)
  assert.deepEqual(await found({}), [])
  assert.deepEqual(await found({ version: 190000 }), ['target-older'])
  assert.deepEqual(await found({ encoding: 'SQL_ASCII' }), ['encoding'])
  assert.deepEqual(await found({ extensions: [{ name: 'not_to_be_had', version: '1.0', schema: 'public' }] }), ['extensions'])
  assert.deepEqual(await blockers(fine), ['none'])
})

test('B4 a tree of files travels with the database: names of any bytes, modes, times, links as links, large files in pieces', { timeout: 60_000 }, async t => {
  const rig = await bundleRig(t)
  const source = await useDatabase(t, { major: 15, template: 'CREATE TABLE a (id int PRIMARY KEY)' })
  const target = await useDatabase(t, { major: 18 })
  const tree = join(rig.folder, 'files')
  mkdirSync(join(tree, 'sub', 'empty'), { recursive: true })
  mkdirSync(join(tree, 'sub', 'closed'))
  writeFileSync(join(tree, '日本語.txt'), 'こんにちは')
  writeFileSync(Buffer.concat([Buffer.from(`${tree}/`), Buffer.from([0xff, 0xfe, 0x41])]), 'not UTF-8')
  writeFileSync(join(tree, 'sub', 'large.bin'), Buffer.alloc(70 * 2 ** 20, 'large '))
  writeFileSync(join(tree, 'sub', 'closed', 'read only'), 'x', { mode: 0o400 })
  writeFileSync(join(tree, 'sub', 'empty file'), '')
  utimesSync(join(tree, '日本語.txt'), 1_700_000_000.123, 1_700_000_000.123)
  symlinkSync('/etc/passwd', join(tree, 'outside'))
  symlinkSync('nowhere', join(tree, 'dangling'))
  chmodSync(join(tree, 'sub', 'closed'), 0o500)
  await rig.bundles.exportTo({ from: addressOf(source), file: rig.file, lock: { recipients: [rig.recipient] }, trees: [tree], chunkBytes: 2 ** 20 }, quiet, never)
  await rig.bundles.check({ file: rig.file, key: { identities: [rig.identity] } }, quiet, never)
  const to = join(rig.folder, 'arrived')
  const imported = await rig.bundles.importFrom({ file: rig.file, to: addressOf(target), key: { identities: [rig.identity] }, tree: to, jobs: 1 }, quiet, never)
  assert.ok(imported.end === 'proven')
  assert.deepEqual(imported.receipt.trees, ['files'])
  assert.deepEqual(listing(join(to, 'files')), listing(tree))
  assert.deepEqual(readdirSync(to), ['files'])
  assert.ok(lstatSync(join(to, 'files', 'outside')).isSymbolicLink())
  assert.equal(Math.trunc(statSync(join(to, 'files', '日本語.txt')).mtimeMs), 1_700_000_000_123)
  chmodSync(join(tree, 'sub', 'closed'), 0o700)
  chmodSync(join(to, 'files', 'sub', 'closed'), 0o700)
  const other = await useDatabase(t, { major: 18 })
  await assert.rejects(rig.bundles.importFrom({ file: rig.file, to: addressOf(other), key: { identities: [rig.identity] }, tree: to, receipt: join(rig.folder, 'other.json'), jobs: 1 }, quiet, never), { code: 'TREE_REFUSED' })
  assert.ok(!existsSync(join(rig.folder, 'other.json')))
})

const listing = (folder: string, under = ''): string[] => readdirSync(join(folder, under), { encoding: 'buffer' }).flatMap((name): string[] => {
  const path = under === '' ? name.toString('latin1') : `${under}/${name.toString('latin1')}`
  const full = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(path, 'latin1')])
  const about = lstatSync(full)
  const mode = (about.mode & 0o777).toString(8)
  if (about.isSymbolicLink()) return [`${path} -> ${readlinkSync(full)}`]
  if (about.isDirectory()) return [`${path}/ ${mode}`, ...listing(folder, path)]
  return [`${path} ${mode} ${Math.trunc(about.mtimeMs)} ${readFileSync(full).toString('base64').slice(0, 200)} ${about.size}`]
}).sort()

const objectsOf = (query: (sql: string) => Promise<Record<string, unknown>[]>): Promise<Record<string, unknown>[]> => query(`
  SELECT 'index' AS kind, indexdef AS what FROM pg_indexes WHERE schemaname !~ '^pg_' AND indexdef !~ 'toast'
  UNION ALL SELECT contype::text, conname || ' ' || conrelid::regclass::text FROM pg_constraint WHERE contype IN ('p', 'u', 'f', 'c', 'x') AND conrelid <> 0 AND conparentid = 0 AND connamespace::regnamespace::text !~ '^"?pg_' AND convalidated
  UNION ALL SELECT 'trigger', tgname || ' ' || tgrelid::regclass::text || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
  UNION ALL SELECT 'matview', matviewname || ispopulated::text FROM pg_matviews ORDER BY 1, 2`)

const differing = (found: Readonly<Record<string, string>>, expected: Readonly<Record<string, string>>): string[] =>
  [...new Set([...Object.keys(found), ...Object.keys(expected)])].filter(name => found[name] !== expected[name]).map(name => `${name}: ${found[name]}, not ${expected[name]}`)

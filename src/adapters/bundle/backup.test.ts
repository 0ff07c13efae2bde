import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { appendFileSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { Fault } from '#domain/faults.ts'
import { hashed } from '#lib/hashed.ts'
import type { BackupParts } from '#ports/backup-parts.ts'
import { layBackup, type LayWanted, readBackup } from './backup-lay.ts'
import { type Packed, packBackup } from './backup-pack.ts'
import { openNotes } from './notes.ts'
import { newBundleKey } from './seal.ts'

const never = new AbortController().signal

/** Two folders to back up, and a place in which two of their names are taken. */
const useTrees = async (t: TestContext) => {
  const root = mkdtempSync(join(tmpdir(), 'backup-'))
  t.after(() => { rmSync(root, { recursive: true, force: true }) })
  const from = { configuration: join(root, 'old', 'etc'), data: join(root, 'old', 'var') }
  for (const folder of Object.values(from)) mkdirSync(folder, { recursive: true })
  writeFileSync(join(from.configuration, 'a.conf'), 'a = 1', { mode: 0o600 })
  mkdirSync(join(from.data, 'ü', '空'), { recursive: true, mode: 0o710 })
  writeFileSync(join(from.data, 'ü', 'empty'), '')
  writeFileSync(join(from.data, 'ü', '空', 'x'.repeat(240)), 'a long name')
  symlinkSync('/nowhere', join(from.data, 'link'))
  for (const [n, bytes] of [150_000, 1, 0, 70_000].entries()) writeFileSync(join(from.data, `file ${n}`), randomBytes(bytes))
  const { identity, recipient } = await newBundleKey()
  return { root, from, identity, recipient }
}

const pictureOf = (folder: string): string[] => readdirSync(folder, { recursive: true, withFileTypes: true }).map(entry => {
  const path = join(entry.parentPath, entry.name)
  const about = lstatSync(path)
  return `${path.slice(folder.length)} ${about.isSymbolicLink() ? readlinkSync(path) : about.isDirectory() ? about.mode : `${about.mode} ${Math.trunc(about.mtimeMs)} ${readFileSync(path).toString('hex')}`}`
}).toSorted()

/** A shelf in memory, which every session puts on under a claim of its own. */
const shelfOf = () => {
  const [parts, state] = [new Map<string, Buffer>(), { claim: 1 }]
  const at = (claim: number, part: number): string => `${claim}.${part}`
  const shelf: BackupParts = {
    async put(part, bytes) { parts.set(at(state.claim, part), Buffer.from(bytes)); return { claim: state.claim, part } },
    async *read({ claim, part }) { yield parts.get(at(claim, part)) ?? Buffer.alloc(0) },
  }
  return { parts, shelf, again: () => { state.claim++ } }
}

class Died extends Error {}

/** Dies at one of the points at which a process can: before and after each note, and whenever a part is put or read. */
const dyingAt = (point: number) => {
  let count = 0
  const pass = (): void => { if (count++ === point) throw new Died() }
  const open: typeof openNotes = async file => {
    const notes = await openNotes<never>(file)
    return { all: notes.all, async add(note: never) { pass(); await notes.add(note); pass() } } as never
  }
  const mortal = (shelf: BackupParts): BackupParts => ({
    async put(...of) { pass(); return await shelf.put(...of) },
    async *read(...of) { pass(); yield* shelf.read(...of) },
  })
  return { open, mortal, count: () => count }
}

test('a back-up that dies at any point goes on from the last part, and holds what one holds that never died', async t => {
  const { root, from, identity, recipient } = await useTrees(t)
  const whole = shelfOf()
  const undisturbed = await readBackup({ identity, parts: whole.shelf, signal: never }, await packBackup({ folders: from, recipient, version: '24.1.3', scratch: join(root, 'undisturbed'), partBytes: 65_536, signal: never, parts: whole.shelf }))
  assert.equal(undisturbed.hashes[2], hashed(readFileSync(join(from.data, 'file 1'))))
  let points = 1
  for (let point = 0; point < points; point++) {
    const [{ shelf, parts, again }, dying, scratch] = [shelfOf(), dyingAt(point), join(root, `pack ${point}`)]
    const wanted = { folders: from, recipient, version: '24.1.3', scratch, partBytes: 65_536, signal: never }
    const first = await packBackup({ ...wanted, parts: dying.mortal(shelf), open: dying.open }).catch((error: unknown) => { if (!(error instanceof Died)) throw error })
    points = Math.max(points, first === undefined ? point + 2 : 0)
    const before = parts.size
    again()
    const packed = await packBackup({ ...wanted, parts: shelf })
    assert.deepEqual([packed.files, packed.parts, packed.totalBytes], [7, 4, 220_017])
    assert.ok(parts.size <= before + 5 && [...parts.keys()].filter(name => name.startsWith('2.')).length <= 5 - Math.max(0, before - 1), `${point}: at most one part is packed again`)
    const manifest = await readBackup({ identity, parts: shelf, signal: never }, packed)
    assert.deepEqual([manifest.hashes, manifest.trees], [undisturbed.hashes, undisturbed.trees], `${point}`)
  }
  assert.ok(points > 20, `${points} points`)
})

test('a restore that dies at any point goes on, and every file is in its place as it was; what was there is kept aside once', async t => {
  const { root, from, identity, recipient } = await useTrees(t)
  const { shelf } = shelfOf()
  const packed = await packBackup({ folders: from, recipient, version: '24.1.3', scratch: join(root, 'pack'), parts: shelf, partBytes: 65_536, signal: never })
  const manifest = await readBackup({ identity, parts: shelf, signal: never }, packed)
  let points = 1
  for (let point = 0; point < points; point++) {
    const dying = dyingAt(point)
    const { wanted, place, folders } = placeIn(root, `lay ${point}`, { identity, parts: shelf })
    const first = await layBackup({ ...wanted, parts: dying.mortal(shelf), open: dying.open }, manifest).catch((error: unknown) => { if (!(error instanceof Died)) throw error })
    points = Math.max(points, first === undefined ? point + 2 : 0)
    const kept = await layBackup(wanted, manifest)
    assert.deepEqual([pictureOf(folders.configuration), pictureOf(folders.data)], [pictureOf(from.configuration), pictureOf(from.data)], `${point}`)
    assert.deepEqual(readdirSync(place).toSorted(), ['etc', 'etc.before-then', 'scratch', 'var'], `${point}`)
    assert.equal(readFileSync(join(place, 'etc.before-then', 'mine'), 'utf8'), 'what was there')
    assert.deepEqual(kept.map(one => one.keptAside), [join(place, 'etc.before-then'), null])
  }
  assert.ok(points > 20, `${points} points`)
})

const placeIn = (root: string, name: string, more: Pick<LayWanted, 'identity' | 'parts'>) => {
  const place = join(root, name)
  const folders = { configuration: join(place, 'etc'), data: join(place, 'var') }
  mkdirSync(folders.configuration, { recursive: true })
  writeFileSync(join(folders.configuration, 'mine'), 'what was there')
  return { place, folders, wanted: { folders, name: 'restore', scratch: join(place, 'scratch'), stamp: 'then', beforePlacing: async () => { /* nothing runs here */ }, signal: never, ...more } }
}

test('a restore that died between its two renames puts the new folder in place, and one that finds somebody else’s there leaves it', async t => {
  const { root, from, identity, recipient } = await useTrees(t)
  const { shelf } = shelfOf()
  const packed = await packBackup({ folders: from, recipient, version: '24.1.3', scratch: join(root, 'pack'), parts: shelf, partBytes: 65_536, signal: never })
  const manifest = await readBackup({ identity, parts: shelf, signal: never }, packed)
  for (const isTaken of [false, true]) {
    const { wanted, folders } = placeIn(root, `between ${isTaken}`, { identity, parts: shelf })
    const open: typeof openNotes = async file => {
      const notes = await openNotes<never>(file)
      return { all: notes.all, async add(note: never) { await notes.add(note); if ((note as { note: string }).note === 'aside') throw new Died() } } as never
    }
    await assert.rejects(layBackup({ ...wanted, open }, manifest), Died)
    renameSync(folders.configuration, `${folders.configuration}.before-then`)
    if (isTaken) mkdirSync(folders.configuration)
    if (isTaken) await assert.rejects(layBackup(wanted, manifest), (error: unknown) => error instanceof Fault && error.code === 'TREE_REFUSED')
    else await layBackup(wanted, manifest)
    assert.deepEqual(pictureOf(folders.configuration), isTaken ? [] : pictureOf(from.configuration))
  }
})

test('every part that is changed, cut short, or another one’s is refused before anything is put in place', async t => {
  const { root, from, identity, recipient } = await useTrees(t)
  const { shelf, parts } = shelfOf()
  const packed: Packed = await packBackup({ folders: from, recipient, version: '24.1.3', scratch: join(root, 'pack'), parts: shelf, partBytes: 65_536, signal: never })
  const manifest = await readBackup({ identity, parts: shelf, signal: never }, packed)
  const refused = (error: unknown): boolean => error instanceof Fault && error.code === 'BACKUP_BROKEN'
  for (const [n, [name, good]] of [...parts].entries()) {
    const flipped = Buffer.from(good)
    flipped[Math.floor(good.length / 2)] = (flipped[Math.floor(good.length / 2)] ?? 0) ^ 1
    for (const [k, bad] of [flipped, good.subarray(0, -1), parts.get(n === 0 ? '1.1' : '1.0') ?? good].entries()) {
      parts.set(name, bad)
      const { wanted, place, folders } = placeIn(root, `bad ${n} ${k}`, { identity, parts: shelf })
      if (name === `1.${packed.part}`) await assert.rejects(readBackup({ identity, parts: shelf, signal: never }, packed), refused)
      else await assert.rejects(layBackup(wanted, manifest), refused)
      assert.deepEqual([readdirSync(place).filter(one => one !== 'scratch'), readdirSync(folders.configuration)], [['etc'], ['mine']])
    }
    parts.set(name, good)
  }
  const other = await newBundleKey()
  await assert.rejects(readBackup({ identity: other.identity, parts: shelf, signal: never }, packed), (error: unknown) => refused(error) && /does not open/.test(String(error)))
})

test('what is changed beside its place after it was laid down is found before anything is put in place', async t => {
  const { root, from, identity, recipient } = await useTrees(t)
  const { shelf } = shelfOf()
  const packed = await packBackup({ folders: from, recipient, version: '24.1.3', scratch: join(root, 'pack'), parts: shelf, partBytes: 65_536, signal: never })
  const manifest = await readBackup({ identity, parts: shelf, signal: never }, packed)
  const { wanted, place, folders } = placeIn(root, 'changed', { identity, parts: shelf })
  const tampering: BackupParts = { ...shelf, async *read(at, bytes, signal) {
    const laid = join(place, '.rehome-restore-1', 'var.rehome-restore', 'file 0')
    if (at.part === 3) {
      const [about, content] = [lstatSync(laid), readFileSync(laid)]
      content[7] = (content[7] ?? 0) ^ 1
      writeFileSync(laid, content)
      utimesSync(laid, about.atime, about.mtimeMs / 1000 + 0.000001)
    }
    yield* shelf.read(at, bytes, signal)
  } }
  await assert.rejects(layBackup({ ...wanted, parts: tampering }, manifest), (error: unknown) => error instanceof Fault && error.code === 'BACKUP_BROKEN' && /file 0/.test(error.message))
  assert.deepEqual([readdirSync(place).toSorted(), readdirSync(folders.configuration)], [['etc', 'scratch'], ['mine']])
})

test('a file that somebody writes to while it is backed up is told, and never half of it kept', async t => {
  const { root, from, recipient } = await useTrees(t)
  const { shelf } = shelfOf()
  const dying: BackupParts = { ...shelf, async put(part, bytes, signal) { if (part === 1) appendFileSync(join(from.data, 'file 3'), 'more'); return await shelf.put(part, bytes, signal) } }
  await assert.rejects(packBackup({ folders: from, recipient, version: '24.1.3', scratch: join(root, 'pack'), parts: dying, partBytes: 65_536, signal: never }), (error: unknown) => error instanceof Fault && error.code === 'TREE_UNREADABLE')
})

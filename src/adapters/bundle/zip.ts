import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { crc32 } from 'node:zlib'
import { Fault } from '#domain/faults.ts'
import { assert } from '#lib/assert.ts'
import { join, openTree, shown } from './tree-source.ts'

/** What came into an archive, counted as it is written. `others`: links, sockets and devices, and what was gone before it was read. */
export type Zipped = { files: number; others: number }

const pieceBytes = 2 ** 20
/** A file up to so many bytes is read once, and again if somebody writes it meanwhile; a larger one is read twice, and must stay as it is. */
const smallBytes = 32 * 2 ** 20
const triesOfSmall = 5

/**
 * A folder as a ZIP archive, stored and not compressed, in 64-bit form where it needs it (PKWARE APPNOTE 6.3.10, 4.3 and 4.5.3): whatever opens ZIP opens it. The size and checksum of a file
 * stand before it, so nothing is left to be guessed by who reads it while it arrives. The folder may be in use: a file is as it was at one moment, the tree is not. Fault TREE_UNREADABLE.
 */
export const zipOf = async function* (folder: string, counted: Zipped, signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  const root = Buffer.from(resolve(folder))
  const directory: Buffer[] = []
  let at = 0
  const entry = function* (head: Head): Generator<Uint8Array> {
    const local = localHeader(head)
    directory.push(centralHeader(head, at))
    at += local.length + head.bytes
    yield local
  }
  for await (const found of openTree(folder).entries(signal)) {
    if (found.kind === 'folder') yield* entry({ name: Buffer.from(`${found.path}/`, 'latin1'), bytes: 0, crc: 0, modifiedMs: 0, mode: 0o40000 | found.mode })
    else if (found.kind === 'file') {
      await using file = await opened(root, found.path)
      counted[file === undefined ? 'others' : 'files']++
      if (file !== undefined) yield* fileIn(file, entry, { name: Buffer.from(found.path, 'latin1'), mode: 0o100000 | found.mode }, signal)
    } else counted.others++
  }
  const size = directory.reduce((sum, one) => sum + one.length, 0)
  yield* directory
  yield endOf(directory.length, size, at)
}

type Opened = AsyncDisposable & { readonly handle: FileHandle; readonly path: Buffer }

/** Undefined: it is gone since its folder was read, or a link has taken its place. */
const opened = async (root: Buffer, path: string): Promise<Opened | undefined> => {
  const at = join(root, path)
  try {
    const handle = await open(at, constants.O_RDONLY | constants.O_NOFOLLOW)
    return { handle, path: at, [Symbol.asyncDispose]: () => handle.close() }
  } catch (cause) {
    if (['ENOENT', 'ELOOP'].includes((cause as NodeJS.ErrnoException).code ?? '')) return undefined
    throw unreadable(at, cause instanceof Error ? cause.message : String(cause), cause)
  }
}

type Entry = (head: Head) => Iterable<Uint8Array>

const fileIn = async function* (file: Opened, entry: Entry, about: Pick<Head, 'name' | 'mode'>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const { size, mtimeMs } = await file.handle.stat()
  const head = { ...about, modifiedMs: mtimeMs }
  if (size > smallBytes) return yield* large(file, entry, head, signal)
  const content = await whole(file)
  yield* entry({ ...head, bytes: content.length, crc: crc32(content) })
  if (content.length > 0) yield content
}

const whole = async ({ handle, path }: Opened): Promise<Buffer> => {
  for (let tries = 0; tries < triesOfSmall; tries++) {
    const before = await handle.stat()
    const content = Buffer.allocUnsafe(before.size)
    const bytes = await filled(handle, content, 0)
    const after = await handle.stat()
    if (bytes === before.size && after.size === before.size && after.mtimeMs === before.mtimeMs) return content
  }
  throw changed(path)
}

const large = async function* (file: Opened, entry: Entry, about: Pick<Head, 'name' | 'modifiedMs' | 'mode'>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  let [crc, bytes] = [0, 0]
  for await (const piece of read(file, signal)) {
    crc = crc32(piece, crc)
    bytes += piece.length
  }
  yield* entry({ ...about, bytes, crc })
  let [again, left] = [0, bytes]
  for await (const piece of read(file, signal)) {
    if (piece.length > left) throw changed(file.path)
    again = crc32(piece, again)
    left -= piece.length
    yield piece
  }
  if (left > 0 || again !== crc) throw changed(file.path)
}

const read = async function* ({ handle }: Opened, signal: AbortSignal): AsyncGenerator<Buffer> {
  for (let at = 0; ;) {
    signal.throwIfAborted()
    const piece = Buffer.allocUnsafe(pieceBytes)
    const bytes = await filled(handle, piece, at)
    if (bytes === 0) return
    at += bytes
    yield piece.subarray(0, bytes)
  }
}

const filled = async (handle: FileHandle, piece: Buffer, at: number): Promise<number> => {
  for (let done = 0; ;) {
    const { bytesRead } = await handle.read(piece, done, piece.length - done, at + done)
    done += bytesRead
    if (bytesRead === 0 || done === piece.length) return done
  }
}

const changed = (path: Buffer): Fault => unreadable(path, 'it was changed while it was read')
const unreadable = (path: Buffer, reason: string, cause?: unknown): Fault => new Fault('TREE_UNREADABLE', { path: shown(path), reason }, { cause })

/** `mode`: as Unix has it, kind included. */
type Head = { readonly name: Buffer; readonly bytes: number; readonly crc: number; readonly modifiedMs: number; readonly mode: number }

const [most16, most32] = [0xffff, 0xffffffff]
const madeByUnix = 3 << 8
const versionOf = (isLarge: boolean): number => (isLarge ? 45 : 20)
/** Bit 11: the name is UTF-8. Where it is not, it is given as the bytes it is. */
const flagsOf = (name: Buffer): number => (name.equals(Buffer.from(name.toString('utf8'), 'utf8')) ? 1 << 11 : 0)

const localHeader = (head: Head): Buffer => {
  const isLarge = head.bytes >= most32
  const size = isLarge ? most32 : head.bytes
  const extra = Buffer.concat([isLarge ? field(0x0001, u64(head.bytes), u64(head.bytes)) : Buffer.alloc(0), stamp(head.modifiedMs)])
  return Buffer.concat([u32(0x04034b50), u16(versionOf(isLarge)), u16(flagsOf(head.name)), u16(0), dosTime(head.modifiedMs), u32(head.crc), u32(size), u32(size), u16(head.name.length), u16(extra.length), head.name, extra])
}

const centralHeader = (head: Head, at: number): Buffer => {
  const [isLarge, isFar] = [head.bytes >= most32, at >= most32]
  const size = isLarge ? most32 : head.bytes
  const wide = [...(isLarge ? [u64(head.bytes), u64(head.bytes)] : []), ...(isFar ? [u64(at)] : [])]
  const extra = Buffer.concat([wide.length > 0 ? field(0x0001, ...wide) : Buffer.alloc(0), stamp(head.modifiedMs)])
  const [version, isFolder] = [versionOf(isLarge || isFar), head.name.at(-1) === 0x2f]
  return Buffer.concat([
    u32(0x02014b50), u16(madeByUnix | version), u16(version), u16(flagsOf(head.name)), u16(0), dosTime(head.modifiedMs), u32(head.crc), u32(size), u32(size), u16(head.name.length), u16(extra.length),
    u16(0), u16(0), u16(0), u32(((head.mode << 16) | (isFolder ? 0x10 : 0)) >>> 0), u32(isFar ? most32 : at), head.name, extra,
  ])
}

const endOf = (count: number, size: number, at: number): Buffer => {
  const isWide = count >= most16 || size >= most32 || at >= most32
  const wide = isWide ? [u32(0x06064b50), u64(44), u16(madeByUnix | 45), u16(45), u32(0), u32(0), u64(count), u64(count), u64(size), u64(at), u32(0x07064b50), u32(0), u64(at + size), u32(1)] : []
  return Buffer.concat([...wide, u32(0x06054b50), u16(0), u16(0), u16(Math.min(count, most16)), u16(Math.min(count, most16)), u32(Math.min(size, most32)), u32(Math.min(at, most32)), u16(0)])
}

const u16 = (value: number): Buffer => { const b = Buffer.alloc(2); b.writeUInt16LE(value); return b }
const u32 = (value: number): Buffer => { const b = Buffer.alloc(4); b.writeUInt32LE(value); return b }
const u64 = (value: number): Buffer => { const b = Buffer.alloc(8); b.writeBigUInt64LE(BigInt(value)); return b }
const field = (id: number, ...parts: readonly Buffer[]): Buffer => { const content = Buffer.concat(parts); return Buffer.concat([u16(id), u16(content.length), content]) }

/** When it was changed, in seconds of UTC: beside the other one, which knows no zone. */
const stamp = (ms: number): Buffer => (ms <= 0 || ms >= 2 ** 31 * 1000 ? Buffer.alloc(0) : field(0x5455, Buffer.from([1]), u32(Math.floor(ms / 1000))))

/** As MS-DOS wrote it: two seconds apart, from 1980 to 2107. */
const dosTime = (ms: number): Buffer => {
  const at = new Date(Math.min(Math.max(ms, Date.UTC(1980, 0, 1)), Date.UTC(2107, 11, 31)))
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1)
  const date = ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate()
  assert(time <= most16 && date <= most16, 'a time of MS-DOS has 32 bits')
  return Buffer.concat([u16(time), u16(date)])
}

import { constants } from 'node:fs'
import { lstat, open, readdir, readlink } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { Fault } from '#domain/faults.ts'
import type { TreeSource } from '#ports/bundle.ts'

/** A folder on this machine. Symbolic links in it are told as such and never followed. */
export const openTree = (folder: string, name = basename(resolve(folder))): TreeSource => {
  const root = Buffer.from(resolve(folder))
  return {
    name,
    async *entries(signal) {
      const about = await reading(root, () => lstat(root))
      if (!about.isDirectory()) throw new Fault('TREE_UNREADABLE', { path: shown(root), reason: 'it is not a folder' })
      yield* walk(root, '', signal)
    },
    async *read(file, at, bytes, signal) {
      const path = join(root, file.path)
      // Whoever puts a link in its place meanwhile is not followed.
      const handle = await reading(path, () => open(path, constants.O_RDONLY | constants.O_NOFOLLOW))
      try {
        const about = await handle.stat()
        if (about.size !== file.bytes || Math.trunc(about.mtimeMs) !== file.modifiedMs) throw changed(path)
        const piece = Buffer.allocUnsafe(Math.min(2 ** 18, Math.max(1, bytes)))
        for (let done = 0; done < bytes;) {
          signal.throwIfAborted()
          const { bytesRead } = await reading(path, () => handle.read(piece, 0, Math.min(piece.length, bytes - done), at + done))
          if (bytesRead === 0) throw changed(path)
          done += bytesRead
          yield piece.subarray(0, bytesRead)
        }
        const after = await handle.stat()
        if (after.size !== about.size || after.mtimeMs !== about.mtimeMs) throw changed(path)
      } finally {
        await handle.close()
      }
    },
  }
}

const walk = async function* (root: Buffer, under: string, signal: AbortSignal): ReturnType<TreeSource['entries']> {
  signal.throwIfAborted()
  const folder = under === '' ? root : join(root, under)
  const names = (await reading(folder, () => readdir(folder, { encoding: 'buffer' }))).map(name => name.toString('latin1')).sort(byBytes)
  for (const name of names) {
    const path = under === '' ? name : `${under}/${name}`
    const here = join(root, path)
    const about = await reading(here, () => lstat(here))
    if (about.isFile()) yield { kind: 'file', path, mode: about.mode & 0o777, modifiedMs: Math.trunc(about.mtimeMs), bytes: about.size }
    else if (about.isSymbolicLink()) yield { kind: 'link', path, to: (await reading(here, () => readlink(here, { encoding: 'buffer' }))).toString('latin1') }
    else if (about.isDirectory()) {
      yield { kind: 'folder', path, mode: about.mode & 0o777 }
      yield* walk(root, path, signal)
    } else yield { kind: 'other', path }
  }
}

const byBytes = (a: string, b: string): number => (a < b ? -1 : 1)

export const join = (root: Buffer, path: string): Buffer => Buffer.concat([root, Buffer.from('/'), Buffer.from(path, 'latin1')])

/** For people. */
export const shown = (path: Buffer): string => path.toString('utf8')

const changed = (path: Buffer): Fault => new Fault('TREE_UNREADABLE', { path: shown(path), reason: 'it was changed while the tree was read' })

const reading = async <T>(path: Buffer, work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (cause) {
    throw new Fault('TREE_UNREADABLE', { path: shown(path), reason: cause instanceof Error ? cause.message : String(cause) }, { cause })
  }
}

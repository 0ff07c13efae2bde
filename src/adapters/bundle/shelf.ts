import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '#domain/faults.ts'
import type { BundleShelf } from '#ports/bundle-shelf.ts'
import { openContainer } from './container.ts'

const pieceBytes = 2 ** 18

/** A folder of bundles. A name that is more than a name is of no file here. */
export const openShelf = (folder: string): BundleShelf => ({
  async look(file) {
    if (!isBare(file) || !(await stat(join(folder, file)).then(about => about.isFile(), () => false))) return undefined
    await using container = await openContainer(join(folder, file)).catch((error: unknown) => { throw named(error, file) })
    return { bundle: container.index.bundle, bytes: container.size, index: container.indexText, fingerprint: container.fingerprint, madeAt: container.index.madeAt }
  },
  async *read(file, from, to) {
    if (!isBare(file)) throw gone(file)
    const handle = await open(join(folder, file), 'r').catch(() => { throw gone(file) })
    try {
      for (let at = from; at < to;) {
        const piece = Buffer.allocUnsafe(Math.min(pieceBytes, to - at))
        const { bytesRead } = await handle.read(piece, 0, piece.length, at)
        if (bytesRead === 0) throw gone(file)
        at += bytesRead
        yield piece.subarray(0, bytesRead)
      }
    } finally {
      await handle.close()
    }
  },
  async append(file, at, piece) {
    if (!isBare(file)) throw gone(file)
    await mkdir(folder, { recursive: true })
    const handle = await open(join(folder, file), at === 0 ? 'w' : 'r+', 0o600).catch(() => undefined)
    if (handle === undefined) return undefined
    try {
      const { size } = await handle.stat()
      if (size === at + piece.length && at > 0) return size
      if (size !== at) return undefined
      for (let done = 0; done < piece.length;) done += (await handle.write(piece, done, piece.length - done, at + done)).bytesWritten
      return at + piece.length
    } finally {
      await handle.close()
    }
  },
  async finish(draft, file, bytes) {
    if (!isBare(draft) || !isBare(file)) throw gone(file)
    const sizeOf = (name: string): Promise<number | undefined> => stat(join(folder, name)).then(about => about.size, () => undefined)
    if (await sizeOf(draft) === undefined) return await sizeOf(file) === bytes
    if (await sizeOf(draft) !== bytes) return false
    await keepOnDisk(join(folder, draft))
    await rename(join(folder, draft), join(folder, file))
    return true
  },
  async size(file) {
    return isBare(file) ? await stat(join(folder, file)).then(about => about.size, () => undefined) : undefined
  },
  async list(prefix) {
    const names = await readdir(folder).catch((): string[] => [])
    return names.filter(name => name.startsWith(prefix))
  },
  async remove(file) {
    if (!isBare(file)) throw gone(file)
    await rm(join(folder, file), { force: true })
  },
})

const keepOnDisk = async (path: string): Promise<void> => {
  await using handle = await open(path, 'r+')
  await handle.sync()
}

const isBare = (file: string): boolean => file !== '' && file !== '.' && file !== '..' && !/[/\\\0]/.test(file)

const gone = (file: string): Fault => new Fault('BUNDLE_BROKEN', { file, reason: 'it is no longer on the shelf, or shorter than it was' })

/** Where the folder is, is nobody’s to know who asks over the net. */
const named = (error: unknown, file: string): unknown => (error instanceof Fault && 'file' in error.facts ? new Fault(error.code, { ...error.facts, file }, { cause: error }) : error)

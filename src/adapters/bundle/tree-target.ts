import { constants } from 'node:fs'
import { appendFile, chmod, type FileHandle, lstat, mkdir, open, readFile, readlink, rename, rm, rmdir, symlink } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Fault } from '#domain/faults.ts'
import type { TreeEntry, TreeSource, TreeTarget } from '#ports/bundle.ts'
import { join, openTree, shown } from './tree-source.ts'

/**
 * The trees of `bundle` in `folder`, each under its name: laid down in `.rehome-BUNDLE` there, and given their names when all is proven. A name that would lead elsewhere is
 * refused, and so is one that passes through a link.
 */
export const openTreeTarget = async (folder: string, bundle: string, trees: readonly string[]): Promise<TreeTarget> => {
  const root = Buffer.from(resolve(folder))
  for (const tree of trees) if (!isName(tree)) throw refused(root, `the tree ${JSON.stringify(tree)} has a name that is none`)
  const staging = Buffer.concat([root, Buffer.from(`/.rehome-${bundle.replaceAll(/[^0-9a-z-]/gi, '')}`)])
  await laying(root, () => mkdir(root, { recursive: true }))
  if (!(await isThere(staging))) for (const tree of trees) if (await isThere(joined(root, tree))) throw refused(joined(root, tree), 'something is there already')
  await laying(staging, () => mkdir(staging, { recursive: true, mode: 0o700 }))
  return new Folder(root, staging)
}

class Folder implements TreeTarget {
  readonly #root: Buffer
  readonly #staging: Buffer
  readonly #notes: Buffer
  /** Seen to be folders in this session; nobody but us writes below. */
  readonly #folders = new Set<string>()

  constructor(root: Buffer, staging: Buffer) {
    this.#root = root
    this.#staging = staging
    this.#notes = Buffer.concat([staging, Buffer.from('.notes')])
  }

  async done(): Promise<ReadonlySet<number>> {
    const text = await readFile(this.#notes, 'utf8').catch(() => '')
    return new Set(text.split('\n').slice(0, -1).map(Number))
  }

  async write(tree: string, file: TreeEntry & { kind: 'file' }, at: number, bytes: AsyncIterable<Buffer>): Promise<void> {
    const path = await this.#wayTo(tree, file.path)
    const handle = await laying(path, () => open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW, 0o600))
    try {
      await laying(path, async () => {
        if (at === 0) await handle.truncate(0)
        const end = await put(handle, at, bytes)
        if (end < file.bytes) return
        await handle.chmod(file.mode & 0o777)
        // A microsecond more, or the fraction of a second that a double cannot hold would round it down.
        await handle.utimes((file.modifiedMs + 0.001) / 1000, (file.modifiedMs + 0.001) / 1000)
        await handle.sync()
      })
    } finally {
      await handle.close()
    }
  }

  async place(tree: string, entry: TreeEntry & { kind: 'folder' | 'link' }): Promise<void> {
    const path = await this.#wayTo(tree, entry.path)
    if (entry.kind === 'folder') return this.#makeFolder(path)
    const to = Buffer.from(entry.to, 'latin1')
    try {
      await laying(path, () => symlink(to, path))
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error
      if (!(await readlink(path, { encoding: 'buffer' }).catch(() => Buffer.alloc(0))).equals(to)) throw refused(path, 'something is there already')
    }
  }

  async settle(part: number): Promise<void> {
    await laying(this.#notes, () => appendFile(this.#notes, `${part}\n`))
  }

  laid(tree: string): TreeSource {
    return openTree(shown(joined(this.#staging, tree)), tree)
  }

  async distrust(): Promise<void> {
    await rm(this.#notes, { force: true })
  }

  async finish(trees: readonly string[], modes: Parameters<TreeTarget['finish']>[1]): Promise<void> {
    for (const tree of trees) await this.#name(tree, modes.get(tree) ?? [])
    await rm(this.#notes, { force: true })
    await laying(this.#staging, () => rmdir(this.#staging)).catch((error: unknown) => { if (!isCode(error, 'ENOENT')) throw error })
  }

  async #name(tree: string, modes: readonly { readonly path: string; readonly mode: number }[]): Promise<void> {
    const [from, to] = [joined(this.#staging, tree), joined(this.#root, tree)]
    const isLaid = await isThere(from)
    if (await isThere(to)) {
      // Named in an earlier session, unless there is one to be named.
      if (isLaid) throw refused(to, 'something is there already')
      return
    }
    // A tree without anything in it was never made.
    if (!isLaid) return laying(to, async () => { await mkdir(to) })
    // Deepest first: a folder that may not be written to is entered before it is closed.
    for (const { path, mode } of modes.toReversed()) await laying(from, () => chmod(join(from, path), mode & 0o777))
    await laying(to, () => rename(from, to))
  }

  /** Every folder on the way is one, not a link, or is made. */
  async #wayTo(tree: string, path: string): Promise<Buffer> {
    const parts = [Buffer.from(tree).toString('latin1'), ...path.split('/')]
    if (!parts.every(isName)) throw refused(this.#staging, `the bundle names a file ${JSON.stringify(path)}, which would lead elsewhere`)
    for (let n = 1; n < parts.length; n++) {
      const under = parts.slice(0, n).join('/')
      if (this.#folders.has(under)) continue
      await this.#makeFolder(join(this.#staging, under))
      this.#folders.add(under)
    }
    return join(this.#staging, parts.join('/'))
  }

  async #makeFolder(path: Buffer): Promise<void> {
    await laying(path, () => mkdir(path, { mode: 0o700 })).catch((error: unknown) => { if (!isCode(error, 'EEXIST')) throw error })
    if (!(await laying(path, () => lstat(path))).isDirectory()) throw refused(path, 'the bundle would write through something that is not a folder')
  }
}

/** Answers where it ended. */
const put = async (into: FileHandle, at: number, bytes: AsyncIterable<Buffer>): Promise<number> => {
  let position = at
  for await (const piece of bytes) for (let done = 0; done < piece.length;) {
    const { bytesWritten } = await into.write(piece, done, piece.length - done, position)
    done += bytesWritten
    position += bytesWritten
  }
  return position
}

const joined = (root: Buffer, tree: string): Buffer => Buffer.concat([root, Buffer.from('/'), Buffer.from(tree)])

/** One name in a folder, nothing that leads out of it. */
const isName = (name: string): boolean => name !== '' && name !== '.' && name !== '..' && !name.includes('/') && !name.includes('\0') && !(process.platform === 'win32' && /[\\:]/.test(name))

const isThere = (path: Buffer): Promise<boolean> => lstat(path).then(() => true, () => false)

const refused = (path: Buffer, reason: string): Fault => new Fault('TREE_REFUSED', { path: shown(path), reason })

const isCode = (error: unknown, code: string): boolean => error instanceof Fault && (error.cause as NodeJS.ErrnoException | undefined)?.code === code

const laying = async <T>(path: Buffer, work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof Fault) throw cause
    throw new Fault('TREE_REFUSED', { path: shown(path), reason: cause instanceof Error ? cause.message : String(cause) }, { cause })
  }
}

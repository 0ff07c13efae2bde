import { spawn, type ChildProcess } from 'node:child_process'
import { open, readFile, rename, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { Fault } from '#domain/faults.ts'
import { findBinaries, type Binaries, type Major } from './binaries.ts'
import { openCluster, readCluster, removeCluster, writeState, type Cluster } from './cluster.ts'
import { freePort } from './port.ts'
import { killPostmaster, postmasterOf, stopPostmaster, type Running } from './postmaster.ts'
import { isAlive } from './process.ts'
import { runAs, spawnAs } from './run-as.ts'

export type PostgresOptions = {
  readonly major: Major
  /** Where data, log and state are kept; made if it is not there. One server a directory. */
  readonly directory: string
  /** Server settings beyond ours, such as `fsync`. A server found running under other settings is restarted. */
  readonly config?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** A PostgreSQL server of ours on 127.0.0.1. It outlives a crash of this process and is taken over by the next that asks for its directory. */
export interface EmbeddedPostgres extends AsyncDisposable {
  readonly major: Major
  readonly directory: string
  /** It was up before we asked: somebody else of this machine uses it, or died and left it. */
  readonly wasRunning: boolean
  readonly port: number
  /** Of the postmaster; another one after `restart`. */
  readonly pid: number
  /** With the password: for tests and the demo, never for a log. */
  superuserUrl(database?: string): string
  /** `fast` ends sessions and writes everything down; `immediate` leaves it to recovery. Both end the processes, whatever it takes. Repeatable. */
  stop(mode?: 'fast' | 'immediate'): Promise<void>
  /** On the same port; starts it if it is not running. */
  restart(): Promise<void>
  /** SIGKILL, as a crash would; returns when no process of the server is left. */
  kill(): Promise<void>
  /** Stops it and deletes its data. */
  remove(): Promise<void>
}

const defaults = {
  wal_level: 'logical', max_wal_senders: '20', max_replication_slots: '20', max_connections: '200', listen_addresses: '127.0.0.1', unix_socket_directories: '',
}
/** A start that fails is known at once; what takes long is recovery after a crash. */
const startWithinMs = 300_000
const logBytes = 16 * 2 ** 20

/** Starts the server of a directory, or takes over the one that runs there; returns when it answers. Faults: SERVER_MISSING, SERVER_NOT_STARTED. */
export const startPostgres = async (options: PostgresOptions): Promise<EmbeddedPostgres> => {
  const directory = resolve(options.directory)
  const cluster = await openCluster(options.major, directory)
  const binaries = await findBinaries(options.major, runAs())
  const config = { ...defaults, ...options.config }
  const wasRunning = await postmasterOf(cluster.data) !== undefined
  let running = await up(cluster, binaries, directory, config, options.signal)
  return {
    major: options.major,
    directory,
    wasRunning,
    get port() { return running.port },
    get pid() { return running.pid },
    superuserUrl: (database = 'postgres') => urlOf(running.port, cluster.state.password, database),
    stop: (mode = 'fast') => stopPostmaster(cluster.data, running.pid, mode),
    async restart() {
      await stopPostmaster(cluster.data, running.pid, 'fast')
      running = await up({ ...cluster, state: { ...cluster.state, port: running.port, config } }, binaries, directory, config, options.signal)
    },
    kill: () => killPostmaster(cluster.data, running.pid),
    remove: () => removePostgres(directory),
    [Symbol.asyncDispose]: () => stopPostmaster(cluster.data, running.pid, 'fast'),
  }
}

/** Stops the server of a directory, if one runs there, and deletes the directory with its data; for what a process that died has left. Repeatable. */
export const removePostgres = async (directory: string): Promise<void> => {
  const cluster = await readCluster(resolve(directory))
  const running = cluster === undefined ? undefined : await postmasterOf(cluster.data)
  if (cluster !== undefined && running !== undefined) await stopPostmaster(cluster.data, running.pid, 'immediate')
  await removeCluster(resolve(directory))
}

type Config = Readonly<Record<string, string>>

const up = async (cluster: Cluster, binaries: Binaries, directory: string, config: Config, signal?: AbortSignal): Promise<Running> => {
  const deadline = performance.now() + startWithinMs
  let { port } = cluster.state
  let reason = 'it did not answer in time'
  while (performance.now() < deadline) {
    signal?.throwIfAborted()
    const found = await postmasterOf(cluster.data)
    if (found !== undefined) {
      // Another process may have started it a moment ago, or it may be going down: wait for either.
      const answered = await waitReady(cluster, found.pid, found.port, deadline, signal)
      if (!answered) continue
      if (isSame(config, await runningConfig(cluster.data))) return found
      await stopPostmaster(cluster.data, found.pid, 'fast')
      continue
    }
    port = await freePort(port === 0 ? undefined : port)
    await writeState(cluster.data, { ...cluster.state, port, config })
    const started = await launch(cluster, binaries, directory, port, config)
    if (await waitReady(cluster, started.pid, port, deadline, signal).catch(stopFirst(cluster, started.pid))) return { pid: started.pid, port }
    reason = await started.complaint()
    if (!isPassing(reason)) break
    await sleep(100, undefined, { signal })
  }
  throw new Fault('SERVER_NOT_STARTED', { major: cluster.state.major, directory, reason })
}

/** Who called the start off wants no server. */
const stopFirst = (cluster: Cluster, pid: number) => async (error: unknown): Promise<never> => {
  await stopPostmaster(cluster.data, pid, 'immediate')
  throw error
}

/** What ends by itself: somebody took the port, another start was first, or processes of a killed server are still dying. */
const isPassing = (complaint: string): boolean => /could not (bind|create any TCP)|lock file "postmaster.pid" already exists|shared memory block|is still in use|shutting down|starting up/.test(complaint)

const launch = async (cluster: Cluster, binaries: Binaries, directory: string, port: number, config: Config): Promise<{ pid: number; complaint(): Promise<string> }> => {
  const file = join(directory, 'postgres.log')
  const size = await stat(file).then(s => s.size, () => 0)
  if (size > logBytes) await rename(file, `${file}.1`)
  await using log = await open(file, 'a', 0o600)
  const { size: before } = await log.stat()
  const settings = Object.entries(config).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  // A session of its own: Ctrl-C at our terminal is for us, and the server must outlive us if we crash.
  const child = spawn(binaries.postgres, ['-D', cluster.data, '-p', String(port), ...settings], { ...spawnAs(runAs()), cwd: '/', detached: true, stdio: ['ignore', log.fd, log.fd] })
  await started(child)
  child.unref()
  return { pid: child.pid ?? 0, complaint: async () => lastComplaint(await readFile(file, 'utf8').catch(() => ''), before) }
}

const started = (child: ChildProcess): Promise<void> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  child.once('spawn', resolve)
  child.once('error', reject)
  return promise
}

const lastComplaint = (log: string, before: number): string => {
  const lines = Buffer.from(log).subarray(before).toString().split('\n')
  return lines.findLast(line => /(FATAL|PANIC):/.test(line))?.replace(/^.*?(FATAL|PANIC): */, '') ?? lines.findLast(line => line !== '') ?? 'it ended without a word'
}

/** True: it answers to our password and serves our data. False: its process is gone. */
const waitReady = async (cluster: Cluster, pid: number, port: number, deadline: number, signal?: AbortSignal): Promise<boolean> => {
  while (performance.now() < deadline) {
    if (!isAlive(pid)) return false
    const lines = (await readFile(join(cluster.data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')
    if (Number(lines[0]) === pid && lines[7]?.trim() === 'ready' && (await answers(cluster, port))) return true
    await sleep(15, undefined, { signal })
  }
  return false
}

const answers = async (cluster: Cluster, port: number): Promise<boolean> => {
  const session = new pg.Client({ connectionString: urlOf(port, cluster.state.password, 'postgres'), connectionTimeoutMillis: 5_000, application_name: 'rehome launcher' })
  session.on('error', () => { /* the statement under way rejects with it */ })
  try {
    await session.connect()
    const { rows } = await session.query<{ data_directory: string }>('SHOW data_directory')
    return rows[0]?.data_directory === cluster.data
  } catch {
    return false
  } finally {
    await session.end().catch(() => { /* it was never open */ })
  }
}

/** What the running server was started with: it writes its command line down. */
const runningConfig = async (data: string): Promise<Config> => {
  const line = await readFile(join(data, 'postmaster.opts'), 'utf8')
  return Object.fromEntries([...line.matchAll(/"-c" "([^"=]+)=([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]))
}

const isSame = (a: Config, b: Config): boolean => {
  const lines = (config: Config): string => Object.entries(config).map(([name, value]) => `${name}=${value}`).toSorted().join('\n')
  return lines(a) === lines(b)
}

const urlOf = (port: number, password: string, database: string): string => `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/${encodeURIComponent(database)}`

import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'

/** Debian's server and tools: what everybody in the comparison uses. */
export const bin = '/usr/lib/postgresql/15/bin'

export type Server = AsyncDisposable & { readonly port: number; url(database: string): string; sql(database: string, text: string): string }

/** The same for both ends: enough memory that the disk does not decide, everything else as the distribution has it. */
const settings: Record<string, string> = {
  listen_addresses: '127.0.0.1', wal_level: 'logical', shared_buffers: '2GB', max_wal_size: '8GB', checkpoint_timeout: '30min', max_locks_per_transaction: '1024',
  max_wal_senders: '10', max_replication_slots: '10', max_connections: '100', autovacuum: 'off', logging_collector: 'off', log_min_messages: 'error', log_min_error_statement: 'panic',
}

/** A server of its own in `directory`, made anew. PostgreSQL refuses root: as root it runs as the user `postgres`. */
export const startServer = (directory: string, port: number): Server => {
  if (!existsSync(join(bin, 'initdb'))) throw new Error('The bench needs PostgreSQL 15 and its tools: apt-get install -y postgresql-15 pgcopydb')
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const asUser = (command: string, args: readonly string[]): void => {
    const root = userInfo().uid === 0
    if (root) execFileSync('chown', ['postgres', directory])
    const [file, all] = root ? ['setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', command, ...args]] as const : [command, args] as const
    execFileSync(file, all, { stdio: ['ignore', 'ignore', 'inherit'], cwd: '/' })
  }
  asUser(join(bin, 'initdb'), ['-D', directory, '-U', 'bench', '-A', 'trust', '--locale=C.UTF-8', '--no-sync', '-E', 'UTF8'])
  const options = Object.entries({ ...settings, port: String(port), unix_socket_directories: directory }).map(([k, v]) => `-c ${k}=${v}`).join(' ')
  asUser(join(bin, 'pg_ctl'), ['-D', directory, '-w', '-o', options, '-l', join(directory, 'log'), 'start'])
  // Ctrl-C and a bench that fails leave no server behind.
  const stopNow = (): void => {
    const pid = Number(readFileSync(join(directory, 'postmaster.pid'), 'utf8').split('\n')[0])
    process.kill(pid, 'SIGQUIT')
  }
  process.on('exit', stopNow)
  const url = (database: string): string => `postgres://bench@127.0.0.1:${port}/${database}`
  return {
    port, url,
    sql(database, text) {
      const done = spawnSync(join(bin, 'psql'), ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', url(database)], { input: text, encoding: 'utf8', maxBuffer: 2 ** 28 })
      if (done.status !== 0) throw new Error(`psql: ${done.stderr}`)
      return done.stdout.trim()
    },
    async [Symbol.asyncDispose]() {
      process.off('exit', stopNow)
      asUser(join(bin, 'pg_ctl'), ['-D', directory, '-w', '-m', 'fast', 'stop'])
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

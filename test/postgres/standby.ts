import { spawn } from 'node:child_process'
import { chown, realpath, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findBinaries } from '#adapters/embedded-postgres/binaries.ts'
import type { EmbeddedPostgres } from '#adapters/embedded-postgres/launcher.ts'
import { postmasterOf, stopPostmaster } from '#adapters/embedded-postgres/postmaster.ts'
import { runAs, spawnAs } from '#adapters/embedded-postgres/run-as.ts'
import { until } from '#test/services/until.ts'
import pg from 'pg'

/** Starts a test's own server as a standby that has no primary to hear from: it answers, read only. Stopped when `work` has ended. */
export const asStandby = async (server: EmbeddedPostgres, work: (url: string) => Promise<void>): Promise<void> => {
  await server.stop()
  const data = await realpath(join(server.directory, 'data'))
  await writeFile(join(data, 'standby.signal'), '')
  const user = runAs()
  if (user !== undefined) await chown(join(data, 'standby.signal'), user.uid, user.gid)
  const { postgres } = await findBinaries(server.major, user)
  // A standby wants its primary's limits at least.
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'wal_level=logical', 'max_connections=200', 'max_wal_senders=20'].flatMap(setting => ['-c', setting])
  const child = spawn(postgres, ['-D', data, '-p', String(server.port), ...settings], { ...spawnAs(user), cwd: '/', detached: true, stdio: 'ignore' })
  child.unref()
  try {
    await until('the standby answers', () => answers(server.superuserUrl()))
    await work(server.superuserUrl())
  } finally {
    const running = await postmasterOf(data)
    if (running !== undefined) await stopPostmaster(data, running.pid, 'fast')
  }
}

const answers = async (url: string): Promise<true> => {
  const session = new pg.Client({ connectionString: url })
  session.on('error', () => { /* not yet */ })
  await session.connect()
  await session.end()
  return true
}

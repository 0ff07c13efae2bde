import { randomBytes } from 'node:crypto'
import { chownSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Major } from '#adapters/embedded-postgres/binaries.ts'
import { runAs } from '#adapters/embedded-postgres/run-as.ts'
import { makeAuthority } from '#test/services/certificates.ts'
import { type Scope, type TestDatabase, useDatabaseOn, useServer } from '#test/services/postgres.ts'
import { until } from '#test/services/until.ts'

/** Two files with the certificate of an authority each: the one that all of the test's servers are vouched for by, and another by the same name. */
export type Roots = { readonly right: string; readonly wrong: string; readonly issue: ReturnType<typeof makeAuthority>['issue'] }

export const useRoots = (scope: Scope): Roots => {
  const directory = mkdtempSync(join(tmpdir(), 'rehome-roots-'))
  scope.after(async () => { rmSync(directory, { recursive: true }) })
  const [authority, other] = [makeAuthority('The authority'), makeAuthority('The authority')]
  const [right, wrong] = [join(directory, 'right.pem'), join(directory, 'wrong.pem')]
  writeFileSync(right, authority.root)
  writeFileSync(wrong, other.root)
  return { right, wrong, issue: address => authority.issue(address) }
}

/** What somebody did on a server, as its log has it. */
export type Login = { readonly application: string; readonly encrypted: boolean }

export type Encrypted = {
  readonly database: TestDatabase
  /** Of a role that the server lets in over TLS alone, with its password. */
  readonly url: string
  /** Who logged in as that role. */
  logins(): Login[]
}

/** A server with a certificate for 127.0.0.1, and a database on it. */
export const useEncrypted = async (scope: Scope, { major, template, roots }: { major: Major; template?: string; roots: Roots }): Promise<Encrypted> => {
  const server = await useServer(scope, { major, config: { fsync: 'off' } })
  const database = await useDatabaseOn(scope, server, template === undefined ? {} : { template })
  const data = realpathSync(join(server.directory, 'data'))
  const { certificate, key } = roots.issue('127.0.0.1')
  const user = runAs()
  for (const [name, text] of [['server.crt', certificate], ['server.key', key], ['pg_hba.conf', `hostssl all mover 127.0.0.1/32 scram-sha-256\nhost all postgres 127.0.0.1/32 scram-sha-256\n`]] as const) {
    writeFileSync(join(data, name), text, { mode: 0o600 })
    if (user !== undefined) chownSync(join(data, name), user.uid, user.gid)
  }
  const password = randomBytes(12).toString('hex')
  for (const statement of [`CREATE ROLE mover SUPERUSER LOGIN PASSWORD '${password}'`, 'ALTER SYSTEM SET ssl = on', 'ALTER SYSTEM SET log_connections = on', 'SELECT pg_reload_conf()']) await database.query(statement)
  await until('the server speaks TLS', async () => (await database.query<{ ssl: string }>('SHOW ssl'))[0]?.ssl === 'on')
  const url = new URL(database.url)
  url.username = 'mover'
  url.password = password
  return {
    database, url: url.href,
    logins: () => [...readFileSync(join(server.directory, 'postgres.log'), 'utf8').matchAll(/connection authorized: user=mover .*$/gm)].map(([line]) => ({
      application: /application_name=(.*?)(?: SSL enabled|$)/.exec(line)?.[1] ?? '', encrypted: line.includes(' SSL enabled (protocol=TLS'),
    })),
  }
}

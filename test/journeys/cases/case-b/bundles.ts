import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { type Scope, type TestDatabase, useDatabase } from '#test/services/postgres.ts'

/** The tenant's database in the cloud, the empty one on the customer's own server, the vendor's folder of bundles, and what each types on their machine. */
export type Bundles = {
  readonly cloud: TestDatabase
  readonly own: TestDatabase
  readonly shelf: string
  /** The tenant's files in the cloud. */
  readonly tree: string
  /** The customer's own folder, and what opens its bundle: in a file there that nobody else has. */
  readonly home: string
  readonly identity: string
  /** Whom the vendor makes the bundle for. */
  readonly recipient: string
  /** `rehome bundle …` on the machine of either; a failure throws what was said. */
  vendor(...parameters: string[]): Promise<string>
  customer(...parameters: string[]): Promise<string>
}

const filled = `CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL); INSERT INTO users SELECT n, '利用者 ' || n FROM generate_series(1, 50) n;
  CREATE TABLE forms (id int PRIMARY KEY, title text NOT NULL); INSERT INTO forms SELECT n, '点検票 ' || n FROM generate_series(1, 20) n;
  CREATE TABLE records (id bigint PRIMARY KEY, form int NOT NULL REFERENCES forms, said text NOT NULL); INSERT INTO records SELECT n, 1 + n % 20, 'confidential record ' || n || repeat(md5(n::text), 4) FROM generate_series(1, 4000) n`

const run = promisify(execFile)

export const useBundles = async (scope: Scope): Promise<Bundles> => {
  const folder = mkdtempSync(join(tmpdir(), 'rehome-bundles-'))
  scope.after(async () => { rmSync(folder, { recursive: true, force: true }) })
  const [shelf, home, office, tree] = ['shelf', 'customer', 'vendor', 'tree'].map(name => join(folder, name)) as [string, string, string, string]
  for (const one of [shelf, home, office, join(tree, '帳票')]) mkdirSync(one, { recursive: true })
  writeFileSync(join(tree, '帳票', '点検票 1.txt'), '点検')
  writeFileSync(join(tree, 'logo.png'), Buffer.alloc(20_000, 'logo'))
  const [cloud, own] = [await useDatabase(scope, { major: 15, template: filled }), await useDatabase(scope, { major: 18 })]
  const key = await generateX25519Identity()
  const identity = join(home, 'key.txt')
  writeFileSync(identity, `${key}\n`, { mode: 0o600 })
  const at = (place: string, secrets: Readonly<Record<string, string>>) => async (...parameters: string[]): Promise<string> =>
    (await run(process.execPath, [join(import.meta.dirname, '../../../../src/main/cli.ts'), 'bundle', ...parameters], { cwd: place, env: { PATH: process.env['PATH'], HOME: place, REHOME_HOME: place, ...secrets }, timeout: 60_000 })).stdout
  return { cloud, own, shelf, tree, home, identity, recipient: await identityToRecipient(key), vendor: at(office, { CLOUD: cloud.url }), customer: at(home, { OWN: own.url }) }
}

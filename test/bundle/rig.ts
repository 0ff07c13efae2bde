import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import type { Address, BundleServices } from '#entrances/cli/services.ts'
import { bundlesOf } from '#main/bundle.ts'
import type { TestDatabase } from '#test/services/postgres.ts'

export type BundleRig = { readonly folder: string; readonly file: string; readonly bundles: BundleServices; readonly identity: string; readonly recipient: string; readonly identityFile: string; readonly home: string }

/** A folder of its own, a key pair, and the services of the command line. */
export const bundleRig = async (t: TestContext): Promise<BundleRig> => {
  const folder = mkdtempSync(join(tmpdir(), 'bundle-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const identity = await generateX25519Identity()
  const home = join(folder, 'home')
  const identityFile = join(folder, 'key.txt')
  writeFileSync(identityFile, `# a test's\n${identity}\n`)
  const bundles = bundlesOf({ home, version: '0.0.0', user: 'somebody', moves: join(home, 'moves'), signingKey: join(home, 'signing-key.pem'), site: '', token: undefined, signedIn: join(home, 'signed-in.json'), environment: {} })
  return { folder, file: join(folder, 'shop.bundle'), bundles, identity, recipient: await identityToRecipient(identity), identityFile, home }
}

export const addressOf = (database: TestDatabase): Address => {
  const url = new URL(database.url)
  const password = decodeURIComponent(url.password)
  url.password = ''
  return { url: url.href, ...(password === '' ? {} : { password }) }
}

export const quiet = (): void => { /* nobody listens */ }
export const never = new AbortController().signal

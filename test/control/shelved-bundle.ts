import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { endOf, magic } from '#adapters/bundle/container.ts'
import { type BundleIndex, commitmentOf, signIndex, signReceipt } from '#domain/bundle.ts'
import { sha256 } from '#lib/hash.ts'
import { hashed } from '#lib/hashed.ts'
import { newPrivateKey, signerOf } from '#lib/sign.ts'

const [signer, importing] = [signerOf(newPrivateKey()), signerOf(newPrivateKey())]
const [salt, root] = ['some salt', 'a'.repeat(64)]

/** A file that is a bundle to anybody without its key. */
export const bundleIn = (folder: string, file: string, bytes = 700_000, name = file): { readonly whole: Buffer; readonly index: string } => {
  const parts = [Buffer.alloc(100, 1), Buffer.alloc(bytes, file), Buffer.alloc(50, 3)]
  const index: BundleIndex = { format: 'rehome-bundle/1', bundle: name, madeAt: '2026-11-01T00:00:00.000Z', tool: { name: 'rehome', version: '1' }, parts: parts.map(part => ({ bytes: part.length, sha256: hashed(part) })), commitment: commitmentOf(salt, root) }
  const text = signIndex(index, signer)
  const whole = Buffer.concat([magic, ...parts, endOf(text)])
  writeFileSync(join(folder, file), whole)
  return { whole, index: text }
}

/** What is written where that bundle was imported and proven. */
export const receiptOf = (bundle: string, index: string, change: { readonly index?: string; readonly root?: string } = {}): string => signReceipt({
  format: 'rehome-bundle-receipt/1', bundle, index: sha256(index), salt, root, tables: 12, rows: 3_456, largeObjects: 0, trees: [],
  target: { engine: 'postgres', version: '18.1', system: '7', timeline: 1, database: 'shop', label: 'postgres://app@db/shop' }, provenAt: '2026-11-20T10:00:00.000Z', tool: { name: 'rehome', version: '1' }, ...change,
}, importing)

import { randomBytes, randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { checkReceipt, type Receipt, signIndex, signReceipt } from '#domain/bundle.ts'
import { Fault } from '#domain/faults.ts'
import { openContainer, partOf } from '#adapters/bundle/container.ts'
import { openDraft } from '#adapters/bundle/draft.ts'
import { holdLock } from '#adapters/bundle/lock.ts'
import { openWith } from '#adapters/bundle/opened.ts'
import { sealerFor } from '#adapters/bundle/seal.ts'
import { openTree } from '#adapters/bundle/tree-source.ts'
import { openTreeTarget } from '#adapters/bundle/tree-target.ts'
import { systemClock } from '#adapters/clock/system.ts'
import { openStore, packerOf } from '#adapters/registry.ts'
import type { BundleChecked, BundleServices } from '#entrances/cli/services.ts'
import { checkBundle } from '#mover/bundle-check.ts'
import { exportBundle } from '#mover/bundle-export.ts'
import { importBundle } from '#mover/bundle-import.ts'
import type { Config } from './config.ts'
import { signerAt } from './evidence-file.ts'

/** Bundles as the commands act on them. */
export const bundlesOf = (config: Config): BundleServices => {
  const tool = { name: 'rehome', version: config.version }
  return {
    async exportTo({ from, file, lock, trees, chunkBytes }, tell, signal) {
      const place = resolve(file)
      if (existsSync(place)) throw new Fault('BUNDLE_NOT_WRITTEN', { file, reason: 'a file of that name is there already' })
      fitting(() => sealerFor(lock))
      await using draft = await openDraft(place, lock, randomUUID)
      await using store = openStore({ name: 'source', ...from })
      const signer = signerAt(config.signingKey)
      return await exportBundle({
        store, packer: packerOf(from.url), draft, bundle: draft.bundle, trees: trees.map(folder => openTree(folder)), chunkBytes, clock: systemClock, tool,
        salt: () => randomBytes(16).toString('hex'), sign: index => signIndex(index, signer), tell,
      }, signal)
    },
    async check({ file, key, trusted }, tell, signal): Promise<BundleChecked> {
      await using container = await openContainer(file)
      if (trusted !== undefined && squeezed(container.fingerprint) !== squeezed(trusted)) throw new Fault('BUNDLE_BROKEN', { file, reason: `it is signed by another key: ${container.fingerprint}, not ${trusted}` })
      const { index, fingerprint, size } = container
      const about = { bundle: index.bundle, madeAt: index.madeAt, parts: index.parts.length, bytes: size, fingerprint }
      if (key === undefined) {
        for (const part of index.parts.keys()) {
          for await (const piece of partOf(container, part)) void piece
          signal.throwIfAborted()
          tell({ doing: 'parts', done: part + 1, of: index.parts.length })
        }
        return about
      }
      const opened = await openWith(container, key)
      const manifest = await checkBundle({ file, index, indexText: container.indexText, opened }, packerOf(manifestUrl), tell, signal)
      return { ...about, inside: { source: manifest.source.label, takenAt: manifest.takenAt, tables: manifest.rows.length, rows: manifest.rows.reduce((sum, t) => sum + t.rows, 0), largeObjects: manifest.largeObjects.count, trees: manifest.trees, root: manifest.root } }
    },
    async importFrom({ file, to, key, tree, receipt, jobs }, tell, signal) {
      const place = receipt ?? `${file}.receipt.json`
      await using _held = holdLock(`${resolve(place)}.lock`)
      await using container = await openContainer(file)
      const opened = await openWith(container, key)
      await using store = openStore({ name: 'target', ...to })
      const { index, indexText, fingerprint } = container
      const imported = await importBundle({
        store, packer: packerOf(to.url), bundle: { file, index, indexText, opened }, jobs, clock: systemClock, tool,
        ...(tree === undefined ? {} : { trees: names => openTreeTarget(tree, index.bundle, names) }),
        receipt: keptReceipt(place, indexText), keep: kept => keepReceipt(place, signReceipt(kept, signerAt(config.signingKey))), tell,
      }, signal)
      return imported.end === 'blocked' ? imported : { ...imported, file: place, signedBy: fingerprint }
    },
  }
}

/** The tally of rows is the product's; there is one product so far. */
const manifestUrl = 'postgres://bundle'

const squeezed = (fingerprint: string): string => fingerprint.replace(/[\s:]/g, '').toLowerCase()

/** age says what is wrong with a recipient; what it says holds no secret. */
const fitting = (work: () => unknown): void => {
  try {
    work()
  } catch (cause) {
    throw new Fault('BUNDLE_LOCKED', { file: 'to be made', reason: `a recipient is none: ${cause instanceof Error ? cause.message : ''}` }, { cause })
  }
}

const keptReceipt = (file: string, indexText: string): Receipt | undefined => {
  if (!existsSync(file)) return undefined
  const checked = checkReceipt(readFileSync(file, 'utf8'), indexText)
  return checked.ok ? checked.receipt : undefined
}

const keepReceipt = async (file: string, text: string): Promise<void> => {
  const draft = `${file}.${randomUUID()}`
  await writeFile(draft, text, { mode: 0o644, flush: true })
  await rename(draft, file)
}

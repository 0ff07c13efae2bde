import { completeTables, databaseRoot, format, tableEvidence, type Manifest, type TableEvidence } from '#domain/evidence.ts'
import type { Position } from '#domain/stream.ts'
import { assert } from '#lib/assert.ts'
import { canonical } from '#lib/canonical.ts'
import { sha256 } from '#lib/hash.ts'
import type { Frozen } from './cutover.ts'
import type { Remainder } from './remainder.ts'
import type { Lane, Run } from './run.ts'
import type { Proof, Verified } from './verify.ts'

/** Keeps the signed evidence of a live move: every row at one place of the stream, everything that changed since at the frozen instant. */
export const proveMove = (run: Run, lane: Lane, verified: Verified, frozen: Frozen): Promise<void> => keep(run, lane, verified, frozen, 'follow')

/** The evidence of a cold move: every row under the freeze. */
export const proveCold = (run: Run, lane: Lane, verified: { position: Position; at: number; ms: number; proofs: readonly Proof[] }, remainder: Remainder, freezeMs: number): Promise<void> =>
  keep(run, lane, verified, { ms: freezeMs, steps: { copy: freezeMs }, remainder, changed: [], whole: [], at: verified.at }, 'freeze')

const keep = async (run: Run, lane: Lane, verified: Verified, frozen: Frozen, provedAt: 'follow' | 'freeze'): Promise<void> => {
  const manifest = manifestOf(run, lane, verified, frozen, provedAt)
  const { file, root } = await run.world.keep(manifest)
  run.world.emit({ type: 'evidence', file, root, rows: manifest.tables.reduce((sum, t) => sum + t.rows, 0) })
}

const manifestOf = (run: Run, lane: Lane, verified: Verified, frozen: Frozen, provedAt: 'follow' | 'freeze'): Manifest => {
  const { record, world } = run
  const tables = completeTables(record.tables, tablesOf(run, verified, frozen, provedAt))
  const { origin, destination } = record
  const [source, target] = lane.leg === 'out' ? [origin, destination] : [destination, origin]
  const values = configurationOf(run)
  return {
    format,
    move: { id: record.id, tenant: record.order.tenant, leg: lane.leg, cold: record.standing.cold, startedAt: time(record.startedAt), provenAt: time(world.clock.now()) },
    tool: { name: 'rehome', ...world.tool }, source, target,
    configuration: { values, sha256: sha256(canonical(values)) },
    schema: { how: record.order.schema, fingerprint: record.fingerprint },
    anchors: { copied: record.anchors.map(a => a.position), verified: { position: verified.position, at: time(verified.at) }, frozenAt: time(frozen.at) },
    tables,
    changedSince: {
      keys: frozen.keys ?? 0, rows: frozen.changed.reduce((sum, p) => sum + p.rows, 0),
      sha256: sha256(frozen.changed.flatMap(p => p.digests.map(d => `${p.table} ${d.sha256}`)).sort().join('\n')),
    },
    sequences: frozen.remainder.sequences, largeObjects: frozen.remainder.largeObjects,
    freeze: { ms: Math.round(frozen.ms), steps: Object.fromEntries(Object.entries(frozen.steps).map(([step, ms]) => [step, Math.round(ms)])), budgetMs: record.order.freezeBudgetMs },
    approvals: [{ who: record.order.approvedBy, what: 'move', at: time(record.startedAt) }, ...record.approvals.map(a => ({ ...a, at: time(a.at) }))],
    root: databaseRoot(tables),
  }
}

/** What the freeze proved anew replaces what was proven while following. */
const tablesOf = (run: Run, verified: Verified, frozen: Frozen, provedAt: 'follow' | 'freeze'): TableEvidence[] => {
  const again = new Set(frozen.whole.map(p => p.table))
  const evidence = (proof: Proof, at: TableEvidence['provedAt']): TableEvidence => {
    const table = run.tables.get(proof.table)
    assert(table !== undefined && proof.found.length === 0, `${proof.table} is moved and equal`)
    return tableEvidence(table, proof.digests.every(d => d.order === 'stored') ? 'copy' : at, proof.digests)
  }
  return [...verified.proofs.filter(p => !again.has(p.table)).map(p => evidence(p, provedAt)), ...frozen.whole.map(p => evidence(p, 'freeze'))]
}

const configurationOf = ({ record: { order } }: Run): Manifest['configuration']['values'] => ({
  tenant: order.tenant, schema: order.schema, follow: order.follow, cutover: order.cutover, freezeBudgetMs: order.freezeBudgetMs, chunkBytes: order.chunkBytes,
  'budget.retainedBytes': order.budget.retainedBytes, 'budget.snapshotMs': order.budget.snapshotMs, 'budget.lockWaitMs': order.budget.lockWaitMs,
})

const time = (at: number): string => new Date(at).toISOString()

import { differences } from '#domain/catalog.ts'
import { Fault } from '#domain/faults.ts'
import { openStore } from '#adapters/registry.ts'
import type { Address, Services, Told, Verdict } from '#entrances/cli/services.ts'
import { verifyTables } from '#mover/verify.ts'

/** Compares every row of two databases as they stand now. */
export const verifyStores = async ({ from, to, jobs }: Parameters<Services['verify']>[0], emit: (event: Told) => void, signal: AbortSignal): Promise<Verdict> => {
  const open = (address: Address, name: string) => openStore({ name, ...address })
  await using source = open(from, 'source')
  await using target = open(to, 'target')
  const [here, there] = [await source.catalog(), await target.catalog()]
  const isTable = (o: { kind: string }): boolean => o.kind === 'table'
  const found = differences(here.objects.filter(isTable), there.objects.filter(isTable))
  const [first] = found
  if (first !== undefined) throw new Fault('SCHEMA_DIFFERS', { count: found.length, first: `${first.kind} ${first.name}` })
  await using sourcePicture = await source.picture()
  await using targetPicture = await target.picture()
  const labels = new Map(here.tables.map(t => [t.id, t.label]))
  const proofs = await verifyTables({ source: sourcePicture, target: targetPicture }, here.tables, new Map(), jobs, signal, (proof, done, of) => {
    emit({ type: 'verified', table: labels.get(proof.table) ?? proof.table, rows: proof.rows, equal: proof.found.length === 0, done, of, at: new Date().toISOString() })
  })
  return {
    tables: proofs.length, rows: proofs.reduce((sum, p) => sum + p.rows, 0),
    differences: proofs.flatMap(p => p.found.map(f => ({ table: labels.get(f.table) ?? f.table, key: f.key, how: f.how, ...(f.columns === undefined ? {} : { columns: f.columns }) }))),
  }
}

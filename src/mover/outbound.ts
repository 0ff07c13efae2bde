import type { Table } from '#domain/catalog.ts'
import { Fault } from '#domain/faults.ts'
import { together } from '#lib/together.ts'
import type { Build } from '#ports/store.ts'
import { finishCopy } from './after-copy.ts'
import { copyTables, type Copied } from './copy.ts'
import type { Lane, Run } from './run.ts'

/** Pins what moves: from here on a schema that changes is noticed. In a cold move nothing changes under the copy, so every table is copied like any other. */
export const pinTables = async (run: Run): Promise<void> => {
  const catalog = await run.world.origin.store.catalog()
  const tables = run.record.standing.cold ? catalog.tables.map(asCopied) : catalog.tables
  await run.save({ tables, fingerprint: catalog.fingerprint })
}

const asCopied = ({ routeReason: _, ...table }: Table): Table => ({ ...table, route: 'stream' })

/**
 * From an empty destination to one that has every row of one picture, keys, indexes and checked foreign keys. Begins or goes on wherever an earlier
 * session stopped. `beforePicture` is done before the picture is taken. Answers the digests of the source's rows that the copy took on the way, where the picture is still the one copied from.
 */
export const copyOut = async (run: Run, lane: Lane, beforePicture = async (): Promise<void> => { /* nothing */ }): Promise<{ builds: Build[]; copied: Copied }> => {
  await lane.target.prepare()
  // The schema is the one that was pinned, or the move ends with SCHEMA_CHANGED: it needs no picture.
  const [builds] = await together(
    run.phase('schema', () => lane.target.createSchema(lane.from.store, run.record.order.schema)),
    beforePicture().then(() => takePicture(run, lane)),
  )
  run.world.emit({ type: 'plan', tables: run.record.tables.map(t => ({ table: t.label, bytes: t.bytes, rows: t.rows })) })
  const copied = await run.phase('copy', async () => {
    const digests = await copyTables(run, lane, builds)
    await lane.target.secureLoads()
    return digests
  })
  await finishCopy(run, lane, builds)
  return { builds, copied: run.record.anchors.length === 1 ? copied : new Map() }
}

const takePicture = async (run: Run, lane: Lane): Promise<void> => {
  if (run.record.anchors.length > 0) return
  await run.phase('anchor', async () => {
    const anchor = await lane.source.anchor({ follow: !run.record.standing.cold, tables: run.record.tables })
    await run.save({ anchors: [anchor] })
  })
}

/** Pins the schema of the home that serves since the last switch, once. */
export const pinSchema = async (run: Run, lane: Lane): Promise<void> => {
  const { epoch, fingerprintAt = {} } = run.record
  if (fingerprintAt[epoch] !== undefined) return
  const { fingerprint } = await lane.from.store.catalog()
  await run.save({ fingerprintAt: { ...fingerprintAt, [epoch]: fingerprint } })
}

/**
 * Refuses to go on when the source's schema is no longer what was pinned: a change the stream does not carry. Answers the schema's token: given as `known` next time, the whole
 * schema is read again only if something changed since.
 */
export const checkSchema = async (run: Run, lane: Lane, known?: string): Promise<string> => {
  const { store } = lane.from
  // First of all: what changes while the schema is read makes the next token another one.
  const token = await store.schemaToken()
  if (token === known) return token
  const now = await store.catalog()
  if (now.fingerprint === (run.record.fingerprintAt?.[run.record.epoch] ?? run.record.fingerprint)) return token
  const tables = new Set(run.record.tables.map(t => t.id))
  const added = now.tables.filter(t => !tables.has(t.id)).map(t => t.label)
  throw new Fault('SCHEMA_CHANGED', { table: added[0] ?? store.label, difference: added.length > 0 ? `${added.length} tables were added that the stream does not carry` : 'its definition is not the one the move began with' })
}

/** Refuses whatever was altered since every row was verified under the token `known`: it may read as before and have rewritten every row of a table, which no stream carries. */
export const refuseAltered = async (run: Run, lane: Lane, known: string): Promise<void> => {
  if ((await checkSchema(run, lane, known)) === known) return
  throw new Fault('SCHEMA_TOUCHED', { store: lane.from.store.label })
}

import type { Chunk, Digest, Table } from '#domain/catalog.ts'
import type { Position, TableId } from '#domain/stream.ts'
import { assert } from '#lib/assert.ts'
import { sideBySide } from '#lib/side-by-side.ts'
import type { Picture, Reader } from '#ports/store.ts'
import { localise, localiseKeys, type Found } from './localise.ts'

/** Rows compared at one go. */
const spanRows = 50_000
/** Keys compared at one go. */
const keysAtOnce = 5_000
/** Tables read back in one statement, and their bytes. */
const readAtOnce = 100
const bytesAtOnce = 32 * 2 ** 20

/** What was proven of one table: the digests of its spans, the same on both sides, or what differs. */
export type Proof = { readonly table: TableId; readonly rows: number; readonly bytes: number; readonly digests: readonly Digest[]; readonly found: readonly Found[] }

/** Both sides proven equal at one place of the stream, while everybody goes on writing. */
export type Verified = { readonly position: Position; readonly at: number; readonly ms: number; readonly proofs: readonly Proof[] }

export type Sides = { readonly source: Picture; readonly target: Picture }
type Readers = { readonly source: Reader; readonly target: Reader }
type OnProof = (proof: Proof, done: number, of: number) => void

/**
 * Compares every row of `tables` in two pictures of the same instant. `copied`: digests that were taken of the source, in this very picture,
 * while it was copied; where the target reads back the same the source need not be read again.
 */
export const verifyTables = async (sides: Sides, tables: readonly Table[], copied: ReadonlyMap<TableId, Digest>, jobs: number, signal: AbortSignal, onProof: OnProof): Promise<Proof[]> => {
  const proofs: Proof[] = []
  await withReaders(sides, jobs, async take => {
    await sideBySide(groupsOf(tables, copied), jobs, signal, async (group, worker, stop) => {
      const readers = await take(worker)
      const proven = await provenByCopy(readers.target, group, copied, stop)
      for (const table of group) {
        const proof = proven.get(table.id) ?? (await compare(readers, table, stop))
        proofs.push(proof)
        onProof(proof, proofs.length, tables.length)
      }
    })
  })
  assert(proofs.length === tables.length, 'I10: a table was left out of the verification')
  return proofs.sort((a, b) => (a.table < b.table ? -1 : 1))
}

/** Compares only the rows with these keys, wherever they are or are not. */
export const verifyKeys = async (sides: Sides, keys: ReadonlyMap<TableId, readonly (readonly string[])[]>, tables: ReadonlyMap<TableId, Table>, jobs: number, signal: AbortSignal): Promise<Proof[]> => {
  const works = [...keys].flatMap(([id, all]) => {
    const table = tables.get(id)
    assert(table !== undefined, `keys of ${id}, which is not moved`)
    return slices(all, keysAtOnce).map(slice => ({ table, slice }))
  })
  const proofs: Proof[] = []
  // A pair of sessions costs as much as reading a few thousand rows.
  const workers = Math.min(jobs, Math.ceil(works.length / 4))
  await withReaders(sides, workers, async take => {
    await sideBySide(works, workers, signal, async ({ table, slice }, worker, stop) => {
      const readers = await take(worker)
      const [source, target] = await Promise.all([readers.source.digestKeys(table, slice, stop), readers.target.digestKeys(table, slice, stop)])
      const found = isEqual(source, target) ? [] : await localiseKeys(readers, table, slice, stop)
      assert(isEqual(source, target) || found.length > 0, `digests of changed rows of ${table.id} differ and no row does`)
      proofs.push({ table: table.id, rows: source.rows, bytes: source.bytes, digests: [source], found })
    })
  })
  return proofs
}

/** The largest first, each by itself; small ones that are only read back share a statement. */
const groupsOf = (tables: readonly Table[], copied: ReadonlyMap<TableId, Digest>): Table[][] => {
  const groups: Table[][] = []
  let open: { group: Table[]; bytes: number } | undefined
  for (const table of [...tables].sort((a, b) => b.bytes - a.bytes)) {
    if (!copied.has(table.id)) {
      groups.push([table])
      continue
    }
    if (open === undefined || open.group.length >= readAtOnce || open.bytes + table.bytes > bytesAtOnce) {
      open = { group: [], bytes: 0 }
      groups.push(open.group)
    }
    open.group.push(table)
    open.bytes += table.bytes
  }
  return groups
}

/** The target read back in stored order is what the copy read from the source: equal digests prove it, different ones say nothing. */
const provenByCopy = async (target: Reader, tables: readonly Table[], copied: ReadonlyMap<TableId, Digest>, signal: AbortSignal): Promise<Map<TableId, Proof>> => {
  const known = tables.filter(t => copied.has(t.id))
  const chunks = known.map((t): Chunk => ({ table: t.id, number: 0, of: 1, bytes: t.bytes }))
  const proven = new Map<TableId, Proof>()
  for await (const piece of target.read(chunks, new Map(known.map(t => [t.id, t])), signal)) {
    if (!('digest' in piece)) continue
    const { digest } = piece
    const table = chunks[piece.chunk]?.table
    const expected = table === undefined ? undefined : copied.get(table)
    assert(table !== undefined && expected !== undefined, 'a digest of a table that was not read')
    if (isEqual(expected, digest)) proven.set(table, { table, rows: digest.rows, bytes: digest.bytes, digests: [digest], found: [] })
  }
  return proven
}

/** Stands for the rows that made two digests differ and were not there any more when they were looked for: somebody emptied the table in between. */
const goneMeanwhile = '(gone when it was looked for)'

const compare = async (readers: Readers, table: Table, signal: AbortSignal): Promise<Proof> => {
  const digests: Digest[] = []
  const found: Found[] = []
  for (const span of await readers.source.spans(table, spanRows)) {
    const [source, target] = await Promise.all([readers.source.digest(span, table, table.order, signal), readers.target.digest(span, table, table.order, signal)])
    digests.push(source)
    if (isEqual(source, target)) continue
    const here = await localise(readers, span, table, signal)
    found.push(...(here.length > 0 ? here : [{ table: table.id, key: goneMeanwhile, how: 'different' } as const]))
  }
  return { table: table.id, rows: sum(digests.map(d => d.rows)), bytes: sum(digests.map(d => d.bytes)), digests, found }
}

export const isEqual = (a: Digest, b: Digest): boolean => {
  assert(a.order === b.order, 'digests of different orders were compared')
  return a.sha256 === b.sha256 && a.rows === b.rows
}

/** One pair of sessions a worker, opened when it first needs them, all closed at the end. */
const withReaders = async (sides: Sides, jobs: number, work: (take: (worker: number) => Promise<Readers>) => Promise<void>): Promise<void> => {
  await using opened = new AsyncDisposableStack()
  const pairs = new Map<number, Promise<Readers>>()
  const open = async (): Promise<Readers> => {
    const [source, target] = await Promise.all([sides.source.reader(), sides.target.reader()])
    opened.use(source)
    opened.use(target)
    return { source, target }
  }
  assert(jobs >= 0, 'fewer than no jobs')
  await work(worker => {
    const pair = pairs.get(worker) ?? open()
    pairs.set(worker, pair)
    return pair
  })
}

const slices = <T>(all: readonly T[], size: number): T[][] => Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size))
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)

import type { Anchor, Chunk, Digest, Table } from '#domain/catalog.ts'
import { Fault } from '#domain/faults.ts'
import type { Position, TableId } from '#domain/stream.ts'
import { assert } from '#lib/assert.ts'
import type { Loaded, Piece } from '#ports/store.ts'
import type { Context } from './context.ts'
import { copyIn } from './copy-statement.ts'
import { durably, ifThere } from './durable.ts'
import { applierPass } from './fence.ts'
import { binaryHeader, binaryTrailer, frame } from './frames.ts'
import { literal } from './identifiers.ts'
import { register, schemaLock } from './register.ts'
import { type Result, Wire } from './socket.ts'

const letPass = `SELECT pg_catalog.set_config('rehome.applier', $1, false)`

/** The record of chunks, and the sessions that write it (I12). Repeatable. */
export const prepareChunks = async (context: Context): Promise<void> => {
  await register(context, 'session', 'rehome load')
  await durably(context, async session => {
    await session.query('SELECT pg_catalog.pg_advisory_xact_lock($1)', [schemaLock])
    await session.query(`CREATE TABLE IF NOT EXISTS rehome.chunk (stream text, table_id text, number integer, of integer NOT NULL, range text, chunk_bytes bigint NOT NULL,
      anchor text NOT NULL, rows bigint NOT NULL, bytes bigint NOT NULL, sha256 text NOT NULL, PRIMARY KEY (stream, table_id, number))`)
  })
}

/**
 * Sessions that load, kept between loads. `synchronous_commit=off` is safe: rows and their record go the same way (I1), so a crash of the server loses
 * both or none, and `secureLoads` makes everything before it durable. `session_replication_role=replica`, where permitted, keeps triggers, rules and foreign keys of a
 * schema that was there before from acting on rows they have acted on already at the source. The fence lets them pass: on the way back the target is frozen.
 */
export class Loaders implements AsyncDisposable {
  readonly #context: Context
  readonly #idle: Wire[] = []
  #isClosed = false

  constructor(context: Context) {
    this.#context = context
  }

  async take(): Promise<Wire> {
    for (let wire = this.#idle.pop(); wire !== undefined; wire = this.#idle.pop()) if (wire.isIdle) return wire
    const pass = await applierPass(this.#context)
    return Wire.open(this.#context, 'load', {
      async prepare(session) {
        await session.query('SET synchronous_commit=off')
        await session.query(letPass, [pass])
        await session.query('SET session_replication_role=replica').catch((error: unknown) => {
          if (!(error instanceof Error && 'code' in error && error.code === '42501')) throw error
        })
      },
    })
  }

  /** Kept if it can be used again. */
  give(wire: Wire): void {
    if (wire.isIdle && !wire.isInTransaction && !this.#isClosed) this.#idle.push(wire)
    else wire.destroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    await Promise.all(this.#idle.splice(0).map(wire => wire[Symbol.asyncDispose]()))
  }
}

/** One transaction, two round trips: the rows of all chunks, and, when their number is right, the chunks' record. */
export const load = async (
  context: Context, loaders: Loaders, stream: string,
  chunks: readonly Chunk[], anchor: Anchor, tables: ReadonlyMap<TableId, Table>, pieces: AsyncIterable<Piece>, signal: AbortSignal,
): Promise<Loaded[]> => {
  signal.throwIfAborted()
  if (chunks.length === 0) return []
  const into = chunks.map(chunk => {
    const table = tables.get(chunk.table)
    assert(table !== undefined, `${chunk.table} is one of the tables`)
    return table
  })
  const wire = await loaders.take()
  const abort = (): void => wire.destroy()
  signal.addEventListener('abort', abort)
  try {
    const digests = await sendAll(context, wire, into, pieces)
    const all = digests.flatMap((digest, i): Loaded[] => (chunks[i] === undefined ? [] : [{ chunk: chunks[i], anchor: anchor.position, digest }]))
    await record(wire, stream, all)
    return all
  } catch (error) {
    wire.destroy()
    signal.throwIfAborted()
    throw error
  } finally {
    signal.removeEventListener('abort', abort)
    loaders.give(wire)
  }
}

/** Every chunk on record for the stream. */
export const loaded = async (context: Context, stream: string): Promise<Loaded[]> => {
  const rows = await ifThere(context.query<Row>('SELECT table_id, number, of, range, chunk_bytes, anchor, rows, bytes, sha256 FROM rehome.chunk WHERE stream = $1 ORDER BY table_id, number', [stream]))
  return (rows ?? []).map(r => ({
    chunk: { table: r.table_id, number: r.number, of: r.of, ...(r.range === null ? {} : { range: r.range }), bytes: Number(r.chunk_bytes) },
    anchor: r.anchor,
    digest: { order: 'stored', rows: Number(r.rows), bytes: Number(r.bytes), sha256: r.sha256 },
  }))
}

/** Empties tables and forgets their chunks, in one transaction. A foreign key that is there already forbids TRUNCATE: then row by row. */
export const unload = async (context: Context, stream: string, tables: readonly TableId[]): Promise<void> => {
  // What is not made yet is empty.
  const there = await context.query<{ id: TableId }>('SELECT id FROM pg_catalog.unnest($1::text[]) AS id WHERE pg_catalog.to_regclass(id) IS NOT NULL', [tables])
  if (there.length === 0) return
  const pass = await applierPass(context)
  const empty = (statements: string): Promise<unknown> => durably(context, async session => {
    await session.query(letPass, [pass])
    await session.query(`SET LOCAL lock_timeout = '60s'`)
    await session.query(statements)
    await session.query('DELETE FROM rehome.chunk WHERE stream = $1 AND table_id = ANY ($2::text[])', [stream, tables])
  })
  try {
    await empty(`TRUNCATE ${there.map(t => `ONLY ${t.id}`).join(', ')}`)
  } catch (error) {
    if (!(error instanceof Fault && error.facts['code'] === '0A000')) throw error
    await empty(`SET LOCAL session_replication_role=replica; ${there.map(t => `DELETE FROM ONLY ${t.id}`).join('; ')}`)
  }
}

/** One durable commit after all those that were not waited for: the log is written in order, so what came before is on disk too. */
export const secureLoads = async (context: Context, stream: string): Promise<void> => {
  await durably(context, session => session.query('UPDATE rehome.chunk SET of = of WHERE (stream, table_id, number) IN (SELECT stream, table_id, number FROM rehome.chunk WHERE stream = $1 LIMIT 1)', [stream]))
}

/** Repeatable. */
export const forgetChunks = async (context: Context, stream: string): Promise<void> => {
  await ifThere(context.query('DELETE FROM rehome.chunk WHERE stream = $1', [stream]))
}

type Row = { table_id: TableId; number: number; of: number; range: string | null; chunk_bytes: string; anchor: Position; rows: string; bytes: string; sha256: string }

/** Sends everything without waiting for an answer between two tables, and holds the number of rows against what the source gave. */
const sendAll = async (context: Context, wire: Wire, into: readonly Table[], pieces: AsyncIterable<Piece>): Promise<Digest[]> => {
  wire.ask(`BEGIN; ${into.map(copyIn).join('; ')}`)
  const results: Result[] = []
  const answer: { hasCome?: boolean; error?: unknown } = {}
  const answering = wire.answer(results).then(() => { answer.hasCome = true }, (error: unknown) => { Object.assign(answer, { hasCome: true, error }) })
  const feed = new Feed(wire, into)
  // An answer before the end is a refusal; so is, soon, one to a connection that breaks.
  const cut = async (error: unknown): Promise<void> => {
    if (!(error instanceof Fault)) throw error
    await answering
    answer.error ??= error
  }
  for await (const piece of pieces) {
    await feed.put(piece).catch(cut)
    if (answer.hasCome === true) break
  }
  assert(answer.hasCome === true || feed.digests.length === into.length, 'I1 the pieces end with the digest of the last chunk')
  if (answer.hasCome !== true) await feed.end().catch(cut)
  await answering
  if (answer.error !== undefined) throw loadFault(answer.error, into[results.length - 1])
  for (const [i, { rows }] of feed.digests.entries()) {
    const kept = Number(/^COPY (\d+)$/.exec(results[i + 1]?.tag ?? '')?.[1])
    if (kept !== rows) throw new Fault('APPLY_REFUSED', { table: into[i]?.label ?? '', reason: `the ${context.settings.name} kept ${kept} of ${rows} rows; a trigger or rule of its own may have taken the others` })
  }
  return feed.digests
}

const copyDone = frame('c', Buffer.alloc(0))
const binaryEnd = Buffer.concat([binaryTrailer, copyDone])
/** Pieces up to here are copied and sent together: what small tables need would else be three messages each. */
const smallBytes = 2 ** 14
const gatheredBytes = 2 ** 16

/** What the COPY statements of one load read, one after another. */
class Feed {
  readonly digests: Digest[] = []
  readonly #wire: Wire
  readonly #into: readonly Table[]
  #gathered: Buffer[] = []
  #bytes = 0
  #isBegun = false

  constructor(wire: Wire, into: readonly Table[]) {
    this.#wire = wire
    this.#into = into
  }

  async put(piece: Piece): Promise<void> {
    const table = this.#into[this.digests.length]
    assert(table !== undefined && piece.chunk === this.digests.length, 'I1 pieces come chunk by chunk')
    const isBinary = table.format === 'binary'
    if (!this.#isBegun && isBinary) await this.#gather(binaryHeader)
    this.#isBegun = true
    if ('bytes' in piece) return piece.bytes.length > smallBytes ? this.#relay(piece.bytes) : this.#gather(Buffer.from(piece.bytes))
    await this.#gather(isBinary ? binaryEnd : copyDone)
    this.digests.push(piece.digest)
    this.#isBegun = false
  }

  /** Nothing is held back from here on. */
  async end(): Promise<void> {
    if (this.#bytes === 0) return
    const gathered = Buffer.concat(this.#gathered)
    this.#gathered = []
    this.#bytes = 0
    await this.#wire.send(gathered)
  }

  async #relay(bytes: Buffer): Promise<void> {
    await this.end()
    await this.#wire.relay(bytes)
  }

  async #gather(bytes: Buffer): Promise<void> {
    this.#gathered.push(bytes)
    this.#bytes += bytes.length
    if (this.#bytes >= gatheredBytes) await this.end()
  }
}

const record = async (wire: Wire, stream: string, all: readonly Loaded[]): Promise<void> => {
  const rows = all.map(({ chunk, anchor, digest }) =>
    `(${literal(stream)}, ${literal(chunk.table)}, ${chunk.number}, ${chunk.of}, ${chunk.range === undefined ? 'NULL' : literal(chunk.range)}, ${Math.round(chunk.bytes)}, ${literal(anchor)}, ${digest.rows}, ${digest.bytes}, ${literal(digest.sha256)})`)
  try {
    const results = await wire.simple(`INSERT INTO rehome.chunk (stream, table_id, number, of, range, chunk_bytes, anchor, rows, bytes, sha256) VALUES ${rows.join(', ')}; COMMIT`)
    assert(results.at(-1)?.tag === 'COMMIT', 'I1 the rows and their record are committed together')
  } catch (error) {
    assert(!(error instanceof Fault && error.facts['code'] === '23505'), 'I1 a chunk is loaded once')
    throw error
  }
}

/** A refusal of the target, named by the table whose rows it met. */
const loadFault = (error: unknown, table: Table | undefined): unknown => {
  if (!(error instanceof Fault) || table === undefined) return error
  const reason = String(error.facts['reason'])
  return error.code === 'STORE_REFUSED' || error.code === 'STORE_FULL' ? new Fault(error.code, { ...error.facts, reason: `${table.label}: ${reason}` }, { cause: error }) : error
}

import { createHash } from 'node:crypto'
import { assert } from '#lib/assert.ts'
import type { Context } from './context.ts'
import type { Wire } from './socket.ts'

const listedAtOnce = 500
const pieceBytes = 2 ** 20
/** The server hashes a value whole, in memory; a larger one is read in pieces and hashed here. */
const hashedOnServer = 64 * 2 ** 20

type LargeObject = { readonly id: string; readonly bytes: number; readonly sha256: string }

/** By number, in the picture that `wire` sees. */
export async function* listLargeObjects(wire: Wire): AsyncGenerator<LargeObject, void, undefined> {
  let last = '0'
  for (;;) {
    // A byte at the limit tells a value that is too large for one answer.
    const [found] = await wire.simple(`SELECT m.oid, pg_catalog.octet_length(o.bytes), pg_catalog.encode(pg_catalog.sha256(o.bytes), 'hex')
      FROM (SELECT oid FROM pg_catalog.pg_largeobject_metadata WHERE oid > ${last} ORDER BY oid LIMIT ${listedAtOnce}) m
      CROSS JOIN LATERAL (SELECT CASE pg_catalog.octet_length(pg_catalog.lo_get(m.oid, ${hashedOnServer}, 1)) WHEN 0 THEN pg_catalog.lo_get(m.oid) END AS bytes OFFSET 0) o ORDER BY m.oid`)
    const rows = found?.rows ?? []
    for (const [id, bytes, sha256] of rows) {
      assert(typeof id === 'string', 'a large object has a number')
      yield typeof bytes === 'string' && typeof sha256 === 'string' ? { id, bytes: Number(bytes), sha256 } : await readThrough(wire, id)
      last = id
    }
    if (rows.length < listedAtOnce) return
  }
}

export async function* readLargeObject(wire: Wire, id: string, signal?: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
  assert(/^\d+$/.test(id), 'a large object’s number')
  for (let at = 0; ; at += pieceBytes) {
    signal?.throwIfAborted()
    const [found] = await wire.simple(`SELECT pg_catalog.lo_get(${id}, ${at}, ${pieceBytes})`)
    const piece = Buffer.from(found?.rows[0]?.[0]?.slice(2) ?? '', 'hex')
    if (piece.length > 0) yield piece
    if (piece.length < pieceBytes) return
  }
}

/** One transaction: the object is what `bytes` says, or what it was. Repeatable. */
export const putLargeObject = (context: Context, id: string, bytes: AsyncIterable<Buffer> | undefined): Promise<void> =>
  context.transaction(async session => {
    await session.query('SELECT pg_catalog.lo_unlink(oid) FROM pg_catalog.pg_largeobject_metadata WHERE oid = $1', [id])
    if (bytes === undefined) return
    await session.query('SELECT pg_catalog.lo_create($1)', [id])
    let at = 0
    for await (const piece of bytes) {
      await session.query('SELECT pg_catalog.lo_put($1, $2, $3)', [id, at, piece])
      at += piece.length
    }
  })

const readThrough = async (wire: Wire, id: string): Promise<LargeObject> => {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const piece of readLargeObject(wire, id)) {
    hash.update(piece)
    bytes += piece.length
  }
  return { id, bytes, sha256: hash.digest('hex') }
}

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
    // Opened to be measured, and closed again: descriptors last as long as the transaction, and there may be millions.
    const [found] = await wire.simple(`SELECT m.oid, s.bytes, pg_catalog.lo_close(o.fd), CASE WHEN s.bytes <= ${hashedOnServer} THEN pg_catalog.encode(pg_catalog.sha256(pg_catalog.lo_get(m.oid)), 'hex') END
      FROM (SELECT oid FROM pg_catalog.pg_largeobject_metadata WHERE oid > ${last} ORDER BY oid LIMIT ${listedAtOnce}) m
      CROSS JOIN LATERAL (SELECT pg_catalog.lo_open(m.oid, 262144) AS fd OFFSET 0) o CROSS JOIN LATERAL (SELECT pg_catalog.lo_lseek64(o.fd, 0, 2) AS bytes OFFSET 0) s ORDER BY m.oid`)
    const rows = found?.rows ?? []
    for (const [id, bytes, , sha256] of rows) {
      assert(typeof id === 'string' && typeof bytes === 'string', 'a large object has a number and a size')
      yield { id, bytes: Number(bytes), sha256: sha256 ?? (await hashOf(wire, id)) }
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

const hashOf = async (wire: Wire, id: string): Promise<string> => {
  const hash = createHash('sha256')
  for await (const piece of readLargeObject(wire, id)) hash.update(piece)
  return hash.digest('hex')
}

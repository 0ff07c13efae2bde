import { createHash } from 'node:crypto'
import type pg from 'pg'
import { assert } from '#lib/assert.ts'
import type { Context } from './context.ts'
import { quote } from './identifiers.ts'
import type { Wire } from './socket.ts'

const listedAtOnce = 500
const pieceBytes = 2 ** 20
/** The server hashes a value whole, in memory; a larger one is read in pieces and hashed here. */
const hashedOnServer = 64 * 2 ** 20

type LargeObject = { readonly id: string; readonly bytes: number; readonly sha256: string; /** Owner and grants, as JSON. */ readonly rights: string }

/** A grant to everybody has no grantee. */
type Rights = { readonly owner: string; readonly grants: readonly (readonly [grantee: string | null, privilege: string, isGrantable: boolean])[] | null }

/** In the order of names, so that the same rights are the same text on every server. */
const rightsOf = `pg_catalog.json_build_object('owner', pg_catalog.pg_get_userbyid(lomowner), 'grants',
  (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(r.rolname, g.privilege_type, g.is_grantable) ORDER BY r.rolname, g.privilege_type)
   FROM pg_catalog.aclexplode(lomacl) g LEFT JOIN pg_catalog.pg_roles r ON r.oid = g.grantee WHERE g.grantee <> lomowner))::text`

/** By number, in the picture that `wire` sees. */
export async function* listLargeObjects(wire: Wire): AsyncGenerator<LargeObject, void, undefined> {
  let last = '0'
  for (;;) {
    // A byte at the limit tells a value that is too large for one answer.
    const [found] = await wire.simple(`SELECT m.oid, pg_catalog.octet_length(o.bytes), pg_catalog.encode(pg_catalog.sha256(o.bytes), 'hex'), m.rights
      FROM (SELECT oid, ${rightsOf} AS rights FROM pg_catalog.pg_largeobject_metadata WHERE oid > ${last} ORDER BY oid LIMIT ${listedAtOnce}) m
      CROSS JOIN LATERAL (SELECT CASE pg_catalog.octet_length(pg_catalog.lo_get(m.oid, ${hashedOnServer}, 1)) WHEN 0 THEN pg_catalog.lo_get(m.oid) END AS bytes OFFSET 0) o ORDER BY m.oid`)
    const rows = found?.rows ?? []
    for (const [id, bytes, sha256, rights] of rows) {
      assert(typeof id === 'string' && typeof rights === 'string', 'a large object has a number and an owner')
      yield typeof bytes === 'string' && typeof sha256 === 'string' ? { id, bytes: Number(bytes), sha256, rights } : { ...(await readThrough(wire, id)), rights }
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

/** One transaction: the object is what `bytes` says, or what it was. Roles that are not here get nothing, and an owner that we may not give it to leaves it ours. Repeatable. */
export const putLargeObject = (context: Context, id: string, bytes: AsyncIterable<Buffer> | undefined, rights?: string): Promise<void> =>
  context.transaction(async session => {
    await session.query('SELECT pg_catalog.lo_unlink(oid) FROM pg_catalog.pg_largeobject_metadata WHERE oid = $1', [id])
    if (bytes === undefined) return
    await session.query('SELECT pg_catalog.lo_create($1)', [id])
    let at = 0
    for await (const piece of bytes) {
      await session.query('SELECT pg_catalog.lo_put($1, $2, $3)', [id, at, piece])
      at += piece.length
    }
    if (rights !== undefined) await giveRights(session, id, JSON.parse(rights) as Rights)
  })

const giveRights = async (session: pg.ClientBase, id: string, { owner, grants }: Rights): Promise<void> => {
  assert(/^\d+$/.test(id), 'a large object’s number')
  const isHere = async (role: string): Promise<boolean> => (await session.query('SELECT FROM pg_catalog.pg_roles WHERE rolname = $1', [role])).rowCount === 1
  for (const [grantee, privilege, isGrantable] of grants ?? []) {
    assert(privilege === 'SELECT' || privilege === 'UPDATE', 'a large object can be read and written')
    if (grantee === null || (await isHere(grantee))) await session.query(`GRANT ${privilege} ON LARGE OBJECT ${id} TO ${grantee === null ? 'PUBLIC' : quote(grantee)}${isGrantable ? ' WITH GRANT OPTION' : ''}`)
  }
  // Last: afterwards it is no longer ours to grant.
  const { rowCount } = await session.query("SELECT FROM pg_catalog.pg_roles WHERE rolname = $1 AND rolname <> current_user AND pg_catalog.pg_has_role(oid, 'MEMBER')", [owner])
  if (rowCount === 1) await session.query(`ALTER LARGE OBJECT ${id} OWNER TO ${quote(owner)}`)
}

const readThrough = async (wire: Wire, id: string): Promise<Omit<LargeObject, 'rights'>> => {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const piece of readLargeObject(wire, id)) {
    hash.update(piece)
    bytes += piece.length
  }
  return { id, bytes, sha256: hash.digest('hex') }
}

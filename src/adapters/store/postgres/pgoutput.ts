import { Fault } from '#domain/faults.ts'
import type { Change, Image, Position, Relation } from '#domain/stream.ts'
import { assert } from '#lib/assert.ts'
import { visible } from '#lib/visible.ts'
import { qualify, quote } from './identifiers.ts'

/** The prefix of the messages by which `mark` finds its place in the stream. */
export const markerPrefix = 'rehome'

/** What one payload of the stream says. `nothing`: it only told the decoder what later ones mean, or it is not for us. */
export type Message =
  | { readonly says: 'begin'; readonly commit: Position; readonly committedAt: number }
  | { readonly says: 'commit'; readonly commit: Position; readonly end: Position }
  | { readonly says: 'change'; readonly change: Change }
  | { readonly says: 'marker'; readonly nonce: string }
  | { readonly says: 'nothing' }

/**
 * A type's name for comparing the two ends of a stream: qualified, with the modifier behind it where there is one (`numeric(10,2)` has another than
 * `numeric(12,2)`). Of a domain, its base type: that is what the source sends.
 */
export const typeName = (schema: string, name: string, modifier: number): string => `${quote(schema)}.${quote(name)}${modifier === -1 ? '' : `(${modifier})`}`

/**
 * Reads pgoutput, protocol version 1 with messages, text values, no streaming. One decoder per session: the source describes a relation once
 * and then refers to it. Changes of the same shape carry the same `Relation` object. `builtins`: names of the types the source does not describe
 * itself, those in pg_catalog, by number. The payload is what `bytes` holds behind `from`: a view of it for every change is not for nothing. Faults: CHANGE_TOO_LARGE.
 */
export const openDecoder = (builtins: ReadonlyMap<number, string>): ((bytes: Buffer, from?: number) => Message) => {
  const types = new Map<number, { schema: string; name: string }>()
  const relations = new Map<number, Relation>()
  const relationOf = (id: number): Relation => {
    const relation = relations.get(id)
    assert(relation !== undefined, `the source described relation ${id} before it changed it`)
    return relation
  }
  const nameOf = (type: number, modifier: number): string => {
    const name = builtins.get(type)
    if (name !== undefined) return typeName('pg_catalog', name, modifier)
    const own = types.get(type)
    assert(own !== undefined, `the source described type ${type} before it used it`)
    return typeName(own.schema, own.name, modifier)
  }
  return (bytes, from = 0) => {
    const cursor = new Cursor(bytes, from)
    const message = read(cursor)
    assert(message.says === 'nothing' || cursor.isAtEnd, 'a message of the stream is read to its end')
    return message
  }

  function read(cursor: Cursor): Message {
    switch (cursor.letter()) {
      case 'B': return begin(cursor)
      case 'C': return commit(cursor)
      case 'I': return { says: 'change', change: insert(cursor, relationOf(cursor.uint32())) }
      case 'U': return { says: 'change', change: update(cursor, relationOf(cursor.uint32())) }
      case 'D': return { says: 'change', change: remove(cursor, relationOf(cursor.uint32())) }
      case 'T': return { says: 'change', change: truncate(cursor, relationOf) }
      case 'M': return marker(cursor)
      case 'R': {
        const [id, relation] = relationFrom(cursor, nameOf)
        if (!isSame(relations.get(id), relation)) relations.set(id, relation)
        return { says: 'nothing' }
      }
      case 'Y': {
        const id = cursor.uint32()
        types.set(id, { schema: cursor.name() || 'pg_catalog', name: cursor.name() })
        return { says: 'nothing' }
      }
      case 'O': return { says: 'nothing' }
      default: assert(false, 'a message of pgoutput version 1')
    }
  }
}

const begin = (cursor: Cursor): Message => {
  const commit = cursor.position()
  const committedAt = cursor.time()
  cursor.uint32() // the transaction's number: told to nobody
  return { says: 'begin', commit, committedAt }
}

const commit = (cursor: Cursor): Message => {
  assert(cursor.byte() === 0, 'a commit has no flags yet')
  const at = cursor.position()
  const end = cursor.position()
  cursor.time()
  return { says: 'commit', commit: at, end }
}

const insert = (cursor: Cursor, relation: Relation): Change => {
  assert(cursor.letter() === 'N', 'an insert has a new row')
  return { op: 'insert', relation, row: cursor.row(relation) }
}

const update = (cursor: Cursor, relation: Relation): Change => {
  const kind = cursor.letter()
  if (kind === 'N') return { op: 'update', relation, row: cursor.row(relation) }
  assert(kind === 'K' || kind === 'O', 'before the new row comes the old one or its key')
  const old = cursor.row(relation)
  assert(cursor.letter() === 'N', 'an update has a new row')
  return { op: 'update', relation, row: cursor.row(relation), old }
}

const remove = (cursor: Cursor, relation: Relation): Change => {
  const kind = cursor.letter()
  assert(kind === 'K' || kind === 'O', 'a delete has the old row or its key')
  return { op: 'delete', relation, old: cursor.row(relation) }
}

const truncate = (cursor: Cursor, relationOf: (id: number) => Relation): Change => {
  const count = cursor.uint32()
  const options = cursor.byte()
  const relations = Array.from({ length: count }, () => relationOf(cursor.uint32()))
  return { op: 'truncate', relations, cascade: (options & 1) !== 0, restartIdentity: (options & 2) !== 0 }
}

/** Only our own and only those that are part of a transaction: others have no place in the order of commits. */
const marker = (cursor: Cursor): Message => {
  const isTransactional = cursor.byte() === 1
  cursor.position()
  const prefix = cursor.name()
  const nonce = cursor.bytes(cursor.uint32()).toString('utf8')
  return isTransactional && prefix === markerPrefix ? { says: 'marker', nonce } : { says: 'nothing' }
}

const relationFrom = (cursor: Cursor, nameOf: (type: number, modifier: number) => string): [number, Relation] => {
  const id = cursor.uint32()
  const schema = cursor.name() || 'pg_catalog'
  const table = qualify(schema, cursor.name())
  const identity = cursor.letter() === 'f' ? 'all' : 'key'
  const columns = Array.from({ length: cursor.uint16() }, () => {
    const key = (cursor.byte() & 1) !== 0
    return { key, name: cursor.name(), type: nameOf(cursor.uint32(), cursor.int32()) }
  })
  return [id, { table, columns, identity }]
}

const isSame = (a: Relation | undefined, b: Relation): boolean =>
  a !== undefined && a.table === b.table && a.identity === b.identity && a.columns.length === b.columns.length &&
  a.columns.every((column, i) => column.name === b.columns[i]?.name && column.type === b.columns[i]?.type && column.key === b.columns[i]?.key)

/** Milliseconds since 1970 of 2000-01-01 UTC, where the server's clock begins. */
const epoch = 946_684_800_000
/** No JavaScript string is longer. */
const longestValue = 2 ** 29 - 24

const letterN = 0x6e
const letterT = 0x74
const letterU = 0x75

/** Reads one payload from front to back; what is not there throws. */
class Cursor {
  readonly #bytes: Buffer
  #at: number

  constructor(bytes: Buffer, from: number) {
    this.#bytes = bytes
    this.#at = from
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  byte(): number {
    return this.#bytes.readUInt8(this.#at++)
  }

  letter(): string {
    return String.fromCharCode(this.byte())
  }

  uint16(): number {
    this.#at += 2
    return this.#bytes.readUInt16BE(this.#at - 2)
  }

  uint32(): number {
    this.#at += 4
    return this.#bytes.readUInt32BE(this.#at - 4)
  }

  int32(): number {
    this.#at += 4
    return this.#bytes.readInt32BE(this.#at - 4)
  }

  position(): Position {
    assert(this.#at + 8 <= this.#bytes.length, 'a message of the stream is whole')
    this.#at += 8
    return this.#bytes.toString('hex', this.#at - 8, this.#at).toUpperCase() as Position
  }

  /** Milliseconds since 1970. */
  time(): number {
    this.#at += 8
    return epoch + Number(this.#bytes.readBigInt64BE(this.#at - 8) / 1000n)
  }

  /** A name of the database's: UTF-8, ended by a zero. */
  name(): string {
    const end = this.#bytes.indexOf(0, this.#at)
    assert(end !== -1, 'a name ends')
    const name = this.#bytes.toString('utf8', this.#at, end)
    this.#at = end + 1
    return name
  }

  bytes(length: number): Buffer {
    assert(this.#at + length <= this.#bytes.length, 'a message of the stream is whole')
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  row(relation: Relation): Image {
    const count = this.uint16()
    assert(count === relation.columns.length, 'a row has the columns of its relation')
    const row: (string | null | undefined)[] = []
    for (let i = 0; i < count; i++) {
      const kind = this.byte()
      if (kind === letterT) row.push(this.#value(relation))
      else {
        assert(kind === letterN || kind === letterU, 'a value is text, null or unchanged')
        row.push(kind === letterN ? null : undefined)
      }
    }
    return row
  }

  /** A string of its own, not a cut of the whole payload's: whoever keeps a key would keep the row with it. */
  #value(relation: Relation): string {
    const length = this.uint32()
    if (length > longestValue) throw new Fault('CHANGE_TOO_LARGE', { table: visible(relation.table), bytes: length, limit: longestValue })
    const start = this.#at
    this.#at += length
    assert(this.#at <= this.#bytes.length, 'a message of the stream is whole')
    return this.#bytes.toString('latin1', start, this.#at)
  }
}

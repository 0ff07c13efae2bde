import type { Anchor, Chunk, Identity, Table } from '#domain/catalog.ts'
import type { Rehearsed } from '#domain/event.ts'
import type { Standing } from '#domain/move.ts'
import type { Order } from '#domain/order.ts'
import type { Position, TableId } from '#domain/stream.ts'
import type { Book } from '#ports/store.ts'
import { assert } from '#lib/assert.ts'

/** Everything about a move that outlives the mover, kept in the destination's book. */
export type MoveRecord = {
  readonly format: 1
  /** Short, lower case: part of the names of everything created. */
  readonly id: string
  readonly startedAt: number
  readonly order: Order
  /** The two homes, pinned (I7). */
  readonly origin: Identity & { readonly label: string }
  readonly destination: Identity & { readonly label: string }
  readonly standing: Standing
  /** Raised at each switch; the ownership rows of both stores carry it. */
  readonly epoch: number
  /** What moves, pinned when the copy began. */
  readonly tables: readonly Table[]
  readonly fingerprint: string
  /** After the switch to an epoch: the schema of the home that serves since. It may lack what the first one had, such as grants to roles that are not there. */
  readonly fingerprintAt?: Readonly<Record<number, string>>
  /** The pictures tables were copied from, the first one first. */
  readonly anchors: readonly Anchor[]
  /** For tables not copied from the first picture: the index of theirs. */
  readonly anchorOf: Readonly<Record<TableId, number>>
  /** How tables larger than a chunk were cut; all others are one chunk. */
  readonly cuts: Readonly<Record<TableId, readonly Chunk[]>>
  readonly approvals: readonly Approval[]
  /** A person has said that the cutover under way may freeze. */
  readonly isApproved: boolean
  /** What a rehearsal found, once it is over but for the clean-up. */
  readonly rehearsed?: Rehearsed
  /** How long the steps of earlier freezes and verifications took, for the forecast. */
  readonly measured: Readonly<Record<string, readonly number[]>>
}

export type Approval = { readonly who: string; readonly what: string; readonly at: number }

/** The record on file, if a move has begun into this destination. */
export const readRecord = async (book: Book): Promise<MoveRecord | undefined> => {
  const text = await book.read()
  if (text === undefined) return undefined
  const record = JSON.parse(text) as MoveRecord
  assert(record.format === 1, `the book holds a record of format ${String(record.format)}, this Rehome reads format 1`)
  return record
}

export const writeRecord = (book: Book, record: MoveRecord): Promise<void> => book.write(JSON.stringify(record))

/** From where on the changes of `table` are applied: everything before is in the picture it was copied from (I3). */
export const positionOf = (record: MoveRecord, table: TableId): Position => {
  const anchor = record.anchors[record.anchorOf[table] ?? 0]
  assert(anchor !== undefined, `${table} was copied from a picture that is not on file`)
  return anchor.position
}

export const streamName = (id: string, leg: 'out' | 'back'): string => `${streamsOf(id)}${leg}`
/** How the names of a move's streams begin. */
export const streamsOf = (id: string): string => `rehome_${id}_`

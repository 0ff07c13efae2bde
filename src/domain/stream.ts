/**
 * A place in a store's stream of changes. The text sorts (plain string comparison) in stream order; only the adapter
 * that made it reads anything else out of it. PostgreSQL: the LSN as sixteen hex digits.
 */
export type Position = string & { readonly position: unique symbol }

/** A table's name as its store writes it: quoted and qualified, so that it can stand in a statement. */
export type TableId = string & { readonly table: unique symbol }

/**
 * How far a stream has been applied, kept on the target in the transaction that applied it (I2).
 * `through` is the end of the last transaction applied whole. `within` is there while a large transaction is applied
 * in parts: of the transaction that commits at `commit`, the first `changes` changes are in.
 */
export type Checkpoint = {
  readonly through: Position
  readonly within?: { readonly commit: Position; readonly changes: number }
}

/** The shape a change was written under: what the source said of the table just before the change. */
export type Relation = {
  readonly table: TableId
  /** In stream order. `type` is the type's name as the source writes it; `key` marks the columns that identify a row. */
  readonly columns: readonly { readonly name: string; readonly type: string; readonly key: boolean }[]
  /** `all`: there is no key, the whole old row identifies (replica identity full). */
  readonly identity: 'key' | 'all'
}

/**
 * Values in the relation's column order. Text as the source prints it under the pinned session settings, one
 * character a byte (latin1), so that bytes of any encoding pass unharmed. `undefined`: not sent, because unchanged.
 */
export type Image = readonly (string | null | undefined)[]

export type Change =
  | { readonly op: 'insert'; readonly relation: Relation; readonly row: Image }
  /** `old` is there when the key changed, or when the whole old row identifies. */
  | { readonly op: 'update'; readonly relation: Relation; readonly row: Image; readonly old?: Image }
  | { readonly op: 'delete'; readonly relation: Relation; readonly old: Image }
  | { readonly op: 'truncate'; readonly relations: readonly Relation[]; readonly restartIdentity: boolean; readonly cascade: boolean }

/**
 * A transaction of the source, or a part of a large one. Parts of one transaction come one after another, `from` counts
 * the changes of it that came before. `marker` names what `Source.mark` put into this transaction.
 */
export type Transaction = {
  /** The commit record: what decides whether a snapshot contains the transaction. Never the first record. */
  readonly commit: Position
  /** Where the next transaction begins; what is acknowledged once this one is durable on the target. */
  readonly end: Position
  readonly committedAt: number
  readonly from: number
  readonly changes: readonly Change[]
  readonly last: boolean
  /** About what `changes` take in memory, where the source knows it. */
  readonly bytes?: number
  readonly marker?: string
  /** How many changes of the source this part stands for, where some were left out of `changes` because a picture holds them. */
  readonly counted?: number
}

/** Whether the checkpoint already covers this part whole: it was applied before and must be left out. */
export const isApplied = (at: Checkpoint, part: Transaction): boolean => {
  if (part.commit < at.through) return true
  return at.within !== undefined && part.commit === at.within.commit && !part.last && upTo(part) <= at.within.changes
}

/** What of `part` the checkpoint does not cover: all of it, its tail, or nothing. */
export const remaining = (at: Checkpoint, part: Transaction): Transaction | undefined => {
  if (isApplied(at, part)) return undefined
  const applied = at.within !== undefined && part.commit === at.within.commit ? at.within.changes - part.from : 0
  return applied <= 0 ? part : { ...part, from: part.from + Math.min(applied, part.changes.length), changes: part.changes.slice(applied) }
}

/** The checkpoint once `part` is in. */
export const after = (at: Checkpoint, part: Transaction): Checkpoint =>
  part.last ? { through: part.end } : { through: at.through, within: { commit: part.commit, changes: upTo(part) } }

const upTo = (part: Transaction): number => part.from + (part.counted ?? part.changes.length)

import type { TestContext } from 'node:test'
import type { Anchor } from '#domain/catalog.ts'
import type { Store } from '../store.ts'

/** Values by column, as text. */
export type Values = Readonly<Record<string, string | null>>
export type Side = 'source' | 'target'

/**
 * Two databases that have nothing to do with one another, and the product that uses them. The source has, in the schema `shop`, without a row:
 *
 * | table      | columns                  | what identifies a row                                     |
 * |------------|--------------------------|-----------------------------------------------------------|
 * | `orders`   | `id`, `customer`, `note` | the key `id`, a whole number of up to 64 bits             |
 * | `lines`    | `order_id`, `line`, `what` | the key `order_id` (a whole number), `line` (a text)    |
 * | `seats`    | `id`, `place`            | the key `id`, a whole number; `place` is unique, and may be nothing |
 * | `words`    | `word`, `meaning`        | the key `word`, a text                                    |
 * | `log`      | `at`, `what`             | the whole row: there is no key                            |
 * | `scratch`  | `what`                   | nothing: its changes are not in the stream                |
 *
 * and a sequence `numbers`. All other columns are texts that may be nothing. The target has no table at all until `provision` is called.
 */
export type StoreFixture = {
  readonly source: Store
  readonly target: Store
  readonly product: Readonly<Record<Side, Product>>
  /** Makes in the target what the source has, as the vendor's own provisioning would. Repeatable. */
  provision(): Promise<void>
  /** The same database opened once more, as by another process. */
  reopen(side: Side): Promise<Store>
  /** Kills the server of one side and starts it. */
  restart(side: Side): Promise<void>
  /** Ends whatever keeps an anchor's picture alive, by force. */
  killHolder(anchor: Anchor): Promise<void>
  /** Removes a stream of the source behind Rehome's back; `anew`: and puts another of the same name in its place. */
  loseStream(stream: string, how: 'gone' | 'anew'): Promise<void>
  /** What is there that is not the product's: kind and name as in the register, and anything that is missing from it. */
  leftovers(side: Side): Promise<{ readonly kind: string; readonly name: string }[]>
  /** A transaction of so many changes certainly comes in parts. */
  readonly manyChanges: number
  /** A value so long that an update that leaves it alone does not send it. */
  readonly longValue: string
}

/** What the product does. Tables by name, without the schema. */
export type Product = {
  begin(): Promise<Writing>
  /** What is committed now, in no particular order. */
  rows(table: string): Promise<Values[]>
  /** The next value of a sequence. */
  draw(sequence: string): Promise<string>
  putLargeObject(id: string, bytes: Buffer | undefined): Promise<void>
  largeObject(id: string): Promise<Buffer | undefined>
  /** A text column that may be nothing. */
  addColumn(table: string, column: string): Promise<void>
}

/** An open transaction of the product, on a session of its own. Rejects when the store refuses; it is over then. */
export type Writing = {
  insert(table: string, rows: readonly Values[]): Promise<void>
  /** Of the rows that have these values; answers how many. */
  update(table: string, where: Values, set: Values): Promise<number>
  delete(table: string, where: Values): Promise<number>
  truncate(tables: readonly string[]): Promise<void>
  commit(): Promise<void>
  /** Commits so that the log has it and nobody sees it yet; the answer makes it seen. */
  commitUnseen(): Promise<() => Promise<void>>
  rollback(): Promise<void>
}

/** Everything ends with the test. */
export type MakeStores = (t: TestContext) => Promise<StoreFixture>

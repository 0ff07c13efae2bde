import pg from 'pg'
import { Fault } from '#domain/faults.ts'
import { after, type Change, type Checkpoint, type Relation, remaining, type TableId, type Transaction } from '#domain/stream.ts'
import { assert, Bug } from '#lib/assert.ts'
import { visible } from '#lib/visible.ts'
import { openApplierSession, type Patience } from './applier-session.ts'
import { netStatements } from './batch.ts'
import { type CheckpointRow, checkpointOf, lockCheckpoint, moveCheckpoint } from './checkpoint.ts'
import { collapse, type RowChange } from './collapse.ts'
import { type Context, toFault } from './context.ts'
import { type Failure, Line } from './line.ts'
import { isOfTheData, misfit } from './misfit.ts'
import { singleStatement } from './one-by-one.ts'
import { type Shape, shapeOf, type RowStatement } from './row-shape.ts'
import { differenceOf, readTables, schemaChanged } from './target-table.ts'

/** How often a transaction that met a deadlock with our own index builds is tried again. */
const deadlocks = 5

/** What is thrown inside to roll back and do the same again in another way. */
type Setback = { readonly again: 'table'; readonly table: TableId } | { readonly again: 'truncate' | 'deadlock' }

/**
 * Applies one stream to its target. Keeps one session open; after a fault the next call opens another if need be. One call at a time.
 *
 * Changes of a table are collapsed to their net effect and applied by a few statements on sets of rows, strictly: each must touch exactly the rows it
 * names. Where that fails (values of a unique index handed from row to row, rows that are equal and not the same) the changes of that table are
 * halved until they pass, down to one by one in the order of the source, so that what fails in the end is one change, and named.
 */
export class Applier implements AsyncDisposable {
  readonly #context: Context
  readonly #stream: string
  readonly #patience: Patience | undefined
  #session: pg.Client | undefined
  /** What this session has committed last; undefined: nothing yet, an earlier one may have committed what nobody heard of. */
  #reached: Checkpoint | undefined
  #names = new Map<string, string>()
  #shapes = new WeakMap<Relation, Shape>()
  /** Tables whose changes did not pass as one set: from then on they are tried under a savepoint. */
  readonly #delicate = new Set<TableId>()
  #checksBeforeTruncate = false
  #setbacks = 0
  #isBusy = false

  constructor(context: Context, stream: string, patience?: Patience) {
    this.#context = context
    this.#stream = stream
    this.#patience = patience
  }

  /** How often changes did not pass as one set and were tried in another way. */
  get setbacks(): number {
    return this.#setbacks
  }

  /**
   * In one transaction with the checkpoint, durable when it returns (I2). Faults: APPLY_STRICT, APPLY_REFUSED, nothing is applied then; SCHEMA_CHANGED, then what comes
   * before that change is applied and the checkpoint says so: when the target is changed alike, what was written under the old shape is behind.
   */
  async apply(parts: readonly Transaction[], tables: ReadonlyMap<TableId, unknown>): Promise<Checkpoint> {
    assert(!this.#isBusy && parts.length > 0, 'one call at a time, and something to apply')
    this.#isBusy = true
    try {
      return await this.#applyAll(parts, tables)
    } catch (error) {
      throw await this.#afterFailure(error)
    } finally {
      this.#isBusy = false
    }
  }

  /** Opens the session that the first call would open: a freeze need not wait for it. */
  async makeReady(): Promise<void> {
    assert(!this.#isBusy, 'one call at a time')
    this.#isBusy = true
    try {
      await this.#open()
    } finally {
      this.#isBusy = false
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const session = this.#session
    this.#session = undefined
    await session?.end()
  }

  async #applyAll(parts: readonly Transaction[], tables: ReadonlyMap<TableId, unknown>): Promise<Checkpoint> {
    for (let met = 0; ; ) {
      await this.#open()
      const changed = await this.#learnShapes(parts, tables)
      if (changed?.before.length === 0) throw changed.fault
      const outcome = await this.#attempt(changed?.before ?? parts)
      if (!('again' in outcome)) {
        if (changed !== undefined) throw changed.fault
        return outcome
      }
      await this.#query('ROLLBACK')
      this.#setbacks++
      if (outcome.again === 'table') this.#delicate.add(outcome.table)
      else if (outcome.again === 'truncate') this.#checksBeforeTruncate = true
      else if (++met > deadlocks) throw new Fault('APPLY_REFUSED', { table: 'several tables', reason: `deadlocks, ${deadlocks} times in a row` })
      // The target may have been altered in between: what its tables look like is read again.
      this.#shapes = new WeakMap()
    }
  }

  /** One transaction. Everything is sent at once, and committed only when all of it did what it must. */
  async #attempt(parts: readonly Transaction[]): Promise<Checkpoint | Setback> {
    const session = this.#live()
    const opened = session.query('BEGIN; SET CONSTRAINTS ALL DEFERRED')
    const locked = session.query<CheckpointRow>(lockCheckpoint(this.#stream))
    const worked = this.#work(parts, new Line(session, this.#names))
    // Nothing may still be on its way to the server when the transaction is rolled back: it would stand alone.
    await Promise.allSettled([opened, locked, worked])
    await opened
    const at = this.#agreed((await locked).rows[0], parts)
    const setback = await worked
    if (setback !== undefined) return setback
    const reached = parts.reduce(after, at)
    const [moved, committed] = await Promise.all([session.query(moveCheckpoint(this.#stream, reached)), session.query('COMMIT').catch(refusedAtCommit)])
    assert(moved.rowCount === 1 && committed.command === 'COMMIT', 'I2: the checkpoint moves with the changes')
    this.#reached = reached
    return reached
  }

  /** The checkpoint on file, under its lock: what is applied now must begin exactly there. */
  #agreed(row: CheckpointRow | undefined, parts: readonly Transaction[]): Checkpoint {
    assert(row !== undefined, 'I2: a stream is applied once it has a checkpoint')
    const at = checkpointOf(row)
    const isCovered = parts.some(part => remaining(at, part) !== part)
    if (isCovered && this.#reached === undefined) throw new Fault('STORE_UNREACHABLE', { store: this.#context.settings.name, reason: 'the answer to an earlier commit was lost, and it had arrived' })
    assert(!isCovered, 'I2: what the checkpoint covers is not applied again')
    assertContiguous(at, parts)
    return at
  }

  async #work(parts: readonly Transaction[], line: Line): Promise<Setback | undefined> {
    for (const { rows, truncate } of sectionsOf(parts)) {
      for (const [table, changes] of rows) {
        if (this.#delicate.has(table)) {
          const failure = await line.settled() ?? await this.#carefully(changes, parts)
          if (failure !== undefined) return this.#setbackOf(failure)
        } else await this.#send(changes, line)
      }
      if (truncate !== undefined) await this.#truncate(truncate, line)
    }
    const failure = await line.settled()
    return failure === undefined ? undefined : this.#setbackOf(failure)
  }

  async #send(changes: readonly RowChange[], line: Line): Promise<void> {
    for (const step of collapse(changes)) {
      if ('single' in step) await line.send(singleStatement(this.#shape(step.single.relation), step.single))
      else for (const statement of netStatements(this.#shape(step.net.relation), step.net)) await line.send(statement)
    }
  }

  /** Changes of one table, all at once or in ever smaller halves, in order. The first that does not fit by itself is thrown. */
  async #carefully(changes: readonly RowChange[], parts: readonly Transaction[]): Promise<Failure | undefined> {
    await this.#query('SAVEPOINT careful')
    const line = new Line(this.#live(), this.#names)
    const [only] = changes
    if (changes.length === 1 && only !== undefined) await line.send(singleStatement(this.#shape(only.relation), only))
    else await this.#send(changes, line)
    const failure = await line.settled()
    if (failure === undefined) {
      await this.#query('RELEASE SAVEPOINT careful')
      return undefined
    }
    if ('error' in failure && !isOfTheData(failure.error)) return failure
    await this.#query('ROLLBACK TO SAVEPOINT careful; RELEASE SAVEPOINT careful')
    if (changes.length === 1 && only !== undefined) throw await misfit(this.#live(), this.#shape(only.relation), only, failure, parts)
    const half = changes.length >> 1
    return await this.#carefully(changes.slice(0, half), parts) ?? this.#carefully(changes.slice(half), parts)
  }

  /** The tables that the source emptied together; it lists those that CASCADE reached too, so that none is emptied here that was not there. */
  async #truncate({ relations, restartIdentity }: Extract<Change, { op: 'truncate' }>, line: Line): Promise<void> {
    const table = relations[0]?.table
    if (table === undefined) return
    const statement = (text: string): RowStatement => ({ table, text, values: [], expects: 0 })
    if (this.#checksBeforeTruncate) await line.send(statement('SET CONSTRAINTS ALL IMMEDIATE'))
    await line.send(statement(`TRUNCATE TABLE ${relations.map(r => `ONLY ${r.table}`).join(', ')}${restartIdentity ? ' RESTART IDENTITY' : ''}`))
    if (this.#checksBeforeTruncate) await line.send(statement('SET CONSTRAINTS ALL DEFERRED'))
  }

  #setbackOf(failure: Failure): Setback {
    if ('error' in failure) {
      if (isDeadlock(failure.error)) return { again: 'deadlock' }
      if (!isOfTheData(failure.error)) throw failure.error
    }
    const { table, text } = failure.statement
    if (!text.startsWith('TRUNCATE')) {
      assert(!this.#delicate.has(table), 'what fails under a savepoint is thrown')
      return { again: 'table', table }
    }
    if (this.#checksBeforeTruncate) throw new Fault('APPLY_REFUSED', { table: visible(table), reason: 'error' in failure ? reasonOf(failure.error) : '' })
    return { again: 'truncate' }
  }

  #shape(relation: Relation): Shape {
    const shape = this.#shapes.get(relation)
    assert(shape !== undefined, 'shapes are learnt before changes are sent')
    return shape
  }

  /** Compares the shapes that are new with the target's. A difference: what can be applied before it. */
  async #learnShapes(parts: readonly Transaction[], tables: ReadonlyMap<TableId, unknown>): Promise<{ fault: Fault; before: readonly Transaction[] } | undefined> {
    const fresh = new Set<Relation>()
    for (const part of parts) for (const change of part.changes) for (const relation of relationsOf(change)) if (!this.#shapes.has(relation)) fresh.add(relation)
    if (fresh.size === 0) return undefined
    const differences = new Map<Relation, Fault>()
    const there = await readTables(this.#live(), [...new Set([...fresh].map(r => r.table))])
    for (const relation of fresh) {
      const table = there.get(relation.table)
      const difference = tables.has(relation.table) ? differenceOf(relation, table) : 'no table of this name was there when the move began'
      if (difference !== undefined) differences.set(relation, schemaChanged(relation.table, difference))
      else if (table !== undefined) this.#shapes.set(relation, shapeOf(relation, table))
    }
    return differences.size === 0 ? undefined : upToDifference(parts, differences)
  }

  async #open(): Promise<pg.Client> {
    if (this.#session !== undefined) return this.#session
    const session = await openApplierSession(this.#context, this.#stream, () => this.#isBusy, this.#patience)
    session.once('end', () => { if (this.#session === session) this.#session = undefined })
    this.#session = session
    this.#reached = undefined
    this.#names = new Map()
    this.#shapes = new WeakMap()
    return session
  }

  /** The session of this attempt: no other is opened halfway, there a statement would stand alone, outside the transaction and without the checkpoint (I2). */
  #live(): pg.Client {
    if (this.#session === undefined) throw new Fault('STORE_UNREACHABLE', { store: this.#context.settings.name, reason: 'the session ended' })
    return this.#session
  }

  async #query(sql: string): Promise<void> {
    await this.#live().query(sql)
  }

  /** Leaves a session without a transaction, or none. */
  async #afterFailure(error: unknown): Promise<unknown> {
    const store = this.#context.settings.name
    const fault = toFault(store, error)
    try {
      await this.#session?.query('ROLLBACK')
      return fault
    } catch (lost) {
      await this[Symbol.asyncDispose]()
      if (fault instanceof Fault || fault instanceof Bug) return fault
      return new Fault('STORE_UNREACHABLE', { store, reason: reasonOf(lost) }, { cause: error })
    }
  }
}

/** What can be applied before the first change of a shape that differs. Where changes were left out of a part, its place in the source's transaction is not known: the part waits whole. */
const upToDifference = (parts: readonly Transaction[], differences: ReadonlyMap<Relation, Fault>): { fault: Fault; before: readonly Transaction[] } => {
  for (const [i, part] of parts.entries()) {
    for (const [at, change] of part.changes.entries()) {
      const relation = relationsOf(change).find(r => differences.has(r))
      const fault = relation === undefined ? undefined : differences.get(relation)
      if (fault === undefined) continue
      const isCut = at > 0 && part.counted === undefined
      return { fault, before: [...parts.slice(0, i), ...(isCut ? [{ ...part, changes: part.changes.slice(0, at), last: false }] : [])] }
    }
  }
  assert(false, 'a difference was found in one of the parts')
}

const relationsOf = (change: Change): readonly Relation[] => (change.op === 'truncate' ? change.relations : [change.relation])

/** Rows by table: without triggers and keys between them tables do not see each other's order. TRUNCATE ends a section for all. */
const sectionsOf = (parts: readonly Transaction[]): { rows: Map<TableId, RowChange[]>; truncate?: Extract<Change, { op: 'truncate' }> }[] => {
  let rows = new Map<TableId, RowChange[]>()
  const sections: { rows: Map<TableId, RowChange[]>; truncate?: Extract<Change, { op: 'truncate' }> }[] = []
  for (const part of parts) {
    for (const change of part.changes) {
      if (change.op === 'truncate') {
        sections.push({ rows, truncate: change })
        rows = new Map()
        continue
      }
      const list = rows.get(change.relation.table)
      if (list === undefined) rows.set(change.relation.table, [change])
      else list.push(change)
    }
  }
  return [...sections, { rows }]
}

/** Nothing is left out and nothing comes twice: transactions are whole, in order, and their parts adjoin. */
const assertContiguous = (from: Checkpoint, parts: readonly Transaction[]): void => {
  let at = from
  for (const part of parts) {
    assert(part.commit >= at.through, 'I2: transactions are applied in the order of their commits')
    assert(at.within === undefined ? part.from === 0 : part.commit === at.within.commit && part.from === at.within.changes, 'I2: the parts of a transaction adjoin')
    at = after(at, part)
  }
}

const isDeadlock = (error: unknown): boolean => error instanceof pg.DatabaseError && (error.code === '40P01' || error.code === '40001')

const reasonOf = (error: unknown): string => visible(error instanceof Error ? error.message : String(error), 500)

/** Only what was put off to the end is checked there: the outcome itself breaks a rule of the target's, in whatever order it is reached. */
const refusedAtCommit = (error: unknown): never => {
  if (!isOfTheData(error) || !(error instanceof pg.DatabaseError)) throw error
  throw new Fault('APPLY_REFUSED', { table: visible(`${error.schema ?? ''}.${error.table ?? ''}`), reason: reasonOf(error) }, { cause: error })
}

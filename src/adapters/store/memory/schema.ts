import { Fault } from '#domain/faults.ts'
import type { TableId } from '#domain/stream.ts'
import { assert } from '#lib/assert.ts'
import type { Build, Store } from '#ports/store.ts'
import type { TableDefinition } from './catalog.ts'
import { keepBook } from './register.ts'
import type { Session } from './session.ts'
import { constraintsOf, keyText, placeOf, type Shape, type TableState } from './state.ts'

const schemaNote = (stream: string): string => `schema ${stream}`
export const builtNotes = (stream: string): string => `built ${stream} `

/** Makes the source's tables and sequences from its catalogue; constraints are steps for later. */
export const createSchema = async (session: Session, stream: string, source: Store): Promise<Build[]> => {
  const known = session.database.visible.notes.get(schemaNote(stream))
  if (known !== undefined) return JSON.parse(known) as Build[]
  const { objects } = await source.catalog()
  const shapes = objects.filter(o => o.kind === 'table').map((o): Shape => ({ label: o.name, ...(JSON.parse(o.definition) as TableDefinition) }))
  const builds = shapes.flatMap(buildsOf)
  await session.inTransaction('target.createSchema', async transaction => {
    for (const shape of shapes) await transaction.define(shape, new Set())
    for (const o of objects.filter(other => other.kind === 'sequence')) {
      const { id, increment } = JSON.parse(o.definition) as { id: TableId; increment: string }
      session.database.sequences.set(id, { label: o.name, increment: BigInt(increment), last: 1n, called: false })
    }
    keepBook(session.database, transaction)
    transaction.setNote(schemaNote(stream), JSON.stringify(builds))
  })
  return builds
}

/** Tables with their rows, sequences, large objects. */
export const empty = (session: Session): Promise<void> =>
  session.inTransaction('store.empty', async transaction => {
    const { visible, sequences } = session.database
    for (const table of visible.tables.keys()) await transaction.drop(table)
    for (const id of visible.largeObjects.keys()) transaction.largeObject(id, undefined)
    sequences.clear()
  })

export const build = (session: Session, stream: string, step: Build): Promise<void> =>
  session.inTransaction('target.build', async transaction => {
    const state = step.table === undefined ? undefined : session.database.visible.tables.get(step.table)
    assert(state !== undefined, `${step.id} is of a table that is not there`)
    if (state.inForce.has(step.sql)) return
    refuseDuplicates(session.database.name, state, step.sql)
    await transaction.define(state.shape, new Set([...state.inForce, step.sql]))
    keepBook(session.database, transaction)
    transaction.setNote(`${builtNotes(stream)}${step.id}`, 'built')
  })

const refuseDuplicates = (store: string, { shape, rows }: TableState, constraint: string): void => {
  const columns = constraintsOf(shape).get(constraint)
  assert(columns !== undefined, `there is no constraint ${constraint}`)
  const texts = [...rows.values()].filter(row => columns.every(c => row[placeOf(shape, c)] !== null)).map(row => keyText(shape, columns, row))
  if (new Set(texts).size < texts.length) throw new Fault('STORE_REFUSED', { store, code: 'unique', reason: `${shape.label} has rows with the same ${columns.join(', ')}` })
}

const buildsOf = (shape: Shape): Build[] =>
  [...constraintsOf(shape).keys()].map(name => ({
    id: `${shape.label} ${name}`, phase: name === 'key' ? 'key' : 'index', what: `constraint "${name}" of ${shape.label}`, table: shape.id, sql: name,
  }))

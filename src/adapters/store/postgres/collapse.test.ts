import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Image, Relation, TableId } from '#domain/stream.ts'
import { collapse, type Net, type RowChange, type Step } from './collapse.ts'

const relation: Relation = {
  table: '"public"."t"' as TableId, identity: 'key',
  columns: [{ name: 'k', type: 'int', key: true }, { name: 'a', type: 'text', key: false }, { name: 'b', type: 'text', key: false }],
}

/** A table that keeps I4: what does not fit throws. */
class Model {
  readonly rows = new Map<string, Image>()

  apply(change: RowChange): void {
    if (change.op === 'insert') return this.#insert(change.row)
    const key = String((change.op === 'delete' ? change.old : change.old ?? change.row)[0])
    const row = this.rows.get(key)
    assert.ok(row, `${change.op} of ${key}`)
    this.rows.delete(key)
    if (change.op === 'update') this.#insert(change.row.map((value, i) => (value === undefined ? row[i] : value)))
  }

  applyNet({ absent, deletes, updates, inserts }: Net): void {
    for (const key of absent) assert.ok(!this.rows.has(String(key[0])), `${key[0]} was there`)
    for (const old of deletes) this.apply({ op: 'delete', relation, old })
    for (const row of updates) this.apply({ op: 'update', relation, row })
    for (const row of inserts) this.apply({ op: 'insert', relation, row })
  }

  #insert(row: Image): void {
    assert.ok(!this.rows.has(String(row[0])), `insert of ${row[0]}`)
    this.rows.set(String(row[0]), row)
  }
}

const applySteps = (model: Model, steps: readonly Step[]): void => {
  for (const step of steps) {
    if ('net' in step) model.applyNet(step.net)
    else model.apply(step.single)
  }
}

/** Changes as a source makes them: of rows that are there, to keys that are free. */
type Wish = { readonly what: 'insert' | 'update' | 'rename' | 'delete'; readonly key: number; readonly to: number; readonly a: string | undefined; readonly b: string | undefined }
const wish: fc.Arbitrary<Wish> = fc.record({
  what: fc.constantFrom('insert', 'update', 'update', 'rename', 'delete'), key: fc.nat(5), to: fc.nat(5),
  a: fc.option(fc.constantFrom('p', 'q', 'r'), { nil: undefined }), b: fc.option(fc.constantFrom('s', 't'), { nil: undefined }),
})

const changesOf = (start: Model, wishes: readonly Wish[]): RowChange[] => {
  const keys = new Set(start.rows.keys())
  return wishes.flatMap(({ what, key: k, to: t, a, b }): RowChange[] => {
    const [key, to] = [String(k), String(t)]
    if (what === 'insert' && !keys.has(key)) {
      keys.add(key)
      return [{ op: 'insert', relation, row: [key, a ?? null, b ?? 'b'] }]
    }
    if (!keys.has(key)) return []
    if (what === 'update') return [{ op: 'update', relation, row: [key, a, b] }]
    if (what === 'delete') {
      keys.delete(key)
      return [{ op: 'delete', relation, old: [key, null, null] }]
    }
    if (what !== 'rename' || keys.has(to)) return []
    keys.delete(key)
    keys.add(to)
    return [{ op: 'update', relation, row: [to, a, b], old: [key, null, null] }]
  })
}

const startOf = (keys: readonly number[]): Model => {
  const model = new Model()
  for (const key of keys) model.apply({ op: 'insert', relation, row: [String(key), `a${key}`, `b${key}`] })
  return model
}

test('many changes come to the same as one after the other', () => {
  fc.assert(fc.property(fc.uniqueArray(fc.nat(5)), fc.array(wish, { maxLength: 40 }), (keys, wishes) => {
    const changes = changesOf(startOf(keys), wishes)
    const [one, other] = [startOf(keys), startOf(keys)]
    for (const change of changes) one.apply(change)
    applySteps(other, collapse(changes))
    assert.deepEqual(Object.fromEntries(other.rows), Object.fromEntries(one.rows))
  }), { numRuns: 2_000 })
})

test('I4: a change that did not fit one by one does not fit collapsed, whatever came before it', () => {
  fc.assert(fc.property(fc.uniqueArray(fc.nat(5)), fc.array(wish, { maxLength: 30 }), fc.nat(5), fc.boolean(), (keys, wishes, drifted, isExtra) => {
    const changes = changesOf(startOf(keys), wishes)
    const drift = (): Model => {
      const model = startOf(keys)
      if (isExtra) model.rows.set(String(drifted), [String(drifted), 'foreign', null])
      else model.rows.delete(String(drifted))
      return model
    }
    const fits = (apply: (model: Model) => void): boolean => {
      try {
        apply(drift())
        return true
      } catch {
        return false
      }
    }
    assert.equal(fits(model => applySteps(model, collapse(changes))), fits(model => { for (const change of changes) model.apply(change) }))
  }), { numRuns: 2_000 })
})

test('a hot row is written once', () => {
  const [step, ...more] = collapse(Array.from({ length: 1_000 }, (_, i): RowChange => ({ op: 'update', relation, row: ['1', String(i), undefined] })))
  assert.deepEqual(more, [])
  assert.ok(step !== undefined && 'net' in step)
  assert.deepEqual(step.net, { relation, absent: [], deletes: [], updates: [['1', '999', undefined]], inserts: [] })
})

test('a very long value travels alone, and one shape at a time', () => {
  const long = 'x'.repeat(2 ** 20 + 1)
  const other: Relation = { ...relation }
  const steps = collapse([
    { op: 'insert', relation, row: ['1', 'a', 'b'] }, { op: 'insert', relation, row: ['2', long, 'b'] }, { op: 'insert', relation, row: ['3', 'a', 'b'] }, { op: 'insert', relation: other, row: ['4', 'a', 'b'] },
  ])
  assert.deepEqual(steps.map(step => ('net' in step ? step.net.inserts.map(row => row[0]) : `alone ${step.single.op === 'insert' ? step.single.row[0] : ''}`)), [['1'], 'alone 2', ['3'], ['4']])
})

test('a key change that leaves out a value nobody knows is done in its place', () => {
  const steps = collapse([
    { op: 'update', relation, row: ['1', 'a', undefined] }, { op: 'update', relation, row: ['2', 'a', undefined], old: ['1', null, null] }, { op: 'update', relation, row: ['2', 'b', undefined] },
  ])
  assert.deepEqual(steps.map(step => ('net' in step ? step.net.updates : step.single.op)), [[['1', 'a', undefined]], 'update', [['2', 'b', undefined]]])
})

test('rows without a key are added together and changed one by one', () => {
  const all: Relation = { ...relation, identity: 'all', columns: relation.columns.map(c => ({ ...c, key: true })) }
  const row: Image = ['1', 'a', null]
  const steps = collapse([{ op: 'insert', relation: all, row }, { op: 'insert', relation: all, row }, { op: 'delete', relation: all, old: row }, { op: 'insert', relation: all, row }])
  assert.deepEqual(steps.map(step => ('net' in step ? step.net.inserts.length : step.single.op)), [2, 'delete', 1])
})

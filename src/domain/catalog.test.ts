import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { differences, type SchemaObject } from './catalog.ts'

const anySchema = fc.uniqueArray(
  fc.record({ kind: fc.constantFrom('table', 'index', 'view'), name: fc.constantFrom('a', 'b', 'c', 'd', 'x\0a'), definition: fc.constantFrom('one', 'two', '') }),
  { selector: o => JSON.stringify([o.kind, o.name]), maxLength: 8 },
)
const idOf = (o: { readonly kind: string; readonly name: string }): string => JSON.stringify([o.kind, o.name])
const byText = (a: string, b: string): number => (a < b ? -1 : 1)
const sorted = <T extends { readonly kind: string; readonly name: string }>(all: readonly T[]): T[] => all.toSorted((a, b) => (idOf(a) < idOf(b) ? -1 : 1))

describe('the differences of two schemas', () => {
  it('are none exactly when both have the same objects', () => {
    fc.assert(fc.property(anySchema, anySchema, (source, target) => {
      assert.equal(differences(source, target).length === 0, JSON.stringify(sorted(source)) === JSON.stringify(sorted(target)))
      assert.deepEqual(differences(source, source), [])
    }))
  })

  it('do not depend on the order in which objects are listed', () => {
    fc.assert(fc.property(anySchema, anySchema, fc.func(fc.integer()), (source, target, rank) => {
      const shuffled = (all: readonly SchemaObject[]): SchemaObject[] => all.toSorted((a, b) => rank(idOf(a)) - rank(idOf(b)))
      assert.deepEqual(sorted(differences(shuffled(source), shuffled(target))), sorted(differences(source, target)))
    }))
  })

  it('are the same from the other side, with the sides changed', () => {
    fc.assert(fc.property(anySchema, anySchema, (source, target) => {
      const turned = differences(target, source).map(({ kind, name, ...d }) => ({ kind, name, ...(d.target === undefined ? {} : { source: d.target }), ...(d.source === undefined ? {} : { target: d.source }) }))
      assert.deepEqual(sorted(turned), sorted(differences(source, target)))
    }))
  })

  it('name each object that is not the same, once, with the definition of each side that has it', () => {
    fc.assert(fc.property(anySchema, anySchema, (source, target) => {
      const found = differences(source, target)
      const definition = (all: readonly SchemaObject[], id: string): string | undefined => all.find(o => idOf(o) === id)?.definition
      const differ = [...new Set([...source, ...target].map(idOf))].filter(id => definition(source, id) !== definition(target, id))
      assert.deepEqual(found.map(idOf).toSorted(byText), differ.toSorted(byText))
      for (const d of found) assert.deepEqual([d.source, d.target], [definition(source, idOf(d)), definition(target, idOf(d))])
    }))
  })

  it('tell an object with an empty definition from one that is not there', () => {
    assert.deepEqual(differences([{ kind: 'view', name: 'a', definition: '' }], []), [{ kind: 'view', name: 'a', source: '' }])
  })
})

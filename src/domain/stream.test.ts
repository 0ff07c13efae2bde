import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { after, isApplied, remaining, type Change, type Checkpoint, type Position, type Relation, type TableId, type Transaction } from './stream.ts'

const relation: Relation = { table: 't' as TableId, columns: [{ name: 'id', type: 'text', key: true }], identity: 'key' }
const position = (n: number): Position => n.toString(16).padStart(16, '0') as Position

/** A transaction of so many changes, each named for itself. */
type Source = { readonly commit: Position; readonly end: Position; readonly changes: readonly Change[] }

const history = (sizes: readonly number[]): Source[] => {
  let at = 8
  return sizes.map((size, i) => {
    const commit = at + size * 8
    at = commit + 8
    return { commit: position(commit), end: position(at), changes: Array.from({ length: size }, (_, n): Change => ({ op: 'insert', relation, row: [`${i}.${n}`] })) }
  })
}

/** One delivery of a transaction, cut after so many changes again and again; the last part may be empty. */
const cut = ({ commit, end, changes }: Source, sizes: readonly number[]): Transaction[] => {
  const parts: Transaction[] = []
  let from = 0
  for (const size of sizes) {
    if (changes.length - from < size) break
    parts.push({ commit, end, committedAt: 0, from, changes: changes.slice(from, from + size), last: false })
    from += size
  }
  return [...parts, { commit, end, committedAt: 0, from, changes: changes.slice(from), last: true }]
}

const names = (parts: readonly Transaction[]): string[] => parts.flatMap(p => p.changes.map(c => (c.op === 'insert' ? (c.row[0] ?? '') : c.op)))
const start: Checkpoint = { through: position(8) }

const anySizes = fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 6 })
const anyCuts = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 8 })
/** Deliveries: from which transaction on (if the checkpoint allows it), cut how, and how many parts are taken before it breaks off. */
const anyDeliveries = fc.array(fc.record({ from: fc.nat({ max: 6 }), cuts: anyCuts, taken: fc.nat({ max: 12 }) }), { maxLength: 12 })

/** Takes parts as an applier does, and tells what was applied. */
const apply = (at: Checkpoint, parts: readonly Transaction[], applied: string[]): Checkpoint => {
  let now = at
  for (const part of parts) {
    const rest = remaining(now, part)
    if (rest === undefined) continue
    applied.push(...names([rest]))
    now = after(now, rest)
  }
  return now
}

describe('a checkpoint', () => {
  it('applies every change exactly once, in order, however transactions are cut and delivered again', () => {
    fc.assert(fc.property(anySizes, anyDeliveries, (sizes, deliveries) => {
      const source = history(sizes)
      const applied: string[] = []
      let at = start
      for (const { from, cuts, taken } of [...deliveries, { from: 0, cuts: [], taken: Infinity }]) {
        // A source may go back as far as it likes, and never beyond the checkpoint.
        const whole = source.findIndex(s => s.commit >= at.through)
        const begins = Math.min(from, whole === -1 ? source.length : whole)
        at = apply(at, source.slice(begins).flatMap(s => cut(s, cuts)).slice(0, taken), applied)
      }
      assert.deepEqual(applied, names(source.flatMap(s => cut(s, []))))
      assert.deepEqual(at, { through: source.at(-1)?.end })
    }), { numRuns: 500 })
  })

  it('never goes back', () => {
    fc.assert(fc.property(anySizes, anyDeliveries, (sizes, deliveries) => {
      const source = history(sizes)
      let at = start
      for (const { cuts, taken } of deliveries) {
        for (const part of source.flatMap(s => cut(s, cuts)).slice(0, taken)) {
          const next = apply(at, [part], [])
          assert.ok(next.through >= at.through)
          if (next.through === at.through && at.within !== undefined) assert.ok(next.within !== undefined && next.within.commit === at.within.commit && next.within.changes >= at.within.changes)
          at = next
        }
      }
    }))
  })

  it('covers exactly what was applied', () => {
    fc.assert(fc.property(anySizes, anyCuts, anyCuts, fc.nat({ max: 20 }), (sizes, cuts, others, taken) => {
      const source = history(sizes)
      const applied: string[] = []
      const at = apply(start, source.flatMap(s => cut(s, cuts)).slice(0, taken), applied)
      for (const part of source.flatMap(s => cut(s, others))) {
        const rest = remaining(at, part)
        assert.equal(rest === undefined, isApplied(at, part))
        assert.deepEqual(rest === undefined ? [] : names([rest]), names([part]).filter(name => !applied.includes(name)))
      }
    }))
  })

  it('stands at the end of a transaction only when the last part of it is in, an empty one too', () => {
    const [only] = history([4])
    assert.ok(only)
    const [first, second, last] = cut(only, [2, 2])
    assert.ok(first && second && last)
    const half = after(start, first)
    assert.deepEqual(half, { through: start.through, within: { commit: only.commit, changes: 2 } })
    const full = after(half, second)
    assert.equal(full.through, start.through)
    assert.equal(isApplied(full, last), false)
    assert.deepEqual(after(full, last), { through: only.end })
    assert.equal(isApplied({ through: only.end }, last), true)
  })

  it('counts changes that were left out of a part', () => {
    const [only] = history([5])
    assert.ok(only)
    const [first] = cut(only, [3])
    assert.ok(first)
    const thin = { ...first, changes: first.changes.slice(0, 1), counted: 3 }
    const at = after(start, thin)
    assert.deepEqual(at.within, { commit: only.commit, changes: 3 })
    assert.equal(isApplied(at, thin), true)
    assert.deepEqual(names(cut(only, [2]).flatMap(p => remaining(at, p) ?? [])), ['0.3', '0.4'])
  })
})

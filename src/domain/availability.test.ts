import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { allAway, coverageOf } from './availability.ts'
import { addDays, type Days } from './days.ts'

const day = (n: number): string => addDays('2027-01-01', n)
const statement = fc.record({ at: fc.integer({ min: -5, max: 40 }), length: fc.integer({ min: 0, max: 20 }), available: fc.boolean() }).map(({ at, length, available }) => ({ firstOn: day(at), lastOn: day(at + length), available }))
const listed = (stretches: readonly Days[]): string[] => stretches.flatMap(({ first, last }) => { const found = []; for (let at = first; at <= last; at = addDays(at, 1)) found.push(at); return found })

describe('what people say of their days', () => {
  it('puts each day in exactly one of there, away and unsaid, as the last word about it has it, in as few stretches as can be', () => {
    fc.assert(fc.property(fc.array(statement, { maxLength: 8 }), fc.integer({ min: 0, max: 35 }), (said, length) => {
      const days = { first: day(0), last: day(length) }
      const { there, away, unsaid } = coverageOf(said, days)
      for (let n = 0; n <= length; n++) {
        const last = said.filter(one => one.firstOn <= day(n) && day(n) <= one.lastOn).at(-1)
        assert.deepEqual([there, away, unsaid].map(list => listed(list).includes(day(n))), [last?.available === true, last?.available === false, last === undefined])
      }
      assert.equal(listed([...there, ...away, ...unsaid]).length, length + 1)
      for (const list of [there, away, unsaid]) for (const [n, one] of list.entries()) assert.ok(n === 0 || addDays(list[n - 1]?.last ?? '', 1) < one.first)
    }))
  })

  it('shows the days on which everybody is away, and none where nobody is', () => {
    const days = { first: day(0), last: day(9) }
    const of = (...away: [number, number][]) => coverageOf(away.map(([from, to]) => ({ firstOn: day(from), lastOn: day(to), available: false })), days)
    assert.deepEqual(allAway([of([0, 4]), of([3, 7])], days), [{ first: day(3), last: day(4) }])
    assert.deepEqual(allAway([], days), [])
  })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Seen, type Sighting, closeSighting, look as looked, stillInUse } from './sighting.ts'

const now = 1_800_000_000_000
const day = 86_400_000
const report: Seen = { user: 'app', host: '10.0.0.7', program: 'report.exe' }
const nightly: Seen = { user: 'app', host: '10.0.0.8', program: 'cron' }

/** What is on file after a look. */
const look = (known: readonly Sighting[], seen: readonly Seen[], at: number): Sighting[] => {
  const { again, fresh } = looked(known, seen, at)
  return [...known.map(one => again.find(other => other.user === one.user && other.host === one.host && other.program === one.program) ?? one), ...fresh]
}

test('whoever is seen is listed once, with when first and when last', () => {
  const first = look([], [report, nightly, report], now)
  const second = look(first, [report], now + day)
  assert.deepEqual(second, [{ ...report, firstAt: now, lastAt: now + day, closedAt: null }, { ...nightly, firstAt: now, lastAt: now, closedAt: null }])
})

test('each is a finding until it is closed, and one that comes again is open again', () => {
  const [one] = look([], [report], now)
  assert.ok(one)
  assert.deepEqual(stillInUse([one], now + 3 * day), [{ sighting: one, isQuiet: true }])
  const closed = closeSighting(one, now + 1)
  assert.deepEqual(stillInUse([closed], now + 1), [])
  assert.equal(closeSighting(closed, now + day).closedAt, now + 1)
  const again = look([closed], [report], now + 2)
  assert.deepEqual(stillInUse(again, now + 2).map(use => [use.sighting.closedAt, use.isQuiet]), [[null, false]])
  assert.deepEqual(stillInUse(look([closed], [nightly], now + 2), now + 2).map(use => use.sighting.host), [nightly.host])
})

test('a look that was taken before it was closed does not open it, and a look told twice changes nothing', () => {
  const closed = closeSighting(look([], [report], now)[0] as Sighting, now + 10)
  assert.deepEqual(look([closed], [report], now + 5).map(one => one.closedAt), [now + 10])
  const one = look([], [report], now)
  assert.deepEqual(looked(one, [report], now), { again: [], fresh: [] })
})

test('names that look alike are not taken for each other', () => {
  assert.equal(look([], [{ user: 'a', host: 'b,c', program: '' }, { user: 'a,b', host: 'c', program: '' }, { user: 'a', host: 'b', program: 'c' }], now).length, 3)
})

test('nobody who was seen after being closed is missed', () => {
  const names = fc.subarray([report, nightly, { ...report, user: 'master' }])
  fc.assert(fc.property(fc.array(fc.oneof(names, fc.constant('close' as const)), { maxLength: 12 }), deeds => {
    let known: Sighting[] = []
    let open = new Set<string>()
    for (const [n, deed] of deeds.entries()) {
      const at = now + n
      known = deed === 'close' ? known.map(one => closeSighting(one, at)) : look(known, deed, at)
      open = deed === 'close' ? new Set() : open.union(new Set(deed.map(one => JSON.stringify(one))))
    }
    assert.deepEqual(new Set(stillInUse(known, now).map(({ sighting: { user, host, program } }) => JSON.stringify({ user, host, program }))), open)
  }))
})

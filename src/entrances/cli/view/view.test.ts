import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Event } from '#domain/event.ts'
import type { Finding } from '#domain/finding.ts'
import { plainWriter } from './plain.ts'
import { render } from './render.ts'
import { emptyState, reduce, type ViewState } from './state.ts'
import { columns } from './text.ts'

const hostile = 'public.\u001b[31m日本語のテーブル\u202e"; DROP TABLE x; -- 👩‍👩‍👧 a very long name of a table that does not fit any line'
const finding: Finding = { id: 'x', level: 'concern', side: 'source', what: `One table has no key: ${hostile}`, remedy: `ALTER TABLE ${hostile} REPLICA IDENTITY FULL;`, about: [hostile, 'b'] }
const begins = (phase: 'preflight' | 'copy' | 'verify' | 'freeze' | 'catch-up' | 'anchor'): Event => ({ type: 'phase', phase, state: 'begins' })
const ends = (phase: 'preflight' | 'copy' | 'verify' | 'freeze' | 'catch-up' | 'anchor', ms: number): Event => ({ type: 'phase', phase, state: 'ends', ms })

/** A whole move, as the mover tells it, each event with the milliseconds since the one before. */
const story: readonly (readonly [number, Event])[] = [
  [0, begins('preflight')], [100, { type: 'finding', finding }], [50, ends('preflight', 150)],
  [1, { type: 'move', move: '3f2a', tenant: `Kestrel ${hostile}`, source: `postgres://app@old/${hostile}`, target: 'postgres://app@new/shop', resumed: false, cold: false }],
  [1, { type: 'stage', stage: 'copying', leg: 'out', verb: 'copy' }], [1, begins('anchor')], [200, ends('anchor', 200)],
  [1, { type: 'plan', tables: [{ table: hostile, bytes: 40e6, rows: 1e6 }, { table: 'public.b', bytes: 2e6, rows: 10 }, { table: 'public.empty', bytes: 0, rows: 0 }] }], [1, begins('copy')],
  ...[5e6, 12e6, 20e6, 31e6, 44e6].map((bytes): [number, Event] => [700, { type: 'copied', table: hostile, bytes, rows: bytes / 40, done: bytes === 44e6 }]),
  [10, { type: 'copied', table: 'public.b', bytes: 1.1e6, rows: 10, done: true }], [1, { type: 'copied', table: 'public.empty', bytes: 0, rows: 0, done: true }],
  [10, { type: 'built', what: 'primary key', ms: 12, done: 1, of: 3 }], [900, { type: 'health', retainedBytes: 90e6, snapshotMs: 1, lockWaitMs: 0, roundTripMs: 1 }],
  [10, { type: 'pace', paused: false, jobs: 1, reason: 'the source answers slowly' }], [10, ends('copy', 4_600)], [1, { type: 'stage', stage: 'following', leg: 'out', verb: 'follow' }],
  [1, begins('catch-up')], [400, { type: 'retry', code: 'STORE_UNREACHABLE', message: `The source cannot be reached: ${hostile}.`, facts: { store: 'source', reason: hostile }, inMs: 400 }], [400, ends('catch-up', 800)],
  [1, { type: 'follow', leg: 'out', lagMs: 1_200, changes: 4_000, changesPerSecond: 900 }], [1, begins('verify')], [400, { type: 'verified', table: hostile, rows: 1e6, equal: true, done: 1, of: 3 }],
  [100, { type: 'verified', table: 'public.b', rows: 10, equal: true, done: 2, of: 3 }], [1, { type: 'verified', table: 'public.empty', rows: 0, equal: true, done: 3, of: 3 }], [1, ends('verify', 503)],
  [1, { type: 'forecast', p50Ms: 300, p95Ms: 700, dominant: 'verify', budgetMs: 5_000 }], [1, { type: 'waits', for: ['freeze'], why: 'everything is ready; a person decides' }],
  [9_000, begins('freeze')], [1, { type: 'stage', stage: 'frozen', leg: 'out', verb: 'freeze' }], [1, { type: 'freeze', state: 'began', ms: 0 }], [500, { type: 'evidence', file: `/var/${hostile}.json`, root: 'ab', rows: 1_000_010 }],
  [80, { type: 'stage', stage: 'switched', leg: 'out', verb: 'switch' }], [1, { type: 'freeze', state: 'ended', ms: 581, steps: { fence: 30 } }], [1, ends('freeze', 600)],
  [1, { type: 'waits', for: ['turn-back', 'settle'], why: 'the new home serves; every write travels to the other one until a person decides' }],
  [1_000, { type: 'follow', leg: 'back', lagMs: 0, changes: 12, changesPerSecond: 2 }], [1, { type: 'stage', stage: 'settled', leg: 'out', verb: 'settle' }], [1, { type: 'outcome', stage: 'settled', leg: 'out' }],
]

/** The screen after each event of a story. */
const screens = (width: number, events = story): string[][] => {
  let state: ViewState = emptyState
  let at = 1_000_000
  return events.map(([ms, event]) => {
    at += ms
    state = reduce(state, event, at)
    return render(state, width, at)
  })
}

for (const width of [20, 40, 80, 120]) {
  test(`at ${width} columns nothing is longer than a line, and nothing a terminal obeys is on it`, () => {
    for (const screen of screens(width)) {
      for (const line of screen) {
        assert.ok(columns(line) <= width, `${columns(line)} columns: ${line}`)
        assert.doesNotMatch(line, /[\p{Cc}\p{Cf}]/u)
      }
    }
  })
}

test('the bar of the whole never goes back, and is full only when everything is in', () => {
  const full = (screen: readonly string[]): number | undefined => screen.map(line => /^ {2}(█*)░* +[\d.]+ \w+ of /u.exec(line)?.[1]?.length).find(n => n !== undefined)
  const bars = screens(100).map(full).filter(n => n !== undefined)
  assert.ok(bars.length > 5)
  assert.deepEqual(bars, bars.toSorted((a, b) => a - b), bars.join(' '))
})

test('the bar never goes back under any order and size of what is copied', () => {
  const table = fc.record({ planned: fc.nat(1e6), steps: fc.array(fc.nat(1e6), { maxLength: 6 }) })
  fc.assert(fc.property(fc.array(table, { minLength: 1, maxLength: 6 }), tables => {
    const events: (readonly [number, Event])[] = [[0, { type: 'plan', tables: tables.map(({ planned }, i) => ({ table: `t${i}`, bytes: planned, rows: 0 })) }], [1, begins('copy')]]
    const most = Math.max(...tables.map(t => t.steps.length))
    const sums = tables.map(() => 0)
    for (let step = 0; step < most; step++) {
      for (const [i, { steps }] of tables.entries()) {
        if (step >= steps.length) continue
        sums[i] = (sums[i] ?? 0) + (steps[step] ?? 0)
        events.push([300, { type: 'copied', table: `t${i}`, bytes: sums[i] ?? 0, rows: 0, done: step === steps.length - 1 }])
      }
    }
    const shares = screens(100, events).map(screen => screen.find(line => / of about /.test(line))?.match(/█/gu)?.length ?? 0)
    assert.deepEqual(shares, shares.toSorted((a, b) => a - b))
    const isIn = events.map((_, i) => tables.every((_table, t) => events.slice(0, i + 1).some(([, e]) => e.type === 'copied' && e.table === `t${t}` && e.done)))
    assert.deepEqual(shares.map(share => share === 20), isIn.map((all, i) => all && i > 0), 'full when everything is in, and not before')
  }))
})

test('the end says what was moved, proven, how long it was frozen, where the evidence is', () => {
  const last = screens(120).at(-1)?.join('\n') ?? ''
  for (const says of [/✓ Copy and build +4\.6 s +45\.1 MB in 3 tables/, /✓ Prove every row +503 ms +1,000,010 rows equal on both sides/, /frozen for 581 ms/, /evidence: \/var\//]) assert.match(last, says)
  assert.doesNotMatch(last, /rehome turn-back|Trying again/)
})

test('while it waits it says for what, and while it is frozen how long it has been', () => {
  const all = screens(120).map(screen => screen.join('\n'))
  assert.ok(all.some(screen => /everything is ready; a person decides:\n {2}rehome cutover/.test(screen)))
  assert.ok(all.some(screen => /frozen for 500 ms of at most 5\.0 s/.test(screen)))
  assert.ok(all.some(screen => /the source keeps 90\.0 MB of its log for us/.test(screen)))
})

test('a log has a line for what matters, with its time and zone, and at most one a second for tables', () => {
  const lines: string[] = []
  const write = plainWriter(text => { lines.push(text) })
  let at = Date.UTC(2026, 4, 4, 20, 0, 0)
  for (const [ms, event] of story) {
    at += ms
    write({ ...event, at: new Date(at).toISOString() })
  }
  for (const line of lines) {
    assert.match(line, /^\d\d:\d\d:\d\dZ [^\n]+\n$/)
    assert.doesNotMatch(line.trimEnd(), /[\p{Cc}\p{Cf}]/u)
  }
  assert.match(lines.join(''), /frozen for 581 ms/)
  assert.match(lines.join(''), /copied 2 more|and 2 more/)
})

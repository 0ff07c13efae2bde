import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { binaryHeader, binaryTrailer, frame, Frames, type Item } from './frames.ts'

const rowsOf = (...payloads: string[]): Buffer => Buffer.concat(payloads.map(p => frame('d', Buffer.from(p, 'latin1'))))
const header = binaryHeader.subarray(5)

/** A whole conversation, as servers hold it: how the preamble of the binary copy travels is the parameter. */
const conversation = (preamble: 'with the row' | 'alone' | 'with the trailer', rows: readonly string[]): { bytes: Buffer; expected: string[] } => {
  const [first = '', ...others] = rows
  const copied = {
    'with the row': [frame('d', Buffer.concat([header, Buffer.from(first, 'latin1')])), rowsOf(...others), binaryTrailer],
    alone: [binaryHeader, rowsOf(...rows), binaryTrailer],
    'with the trailer': [frame('d', Buffer.concat([header, Buffer.from([0xff, 0xff])]))],
  }[preamble]
  const kept = preamble === 'with the trailer' ? '' : rowsOf(...rows).toString('latin1')
  const bytes = Buffer.concat([
    frame('H', Buffer.from([1, 0, 0])), ...copied, frame('c', Buffer.alloc(0)), frame('C', Buffer.from('COPY 1\0')),
    frame('H', Buffer.from([0, 0, 0])), rowsOf('a\n', '\xff\xff', '\n'), frame('c', Buffer.alloc(0)), frame('C', Buffer.from('COPY 3\0')),
    frame('D', Buffer.from('row')), frame('W', Buffer.from([0, 0, 0])), rowsOf('message'), frame('Z', Buffer.from('I')),
  ])
  const told = [
    `H \x01\0\0`, kept, 'c ', 'C COPY 1\0', `H \0\0\0`, rowsOf('a\n', '\xff\xff', '\n').toString('latin1'), 'c ', 'C COPY 3\0', 'D row', `W \0\0\0`, 'd message', 'Z I',
  ]
  return { bytes, expected: told.filter(t => t !== '') }
}

/** What was told, pieces of rows put together again. */
const told = (items: readonly Item[]): string[] => {
  const all: string[] = []
  let inRows = false
  for (const item of items) {
    if ('message' in item) all.push(`${item.message} ${item.body.toString('latin1')}`)
    else if (inRows) all.push(`${all.pop() ?? ''}${item.rows.toString('latin1')}`)
    else all.push(item.rows.toString('latin1'))
    inRows = 'rows' in item
  }
  return all
}

const pushed = (bytes: Buffer, cuts: readonly number[]): Item[] => {
  const frames = new Frames()
  const ends = [...new Set([...cuts, bytes.length])].toSorted((a, b) => a - b)
  let from = 0
  return ends.flatMap(end => {
    // The memory of a chunk is used again.
    const chunk = Buffer.from(bytes.subarray(from, end))
    const items = frames.push(chunk).map((item): Item => ('rows' in item ? { rows: Buffer.from(item.rows) } : { message: item.message, body: Buffer.from(item.body) }))
    chunk.fill(0xee)
    from = end
    return items
  })
}

const rows = ['\0\x02\0\0\0\x04rows', '\0\0', '\0\x01\xff\xff\xff\xff', 'x'.repeat(40)]
for (const preamble of ['with the row', 'alone', 'with the trailer'] as const) {
  test(`a copy reads the same wherever the network cuts it, its header ${preamble}`, () => {
    const { bytes, expected } = conversation(preamble, rows)
    for (let cut = 0; cut <= bytes.length; cut++) {
      for (let other = cut; other <= bytes.length; other++) assert.deepEqual(told(pushed(bytes, [cut, other])), expected)
    }
    assert.deepEqual(told(pushed(bytes, Array.from({ length: bytes.length }, (_, i) => i))), expected)
  })
}

test('a copy of any rows reads the same wherever the network cuts it', () => {
  const row = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map(c => String.fromCharCode(c)), minLength: 2, maxLength: 30 }).filter(r => r !== '\xff\xff')
  fc.assert(fc.property(fc.array(row, { minLength: 1, maxLength: 8 }), fc.array(fc.nat(400)), fc.boolean(), (some, cuts, alone) => {
    const { bytes, expected } = conversation(alone ? 'alone' : 'with the row', some)
    assert.deepEqual(told(pushed(bytes, cuts.map(c => c % bytes.length))), expected)
  }), { numRuns: 300 })
})

test('a row is passed on as it arrives and never gathered', () => {
  const frames = new Frames()
  frames.push(frame('H', Buffer.from([0, 0, 0])))
  const start = Buffer.from([0x64, 0x3f, 0xff, 0xff, 0xff])
  const chunk = Buffer.alloc(65_536, 'x')
  assert.deepEqual(frames.push(start), [{ rows: start }])
  for (let n = 0; n < 100; n++) {
    const [item] = frames.push(chunk)
    assert(item !== undefined && 'rows' in item)
    assert.equal(item.rows.buffer, chunk.buffer, 'the very bytes, not a copy')
  }
})

test('a copy that does not begin as PostgreSQL’s does is not passed on', () => {
  const frames = new Frames()
  frames.push(frame('H', Buffer.from([1, 0, 0])))
  assert.throws(() => frames.push(frame('d', Buffer.from('PGCOPY of another kind altogether'))), /plain header/)
})

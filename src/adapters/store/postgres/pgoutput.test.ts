import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Relation } from '#domain/stream.ts'
import { frame, Frames } from './frames.ts'
import { positionOf, lsnOf } from './lsn.ts'
import { openDecoder } from './pgoutput.ts'

/**
 * What PostgreSQL 15.18 wrote for: an insert, an update that leaves a long value alone, one that changes the key, a delete; then, in a second transaction, the same of a
 * table with REPLICA IDENTITY FULL, a TRUNCATE of both, a message of ours and one of somebody else's. The origin and the loose message were put in by hand.
 */
const golden = `
4200000000879d5108000303d42ea71d8d0010faf4
4f00000000879d5108666172617761790000
590000416a7075626c6963006d6f6f6400
5900004170006e756d6572696300
5900004172007465787400
52000041737075626c6963004f646420226e616d65006400060169640000000017ffffffff006d000000416affffffff00700000004170ffffffff006e00000006a400040005006269670000000019ffffffff006e740000004172ffffffff
49000041734e000674000000013174000000026f6b7400000004312e35307400000003322e307400000bb8${'78'.repeat(3000)}7400000003c3a909
55000041734e000674000000013174000000026f6b7400000004312e35306e757400000003c3a909
55000041734b00067400000001316e6e6e6e6e4e000674000000013274000000026f6b7400000004312e35306e757400000000
44000041734b00067400000001326e6e6e6e6e
430000000000879d510800000000879d5138000303d42ea71d8d
4200000000879d6698000303d42ea734a40010faf5
520000417a7075626c6963006c6f670066000201610000000017ffffffff01620000000019ffffffff
490000417a4e0002740000000131740000000178
490000417a4e00026e6e
550000417a4f00027400000001317400000001784e0002740000000131740000000179
440000417a4f00026e6e
5400000002030000417a00004173
4d0100000000879d66587265686f6d6500000000036e2d31
4d0100000000879d66986f74686572000000000178
4d0000000000879d66987265686f6d6500000000056c6f6f7365
430000000000879d669800000000879d68d8000303d42ea734a4`.trim().split('\n').map(line => Buffer.from(line, 'hex'))

const builtins = new Map([[23, 'int4'], [25, 'text'], [1700, 'numeric']])

const odd: Relation = {
  table: '"public"."Odd ""name"' as Relation['table'], identity: 'key',
  columns: [
    { name: 'id', type: '"pg_catalog"."int4"', key: true }, { name: 'm', type: '"public"."mood"', key: false }, { name: 'p', type: '"pg_catalog"."numeric"', key: false },
    { name: 'n', type: '"pg_catalog"."numeric"(262149)', key: false }, { name: 'big', type: '"pg_catalog"."text"', key: false }, { name: 'nt', type: '"pg_catalog"."text"', key: false },
  ],
}
const log: Relation = {
  table: '"public"."log"' as Relation['table'], identity: 'all',
  columns: [{ name: 'a', type: '"pg_catalog"."int4"', key: true }, { name: 'b', type: '"pg_catalog"."text"', key: true }],
}
const [first, second] = [{ commit: '00000000879D5108', committedAt: 1_795_319_580_786 }, { commit: '00000000879D6698', committedAt: 1_795_319_580_791 }]
const nothing = { says: 'nothing' }
const change = (said: object): object => ({ says: 'change', change: said })

const expected: readonly object[] = [
  { says: 'begin', ...first }, nothing, nothing, nothing, nothing, nothing,
  change({ op: 'insert', relation: odd, row: ['1', 'ok', '1.50', '2.0', 'x'.repeat(3000), 'Ã©\t'] }),
  change({ op: 'update', relation: odd, row: ['1', 'ok', '1.50', null, undefined, 'Ã©\t'] }),
  change({ op: 'update', relation: odd, row: ['2', 'ok', '1.50', null, undefined, ''], old: ['1', null, null, null, null, null] }),
  change({ op: 'delete', relation: odd, old: ['2', null, null, null, null, null] }),
  { says: 'commit', commit: first.commit, end: '00000000879D5138' },
  { says: 'begin', ...second }, nothing,
  change({ op: 'insert', relation: log, row: ['1', 'x'] }),
  change({ op: 'insert', relation: log, row: [null, null] }),
  change({ op: 'update', relation: log, row: ['1', 'y'], old: ['1', 'x'] }),
  change({ op: 'delete', relation: log, old: [null, null] }),
  change({ op: 'truncate', relations: [log, odd], restartIdentity: true, cascade: true }),
  { says: 'marker', nonce: 'n-1' }, nothing, nothing,
  { says: 'commit', commit: second.commit, end: '00000000879D68D8' },
]

test('decodes what a server wrote, every kind of message', () => {
  const decode = openDecoder(builtins)
  for (const [i, payload] of golden.entries()) assert.deepEqual(decode(payload), expected[i], `message ${i}`)
})

test('decodes the same however the network splits the bytes', () => {
  const bytes = Buffer.concat(golden.map(payload => frame('d', payload)))
  const decodeIn = (chunks: readonly Buffer[]): object[] => {
    const [frames, decode] = [new Frames(), openDecoder(builtins)]
    return chunks.flatMap(chunk => frames.push(chunk)).map(item => ('message' in item ? decode(item.body) : item))
  }
  for (let at = 0; at <= bytes.length; at++) {
    // Inside of the long value one place is as good as another.
    if (at > 600 && at < 3_000) continue
    assert.deepEqual(decodeIn([bytes.subarray(0, at), bytes.subarray(at)]), expected, `split at ${at}`)
  }
  assert.deepEqual(decodeIn(Array.from(bytes, byte => Buffer.from([byte]))), expected)
})

test('never takes a message that is cut short, or has more than it says, for a whole one', () => {
  for (const [i, payload] of golden.entries()) {
    const ready = (): ReturnType<typeof openDecoder> => {
      const decode = openDecoder(builtins)
      for (const before of golden.slice(0, i)) decode(before)
      return decode
    }
    const isHeard = (expected[i] as { says: string }).says !== 'nothing' || payload[0] === 0x52
    if (!isHeard) continue
    for (let length = 0; length < Math.min(payload.length, 200); length++) assert.throws(() => ready()(payload.subarray(0, length)), `message ${i} cut to ${length}`)
    if (payload[0] !== 0x52) assert.throws(() => ready()(Buffer.concat([payload, Buffer.from([0])])), { name: 'Bug' }, `message ${i} with a byte more`)
  }
})

test('gives changes of one shape the same relation, until the shape changes', () => {
  const decode = openDecoder(builtins)
  const [described, inserted] = [golden[12], golden[13]] as [Buffer, Buffer]
  const relationOf = (): Relation => {
    const message = decode(inserted)
    assert.ok(message.says === 'change' && message.change.op === 'insert')
    return message.change.relation
  }
  decode(described)
  const one = relationOf()
  decode(described)
  assert.equal(relationOf(), one)
  decode(Buffer.from(described.toString('hex').replace('6c6f670066', '6c6f670064'), 'hex'))
  assert.equal(relationOf().identity, 'key')
  assert.notEqual(relationOf(), one)
})

test('passes bytes of any encoding unharmed', () => {
  const decode = openDecoder(builtins)
  decode(golden[12] as Buffer)
  const every = Buffer.from(Array.from({ length: 255 }, (_, i) => i + 1))
  const header = Buffer.from('490000417a4e00026e74000000ff', 'hex')
  const message = decode(Buffer.concat([header, every]))
  assert.ok(message.says === 'change' && message.change.op === 'insert')
  assert.deepEqual(Buffer.from(message.change.row[1] ?? '', 'latin1'), every)
})

test('an LSN and its position say the same, and positions sort as LSNs do', () => {
  for (const [lsn, position] of [['0/0', '0000000000000000'], ['16/B374D848', '00000016B374D848'], ['FFFFFFFF/FFFFFFFF', 'F'.repeat(16)], ['1/0', '0000000100000000']] as const) {
    assert.equal(positionOf(lsn), position)
    assert.equal(lsnOf(positionOf(lsn)), lsn)
  }
  assert.ok(positionOf('0/FFFFFFFF') < positionOf('1/0'))
  for (const wrong of ['', '0', '0/G', '1/2/3', '/1', '123456789/0']) assert.throws(() => positionOf(wrong), { name: 'Bug' })
})

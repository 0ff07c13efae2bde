import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { asId } from '#domain/ids.ts'
import { seatsApi } from '#wire/licence.ts'
import { written, writtenBy } from './written.ts'

const document = fc.array(fc.stringMatching(/^[\w-]{1,40}$/), { minLength: 3, maxLength: 3 }).map(parts => parts.join('.'))
/** Times of two milliseconds and others, so that the same comes again and does not. */
const instant = fc.oneof(fc.constantFrom(1_790_000_000_000, 1_790_000_000_001), fc.integer({ min: 0, max: 4e12 }))
const seat = fc.record({
  lease: fc.uuid().map(asId<'lease'>), licence: fc.uuid().map(asId<'licence'>), kind: fc.string(), until: instant, heartbeatSeconds: fc.integer({ min: 1, max: 1_200 }), seat: document, activation: document, document,
  graceUntil: fc.option(instant),
})
const heard = fc.record({ answers: fc.array(fc.record({ lease: fc.uuid().map(asId<'lease'>), until: fc.option(instant), refused: fc.option(fc.constantFrom('lease-over' as const, 'moved' as const, 'maintenance' as const)) }), { minLength: 1 }), moved: fc.option(document) })

test('A seat is written as its description says', () => {
  fc.assert(fc.property(seat, said => { assert.equal(written['seats.checkOut'](said), writtenBy(seatsApi['seats.checkOut'])(said as never)) }))
})

test('Heartbeats are answered as their description says', () => {
  fc.assert(fc.property(heard, said => { assert.equal(written['seats.heartbeat'](said), writtenBy(seatsApi['seats.heartbeat'])(said as never)) }))
})

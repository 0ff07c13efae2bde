import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { planBack, planOut, type BothCan, type MoveOrder, type MoveStep, type Recorded } from './move.ts'
import { handedOf, isPast, nextOf, refusedMs, standing, stateOf, type BookLine } from './move-book.ts'
import { sayStep } from './move-says.ts'
import type { LicenceSheet, SheetLicence } from './sheet.ts'

const can = { maintenance: true, carriesSeats: true, redirect: true, profiles: true }
const both: BothCan = { origin: can, destination: can }
const order: MoveOrder = { renames: [{ from: 'A', to: 'B' }], only: null, codes: {}, reason: 'moving', expectedEnd: null, address: 'https://new.example' }
const licence = (id: string): SheetLicence => ({ id, product: 'p', kind: 'session', name: id, seats: 1, endsAt: null, state: 'active', machine: 'm', code: null, taken: [] })
const sheet = (licences: readonly SheetLicence[]): LicenceSheet => ({ format: 'rehome-licences/1', server: { name: 's', product: 'x', version: '1' }, takenAt: 0, maintenance: null, licences, profiles: licences.length === 0 ? [] : [{ name: 'A', licences: ['L1', 'L2'] }] })
const recorded: Recorded = { origin: sheet([licence('L1'), licence('L2')]), destination: sheet([]) }
const out = planOut(order, recorded, both)
const begun: BookLine = { at: 0, line: 'begun', move: 'the-move', order, origin: 'old', destination: 'new', can: both, recorded }
const planned: BookLine = { at: 1, line: 'planned', leg: 'out', ...out }
const said = ({ steps }: { readonly steps: readonly MoveStep[] }): string[] => steps.map(step => sayStep(step, id => id))

test('the way there is one licence after the other, between maintenance and redirect', () => {
  assert.deepEqual(said(out), [
    'maintenance on at the origin', 'maintenance on at the destination', 'read back the origin and compare: it stands as it was recorded',
    'deactivate L1 at the origin', 'install L1 at the destination', 'activate L1 at the destination', 'deactivate L2 at the origin', 'install L2 at the destination', 'activate L2 at the destination',
    'link the profile B to L1, L2 at the destination', 'read back the destination and compare it with the sheet', 'whoever asks the destination stays there', 'maintenance off at the destination', 'the origin sends whoever asks to https://new.example',
  ])
})

test('what a server cannot do is left out of the plan and told', () => {
  const less = planOut(order, recorded, { origin: { maintenance: false, carriesSeats: false, redirect: false, profiles: false }, destination: { maintenance: false, carriesSeats: false, redirect: false, profiles: false } })
  assert.deepEqual([less.steps.map(step => step.does), less.left.length], [['compare', 'deactivate', 'install', 'activate', 'deactivate', 'install', 'activate', 'compare'], 4])
  const sentences = (profiles: boolean): string => planOut(order, recorded, { ...both, origin: { ...both.origin, redirect: false, profiles } }).left.join(' ')
  assert.match(sentences(true), /give applications the new address by hand/)
  assert.equal(sentences(false), '', 'who asks by the key of a licence has no address to be given')
})

test('the way back undoes what was done, in the other order, and nothing else', () => {
  const back = (upTo: number): string[] => said(planBack(order, recorded, both, out.steps, new Set(out.steps.slice(0, upTo).map(step => step.id))))
  assert.deepEqual(back(1), ['read back the origin and compare: it stands as it was recorded', 'maintenance off at the origin'])
  assert.deepEqual(back(7), [
    'install L2 at the origin', 'activate L2 at the origin', 'deactivate L1 at the destination', 'install L1 at the origin', 'activate L1 at the origin',
    'read back the origin and compare: it stands as it was recorded', 'maintenance off at the origin', 'maintenance off at the destination',
  ])
  assert.deepEqual(back(13).slice(0, 2), ['maintenance on at the destination', 'deactivate L2 at the destination'])
  assert.deepEqual(back(13).at(-2), 'take the profile B back at the destination')
})

const anyStep = fc.constantFrom(...out.steps.map(step => step.id), 'unknown')
const anyLine: fc.Arbitrary<BookLine> = fc.integer({ min: 0, max: 1e6 }).chain(at => fc.oneof(
  fc.constant<BookLine>({ at, line: 'resumed' }), fc.constant<BookLine>({ at, line: 'undo', by: 'x' }), fc.constant<BookLine>(begun), fc.constant<BookLine>(planned),
  anyStep.map((step): BookLine => ({ at, line: 'asked', step, key: 'k' })), anyStep.map((step): BookLine => ({ at, line: 'answered', step })), anyStep.map((step): BookLine => ({ at, line: 'unreachable', step, reason: '' })), anyStep.map((step): BookLine => ({ at, line: 'refused', step, reason: '' })),
  fc.tuple(anyStep, fc.constantFrom('done' as const, 'again' as const)).map(([step, tells]): BookLine => ({ at, line: 'read', step, tells, known: [] })), anyStep.map((step): BookLine => ({ at, line: 'doubt', step, known: [] })),
  fc.tuple(anyStep, fc.constantFrom('done' as const, 'not-done' as const)).map(([step, found]): BookLine => ({ at, line: 'found', step, found, by: 'x', note: 'y' })),
  fc.tuple(anyStep, fc.boolean()).map(([step, stops]): BookLine => ({ at, line: 'compared', step, sheet: recorded.origin, differences: [{ what: 'seats', says: '', stops }] })),
))

test('of any book it is known what comes next, and no step before those that it rests on', () => {
  fc.assert(fc.property(fc.array(anyLine, { maxLength: 60 }), more => {
    for (const lines of [more, [begun, ...more], [begun, planned, ...more]]) {
      const next = nextOf(lines)
      refusedMs(lines)
      isPast(lines)
      handedOf('L1', lines)
      if (next.do !== 'ask') continue
      const isUndo = lines.some(line => line.line === 'undo')
      const at = out.steps.indexOf(next.step)
      if (!isUndo) assert.ok(out.steps.slice(0, at).every(step => stateOf(step.id, lines) === 'done'), `${next.step.id} before what comes first`)
      assert.notEqual(stateOf(next.step.id, lines), 'done')
      assert.ok(standing(lines).some(({ step }) => step === next.step))
    }
  }), { numRuns: 2_000, seed: 4 })
})

test('what was asked once and may still arrive stays open until it is settled', () => {
  const id = 'out/activate/L1'
  const lines = (...of: readonly BookLine[]): readonly BookLine[] => [begun, planned, ...of]
  const asked: BookLine = { at: 2, line: 'asked', step: id, key: 'k' }
  const again: BookLine = { at: 3, line: 'read', step: id, tells: 'again', known: [] }
  const unreachable: BookLine = { at: 4, line: 'unreachable', step: id, reason: 'x' }
  assert.equal(stateOf(id, lines(asked, unreachable)), 'to-do')
  assert.equal(stateOf(id, lines(asked, again, asked, unreachable)), 'again')
  assert.equal(stateOf(id, lines(asked, again, asked, { at: 5, line: 'refused', step: id, reason: 'x' })), 'to-do')
  assert.equal(stateOf(id, lines(asked, { at: 5, line: 'doubt', step: id, known: [] })), 'doubt')
  assert.equal(stateOf(id, lines(asked, { at: 5, line: 'doubt', step: id, known: [] }, { at: 6, line: 'resumed' })), 'open')
})

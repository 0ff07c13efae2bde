import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Course, courseAfter, landmarksOf, type LicenceTold, noCourse, recordSum, shownSheet, stateAfter } from './course.ts'
import { courseOfBook, planTold } from './course-of-book.ts'
import { planOut, type MoveOrder } from './move.ts'
import { stateOf, type BookLine } from './move-book.ts'
import type { LicenceSheet, SheetLicence } from './sheet.ts'

const can = { maintenance: true, carriesSeats: true, redirect: true, profiles: true }
const seat = { holder: { user: 'asada', host: 'desk', program: 'flow' }, until: 9_000, isBorrowed: false }
const licence = (id: string, state: SheetLicence['state']): SheetLicence => ({ id, product: 'Flow', kind: 'session', name: id, seats: 3, endsAt: null, state, machine: state === 'active' ? 'old' : null, code: 'CODE-0000-AB12', taken: state === 'active' ? [seat] : [] })
const sheet = (name: string, licences: readonly SheetLicence[], profiles: LicenceSheet['profiles'] = []): LicenceSheet => ({ format: 'rehome-licences/1', server: { name, product: 'rehome', version: '1' }, takenAt: 1, maintenance: null, licences, profiles })
const origin = sheet('old', [licence('one', 'active'), licence('two', 'active')], [{ name: 'flow', licences: ['one', 'two'] }])
const destination = sheet('new', [])
const order: MoveOrder = { renames: [{ from: 'flow', to: 'flow 2027' }], only: null, codes: {}, reason: 'r', expectedEnd: null, address: 'http://new' }
const both = { origin: can, destination: can }
const plan = planOut(order, { origin, destination }, both)

/** The book of a move that went through all its steps. */
const book: readonly BookLine[] = [
  { at: 0, line: 'begun', move: 'm', order, origin: 'old', destination: 'new', can: both, recorded: { origin, destination } }, { at: 0, line: 'planned', leg: 'out', ...plan },
  ...plan.steps.flatMap((step): BookLine[] => [
    { at: 1, line: 'asked', step: step.id, key: 'k' },
    step.does === 'compare' ? { at: 2, line: 'compared', step: step.id, differences: [], sheet: step.at === 'origin' ? origin : sheet('new', [licence('one', 'active'), licence('two', 'active')], [{ name: 'flow 2027', licences: ['one', 'two'] }]) } : { at: 2, line: 'answered', step: step.id },
  ]),
]
/** What is told of it, one thing after the other, by an agent that is never cut off. */
const toldOf = (lines: readonly BookLine[]): LicenceTold[] => lines.flatMap((line, n): LicenceTold[] => {
  switch (line.line) {
    case 'begun': return [{ type: 'licence-sheet', at: 'origin', isRecord: true, sheet: origin, more: 0, sealed: null, differences: [] }, { type: 'licence-sheet', at: 'destination', isRecord: false, sheet: destination, more: 0, sealed: null, differences: [] }]
    case 'planned': { const told = planTold(lines.slice(0, n + 1)); return told === undefined ? [] : [told] }
    case 'compared': return [{ type: 'licence-step', step: line.step, state: 'done', note: null }, { type: 'licence-sheet', at: line.step.endsWith('origin') ? 'origin' : 'destination', isRecord: false, sheet: line.sheet, more: 0, sealed: null, differences: [] }]
    case 'asked': case 'answered': return [{ type: 'licence-step', step: line.step, state: stateOf(line.step, lines.slice(0, n + 1)), note: null }]
    default: return []
  }
})
const places = ({ origin: was, destination: is }: Course): string[] => ['one', 'two'].map(id => [was, is].map(one => one?.licences.find(({ id: other }) => other === id)?.state ?? 'absent').join(' '))

test('whoever takes a book up knows what was told all along, wherever it stands; no licence is ever shown active on both', () => {
  for (let n = 1; n <= book.length; n++) {
    const lines = book.slice(0, n)
    const [told, taken] = [toldOf(lines).reduce(courseAfter, noCourse), courseOfBook(lines)]
    assert.deepEqual([places(taken), taken.steps.map(one => one.state === 'done')], [places(told), told.steps.map(one => one.state === 'done')], `after ${n} lines`)
    assert.ok(!places(told).includes('active active'), places(told).join(', '))
  }
  const after = courseOfBook(book)
  assert.deepEqual([places(after), after.destination?.profiles.map(one => one.name)], [['inactive active', 'inactive active'], ['flow 2027']])
  assert.deepEqual(landmarksOf(after), { maintenanceOn: true, inactive: [2, 2], active: [2, 2], profiles: true, maintenanceOff: true })
})

test('landmarks come in the order of the playbook, and the way back has none', () => {
  const seen: string[] = []
  for (let n = 1; n <= book.length; n++) {
    const { maintenanceOn, inactive, active, profiles, maintenanceOff } = landmarksOf(courseOfBook(book.slice(0, n)))
    const now = `${maintenanceOn} ${inactive[0]} ${active[0]} ${profiles} ${maintenanceOff}`
    if (seen.at(-1) !== now) seen.push(now)
  }
  assert.deepEqual(seen, ['false 0 0 false false', 'true 0 0 false false', 'true 1 0 false false', 'true 1 1 false false', 'true 2 1 false false', 'true 2 2 false false', 'true 2 2 true false', 'true 2 2 true true'])
  assert.deepEqual(landmarksOf({ ...courseOfBook(book), leg: 'back' }).active, [0, 0])
})

test('told again, nothing changes; an end says how it stands', () => {
  for (const told of toldOf(book)) {
    const once = courseAfter(courseOfBook(book), told)
    assert.deepEqual(courseAfter(once, told), once)
  }
  const ends = (['carried-out', 'undone', 'blocked', 'refused', 'differs', 'in-doubt', 'not-now', 'recorded'] as const).map(end => stateAfter({ type: 'licence-end', end, says: [], refusedMs: null }, 'under-way'))
  assert.deepEqual(ends, ['carried-out', 'undone', 'stopped', 'stopped', 'stopped', 'in-doubt', 'under-way', 'under-way'])
})

test('what is told of a sheet has the ends of codes and not endlessly many seats; who sits where does not change its sum', () => {
  const many = sheet('old', [{ ...licence('one', 'active'), taken: Array.from({ length: 1_500 }, () => seat) }, licence('two', 'active')])
  const { sheet: shown, more } = shownSheet(many)
  assert.deepEqual([shown.licences.map(one => one.code), shown.licences.map(one => one.taken.length), more], [['••••••••AB12', '••••••••AB12'], [1_000, 0], 501])
  assert.equal(recordSum(shown), recordSum(many))
  assert.notEqual(recordSum({ ...many, profiles: [{ name: 'flow', licences: ['one'] }] }), recordSum(many))
  assert.equal(shownSheet(sheet('old', [{ ...licence('one', 'active'), code: 'AB12' }])).sheet.licences[0]?.code, '••••••••', 'of a short code nothing')
})

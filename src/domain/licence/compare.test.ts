import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pageOfPaper } from '../paper-page.ts'
import { compareSheets, compareWhole, expectedMoved, expectedRecorded } from './compare.ts'
import { objectionsTo, type MoveOrder } from './move.ts'
import type { LicenceSheet, SheetLicence } from './sheet.ts'
import { sheetPaper } from './sheet-paper.ts'

const holder = (user: string) => ({ user, host: 'desk-4', program: 'charts' })
const licence = (id: string, more: Partial<SheetLicence> = {}): SheetLicence => ({ id, product: 'Tide Charts', kind: 'session', name: `Charts ${id}`, seats: 5, endsAt: Date.UTC(2027, 0, 1), state: 'active', machine: 'atlas', code: `AAAA-BBBB-CCCC-${id}`, taken: [], ...more })
const now = Date.UTC(2026, 10, 22, 9)
const sheet = (more: Partial<LicenceSheet> = {}): LicenceSheet => ({
  format: 'rehome-licences/1', server: { name: 'harbour', product: 'memory', version: '1' }, takenAt: now, maintenance: null, licences: [licence('L1', { taken: [{ holder: holder('Aoki'), until: now + 90_000, isBorrowed: false }, { holder: holder('Baba'), until: now + 90_000, isBorrowed: false }] }), licence('L2', { kind: 'client' })],
  profiles: [{ name: 'Charts', licences: ['L1', 'L2'] }, { name: 'Two', licences: ['L2'] }], ...more,
})
const order: MoveOrder = { renames: [{ from: 'Charts', to: 'New charts' }], only: null, codes: {}, reason: 'moving', expectedEnd: null, address: null }
const moved = sheet({ profiles: [{ name: 'New charts', licences: ['L1', 'L2'] }, { name: 'Two', licences: ['L2'] }] })
const changed = (id: string, more: Partial<SheetLicence>): LicenceSheet => ({ ...moved, licences: moved.licences.map(one => (one.id === id ? { ...one, ...more } : one)) })

test('D2: a destination that holds what was moved differs in nothing, though it holds more', () => {
  const more = { ...moved, licences: [...moved.licences, licence('L9')], profiles: [...moved.profiles, { name: 'Other', licences: ['L9'] }] }
  assert.deepEqual(compareSheets(expectedMoved(order, sheet(), sheet()), more), [])
})

test('D2: each kind of difference is told in a sentence', () => {
  const told = (found: LicenceSheet): string[] => compareSheets(expectedMoved(order, sheet(), sheet()), found).map(one => `${one.stops ? '' : '(note) '}${one.says}`)
  const cases: readonly (readonly [LicenceSheet, readonly string[]])[] = [
    [{ ...moved, licences: moved.licences.slice(1) }, ['The licence Charts L1 (L1) is missing.', 'Of Charts L1 2 seats were out, and none was carried over.']],
    [changed('L2', { state: 'absent' }), ['The licence Charts L2 (L2) is missing.']],
    [changed('L2', { state: 'inactive' }), ['The licence Charts L2 (L2) is inactive, not active.']],
    [changed('L2', { seats: 4 }), ['The licence Charts L2 (L2) has 4 seats, not 5 seats.']],
    [changed('L2', { seats: null }), ['The licence Charts L2 (L2) has seats that are not counted, not 5 seats.']],
    [changed('L2', { endsAt: null }), ['The licence Charts L2 (L2) ends never, not 2027-01-01 00:00 UTC.']],
    [changed('L2', { kind: 'server' }), ['The licence Charts L2 (L2) is of the kind server, not client.']],
    [changed('L2', { product: 'Other' }), ['The licence Charts L2 (L2) is for Other, not for Tide Charts.']],
    [changed('L2', { name: 'Else' }), ['The licence Charts L2 (L2) is called Else.']],
    [{ ...moved, profiles: moved.profiles.slice(1) }, ['The profile New charts is missing.']],
    [{ ...moved, profiles: [{ name: 'New charts', licences: ['L2', 'L1'] }, ...moved.profiles.slice(1)] }, ['The profile New charts tries its licences in another order: Charts L2, Charts L1, not Charts L1, Charts L2.']],
    [{ ...moved, profiles: [{ name: 'New charts', licences: ['L1', 'L3'] }, ...moved.profiles.slice(1)] }, ['The profile New charts is not linked to Charts L2 and is linked to L3 besides.']],
    [changed('L1', { taken: moved.licences[0]?.taken.slice(1) ?? [] }), ['(note) The seat of Aoki at desk-4 (charts) (Charts L1) is no longer out: it was given back meanwhile, or not carried over.']],
    [changed('L1', { taken: [] }), ['Of Charts L1 2 seats were out, and none was carried over.']],
  ]
  for (const [found, says] of cases) assert.deepEqual(told(found), says)
})

test('a seat that has ended by itself is no difference, and nothing is said of seats where they are not carried', () => {
  assert.deepEqual(compareSheets(expectedMoved(order, sheet(), sheet()), { ...changed('L1', { taken: [] }), takenAt: now + 90_000 }), [])
  assert.deepEqual(compareSheets(expectedMoved(order, sheet(), null), changed('L1', { taken: [] })), [])
})

test('a sheet held against its own server tells also what came since', () => {
  assert.deepEqual(compareWhole(sheet(), sheet()), [])
  assert.deepEqual(compareSheets(expectedRecorded(sheet()), sheet()), [])
  const found = { ...sheet(), licences: [...sheet().licences, licence('L3')], profiles: [...sheet().profiles, { name: 'More', licences: ['L3'] }] }
  assert.deepEqual(compareWhole(sheet(), found).map(one => one.says), ['The licence Charts L3 (L3) is on the server and not on the sheet.', 'The profile More is on the server and not on the sheet.'])
})

test('what cannot be moved is told before anything is touched', () => {
  const to = sheet({ server: { name: 'cliff', product: 'memory', version: '1' }, licences: [], profiles: [] })
  const told = (wish: Partial<MoveOrder>, destination: Partial<LicenceSheet> = {}, origin: Partial<LicenceSheet> = {}): readonly string[] => objectionsTo({ ...order, ...wish }, { origin: sheet(origin), destination: { ...to, ...destination } })
  assert.deepEqual(told({}), [])
  assert.deepEqual(told({}, { server: { name: 'x', product: 'other', version: '1' } }), ['The origin is memory, the destination other: what one signs the other cannot read.'])
  assert.deepEqual(told({ only: ['L7'] }), ['The licence L7 is not active at the origin.'])
  assert.deepEqual(told({ renames: [] }, {}, { licences: [licence('L1', { state: 'inactive' })] }), ['No licence is active at the origin: there is nothing to move.'])
  assert.deepEqual(told({}, { licences: [licence('L1')] }), ['The licence Charts L1 (L1) is active at the destination already. Find out how before anything is moved.'])
  assert.deepEqual(told({ renames: [{ from: 'Nobody', to: 'x' }] }), ['The origin has no profile Nobody to be renamed.'])
  assert.deepEqual(told({ renames: [{ from: 'Charts', to: 'a' }, { from: 'Charts', to: 'b' }] }), ['The profile Charts is to have two names.'])
  assert.deepEqual(told({ renames: [{ from: 'Charts', to: 'Two' }] }), ['Two profiles would be called Two at the destination.'])
  assert.deepEqual(told({}, { profiles: [{ name: 'New charts', licences: ['L8'] }] }), ['The destination has a profile New charts with other licences already: rename one of them.'])
  assert.deepEqual(told({}, { profiles: [{ name: 'New charts', licences: ['L2'] }, { name: 'Two', licences: [] }] }), [], 'left behind by an earlier move')
})

test('D1: the sheet as a page names licences, profiles and seats, in both languages, and masks activation codes', () => {
  const evil = sheet({ licences: [licence('L1', { name: '<script>alert(1)</script>' }), licence('L2', { seats: null, endsAt: null, code: null, machine: null, state: 'inactive' })] })
  for (const [locale, parts] of [['en', ['Licences of harbour', 'not counted', 'Activation code', 'not told', 'Sunday 22 November 2026, 18:00 (Asia/Tokyo, UTC+9)', '1. &lt;script&gt;']], ['ja', ['harbour ライセンス控え', '無制限', 'アクティベーションコード', '2026年11月22日（日）18:00（Asia/Tokyo、UTC+9）']]] as const) {
    const page = pageOfPaper(sheetPaper(evil, { locale, zone: 'Asia/Tokyo', withCodes: false }))
    for (const part of parts) assert.ok(page.includes(part), `${part} in ${page}`)
    assert.doesNotMatch(page, /<script|src=|href=|AAAA-BBBB/)
    assert.match(page, /••••C-L1/)
    assert.match(pageOfPaper(sheetPaper(evil, { locale, zone: 'Asia/Tokyo', withCodes: true })), /AAAA-BBBB-CCCC-L1/)
  }
  assert.match(pageOfPaper(sheetPaper(sheet(), { locale: 'en', zone: 'UTC', withCodes: false })), /Aoki at desk-4 \(charts\)/)
})

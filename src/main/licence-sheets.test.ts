import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { LicenceSheet } from '#domain/licence/sheet.ts'
import { readPdf } from '#test/services/pdf-text.ts'
import { keepSheet, readSheetFile } from './licence-sheets.ts'

const sheet: LicenceSheet = {
  format: 'rehome-licences/1', server: { name: 'harbour', product: 'Rehome licence server', version: '1' }, takenAt: Date.UTC(2026, 10, 22, 9), maintenance: null, profiles: [{ name: '潮見 desk', licences: ['L1'] }],
  licences: [{ id: 'L1', product: 'Tide Charts', kind: 'session', name: 'Ten sessions', seats: 10, endsAt: Date.UTC(2028, 0, 1), state: 'active', machine: 'atlas', code: 'AAAAA-BBBBB-CCCCC', taken: [{ holder: { user: 'Aoki', host: 'desk-4', program: 'charts' }, until: Date.UTC(2026, 10, 22, 10), isBorrowed: true }] }],
}

test('D1: the sheet is kept as JSON with its codes, as a page and as PDF without, and reads back as it was', async t => {
  const folder = join(mkdtempSync(join(tmpdir(), 'rehome-sheet-')), 'deep')
  t.after(() => { rmSync(folder, { recursive: true, force: true }) })
  const how = { folder, name: 'sheet', locale: 'ja', zone: 'Asia/Tokyo', withCodes: false } as const
  const [json = '', page = '', pdf = ''] = await keepSheet(sheet, how, t.signal)
  assert.deepEqual(readSheetFile(json), sheet)
  const text = readFileSync(json, 'utf8')
  assert.match(text, /AAAAA-BBBBB-CCCCC/)
  assert.equal(statSync(json).mode & 0o777, 0o600)
  const shown = (await readPdf(new Uint8Array(readFileSync(pdf)))).pages.join('\n').replaceAll(/\s+/g, '')
  for (const part of ['ライセンス控え', 'Tensessions', '潮見desk', 'Aokiatdesk-4(charts)', '持ち出し中', '2028年1月1日（土）09:00（Asia/Tokyo、UTC+9）']) assert.ok(shown.includes(part), `${part} in ${shown}`)
  for (const made of [shown, readFileSync(page, 'utf8')]) assert.doesNotMatch(made, /AAAAA-BBBBB/)
  const [, , withCodes = ''] = await keepSheet(sheet, { ...how, withCodes: true }, t.signal)
  assert.match((await readPdf(new Uint8Array(readFileSync(withCodes)))).pages.join(' ').replaceAll(/\s+/g, ''), /AAAAA-BBBBB-CCCCC/)
})

test('a sheet that was changed, cut short or is none is refused', t => {
  const folder = mkdtempSync(join(tmpdir(), 'rehome-sheet-'))
  t.after(() => { rmSync(folder, { recursive: true, force: true }) })
  const file = join(folder, 'sheet.json')
  const refused = (text: string, reason: RegExp): void => {
    writeFileSync(file, text)
    assert.throws(() => readSheetFile(file), (error: unknown) => error instanceof Error && 'code' in error && error.code === 'LICENCE_SHEET_BROKEN' && reason.test(error.message))
  }
  refused('{', /it is no JSON/)
  refused('{}', /it is no back-up sheet of this version/)
  refused('{"format":"rehome-licence-sheet/1","sha256":"00","sheet":{}}', /it was changed since it was written/)
  assert.throws(() => readSheetFile(join(folder, 'nowhere')), /ENOENT/)
})

import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { Fault } from '#domain/faults.ts'
import { celConditions } from '../conditions/cel.ts'
import { openPlaybooks } from './yaml.ts'

const ours = join(import.meta.dirname, '../../../playbooks')

const folderOf = async (t: TestContext, files: Record<string, string>): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'rehome-playbooks-'))
  t.after(async () => { await rm(folder, { recursive: true }) })
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return folder
}

const licence = await readFile(join(ours, 'licence-server.yaml'), 'utf8')
const as = (version: number): string => licence.replace('version: 1\n', `version: ${version}\n`)
const deprecated = (successor: string): string => licence.replace('case: D\n', `case: D\ndeprecated: { since: 2026-11-01, successor: ${successor}, because: { en: There is a better one., ja: 新しいものがあります。 } }\n`)

const wrong = (count: number, ...parts: readonly RegExp[]) => (error: unknown): boolean => {
  assert.ok(error instanceof Fault && error.code === 'PLAYBOOK_WRONG', String(error))
  assert.equal(error.facts['count'], count, error.message)
  for (const part of parts) assert.match(error.message, part)
  return true
}

describe('the folder of playbooks', () => {
  it('keeps every version, and the latest is the one with the highest number', async t => {
    const playbooks = await openPlaybooks([await folderOf(t, { 'a.yaml': as(10), 'b.yaml': as(9), 'notes.txt': 'not one' })], celConditions)
    assert.deepEqual(playbooks.versionsOf('licence-server'), [9, 10])
    assert.deepEqual(playbooks.latest().map(one => one.version), [10])
    assert.equal(playbooks.find({ key: 'licence-server', version: 9 })?.version, 9)
    assert.equal(playbooks.find({ key: 'licence-server', version: 8 }), undefined)
    assert.deepEqual(playbooks.versionsOf('other'), [])
  })

  it('takes a vendor’s own beside ours', async t => {
    const playbooks = await openPlaybooks([ours, await folderOf(t, { 'a.yaml': licence.replace('key: licence-server', 'key: our-own') })], celConditions)
    assert.equal(playbooks.latest().length, 7)
  })

  it('names every mistake in every file', async t => {
    const folder = await folderOf(t, { 'a.yaml': licence.replace('case: D', 'case: E').replace('at: record\n', 'at: recrod\n'), 'b.yaml': 'key: [' })
    await assert.rejects(openPlaybooks([folder], celConditions), wrong(3, /a\.yaml:4:7 case: is one of A, B, C, D/, /a\.yaml:\d+:9 tasks › “record-licences” › at: there is no milestone “recrod”/, /b\.yaml:1:/))
  })

  it('refuses one version twice, and a successor that is not there', async t => {
    const folder = await folderOf(t, { 'a.yaml': deprecated('nowhere'), 'b.yaml': licence })
    await assert.rejects(openPlaybooks([folder], celConditions), wrong(2, /a\.yaml:1:1 there is no playbook “nowhere”/, /b\.yaml:1:1 version 1 of “licence-server” is in .*a\.yaml already/))
  })

  it('takes one that is deprecated and names its successor', async t => {
    const folder = await folderOf(t, { 'a.yaml': deprecated('next'), 'b.yaml': licence.replace('key: licence-server', 'key: next') })
    const playbooks = await openPlaybooks([folder], celConditions)
    assert.equal(playbooks.find({ key: 'licence-server', version: 1 })?.deprecated?.successor, 'next')
  })

  it('that is not there is a fault with its name', async () => {
    await assert.rejects(openPlaybooks(['/nowhere/playbooks'], celConditions), (error: unknown) => error instanceof Fault && error.code === 'PLAYBOOK_UNREADABLE' && error.message.includes('/nowhere/playbooks'))
  })
})

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { until } from '#test/services/until.ts'
import { type Group, useHolders } from './holders.ts'
import { type Estate, sheetOf, useEstate, type Wanted } from './servers.ts'

const wanted: readonly Wanted[] = [
  { kind: 'server', name: 'House of tides', seats: 'unlimited', profile: 'house at the harbour' },
  { kind: 'session', name: 'Solver sessions', seats: 8, profile: 'solver (night run)' },
  { kind: 'client', name: 'Named desks', seats: 12, profile: '潮見 desk' },
]
const later = 'solver 2027'
/** More people than seats: whoever is refused tries again, so every seat that is given twice would be seen. */
const groups: readonly Group[] = [
  { profile: 'house at the harbour', people: 4, seats: null, sitting: 2 },
  { profile: 'solver (night run)', people: 11, seats: 8, sitting: 4, laterName: later },
  { profile: '潮見 desk', people: 15, seats: 12, sitting: 7 },
]
const patience = { withinMs: 60_000 }

const moveOf = ({ old, new: new_ }: Estate, book = 'book'): string[] => ['licence', 'move', '--from', old.url, '--to', new_.url, '--book', book, '--rename', `solver (night run)=${later}`]
const sitters = (holders: Awaited<ReturnType<typeof useHolders>>): boolean => holders.thrownOut.length > 0 || groups.every(group => holders.held(group.profile) > group.sitting)

/** What is at the new server is what the sheet says that was at the old one; the old one sends whoever asks to the new one. */
const assertMoved = async (estate: Estate): Promise<void> => {
  const kept = JSON.parse(readFileSync(join(estate.mover.home, 'book/sheet.json'), 'utf8')) as { sheet: Awaited<ReturnType<typeof sheetOf>> }
  const [was, is, left] = [kept.sheet, await sheetOf(estate.new), await sheetOf(estate.old)]
  const essence = ({ licences }: typeof is): unknown => licences.map(({ id, kind, seats, state }) => ({ id, kind, seats, state }))
  assert.deepEqual(essence(is), essence(was))
  assert.deepEqual(is.profiles.map(one => [one.name, one.licences]).sort(), was.profiles.map(one => [one.name === 'solver (night run)' ? later : one.name, one.licences]).sort())
  assert.deepEqual(left.licences.map(one => one.state), ['inactive', 'inactive', 'inactive'])
  assert.equal(is.maintenance, null)
  const asked = await fetch(new URL('/api/seats/check-out', estate.old.url), { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ profile: '潮見 desk', holder: { user: 'late', host: 'desk', program: 'charts' }, key: 'asked-of-the-old-one' }) })
  assert.match(((await asked.json()) as { type: string }).type, /moved$/)
  for (const file of ['sheet.html', 'sheet.pdf', 'sheet.ja.pdf', 'book.jsonl']) assert.ok(existsSync(join(estate.mover.home, 'book', file)), file)
}

test('D1, D2, D3: three licences move between two servers while 30 people work, and nobody is thrown out', { timeout: 180_000 }, async t => {
  const estate = await useEstate(t, wanted, 15)
  const holders = await useHolders(t, estate.old.url, estate.issuerKey, groups)
  await until('everybody to sit', () => sitters(holders), patience)
  const before = holders.granted()
  const said = await estate.mover.run(...moveOf(estate))
  assert.equal(said.status, 0, said.out + said.err)
  assert.match(said.out, /New seats were refused for/)
  await until('all to have found the new server', () => holders.isAllAt(estate.new.url), patience)
  await until('people to come and go there', () => holders.granted() > before + 30, patience)
  assert.deepEqual([holders.thrownOut, holders.tooMany], [[], []])
  assert.ok(holders.longestRefusalMs() < 5_000, `somebody was refused for ${Math.round(holders.longestRefusalMs())} ms`)
  t.diagnostic(`refused for at most ${Math.round(holders.longestRefusalMs())} ms; by the mover ${/refused for (.+)\. Seats/.exec(said.out)?.[1]}`)
  await assertMoved(estate)
  const compared = await estate.mover.with({ REHOME_LICENCE_TOKEN: estate.new.token }).run('licence', 'compare', 'book/sheet.json', '--with', estate.new.url, '--rename', `solver (night run)=${later}`)
  assert.equal(compared.status, 0, compared.out + compared.err)
  await holders.end()
})

/** Killed once it has come some way; the moments differ from run to run: whatever it meets must be right. */
const killedMover = async (running: ReturnType<Estate['mover']['start']>): Promise<number | null> => {
  await someSteps(running)
  const gone = running.child.exitCode !== null ? Promise.resolve() : once(running.child, 'exit')
  running.child.kill('SIGKILL')
  await gone
  return running.child.exitCode
}

const someSteps = async (running: ReturnType<Estate['mover']['start']>): Promise<void> => {
  await until('some steps', () => (running.said().match(/\d+\/\d+ /g) ?? []).length >= 3 || running.child.exitCode !== null, patience)
  await sleep(Math.random() * 60)
}

test('D4: the mover and each server are killed in mid-move; it is undone, and carried out, all the same', { timeout: 180_000 }, async t => {
  const estate = await useEstate(t, wanted, 40)
  const holders = await useHolders(t, estate.old.url, estate.issuerKey, groups)
  await until('everybody to sit', () => sitters(holders), patience)
  if (await killedMover(estate.mover.start(...moveOf(estate, 'undone'))) === null) {
    const undone = await estate.mover.run(...moveOf(estate, 'undone'), '--undo')
    assert.match(undone.out, /Undone: everything is where it was before/, undone.err)
    assert.deepEqual((await sheetOf(estate.old)).licences.map(one => one.state), ['active', 'active', 'active'])
    assert.deepEqual([holders.thrownOut, holders.tooMany], [[], []])
  }
  for (const victim of ['old', 'new', 'mover'] as const) {
    const running = estate.mover.start(...moveOf(estate))
    if (victim === 'mover') await killedMover(running)
    else {
      await someSteps(running)
      await estate[victim].kill()
      await estate[victim].startAgain()
      await running.ended
    }
    const both = [await sheetOf(estate.old), await sheetOf(estate.new)].map(({ licences }) => licences.filter(one => one.state === 'active').map(one => one.id))
    assert.deepEqual(both[0]?.filter(id => both[1]?.includes(id)), [], 'active on both')
  }
  const said = await until('the move to be carried out', async () => {
    const again = await estate.mover.run(...moveOf(estate))
    return again.status === 0 ? again : undefined
  }, patience)
  assert.match(said.out, /Moved: the new server holds/)
  await until('all to have found the new server', () => holders.isAllAt(estate.new.url), patience)
  assert.deepEqual([holders.thrownOut, holders.tooMany], [[], []])
  await assertMoved(estate)
  await holders.end()
})

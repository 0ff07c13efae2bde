import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { thisMachine } from '#adapters/machine/machine.ts'
import { signDocument } from '#domain/licence/documents.ts'
import type { Licence } from '#domain/licence/licence.ts'
import { lockOn, matchLock, type NodeLock } from '#domain/licence/node-lock.ts'
import { aLease, aLicence, aMachine, anActivation, aServer, at } from '#test/licence/samples.ts'
import { openLicences } from '../../sdk/src/licences.ts'
import { lockOn as sdkLock, lookedAt, machineFactors, otherMachine } from '../../sdk/src/machine.ts'
import { checkOffline, type OfflineOptions } from '../../sdk/src/offline.ts'
import { ending, issuer, useFakeServer } from './server.ts'

const hourMs = 3_600_000
const server = aServer()
const laptop = aMachine('laptop')

const papers = ({ licence = aLicence(), nodeLock = lockOn(laptop, 's') }: { readonly licence?: Licence; readonly nodeLock?: NodeLock | null } = {}): OfflineOptions & { readonly seat: string } => ({
  document: signDocument('rehome-licence', licence, issuer),
  activation: signDocument('rehome-activation', anActivation(server, { licence: licence.id }), issuer),
  seat: signDocument('rehome-seat', { ...aLease({ licence: licence.id, isBorrowed: true, until: at + 48 * hourMs }), server: server.identity.server, nodeLock }, server.signer),
  issuerKey: issuer.publicKey, now: at + hourMs, machine: laptop,
})
const refused = async (options: OfflineOptions): Promise<string> => {
  const answer = await checkOffline(options)
  return answer.ok ? 'good' : answer.refused
}

test('a borrowed seat is good offline until it ends, on the machine that it was borrowed for', async () => {
  const good = papers()
  const answer = await checkOffline(good)
  assert.ok(answer.ok)
  assert.deepEqual([answer.until, answer.graceUntil, answer.licence.name], [new Date(at + 48 * hourMs), null, 'Parallel sessions'])
  assert.equal(await refused({ ...good, now: at + 48 * hourMs }), 'seat-over')
  const moved = await checkOffline({ ...good, machine: aMachine('another') })
  assert.ok(!moved.ok)
  assert.deepEqual([moved.refused, moved.differ], ['wrong-machine', laptop.map(({ kind }) => kind)])
  assert.match(moved.says, /machine-id, board, network, host-name differ/)
  assert.equal(await refused({ ...good, machine: laptop.slice(1) }), 'good', 'one may be missing')
})

test('without a seat a licence is good on the machine that it is activated for', async () => {
  const { seat: _, ...good } = papers()
  assert.equal(await refused({ ...good, machine: server.factors }), 'good')
  assert.equal(await refused({ ...good, machine: laptop }), 'wrong-machine')
})

test('what was tampered with, or does not belong together, is refused', async () => {
  const [good, other] = [papers(), papers()]
  const thief = aServer('lm-66')
  const longer = aLease({ until: at + 9_999 * hourMs })
  const wrong: Readonly<Record<string, OfflineOptions>> = {
    'another licence’s document': { ...good, document: other.document },
    'another licence’s activation': { ...good, activation: other.activation },
    'another licence’s seat': { ...good, seat: other.seat },
    'another issuer': { ...good, issuerKey: thief.signer.publicKey },
    'a seat signed by another server': { ...good, seat: signDocument('rehome-seat', { ...longer, server: server.identity.server, nodeLock: null }, thief.signer) },
    'an activation signed by a server': { ...good, activation: signDocument('rehome-activation', anActivation(thief), thief.signer) },
    'a document of another kind': { ...good, document: good.activation },
    'nothing': { ...good, document: '', activation: '', seat: '' },
  }
  for (const [why, options] of Object.entries(wrong)) assert.equal(await refused(options), 'not-genuine', why)
  for (const part of ['document', 'activation', 'seat'] as const) {
    const text = good[part]
    for (let n = 0; n < text.length; n += 7) {
      const changed = `${text.slice(0, n)}${text[n] === 'A' ? 'B' : 'A'}${text.slice(n + 1)}`
      assert.equal(await refused({ ...good, [part]: changed }), 'not-genuine', `${part} at ${n}`)
    }
  }
})

test('a licence is refused before it begins and after its grace, and grace is told', async () => {
  const over = papers({ licence: aLicence({ endsAt: at + 2 * hourMs, graceDays: 1 }) })
  assert.equal(await refused(over), 'good')
  const answer = await checkOffline({ ...over, now: at + 3 * hourMs })
  assert.deepEqual(answer.ok && answer.graceUntil, new Date(at + 26 * hourMs))
  assert.deepEqual(answer.ok && answer.until, new Date(at + 26 * hourMs))
  assert.equal(await refused({ ...over, now: at + 26 * hourMs }), 'licence-over')
  assert.equal(await refused(papers({ licence: aLicence({ startsAt: at + 2 * hourMs }) })), 'licence-not-begun')
})

test('a clock set back is noticed, by the papers and by the latest time seen', async t => {
  const stateFile = join(useFolder(t), 'seen.json')
  const good = { ...papers(), stateFile }
  assert.equal(await refused({ ...good, now: at - hourMs }), 'clock-set-back', 'before it was signed')
  assert.equal(await refused({ ...good, now: at + 10 * hourMs }), 'good')
  assert.equal(readFileSync(stateFile, 'utf8'), `{"seen":${at + 10 * hourMs}}\n`)
  assert.equal(await refused({ ...good, now: at + 10 * hourMs - 60_000 }), 'good', 'clocks are put right by a minute')
  assert.equal(await refused({ ...good, now: at + 9 * hourMs }), 'clock-set-back')
  assert.equal(await refused({ ...good, now: at + 11 * hourMs }), 'good')
  writeFileSync(stateFile, 'what?')
  assert.equal(await refused(good), 'good')
  assert.equal(await refused({ ...papers(), stateFile: '/nonexistent/seen.json' }), 'good')
})

test('a seat that was borrowed of a server is good without it, here', async t => {
  const fake = await useFakeServer(t)
  const licences = openLicences({ url: fake.url, issuerKey: issuer.publicKey, profile: 'solver' })
  ending.push(() => licences.close())
  const seat = await licences.checkOut({ borrowHours: 2 })
  assert.deepEqual([seat.isBorrowed, fake.heartbeats()], [true, 0])
  const answer = await checkOffline({ ...seat.papers, issuerKey: issuer.publicKey })
  assert.deepEqual(answer.ok && answer.until, seat.until)
  assert.equal(await refused({ ...seat.papers, issuerKey: issuer.publicKey, machine: aMachine('another') }), 'wrong-machine')
  await seat.release()
  assert.equal(fake.seats.size, 0)
})

test('a product knows this machine by what a licence server knows it by', async () => {
  const [ours, theirs] = [await machineFactors(), await thisMachine().factors()]
  assert.deepEqual(ours.toSorted((a, b) => (a.kind < b.kind ? -1 : 1)), theirs.filter(({ kind }) => lookedAt.has(kind)).toSorted((a, b) => (a.kind < b.kind ? -1 : 1)))
  assert.deepEqual(sdkLock(ours, 'salt'), lockOn(ours, 'salt'))
  assert.deepEqual(otherMachine(lockOn(laptop, 's'), aMachine('other')), matchLock(lockOn(laptop, 's'), aMachine('other')).differ)
})

const useFolder = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'sdk-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

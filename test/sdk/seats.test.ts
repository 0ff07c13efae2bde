import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { type Documents, signDocument } from '#domain/licence/documents.ts'
import { newPrivateKey, signerOf } from '#lib/sign.ts'
import { aLicence, anActivation, aServer } from '#test/licence/samples.ts'
import { LicenceError, SeatsTakenError } from '../../sdk/src/errors.ts'
import type { Lost } from '../../sdk/src/heartbeat.ts'
import { type Licences, type LicencesOptions, openLicences } from '../../sdk/src/licences.ts'
import { ending, type FakeServer, issuer, moveTo, until, useFakeServer } from './server.ts'

const useLicences = (url: string, over: Partial<LicencesOptions> = {}): Licences & { readonly lost: Lost[] } => {
  const lost: Lost[] = []
  const licences = openLicences({ url, issuerKey: issuer.publicKey, profile: 'solver', holder: { user: 'mori', host: 'ws-17', program: 'solver 9' }, onLost: (_, why) => { lost.push(why) }, patienceMs: 5_000, ...over })
  ending.push(() => licences.close())
  return Object.assign(licences, { lost })
}
const failing = (code: string) => (error: unknown): boolean => error instanceof LicenceError && error.code === code
/** Beats soon enough for a test, and leases are long enough for a busy machine. */
const brisk = { heartbeatSeconds: 1.5 }

test('a seat is checked out, signed, and free again when its block ends', async t => {
  const server = await useFakeServer(t)
  const licences = useLicences(server.url)
  {
    await using seat = await licences.checkOut()
    assert.equal(seat.licence.name, server.licence.name)
    assert.deepEqual([...server.seats.keys()], [seat.lease])
    assert.equal(server.seats.get(server.seats.keys().next().value ?? '')?.holder.user, 'mori')
    assert.ok(seat.until.getTime() > Date.now())
  }
  assert.equal(server.seats.size, 0)
})

test('who is refused is told who holds the seats, and until when', async t => {
  const server = await useFakeServer(t, { seats: 1 })
  const licences = useLicences(server.url)
  const seat = await licences.checkOut({ holder: { user: 'tanaka' } })
  await assert.rejects(licences.checkOut(), (error: unknown) => error instanceof SeatsTakenError && /tanaka on ws-17 \(solver 9\), until 2/.test(error.message) && error.holders[0]?.holder.user === 'tanaka')
  await seat.release()
  await licences.checkOut()
})

test('an answer that was lost on its way costs no second seat', async t => {
  const server = await useFakeServer(t)
  server.loseNext('/api/seats/check-out')
  await useLicences(server.url).checkOut()
  assert.equal(server.seats.size, 1)
  assert.equal(server.asked.length, 2)
})

test('a server that was killed and comes back finds its seats, and nobody was told of it', async t => {
  const server = await useFakeServer(t, brisk)
  const licences = useLicences(server.url)
  const seat = await licences.checkOut()
  const first = seat.until.getTime()
  await server.kill()
  const before = server.heartbeats()
  await assert.rejects(useLicences(server.url, { patienceMs: 1, folder: '/nonexistent/other' }).checkOut(), failing('server-unreachable'))
  await server.start()
  await until(() => server.heartbeats() > before, 'a heartbeat after the restart')
  await until(() => seat.until.getTime() > first, 'a longer lease')
  assert.deepEqual(licences.lost, [])
})

test('a check-out waits for a server that is just starting', async t => {
  const server = await useFakeServer(t)
  await server.kill()
  const seat = useLicences(server.url).checkOut()
  await server.start()
  assert.ok((await seat).lease.length > 0)
})

test('a seat is lost once when the server was silent for as long as the lease ran', async t => {
  const server = await useFakeServer(t, { heartbeatSeconds: 0.2 })
  const licences = useLicences(server.url)
  const seat = await licences.checkOut()
  await server.kill()
  await until(() => licences.lost.length > 0, 'the seat is lost')
  await server.start()
  await until(() => seat.lost.aborted, 'the signal')
  await seat.release()
  await licences.close()
  assert.deepEqual(licences.lost.map(({ why }) => why), ['unreachable'])
})

test('a seat that the server gave up is lost once, and can be checked out anew', async t => {
  const server = await useFakeServer(t, { heartbeatSeconds: 1 })
  const licences = useLicences(server.url)
  await licences.checkOut()
  server.seats.clear()
  await until(() => licences.lost.length > 0, 'the seat is lost')
  assert.deepEqual(licences.lost.map(({ why }) => why), ['lease-over'])
  await (await licences.checkOut()).release()
})

test('hundreds of seats of one process make few requests', async t => {
  const server = await useFakeServer(t, { seats: 400, heartbeatSeconds: 5 })
  const licences = useLicences(server.url)
  const other = useLicences(server.url)
  const seats = await Promise.all(Array.from({ length: 400 }, (_, n) => (n % 2 === 0 ? licences : other).checkOut()))
  const before = server.heartbeats()
  await until(() => server.heartbeats() >= before + 2, 'a round of heartbeats')
  assert.ok(server.heartbeats() <= before + 4, `${server.heartbeats() - before} requests for 400 seats`)
  const asked = server.asked.length
  await Promise.all(seats.map(seat => seat.release()))
  assert.ok(server.asked.length - asked <= 4, `${server.asked.length - asked} requests to release them`)
  assert.equal(server.seats.size, 0)
  assert.deepEqual([...licences.lost, ...other.lost], [])
})

test('check-outs that follow each other closely do not put off the heartbeat of the seats that are held', async t => {
  const server = await useFakeServer(t, { heartbeatSeconds: 1 })
  const licences = useLicences(server.url)
  await licences.checkOut()
  for (let n = 0; n < 500 && server.heartbeats() === 0; n++) {
    await (await licences.checkOut()).release()
    await new Promise(resolve => { setTimeout(resolve, 20) })
  }
  assert.ok(server.heartbeats() > 0)
})

const useFolder = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'sdk-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}
/** As a move leaves it: the seats that are out are known to the new server. */
const usePair = async (t: TestContext): Promise<readonly [FakeServer, FakeServer]> => {
  const old = await useFakeServer(t, brisk)
  return [old, await useFakeServer(t, { ...brisk, licence: old.licence, machine: 'lm-02', held: old.seats })]
}

test('L6 the signed notice of a server that moved is followed, and the seat goes on there', async t => {
  const [old, now] = await usePair(t)
  const folder = useFolder(t)
  const licences = useLicences(old.url, { folder })
  const seat = await licences.checkOut()
  moveTo(old, now)
  await until(() => now.heartbeats() > 0, 'a heartbeat at the new server')
  assert.equal(licences.url, now.url)
  await licences.checkOut()
  await seat.release()
  assert.ok(now.asked.includes('/api/seats/release') && now.asked.includes('/api/seats/check-out'))
  assert.deepEqual(licences.lost, [])
  await licences.close()
  // A later start finds it although the old server is no more.
  await old.kill()
  {
    await using again = useLicences(old.url, { folder })
    await again.checkOut()
    assert.equal(again.url, now.url)
  }
  // And waits for it, if it is just starting, while the old one still sends everybody there.
  await Promise.all([old.start(), now.kill()])
  await Promise.all([useLicences(old.url, { folder }).checkOut(), until(() => old.asked.at(-1) === '/api/server', 'the old server is asked').then(() => now.start())])
})

test('who never met the old server is led by it to the new one, which must show that the issuer knows it', async t => {
  const [old, now] = await usePair(t)
  moveTo(old, now)
  const licences = useLicences(old.url)
  await licences.checkOut()
  assert.equal(licences.url, now.url)
  now.showsActivation = false
  await assert.rejects(useLicences(`${old.url}/`).checkOut(), failing('moved'))
})

test('a notice that is forged, or leads to a server that the issuer does not know, is not followed', async t => {
  const [old, now] = await usePair(t)
  const licences = useLicences(old.url)
  await licences.checkOut()
  const forged = aServer('lm-66')
  moveTo(old, now, { signer: forged.signer })
  await assert.rejects(licences.checkOut(), failing('moved'), 'signed by another key')
  old.moved = signDocument('rehome-moved', { from: forged.identity.server, to: { ...now.server.identity, url: now.url }, at: Date.now() }, old.server.signer)
  await assert.rejects(licences.checkOut(), failing('moved'), 'of another server')
  old.identity = forged.identity
  await assert.rejects(licences.checkOut(), failing('moved'), 'somebody else took its address, and says so')
  old.moved = signDocument('rehome-moved', { from: forged.identity.server, to: { ...now.server.identity, url: now.url }, at: Date.now() }, forged.signer)
  await assert.rejects(licences.checkOut(), failing('moved'), 'and signs as itself')
  old.identity = old.server.identity
  moveTo(old, now)
  now.activation = signDocument('rehome-activation', anActivation(now.server, { licence: old.licence.id }), signerOf(newPrivateKey()))
  await assert.rejects(licences.checkOut(), failing('moved'), 'of another issuer')
  now.activation = signDocument('rehome-activation', anActivation(forged, { licence: old.licence.id }), issuer)
  await assert.rejects(licences.checkOut(), failing('moved'), 'another server’s activation')
  await until(() => old.heartbeats() > 0, 'a heartbeat')
  assert.equal(now.heartbeats(), 0)
  assert.equal(licences.url, old.url)
})

test('a chain of moves is followed to its end, and a circle is not followed at all', async t => {
  const old = await useFakeServer(t)
  const [middle, last] = [await useFakeServer(t, { licence: old.licence, machine: 'lm-02' }), await useFakeServer(t, { licence: old.licence, machine: 'lm-03' })]
  const licences = useLicences(old.url)
  await licences.checkOut()
  moveTo(old, middle, { at: 1 })
  moveTo(middle, last, { at: 2 })
  await licences.checkOut()
  assert.equal(licences.url, last.url)
  moveTo(last, old, { at: 3 })
  const asked = old.asked.length
  await assert.rejects(licences.checkOut(), failing('moved'))
  assert.equal(old.asked.length - asked, 1, 'a notice older than the one that was followed leads nowhere')
})

test('a move that was undone leads back: the newer notice counts', async t => {
  const [old, now] = await usePair(t)
  const licences = useLicences(old.url)
  await licences.checkOut()
  moveTo(old, now, { at: 1 })
  await licences.checkOut()
  old.moved = null
  moveTo(now, old, { at: 2 })
  await licences.checkOut()
  assert.equal(licences.url, old.url)
})

test('what is not signed as it must be is no seat', async t => {
  const server = await useFakeServer(t, { seats: 50 })
  const thief = aServer('lm-66')
  const other = aLicence()
  const tampered = (text: unknown, change: object): string => {
    const [head = '', body = '', signature = ''] = String(text).split('.')
    return [head, Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(body, 'base64url').toString()) as object, ...change })).toString('base64url'), signature].join('.')
  }
  /** By the server's own key: as it may have signed it for somebody, or at another time. */
  const resigned = (seat: unknown, change: object): string => signDocument('rehome-seat', { ...JSON.parse(Buffer.from(String(seat).split('.')[1] ?? '', 'base64url').toString()) as Documents['rehome-seat'], ...change }, server.server.signer)
  const ways: Readonly<Record<string, FakeServer['alter']>> = {
    'more seats written into the licence': answer => ({ ...answer, document: tampered(answer['document'], { seats: 9_999 }) }),
    'a licence signed by another key': answer => ({ ...answer, document: signDocument('rehome-licence', server.licence, thief.signer) }),
    'another licence': answer => ({ ...answer, document: signDocument('rehome-licence', other, issuer) }),
    'an activation for another key': answer => ({ ...answer, activation: tampered(answer['activation'], { publicKey: thief.identity.publicKey }) }),
    'the seat of another server': answer => ({ ...answer, activation: signDocument('rehome-activation', anActivation(thief, { licence: server.licence.id }), issuer) }),
    'the activation of another licence': answer => ({ ...answer, activation: signDocument('rehome-activation', anActivation(server.server, { licence: other.id }), issuer) }),
    'a longer seat': answer => ({ ...answer, seat: tampered(answer['seat'], { until: 9e15 }) }),
    'a seat in the place of the licence': answer => ({ ...answer, document: answer['seat'] }),
    'the seat of somebody else': answer => ({ ...answer, seat: resigned(answer['seat'], { holder: { user: 'somebody else', host: 'ws-99', program: 'solver' } }) }),
    'a seat of another profile': answer => ({ ...answer, seat: resigned(answer['seat'], { profile: 'another' }) }),
    'a seat of another lease, signed for an earlier wish': answer => ({ ...answer, seat: resigned(answer['seat'], { lease: randomUUID() }) }),
    'a borrowed seat in the place of one that needs heartbeats': answer => ({ ...answer, seat: resigned(answer['seat'], { isBorrowed: true }) }),
    'nothing': () => ({}),
  }
  const licences = useLicences(server.url)
  for (const [why, alter] of Object.entries(ways)) {
    server.alter = alter
    await assert.rejects(licences.checkOut(), failing('not-genuine'), why)
  }
  const dayMs = 86_400_000
  server.alter = answer => ({ ...answer, seat: resigned(answer['seat'], { takenAt: Date.now() - 3 * dayMs, until: Date.now() - 2 * dayMs }) })
  await assert.rejects(licences.checkOut({ borrowHours: 24 }), failing('not-genuine'), 'a borrowed seat that is over')
  server.alter = answer => answer
  await assert.rejects(useLicences(server.url, { product: 'Another product' }).checkOut(), /is for “Mesh Solver”, and this is “Another product”/)
  await licences.checkOut()
})

test('a check-out ends with its signal, and nothing is given out once the licences are closed', async t => {
  const server = await useFakeServer(t)
  await server.kill()
  const licences = useLicences(server.url)
  const stop = new Error('stop')
  const stopping = new AbortController()
  const waiting = licences.checkOut({ signal: stopping.signal })
  stopping.abort(stop)
  await assert.rejects(waiting, stop)
  await licences.close()
  await assert.rejects(licences.checkOut(), failing('closed'))
})

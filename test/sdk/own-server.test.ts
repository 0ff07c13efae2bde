import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { systemClock } from '#adapters/clock/system.ts'
import { localIssuer } from '#adapters/issuer/local.ts'
import { openLicenceMetrics } from '#entrances/http/licence/metrics.ts'
import { listenLicence } from '#entrances/http/licence/server.ts'
import { activate as bind, install } from '#licence/activating.ts'
import { deactivate } from '#licence/giving-up.ts'
import { activate, deactivated, type IssuerWorld, stands } from '#licence/issuer.ts'
import { openServer } from '#licence/open.ts'
import { link, maintain, redirect } from '#licence/orders.ts'
import type { Stand } from '#licence/stand.ts'
import { anIssuer, issued } from '#test/licence/issuer-rig.ts'
import { aMachine } from '#test/licence/samples.ts'
import { aKey, granted, testWorld } from '#test/licence/server-rig.ts'
import { LicenceError, MaintenanceError, SeatsTakenError } from '../../sdk/src/errors.ts'
import type { Lost } from '../../sdk/src/heartbeat.ts'
import { openLicences } from '../../sdk/src/licences.ts'
import { checkOffline } from '../../sdk/src/offline.ts'
import { until } from './server.ts'

const never = new AbortController().signal
const introductions = new Map<string, Stand>()

/** Our own licence server, on a book in memory, heard over HTTP. */
const useServer = async (t: TestContext, issuer: IssuerWorld, machine: string): Promise<{ readonly stand: Stand; readonly url: string; stop(): Promise<void> }> => {
  const world = testWorld({
    clock: systemClock, factors: () => aMachine(machine), machine: { name: machine, factors: () => Promise.resolve(aMachine(machine)) }, leaseSeconds: 5, issuerKey: issuer.signer.publicKey,
    issuer: localIssuer({ activate: wish => activate(issuer, wish), deactivated: wish => deactivated(issuer, wish), stands: wish => stands(issuer, wish) }),
    introduce: url => Promise.resolve(introductions.get(url)?.identity ?? assert.fail('nobody is there')),
  })
  const opened = await openServer(world, never)
  const http = await listenLicence({ stand: () => opened.stand, issuer: null, adminHash: '', seatHash: null, metrics: openLicenceMetrics(() => opened.stand), failed: error => { throw error } }, { host: '127.0.0.1', port: 0, tls: null })
  const url = `http://127.0.0.1:${http.port}`
  introductions.set(url, opened.stand)
  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> => (stopped ??= (async () => {
    await http[Symbol.asyncDispose]()
    await opened[Symbol.asyncDispose]()
  })())
  t.after(stop)
  return { stand: opened.stand, url, stop }
}

test('L6 a product keeps its seats while its licences move from one of our servers to another', async t => {
  const issuer = anIssuer()
  issuer.clock.at = Date.now()
  const [old, now] = [await useServer(t, issuer, 'lm-01'), await useServer(t, issuer, 'lm-02')]
  const what = await issued(issuer, { seats: 2 })
  const put = async (stand: Stand, receipt: string | null): Promise<void> => {
    granted(await install(stand, { document: what.document, key: aKey() }))
    granted(await bind(stand, { licence: what.licence, code: what.code, receipt, key: aKey() }, never))
    granted(await link(stand, { name: 'solver', licences: [what.licence], key: aKey() }))
  }
  await put(old.stand, null)

  const lost: Lost[] = []
  const licences = openLicences({ url: old.url, issuerKey: issuer.signer.publicKey, profile: 'solver', product: 'Mesh Solver', holder: { user: 'mori' }, onLost: (_, why) => { lost.push(why) } })
  const seat = await licences.checkOut()
  const borrowed = await licences.checkOut({ borrowHours: 4 })
  await assert.rejects(licences.checkOut(), (error: unknown) => error instanceof SeatsTakenError && error.holders.length === 2 && /All 2 seats of “solver” are taken[\s\S]*mori on /.test(error.message))
  await assert.rejects(licences.checkOut({ profile: 'other' }), (error: unknown) => error instanceof LicenceError && error.code === 'profile-unknown')
  assert.ok((await checkOffline({ ...borrowed.papers, issuerKey: issuer.signer.publicKey })).ok)

  granted(await maintain(old.stand, { reason: 'Moving to lm-02.', expectedEnd: Date.now() + 60_000, key: aKey() }))
  await assert.rejects(licences.checkOut(), (error: unknown) => error instanceof MaintenanceError && /Moving to lm-02\..*expected to end at/.test(error.message))
  const { receipt } = granted(await deactivate(old.stand, { licence: what.licence, key: aKey() }, never))
  await put(now.stand, receipt)
  granted(await redirect(old.stand, { to: now.url, key: aKey() }, never))

  const before = seat.until.getTime()
  await until(() => licences.url === now.url && seat.until.getTime() > before, 'a heartbeat at the new server')
  await old.stop()
  await assert.rejects(licences.checkOut(), (error: unknown) => error instanceof SeatsTakenError, 'the seats came along')
  await Promise.all([seat.release(), borrowed.release()])
  await (await licences.checkOut()).release()
  await licences.close()
  assert.deepEqual([lost, now.stand.seats.countOf(what.licence)], [[], 0])
})

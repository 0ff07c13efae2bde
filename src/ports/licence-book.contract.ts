import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, it, type TestContext } from 'node:test'
import { asId, type Id } from '#domain/ids.ts'
import type { KeptLease } from '#domain/licence/seats.ts'
import type { HeldBook, KeptLicence, LicenceBook } from './licence-book.ts'

/** `open`: the same book again, as another process has it. `cut`: ends the session of whoever has it, as when a process is killed. */
export type BookPlace = { open(): LicenceBook; cut(): Promise<void> }

const never = new AbortController().signal
const hour = Date.parse('2026-11-22T09:00:00Z')
const anId = <Kind extends string>(): Id<Kind> => asId<Kind>(randomUUID())
const us = { server: anId<'licence-server'>(), publicKey: 'a key' }
const aLease = (over: Partial<KeptLease> = {}): KeptLease => ({ lease: anId(), licence: anId(), profile: 'solver', holder: { user: 'mori “森”', host: 'ws-17', program: 'solver\t9.2' }, key: 'key-0001', takenAt: hour + 1, until: hour + 90_001, isBorrowed: false, ...over })
const aLicence = (over: Partial<KeptLicence> = {}): KeptLicence => ({ licence: anId(), document: 'a.b.c', activation: null, generation: 0, receipt: null, brought: null, code: null, doubt: null, waits: false, ...over })

/** What every book of a licence server promises. */
export const licenceBookContract = (name: string, usePlace: (t: TestContext) => Promise<BookPlace>): void => {
  const hold = async (t: TestContext, place: BookPlace): Promise<HeldBook> => {
    const book = place.open()
    t.after(() => book[Symbol.asyncDispose]())
    return await book.hold(never)
  }

  describe(name, () => {
    it('begins with nothing but who the server is, and stays with the first', async t => {
      const held = await hold(t, await usePlace(t))
      assert.deepEqual(await held.read(us), { identity: us, seen: 0, maintenance: null, moved: null, licences: [], profiles: [], leases: [], usage: [], forgiven: [] })
      assert.deepEqual((await held.read({ server: anId(), publicKey: 'another' })).identity, us)
      assert.equal(held.epoch, 1)
    })

    it('gives back what was kept, to whoever has it next', async t => {
      const place = await usePlace(t)
      const first = await hold(t, place)
      await first.read(us)
      const [licence, stays, borrowed, left] = [aLicence({ activation: 'd.e.f', generation: 3, receipt: 'g.h.i', brought: 'j.k.l', code: 'AAAAA', doubt: 'copy', waits: true }), aLease(), aLease({ isBorrowed: true, key: null }), aLease()]
      const maintenance = { reason: 'it moves', since: hour, expectedEnd: null }
      await first.keep([{ taken: [stays, left] }, { licences: [licence], profiles: [{ name: 'solver', licences: [licence.licence] }, { name: 'gone', licences: [] }], maintenance, moved: 'm.o.v' }])
      await first.keep([{ taken: [borrowed], ended: [left.lease, anId()] }, { profilesGone: ['gone'], seen: hour + 5 }])
      await first[Symbol.asyncDispose]()
      const second = await hold(t, place)
      const state = await second.read(us)
      assert.deepEqual({ ...state, leases: state.leases.toSorted(byName) }, {
        identity: us, seen: hour + 5, maintenance, moved: 'm.o.v', licences: [licence], profiles: [{ name: 'solver', licences: [licence.licence] }], leases: [stays, borrowed].toSorted(byName), usage: [], forgiven: [],
      })
    })

    it('counts how often it was taken in hand when that is kept, and never falls back', async t => {
      const place = await usePlace(t)
      const first = await hold(t, place)
      await first.read(us)
      await first[Symbol.asyncDispose]()
      const again = await hold(t, place)
      assert.equal(again.epoch, 1, 'nobody kept that the first had it')
      await again.keep([{ epoch: 7, seen: hour }])
      await again.keep([{ epoch: 3 }])
      await again[Symbol.asyncDispose]()
      assert.equal((await hold(t, place)).epoch, 8)
    })

    it('takes a lease back that was here before, as it is now', async t => {
      const held = await hold(t, await usePlace(t))
      const lease = aLease()
      await held.keep([{ taken: [lease] }])
      await held.keep([{ taken: [{ ...lease, until: hour + 180_000, key: null }] }])
      assert.deepEqual((await held.read(us)).leases, [{ ...lease, until: hour + 180_000, key: null }])
      await held.keep([{ ended: [lease.lease] }])
      await held.keep([{ taken: [lease], ended: [] }])
      assert.deepEqual((await held.read(us)).leases, [lease])
    })

    it('keeps all of one keeping or nothing', async t => {
      const place = await usePlace(t)
      const held = await hold(t, place)
      await held.read(us)
      await held.keep([{ answers: [{ key: 'key-0001', fingerprint: 'f', answer: { a: [1, null] } }] }])
      assert.deepEqual(await held.answered('key-0001'), { key: 'key-0001', fingerprint: 'f', answer: { a: [1, null] } })
      assert.equal(await held.answered('key-0002'), undefined)
      await place.cut()
      await assert.rejects(held.keep([{ taken: [aLease()], maintenance: { reason: 'never', since: 0, expectedEnd: null } }]))
      const next = await hold(t, place)
      const { leases, maintenance } = await next.read(us)
      assert.deepEqual({ leases, maintenance }, { leases: [], maintenance: null })
    })

    it('is in one hand: another waits until the first is over, and the first writes no more', async t => {
      const place = await usePlace(t)
      const first = await hold(t, place)
      await first.read(us)
      let isWaiting = false
      const { promise: waits, resolve } = Promise.withResolvers<void>()
      const other = place.open()
      t.after(() => other[Symbol.asyncDispose]())
      const second = other.hold(never, resolve)
      second.then(() => { isWaiting = false }, () => { /* told below */ })
      isWaiting = true
      await waits
      await first.keep([{ seen: hour }])
      assert(isWaiting, 'it waits while the first is at work')
      await place.cut()
      const held = await second
      assert.equal((await held.read(us)).seen, hour)
      await assert.rejects(first.keep([{ seen: hour + 1 }]))
      assert(first.lost.aborted)
      assert.equal((await held.read(us)).seen, hour)
    })

    it('lets go of a wait that is broken off', async t => {
      const place = await usePlace(t)
      const first = await hold(t, place)
      const [ending, other] = [new AbortController(), place.open()]
      t.after(() => other[Symbol.asyncDispose]())
      await assert.rejects(other.hold(ending.signal, () => { ending.abort(new Error('enough')) }), /enough/)
      await first.keep([{ seen: hour }])
    })

    it('forgives a clock: the time that was seen goes back, the hours are as they are said to be, and who said so is kept', async t => {
      const place = await usePlace(t)
      const held = await hold(t, place)
      await held.read(us)
      const licence = anId<'licence'>()
      const [used, hourMs] = [{ licence, hour, peak: 1, checkOuts: 2, refusals: 3 }, 3_600_000]
      const [along, again] = [aLease({ isBorrowed: true, until: hour + 9 * hourMs }), aLease({ isBorrowed: true, until: hour + 8 * hourMs })]
      await held.keep([{ seen: hour + 900 * hourMs, usage: [used, { ...used, hour: hour + 900 * hourMs }], lapsed: [along, again] }])
      assert.deepEqual((await held.lapsed(hour)).toSorted(byName), [along, again].toSorted(byName))
      assert.deepEqual(await held.lapsed(hour + 8 * hourMs), [along])
      const forgiveness = { at: hour + 5, from: hour + 900 * hourMs, by: 'R. Amari “森”', reason: 'its battery was empty' }
      await held.keep([{ taken: [{ ...again, takenAt: hour }], forgiven: { ...forgiveness, hours: [{ ...used, checkOuts: 4 }], hoursGone: hour + hourMs } }])
      assert.deepEqual(await held.lapsed(0), [along])
      await held.keep([{ seen: hour + 4 }])
      await held[Symbol.asyncDispose]()
      const { seen, usage, forgiven, leases } = await (await hold(t, place)).read(us)
      assert.deepEqual({ seen, usage, forgiven, leases }, { seen: hour + 5, usage: [{ ...used, checkOuts: 4 }], forgiven: [forgiveness], leases: [{ ...again, takenAt: hour }] })
    })

    it('forgets by age and so many at a time: first an answer, later that there was one', async t => {
      const held = await hold(t, await usePlace(t))
      await held.read(us)
      const keys = ['key-0001', 'key-0002', 'key-0003']
      await held.keep([{ answers: keys.map(key => ({ key, fingerprint: 'f', answer: { a: 1 } })), lapsed: [aLease({ isBorrowed: true })] }])
      const known = async () => (await Promise.all(keys.map(key => held.answered(key)))).map(one => (one === undefined ? 'gone' : one.answer === null ? 'key' : 'answer')).toSorted()
      const [never, all] = [3_600_000, -60_000]
      assert.equal(await held.trim({ answersMs: never, keysMs: never }, 10), 0)
      assert.deepEqual(await known(), ['answer', 'answer', 'answer'])
      assert.equal(await held.trim({ answersMs: all, keysMs: never }, 2), 2)
      assert.deepEqual(await known(), ['answer', 'key', 'key'])
      assert.equal(await held.trim({ answersMs: all, keysMs: never }, 2), 1)
      assert.equal(await held.trim({ answersMs: all, keysMs: all }, 2), 3, 'two keys, and a seat that lapsed')
      assert.deepEqual(await known(), ['gone', 'gone', 'key'])
      assert.deepEqual(await held.lapsed(0), [])
    })

    it('counts usage by licence and hour: the peak never falls, the rest is as it was said last', async t => {
      const held = await hold(t, await usePlace(t))
      const [one, other] = [anId<'licence'>(), anId<'licence'>()].toSorted() as [Id<'licence'>, Id<'licence'>]
      const used = { licence: one, hour, peak: 5, checkOuts: 7, refusals: 0 }
      await held.keep([{ usage: [used, { ...used, licence: other }] }])
      await held.keep([{ usage: [{ ...used, peak: 2, checkOuts: 9, refusals: 1 }, { ...used, hour: hour + 3_600_000 }], seen: hour + 3_600_000 }])
      const now = { ...used, checkOuts: 9, refusals: 1 }
      assert.deepEqual(await held.usage(hour, hour + 3_600_000), [now, { ...used, licence: other }])
      assert.deepEqual(await held.usage(hour, hour + 1e9, one), [now, { ...used, hour: hour + 3_600_000 }])
      assert.deepEqual((await held.read(us)).usage, [{ ...used, hour: hour + 3_600_000 }])
    })
  })
}

const byName = (a: KeptLease, b: KeptLease): number => (a.lease < b.lease ? -1 : 1)

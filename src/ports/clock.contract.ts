import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { describe, it } from 'node:test'
import type { Clock } from './clock.ts'

/** A clock and how time passes for it: by waiting, or by being told. */
export type ClockFixture = { readonly clock: Clock; readonly pass: (ms: number) => Promise<void> }

/** What every clock must do. Sleeps are tens of milliseconds, so that a real one can be waited for. */
export const clockContract = (name: string, make: () => ClockFixture): void => {
  describe(`${name} is a clock`, () => {
    it('tells milliseconds since 1970', () => {
      const now = make().clock.now()
      assert.ok(now > Date.UTC(2020, 0, 1) && now < Date.UTC(2100, 0, 1))
    })

    it('tells the time that passes, by both its faces', async () => {
      const { clock, pass } = make()
      const [now, elapsed] = [clock.now(), clock.elapsed()]
      await pass(30)
      assert.ok(clock.now() - now >= 29, 'now did not go on')
      assert.ok(clock.elapsed() - elapsed >= 29, 'elapsed did not go on')
    })

    it('never goes back', async () => {
      const { clock, pass } = make()
      let last = clock.elapsed()
      for (let i = 0; i < 20; i++) {
        await pass(1)
        const elapsed = clock.elapsed()
        assert.ok(elapsed >= last)
        last = elapsed
      }
    })

    it('sleeps no less than it was asked', async () => {
      const { clock, pass } = make()
      const began = clock.elapsed()
      let slept: number | undefined
      const sleeping = clock.sleep(25).then(() => { slept = clock.elapsed() - began })
      await pass(5)
      assert.equal(slept, undefined, 'it woke too early')
      await pass(60)
      await sleeping
      assert.ok(slept !== undefined && slept >= 25, `it slept ${slept} ms`)
    })

    it('wakes sleepers in the order in which they are due', async () => {
      const { clock, pass } = make()
      const woken: string[] = []
      const sleepers = [['late', 40], ['early', 10], ['middle', 25]] as const
      const all = Promise.all(sleepers.map(([who, ms]) => clock.sleep(ms).then(() => woken.push(who))))
      await pass(80)
      await all
      assert.deepEqual(woken, ['early', 'middle', 'late'])
    })

    it('lets a sleep of nothing end', async () => {
      const { clock, pass } = make()
      const sleeping = clock.sleep(0)
      await pass(1)
      await sleeping
    })

    it('rejects a sleep with the reason of its signal, at once', async () => {
      const { clock } = make()
      const reason = new Error('enough')
      const stop = new AbortController()
      const sleeping = clock.sleep(60_000, stop.signal)
      stop.abort(reason)
      await assert.rejects(sleeping, error => error === reason)
      await assert.rejects(clock.sleep(60_000, stop.signal), error => error === reason)
    })

    it('leaves nothing behind on a signal that outlives the sleep', async () => {
      const { clock, pass } = make()
      const stop = new AbortController()
      const sleeping = clock.sleep(5, stop.signal)
      await pass(10)
      await sleeping
      assert.equal(getEventListeners(stop.signal, 'abort').length, 0)
    })
  })
}

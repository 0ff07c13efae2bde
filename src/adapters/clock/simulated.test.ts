import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { clockContract } from '#ports/clock.contract.ts'
import { createSimulatedClock } from './simulated.ts'

clockContract('the simulated clock', () => {
  const clock = createSimulatedClock()
  return { clock, pass: ms => clock.advance(ms) }
})

describe('the simulated clock', () => {
  it('stands still until it is told to go on', async () => {
    const clock = createSimulatedClock(1_000_000_000_000)
    await new Promise(resolve => setTimeout(resolve, 5))
    assert.equal(clock.now(), 1_000_000_000_000)
    assert.equal(clock.elapsed(), 0)
  })

  it('wakes one who sleeps again within the time that passes, at each time on its own', async () => {
    const clock = createSimulatedClock()
    const woken: number[] = []
    const often = (async () => {
      for (let i = 0; i < 3; i++) {
        await clock.sleep(10)
        woken.push(clock.elapsed())
      }
    })()
    await clock.advance(100)
    await often
    assert.deepEqual(woken, [10, 20, 30])
    assert.equal(clock.elapsed(), 100)
  })

  it('says how long until the next sleeper is due', async () => {
    const clock = createSimulatedClock()
    assert.equal(clock.nextIn(), undefined)
    const sleeping = Promise.all([clock.sleep(50), clock.sleep(20)])
    assert.equal(clock.nextIn(), 20)
    await clock.advance(30)
    assert.equal(clock.nextIn(), 20)
    await clock.advance(20)
    await sleeping
    assert.equal(clock.nextIn(), undefined)
  })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { registered } from '#adapters/store/memory/register.ts'
import { Fault } from '#domain/faults.ts'
import { contentsOf, randomOf } from '#test/model/shop.ts'
import { blows, openModel, tick, type Blow, type Model, type Running } from '#test/model/world.ts'

/** Asks for `verb` until the mover takes it. */
const askFor = async (running: Running, verb: 'turn-back' | 'settle', isOver: () => boolean): Promise<void> => {
  while (!isOver() && !running.mover.tell({ verb, approvedBy: 'the test' }).ok) await tick()
}

/** Both homes hold exactly what the product was told it holds, each row once. */
const assertNothingLost = async (model: Model, isSettled: boolean): Promise<void> => {
  assert.deepEqual(await contentsOf(model.serving()), model.writers.expected)
  assert.ok(isSettled)
  assert.deepEqual(registered(model.serving()), [], 'the home that serves is left as it was')
}

/** Runs movers, one after the other dies, until one ends by itself. */
const runToEnd = async (model: Model, random: () => number, turns: number): Promise<void> => {
  for (let lives = 0; ; lives++) {
    assert.ok(lives < 60, 'the move does not end')
    const strikes = new Map<number, Blow>()
    // The later lives are left in peace, so that every run ends.
    for (let at = 0, n = 0; n < 4 && lives < 12; n++) strikes.set((at += 1 + Math.floor(random() * 500)), blows[Math.floor(random() * blows.length)] ?? 'kill the mover')
    const thaws = model.thaws()
    const running = model.begin('settled', strikes)
    let isOver = false
    const asking = (async () => {
      const epochs = (): number => model.events.filter(e => e.type === 'stage' && e.stage === 'switched').length
      while (!isOver) await askFor(running, epochs() < turns ? 'turn-back' : 'settle', () => isOver)
    })()
    try {
      const ended = await running.ended.catch((error: unknown) => unlessLate(error, model.thaws() > thaws))
      if (ended !== 'killed') {
        assert.equal(ended.outcome, 'stands')
        return
      }
    } finally {
      isOver = true
      await asking
    }
  }
}

/** A watchdog came while its mover was at work: that freeze is given up, and a person asks again. */
const unlessLate = (error: unknown, isThawed: boolean): 'killed' => {
  if (isThawed && error instanceof Fault && (error.code === 'DRAIN_LATE' || error.code === 'VERIFY_DIFFERS')) return 'killed'
  throw error
}

for (let seed = 1; seed <= Number(process.env['SEEDS'] ?? 60); seed++) {
  test(`whatever dies at whatever moment, nothing is lost and nothing doubled (seed ${seed})`, { timeout: 60_000 }, async () => {
    const model = await openModel(seed)
    const random = randomOf(seed * 7919)
    try {
      await runToEnd(model, random, seed % 3)
      await model.watched()
    } finally {
      await model.close()
    }
    await assertNothingLost(model, true)
  })
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sideBySide } from './side-by-side.ts'
import { Gate } from './gate.ts'

const never = new AbortController().signal
const tick = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

test('at most the limit works at a time, and everything is done once', async () => {
  let now = 0
  let most = 0
  const done: number[] = []
  await sideBySide([1, 2, 3, 4, 5, 6, 7], 3, never, async item => {
    most = Math.max(most, ++now)
    await tick()
    now--
    done.push(item)
  })
  assert.equal(most, 3)
  assert.deepEqual(done.sort(), [1, 2, 3, 4, 5, 6, 7])
})

test('the first error stops the others and is thrown once all have ended', async () => {
  let running = 0
  const work = async (item: number, _worker: number, signal: AbortSignal): Promise<void> => {
    running++
    try {
      if (item === 2) throw new Error('two')
      while (!signal.aborted) await tick()
    } finally {
      running--
    }
  }
  await assert.rejects(sideBySide([1, 2, 3, 4], 2, never, work), /two/)
  assert.equal(running, 0)
})

test('a worker that is not ready leaves its item to the others, and does not keep the end waiting', async () => {
  const shut = new Gate(false)
  const workers = new Set<number>()
  await sideBySide([1, 2, 3], 2, never, async (_item, worker) => { workers.add(worker) }, { ready: (worker, signal) => (worker === 1 ? shut.pass(signal) : Promise.resolve()) })
  assert.deepEqual([...workers], [0])
})

test('the outer signal ends the work with its reason', async () => {
  const stop = new AbortController()
  setImmediate(() => stop.abort(new Error('stopped')))
  await assert.rejects(sideBySide([1], 1, stop.signal, async (_item, _worker, signal) => { while (!signal.aborted) await tick(); signal.throwIfAborted() }), /stopped/)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openQueue } from './later.ts'

const turn = (): Promise<void> => new Promise(resolve => { setImmediate(resolve) })

test('what may wait is done in the order in which it came, and lets others in between', async () => {
  const later = openQueue()
  const done: number[] = []
  for (let n = 0; n < 400; n++) later(() => { done.push(n) })
  assert.equal(done.length, 0)
  const atTurns: number[] = []
  while (done.length < 400) {
    await turn()
    atTurns.push(done.length)
  }
  // Half of what waits, and the last few at once.
  assert.deepEqual(atTurns, [200, 300, 350, 382, 400])
  assert.deepEqual(done, Array.from({ length: 400 }, (_, n) => n))
})

test('what comes while some are done is done after them, and nothing is left', async () => {
  const later = openQueue()
  const done: string[] = []
  later(() => {
    done.push('first')
    later(() => { done.push('third') })
  })
  later(() => { done.push('second') })
  await turn()
  await turn()
  assert.deepEqual(done, ['first', 'second', 'third'])
  later(() => { done.push('fourth') })
  await turn()
  assert.equal(done.length, 4)
})

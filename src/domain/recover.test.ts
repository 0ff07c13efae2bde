import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recover } from './recover.ts'
import { stages } from './move.ts'

const here = (epoch: number) => ({ owner: 'here', epoch }) as const
const elsewhere = (epoch: number) => ({ owner: 'elsewhere', epoch }) as const

test('a freeze that was cut off before the journal is thawed', () => {
  for (const stage of ['frozen', 'verified', 'in-doubt'] as const) {
    assert.equal(recover({ stage, epoch: 0, source: undefined, target: undefined }), 'thaw')
    assert.equal(recover({ stage, epoch: 1, source: here(1), target: elsewhere(1) }), 'thaw')
  }
})

test('the watchdog took the epoch: the freeze is thawed', () => {
  assert.equal(recover({ stage: 'verified', epoch: 0, source: undefined, target: elsewhere(1) }), 'thaw')
})

test('a journal that says the target owns is never gone back on, whatever else was or was not written after it', () => {
  for (const stage of ['following', 'frozen', 'verified', 'in-doubt'] as const) {
    for (const epoch of [0, 1]) assert.equal(recover({ stage, epoch, source: undefined, target: here(1) }), 'roll forward')
  }
})

test('what is over, and what has not been frozen, just goes on', () => {
  for (const stage of ['switched', 'settled', 'cancelled'] as const) assert.equal(recover({ stage, epoch: 1, source: elsewhere(1), target: here(1) }), 'go on')
  for (const stage of stages.filter(s => s === 'ordered' || s === 'copying' || s === 'following')) assert.equal(recover({ stage, epoch: 0, source: undefined, target: undefined }), 'go on')
})

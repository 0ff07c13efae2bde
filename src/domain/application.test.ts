import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { applicationSteps, type BackUp, type End, endFor, machinesAfter, type Past, whyNotStep } from './application.ts'

const backUp: BackUp = { order: 'o', claim: 1, part: 1, bytes: 1, sha256: '0' }
const done = (step: Past['step'], at: End = endFor(step), more: Partial<Past> = {}): Past => ({ step, at, is: 'done', ...more })
const compared: readonly Past[] = [done('compare-versions', 'origin', { version: '24.1.3' }), done('compare-versions', 'destination', { version: '24.1.3' })]
const restored: readonly Past[] = [...compared, done('stop-services'), done('back-up', 'origin', { backUp }), done('restore')]
const around = { signedOff: false, database: null }
const why = (past: readonly Past[], step: Past['step'], at: End = endFor(step), more: Partial<typeof around | { database: { origin: boolean; destination: boolean } }> = {}) => whyNotStep(machinesAfter(past), { step, at }, { ...around, ...more })

test('D5: each step waits for what it needs, and a version that differs in one character stops the restore', () => {
  assert.equal(why([], 'back-up'), 'origin-runs')
  assert.equal(why([done('stop-services'), done('back-up', 'origin', { backUp })], 'restore'), 'versions-differ')
  assert.equal(why([compared[0] as Past, done('compare-versions', 'destination', { version: '24.1.3 ' }), done('stop-services'), done('back-up', 'origin', { backUp })], 'restore'), 'versions-differ')
  assert.equal(why([...compared, done('stop-services')], 'restore'), 'no-back-up')
  assert.equal(why(restored.slice(0, -1), 'start-services'), 'not-restored')
  assert.deepEqual([why(restored.slice(0, -1), 'restore'), why(restored, 'start-services')], [undefined, undefined])
  assert.equal(why(restored, 'back-up', 'destination'), 'place')
})

test('D5: the database must be where services start', () => {
  assert.equal(why(restored, 'start-services', 'destination', { database: { origin: true, destination: false } }), 'database-elsewhere')
  assert.equal(why(restored, 'start-services', 'origin', { database: { origin: false, destination: true } }), 'database-elsewhere')
  assert.equal(why(restored, 'start-services', 'destination', { database: { origin: false, destination: true } }), undefined)
})

test('D5: the way back is open until the sign-off; what the old machine writes then is backed up anew', () => {
  const started = [...restored, done('start-services')]
  assert.equal(why(started, 'start-services', 'origin'), 'destination-runs')
  const stopped = [...started, done('stop-services', 'destination')]
  assert.equal(why(stopped, 'start-services', 'origin', { signedOff: true }), 'signed-off')
  assert.equal(why(stopped, 'start-services', 'origin'), undefined)
  const back = [...stopped, done('start-services', 'origin')]
  assert.equal(why(back, 'start-services'), 'origin-runs')
  assert.equal(why([...back, done('stop-services')], 'restore'), 'no-back-up')
  assert.equal(why([...back, done('stop-services')], 'start-services'), 'not-restored')
  assert.equal(why(started, 'upgrade'), 'not-signed-off')
  assert.equal(why(started, 'upgrade', 'destination', { signedOff: true }), undefined)
})

const tries = fc.array(fc.record({ step: fc.constantFrom(...applicationSteps, 'start-services' as const, 'stop-services' as const), at: fc.constantFrom<End>('origin', 'destination'), is: fc.constantFrom<Past['is']>('done', 'failed'), hadEffect: fc.boolean(), signedOff: fc.boolean() }), { minLength: 1, maxLength: 60 })

test('D5: never do both machines run by what we start, whatever fails and whatever a failure has done', () => {
  let [starts, ons] = [0, 0]
  fc.assert(fc.property(tries, fc.boolean(), (some, isRestored) => {
    const [past, runs]: [Past[], { origin: boolean; destination: boolean }] = [isRestored ? [...restored] : [...compared], { origin: !isRestored, destination: false }]
    for (const { step, at, is, hadEffect, signedOff } of some) {
      if (whyNotStep(machinesAfter(past), { step, at }, { signedOff, database: null }) !== undefined) continue
      const happens = is === 'done' || hadEffect
      if (step === 'stop-services' && happens) runs[at] = false
      if (step === 'start-services' && happens) runs[at] = true
      if (step === 'start-services') starts++
      if (step === 'start-services' && at === 'destination') ons++
      if (step === 'upgrade' && happens) runs.destination = true
      past.push({ step, at, is, ...(step === 'compare-versions' ? { version: '24.1.3' } : {}), ...(step === 'back-up' ? { backUp } : {}) })
      assert.ok(!(runs.origin && runs.destination), JSON.stringify(past))
    }
  }), { numRuns: 3_000 })
  assert.ok(starts > 100 && ons > 20, `it was tried: ${starts}, ${ons}`)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from './faults.ts'

test('what somebody else said with a full stop of its own does not get a second one', () => {
  const said = (reason: string): string => new Fault('LICENSOR_REFUSED', { server: 'S', verb: 'activate', reason }).message
  assert.deepEqual([said('its code is wrong'), said('Its code is wrong.')], ['The licence server S did not activate: its code is wrong.', 'The licence server S did not activate: Its code is wrong.'])
})

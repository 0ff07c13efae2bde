import assert from 'node:assert/strict'
import { test } from 'node:test'
import { afterDeleting, userLimit, usersToReview, type TenantUser } from './user-limit.ts'

const users: readonly TenantUser[] = [
  { id: '1', name: 'aiko', lastSeenAt: 50 }, { id: '2', name: 'ben', lastSeenAt: null }, { id: '3', name: 'chen', lastSeenAt: 10 }, { id: '4', name: 'dana', lastSeenAt: 99 }, { id: '5', name: 'aki', lastSeenAt: null },
]

test('B6: the gate is met when there are no more users than the licence allows, and else says how many must go', () => {
  assert.deepEqual(userLimit(101, 100), { condition: 'users-within-licence', isMet: false, users: 101, licensed: 100, mustGo: 1 })
  assert.deepEqual(userLimit(100, 100), { condition: 'users-within-licence', isMet: true, users: 100, licensed: 100, mustGo: 0 })
  assert.equal(userLimit(0, 0).isMet, true)
})

test('B6: the list names everybody, those not seen for longest first, and suggests as many as must go', () => {
  assert.deepEqual(usersToReview(users, 2).map(user => [user.name, user.suggested]), [['aki', true], ['ben', true], ['chen', true], ['aiko', false], ['dana', false]])
  assert.ok(usersToReview(users, 5).every(user => !user.suggested))
})

test('B6: deleting too few is told with how many are still too many', () => {
  assert.deepEqual(afterDeleting(users, ['2', '5', '5', '9'], 2), { refused: 'too-few-go', stillMustGo: 1, unknown: ['9'] })
  assert.deepEqual(afterDeleting(users, ['2', '5', '1'], 2), { condition: 'users-within-licence', isMet: true, users: 2, licensed: 2, mustGo: 0 })
})

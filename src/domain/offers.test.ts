import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dueDedicated, offers, raisesDedicated } from './offers.ts'

test('B1: the way to an own server is paid, the way to a dedicated one is included from 100 users on', () => {
  assert.deepEqual(Object.values(offers).map(({ name, price, fromUsers }) => [name, price, fromUsers]), [['cloud-to-self-hosted', 'paid', null], ['shared-to-dedicated', 'included', 100]])
})

test('B2: a dedicated move is due with the hundredth user', () => {
  assert.deepEqual([0, 99, 100, 101].map(dueDedicated), [false, false, true, true])
})

test('B2: it is raised once, and only for tenants of a shared home', () => {
  assert.equal(raisesDedicated({ users: 100, home: 'shared', isMoving: false }), true)
  assert.equal(raisesDedicated({ users: 99, home: 'shared', isMoving: false }), false)
  assert.equal(raisesDedicated({ users: 100, home: 'shared', isMoving: true }), false)
  assert.equal(raisesDedicated({ users: 100, home: 'dedicated', isMoving: false }), false)
  assert.equal(raisesDedicated({ users: 100, home: 'self-hosted', isMoving: false }), false)
})

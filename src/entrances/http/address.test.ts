import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Context } from 'hono'
import { addressBehind } from './address.ts'

const request = (socket: string, forwarded?: string): Context => ({ env: { incoming: { socket: { remoteAddress: socket } } }, req: { header: () => forwarded } }) as unknown as Context

test('a request comes from where its socket says; a proxy of ours is believed about whom it heard, and nobody else', () => {
  const bare = addressBehind([])
  assert.equal(bare(request('203.0.113.9', '198.51.100.1')), '203.0.113.9')
  const behind = addressBehind(['127.0.0.1', '10.0.0.2'])
  assert.equal(behind(request('203.0.113.9', '198.51.100.1')), '203.0.113.9', 'it came past the proxy')
  assert.equal(behind(request('::ffff:127.0.0.1', '198.51.100.1')), '198.51.100.1')
  assert.equal(behind(request('127.0.0.1', '1.2.3.4, 198.51.100.1, 10.0.0.2')), '198.51.100.1', 'what stands before it anybody can write')
  assert.equal(behind(request('127.0.0.1')), '127.0.0.1')
  assert.equal(behind(request('127.0.0.1', '10.0.0.2')), '127.0.0.1')
})

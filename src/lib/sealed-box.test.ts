import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newBox, openWith, sealFor } from './sealed-box.ts'

test('a sealed secret opens with the private half, for what it is about, and for nothing and nobody else', () => {
  const [box, other] = [newBox(), newBox()]
  const sealed = sealFor(box.publicKey, 'order 1 master', 'a secret, 秘密')
  assert.equal(openWith(box.privateKey, 'order 1 master', sealed), 'a secret, 秘密')
  assert.equal(openWith(box.privateKey, 'order 2 master', sealed), undefined)
  assert.equal(openWith(other.privateKey, 'order 1 master', sealed), undefined)
  for (const text of ['', '.', 'x.y', sealed.slice(0, -4), sealed.replace(/.(?=.{5}$)/, c => (c === 'A' ? 'B' : 'A'))]) assert.equal(openWith(box.privateKey, 'order 1 master', text), undefined, text)
})

test('the same secret is never sealed alike, and nothing of it shows', () => {
  const { publicKey } = newBox()
  const all = Array.from({ length: 20 }, () => sealFor(publicKey, 'a', 'hunter2hunter2'))
  assert.equal(new Set(all.flatMap(one => one.split('.'))).size, 40)
  for (const one of all) assert.ok(!Buffer.from(one.split('.')[1] ?? '', 'base64').includes('hunter2'))
})

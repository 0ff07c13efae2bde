import assert from 'node:assert/strict'
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { Fault } from '#domain/faults.ts'
import { vaultContract } from '#ports/vault.contract.ts'
import { openEnvelopes } from './envelope.ts'
import { keyFileAt, keysOf, newKey, readKeyFile } from './keys.ts'

const never = new AbortController().signal
const place = { purpose: 'credential', row: 'r' }

vaultContract('a vault of envelopes', async () => {
  const [old, fresh] = [newKey(), newKey()]
  return { vault: openEnvelopes(keysOf(old, 'a')), rotated: openEnvelopes(keysOf(`${fresh}\n${old}`, 'b')), forgetful: openEnvelopes(keysOf(fresh, 'c')) }
})

test('a new key wraps the data key anew and leaves the encrypted secret as it is', async () => {
  const [old, fresh] = [newKey(), newKey()]
  const sealed = await openEnvelopes(keysOf(old, 'a')).seal('secret', place, never)
  const moved = await openEnvelopes(keysOf(`${fresh},${old}`, 'b')).rewrap(sealed, place, never)
  const [[version, id, wrapped, body], [version2, id2, wrapped2, body2]] = [sealed.split('.'), moved.split('.')]
  assert.deepEqual([version, body], [version2, body2])
  assert.ok(id !== id2 && wrapped !== wrapped2)
})

test('nothing is encrypted twice with the same key and iv', async () => {
  const vault = openEnvelopes(keysOf(newKey(), 'a'))
  const sealed = await Promise.all(Array.from({ length: 200 }, () => vault.seal('secret', place, never)))
  for (const part of [2, 3]) assert.equal(new Set(sealed.map(one => Buffer.from(one.split('.')[part] ?? '', 'base64url').toString('hex', 0, 12))).size, 200)
})

test('nothing that can be printed of a vault or its keys is a key', async () => {
  const text = newKey()
  const keys = keysOf(text, 'REHOME_KEY')
  const hex = Buffer.from(text, 'base64').toString('hex')
  for (const shown of [inspect(keys, { depth: 9, showHidden: true }), JSON.stringify(keys), inspect(openEnvelopes(keys), { depth: 9 }), JSON.stringify(openEnvelopes(keys)), await openEnvelopes(keys).seal('x', place, never)]) {
    assert.ok(!shown.includes(text) && !shown.includes(hex) && !shown.includes(hex.slice(0, 12).match(/../g)?.join(' ') ?? '-'), shown)
  }
})

test('keys that are none are refused by their number, without showing them', () => {
  const good = newKey()
  for (const text of ['', '# only a comment\n', 'short', `${good}\nsecretsecret`, good.slice(4), `${good}AAAA`, `${good}\n${good}`, '!'.repeat(44)]) {
    assert.throws(() => keysOf(text, 'REHOME_KEY'), error => error instanceof Fault && error.code === 'VAULT_KEY_BAD' && !inspect(error).includes('secretsecret') && !inspect(error).includes(good), text)
  }
  assert.equal(keysOf(` ${good.replace(/=$/, '')} # mine\n\n${newKey()},${newKey()}`, 'x').length, 3)
})

test('a key file is made once, for its owner only, and is the same ever after', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'rehome-keys-'))
  t.after(() => rm(folder, { recursive: true }))
  const path = join(folder, 'key')
  const [one, other] = [await keyFileAt(path), await keyFileAt(path)]
  assert.equal(one[0].id, other[0].id)
  assert.equal((await stat(path)).mode & 0o777, 0o600)
  assert.match(await readFile(path, 'utf8'), /^# .*\n[\w+/]{43}=\n$/)
  await chmod(path, 0o644)
  await assert.rejects(readKeyFile(path), error => error instanceof Fault && error.code === 'VAULT_KEY_BAD' && /everybody/.test(error.message))
  await assert.rejects(readKeyFile(join(folder, 'none')), error => error instanceof Fault && error.code === 'VAULT_KEY_MISSING')
  await assert.rejects(keyFileAt(join(folder, 'no', 'such')), error => error instanceof Fault && error.code === 'VAULT_KEY_MISSING')
  await writeFile(join(folder, 'long'), 'x'.repeat(70_000), { mode: 0o600 })
  await assert.rejects(readKeyFile(join(folder, 'long')), error => error instanceof Fault && error.code === 'VAULT_KEY_BAD' && /too long/.test(error.message))
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { licenceReachOf, licenceSetting } from './agent-licence-settings.ts'

const secrets: Readonly<Record<string, string>> = { 'env:URL': 'https://licences.example', 'env:TOKEN': 'hunter2', 'file:/etc/ca.pem': 'CERTIFICATES' }
const reach = (setting: object, machine: { name: string; nodeLock: string } | null = null) => licenceReachOf(licenceSetting.parse({ home: 'new', tenant: '*', token: 'env:TOKEN', ...setting }), 'a b', machine, text => secrets[text] ?? text, reason => new Error(reason))

test('a licence server is reached by what the settings say; tenant, machine and node lock are filled in', () => {
  assert.deepEqual(reach({ url: 'env:URL' }), { url: 'https://licences.example', kind: 'own', token: 'hunter2', address: 'https://licences.example' })
  assert.deepEqual(reach({ url: 'https://licences.example/{tenant}', ca: '/etc/ca.pem', address: 'https://seats.example' }), { url: 'https://licences.example/a%20b', kind: 'own', token: 'hunter2', address: 'https://seats.example', ca: 'CERTIFICATES' })
  const keygen = reach({ kind: 'keygen', url: 'keygen+https://api.example/v1/accounts/x?machine={machine}&fingerprint={node-lock}' }, { name: 'lic 2', nodeLock: 'a&b' })
  assert.equal(keygen.url, 'https://api.example/v1/accounts/x?machine=lic%202&fingerprint=a%26b')
})

test('the token and activation codes never go over an open line, and the token never in an address', () => {
  assert.throws(() => reach({ url: 'http://licences.example' }), /by https:\/\/ only/)
  assert.throws(() => reach({ url: 'https://user:hunter2@licences.example' }), error => error instanceof Error && /does not belong/.test(error.message) && !error.message.includes('hunter2'))
  assert.throws(() => reach({ url: 'postgres://licences.example' }), /is none/)
  assert.equal(reach({ url: 'http://127.0.0.1:8098' }).url, 'http://127.0.0.1:8098')
})

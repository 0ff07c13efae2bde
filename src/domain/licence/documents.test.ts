import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allDocuments, aRequest, aServer } from '#test/licence/samples.ts'
import { shapes } from '#wire/licence-documents.ts'
import { signJws } from '#lib/jws.ts'
import { claimIn, type DocumentKind, openDocument, openRequest, signDocument } from './documents.ts'

const server = aServer()
const documents = allDocuments(server)
const kinds = Object.keys(documents) as DocumentKind[]
const { publicKey } = server.signer

test('every kind of document opens with its key, and says what was signed', () => {
  for (const kind of kinds) assert.deepEqual(openDocument(kind, signDocument(kind, documents[kind], server.signer), publicKey, shapes), { ok: true, says: documents[kind] })
})

test('one kind never passes for another', () => {
  for (const kind of kinds) {
    for (const other of kinds.filter(each => each !== kind)) assert.deepEqual(openDocument(other, signDocument(kind, documents[kind], server.signer), publicKey, shapes), { ok: false, wrong: 'another-kind' })
  }
})

test('what was changed, or signed by another key, is refused as that', () => {
  for (const kind of kinds) {
    const [head = '', , signature = ''] = signDocument(kind, documents[kind], server.signer).split('.')
    const changed = `${head}.${Buffer.from(JSON.stringify({ ...documents[kind], generation: 9 })).toString('base64url')}.${signature}`
    assert.deepEqual(openDocument(kind, changed, publicKey, shapes), { ok: false, wrong: 'signature' })
    assert.deepEqual(openDocument(kind, signDocument(kind, documents[kind], aServer().signer), publicKey, shapes), { ok: false, wrong: 'signature' })
  }
  assert.deepEqual(openDocument('rehome-seat', 'cut.short', publicKey, shapes), { ok: false, wrong: 'no-document' })
})

test('what is signed well but says something else is refused: strangers sign too', () => {
  for (const kind of kinds) {
    for (const payload of [{}, [], null, { ...documents[kind], more: 1 }]) assert.deepEqual(openDocument(kind, signJws(kind, payload, server.signer), publicKey, shapes), { ok: false, wrong: 'contents' })
  }
})

test('a request is signed by the key that it names', () => {
  const request = aRequest(server)
  assert.deepEqual(openRequest(signDocument('rehome-request', request, server.signer), shapes), { ok: true, says: request })
  assert.deepEqual(openRequest(signDocument('rehome-request', request, aServer().signer), shapes), { ok: false, wrong: 'signature' })
  assert.deepEqual(openRequest('a.b.c', shapes), { ok: false, wrong: 'no-document' })
  assert.deepEqual(claimIn('rehome-seat', signDocument('rehome-request', request, server.signer), shapes), { ok: false, wrong: 'another-kind' })
})

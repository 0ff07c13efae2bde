import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { mostDocumentBytes } from '#domain/documents.ts'
import { useEstate } from '#test/control/estate.ts'
import { filesAs } from '#test/control/files.ts'
import { usePost } from '#test/control/post.ts'
import { says } from '#test/control/says.ts'
import { bundleIn } from '#test/control/shelved-bundle.ts'

const pdf = randomBytes(200_000)
const guide = { title: { en: 'Running your own server', ja: '運用の手引き' }, playbook: 'chain', file: { name: '手引き.pdf', type: 'application/pdf', base64: pdf.toString('base64') } }
const address = { title: { en: 'Release notes', ja: 'リリースノート' }, url: 'https://docs.kestrel.example/notes' }

const useDocuments = async (t: TestContext) => {
  const folder = mkdtempSync(join(tmpdir(), 'shelf-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const estate = await useEstate(t, { bundles: folder, playbook: 'chain' })
  const { control, lead, programme, destination, tenant } = estate
  await lead('homes.change', { home: destination, licensedUsers: 50 })
  const { tenant: id, contact } = await tenant('Nordlicht', { users: 12 })
  await control.world.ledger.transaction(tx => tx.change('contact', contact, { verifiedAt: control.clock.now() }))
  const { id: move } = await lead('moves.add', { tenant: id, programme, destination, t0: '2027-03-01' })
  const { id: stranger } = await lead('customers.add', { name: 'Suedlicht', country: 'DE', zone: 'Europe/Berlin', locale: 'en' })
  const { id: other } = await lead('contacts.add', { customer: stranger, name: 'A person elsewhere', email: 'person@suedlicht.example', duties: ['point-of-contact'] })
  return { ...estate, folder, move, contact, other }
}

test('B10 documents are an address or a file of a known type and bounded size, and are found with the moves they belong to', async t => {
  const { control, lead, move, contact, other } = await useDocuments(t)
  await assert.rejects((await control.as('support'))('documents.add', guide), says(403, 'not-your-part'))
  await assert.rejects(lead('documents.add', { ...guide, url: address.url }), says(422, 'document-one-of'))
  await assert.rejects(lead('documents.add', { title: guide.title }), says(422, 'document-one-of'))
  await assert.rejects(lead('documents.add', { ...guide, file: { ...guide.file, type: 'text/html' } }), says(422, 'document-type'))
  await assert.rejects(lead('documents.add', { ...guide, file: { ...guide.file, base64: Buffer.alloc(mostDocumentBytes + 1).toString('base64') } }), says(422, 'document-too-large'))
  await assert.rejects(lead('documents.add', { ...guide, playbook: 'no such one' }), says(422, 'no-such-playbook'))
  await assert.rejects(lead('documents.add', { ...address, url: 'http://docs.kestrel.example' }), says(400, 'input'))
  const { id } = await lead('documents.add', guide)
  await lead('documents.add', address)
  await lead('documents.add', { title: { en: 'Elsewhere', ja: '別件' }, playbook: 'shared-to-dedicated', url: 'https://docs.kestrel.example/elsewhere' })
  const point = await control.asContact(contact)
  const { documents } = await point('documents.of-move', { move })
  assert.deepEqual(documents.map(one => [one.title.en, one.bytes, one.address]), [['Running your own server', pdf.length, `http://127.0.0.1/documents/${id}`], ['Release notes', null, address.url]])
  await assert.rejects(point('documents.list', {}), says(404, 'not-found'))
  await assert.rejects((await control.asContact(other))('documents.of-move', { move }), says(404, 'not-found'))
  const largest = await lead('documents.add', { ...guide, file: { ...guide.file, base64: Buffer.alloc(mostDocumentBytes, 7).toString('base64') } })
  const got = await (await filesAs(control, { contact }))(`/documents/${largest.id}`)
  assert.ok(Buffer.from(await got.arrayBuffer()).equals(Buffer.alloc(mostDocumentBytes, 7)))
})

test('B10 a document’s file is for who is signed in and has such a move, and is kept as it is', async t => {
  const { control, lead, contact, other } = await useDocuments(t)
  const { id } = await lead('documents.add', guide)
  const answer = await (await filesAs(control, { contact }))(`/documents/${id}`)
  assert.ok(Buffer.from(await answer.arrayBuffer()).equals(pdf))
  assert.deepEqual([answer.headers.get('content-type'), answer.headers.get('x-content-type-options'), answer.headers.get('content-disposition')], ['application/pdf', 'nosniff', `attachment; filename="___.pdf"; filename*=UTF-8''${encodeURIComponent('手引き.pdf')}`])
  assert.equal((await (await filesAs(control, { roles: ['support'] }))(`/documents/${id}`)).status, 200)
  assert.equal((await (await filesAs(control, { contact: other }))(`/documents/${id}`)).status, 404, 'whose move it is not')
  assert.equal((await fetch(`${control.site}/documents/${id}`)).status, 401)
  await lead('documents.remove', { document: id })
  assert.equal((await (await filesAs(control, { contact }))(`/documents/${id}`)).status, 404)
  assert.deepEqual(await control.database.query('SELECT * FROM rehome.document_piece'), [])
})

test('B10 the completion letter holds all four: the download, the licences, the documents, and how to get the files; the page of its link hands out the documents', async t => {
  const { control, lead, folder, move } = await useDocuments(t)
  bundleIn(folder, 'shop.bundle', 5_000)
  const { id } = await lead('documents.add', guide)
  await lead('documents.add', address)
  const engineer = await control.as('engineer')
  const { bundle } = await engineer('bundles.add', { move, file: 'shop.bundle' })
  await engineer('bundles.link', { bundle: bundle.id, times: 2, days: 7 })
  const letters = (await usePost(control).deliver()).filter(one => /\/bundles\//.test(one.text))
  assert.equal(letters.length, 1)
  const text = letters[0]?.text ?? ''
  const link = /http:\/\/127\.0\.0\.1(\/bundles\/[\w-]{43})/.exec(text)?.[1] ?? ''
  for (const part of [/\/bundles\/[\w-]{43}/, /2 times/, /Users:\s+50 seats/, /Running your own server/, new RegExp(`/documents/${id}`), /Release notes/, /https:\/\/docs\.kestrel\.example\/notes/, /Files are not part of the move/]) assert.match(text, part)
  const page = await (await fetch(`${control.site}${link}`)).text()
  for (const part of ['Running your own server', `${link}/documents/${id}`, 'https://docs.kestrel.example/notes']) assert.ok(page.includes(part), page)
  const got = await fetch(`${control.site}${link}/documents/${id}`)
  assert.ok(Buffer.from(await got.arrayBuffer()).equals(pdf), 'by the link nobody need sign in')
  assert.equal((await fetch(`${control.site}/bundles/${'x'.repeat(43)}/documents/${id}`)).status, 404)
  assert.deepEqual(await control.database.query('SELECT used FROM rehome.bundle_link'), [{ used: 0 }])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { says } from '#test/control/says.ts'
import { useEstate } from '#test/control/estate.ts'

test('operators and contacts write to each other in the thread of a move, and nobody else reads it', async t => {
  const { control, lead, programme, destination, tenant } = await useEstate(t)
  const [one, other] = [await tenant('Nordlicht'), await tenant('Seestern')]
  const { id: move } = await lead('moves.add', { tenant: one.tenant, programme, destination, t0: '2026-12-10' })
  const [mine, theirs] = [await control.asContact(one.contact), await control.asContact(other.contact)]
  const { id: note } = await lead('messages.send', { contact: one.contact, move, text: 'Which database is yours?' })
  await mine('messages.answer', { move, text: 'The blue one.' })
  await assert.rejects(theirs('messages.answer', { move, text: 'Mine too.' }), says(404, 'not-found'))
  await assert.rejects(lead('messages.send', { contact: other.contact, move, text: 'x' }), says(422, 'other-customer'))
  await assert.rejects(mine('messages.send', { contact: one.contact, text: 'x' }), says(403, 'not-your-part'))
  await assert.rejects(lead('messages.again', { message: note }), says(409, 'message-waits'))

  const thread = await lead('messages.list', { move })
  assert.deepEqual(thread.items.slice(0, 2).map(line => [line.event, line.state, line.text, line.address]), [['note', 'waiting', 'Which database is yours?', 'person@nordlicht.example'], ['answer', 'received', 'The blue one.', 'person@nordlicht.example']])
  assert.ok(thread.items.some(line => line.event === 'answer' && line.state === 'waiting' && line.address === 'support@kestrel.example'), 'support is told')
  assert.deepEqual((await mine('messages.list', { move })).items.map(line => line.text), ['Which database is yours?', 'The blue one.'], 'letters to the vendor’s people are not for customers')
  assert.deepEqual((await theirs('messages.list', { move })).items, [])
  assert.deepEqual((await lead('messages.list', { contact: one.contact, state: 'received' })).items.length, 1)

  await lead('contacts.remove', { contact: one.contact })
  await assert.rejects(lead('messages.send', { contact: one.contact, move, text: 'x' }), says(409, 'contact-removed'))
  const [dropped] = (await lead('messages.list', { contact: one.contact, state: 'dropped' })).items
  assert.equal(dropped?.id, note)
  await assert.rejects(lead('messages.again', { message: note }), says(409, 'contact-removed'))
})

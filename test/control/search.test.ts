import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useEstate } from './estate.ts'

test('everything is found by a part of its name, number or mail address, those that begin with it first, and nothing that is not the asker’s', async t => {
  const estate = await useEstate(t)
  const { lead, programme, destination } = estate
  const { tenant, customer } = await estate.tenant('Tsubame')
  await estate.tenant('Little Tsubame')
  const { id: move } = await lead('moves.add', { tenant, programme, destination, t0: '2027-03-06' })
  const { id: contact } = await lead('contacts.add', { customer, name: 'IT desk', email: 'It.Desk@tsubame.example', duties: ['it'] })

  const found = await lead('search.all', { text: 'TSUBAME' })
  assert.deepEqual(found.customers.map(one => one.name), ['Tsubame', 'Little Tsubame'])
  assert.deepEqual(found.moves.map(one => [one.id, one.customer]), [[move, 'Tsubame']])
  assert.deepEqual(found.contacts.filter(one => one.id === contact).map(one => one.move), [move])
  assert.deepEqual((await lead('search.all', { text: 'it.desk@' })).contacts.map(one => one.id), [contact])
  assert.equal((await lead('search.all', { text: '雲' })).customers.length, 0)
  assert.ok((await lead('search.all', { text: 'cloud-to-cloud' })).playbooks.some(one => one.key === 'cloud-to-cloud'))

  const theirs = await (await estate.control.asContact(contact))('search.all', { text: 'tsubame' })
  assert.deepEqual({ customers: theirs.customers.map(one => one.id), people: theirs.people, programmes: theirs.programmes, playbooks: theirs.playbooks }, { customers: [customer], people: [], programmes: [], playbooks: [] })
  assert.deepEqual((await (await estate.control.asContact(contact))('search.all', { text: 'Little' })).customers, [])

  // However few signs are known of it, in whatever script; all of them, and as they stand together.
  for (const name of ['株式会社 雲雀', 'Bcab', '100%_\\'] as const) await lead('customers.add', { name, country: 'JP', zone: 'Asia/Tokyo', locale: 'ja' })
  for (const [text, name] of [['雲雀', '株式会社 雲雀'], ['雀', '株式会社 雲雀'], ['社 雲', '株式会社 雲雀'], ['bcab', 'Bcab'], ['0%_\\', '100%_\\']] as const) assert.deepEqual((await lead('search.all', { text })).customers.map(one => one.name), [name], text)
  for (const text of ['abca', '雲株', '0_'] as const) assert.deepEqual((await lead('search.all', { text })).customers, [], text)

  for (let n = 0; n < 9; n++) await estate.tenant(`Hibari ${n}`)
  assert.equal((await lead('search.all', { text: 'hibari' })).customers.length, 8)
  // Of however many that have it, the one that is called just so, though it came last.
  const { ledger, newId } = estate.control.world
  const like = await ledger.read(async view => await view.get('customer', customer))
  assert.ok(like !== undefined)
  await ledger.transaction(async tx => { for (let n = 10_000; n < 11_200; n++) await tx.add('customer', { ...like, id: newId<'customer'>(), name: `Kamome ${n}` }) })
  await lead('customers.add', { name: 'Kamome 1', country: 'JP', zone: 'Asia/Tokyo', locale: 'ja' })
  assert.equal((await lead('search.all', { text: 'kamome 1' })).customers[0]?.name, 'Kamome 1')
})

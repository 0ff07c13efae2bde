import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useControl } from '#test/control/rig.ts'
import { Refusal } from '#wire/ask.ts'

const says = (status: number, code: string, detail?: RegExp) => (error: unknown): boolean => {
  assert.ok(error instanceof Refusal, String(error))
  assert.deepEqual([error.status, error.code], [status, code])
  if (detail !== undefined) assert.match(error.message, detail)
  return true
}

test('customers and their people are added, changed and listed; each change is in the journal with who made it', async t => {
  const control = await useControl(t)
  const lead = await control.as('migration-lead')
  const { id: partner } = await lead('partners.add', { name: 'Morgenrot Vertrieb', locale: 'en' })
  const { id } = await lead('customers.add', { name: 'Nordlicht Foods', country: 'DE', zone: 'Europe/Berlin', locale: 'en', partner })
  const { id: person } = await lead('contacts.add', { customer: id, name: 'The contact', email: 'it@nordlicht.example', duties: ['it'] })
  assert.deepEqual((await lead('contacts.change', { contact: person, phone: '+49 30 1' })).phone, '+49 30 1')
  assert.equal((await lead('customers.change', { customer: id, name: 'Nordlicht' })).name, 'Nordlicht')
  const { customer, contacts } = await lead('customers.read', { customer: id })
  assert.deepEqual([customer.name, customer.partner, contacts.map(c => [c.company, c.locale, c.verifiedAt])], ['Nordlicht', partner, [['Nordlicht Foods', 'en', null]]])
  const entries = await control.world.ledger.read(view => view.entries({}))
  assert.deepEqual(entries.map(e => [e.verb, e.kind, e.who.name]).slice(0, 2), [['partner.change', 'partner', 'A person for migration-lead'], ['customer.change', 'customer', 'A person for migration-lead']])
  assert.deepEqual(await control.world.ledger.verifyJournal(), { lines: 5 })
})

test('lists come in pages, and hold what the caller may see and nothing else', async t => {
  const control = await useControl(t)
  const lead = await control.as('migration-lead')
  const { id: partner } = await lead('partners.add', { name: 'Morgenrot Vertrieb', locale: 'en' })
  const made = []
  for (let n = 0; n < 7; n++) made.push(await control.customer(`Customer ${n}`, n % 2 === 0 ? { partner } : {}))
  const seen: string[] = []
  for (let after: string | undefined; ;) {
    const { items, next } = await lead('customers.list', { limit: 3, ...(after === undefined ? {} : { after }) })
    seen.push(...items.map(c => c.name))
    if (next === null) break
    after = next
  }
  assert.deepEqual(seen, Array.from({ length: 7 }, (_, n) => `Customer ${n}`))
  const { id: seller } = await lead('contacts.add', { partner, name: 'The seller', email: 'sales@morgenrot.example', duties: ['point-of-contact'] })
  assert.deepEqual((await (await control.asContact(seller))('customers.list', {})).items.map(c => c.name), ['Customer 0', 'Customer 2', 'Customer 4', 'Customer 6'])
  const own = await control.asContact(made[1]?.contact ?? seller)
  assert.deepEqual((await own('customers.list', {})).items.map(c => c.name), ['Customer 1'])
  await assert.rejects(own('customers.read', { customer: made[2]?.customer as never }), says(404, 'not-found'))
  await assert.rejects(own('customers.add', { name: 'x', country: 'DE', zone: 'UTC', locale: 'en' }), says(404, 'not-found'))
  await assert.rejects(own('customers.change', { customer: made[1]?.customer as never, name: 'x' }), says(403, 'not-your-part'))
  await assert.rejects(control.ask('customers.list', {}), says(401, 'not-signed-in', /Sign in/))
})

test('what was sent wrong is answered with everything that is wrong with it, and nothing is changed', async t => {
  const control = await useControl(t)
  const lead = await control.as('migration-lead')
  await assert.rejects(lead('customers.add', { name: ' ', country: 'Germany', zone: 'Europe/Bonn', locale: 'de', colour: 'red' } as never), says(400, 'input', /name: .*country: is no country.*zone: is no time zone.*locale: .*colour/s))
  await assert.rejects(lead('contacts.add', { name: 'x', email: 'x@y.example', duties: ['it'] }), says(422, 'customer-or-partner'))
  await assert.rejects(lead('customers.read', { customer: 'x' as never }), says(400, 'input'))
  const answer = await fetch(`${control.site}/api/customers`, { method: 'POST', body: '{"name":', headers: { 'content-type': 'application/json' } })
  assert.equal(answer.status, 401)
  assert.equal(answer.headers.get('content-type'), 'application/problem+json')
  assert.equal((await fetch(`${control.site}/nowhere`)).status, 404)
  assert.equal(await control.world.ledger.read(view => view.count('customer', {})), 0)
})

test('a request asked again with its key gets the same answer and is carried out once; another request with that key is refused', async t => {
  const control = await useControl(t)
  const lead = await control.as('migration-lead')
  const wish = { name: 'Nordlicht', country: 'DE', zone: 'UTC', locale: 'en' } as const
  const answers = await Promise.all([1, 2, 3].map(() => lead('customers.add', wish, { key: 'one' })))
  assert.equal(new Set(answers.map(a => a.id)).size, 1)
  await assert.rejects(lead('customers.add', { ...wish, name: 'Another' }, { key: 'one' }), says(422, 'key-taken'))
  await assert.rejects(lead('customers.add', wish), says(409, 'name-taken'))
  const other = await control.as('migration-lead')
  assert.notEqual((await other('customers.add', { ...wish, name: 'Third' }, { key: 'one' })).id, answers[0]?.id)
  assert.equal(await control.world.ledger.read(view => view.count('customer', {})), 2)
})

test('somebody who is removed can do nothing any more, at once; what waited for them is dropped', async t => {
  const control = await useControl(t)
  const { contact } = await control.customer('Nordlicht')
  const [lead, person] = [await control.as('support'), await control.asContact(contact)]
  assert.equal((await person('customers.list', {})).items.length, 1)
  await control.world.ledger.transaction(tx => tx.add('message', { id: control.world.newId<'message'>(), vendor: control.vendor.id, customer: null, move: null, contact, operator: null, name: 'A', about: null, by: null, sealed: null, enclosed: null, digest: null, handedAt: null, address: 'x@y', event: 'e', locale: 'en', key: 'k', state: 'waiting', facts: {}, messageId: null, why: null, createdAt: 0, sentAt: null }))
  await lead('contacts.remove', { contact })
  await assert.rejects(person('customers.list', {}), says(401, 'not-signed-in'))
  assert.equal((await control.world.ledger.read(view => view.find('message', {})))?.state, 'dropped')
  await assert.rejects(lead('contacts.change', { contact, name: 'y' }), says(409, 'contact-removed'))
})

test('who comes without a link is told where to go, in their language', async t => {
  const control = await useControl(t)
  const front = await fetch(control.site, { headers: { 'accept-language': 'ja' } })
  assert.deepEqual([front.status, front.headers.get('content-type')], [200, 'text/html; charset=utf-8'])
  assert.match(await front.text(), /lang="ja".*npx rehome sign-in/s)
})

test('the interface is described by an OpenAPI 3.1 document', async t => {
  const control = await useControl(t)
  const document = await (await fetch(`${control.site}/openapi.json`)).json() as { openapi: string; paths: Record<string, Record<string, { operationId: string; parameters: { name: string; in: string }[] }>> }
  assert.equal(document.openapi, '3.1.0')
  assert.deepEqual(document.paths['/api/customers/{customer}']?.['get']?.parameters.map(p => [p.name, p.in]), [['customer', 'path']])
  assert.equal(document.paths['/api/customers']?.['post']?.operationId, 'customers.add')
})

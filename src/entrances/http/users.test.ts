import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { useEstate } from '#test/control/estate.ts'
import { eventually, useAgentHere } from '#test/control/packer.ts'
import { says } from '#test/control/says.ts'
import { useDatabase } from '#test/services/postgres.ts'

const useUsers = async (t: TestContext) => {
  const estate = await useEstate(t)
  const { control, lead, programme, tenant } = estate
  const { id: partner } = await lead('partners.add', { name: 'Morgenrot Vertrieb', locale: 'en' })
  const { tenant: id, customer, contact } = await tenant('Nordlicht', { partner })
  const { id: seller } = await lead('contacts.add', { partner, name: 'A seller', email: 'seller@morgenrot.example', duties: ['point-of-contact', 'it'] })
  const { id: payer } = await lead('contacts.add', { customer, name: 'A payer', email: 'payer@nordlicht.example', duties: ['billing'] })
  const { id: destination } = await lead('homes.add', { name: 'a small server', kind: 'dedicated', capacity: 1, licensedUsers: 3 })
  const begin = async () => (await lead('moves.add', { tenant: id, programme, destination, t0: '2027-03-01' })).id
  const [point, partnerAsk, billing] = [await control.asContact(contact), await control.asContact(seller), await control.asContact(payer)]
  return { ...estate, id, begin, point, partnerAsk, billing, engineer: await control.as('engineer'), auditor: await control.as('auditor') }
}

const csv = 'key,name,email,lastSeen\n1,Chen,chen@nordlicht.example,2026-09-01\n2,Ben,,2026-01-05\n3,Aiko,aiko@nordlicht.example,2026-10-30 09:15\n4,Aki,,\n5,"Dana, Dr.",,2026-03-01T12:00:00+09:00\n'

test('B6 users are listed by name, who was not seen for longest first, with those who are too many; the contact marks who goes, and the count is taken anew', async t => {
  const { id, begin, point, lead, control } = await useUsers(t)
  await assert.rejects(point('users.tell', { tenant: id, csv }), says(409, 'no-open-move'))
  const move = await begin()
  await assert.rejects(point('users.tell', { tenant: id, csv: 'key,name\n1,Chen\n,nobody\n' }), says(422, 'users-wrong', /line 3: key is empty/))
  await assert.rejects(point('users.tell', { tenant: id, csv: 'key,lastSeen\n1,soon\n' }), says(422, 'users-wrong', /is no day or time/))
  assert.deepEqual(await lead('users.tell', { tenant: id, csv }), { users: 5 })
  const all = await point('users.list', { tenant: id })
  assert.deepEqual(all.items.map(user => [user.name, user.suggested]), [['Aki', true], ['Ben', true], ['Dana, Dr.', false], ['Chen', false], ['Aiko', false]])
  assert.deepEqual([all.told, all.marked, all.limit?.mustGo, all.afterwards?.isMet, all.items[3]?.lastSeenAt], [5, 0, 2, false, Date.UTC(2026, 8, 1)])
  const [aki, ben, , chen] = all.items.map(user => user.id)
  assert.deepEqual(await point('users.mark', { tenant: id, users: [chen as never] }), { marked: 1, afterwards: { stillMustGo: 1 } })
  assert.deepEqual((await point('users.mark', { tenant: id, suggested: true })).marked, 3)
  const { marked, afterwards } = await point('users.mark', { tenant: id, users: [chen as never], marked: false })
  assert.deepEqual([marked, afterwards], [2, { condition: 'users-within-licence', isMet: true, users: 3, licensed: 3, mustGo: 0 }])
  assert.deepEqual((await point('users.list', { tenant: id, marked: 'true' })).items.map(user => user.id), [aki, ben])
  // Deleted in the product, and told anew: who is still marked stays so, and the gate's count follows.
  await point('users.tell', { tenant: id, csv: csv.replace('4,Aki,,\n', '') })
  const left = await point('users.list', { tenant: id })
  assert.deepEqual([left.told, left.marked, left.limit?.users, left.items.find(user => user.markedAt !== null)?.name], [4, 1, 4, 'Ben'])
  assert.deepEqual([(await lead('moves.read', { move })).userLimit?.mustGo, (await lead('billing.user-limit', { move })).limit?.mustGo], [1, 1], 'one count, wherever it is shown')
  const written = await control.database.query<{ t: string }>('SELECT j::text AS t FROM rehome.journal j UNION ALL SELECT f::text FROM rehome.fact f UNION ALL SELECT m::text FROM rehome.message m')
  for (const name of ['Chen', 'Aiko', 'Dana', 'chen@nordlicht.example']) assert.ok(!written.some(row => row.t.includes(name)), `${name} is in the journal`)
  await lead('moves.cancel', { move, note: 'not now' })
  assert.deepEqual(await control.database.query('SELECT * FROM rehome."user"'), [], 'when the move is over nobody is kept by name')
})

test('B6 the vendor and the customer’s point of contact see who there is; the partner, the auditor and other duties do not', async t => {
  const { id, begin, point, partnerAsk, billing, engineer, auditor, tenant } = await useUsers(t)
  await begin()
  await engineer('users.tell', { tenant: id, csv })
  assert.equal((await point('users.list', { tenant: id })).told, 5)
  assert.equal((await engineer('users.list', { tenant: id })).told, 5)
  const no = (error: { status?: number; message?: string }): boolean => [403, 404].includes(error.status ?? 0) && !/Chen|Aiko/.test(error.message ?? '')
  for (const [name, ask] of Object.entries({ partnerAsk, billing, auditor })) for (const asked of [() => ask('users.list', { tenant: id }), () => ask('users.tell', { tenant: id, csv }), () => ask('users.mark', { tenant: id, suggested: true })]) await assert.rejects(asked, no, name)
  await assert.rejects(engineer('users.mark', { tenant: id, suggested: true }), says(403, 'not-your-part'), 'who goes is for the customer to say')
  const { tenant: other } = await tenant('Suedlicht')
  await assert.rejects(point('users.list', { tenant: other }), says(404, 'not-found'))
})

test('B6 ten thousand users are shown page by page, each once, and marked by one wish', async t => {
  const { id, begin, point } = await useUsers(t)
  await begin()
  await point('users.tell', { tenant: id, csv: `key;name;lastSeen\n${Array.from({ length: 10_000 }, (_, n) => `u${n};User ${n};${n % 7 === 0 ? '' : new Date(Date.UTC(2025, 0, 1) + (n * 7919 % 10_000) * 3_600_000).toISOString()}`).join('\n')}\n` })
  const seen: string[] = []
  let [before, pages] = [-Infinity, 0]
  for (let after: string | null | undefined; after !== null; pages++) {
    const page = await point('users.list', { tenant: id, limit: 500, ...(after === undefined ? {} : { after }) })
    for (const user of page.items) {
      assert.ok((user.lastSeenAt ?? -Infinity) >= before)
      before = user.lastSeenAt ?? -Infinity
      seen.push(user.key)
    }
    after = page.next
  }
  assert.deepEqual([pages, seen.length, new Set(seen).size], [20, 10_000, 10_000])
  const { marked, afterwards } = await point('users.mark', { tenant: id, suggested: true })
  assert.deepEqual([marked, afterwards !== null && 'isMet' in afterwards && afterwards.isMet], [9_997, true])
})

test('B6 the agent lists them on the server itself, by a statement that can only read, and its report keeps no name', async t => {
  const { id, begin, lead, engineer, control, origin } = await useUsers(t)
  const server = await useDatabase(t, { major: 18, template: `CREATE TABLE app_user (id int PRIMARY KEY, label text NOT NULL, mail text, seen timestamptz); INSERT INTO app_user SELECT n, 'Listed ' || n, CASE WHEN n = 2 THEN 'two@nordlicht.example' END, CASE WHEN n > 1 THEN timestamptz '2026-10-01' + n * interval '1 day' END FROM generate_series(1, 5) n` })
  const move = await begin()
  const { token } = await engineer('agents.add', { name: 'beside the old cloud' })
  const { name: home } = (await lead('homes.read', { home: origin })).home
  const agent = useAgentHere(t, { site: control.site, token, stores: [{ home, tenant: '*', url: server.url, listUsers: 'SELECT id AS key, label AS name, mail AS email, seen AS last_seen FROM app_user' }] })
  const { id: order } = await engineer('moves.order', { move, kind: 'measure', watchSeconds: 0 })
  const { state } = await eventually('the measurement', async () => { const found = await lead('orders.read', { order }); return found.endedAt === null ? undefined : found }, agent.said)
  assert.equal(state, 'done')
  const { items, limit } = await lead('users.list', { tenant: id })
  assert.deepEqual([items.map(user => [user.key, user.name, user.email, user.suggested]), limit?.users], [[['1', 'Listed 1', null, true], ['2', 'Listed 2', 'two@nordlicht.example', true], ['3', 'Listed 3', null, false], ['4', 'Listed 4', null, false], ['5', 'Listed 5', null, false]], 5])
  const kept = await control.database.query<{ t: string }>('SELECT r::text AS t FROM rehome.report r UNION ALL SELECT o::text FROM rehome.move_order o UNION ALL SELECT j::text FROM rehome.journal j')
  assert.ok(!kept.some(row => row.t.includes('Listed')), 'reports are kept for good')
})

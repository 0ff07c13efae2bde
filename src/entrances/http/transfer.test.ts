import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sha256 } from '#lib/hash.ts'
import { useControl, type Control } from '#test/control/rig.ts'
import { Refusal } from '#wire/ask.ts'
import { csvField, readCsv } from './csv.ts'

const files = {
  partners: 'name,locale\nMorgenrot Vertrieb,ja\n',
  customers: '\uFEFFname;country;zone;locale;partner\r\n"Nordlicht; Foods";DE;Europe/Berlin;en;\r\n日の出商事;JP;Asia/Tokyo;ja;Morgenrot Vertrieb\r\n',
  contacts: 'customer,name,email,duties,phone\n日の出商事,山田 花子,hanako@hinode.example,it developer,+81 3 1234\n',
  homes: 'name,kind,capacity,addressPattern,licensedUsers\nold cloud,shared,4,https://{name}.cloud.example.com,\nnew cloud,dedicated,2,https://{name}.example.cloud,250\n',
  tenants: 'name,customer,home,environment,users\nhinode,日の出商事,old cloud,prod,120\n',
} as const

test('a programme’s customers come in by CSV: a dry run tells all and changes nothing, the same file twice changes nothing', async t => {
  const control = await useControl(t)
  const lead = await control.as('migration-lead')
  for (const [kind, csv] of Object.entries(files) as [keyof typeof files, string][]) {
    const lines = csv.trim().split('\n').length - 1
    assert.deepEqual(await lead('transfer.import', { kind, csv, dryRun: true }), { lines, added: lines, changed: 0, same: 0, wrong: [], isDone: false }, kind)
    assert.deepEqual(await lead('transfer.import', { kind, csv }), { lines, added: lines, changed: 0, same: 0, wrong: [], isDone: true }, kind)
    assert.deepEqual(await lead('transfer.import', { kind, csv }), { lines, added: 0, changed: 0, same: lines, wrong: [], isDone: true }, kind)
  }
  const { items } = await lead('customers.list', {})
  assert.deepEqual(items.map(c => [c.name, c.partner !== null]), [['Nordlicht; Foods', false], ['日の出商事', true]])
  const read = await lead('customers.read', { customer: items[1]?.id as never })
  assert.deepEqual(read.contacts.map(c => [c.name, c.locale, c.duties, c.company]), [['山田 花子', 'ja', ['it', 'developer'], '日の出商事']])
  const moved = await lead('transfer.import', { kind: 'homes', csv: files.homes.replace(',2,', ',3,') })
  assert.deepEqual([moved.changed, moved.same], [1, 1])
  assert.equal((await control.world.ledger.read(view => view.entries({}))).filter(e => e.verb === 'import').length, 6)
})

test('every wrong line is listed with all that is wrong with it, and then nothing is changed', async t => {
  const control = await useControl(t)
  const lead = await control.as('migration-lead')
  const csv = 'name,country,zone,locale,partner\nGood,DE,Europe/Berlin,en,\nBad,Germany,Berlin,de,\nNo partner,DE,UTC,en,Nobody\nGood,DE,UTC,en,\n'
  const { wrong, isDone, added } = await lead('transfer.import', { kind: 'customers', csv })
  assert.deepEqual([isDone, added, wrong.map(w => w.line)], [false, 1, [3, 4, 5]])
  assert.match(wrong[0]?.says ?? '', /country: is no country.*zone: is no time zone.*locale/)
  assert.match(wrong[1]?.says ?? '', /no partner “Nobody”/)
  assert.match(wrong[2]?.says ?? '', /same as line 2/)
  assert.deepEqual([wrong[1]?.said.ja, wrong[2]?.said.ja], ['販売パートナー「Nobody」がありません。先に登録してください。', '2 行目と同じ内容です。'])
  assert.match(wrong[0]?.said.ja ?? '', /^国：JP のような国コード、または US-CA のような地域コードで入力してください。タイムゾーン：/)
  assert.equal((await lead('customers.list', {})).items.length, 0)
  const says = async (text: string): Promise<string> => (await lead('transfer.import', { kind: 'customers', csv: text })).wrong.map(w => `${w.line} ${w.says}`).join()
  assert.match(await says(''), /1 The file is empty/)
  assert.match(await says('name,colour\nx,red'), /1 There is no column “colour”. There are name, country/)
  assert.match(await says('name,country\nx'), /2 It has 1 fields, the heading 2/)
  assert.match(await says('name\n"x'), /cannot be read as CSV/)
  await assert.rejects((await control.as('engineer'))('transfer.import', { kind: 'customers', csv }), (e: unknown) => e instanceof Refusal && e.status === 403)
})

test('5,000 customers come in by one request, in seconds', async t => {
  const control = await useControl(t)
  const lead = await control.as('admin')
  const csv = `name,country,zone,locale\n${Array.from({ length: 5_000 }, (_, n) => `Customer ${n},DE,Europe/Berlin,en`).join('\n')}`
  const began = performance.now()
  assert.equal((await lead('transfer.import', { kind: 'customers', csv })).added, 5_000)
  assert.ok(performance.now() - began < 20_000)
})

const fetchAs = async (control: Control, path: string, role: string): Promise<Response> => {
  const token = control.world.secret()
  const operator = control.world.newId<'operator'>()
  await control.world.ledger.transaction(async tx => {
    await tx.add('operator', { id: operator, vendor: control.vendor.id, name: 'x', email: `${operator}@kestrel.example`, roles: [role], password: null, subject: null, disabledAt: null, failures: 0, failedAt: null })
    await tx.add('session', { id: control.world.newId<'session'>(), hash: sha256(token), contact: null, operator, createdAt: control.clock.now(), seenAt: control.clock.now(), expiresAt: control.clock.now() + 1e9, endedAt: null, secondFactorAt: null })
  })
  return fetch(`${control.site}${path}`, { headers: { authorization: `Bearer ${token}` } })
}

test('everything of a kind goes out as CSV or JSON, to who may; no spreadsheet runs what a customer wrote', async t => {
  const control = await useControl(t)
  for (let n = 0; n < 3; n++) await control.customer(n === 1 ? '=HYPERLINK("x")' : `Customer, ${n}`)
  const csv = await (await fetchAs(control, '/api/export/customer?format=csv', 'auditor')).text()
  const read = readCsv(csv, ['id', 'vendor', 'partner', 'name', 'country', 'zone', 'locale'])
  assert.deepEqual('lines' in read ? read.lines.map(l => l.fields['name']) : read, ['Customer, 0', `'=HYPERLINK("x")`, 'Customer, 2'])
  const json = await (await fetchAs(control, '/api/export/contact?format=json', 'admin')).json() as { verifiedAt: string }[]
  assert.deepEqual([json.length, json[0]?.verifiedAt], [3, new Date(control.clock.now()).toISOString()])
  assert.deepEqual(await (await fetchAs(control, '/api/export/move?format=json', 'admin')).json(), [])
  assert.equal((await fetchAs(control, '/api/export/customer', 'support')).status, 403)
  assert.equal((await fetchAs(control, '/api/export/operator', 'admin')).status, 400)
  assert.equal((await fetch(`${control.site}/api/export/customer`)).status, 401)
  assert.deepEqual([csvField('a"b'), csvField(['x']), csvField(null), csvField(-1), csvField('-1')], ['"a""b"', '"[""x""]"', '', '-1', "'-1"])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useControl } from '#test/control/rig.ts'
import { usePriced } from '#test/control/priced.ts'
import { says } from '#test/control/says.ts'

test('a vendor that has said nothing works as is usual where it is, and is told what that is; without a rate nothing has a price', async t => {
  const control = await useControl(t)
  const admin = await control.as('admin')
  const { revision, settings, usual } = await admin('settings.read', {})
  assert.deepEqual([revision, settings.currency, settings.premiumPercent, settings.office.zone, settings.holidays, settings.tax?.basisPoints, settings.rates, settings.cutOffDay], [0, 'JPY', 150, 'Asia/Tokyo', 'JP', 1_000, [], 25])
  assert.deepEqual(usual.toSorted(), Object.keys(settings).toSorted())
  const changed = await admin('settings.change', { revision, changes: { quoteDays: 14, premiumPercent: 200 } })
  assert.deepEqual([changed.revision, changed.settings.quoteDays, changed.usual.includes('quoteDays'), changed.usual.includes('tax')], [1, 14, false, true])
  assert.deepEqual(await admin('settings.read', {}), changed)
  const [entry] = await control.world.ledger.read(view => view.entries({ subject: control.vendor.id }))
  assert.deepEqual([entry?.verb, entry?.facts], ['settings.change', { revision: 1, before: { quoteDays: 30, premiumPercent: 150 }, after: { quoteDays: 14, premiumPercent: 200 } }])
})

test('wrong settings are answered with everything that is wrong with them, and nothing is changed', async t => {
  const control = await useControl(t)
  const admin = await control.as('admin')
  const hours = { mon: [{ from: '09:00', to: '12:00' }, { from: '11:00', to: '18:00' }], tue: [{ from: '18:00', to: '09:00' }], wed: [{ from: '9', to: '18:00' }], thu: [], fri: [], sat: [], sun: [] }
  const wrong = { currency: 'XXX', premiumPercent: 99, rates: [{ work: 'move', from: '2026-01-01', hourlyMinor: 1 }, { work: 'move', from: '2026-01-01', hourlyMinor: 2 }], office: { zone: 'Asia/Edo', weekend: ['sunday'], hours }, ownDays: { off: { '2026-12-29': { en: 'a', ja: 'b' } }, worked: ['2026-12-29'] }, quoteDays: 1.5, colour: 'red' }
  await assert.rejects(admin('settings.change', { revision: 0, changes: wrong as never }), (error: unknown) => {
    says(400, 'input')(error)
    const places = (error as { problem: { wrong: { at: string }[] } }).problem.wrong.map(one => one.at)
    for (const at of ['changes.currency', 'changes.premiumPercent', 'changes.rates', 'changes.office.zone', 'changes.office.weekend.0', 'changes.office.hours.mon', 'changes.office.hours.tue.0', 'changes.office.hours.wed.0.from', 'changes.ownDays', 'changes.quoteDays', 'changes.colour']) assert.ok(places.includes(at), `${at} is among ${places.join(', ')}`)
    return true
  })
  await assert.rejects(admin('settings.change', { revision: 0, changes: { holidays: 'XQ' } }), says(422, 'settings-clash', /holidays of XQ/))
  assert.equal((await admin('settings.read', {})).revision, 0)
})

test('of two who change settings at once the second is told; finance may change prices, and nothing else', async t => {
  const control = await useControl(t)
  const [one, other, finance] = [await control.as('admin'), await control.as('admin'), await control.as('finance')]
  const both = await Promise.allSettled([one('settings.change', { revision: 0, changes: { quoteDays: 10 } }), other('settings.change', { revision: 0, changes: { quoteDays: 20 } })])
  assert.deepEqual(both.map(each => each.status).toSorted(), ['fulfilled', 'rejected'])
  const refused = both.find(each => each.status === 'rejected')
  says(409, 'settings-changed', /revision 1/)(refused?.reason)
  assert.equal((await finance('rates.change', { revision: 1, changes: { rates: [{ work: 'move', from: '2026-01-01', hourlyMinor: 15_000 }] } })).revision, 2)
  await assert.rejects(finance('settings.change', { revision: 2, changes: { cutOffDay: 20 } }), says(403, 'not-your-part'))
  await assert.rejects(finance('rates.change', { revision: 2, changes: { cutOffDay: 20 } as never }), says(400, 'input', /cutOffDay/))
  await assert.rejects((await control.as('support'))('settings.read', {}), says(403, 'not-your-part'))
  await assert.rejects((await control.asContact((await control.customer('Nordlicht')).contact))('settings.read', {}), says(404, 'not-found'))
})

test('A9: where a programme names nobody to turn to, the vendor’s people stand on its pages', async t => {
  const { admin, lead, moving } = await usePriced(t)
  const people = [{ role: 'customer-success' as const, name: 'Customer success', email: 'success@kestrel.example', phone: null }]
  await admin('settings.change', { revision: 1, changes: { people } })
  const { id: programme } = await lead('programmes.add', { name: 'Without people', playbook: 'cloud-to-self-hosted', people: [] })
  assert.deepEqual((await lead('moves.read', { move: (await moving('Hibari', { programme })).move })).people, people)
  assert.deepEqual((await lead('moves.read', { move: (await moving('Sora')).move })).people.map(one => one.name), ['Support'])
})

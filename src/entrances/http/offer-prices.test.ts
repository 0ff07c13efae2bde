import assert from 'node:assert/strict'
import { test } from 'node:test'
import { usePriced } from '#test/control/priced.ts'

test('an offered time says what it costs, at the weekend by the rate of the weekend, to whoever may see the quote and to nobody else (B3, B5)', { timeout: 60_000 }, async t => {
  const { control, lead, finance, moving, window } = await usePriced(t)
  const { id: partner } = await lead('partners.add', { name: 'Morgenrot Vertrieb', locale: 'en' })
  const { id: dealer } = await lead('contacts.add', { partner, name: 'Sales', email: 'sales@morgenrot.example', duties: ['point-of-contact', 'billing'] })
  await control.verify(dealer)
  const [own, resold] = [await moving('Tall Pine'), await moving('Saltmarsh', { partner })]
  const offered = async (who: typeof lead, move: typeof own.move) => (await who('windows.offer', { move, day: '2026-12-12', time: '10:00', count: 6 })).offers
  assert.deepEqual(new Set((await offered(lead, own.move)).map(one => one.price)), new Set([null]), 'nothing is quoted yet')
  for (const moved of [own, resold]) {
    await window(moved, Date.UTC(2026, 11, 7, 1), 60, 'proposed')
    const { id } = await finance('quotes.make', { move: moved.move })
    await finance('quotes.send', { quote: id })
  }
  const offers = await offered(await control.asContact(own.contact), own.move)
  const saturday = offers.find(({ day }) => day === '2026-12-12')?.price
  assert.ok(saturday !== undefined && saturday !== null && saturday.currency === 'JPY')
  const weekend = saturday.parts.find(({ kind }) => kind === 'weekend')
  assert.equal(weekend?.percent, 150)
  assert.equal(saturday.amountMinor, saturday.parts.reduce((sum, { minutes, percent }) => sum + minutes * percent * 15_000 / 6_000, 0), 'what the parts come to at ¥15,000 an hour')
  assert.ok((await offered(await control.asContact(dealer), resold.move)).every(({ price }) => price !== null), 'the partner was quoted')
  assert.ok((await offered(await control.asContact(resold.contact), resold.move)).every(({ price }) => price === null), 'its customer was not')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import ICAL from 'ical.js'
import { filesAs } from '#test/control/files.ts'
import { usePriced, wall } from '#test/control/priced.ts'
import { readPdf } from '#test/services/pdf-text.ts'

const iso = (at: number): string => new Date(at).toISOString()
const pdf = async (response: Response) => {
  assert.deepEqual([response.status, response.headers.get('content-type')], [200, 'application/pdf'])
  return await readPdf(new Uint8Array(await response.arrayBuffer()))
}

/** Lines as one text: where they break is the paper's own affair. */
const joined = ({ pages }: { readonly pages: readonly string[] }): string => pages.join(' ').replaceAll(/\s+/g, ' ')

test('B3: a quote is a PDF in English and in Japanese, line by line as it is charged, for those who may read it', async t => {
  const { finance, moving, control } = await usePriced(t)
  const { move, billing, contact } = await moving('Hibari Foods')
  const made = await finance('quotes.make', { move, from: iso(wall('2026-11-20T16:30')), until: iso(wall('2026-11-24T10:15')) })
  const person = await filesAs(control, { contact: billing })
  assert.equal((await person(`/api/quotes/${made.id}/paper?locale=ja`)).status, 404, 'a draft is the vendor’s own')
  await finance('quotes.send', { quote: made.id })
  const english = await pdf(await person(`/api/quotes/${made.id}/paper`))
  const text = joined(english)
  for (const part of ['Quote', 'Q-2026-000001', 'Kestrel Analytics', '1 Harbour Road, Yokohama', 'Hibari Foods', 'Billing at Hibari Foods', '¥2,198,625', '¥1,998,750', '¥199,875', 'Consumption tax (10%)', '¥22,500', '¥135,000', '¥540,000', '¥202,500', '¥18,750', '16:30–18:00', '18:00–24:00', 'Asia/Tokyo', 'Payable within 30 days.', 'Labor Thanksgiving Day']) assert.ok(text.includes(part), `${part} is on the paper:\n${text}`)
  const japanese = await pdf(await person(`/api/quotes/${made.id}/paper?locale=ja`))
  const said = joined(japanese)
  for (const part of ['御見積書', 'Q-2026-000001', '移行作業', '消費税（10%）', '勤労感謝の日', '営業時間外', '週末', 'お支払いは30日以内にお願いいたします。', 'Billing at Hibari Foods 様', '横浜市港通り1']) assert.ok(said.includes(part), `${part} is on the paper:\n${said}`)
  assert.deepEqual([english.language, japanese.language], ['en', 'ja'])
  assert.equal((await person(`/api/quotes/${made.id}/paper?locale=fr`)).status, 400)
  assert.equal((await (await filesAs(control, { contact }))(`/api/quotes/${made.id}/paper`)).status, 200, 'the point of contact stands in for everyone')
  assert.equal((await (await filesAs(control, { contact: (await control.customer('Another')).contact }))(`/api/quotes/${made.id}/paper`)).status, 404)
  assert.equal((await fetch(`${control.site}/api/quotes/${made.id}/paper`)).status, 401)
  const [letter] = await control.world.ledger.read(view => view.list('message', { move, event: 'quote-sent' }))
  assert.ok(letter !== undefined)
  const { paper } = letter.enclosed as unknown as { paper: { name: string; paper: Parameters<typeof control.world.documents.pdf>[0] } }
  assert.equal(paper.name, 'Q-2026-000001.pdf')
  const enclosed = await readPdf(await control.world.documents.pdf(paper.paper, new AbortController().signal))
  assert.ok(enclosed.pages.join('\n').includes('Q-2026-000001'))
})

test('a plan is a PDF and a calendar in the reader’s language, for those who may read it', async t => {
  const { moving, window, control } = await usePriced(t)
  const moved = await moving('Hibari Foods')
  await window(moved, wall('2027-01-16T09:00'), 24)
  const [person, payer] = [await filesAs(control, { contact: moved.contact }), await filesAs(control, { contact: moved.billing })]
  const english = joined(await pdf(await person(`/api/moves/${moved.move}/plan.pdf`)))
  for (const part of ['Plan for the move of hibari- foods', 'Give the contact for this move', 'Customer, point of contact', 'Kestrel Analytics', 'support@kestrel.example', 'Quote']) assert.ok(english.includes(part), `${part} is on the paper:\n${english}`)
  const japanese = joined(await pdf(await person(`/api/moves/${moved.move}/plan.pdf?locale=ja`)))
  for (const part of ['移行計画書', '移行担当者の登録', 'お客様']) assert.ok(japanese.includes(part), `${part} is on the paper:\n${japanese}`)
  const response = await person(`/api/moves/${moved.move}/plan.ics?locale=ja`)
  assert.match(response.headers.get('content-type') ?? '', /^text\/calendar/)
  const events = new ICAL.Component(ICAL.parse(await response.text()) as never).getAllSubcomponents('vevent').map(one => new ICAL.Event(one))
  const tasks = await control.world.ledger.read(view => view.list('task', { move: moved.move, state: 'open' }))
  assert.equal(events.length, tasks.length + 1)
  const [agreed] = events.filter(one => one.uid.startsWith('window-'))
  assert.deepEqual([agreed?.startDate.toJSDate().toISOString(), agreed?.endDate.toJSDate().toISOString()], [iso(wall('2027-01-16T09:00')), iso(wall('2027-01-17T09:00'))])
  const first = tasks.find(one => one.key === 'give-contact')
  const shown = events.find(one => one.uid === `task-${first?.id}@rehome`)
  assert.deepEqual([shown?.startDate.toString(), shown?.summary], [first?.dueOn, 'hibari-foods: 移行担当者の登録'])
  assert.equal((await payer(`/api/moves/${moved.move}/plan.pdf`)).status, 403, 'plans are not for those who pay')
  assert.equal((await (await filesAs(control, { contact: (await control.customer('Another')).contact }))(`/api/moves/${moved.move}/plan.ics`)).status, 404)
})

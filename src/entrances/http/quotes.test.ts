import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AnswerOf } from '#wire/api.ts'
import { usePriced, wall, type Priced } from '#test/control/priced.ts'
import { says } from '#test/control/says.ts'

type Shown = AnswerOf<'quotes.read'>
const cuts = ({ offer }: Pick<Shown, 'offer'>): unknown[] => offer.lines.map(line => [line.day, line.kind, line.minutes, line.percent, line.amount.minor])
const hour = 3_600_000
const iso = (at: number): string => new Date(at).toISOString()

test('B3: a move over a Friday evening, a weekend and a Japanese holiday is priced to the yen, cut where the price changes, in Japan’s time', async t => {
  const { finance, moving } = await usePriced(t)
  const { move, billing } = await moving('Hibari Foods')
  // Monday 23 November 2026 is 勤労感謝の日.
  const wish = { move, from: iso(wall('2026-11-20T16:30')), until: iso(wall('2026-11-24T10:15')) }
  const preview = await finance('quotes.preview', wish)
  const made = await finance('quotes.make', wish)
  assert.deepEqual(cuts(made), [
    ['2026-11-20', 'standard', 90, 100, 22_500], ['2026-11-20', 'after-hours', 360, 150, 135_000], ['2026-11-21', 'weekend', 1_440, 150, 540_000], ['2026-11-22', 'weekend', 1_440, 150, 540_000],
    ['2026-11-23', 'holiday', 1_440, 150, 540_000], ['2026-11-24', 'after-hours', 540, 150, 202_500], ['2026-11-24', 'standard', 75, 100, 18_750],
  ])
  assert.deepEqual([made.number, made.currency, made.offer.subtotalMinor, made.offer.tax?.amountMinor, made.totalMinor, made.named, made.standing], ['Q-2026-000001', 'JPY', 1_998_750, 199_875, 2_198_625, billing, 'draft'])
  assert.deepEqual([cuts(preview), preview.totalMinor], [cuts(made), made.totalMinor])
})

test('B3: hours are those on the vendor’s wall, also in the nights in which its clocks are changed', async t => {
  const { admin, finance, moving } = await usePriced(t, { start: Date.UTC(2026, 9, 1) })
  const at = (text: string): string => iso(wall(text, 'Europe/Berlin'))
  const nine = [{ from: '09:00', to: '18:00' }]
  await admin('settings.change', { revision: 1, changes: { currency: 'EUR', holidays: 'DE', tax: null, rates: [{ work: 'move', from: '2026-01-01', hourlyMinor: 15_000 }], office: { zone: 'Europe/Berlin', weekend: ['sat', 'sun'], hours: { mon: nine, tue: nine, wed: nine, thu: nine, fri: nine, sat: [], sun: [] } } } })
  const { move } = await moving('Nordlicht')
  const back = await finance('quotes.preview', { move, from: at('2026-10-24T22:00'), until: at('2026-10-25T06:00') })
  assert.deepEqual([back.offer.lines.reduce((sum, line) => sum + line.minutes, 0), back.totalMinor, back.currency], [9 * 60, 202_500, 'EUR'], 'an hour that is shown twice is worked twice')
  const forth = await finance('quotes.preview', { move, from: at('2027-03-27T22:00'), until: at('2027-03-28T06:00') })
  assert.deepEqual([forth.offer.lines.reduce((sum, line) => sum + line.minutes, 0), forth.totalMinor], [7 * 60, 157_500])
})

test('B3, B5: the time that is priced follows from what was measured; while no move was measured, that is said', async t => {
  const { finance, moving, window, lead, control } = await usePriced(t)
  const moved = await moving('Hibari Foods')
  await assert.rejects(finance('quotes.make', { move: moved.move }), says(409, 'no-time-named'))
  // A terabyte at 20 MB/s takes 13 h 53 min, and an hour before.
  const found = await lead('estimates.read', { tenant: moved.tenant })
  assert.deepEqual([found.assumed, found.explained.hours.p50, found.explained.standing], [true, 15, 'below'])
  assert.match(found.explained.says.en, /typically takes 24 to 48 hours\. Yours will take about 15 hours.*1\.0 TB in app at .*assumed/s)
  assert.match(found.explained.says.ja, /24～48時間.*約15時間.*想定/s)
  await window(moved, wall('2026-12-01T09:00'), 48)
  const { offer } = await finance('quotes.make', { move: moved.move })
  assert.deepEqual([offer.time, offer.window?.endsAt], [{ from: wall('2026-12-01T09:00'), to: wall('2026-12-02T00:00') }, wall('2026-12-03T09:00')])
  await control.world.ledger.transaction(async tx => {
    const ofMove = { vendor: control.vendor.id, customer: moved.customer, move: moved.move }
    await tx.add('move_order', { id: control.world.newId<'order'>(), ...ofMove, kind: 'move', state: 'done', facts: {}, result: { copyBytes: 40_000_000_000, copyMs: 1_000_000 }, agent: null, leaseUntil: null, claims: 1, reported: 1, wish: null, createdAt: 0, endedAt: 1 })
  })
  const measured = await lead('estimates.read', { tenant: moved.tenant })
  assert.deepEqual([measured.assumed, measured.explained.hours.p50, measured.estimate.stores[0]?.bytesPerSecond, measured.estimate.stores[0]?.samples], [false, 8, 40_000_000, 1])
  assert.match(measured.explained.says.en, /as measured once/)
})

test('B3: a quote is accepted once, by the person it names, before its last day ends in the vendor’s zone; said again, it stays accepted as it was', async t => {
  const { finance, moving, control } = await usePriced(t)
  const { move, billing, contact } = await moving('Hibari Foods')
  const made = await finance('quotes.make', { move, from: iso(wall('2027-02-01T09:00')), until: iso(wall('2027-02-01T12:00')) })
  const [person, other, stranger] = [await control.asContact(billing), await control.asContact(contact), await control.asContact((await control.customer('Another')).contact)]
  await assert.rejects(person('quotes.accept', { quote: made.id }), says(404, 'not-found'), 'a draft is the vendor’s own')
  await assert.rejects(person('quotes.read', { quote: made.id }), says(404, 'not-found'))
  assert.deepEqual((await person('quotes.list', {})).items, [])
  const sent = await finance('quotes.send', { quote: made.id })
  assert.equal(iso(sent.expiresAt), iso(wall('2026-12-03T00:00')), 'thirty days after 2 November, to the end of the day')
  assert.deepEqual((await finance('quotes.send', { quote: made.id })).sentAt, sent.sentAt)
  await assert.rejects(other('quotes.accept', { quote: made.id }), says(403, 'for-another-person'))
  await assert.rejects(stranger('quotes.accept', { quote: made.id }), says(404, 'not-found'))
  await assert.rejects(finance('quotes.accept', { quote: made.id }), says(403, 'not-your-part'))
  control.clock.at(sent.expiresAt)
  const late = await control.asContact(billing)
  await assert.rejects(late('quotes.accept', { quote: made.id }), says(409, 'quote-expired'), 'at the very instant it is over')
  assert.equal((await late('quotes.read', { quote: made.id })).standing, 'expired')
  control.clock.at(sent.expiresAt - 1)
  const accepted = await late('quotes.accept', { quote: made.id })
  assert.deepEqual([accepted.standing, accepted.acceptedBy, accepted.acceptedAt], ['accepted', billing, sent.expiresAt - 1])
  control.clock.pass(40)
  assert.deepEqual(await (await control.asContact(billing))('quotes.accept', { quote: made.id }), accepted)
  const later = await control.as('finance')
  await assert.rejects(later('quotes.withdraw', { quote: made.id, because: 'a mistake' }), says(409, 'accepted-already'))
  await assert.rejects(later('quotes.make', { move }), says(409, 'accepted-already'))
  const entries = await control.world.ledger.read(view => view.entries({ subject: made.id }))
  assert.deepEqual(entries.map(one => [one.verb, one.who.name]), [['quote.make', 'A person for finance'], ['quote.send', 'A person for finance'], ['quote.accept', 'Billing at Hibari Foods']])
  const letters = await control.world.ledger.read(view => view.list('message', { move }))
  assert.deepEqual(letters.map(one => one.event).toSorted(), ['quote-accepted', 'quote-accepted', 'quote-sent'], 'to the person, and to finance')
})

test('B3: accepted by two requests at once, a quote is charged once, with its tax, in the month in which the work ends', async t => {
  const { finance, moving, control } = await usePriced(t)
  const { move, billing } = await moving('Hibari Foods')
  const made = await finance('quotes.make', { move, from: iso(wall('2026-11-30T18:00')), until: iso(wall('2026-12-01T00:00')) })
  await finance('quotes.send', { quote: made.id })
  const person = await control.asContact(billing)
  const answers = await Promise.all(Array.from({ length: 8 }, () => person('quotes.accept', { quote: made.id })))
  assert.equal(new Set(answers.map(one => JSON.stringify(one))).size, 1)
  const { items } = await finance('charges.list', { month: '2026-11' })
  assert.deepEqual(items.map(one => [one.kind, one.onDay, one.amountMinor, one.about.invoice, one.about.reference]), [['move', '2026-11-30', 135_000, 'move', 'Q-2026-000001'], ['tax', '2026-11-30', 13_500, 'move', 'Q-2026-000001']])
  assert.deepEqual((await finance('charges.list', { month: '2026-12' })).items, [])
  assert.equal((await control.world.ledger.read(view => view.entries({ subject: made.id }))).filter(one => one.verb === 'quote.accept').length, 1)
})

test('B3: the price follows the time: a quote for another window than the agreed one is withdrawn, and its person is told that a new one is needed', async t => {
  const { finance, moving, window, control } = await usePriced(t)
  const moved = await moving('Hibari Foods')
  await window(moved, wall('2026-12-01T09:00'), 24)
  const made = await finance('quotes.make', { move: moved.move })
  await finance('quotes.send', { quote: made.id })
  await window(moved, wall('2026-12-05T09:00'), 24)
  const person = await control.asContact(moved.billing)
  await assert.rejects(person('quotes.accept', { quote: made.id }), says(409, 'quote-stale', /new quote is needed/))
  const gone = await person('quotes.read', { quote: made.id })
  assert.deepEqual([gone.state, gone.standing, gone.offer.because], ['withdrawn', 'withdrawn', 'window-moved'])
  await assert.rejects(person('quotes.accept', { quote: made.id }), says(409, 'quote-withdrawn'))
  const again = await finance('quotes.make', { move: moved.move })
  assert.deepEqual([again.number, again.offer.lines.every(line => line.kind === 'weekend')], ['Q-2026-000002', true])
  await finance('quotes.send', { quote: again.id })
  assert.equal((await person('quotes.accept', { quote: again.id })).standing, 'accepted')
  const letters = await control.world.ledger.read(view => view.list('message', { move: moved.move, event: 'quote-withdrawn' }))
  assert.deepEqual(letters.map(one => (one.facts as { because: string }).because), ['window-moved'])
  await window(moved, wall('2026-12-06T09:00'), 24)
  assert.equal((await person('quotes.read', { quote: again.id })).state, 'accepted', 'what was accepted stands')
})

test('a quote that takes the place of one that was sent withdraws it', async t => {
  const { finance, moving, control } = await usePriced(t)
  const { move, billing } = await moving('Hibari Foods')
  const wish = { move, from: iso(wall('2026-12-01T09:00')), until: iso(wall('2026-12-01T12:00')) }
  const [first, second] = [await finance('quotes.make', wish), await finance('quotes.make', wish)]
  for (const one of [first, second]) await finance('quotes.send', { quote: one.id })
  const person = await control.asContact(billing)
  assert.deepEqual((await person('quotes.list', {})).items.map(one => [one.number, one.standing, one.offer.because]), [['Q-2026-000002', 'open', null], ['Q-2026-000001', 'withdrawn', 'replaced by Q-2026-000002']])
  await assert.rejects(finance('quotes.send', { quote: first.id }), says(409, 'quote-ended'))
  assert.equal((await finance('quotes.withdraw', { quote: second.id, because: 'the customer asked' })).state, 'withdrawn')
})

test('B3: where a partner sells, the quote is the partner’s: its person accepts it, other partners and the customer do not see it', async t => {
  const { lead, finance, moving, control } = await usePriced(t)
  const sellers: { partner: Awaited<ReturnType<typeof seller>>; ask: Awaited<ReturnType<Priced['control']['asContact']>> }[] = []
  const seller = async (name: string) => {
    const { id: partner } = await lead('partners.add', { name, locale: 'en' })
    const { id: contact } = await lead('contacts.add', { partner, name: `Sales at ${name}`, email: `sales@${name.toLowerCase()}.example`, duties: ['point-of-contact'] })
    return { partner, contact }
  }
  for (const name of ['Morgenrot', 'Abendrot']) {
    const partner = await seller(name)
    sellers.push({ partner, ask: await control.asContact(partner.contact) })
  }
  const [ours, theirs] = sellers
  assert.ok(ours !== undefined && theirs !== undefined)
  const { move, billing } = await moving('Hibari Foods', { partner: ours.partner.partner })
  const made = await finance('quotes.make', { move, from: iso(wall('2026-12-01T09:00')), until: iso(wall('2026-12-01T12:00')) })
  assert.deepEqual([made.named, made.offer.partner, made.offer.to], [ours.partner.contact, 'Morgenrot', ['Morgenrot', 'Sales at Morgenrot']])
  await finance('quotes.send', { quote: made.id })
  assert.deepEqual((await ours.ask('quotes.list', {})).items.map(one => one.id), [made.id])
  assert.deepEqual((await theirs.ask('quotes.list', {})).items, [])
  await assert.rejects(theirs.ask('quotes.read', { quote: made.id }), says(404, 'not-found'))
  await assert.rejects(theirs.ask('quotes.accept', { quote: made.id }), says(404, 'not-found'))
  const customer = await control.asContact(billing)
  assert.deepEqual((await customer('quotes.list', {})).items, [])
  await assert.rejects(customer('quotes.read', { quote: made.id }), says(403, 'for-another-party'))
  assert.equal((await ours.ask('quotes.accept', { quote: made.id })).standing, 'accepted')
  const named = await finance('quotes.preview', { move: (await moving('Sora', { partner: theirs.partner.partner })).move, from: iso(wall('2026-12-01T09:00')), until: iso(wall('2026-12-01T12:00')) })
  assert.equal(named.named, theirs.partner.contact)
  await assert.rejects(finance('quotes.preview', { move: (await moving('Umi')).move, from: iso(wall('2026-12-01T09:00')), until: iso(wall('2026-12-01T12:00')), named: ours.partner.contact }), says(409, 'nobody-to-accept'), 'another’s person cannot be named')
})

test('two hundred quotes made at once have two hundred numbers that follow each other', async t => {
  const { finance, moving, control } = await usePriced(t)
  const wish = { from: iso(wall('2026-12-01T09:00')), until: iso(wall('2026-12-01T12:00')) }
  const moves = [(await moving('Hibari')).move, (await moving('Sora')).move, (await moving('Umi')).move, (await moving('Kaze')).move]
  const made = await Promise.all(Array.from({ length: 200 }, (_, n) => finance('quotes.make', { ...wish, move: moves[n % moves.length] ?? moves[0] as never })))
  assert.deepEqual(made.map(one => one.number).toSorted(), Array.from({ length: 200 }, (_, n) => `Q-2026-${String(n + 1).padStart(6, '0')}`))
  await assert.rejects(finance('quotes.make', { ...wish, move: moves[0] as never, until: wish.from }), says(422, 'time-backward'))
  control.clock.at(wall('2027-01-01T00:00'))
  const next = await (await control.as('finance'))('quotes.make', { move: moves[0] as never, from: iso(wall('2027-02-01T09:00')), until: iso(wall('2027-02-01T12:00')) })
  assert.equal(next.number, 'Q-2027-000001', 'a year begins where the vendor is')
})

test('what cannot be quoted is refused with the reason', async t => {
  const { finance, lead, admin, moving, control } = await usePriced(t)
  const { move } = await moving('Hibari Foods')
  await assert.rejects(finance('quotes.make', { move, from: iso(control.clock.now()), until: iso(control.clock.now() + hour) }), says(409, 'time-passed'))
  await assert.rejects(finance('quotes.make', { move, from: iso(wall('2026-12-01T09:00')), until: iso(wall('2027-02-01T09:00')) }), says(422, 'time-too-long'))
  await assert.rejects(finance('quotes.make', { move: (await moving('Empty', { stores: [] })).move, from: iso(wall('2026-12-01T09:00')) }), says(409, 'nothing-measured'))
  await assert.rejects((await control.as('support'))('quotes.make', { move }), says(403, 'not-your-part'))
  await admin('settings.change', { revision: 1, changes: { rates: [{ work: 'move', from: '2026-11-03', hourlyMinor: 1 }] } })
  await assert.rejects(finance('quotes.make', { move, from: iso(wall('2026-12-01T09:00')) }), says(409, 'no-rate'))
  const { id: included } = await lead('programmes.add', { name: 'To dedicated', playbook: 'shared-to-dedicated', people: [] })
  await assert.rejects(finance('quotes.make', { move: (await moving('Big', { programme: included, to: 'dedicated', users: 120, licensed: 200 })).move, from: iso(wall('2026-12-01T09:00')) }), says(409, 'free-of-charge'), 'B1, B12: included')
  assert.equal((await finance('billing.paperwork', { move: (await moving('Bigger', { programme: included, to: 'dedicated', users: 120, licensed: 200 })).move })).isMet, true, 'nobody waits for the quote of what is free of charge')
  await admin('settings.change', { revision: 2, changes: { rates: [{ work: 'move', from: '2026-01-01', hourlyMinor: 15_000 }] } })
  const small = (await moving('Small', { programme: included, to: 'dedicated', users: 99, licensed: 200 })).move
  assert.ok((await finance('quotes.make', { move: small, from: iso(wall('2026-12-01T09:00')) })).totalMinor > 0, 'B1: below a hundred users it is not included')
  assert.deepEqual((await finance('billing.paperwork', { move: small })).missing, ['quote-accepted', 'order-received'])
})

test('B3: whoever proposes or moves a window takes the quotes for another time with it, in the same transaction; acceptance and move cannot both win', async t => {
  const { finance, lead, moving, control } = await usePriced(t)
  const { move, billing, contact } = await moving('Hibari Foods')
  const [person, approver] = [await control.asContact(billing), await control.asContact(contact)]
  const proposed = await lead('windows.propose', { move, from: iso(wall('2027-02-01T09:00')), to: iso(wall('2027-02-02T15:00')) })
  await approver('windows.confirm', { window: proposed.id })
  const made = await finance('quotes.make', { move })
  assert.deepEqual([made.offer.window?.id, made.offer.duration?.en.slice(0, 42)], [proposed.id, 'Such a move typically takes 24 to 48 hours'])
  await finance('quotes.send', { quote: made.id })
  const [accepted, moved] = await Promise.allSettled([
    person('quotes.accept', { quote: made.id }), approver('windows.move', { window: proposed.id, from: iso(wall('2027-02-06T09:00')), to: iso(wall('2027-02-07T15:00')), reason: 'Month end' }),
  ])
  assert.equal(moved.status, 'fulfilled')
  const after = await person('quotes.read', { quote: made.id })
  const charges = (await finance('charges.list', { move })).items.length
  assert.deepEqual([after.state, charges], accepted.status === 'fulfilled' ? ['accepted', 2] : ['withdrawn', 0])
  const { move: again, billing: other, contact: decider } = await moving('Sora')
  const second = await lead('windows.propose', { move: again, from: iso(wall('2027-03-01T09:00')), to: iso(wall('2027-03-02T15:00')) })
  await (await control.asContact(decider))('windows.confirm', { window: second.id })
  const quote = await finance('quotes.make', { move: again })
  await finance('quotes.send', { quote: quote.id })
  await lead('windows.move', { window: second.id, from: iso(wall('2027-03-06T09:00')), to: iso(wall('2027-03-07T15:00')), reason: 'Month end' })
  const gone = await (await control.asContact(other))('quotes.read', { quote: quote.id })
  assert.deepEqual([gone.state, gone.offer.because], ['withdrawn', 'window-moved'])
})

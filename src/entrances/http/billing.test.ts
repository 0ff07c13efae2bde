import assert from 'node:assert/strict'
import { test } from 'node:test'
import { billingFindings } from '#control/billing/billing-checks.ts'
import { system } from '#control/ground/callers.ts'
import { decide, look } from '#control/ground/desk.ts'
import { retire, type RetirementFacts } from '#control/plans/retirement.ts'
import type { Job } from '#domain/job.ts'
import type { MoveId } from '#domain/programmes.ts'
import type { Control } from '#test/control/rig.ts'
import { filesAs } from '#test/control/files.ts'
import { usePriced, wall } from '#test/control/priced.ts'
import { says } from '#test/control/says.ts'

const iso = (at: number): string => new Date(at).toISOString()
const findings = async ({ world }: Control, id: MoveId): Promise<Record<string, boolean>> => look(world, system, async glance => {
  const move = await glance.view.get('move', id)
  assert.ok(move !== undefined)
  return Object.fromEntries([...await billingFindings(glance, move)].map(([check, { held, why }]) => {
    assert.ok(why.en.length > 0 && /[\u3040-\u30ff\u4e00-\u9fff]/.test(why.ja), `${check} says why in both languages`)
    return [check, held]
  }))
})

test('B14: a plan change handed in by the end of the 25th in the vendor’s zone is on the next month’s invoice, a moment later on that of the month after', async t => {
  const { moving, control } = await usePriced(t)
  const { customer, billing } = await moving('Hibari Foods')
  const edge = wall('2026-11-26T00:00')
  control.clock.at(edge)
  const [money, person] = [await control.as('finance'), await control.asContact(billing)]
  const plan = async (handedInAt: number) => (await money('billing.plan-change', { customer, says: 'Ten users more', amountMinor: 5_000, handedInAt: iso(handedInAt) }))
  const [before, after] = [await plan(edge - 1), await plan(edge)]
  assert.deepEqual([before.change, before.charge.onDay, before.charge.kind], [{ handedInOn: '2026-11-25', invoice: '2026-12', isInTime: true, closesAt: edge }, '2026-12-01', 'plan-change'])
  assert.deepEqual([after.change.handedInOn, after.change.invoice, after.change.isInTime, iso(after.change.closesAt)], ['2026-11-26', '2027-01', false, iso(wall('2026-12-26T00:00'))])
  assert.deepEqual([(await money('charges.list', { month: '2026-12' })).items.length, (await money('charges.list', { month: '2027-01' })).items.length], [1, 1])
  assert.deepEqual(await person('billing.cut-off', { customer }), after.change, 'the customer sees what would hold now')
  await assert.rejects(plan(edge + 1), says(422, 'in-the-future'))
  await assert.rejects(person('billing.plan-change', { customer, says: 'x' }), says(403, 'not-your-part'))
  await assert.rejects((await control.asContact((await control.customer('Another')).contact))('billing.cut-off', { customer }), says(404, 'not-found'))
  await assert.rejects(money('charges.list', { month: '2026-13' }), says(400, 'input', /is no month/))
})

test('B7: the overlap or the hole between subscription and licence is shown by days, and a hole is refused while a move depends on there being none', async t => {
  const { finance, moving, control } = await usePriced(t)
  const { customer, billing, move } = await moving('Hibari Foods')
  const add = (kind: 'subscription' | 'licence', startsOn: string, endsOn?: string) => finance('contracts.add', { customer, kind, startsOn, term: kind === 'licence' ? 'year' : 'month', ...(endsOn === undefined ? {} : { endsOn }) })
  const { contract: subscription, cover } = await add('subscription', '2026-04-01')
  assert.deepEqual(cover, { standing: 'goes-on' })
  const ended = await finance('contracts.change', { contract: subscription.id, endsOn: '2027-01-01' })
  assert.deepEqual(ended.cover, { standing: 'lacking', missing: ['licence'] })
  assert.equal((await findings(control, move))['no-licence-gap'], false)
  await assert.rejects(add('licence', '2027-01-04'), (error: unknown) => {
    says(409, 'licence-hole')(error)
    const { cover: found } = (error as { problem: { cover: { hole: unknown; days: number; instead: unknown } } }).problem
    assert.deepEqual([found.hole, found.days, found.instead], [{ first: '2027-01-01', last: '2027-01-03' }, 3, { licenceFrom: '2027-01-01', subscriptionUntil: '2027-01-03' }])
    return true
  })
  const { contract: licence, cover: kept } = await add('licence', '2026-12-18')
  assert.deepEqual([kept.standing, 'days' in kept && kept.days, 'overlap' in kept && kept.overlap], ['covered', 14, { first: '2026-12-18', last: '2026-12-31' }])
  assert.equal((await findings(control, move))['no-licence-gap'], true)
  await assert.rejects(finance('contracts.change', { contract: licence.id, startsOn: '2027-01-02' }), says(409, 'licence-hole'))
  await assert.rejects(finance('contracts.change', { contract: subscription.id, endsOn: '2026-12-17' }), says(409, 'licence-hole'))
  assert.equal((await finance('contracts.change', { contract: subscription.id, endsOn: '2026-12-18' })).cover.standing, 'covered', 'the licence begins on the very next day')
  await assert.rejects(add('licence', '2027-06-01'), says(409, 'contract-overlaps'))
  await assert.rejects(finance('contracts.change', { contract: licence.id, endsOn: '2026-12-18' }), says(422, 'contract-backward'))
  const seen = await (await control.asContact(billing))('contracts.read', { customer })
  assert.deepEqual(seen.contracts.map(one => [one.kind, one.startsOn, one.endsOn]), [['subscription', '2026-04-01', '2026-12-18'], ['licence', '2026-12-18', null]])
  await assert.rejects((await control.as('support'))('contracts.read', { customer }), says(403, 'not-your-part'))
  // Where no move asks for it, a hole is shown and nothing more.
  const { customer: other } = await control.customer('Nobody moves')
  await finance('contracts.add', { customer: other, kind: 'subscription', startsOn: '2026-01-01', endsOn: '2026-12-01', term: 'month' })
  assert.equal((await finance('contracts.add', { customer: other, kind: 'licence', startsOn: '2027-01-01', term: 'year' })).cover.standing, 'uncovered')
})

test('B7: two who change a customer’s contracts at once leave no hole behind', async t => {
  const { finance, moving } = await usePriced(t)
  const customers = []
  for (const name of ['Hibari', 'Sora', 'Umi', 'Kaze', 'Mori', 'Hana', 'Yuki', 'Kawa']) {
    const { customer } = await moving(name)
    const { contract: subscription } = await finance('contracts.add', { customer, kind: 'subscription', startsOn: '2026-04-01', endsOn: '2027-01-01', term: 'month' })
    const { contract: licence } = await finance('contracts.add', { customer, kind: 'licence', startsOn: '2026-12-01', term: 'year' })
    customers.push({ customer, subscription, licence })
  }
  const all = await Promise.all(customers.map(({ subscription, licence }) => Promise.allSettled([finance('contracts.change', { contract: subscription.id, endsOn: '2026-12-15' }), finance('contracts.change', { contract: licence.id, startsOn: '2026-12-20' })])))
  for (const both of all) assert.deepEqual(both.map(one => one.status).toSorted(), ['fulfilled', 'rejected'], 'each alone leaves no hole, both together do')
  for (const { customer } of customers) assert.equal((await finance('contracts.read', { customer })).cover.standing, 'covered')
})

test('B7: no work begins before the paperwork is done; licences and support are charged once, on an invoice of their own', async t => {
  const { finance, moving, control } = await usePriced(t)
  const { customer, move, billing } = await moving('Hibari Foods')
  assert.deepEqual(await finance('billing.paperwork', { move }), { condition: 'paperwork-done', isMet: false, done: ['billing-contact-known'], missing: ['quote-accepted', 'order-received', 'no-hole-between-subscription-and-licence', 'licence-invoice-details-known'] })
  await assert.rejects(finance('billing.paper', { move, paper: 'quote-accepted' }), says(422, 'seen-by-itself'))
  const quote = await finance('quotes.make', { move, from: iso(wall('2026-12-01T09:00')), until: iso(wall('2026-12-01T12:00')) })
  assert.deepEqual(await findings(control, move), { 'quote-sent': false, 'quote-accepted': false, 'paperwork-done': false, 'no-licence-gap': false, 'user-count-within-licence': true, 'data-measured': true })
  await finance('quotes.send', { quote: quote.id })
  assert.deepEqual([(await findings(control, move))['quote-sent'], (await findings(control, move))['quote-accepted']], [true, false])
  await (await control.asContact(billing))('quotes.accept', { quote: quote.id })
  await finance('contracts.add', { customer, kind: 'subscription', startsOn: '2026-04-01', endsOn: '2027-01-01', term: 'month' })
  await finance('contracts.add', { customer, kind: 'licence', startsOn: '2026-12-01', term: 'year' })
  await Promise.all([1, 2, 3].map(() => finance('billing.paper', { move, paper: 'order-received' })))
  assert.deepEqual((await finance('billing.paper', { move, paper: 'licence-invoice-details-known' })).missing, [])
  assert.deepEqual(await findings(control, move), { 'quote-sent': true, 'quote-accepted': true, 'paperwork-done': true, 'no-licence-gap': true, 'user-count-within-licence': true, 'data-measured': true })
  const licences = { move, licencesMinor: 480_000, supportMinor: 96_000, reference: 'Order 77' }
  const all = await Promise.allSettled([1, 2, 3].map(() => finance('billing.licences', licences)))
  assert.deepEqual(all.map(one => one.status).toSorted(), ['fulfilled', 'rejected', 'rejected'])
  await assert.rejects(finance('billing.licences', licences), says(409, 'charged-already'))
  const { items } = await finance('charges.list', { move })
  assert.deepEqual(items.map(one => [one.about.invoice, one.kind, one.amountMinor]).toSorted(), [['licences-and-support', 'licences', 480_000], ['licences-and-support', 'support', 96_000], ['move', 'move', 45_000], ['move', 'tax', 4_500]])
})

test('a charge is never changed: what was wrong is corrected by another line, and never to less than nothing', async t => {
  const { finance, moving, control } = await usePriced(t)
  const { move } = await moving('=Hibari, Foods')
  const { charges } = await finance('billing.licences', { move, licencesMinor: 480_000, supportMinor: 96_000, reference: 'Order 77', onDay: '2026-11-30' })
  const [licences] = charges
  assert.ok(licences !== undefined)
  const corrected = await finance('charges.correct', { charge: licences.id, amountMinor: -80_000, because: 'Ten seats fewer' })
  assert.deepEqual([corrected.kind, corrected.amountMinor, corrected.onDay, corrected.about], ['correction', -80_000, '2026-11-02', { invoice: 'licences-and-support', reference: 'Order 77', says: 'Ten seats fewer', corrects: licences.id }])
  await assert.rejects(finance('charges.correct', { charge: licences.id, amountMinor: -400_001, because: 'x' }), says(422, 'below-nothing'))
  await assert.rejects(finance('charges.correct', { charge: corrected.id, amountMinor: 1, because: 'x' }), says(422, 'corrects-correction'))
  const many = await Promise.allSettled(Array.from({ length: 12 }, () => finance('charges.correct', { charge: licences.id, amountMinor: -300_000, because: 'Fewer still' })))
  for (const one of many.filter(each => each.status === 'rejected')) says(422, 'below-nothing')(one.reason)
  assert.equal(many.filter(one => one.status === 'fulfilled').length, 1)
  assert.equal((await finance('charges.list', { month: '2026-11' })).items.find(one => one.id === licences.id)?.amountMinor, 480_000)
  const files = await filesAs(control, { roles: ['finance'] })
  const csv = await files('/api/charges/file?month=2026-11')
  assert.equal(csv.status, 200)
  const lines = new TextDecoder('utf-8', { ignoreBOM: true }).decode(await csv.arrayBuffer()).split('\r\n')
  assert.equal(lines[0], '\uFEFFid,day,customer,customerName,move,invoice,kind,reference,says,currency,amountMinor,corrects')
  assert.equal(lines.length, 6)
  assert.match(lines[1] ?? '', /,2026-11-30,[0-9a-f-]+,"'=Hibari, Foods",[0-9a-f-]+,licences-and-support,licences,Order 77,Licences,JPY,480000,$/)
  const json = await (await files('/api/charges/file?month=2026-11&format=json')).json() as { amountMinor: number }[]
  assert.equal(json.reduce((sum, one) => sum + one.amountMinor, 0), 480_000 + 96_000 - 80_000 - 300_000)
  assert.equal((await (await filesAs(control, { roles: ['support'] }))('/api/charges/file?month=2026-11')).status, 403)
  assert.equal((await files('/api/charges/file?month=x')).status, 400)
})

test('B6: users beyond the licence are counted, and the gate’s condition follows the count', async t => {
  const { lead, moving, control } = await usePriced(t)
  const over = await moving('Hibari Foods', { users: 62 })
  assert.deepEqual((await lead('billing.user-limit', { move: over.move })).limit, { condition: 'users-within-licence', isMet: false, users: 62, licensed: 50, mustGo: 12 })
  assert.equal((await findings(control, over.move))['user-count-within-licence'], false)
  await control.world.ledger.transaction(tx => tx.change('tenant', over.tenant, { users: 50 }))
  assert.equal((await findings(control, over.move))['user-count-within-licence'], true)
  const open = await moving('Sora', { licensed: null })
  assert.deepEqual([(await lead('billing.user-limit', { move: open.move })).unknown, (await findings(control, open.move))['user-count-within-licence']], ['licensed', false])
  control.clock.pass(8)
  assert.equal((await findings(control, over.move))['data-measured'], false, 'measured more than seven days ago')
})

test('B1, B2: a tenant of a shared home is offered the way out, paid by the hour, and from 100 users on a dedicated one that is included', async t => {
  const { lead, moving } = await usePriced(t)
  const [small, big] = [await moving('Small', { users: 99 }), await moving('Big', { users: 100, licensed: 200 })]
  assert.deepEqual((await lead('offers.list', { tenant: small.tenant })).offers.map(one => [one.name, one.price, one.fromUsers, one.isDue]), [['cloud-to-self-hosted', 'paid', null, false], ['shared-to-dedicated', 'included', 100, false]])
  assert.deepEqual((await lead('offers.list', { tenant: big.tenant })).offers.map(one => [one.name, one.isDue]), [['cloud-to-self-hosted', false], ['shared-to-dedicated', true]])
})

test('B9: after the contract’s end the old home is retired on a business day, never earlier, and people are reminded before', async t => {
  const jobs: Job[] = []
  const kept = {
    enqueueWithin: (_: unknown, all: readonly Job[]) => { for (const job of all) { const at = jobs.findIndex(one => one.name === job.name && one.key === job.key); jobs.splice(at < 0 ? jobs.length : at, at < 0 ? 0 : 1, job) } return Promise.resolve() },
    cancelWithin: (_: unknown, keys: readonly string[]) => { for (const key of keys) { const at = jobs.findIndex(one => one.key === key); if (at >= 0) jobs.splice(at, 1) } return Promise.resolve() },
  }
  const { finance, moving, control } = await usePriced(t, { jobs: kept })
  const { customer, contact, billing, move } = await moving('Hibari Foods')
  await finance('contracts.add', { customer, kind: 'licence', startsOn: '2026-12-01', endsOn: '2027-12-01', term: 'year' })
  assert.deepEqual(jobs.filter(job => job.name === 'retire-home'), [], 'a licence is for the new home')
  const { contract } = await finance('contracts.add', { customer, kind: 'subscription', startsOn: '2026-04-10', term: 'month' })
  const dated = (ends = '2027-01-10') => jobs.filter(job => job.name === 'retire-home' && (job.facts as RetirementFacts).endsOn === ends).map(job => [(job.facts as RetirementFacts).step, (job.facts as RetirementFacts).on, iso(job.at)]).toSorted((a, b) => ((a[1] ?? '') < (b[1] ?? '') ? -1 : 1))
  assert.deepEqual(dated(), [], 'it goes on')
  // Monthly from the 10th: cancelled on 10 December, the term that begins then ends on 9 January, a Saturday; Monday the 11th is 成人の日.
  control.clock.at(wall('2026-12-10T08:00'))
  const money = await control.as('finance')
  await assert.rejects(money('contracts.cancel', { contract: contract.id, on: '2026-12-11' }), says(422, 'not-cancelled-yet'))
  const cancelled = await money('contracts.cancel', { contract: contract.id })
  assert.deepEqual([cancelled.lastDay, cancelled.contract.endsOn, cancelled.missedBy], ['2027-01-09', '2027-01-10', 0])
  assert.deepEqual(dated(), [
    ['remind', '2026-12-10', iso(wall('2026-12-10T09:00'))], ['remind', '2026-12-25', iso(wall('2026-12-25T09:00'))], ['remind', '2026-12-31', iso(wall('2026-12-31T09:00'))], ['remind', '2027-01-08', iso(wall('2027-01-08T09:00'))], ['retire', '2027-01-12', iso(wall('2027-01-12T09:00'))],
  ])
  await assert.rejects(money('contracts.cancel', { contract: contract.id }), says(409, 'contract-ended'))
  const run = (facts: RetirementFacts, at: number): Promise<unknown> => {
    control.clock.at(at)
    return decide(control.world, system, desk => retire(desk, facts))
  }
  const [first] = jobs.filter(job => job.name === 'retire-home' && (job.facts as RetirementFacts).step === 'remind').toSorted((a, b) => a.at - b.at)
  assert.ok(first !== undefined)
  for (let n = 0; n < 2; n++) await run(first.facts as RetirementFacts, first.at)
  const letters = () => control.world.ledger.read(view => view.list('message', { move, event: 'contract-end' }))
  assert.deepEqual((await letters()).map(one => one.contact).toSorted(), [billing, contact].toSorted(), 'once each, however often the job runs')
  // Another end makes other jobs; what was dated for the one before says nothing any more.
  control.clock.at(wall('2026-12-20T12:00'))
  await (await control.as('finance'))('contracts.change', { contract: contract.id, endsOn: '2027-03-10' })
  assert.deepEqual(dated('2027-03-10').at(-1)?.slice(0, 2), ['retire', '2027-03-10'])
  await run({ contract: contract.id, endsOn: '2027-01-10', step: 'retire', on: '2027-01-12' }, wall('2027-01-12T09:00'))
  const retired = async () => (await control.world.ledger.read(view => view.entries({ subject: contract.id }))).filter(one => one.verb === 'home.retire').length
  assert.deepEqual([(await letters()).length, await retired()], [2, 0])
  await assert.rejects(run({ contract: contract.id, endsOn: '2027-03-10', step: 'retire', on: '2027-03-10' }, wall('2027-03-09T23:59')), /never retired before/)
  await run({ contract: contract.id, endsOn: '2027-03-10', step: 'retire', on: '2027-03-10' }, wall('2027-03-10T09:00'))
  assert.equal(await retired(), 1)
})

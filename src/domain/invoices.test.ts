import assert from 'node:assert/strict'
import { test } from 'node:test'
import { invoicesFor, papers, paperwork } from './invoices.ts'

test('B7: licences and support come on an invoice of their own', () => {
  assert.deepEqual(invoicesFor(['support', 'move', 'licences']), [{ invoice: 'move', charges: ['move'] }, { invoice: 'licences-and-support', charges: ['licences', 'support'] }])
  assert.deepEqual(invoicesFor(['licences']), [{ invoice: 'licences-and-support', charges: ['licences'] }])
  assert.deepEqual(invoicesFor([]), [])
})

test('B7: no work begins before the paperwork that is needed is done, and what is missing is named', () => {
  assert.deepEqual(paperwork(papers, papers), { condition: 'paperwork-done', isMet: true, done: papers, missing: [] })
  assert.deepEqual(paperwork(['quote-accepted', 'order-received'], ['order-received', 'billing-contact-known']), { condition: 'paperwork-done', isMet: false, done: ['order-received'], missing: ['quote-accepted'] })
  assert.equal(paperwork([], []).isMet, true)
})

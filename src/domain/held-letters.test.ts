import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type HeldLetter, isForVerifiedOnly, stillNews } from './held-letters.ts'
import { letterEvents } from './letters.ts'

const letter = (event: string, about: string | null, facts: object = {}): HeldLetter => ({ event, about, move: 'm', facts })
const kept = (...held: HeldLetter[]): string[] => stillNews(held, 100).map(one => `${one.event} ${one.about ?? '-'}`)

test('A3: nothing but what verifies an address, or who somebody is, goes to an address that is not verified', () => {
  assert.deepEqual(letterEvents.filter(event => !isForVerifiedOnly(event)).toSorted(), ['address-check', 'second-factor', 'sign-in'])
})

test('A3: of letters about one thing that were held back, the latest is sent; others stay', () => {
  assert.deepEqual(kept(letter('task-assigned', 'a'), letter('task-assigned', 'b'), letter('task-reminder', 'a'), letter('note', null), letter('note', null), letter('notice', null)), ['task-assigned b', 'task-reminder a', 'note -', 'note -', 'notice -'])
  assert.deepEqual(kept(letter('plan-ready', 'x'), letter('plan-ready', 'y')), ['plan-ready y'])
})

test('A3: what was called off before anybody heard of it is not told at all; what they had heard of is', () => {
  assert.deepEqual(kept(letter('call-invitation', 'c'), letter('call-cancelled', 'c'), letter('window-cancelled', 'w')), ['window-cancelled w'])
})

test('A3: what is over by then is not sent', () => {
  const span = (to: number) => ({ from: to - 10, to })
  assert.deepEqual(kept(letter('call-invitation', 'a', { when: span(100) }), letter('call-invitation', 'b', { when: span(101) }), letter('window-proposed', 'w', { windows: [span(90), span(101)] }), letter('window-confirmed', 'v', { window: span(99) }), letter('bundle-ready', 'l', { until: 100 }), letter('freeze-begins', null, { at: 200 }), letter('plan-ready', 'p', { window: span(50) })), ['call-invitation b', 'window-proposed w', 'plan-ready p'])
})

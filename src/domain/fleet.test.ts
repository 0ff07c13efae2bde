import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { devicesOf, type FleetPattern, wantedOf } from './fleet.ts'

const pattern = (some: Partial<FleetPattern>): FleetPattern => ({ fleet: 'tablets', user: '*', host: '*', program: '*', least: 1, ...some })
const matches = (user: string, text: string): boolean => devicesOf(pattern({ user }), [{ user: text, host: '', program: '' }]).length === 1

test('B15: devices are known by user, host and program, with * for anything', () => {
  const seen = [{ user: 'tablet-01', host: '10.2.0.7', program: 'FormsTablet/3' }, { user: 'tablet-02', host: '10.3.0.7', program: 'FormsTablet/3' }, { user: 'app', host: '10.2.0.9', program: 'nightly' }]
  const found = (some: Partial<FleetPattern>) => devicesOf(pattern(some), seen).map(one => one.user)
  assert.deepEqual([found({ user: 'tablet-*' }), found({ user: 'Tablet-*', host: '10.2.*' }), found({ program: 'nightly' }), found({ host: '10.*.9' }), found({ program: 'tablet' })], [['tablet-01', 'tablet-02'], ['tablet-01'], ['app'], ['app'], []])
  assert.deepEqual([matches('ab*ba', 'aba'), matches('ab*ba', 'abba'), matches('a*b*c', 'a-b-c'), matches('a*b*c', 'acb'), matches('*a*a*', 'a'), matches('', '')], [false, true, true, false, false, true])
  fc.assert(fc.property(fc.string(), fc.string(), fc.string(), (one, two, three) => matches(`${one.replaceAll('*', '')}*${two.replaceAll('*', '')}`, one.replaceAll('*', '') + three + two.replaceAll('*', ''))))
})

test('B15: as many devices are wanted as was said of the fleet', () => {
  assert.deepEqual([wantedOf([null, { count: 24 }], 1), wantedOf([{ who: 'x' }], 3), wantedOf([], 1), wantedOf([{ count: 0 }], 5)], [24, 3, 1, 1])
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { celConditions } from '#adapters/conditions/cel.ts'
import { answered, because, factOf, from, playbookOf } from '#test/playbooks/samples.ts'
import { callDays, checkInDays, datedMessages, escalationOn } from './cadence.ts'
import { milestone } from './calendar.ts'
import type { Owner, PlaybookMessage } from './playbook.ts'

const lead: Owner = { party: 'vendor', post: 'migration-lead' }
const level = (n: number, afterDays: number) => ({ level: n, afterDays, to: [lead], title: because })

describe('the cadence of a playbook', () => {
  it('has check-ins from the first to the last day, both included', () => {
    const playbook = playbookOf({ checkIns: [{ everyDays: 7, from: 'T-14', to: 'cutover', with: [lead], title: because }, { everyDays: 1, from: 'T-2', to: 'T-1', with: [lead], title: because }] })
    assert.deepEqual(checkInDays(playbook, from('2026-12-01')).map(one => one.day), ['2026-11-17', '2026-11-24', '2026-11-29', '2026-11-30', '2026-12-01'])
  })

  it('falls on business days of the calendar it is given', () => {
    const calendar = { weekend: ['sat','sun'] as const, holidays: { country: 'JP', from: '2026-01-01', to: '2027-12-31', days: { '2026-11-23': { en: 'Labour Thanksgiving Day', ja: '勤労感謝の日' } } } }
    const playbook = playbookOf({ calls: [{ key: 'kick-off', title: because, at: 'T-8', minutes: 30, with: [lead], agenda: [because], questionnaire: false, requirement: [] }] })
    assert.deepEqual(callDays(playbook, offset => milestone('2026-12-01', -offset, calendar)).map(one => one.day), ['2026-11-20'])
  })

  it('sends dated letters to those for whom their condition holds', () => {
    const message = (key: string, when: string | null): PlaybookMessage => ({ key, title: because, on: null, at: 'T-1', body: because, to: [lead], when, requirement: [] })
    const playbook = playbookOf({ facts: [factOf('sso', 'bool')], messages: [message('all', null), message('sso', 'sso'), { ...message('event', null), at: null, on: 'window-confirmed', body: null }] })
    const keys = (...profile: Parameters<typeof datedMessages>[1]): string[] => datedMessages(playbook, profile, celConditions.over(playbook.facts), from('2026-12-01')).map(one => `${one.day} ${one.message.key}`)
    assert.deepEqual(keys(answered('sso', true)), ['2026-11-30 all', '2026-11-30 sso'])
    assert.deepEqual(keys(answered('sso', false)), ['2026-11-30 all'])
    assert.deepEqual(keys(), ['2026-11-30 all'])
  })

  it('rises by level with the days that something is late', () => {
    const playbook = playbookOf({ escalation: [level(1, 1), level(2, 3), level(3, 5)] })
    const levels = ['2026-11-30', '2026-12-01', '2026-12-02', '2026-12-03', '2026-12-04', '2026-12-05', '2026-12-31'].map(today => escalationOn(playbook, '2026-12-01', today)?.level)
    assert.deepEqual(levels, [undefined, undefined, 1, 1, 2, 2, 3])
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { customer, customerId, nights, problem } from '#test/plans/problem.ts'
import type { PartnerId } from './parties.ts'
import { boardOf } from './schedule-board.ts'
import { check } from './schedule-check.ts'
import { conflictsIn } from './schedule-conflict.ts'
import { costsOf } from './schedule-cost.ts'
import { cannotKeep } from './schedule-exhaustive.ts'
import { explain } from './schedule-explain.ts'
import type { Solve } from './schedule-model.ts'
import { conflictText, whyNotText, whyText } from './schedule-text.ts'
import { type Assignment, keyOf, type WaveProblem } from './schedule.ts'

const plan = (dates: Readonly<Record<string, string>>): Assignment => new Map(Object.entries(dates).map(([name, day]) => [customerId(name), day]))
const broken = (of: WaveProblem, dates: Readonly<Record<string, string>>): string[] => check(of, plan(dates)).map(({ constraint }) => keyOf(constraint))
const unasked: Solve = () => assert.fail('no solver is needed')

describe('the check of a plan', () => {
  const two = [customer('A'), customer('B')]

  it('finds a customer without a date, and one on a date that is none', () => {
    assert.deepEqual(broken(problem({ customers: two }), { A: '2026-12-06' }), ['date 2026-12-06', 'moved b'])
  })

  it('finds every rule of its own that a customer breaks', () => {
    const jp = { country: 'JP', from: '2026-01-01', to: '2027-12-31', days: { '2026-12-06': { en: 'Founding', ja: '創立' } } }
    const of = problem({
      dates: [{ day: '2026-12-05', days: ['2026-12-05', '2026-12-06'] }],
      holidays: [jp],
      blackouts: [{ id: 'close', name: { en: 'Close', ja: '決算' }, from: '2026-12-06', to: '2026-12-20', capacity: null }, { id: 'tokyo', name: { en: 'Tokyo', ja: '東京' }, from: '2026-12-05', to: '2026-12-05', capacity: 'tokyo' }],
      capacities: [...problem({}).capacities, { id: 'tokyo', name: { en: 'Tokyo', ja: '東京' }, unit: 'moves', most: 1, except: {} }],
      customers: [customer('A', { noGo: ['2026-12-06'], earliest: '2026-12-06', latest: '2026-12-05', placed: '2026-12-12' })],
    })
    assert.deepEqual(broken(of, { A: '2026-12-05' }), ['blackout close', 'holiday JP 2026-12-06', 'no-go a', 'earliest a', 'latest a', 'placed a'])
    const easy = { ...of, blackouts: of.blackouts.slice(1), customers: [customer('A', { holidaysToo: true, noGo: ['2026-12-07'], earliest: '2026-12-05', latest: '2026-12-06', placed: '2026-12-05' })] }
    assert.deepEqual(broken(easy, { A: '2026-12-05' }), [])
  })

  it('counts the first and the last day of a blackout in, and every day of a date', () => {
    const blackouts = [{ id: 'close', name: { en: 'Close', ja: '決算' }, from: '2026-12-06', to: '2026-12-12', capacity: null }]
    const of = problem({ blackouts, customers: two, dates: ['2026-12-04', '2026-12-05', '2026-12-12', '2026-12-13'].map(day => ({ day, days: day === '2026-12-05' ? [day, '2026-12-06'] : [day] })) })
    assert.deepEqual(broken(of, { A: '2026-12-04', B: '2026-12-05' }), ['blackout close'])
    assert.deepEqual(broken(of, { A: '2026-12-12', B: '2026-12-13' }), ['blackout close'])
  })

  it('adds up what a date must bear, to the minute and to the move', () => {
    const home = { id: 'home', name: { en: 'Home', ja: '基盤' }, unit: 'moves' as const, most: 2, except: { '2026-12-12': 1 } }
    const of = problem({ capacities: [...problem({}).capacities, home], customers: [customer('A', { minutes: 240, uses: ['osaka', 'home'] }), customer('B', { minutes: 240, uses: ['osaka', 'home'] })] })
    assert.deepEqual(broken(of, { A: '2026-12-05', B: '2026-12-05' }), [])
    assert.deepEqual(broken(of, { A: '2026-12-12', B: '2026-12-12' }), ['capacity 2026-12-12 home'])
    const longer = { ...of, customers: [customer('A', { minutes: 241 }), customer('B', { minutes: 240 })] }
    assert.deepEqual(check(longer, plan({ A: '2026-12-05', B: '2026-12-05' })), [{ constraint: { kind: 'capacity', capacity: 'osaka', day: '2026-12-05' }, day: '2026-12-05', customers: ['a', 'b'], has: 481, limit: 480 }])
  })

  it('counts waves and partners', () => {
    const partner = 'p' as PartnerId
    const of = problem({ customers: [customer('A', { partner }), customer('B', { partner }), customer('C')], wave: { least: 2, most: 2 }, partners: [{ partner, name: 'Hikari Systems', mostADate: 1 }] })
    assert.deepEqual(broken(of, { A: '2026-12-05', B: '2026-12-05', C: '2026-12-05' }), [`partner ${partner}`, 'wave-most'])
    assert.deepEqual(broken(of, { A: '2026-12-05', B: '2026-12-12', C: '2026-12-12' }), ['wave-least'])
  })

  it('knows who goes together, apart and after whom', () => {
    const ids = [customerId('A'), customerId('B')]
    assert.deepEqual(broken(problem({ customers: two, together: [{ id: 't', customers: ids }] }), { A: '2026-12-05', B: '2026-12-12' }), ['together t'])
    assert.deepEqual(broken(problem({ customers: two, apart: [{ id: 'x', customers: ids }] }), { A: '2026-12-05', B: '2026-12-05' }), ['apart x'])
    const after = (days: number): WaveProblem => problem({ customers: two, after: [{ id: 'd', customer: customerId('A'), other: customerId('B'), days }] })
    assert.deepEqual(broken(after(7), { A: '2026-12-12', B: '2026-12-05' }), [])
    assert.deepEqual(broken(after(8), { A: '2026-12-12', B: '2026-12-05' }), ['after d'])
    assert.deepEqual(broken(after(0), { A: '2026-12-05', B: '2026-12-05' }), [])
    assert.deepEqual(broken(after(0), { A: '2026-12-05', B: '2026-12-12' }), ['after d'])
  })

  it('takes no problem that contradicts itself', () => {
    assert.throws(() => check(problem({ customers: [customer('A'), customer('A')] }), plan({})), /twice/)
    assert.throws(() => check(problem({ customers: [customer('A', { country: 'US' })] }), plan({})), /holidays are known/)
    assert.throws(() => check(problem({ customers: two, holidays: [{ country: 'JP', from: '2026-01-01', to: '2026-12-18', days: {} }] }), plan({})), /as far as the dates/)
    assert.throws(() => check(problem({ dates: nights('2026-12-12', '2026-12-05') }), plan({})), /in order/)
    assert.throws(() => check(problem({ apart: [{ id: 'x', customers: [customerId('Z')] }] }), plan({})), /not here/)
    assert.throws(() => check(problem({ customers: [customer('A', { minutes: 0.5 })] }), plan({})), /whole|uses/)
  })
})

describe('the cost of a plan', () => {
  it('is the sum of what its terms say', () => {
    const of = problem({
      customers: [customer('A', { dislikes: { '2026-12-12': 4 } }), customer('B', { latest: '2026-12-15' }), customer('C'), customer('D')],
      weights: { perWeekLater: 10, perDayShort: 3, slackDays: 5, perMoveOverShare: 7 },
    })
    // Four customers on three dates: the even share is two. The 12th is three days before the 15th.
    assert.deepEqual(costsOf(boardOf(of), plan({ A: '2026-12-12', B: '2026-12-12', C: '2026-12-12', D: '2026-12-19' })), { dislike: 4, later: 10 + 10 + 10 + 20, deadline: 6, share: 7 })
  })

  it('leaves dates that are blacked out for everybody out of the even share', () => {
    const blackouts = [{ id: 'close', name: { en: 'Close', ja: '決算' }, from: '2026-12-12', to: '2026-12-31', capacity: null }]
    assert.equal(boardOf(problem({ customers: [customer('A'), customer('B'), customer('C')], blackouts })).evenShare, 3)
  })
})

describe('the explanation of a plan', () => {
  const nordlicht = customer('Nordlicht', { minutes: 240, dislikes: { '2026-12-19': 8 } })
  const of = problem({
    customers: [nordlicht, customer('Sakura', { minutes: 480 }), customer('Aoba', { minutes: 60 })],
    weights: { perWeekLater: 1, perDayShort: 0, slackDays: 0, perMoveOverShare: 0 },
  })
  const dates = plan({ Nordlicht: '2026-12-12', Sakura: '2026-12-05', Aoba: '2026-12-12' })

  it('says what the next best date would cost, and who is in the way on a better one', () => {
    const told = explain(of, dates, nordlicht.id)
    assert.deepEqual(told.why, { kind: 'cheapest', next: '2026-12-19', more: 9, term: 'dislike' })
    assert.deepEqual(told.costs, { dislike: 0, later: 1, deadline: 0, share: 0 })
    assert.deepEqual(told.wouldRather, ['2026-12-05'])
    assert.deepEqual(whyText(of, told).map(text => text.en), [
      'Nordlicht is moved on Sat 12 December 2026.',
      'The next best date, Sat 19 December 2026, would cost 9 points more, most of all because the customer would rather have another date.',
      'Sat 5 December 2026 would have cost less, but it is not free for this customer.',
    ])
    const [first, last] = told.elsewhere
    assert.ok(first !== undefined && last !== undefined)
    assert.deepEqual(whyNotText(of, told, first), [{
      en: 'Team Osaka would need 12 h on Sat 5 December 2026, and has 8 h. There already: Sakura.',
      ja: '2026年12月5日(土)の大阪チームは12時間必要になりますが、上限は8時間です。割り当て済み:Sakura様。',
    }])
    assert.deepEqual(whyNotText(of, told, last), [{
      en: 'It would cost 9 points more, most of all because the customer would rather have another date.',
      ja: '調整コストが9ポイント増えます。主な理由:お客様が他の日程を希望されているため。',
    }])
  })

  it('names the holiday, the blackout, the no-go dates and the dependency that stand against a date', () => {
    const strict = problem({
      dates: nights('2026-12-05', '2026-12-12', '2026-12-19', '2026-12-26', '2027-01-02'),
      customers: [customer('Nordlicht', { noGo: ['2026-12-12'] }), customer('Sakura')],
      holidays: [{ country: 'JP', from: '2026-01-01', to: '2027-12-31', days: { '2027-01-02': { en: 'New Year', ja: '年始休業' } } }],
      blackouts: [{ id: 'close', name: { en: 'Close of the books', ja: '決算期間' }, from: '2026-12-24', to: '2026-12-28', capacity: null }],
      after: [{ id: 'd', customer: customerId('Nordlicht'), other: customerId('Sakura'), days: 10 }],
    })
    const told = explain(strict, plan({ Nordlicht: '2026-12-19', Sakura: '2026-12-05' }), customerId('Nordlicht'))
    assert.deepEqual(told.why, { kind: 'crowded' })
    assert.deepEqual(told.elsewhere.map(other => whyNotText(strict, told, other).map(text => text.en)), [
      ['It is against a rule: Nordlicht at least 10 days after Sakura.'],
      ['It is against a rule: the no-go dates of Nordlicht.', 'It is against a rule: Nordlicht at least 10 days after Sakura.'],
      ['It is against a rule: the blackout “Close of the books” (Thu 24 December 2026 to Mon 28 December 2026).'],
      ['It is against a rule: the public holiday New Year (JP) on Sat 2 January 2027.'],
    ])
  })

  it('tells what only its own rules decide, and what a person decided', () => {
    const only = problem({ customers: [customer('Nordlicht', { latest: '2026-12-05' })] })
    assert.deepEqual(explain(only, plan({ Nordlicht: '2026-12-05' }), customerId('Nordlicht')).why, { kind: 'only' })
    const placed = problem({ customers: [customer('Nordlicht', { placed: '2026-12-12' })] })
    assert.deepEqual(explain(placed, plan({ Nordlicht: '2026-12-12' }), customerId('Nordlicht')).why, { kind: 'placed' })
  })

  it('holds a placement that the plan contradicts against no other date', () => {
    const both = problem({ customers: [customer('A', { minutes: 300, placed: '2026-12-05' }), customer('B', { minutes: 300, placed: '2026-12-05' })] })
    const told = explain(both, plan({ A: '2026-12-05', B: '2026-12-12' }), customerId('B'))
    assert.deepEqual(told.elsewhere.map(other => [other.day, other.broken.map(({ constraint }) => keyOf(constraint))]), [['2026-12-05', ['capacity 2026-12-05 osaka']], ['2026-12-19', []]])
  })

  it('moves those who go together as one', () => {
    const pair = problem({ customers: [customer('A'), customer('B', { noGo: ['2026-12-19'] }), customer('C', { minutes: 300 })], together: [{ id: 't', customers: [customerId('A'), customerId('B')] }] })
    const told = explain(pair, plan({ A: '2026-12-05', B: '2026-12-05', C: '2026-12-12' }), customerId('A'))
    assert.deepEqual(told.together, [customerId('B')])
    assert.deepEqual(told.elsewhere.map(other => other.broken.map(({ constraint }) => keyOf(constraint))), [['capacity 2026-12-12 osaka'], ['no-go b']])
  })

  it('says that a plan is not the best where a customer alone could make it cheaper', () => {
    const told = explain(of, plan({ Nordlicht: '2026-12-19', Sakura: '2026-12-05', Aoba: '2026-12-12' }), nordlicht.id)
    assert.deepEqual(told.why, { kind: 'cheapest', next: '2026-12-12', more: -9, term: null })
    assert.equal(whyText(of, told)[1]?.en, 'Sat 12 December 2026 would cost 9 points less: the plan is not the best there is.')
  })
})

describe('a problem without a plan', () => {
  it('names the rules that leave a customer no date at all, without asking a solver, for each such customer', () => {
    const blackouts = [{ id: 'close', name: { en: 'Close of the books', ja: '決算期間' }, from: '2026-12-12', to: '2026-12-31', capacity: null }]
    const of = problem({ blackouts, customers: [customer('Nordlicht', { noGo: ['2026-12-05', '2026-12-12'] }), customer('Sakura'), customer('Aoba', { minutes: 481 })] })
    const conflicts = conflictsIn(of, unasked, () => 1_000)
    assert.deepEqual(conflicts.map(({ constraints, customers, minimal }) => [customers, constraints.map(keyOf).toSorted(), minimal]), [
      [['nordlicht'], ['blackout close', 'no-go nordlicht'], true],
      [['aoba'], ['blackout close', 'capacity 2026-12-05 osaka'], true],
    ])
    const [first] = conflicts
    assert.ok(first !== undefined)
    assert.deepEqual(conflictText(of, first), [
      {
        en: 'Not all of these can be kept for Nordlicht: the no-go dates of Nordlicht; the blackout “Close of the books” (Sat 12 December 2026 to Thu 31 December 2026).',
        ja: 'Nordlicht様について、次の条件をすべて満たすことはできません:Nordlicht様の移行不可日、移行停止期間「決算期間」(2026年12月12日(土)~2026年12月31日(木))。',
      },
      { en: 'If any one of them gives way, these customers can be placed.', ja: 'いずれか一つを緩和すると、これらのお客様を配置できます。' },
    ])
  })

  it('says so where there are no dates', () => {
    const of = problem({ dates: [], customers: [customer('Nordlicht')] })
    const conflicts = conflictsIn(of, unasked, () => 1_000)
    assert.deepEqual(conflicts, [{ constraints: [], customers: ['nordlicht'], minimal: true }])
    assert.equal(conflicts[0] && conflictText(of, conflicts[0])[0]?.en, 'There is no date on which customers could be moved.')
  })

  it('tells a true conflict also when no time is left, and that it may hold too much', () => {
    const of = problem({ dates: nights('2026-12-05'), customers: [customer('A', { minutes: 300 }), customer('B', { minutes: 300 }), customer('C', { noGo: ['2027-01-01'] })] })
    const [conflict] = conflictsIn(of, unasked, () => 0)
    assert.ok(conflict !== undefined && !conflict.minimal)
    assert.ok(cannotKeep(of, conflict.constraints))
    assert.deepEqual(conflictText(of, conflict).at(-1)?.en, 'Some of them may not matter; there was no time to find out.')
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import highs from 'highs'
import { arrange } from '#domain/schedule-arrange.ts'
import { check } from '#domain/schedule-check.ts'
import type { Milp, Solve } from '#domain/schedule-model.ts'
import { conflictText, contradictedText } from '#domain/schedule-text.ts'
import { keyOf } from '#domain/schedule.ts'
import { plansRightly } from '#ports/planner.contract.ts'
import { customer, problem } from '#test/plans/problem.ts'
import { largeProblem } from '../../../../bench/control/plan-problem.ts'
import { solverOf } from './solver.ts'

const solve = solverOf(await (highs as unknown as typeof highs.default)())

// On the test's own thread, so that many problems take no time to be handed over.
plansRightly('HiGHS', {
  plan: async (problem, { withinMs, gap }) => {
    const began = performance.now()
    return arrange(problem, solve, { leftMs: () => withinMs - (performance.now() - began), gap })
  },
}, 300)

const at = (withinMs: number): (() => number) => { const began = performance.now(); return () => withinMs - (performance.now() - began) }

/** The dearest instead of the cheapest. */
const upsideDown = (model: Milp): Milp => ({ ...model, columns: model.columns.map(column => ({ ...column, cost: column.isWhole ? -column.cost : 0 })) })

describe('a plan for many', () => {
  it('is mended piece by piece where the solver alone found a dear one: every rule kept, nothing dearer on the way, the bound a true one', () => {
    const large = largeProblem(60, 8, 1.3)
    const exact = arrange(large, solve, { leftMs: at(20_000), gap: 0 })
    assert.ok(exact.outcome === 'best')
    let [asked, parts] = [0, 0]
    // The first plan is any, and nothing is known of the best; whole models are not solved again.
    const lazy: Solve = (model, ask) => {
      asked++
      const whole = model.columns.filter(column => column.isWhole).length > 250
      // Of three parts one comes back dearer than it was.
      if (!whole) return parts++ % 3 === 2 ? solve(upsideDown(model), { withinMs: ask.withinMs, gap: 0 }) : solve(model, ask)
      if (ask.start !== undefined) return { outcome: 'none' }
      const any = solve({ ...model, columns: model.columns.map(column => ({ ...column, cost: 0 })) }, ask)
      return 'values' in any ? { ...any, outcome: 'good', bound: exact.bound - 20 } : any
    }
    const costs: number[] = []
    const found = arrange(large, lazy, { leftMs: at(6_000), gap: 0 }, plan => costs.push(plan.cost))
    assert.ok(found.outcome === 'good', `${asked} questions, ${parts} of parts`)
    assert.deepEqual(check(large, found.assignment), [])
    assert.deepEqual(costs, costs.toSorted((a, b) => b - a))
    assert.ok(parts > 5 && (costs[0] ?? 0) > found.cost, 'nothing was mended')
    assert.ok(found.cost >= exact.cost && found.bound === exact.bound - 20)
    assert.ok(found.cost < exact.cost * 1.1, `${costs[0]} was mended to ${found.cost}, the best is ${exact.cost}`)
  })

  it('that cannot be for want of hours says how many are wanting', () => {
    const customers = Array.from({ length: 13 }, (_, n) => customer(`C${n}`, n === 3 ? { noGo: ['2026-12-31'] } : {}))
    const of = problem({ customers, blackouts: [{ id: 'far', name: { en: 'Far', ja: '先' }, from: '2027-03-01', to: '2027-03-31', capacity: null }] })
    const answer = arrange(of, solve, { leftMs: at(20_000), gap: 0 })
    assert.ok(answer.outcome === 'infeasible')
    const [conflict] = answer.conflicts
    assert.ok(conflict !== undefined && conflict.minimal)
    assert.deepEqual(conflict.constraints.map(keyOf), ['capacity 2026-12-05 osaka', 'capacity 2026-12-12 osaka', 'capacity 2026-12-19 osaka'])
    assert.deepEqual(conflictText(of, conflict)[1], {
      en: 'On these 3 dates Team Osaka has 24 h; these customers need 26 h.',
      ja: 'これらの3日程における大阪チームの合計は24時間ですが、これらのお客様には26時間必要です。',
    })
  })

  it('keeps a customer where it was put by hand although that is dear, and says why one cannot stay', () => {
    const customers = [customer('Nordlicht', { minutes: 300, placed: '2026-12-12', dislikes: { '2026-12-12': 50 } }), customer('Sakura', { minutes: 300, placed: '2026-12-12', noGo: ['2026-12-05'] }), customer('Aoba', { placed: '2026-12-13' })]
    const of = problem({ customers })
    const answer = arrange(of, solve, { leftMs: at(20_000), gap: 0 })
    assert.ok(answer.outcome === 'best')
    assert.equal(answer.contradicted.length, 2)
    const [moved, homeless] = answer.contradicted
    assert.ok(moved !== undefined && homeless !== undefined)
    assert.equal([...answer.assignment].filter(([, day]) => day === '2026-12-12').length, 1, 'one of the two stays where it was put')
    const stays = moved.customer === 'nordlicht' ? 'Sakura' : 'Nordlicht'
    const goes = moved.customer === 'nordlicht' ? 'Nordlicht' : 'Sakura'
    assert.deepEqual(contradictedText(of, moved).map(text => text.en), [
      `${goes} cannot be moved on Sat 12 December 2026, where it was put by hand.`,
      `Team Osaka would need 10 h on Sat 12 December 2026, and has 8 h. There already: ${stays}.`,
      `To keep it there, one of these would have to give: the capacity of Team Osaka on Sat 12 December 2026 (8 h); ${stays} put by hand on Sat 12 December 2026.`,
    ])
    assert.deepEqual(contradictedText(of, homeless), [
      { en: 'Aoba cannot be moved on Sun 13 December 2026, where it was put by hand.', ja: 'Aoba様を、手動で指定された2026年12月13日(日)に移行できません。' },
      { en: 'It is against a rule: Sun 13 December 2026 is none of the dates.', ja: '次の条件に反します:2026年12月13日(日)は移行日程外。' },
    ])
  })
})

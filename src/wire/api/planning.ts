import { z } from 'zod'
import { weekdays } from '#domain/days.ts'
import { usualWeights } from '#domain/wave-planning.ts'
import { day, endpoint, id, instant, name, pageOf, paging, text } from '../endpoint.ts'

const run = z.strictObject({
  id: id('plan-run'), programme: id('programme'), state: z.enum(['waiting', 'running', 'done', 'failed', 'cancelled']), by: z.string(), why: text.nullable(), createdAt: instant, startedAt: instant.nullable(), endedAt: instant.nullable(), acceptedAt: instant.nullable(),
  outcome: z.enum(['best', 'good', 'infeasible', 'none']).nullable(),
})
const step = z.strictObject({ move: id('move'), name: z.string(), t0: day.nullable(), wave: z.strictObject({ id: id('wave'), name }).nullable(), to: day, changes: z.boolean(), byHand: z.boolean() })
const points = z.int().min(0).max(1_000)
const moves = z.array(id('move')).min(2).max(500)
const rule = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['placed', 'earliest', 'latest']), move: id('move'), day }),
  z.strictObject({ kind: z.literal('holidays-too'), move: id('move') }),
  z.strictObject({ kind: z.literal('rather-not'), move: id('move'), days: z.array(day).min(1).max(400), points: points.min(1).default(5) }),
  z.strictObject({ kind: z.enum(['together', 'apart']), moves }),
  z.strictObject({ kind: z.literal('after'), move: id('move'), other: id('move'), days: z.int().min(0).max(400) }),
  z.strictObject({ kind: z.literal('partner'), partner: id('partner'), mostADate: z.int().min(0).max(1_000) }),
])
const size = z.int().min(1).max(2_000).nullable().default(null)

export const planningApi = {
  'waves.propose': endpoint({
    method: 'POST', path: '/api/programmes/{programme}/plan-runs', says: 'Asks the planner who is moved when: under the capacity of homes and vendor, blackouts, public holidays, no-go dates, the order of environments, what people prefer and what was put by hand. The answer is to be asked for later.',
    input: z.strictObject({
      programme: id('programme'), from: day, to: day, beginsOn: z.array(z.enum(weekdays)).min(1).max(7).default(['sat']).describe('the days of the week on which a date begins'), days: z.int().min(1).max(7).default(2).describe('the days that a date takes'),
      least: size.describe('so many moves or none on a date'), most: size.describe('at most so many moves on a date'), inTime: z.boolean().default(true).describe('no plan begins with tasks that are late already'), seconds: z.int().min(1).max(600).default(30).describe('the longest that the planner may think'),
      weights: z.strictObject({ perWeekLater: points, perDayShort: points, slackDays: z.int().min(0).max(365), perMoveOverShare: points }).default(usualWeights),
    }),
    answer: z.strictObject({ run: id('plan-run'), moves: z.int() }),
  }),
  'waves.runs': endpoint({ method: 'GET', path: '/api/plan-runs', says: 'The runs of the planner, the last first.', input: z.strictObject({ ...paging, programme: id('programme').exactOptional() }), answer: pageOf(run) }),
  'waves.run': endpoint({
    method: 'GET', path: '/api/plan-runs/{run}', says: 'What the planner found: for each move where it is and where it would go; how far from the best the plan may be; who was put by hand where they cannot stay, and why; or why there is no plan.', input: z.strictObject({ run: id('plan-run') }),
    answer: z.strictObject({
      run, gap: z.number().nullable(), cost: z.number().nullable(), steps: z.array(step), apart: z.array(id('move')),
      conflicts: z.array(z.strictObject({ moves: z.array(id('move')), minimal: z.boolean(), says: z.array(text) })), contradicted: z.array(z.strictObject({ move: id('move'), day, says: z.array(text) })),
    }),
  }),
  'waves.explain': endpoint({
    method: 'GET', path: '/api/plan-runs/{run}/moves/{move}', says: 'Why a move is where the plan puts it, and why not on each other date.', input: z.strictObject({ run: id('plan-run'), move: id('move') }),
    answer: z.strictObject({ move: id('move'), day, why: z.array(text), elsewhere: z.array(z.strictObject({ day, possible: z.boolean(), more: z.number(), says: z.array(text) })) }),
  }),
  'waves.accept': endpoint({
    method: 'POST', path: '/api/plan-runs/{run}/accept', says: 'Takes the plan: writes waves and the days of their moves, all or nothing. Refused where something has changed since so that the plan would break a rule.', input: z.strictObject({ run: id('plan-run') }),
    answer: z.strictObject({ waves: z.array(z.strictObject({ wave: id('wave'), name, day, moves: z.int(), isNew: z.boolean() })), redated: z.int(), left: z.array(id('move')) }),
  }),
  'waves.cancel-run': endpoint({ method: 'POST', path: '/api/plan-runs/{run}/cancel', says: 'Ends a run of the planner.', input: z.strictObject({ run: id('plan-run') }), answer: z.strictObject({ state: run.shape.state }) }),
  'waves.rules': endpoint({ method: 'GET', path: '/api/programmes/{programme}/wave-rules', says: 'What people said for and against dates.', input: z.strictObject({ ...paging, programme: id('programme') }), answer: pageOf(z.strictObject({ id: id('wave-rule'), vendor: id('vendor'), programme: id('programme'), rule, by: z.string(), at: instant })) }),
  'waves.add-rule': endpoint({ method: 'POST', path: '/api/programmes/{programme}/wave-rules', says: 'Says something for or against dates: a day put by hand, an earliest or latest one, days somebody would rather not have, who goes together, apart, or after whom, and how many of a partner’s go on a date.', input: z.strictObject({ programme: id('programme'), rule }), answer: z.strictObject({ id: id('wave-rule') }) }),
  'waves.remove-rule': endpoint({ method: 'POST', path: '/api/wave-rules/{rule}/remove', says: 'Takes such a word back.', input: z.strictObject({ rule: id('wave-rule') }), answer: z.strictObject({ id: id('wave-rule') }) }),
}

import { z } from 'zod'
import { stages } from '#domain/move.ts'
import { moveStates } from '#domain/overview.ts'
import type { MoveStage } from '#domain/programmes.ts'
import { day, endpoint, id, instant, name, text } from '../endpoint.ts'
import { attention } from './gates.ts'
import { peopleToTurnTo, place } from './programmes.ts'

const count = z.int()
const ms = z.number()
const totals = z.strictObject({ all: count, moved: count, due: count, next30: count, next30Days: count, back: count, again: count, undated: count })
const board = z.array(z.strictObject({ week: z.int(), state: z.enum(moveStates), count, moves: z.array(z.strictObject({ id: id('move'), customer: z.string(), t0: day })) }))
const calendar = z.strictObject({
  from: day, weeks: count, aDay: count.nullable(), more: count, rows: z.array(z.strictObject({ home: place, capacity: count, days: z.array(z.strictObject({ day, count, ours: count })) })),
  blackouts: z.array(z.strictObject({ id: id('blackout'), home: id('home').nullable(), reason: z.string(), first: day, last: day })),
})
const on = z.array(z.strictObject({ name, company: z.string(), email: z.string(), phone: z.string().nullable(), isOurs: z.boolean(), does: z.array(z.string()).describe('what for, such as vendor/engineer or customer/approver'), windows: z.array(z.strictObject({ move: id('move'), name: z.string(), startsAt: instant, endsAt: instant })) }))
const live = z.strictObject({
  id: id('move'), customer: id('customer'), name, stage: z.enum(['planned', ...stages] satisfies readonly MoveStage[]), leg: z.enum(['out', 'back']), startsAt: instant.nullable(), endsAt: instant.nullable(), zone: z.string().nullable(),
  heardAt: instant.nullable(), lagMs: ms.nullable(), frozenAt: instant.nullable(), frozenMs: ms.nullable(), budgetMs: ms.nullable(), tablesDone: count.nullable(), tables: count.nullable(),
})

export const overviewApi = {
  'programmes.overview': endpoint({
    method: 'GET', path: '/api/overview', says: 'How everything stands at once: what was moved and what comes, what breaks first, each move by its distance from T-0, the calendar with capacity and blackouts, what moves now, who is on tonight, and whom to turn to.',
    input: z.strictObject({ programme: id('programme').describe('of it alone').exactOptional(), limit: z.coerce.number().int().min(1).max(300).describe('at most so many of what breaks first').exactOptional() }),
    answer: z.strictObject({
      programme: z.strictObject({ id: id('programme'), name, playbook: z.string(), title: text.nullable(), dueOn: day.nullable() }).nullable(), today: day, zone: z.string(), totals, blackoutsNext30: count,
      freeze: z.strictObject({ count, medianMs: ms, p95Ms: ms, limits: z.tuple([ms, ms]).describe('the least and the most that a freeze was allowed to take') }).nullable(), proofs: z.strictObject({ moves: count, rows: z.number() }),
      attention: attention.nullable(), board, calendar, live: z.array(live), people: peopleToTurnTo, on: on.describe('who has something to do or to decide in the windows of the next 24 hours'),
    }),
  }),
}

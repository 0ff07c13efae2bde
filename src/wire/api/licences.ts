import { z } from 'zod'
import { courseStates, licenceOrders } from '#domain/licence/course.ts'
import { toldFault } from '../agent.ts'
import { endpoint, id, instant, note } from '../endpoint.ts'
import { courseStep, difference, preparedMachine, renames } from '../licence-course.ts'

const move = id('move')
const side = z.enum(['origin', 'destination'])
const onSide = z.strictObject({ state: z.enum(['active', 'inactive', 'absent']), machine: z.string().nullable(), seatsOut: z.int() }).nullable()
const server = z.strictObject({ name: z.string(), product: z.string(), version: z.string(), readAt: instant, maintenance: z.strictObject({ reason: z.string(), since: instant, expectedEnd: instant.nullable() }).nullable() }).nullable()
const licence = z.strictObject({
  id: z.string(), name: z.string(), product: z.string(), kind: z.string(), seats: z.int().nullable(), endsAt: instant.nullable(), code: z.string().nullable().describe('the end of its activation code'),
  stands: z.enum(['origin', 'destination', 'neither', 'both']).describe('where it gives out seats'), origin: onSide, destination: onSide, step: courseStep.nullable().describe('what is done with it now, or was last'),
})

export const licencesApi = {
  'licences.of-move': endpoint({
    method: 'GET', path: '/api/moves/{move}/licences', says: 'The licences of a move: both servers side by side, who holds a seat, and how far it is.', input: z.strictObject({ move }),
    answer: z.strictObject({
      move, state: z.enum(['nothing', ...courseStates]), record: z.strictObject({ at: instant, takenAt: instant, sum: z.string(), hasCodes: z.boolean() }).nullable().describe('the back-up sheet that is kept here'),
      order: z.strictObject({ id: id('order'), step: z.string(), state: z.enum(['waiting', 'claimed', 'done', 'failed', 'withdrawn']), by: z.string() }).nullable(), agent: z.strictObject({ id: z.string(), name: z.string() }).nullable().describe('on whose disk the book of the move is'),
      machine: preparedMachine.nullable().describe('the new machine, as the customer named it'), origin: server, destination: server, licences: z.array(licence),
      profiles: z.array(z.strictObject({ name: z.string(), laterName: z.string(), licences: z.array(z.string()), isThere: z.boolean() })),
      seats: z.array(z.strictObject({ licence: z.string(), at: side, holder: z.strictObject({ user: z.string(), host: z.string(), program: z.string() }), until: instant, isBorrowed: z.boolean() })), moreSeats: z.int().describe('seats that are out and not in the list'),
      leg: z.enum(['out', 'back']), steps: z.array(courseStep), left: z.array(z.string()).describe('what these servers cannot do and is left out'), differences: z.array(difference),
      doubt: z.strictObject({ step: courseStep.nullable(), known: z.array(z.string()) }).nullable().describe('a person must say what they found'), says: z.array(z.string()), fault: toldFault.nullable().describe('what ended its order, where that was nothing about the licences'), refusedMs: z.number().nullable().describe('for how long new seats were refused'),
    }),
  }),
  'licences.order': endpoint({
    method: 'POST', path: '/api/moves/{move}/licences/order', says: 'Has an agent write down the licences (record), move them, or bring them back (undo). A move that was begun goes on where it stands.',
    input: z.strictObject({ move, step: z.enum(licenceOrders).exclude(['found']), renames: renames.exactOptional().describe('names that profiles get; else those that the customer filled in'), minutes: z.int().min(1).max(10_080).exactOptional().describe('how long new seats are expected to be refused'), agent: id('agent').exactOptional().describe('this one and no other') }),
    answer: z.strictObject({ id: id('order') }),
  }),
  'licences.found': endpoint({
    method: 'POST', path: '/api/moves/{move}/licences/found', says: 'What a person found where a step is in doubt or the new server differs: it was carried out (done), or not (not-done). The move then goes on, or back with `undo`.',
    input: z.strictObject({ move, found: z.enum(['done', 'not-done']), note: note.min(1), undo: z.boolean().default(false) }), answer: z.strictObject({ id: id('order') }),
  }),
  'licences.codes': endpoint({ method: 'POST', path: '/api/moves/{move}/licences/codes', says: 'Shows the activation codes of the back-up sheet, after the second factor.', input: z.strictObject({ move }), answer: z.strictObject({ codes: z.array(z.strictObject({ licence: z.string(), name: z.string(), code: z.string() })) }) }),
}

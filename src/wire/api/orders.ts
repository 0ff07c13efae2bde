import { z } from 'zod'
import { stages } from '#domain/move.ts'
import type { MoveStage } from '#domain/programmes.ts'
import { end, facts, how, kind, step, wish } from '../agent.ts'
import { endpoint, id, instant, name, note, pageOf, paging } from '../endpoint.ts'

const move = id('move')
const order = z.strictObject({
  id: id('order'), vendor: id('vendor'), customer: id('customer'), move, kind, state: z.enum(['waiting', 'claimed', 'done', 'failed', 'withdrawn']), facts, result: z.json(), agent: id('agent').nullable(), leaseUntil: instant.nullable(),
  claims: z.int(), reported: z.int(), wish, createdAt: instant, endedAt: instant.nullable(),
})
const proof = z.strictObject({ id: id('proof'), vendor: id('vendor'), customer: id('customer'), move, leg: z.enum(['out', 'back']), root: z.string(), at: instant })
const named = <Kind extends string>(kind: Kind) => z.strictObject({ id: id(kind), name: z.string() })
const wished = z.strictObject({ wish })
const said = { move, note: note.default('') }
const says = (verb: string, text: string) => endpoint({ method: 'POST', path: `/api/moves/{move}/${verb}`, says: text, input: z.strictObject(said), answer: wished })

export const ordersApi = {
  'moves.order': endpoint({ method: 'POST', path: '/api/moves/{move}/orders', says: 'Asks for an agent to look for what stands in the way (preflight), to measure, to rehearse the move into a database of its own (rehearsal), to pack the files that do not move into one archive, to take a step with the tenant’s application (application), or to move. A move that was begun goes on.', input: z.strictObject({ move, kind: z.enum(['preflight', 'measure', 'rehearsal', 'files', 'application', 'move']), how: how.exactOptional(), watchSeconds: z.int().min(0).max(3_600).exactOptional(), step: step.exactOptional().describe('of the application'), at: end.exactOptional().describe('on which machine: stop, start and test know both') }), answer: z.strictObject({ id: id('order') }) }),
  'orders.list': endpoint({ method: 'GET', path: '/api/moves/{move}/orders', says: 'The orders of a move, and what came of them.', input: z.strictObject({ move, ...paging }), answer: pageOf(order) }),
  'orders.read': endpoint({ method: 'GET', path: '/api/orders/{order}', says: 'One order.', input: z.strictObject({ order: id('order') }), answer: order }),
  'orders.withdraw': endpoint({ method: 'POST', path: '/api/orders/{order}/withdraw', says: 'Takes back an order that no agent has begun. A rehearsal also later: its agent ends it, and leaves nothing of it behind.', input: z.strictObject({ order: id('order') }), answer: z.strictObject({}) }),
  'moves.approve': says('approve', 'Go: cut over as soon as the forecast fits.'),
  'moves.pause': says('pause', 'Lets a move rest; the origin goes on recording changes for it.'),
  'moves.resume': says('resume', 'Lets it go on.'),
  'moves.throttle': endpoint({ method: 'POST', path: '/api/moves/{move}/throttle', says: 'Changes how hard a move works.', input: z.strictObject({ ...said, jobs: z.int().min(1).max(32).exactOptional(), bytesPerSecond: z.int().min(0).exactOptional() }), answer: wished }),
  'moves.abort': says('abort', 'Ends a move before its switch and lets go of the origin, which serves on.'),
  'moves.turn-back': says('turn-back', 'Goes back to the old home, with every write made in the new one.'),
  'moves.settle': says('settle', 'Closes the way back and removes what the move made.'),
  'moves.found': endpoint({ method: 'POST', path: '/api/moves/{move}/found', says: 'What a person found about a switch in doubt: it had not happened (before), or it had (after).', input: z.strictObject({ move, found: z.enum(['before', 'after']), note: note.min(1) }), answer: wished }),
  'evidence.list': endpoint({ method: 'GET', path: '/api/moves/{move}/evidence', says: 'The signed evidence of a move.', input: z.strictObject({ move, ...paging }), answer: pageOf(proof) }),
  'evidence.list-all': endpoint({
    method: 'GET', path: '/api/evidence', says: 'The signed evidence of all moves, the last first.', input: z.strictObject({ ...paging, programme: id('programme').exactOptional(), named: name.describe('whose customer has this in its name').exactOptional() }),
    answer: pageOf(proof.extend({ of: z.strictObject({ customer: named('customer'), tenant: named('tenant'), origin: named('home'), destination: named('home'), stage: z.enum(['planned', ...stages] satisfies readonly MoveStage[]) }) })),
  }),
  'evidence.read': endpoint({ method: 'GET', path: '/api/evidence/{proof}', says: 'Evidence as it was signed. Saved as a file, `rehome evidence check` proves it without us; /api/evidence/{proof}/file is that file.', input: z.strictObject({ proof: id('proof') }), answer: z.strictObject({ text: z.string(), leg: z.enum(['out', 'back']), root: z.string() }) }),
}

import type { Check } from '#domain/checks.ts'
import type { Finding } from '#domain/gate.ts'
import type { Playbook } from '#domain/playbook.ts'
import type { Move } from '#domain/programmes.ts'
import { system } from '../ground/callers.ts'
import { type Desk, journal } from '../ground/desk.ts'
import { type About, theWhole } from '../running/looks/sight.ts'
import { stand } from '../ground/standing.ts'

/**
 * No agent reports the end of a move that goes as a bundle: it is settled once its bundle is proven on the customer's own server and everybody who must has signed off. What is left of its plan
 * goes on: the bill, and the old server, which runs to the contract's end and is retired then, with reminders.
 */
export const settleByBundle = async (desk: Desk, move: Move, { tasks, signOffs }: Playbook, look: (check: Check, about: About) => Promise<Finding>): Promise<void> => {
  if (move.stage !== 'planned' || signOffs.length === 0 || !tasks.some(task => task.check === 'bundle-verified')) return
  if (!(await look('bundle-verified', theWhole)).held || !(await look('signed-off', theWhole)).held) return
  await stand(desk, move, { stage: 'settled', leg: move.leg })
  await desk.tx.enqueue({ name: 'react', key: `move-stage ${move.id} settled`, at: desk.now, facts: { event: 'move-stage', move: move.id, from: move.stage, stage: 'settled', leg: move.leg }, group: move.id })
  journal({ ...desk, ...system }, 'move.settle', 'move', move.id, { from: move.stage, seen: 'by the system', after: desk.who.name })
}

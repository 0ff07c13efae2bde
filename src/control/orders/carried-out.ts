import type { Action } from '#domain/checks.ts'
import { actOnTask, standingOf } from '#domain/progress.ts'
import { isGivenUp, type Move } from '#domain/programmes.ts'
import { system } from '../ground/callers.ts'
import { type Desk, journal } from '../ground/desk.ts'
import { heldPlan, lookAgain } from '../running/look-again.ts'
import { reopen } from '../plans/tasks.ts'

/** Closes the open tasks that are just this action, and of which the system sees nothing else. */
export const carriedOut = async (desk: Desk, move: Move, action: Action): Promise<void> => {
  const held = isGivenUp(move) ? undefined : await heldPlan(desk, move)
  if (held === undefined || 'refused' in held) return
  const { plan, playbook, kept, opened } = held
  for (const task of plan.tasks) {
    const template = playbook.tasks.find(one => one.key === task.template)
    const row = kept.tasks.find(one => one.key === task.key)
    if (template === undefined || row === undefined || template.action !== action || template.check !== null || standingOf(plan, task, opened) !== 'open') continue
    const next = actOnTask(plan, playbook, { key: task.key, verb: 'complete', by: system.who, at: desk.now, note: null, answers: {} }, opened)
    if ('refused' in next) continue
    await desk.tx.change('task', row.id, { state: 'done', answers: row.answers ?? {}, endedBy: system.who, endedAt: desk.now })
    journal({ ...desk, ...system }, 'task.do', 'task', row.id, { move: move.id, task: task.key, seen: 'by the system', after: desk.who.name })
  }
  await lookAgain(desk, move.id)
}

/** What the system closed of these actions is to be done again. */
export const takenBack = async (desk: Desk, move: Move, actions: readonly Action[], reason: string): Promise<void> => {
  const held = isGivenUp(move) ? undefined : await heldPlan(desk, move)
  if (held === undefined || 'refused' in held) return
  for (const row of held.kept.tasks) {
    const action = held.playbook.tasks.find(one => one.key === row.about.template)?.action
    if (row.state === 'done' && row.endedBy?.kind === 'system' && actions.some(one => one === action)) await reopen({ ...desk, ...system }, row, reason)
  }
}

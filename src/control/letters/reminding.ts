import type { NoAccess } from '#domain/access.ts'
import { dayOf } from '#domain/local-time.ts'
import type { MoveId } from '#domain/programmes.ts'
import type { Task } from '#domain/records.ts'
import { barred, type Desk, journal } from '../ground/desk.ts'
import { isReady, reminderOf } from '../running/due.ts'
import { writeTo } from './messages.ts'
import { type Scene, sceneOf, type Staged } from '../ground/scene.ts'

/** `tasks`: of so many; `people`: who is written to, each once. */
export type Reminded = { readonly tasks: number; readonly people: readonly string[] }
export type NotReminded = NoAccess | { readonly refused: 'reminded-today' } | { readonly refused: 'nobody-to-remind' } | { readonly refused: 'nothing-due' }

const mostTasks = 1_000

/** A person asks for one task. Together with what goes out by itself nobody is written to twice on a day about the same. */
export const remindOfTask = async (desk: Desk, { task: id }: { readonly task: Task['id'] }): Promise<Reminded | NotReminded> => {
  const found = await desk.tx.get('task', id)
  if (found === undefined) return { refused: 'not-found' }
  return await remind(desk, found.move, task => task.id === id)
}

/** The same for everything of a move that is due today or late. */
export const remindOfMove = async (desk: Desk, { move: id }: { readonly move: MoveId }): Promise<Reminded | NotReminded> => {
  const move = await desk.tx.get('move', id)
  if (move === undefined) return { refused: 'not-found' }
  return await remind(desk, id, ({ dueOn }, zone) => dueOn <= dayOf(desk.now, zone))
}

/** The move's row is held first, and so its tasks. */
const remind = async (desk: Desk, id: MoveId, isMeant: (task: Task, zone: string) => boolean): Promise<Reminded | NotReminded> => {
  const { tx, now } = desk
  const move = await tx.lock('move', id)
  if (move === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'message.send', { vendor: move.vendor, customer: move.customer })
  if (why !== undefined) return why
  const scene = await sceneOf(desk, [id])
  const staged = scene.moves.get(id)
  if (staged === undefined) return { refused: 'nothing-due' }
  const { zone } = staged
  const due = (await tx.list('task', { move: id, state: 'open' }, { by: 'dueOn', limit: mostTasks })).filter(task => isMeant(task, zone) && isReady(staged, task))
  if (due.length === 0) return { refused: 'nothing-due' }
  const fresh = due.filter(task => task.remindedAt === null || dayOf(task.remindedAt, zone) !== dayOf(now, zone))
  if (fresh.length === 0) return { refused: 'reminded-today' }
  const written = fresh.map(task => ({ task, ...letterFor(desk, scene, staged, task) })).filter(one => one.readers.length > 0)
  if (written.length === 0) return { refused: 'nobody-to-remind' }
  for (const { task } of written) await tx.change('task', task.id, { remindedAt: now })
  await writeTo(desk, move.vendor, written)
  const people = [...new Set(written.flatMap(one => one.readers.map(reader => reader.name)))]
  journal(desk, 'message.send', 'move', id, { reminded: people, tasks: written.map(one => one.task.key) })
  return { tasks: written.length, people }
}

const letterFor = (desk: Desk, { people }: Scene, staged: Staged, task: Task) => {
  const today = dayOf(desk.now, staged.zone)
  return reminderOf(desk, people, staged, task, { event: task.dueOn < today ? 'task-overdue' : 'task-reminder', day: `${today} by hand`, at: desk.now })
}

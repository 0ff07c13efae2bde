import type { NoAccess, Verb } from '#domain/access.ts'
import { checklistFields, failing } from '#domain/checklist.ts'
import type { Check } from '#domain/checks.ts'
import { type FormRefused, whyFormWrong } from '#domain/form.ts'
import type { Finding } from '#domain/gate.ts'
import type { ContactId } from '#domain/parties.ts'
import type { Playbook, PlaybookTask } from '#domain/playbook.ts'
import { actOnTask, type Blocker, type TaskDeed } from '#domain/progress.ts'
import { isGivenUp, type Move } from '#domain/programmes.ts'
import type { Task } from '#domain/records.ts'
import type { TaskVerb } from '#domain/task.ts'
import type { Said } from '#domain/texts.ts'
import { titlesOf } from '#domain/titles.ts'
import { isSaidByDoer } from '#domain/told-checks.ts'
import { assert, Bug } from '#lib/assert.ts'
import { barred, type Desk, journal } from '../ground/desk.ts'
import { keepFinding, saidBy } from '../running/findings.ts'
import { aboutOf, heldPlan, lookAt } from '../running/look-again.ts'
import { looker } from '../running/looks/looks.ts'
import { sightOf } from '../running/looks/sight.ts'
import { keepOnFile, type NotOnFile } from '../people/contact-form.ts'
import type { MoveEnded } from './moves.ts'
import type { PlaybookMissing } from './plan-rows.ts'

export type TaskId = Task['id']
type Answers = Readonly<Record<string, unknown>>

export type TaskNotDone =
  | NoAccess | MoveEnded | PlaybookMissing | FormRefused | NotOnFile
  /** Somebody was quicker. */
  | { readonly refused: 'task-over'; readonly state: 'done' | 'waived'; readonly by: string; readonly at: string }
  | { readonly refused: 'task-blocked'; readonly waitsFor: readonly string[]; readonly blockers: readonly Blocker[]; readonly said: Said }
  | { readonly refused: 'task-open' }
  | { readonly refused: 'seen-by-the-system'; readonly check: Check; readonly why: string; readonly finding: Finding; readonly said: Said }
  | { readonly refused: 'reason-missing' }
  | { readonly refused: 'evidence-missing'; readonly wanted: string; readonly said: Said }
  | { readonly refused: 'checklist-fails'; readonly items: readonly string[]; readonly said: Said }

/** `finding`: what the system sees of a task with a check. `closed`: everything that was closed by it. */
export type TaskDone = { readonly task: Task; readonly finding: Finding | null; readonly closed: readonly string[] }

/**
 * A person says that a task is done. A task with a check is not done by word: what was filled in is kept, and the system looks; where the check is the doer's own word, such as
 * that files were downloaded, this is that word.
 */
export const doTask = async (desk: Desk, { task: id, answers, note }: { readonly task: TaskId; readonly answers: Answers; readonly note: string }): Promise<TaskDone | TaskNotDone> => {
  const held = await heldTask(desk, id, 'task.do')
  if ('refused' in held) return held
  const { task, template, playbook } = held
  const over = whyNotNow(held, 'complete', desk)
  if (over !== undefined) return over
  const wrong = whyAnswersWrong(playbook, template, answers, note)
  if (wrong !== undefined) return wrong
  if (template.check !== null) return await doByLooking(desk, held, { check: template.check, answers, note })
  await desk.tx.change('task', id, { state: 'done', answers, note: note === '' ? null : note, endedBy: desk.who, endedAt: desk.now })
  journal(desk, 'task.do', 'task', id, { move: task.move, task: task.key, ...(note === '' ? {} : { note }) })
  const { closed } = await lookAt(desk, held.move, playbook)
  return { task: await taskNow(desk, id), finding: null, closed }
}

/** A form asks for what it asks for, a checklist for a mark at each of its lines. */
const whyAnswersWrong = (playbook: Playbook, template: PlaybookTask, answers: Answers, note: string): TaskNotDone | undefined => {
  const checklist = playbook.checklists.find(one => one.key === template.checklist)
  const form = whyFormWrong([...template.form, ...(checklist === undefined ? [] : checklistFields(checklist))], answers)
  if (form !== undefined) return form
  const fails = checklist === undefined ? [] : failing(checklist, answers)
  if (fails.length > 0) return { refused: 'checklist-fails', items: fails.map(item => item.title.en), said: { items: fails.map(item => item.title) } }
  return template.evidence !== null && note === '' ? { refused: 'evidence-missing', wanted: template.evidence.en, said: { wanted: template.evidence } } : undefined
}

type Told = { readonly check: Check; readonly answers: Answers; readonly note: string }

const doByLooking = async (desk: Desk, { task, move, template, playbook }: Held, { check, answers, note }: Told): Promise<TaskDone | TaskNotDone> => {
  const isFilled = Object.keys(answers).length > 0
  if (isFilled) await desk.tx.change('task', task.id, { answers, ...(note === '' ? {} : { note }) })
  if (check === 'contact-complete' && isFilled) {
    const refused = await keepOnFile(desk, move, answers)
    if (refused !== undefined) return refused
  }
  const isWord = isSaidByDoer(check)
  if (isWord) {
    const record = await desk.tx.get('plan', move.id)
    await keepFinding(desk, move, { check, about: check === 'date-committed' ? record?.t0 ?? '' : '', held: true, why: saidBy(desk.who.name, note) })
  }
  const { closed } = await lookAt(desk, move, playbook)
  const now = await taskNow(desk, task.id)
  const sight = await sightOf({ ...desk, view: desk.tx }, move, playbook)
  const finding = await looker(sight)(check, aboutOf(template, task.about))
  // What was filled in or said is kept, whether or not the system sees the end of it yet.
  if (now.state === 'open' && !isFilled && !isWord) return { refused: 'seen-by-the-system', check, why: finding.why.en, finding, said: { why: finding.why } }
  return { task: now, finding, closed }
}

/** The lead takes it off the list, for a reason that everybody can read. */
export const waiveTask = async (desk: Desk, { task: id, reason }: { readonly task: TaskId; readonly reason: string }): Promise<TaskDone | TaskNotDone> => {
  const held = await heldTask(desk, id, 'task.waive')
  if ('refused' in held) return held
  const why = whyNotNow(held, 'waive', desk, reason)
  if (why !== undefined) return why
  await desk.tx.change('task', id, { state: 'waived', note: reason, endedBy: desk.who, endedAt: desk.now })
  journal(desk, 'task.waive', 'task', id, { move: held.move.id, task: held.task.key, reason })
  const { closed } = await lookAt(desk, held.move, held.playbook)
  return { task: await taskNow(desk, id), finding: null, closed }
}

/** It is to be done after all, or again. What was waived only the lead takes up again. */
export const reopenTask = async (desk: Desk, { task: id, reason }: { readonly task: TaskId; readonly reason: string }): Promise<TaskDone | TaskNotDone> => {
  const held = await heldTask(desk, id, 'task.do')
  if ('refused' in held) return held
  const mayNot = held.task.state === 'waived' ? await barred(desk, 'task.waive', whoseTask(held.task)) : undefined
  if (mayNot !== undefined) return mayNot
  const why = whyNotNow(held, 'reopen', desk)
  if (why !== undefined) return why
  await reopen(desk, held.task, reason)
  return { task: await taskNow(desk, id), finding: null, closed: [] }
}

/** Of a task that is over: open again, with what was filled in, and announced anew. */
export const reopen = async (desk: Desk, { id, move, key, state }: Task, reason: string): Promise<void> => {
  await desk.tx.change('task', id, { state: 'open', note: null, endedBy: null, endedAt: null, remindedAt: null })
  journal(desk, 'task.reopen', 'task', id, { move, task: key, was: state, reason })
}

export type NotGiven = TaskNotDone | { readonly refused: 'not-of-the-duty'; readonly duty: string | null }

/** To one person of the duty whose task it is, or back to all of them (null). */
export const giveTask = async (desk: Desk, { task: id, contact: to }: { readonly task: TaskId; readonly contact: ContactId | null }): Promise<TaskDone | NotGiven> => {
  const held = await heldTask(desk, id, 'task.give')
  if ('refused' in held) return held
  const { task, move } = held
  if (task.state !== 'open') return overFor(task)
  if (to !== null) {
    const [person, customer] = [await desk.tx.get('contact', to), await desk.tx.get('customer', move.customer)]
    const isOurs = person !== undefined && person.removedAt === null && (task.party === 'customer' ? person.customer === move.customer : task.party === 'partner' && person.partner !== null && person.partner === customer?.partner)
    if (!isOurs) return { refused: 'not-found' }
    if (task.duty === null || !person.duties.includes(task.duty)) return { refused: 'not-of-the-duty', duty: task.duty }
  }
  if (task.contact !== to) {
    // Whoever has it now is told of it.
    await desk.tx.change('task', id, { contact: to, remindedAt: null })
    journal(desk, 'task.give', 'task', id, { move: move.id, task: task.key, from: task.contact, to })
  }
  return { task: await taskNow(desk, id), finding: null, closed: [] }
}

type Held = { readonly move: Move; readonly task: Task; readonly template: PlaybookTask } & Exclude<Awaited<ReturnType<typeof heldPlan>>, PlaybookMissing>

export const whoseTask = ({ vendor, customer, party, duty, contact }: Task) => ({ vendor, customer, party, duties: duty === null ? [] : [duty], person: contact })

/** The move's row is held first, and so everything of it: of two who act on one task the second one sees what the first did. */
const heldTask = async (desk: Desk, id: TaskId, verb: Verb): Promise<Held | NoAccess | MoveEnded | PlaybookMissing> => {
  const found = await desk.tx.get('task', id)
  if (found === undefined) return { refused: 'not-found' }
  const why = await barred(desk, verb, whoseTask(found))
  if (why !== undefined) return await barred(desk, 'task.read', whoseTask(found)) ?? why
  const move = await desk.tx.lock('move', found.move)
  const task = await desk.tx.get('task', id)
  if (move === undefined || task === undefined) return { refused: 'not-found' }
  if (isGivenUp(move)) return { refused: 'move-ended', stage: move.stage }
  const plan = await heldPlan(desk, move)
  if ('refused' in plan) return plan
  const template = plan.playbook.tasks.find(one => one.key === task.about.template)
  // A template that is gone from the playbook leaves nothing to do by it.
  return template === undefined ? { refused: 'not-found' } : { move, task, template, ...plan }
}

/** Why the domain does not let this be done to the task as it stands. The form is looked at on its own, and so is the check. */
const whyNotNow = ({ plan, playbook, opened, task }: Held, verb: TaskVerb, { who, now }: Desk, note: string | null = null): TaskNotDone | undefined => {
  // As the system: of whom no form and no check is asked, only whether it can be now.
  const deed: TaskDeed = { key: task.key, verb, by: verb === 'complete' ? { kind: 'system', id: '', name: '' } : who, at: now, note, answers: {} }
  const next = actOnTask(plan, playbook, deed, opened)
  if (!('refused' in next)) return undefined
  switch (next.refused) {
    case 'reason-missing': return { refused: 'reason-missing' }
    case 'task-not-now':
      if (next.standing === 'blocked') return { refused: 'task-blocked', waitsFor: next.blockers.map(one => one.key), blockers: next.blockers, said: { waitsFor: titlesOf(playbook, next.blockers.map(one => one.key)) } }
      return task.state === 'open' ? { refused: 'task-open' } : overFor(task)
    default: throw new Bug(`a task as it stands is not refused for ${next.refused}`)
  }
}

const overFor = ({ state, endedBy, endedAt }: Task): Extract<TaskNotDone, { refused: 'task-over' }> => {
  assert(state !== 'open' && endedBy !== null && endedAt !== null, 'a task that is over was ended by somebody')
  return { refused: 'task-over', state, by: endedBy.name, at: new Date(endedAt).toISOString() }
}

const taskNow = async ({ tx }: Desk, id: TaskId): Promise<Task> => {
  const task = await tx.get('task', id)
  assert(task !== undefined, 'a task that is held is there')
  return task
}

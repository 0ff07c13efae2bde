import { checkInDays, datedMessages } from '#domain/cadence.ts'
import { addDays } from '#domain/days.ts'
import type { Job } from '#domain/job.ts'
import { dayOf } from '#domain/local-time.ts'
import type { Text } from '#domain/locale.ts'
import { daysLate, escalationAt, isTold, morningOf, nextNudge, type Nudge, nudgeDue } from '#domain/nudges.ts'
import { tellTask } from '#domain/plan.ts'
import { type Owner, ownerName, type Playbook } from '#domain/playbook.ts'
import { isGivenUp, type Move, type MoveId } from '#domain/programmes.ts'
import { standingOf } from '#domain/progress.ts'
import type { Task } from '#domain/records.ts'
import type { Day, Instant, Zone } from '#domain/time.ts'
import type { Handler } from '#ports/jobs.ts'
import { asSystem } from '../ground/as-system.ts'
import { calendarFor, makingOf } from '../calendar/calendars.ts'
import { type Desk, journal } from '../ground/desk.ts'
import { pages } from '../letters/links.ts'
import { type Letter, writeTo } from '../letters/messages.ts'
import type { People, Reader } from '../people/people.ts'
import { planOf, plannedTask, profileOf } from '../plans/plan-rows.ts'
import { inPortions } from '../ground/portions.ts'
import { sceneOf, type Staged } from '../ground/scene.ts'
import type { World } from '../ground/world.ts'

type Facts = { readonly task?: Task['id']; readonly days?: MoveId }
type Written = { readonly letter: Letter; readonly readers: readonly Reader[] }

/** Writes to people about tasks that begin, are due or late, and what a playbook has to say on this day of a move. */
export const reminderHandler = (world: World): Handler => inPortions(held => asSystem(world, async desk => {
  const facts = held.map(one => one.job.facts as Facts)
  await remind(desk, facts.flatMap(one => one.task ?? []))
  for (const one of facts) if (one.days !== undefined) await tellDays(desk, one.days)
}))

/** Raises what is late to the next level of people. */
export const escalationHandler = (world: World): Handler => inPortions(held => asSystem(world, desk => escalate(desk, held.flatMap(one => (one.job.facts as Facts).task ?? []))))

/** All jobs that the open tasks and the days of a move need, dated by its rows: enqueued again they change nothing. `since`: what should have been done before is not looked at again. */
export const arrange = async (desk: Desk, moves: readonly MoveId[], since: Instant = -Infinity): Promise<void> => {
  const scene = await sceneOf(desk, moves)
  const jobs: Job[] = []
  for (const [id, staged] of scene.moves) {
    const { move, playbook, zone, kept } = staged
    if (isGivenUp(move)) continue
    jobs.push(...kept.tasks.filter(task => task.state === 'open').map(task => jobFor(playbook, zone, task, since)).filter(job => job !== undefined))
    const next = datedOf(desk, staged).find(one => one.at >= morningOf(dayOf(move.createdAt, zone), zone) && one.at > Math.max(since, desk.now - missedMs))
    if (next !== undefined) jobs.push(daysJob(id, next.at))
  }
  await desk.tx.enqueue(...jobs)
}

const jobFor = (playbook: Playbook, zone: Zone, task: Task, since: Instant): Job | undefined => {
  const at = isTold(playbook, task.about.owner, 'task-assigned') ? nextNudge(task.dueOn, zone, Math.max(task.remindedAt ?? -Infinity, since)) : undefined
  return at === undefined ? escalationJob(playbook, zone, task, since) : reminderJob(task, at)
}
const reminderJob = (task: Task, at: Instant): Job => ({ name: 'reminder', key: task.id, at, facts: { task: task.id } })
const escalationJob = (playbook: Playbook, zone: Zone, task: Task, after: Instant): Job | undefined => {
  const { next } = escalationAt(playbook, task.dueOn, zone, after)
  return next === undefined ? undefined : { name: 'escalation', key: task.id, at: next, facts: { task: task.id } }
}
/** Who hears of a task only now that it is late has until the next morning at least. */
const escalationAfter = (playbook: Playbook, zone: Zone, task: Task, now: Instant): Job | undefined => {
  if (task.remindedAt !== null) return escalationJob(playbook, zone, task, -Infinity)
  const tomorrow = morningOf(addDays(dayOf(now, zone), 1), zone)
  return escalationJob(playbook, zone, task, now) ?? (playbook.escalation.length === 0 ? undefined : { name: 'escalation', key: task.id, at: tomorrow, facts: { task: task.id } })
}
const daysJob = (move: MoveId, at: Instant): Job => ({ name: 'reminder', key: `days ${move}`, at, facts: { days: move } })

/** An open task of a move that goes on, which nothing holds up. */
export const isReady = ({ move, playbook, kept }: Staged, task: Task): boolean => {
  const opened = new Set(kept.gates.filter(gate => gate.state === 'go').map(gate => gate.key))
  return !isGivenUp(move) && standingOf(planOf(move, playbook, kept), plannedTask(task), opened) === 'open'
}

const listTasks = async ({ tx }: Desk, ids: readonly Task['id'][]): Promise<Task[]> => (ids.length === 0 ? [] : await tx.list('task', { id: [...new Set(ids)], state: 'open' }, { limit: ids.length }))

const remind = async (desk: Desk, ids: readonly Task['id'][]): Promise<void> => {
  const { tx, now } = desk
  const tasks = await listTasks(desk, ids)
  const scene = await sceneOf(desk, tasks.map(task => task.move))
  const letters = new Map<string, Written[]>()
  const jobs: Job[] = []
  for (const task of tasks) {
    const staged = scene.moves.get(task.move)
    if (staged === undefined || isGivenUp(staged.move)) continue
    const { playbook, zone, move } = staged
    const nudge = nudgeDue(task.dueOn, zone, task.remindedAt, now)
    // The row is changed only as it was read: a task that is done meanwhile is not reminded of.
    if (nudge !== undefined && isTold(playbook, task.about.owner, nudge.event) && isReady(staged, task) && await tx.change('task', task.id, { remindedAt: now }, { state: 'open', dueOn: task.dueOn })) {
      add(letters, move.vendor, reminderOf(desk, scene.people, staged, task, nudge))
    }
    const at = nextNudge(task.dueOn, zone, now)
    const next = at === undefined ? escalationAfter(playbook, zone, task, now) : reminderJob(task, at)
    if (next !== undefined) jobs.push(next)
  }
  for (const [vendor, some] of letters) await writeTo(desk, vendor as Move['vendor'], some)
  await tx.enqueue(...jobs)
}

const add = (letters: Map<string, Written[]>, vendor: string, one: Written): void => { letters.set(vendor, [...letters.get(vendor) ?? [], one]) }

/** Who has a task: the one person it was given to, or all of that duty. */
const owners = (people: People, { move }: Staged, task: Task): Reader[] => {
  const given = task.contact === null ? undefined : people.reader(move.vendor, { contact: task.contact })
  return given === undefined ? people.readersFor(move, [task.about.owner]) : [given]
}

const aboutTask = (desk: Desk, { playbook, tenant }: Staged, task: Task, { locale }: Reader) => ({ tenant, task: tellTask(playbook, plannedTask(task)).title[locale], due: task.dueOn, link: pages.task(desk.world, task.id) })

/** What is written to those who have a task. */
export const reminderOf = (desk: Desk, people: People, staged: Staged, task: Task, { event, day }: Nudge): Written => {
  const { move, zone } = staged
  const shared = { key: `${event} ${task.id} ${task.dueOn} ${day}`, move, about: task.id }
  const today = dayOf(desk.now, zone)
  const readers = owners(people, staged, task)
  switch (event) {
    case 'task-assigned': return { readers, letter: { ...shared, event, facts: reader => ({ ...aboutTask(desk, staged, task, reader), reason: task.about.reason[reader.locale] }) } }
    case 'task-reminder': return { readers, letter: { ...shared, event, facts: reader => ({ ...aboutTask(desk, staged, task, reader), daysLeft: Math.max(0, -daysLate(task.dueOn, today)) }) } }
    case 'task-overdue': return { readers, letter: { ...shared, event, facts: reader => ({ ...aboutTask(desk, staged, task, reader), daysLate: daysLate(task.dueOn, today) }) } }
  }
}

const escalate = async (desk: Desk, ids: readonly Task['id'][]): Promise<void> => {
  const { now } = desk
  const tasks = await listTasks(desk, ids)
  const scene = await sceneOf(desk, tasks.map(task => task.move))
  const jobs: Job[] = []
  for (const task of tasks) {
    const staged = scene.moves.get(task.move)
    if (staged === undefined || isGivenUp(staged.move)) continue
    const { playbook, zone, move } = staged
    const { level } = escalationAt(playbook, task.dueOn, zone, now)
    if (level !== undefined && isReady(staged, task)) {
      const owner = owners(scene.people, staged, task).map(one => one.name).join(', ') || ownerName(task.about.owner)
      const late = daysLate(task.dueOn, dayOf(now, zone))
      const letter: Letter = { event: 'escalation', key: `escalation ${task.id} ${task.dueOn} ${level.level}`, move, about: task.id, facts: reader => ({ ...aboutTask(desk, staged, task, reader), owner, level: level.level, daysLate: late }) }
      const fresh = await writeTo(desk, move.vendor, [{ letter, readers: scene.people.readersFor(move, level.to.filter(one => helps(task, one))) }])
      if (fresh.length > 0) journal(desk, 'escalation.raise', 'task', task.id, { move: move.id, task: task.key, level: level.level, daysLate: late })
    }
    const next = escalationJob(playbook, zone, task, now)
    if (next !== undefined) jobs.push(next)
  }
  await desk.tx.enqueue(...jobs)
}

/** The vendor does not ask its customer to help with the vendor’s own tasks, nor the customer with its partner’s. */
const helps = ({ party }: Task, owner: Owner): boolean => party === 'customer' || owner.party === 'vendor' || owner.party === party

/** What comes up so late is no longer worth telling. */
const missedMs = 7 * 86_400_000

type Dated = { readonly at: Instant; readonly day: Day; readonly key: string; readonly title: Text; readonly body: Text; readonly to: Playbook['messages'][number]['to'] }

/** The letters and meetings of a playbook by their days in this plan, in order. */
const datedOf = ({ world, now }: Desk, { playbook, zone, country, kept }: Staged): Dated[] => {
  if (kept.record === undefined) return []
  const { calendar } = calendarFor(world, playbook, country, kept.record.t0, dayOf(now, zone))
  const { decide, dayOf: on } = makingOf(world, playbook, calendar, kept.record.t0, zone)
  const notices = datedMessages(playbook, profileOf(kept.facts), decide, on).flatMap(({ day, message }) => (message.body === null ? [] : [{ day, key: message.key, title: message.title, body: message.body, to: message.to }]))
  const meetings = checkInDays(playbook, on).map(({ day, checkIn }) => ({ day, key: `check-in ${day}`, title: checkIn.title, body: meeting, to: checkIn.with }))
  return [...notices, ...meetings].map(one => ({ ...one, at: morningOf(one.day, zone) })).toSorted((a, b) => a.at - b.at)
}

const meeting: Text = { en: 'We meet today to see what is done, what is late and what comes next. Your page shows all three.', ja: '本日は定例の打ち合わせ日です。完了した作業、遅れている作業、次の予定を確認いたします。専用ページでもご覧いただけます。' }

const tellDays = async (desk: Desk, id: MoveId): Promise<void> => {
  const scene = await sceneOf(desk, [id])
  const staged = scene.moves.get(id)
  if (staged === undefined || isGivenUp(staged.move)) return
  const { move, tenant } = staged
  const all = datedOf(desk, staged)
  const due = all.filter(one => one.at <= desk.now && one.at > desk.now - missedMs && one.day >= dayOf(move.createdAt, staged.zone))
  await writeTo(desk, move.vendor, due.map(({ key, title, body, to }) => ({
    letter: { event: 'notice', key: `notice ${id} ${key}`, move, facts: ({ locale }) => ({ tenant, title: title[locale], body: body[locale], link: pages.move(desk.world, id) }) } satisfies Letter, readers: scene.people.readersFor(move, to),
  })))
  const next = all.find(one => one.at > desk.now)
  if (next !== undefined) await desk.tx.enqueue(daysJob(id, next.at))
}

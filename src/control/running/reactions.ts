import { addDays } from '#domain/days.ts'
import { addressIn } from '#domain/homes.ts'
import type { Entry } from '#domain/journal.ts'
import type { LetterEvents } from '#domain/letters.ts'
import type { Contact, ContactId } from '#domain/parties.ts'
import { sameOwner } from '#domain/playbook.ts'
import { knownFacts } from '#domain/profile.ts'
import type { Move, MoveId } from '#domain/programmes.ts'
import type { Credential, Gate, Message, Question } from '#domain/records.ts'
import type { Job } from '#domain/job.ts'
import type { Day } from '#domain/time.ts'
import type { Handler } from '#ports/jobs.ts'
import { askAddressJob, redirects } from '../homes/address-looking.ts'
import { asSystem } from '../ground/as-system.ts'
import type { Desk } from '../ground/desk.ts'
import { arrange } from './due.ts'
import { enclosuresOf } from '../letters/enclosures.ts'
import { sendHeld } from '../letters/held-letters.ts'
import { followJournal } from './journal-job.ts'
import { pages } from '../letters/links.ts'
import { addressCheck, write } from '../letters/messages.ts'
import type { Reader } from '../people/people.ts'
import { profileOf } from '../plans/plan-rows.ts'
import { type Scene, sceneOf, type Staged } from '../ground/scene.ts'
import { lookAfter, mayClose } from './seeing.ts'
import { tell, tellInWords } from '../letters/tell.ts'
import { inviteNewcomer } from '../calendar/window-letters.ts'
import type { World } from '../ground/world.ts'

/** What happened, as the use case that did it says it. */
type Event =
  | { readonly event: 'journal' }
  | { readonly event: 'entry'; readonly seq: number }
  | { readonly event: 'plan-changed'; readonly move: MoveId; readonly revision: number }
  | { readonly event: 'plan-told'; readonly move: MoveId }
  | { readonly event: 'move-stage'; readonly move: MoveId; readonly from: Move['stage']; readonly stage: Move['stage']; readonly leg: Move['leg'] }
  | { readonly event: 'credential-offered'; readonly credential: Credential['id']; readonly contact: ContactId }

/** Tells people what follows from what was decided or has happened. Each letter has a key of its own, so it may run as often as it likes. */
export const reactHandler = (world: World): Handler => ({ facts, key }) => asSystem(world, async desk => {
  const told = facts as Event
  switch (told.event) {
    case 'journal': return await readOn(desk)
    case 'entry': return await afterEntry(desk, told.seq)
    case 'plan-changed': return await afterPlan(desk, told.move, told.revision)
    case 'plan-told': return await tellChanged(desk, told.move)
    case 'move-stage': return await afterStage(desk, told, key)
    case 'credential-offered': return await offered(desk, told)
  }
})

const linesAtOnce = 1_000
const bookmark = 'reactions'

/** Goes on reading the journal where it stopped, and makes a job of every line that something follows from: one that fails holds up no other. */
const readOn = async ({ tx, world }: Desk): Promise<void> => {
  const known = await tx.find('bookmark', { name: bookmark })
  const seq = known === undefined ? 0 : (await tx.lock('bookmark', known.id))?.seq ?? 0
  const lines = await tx.entries({ after: seq, limit: linesAtOnce })
  const last = lines.at(-1)
  if (last === undefined) return
  await tx.enqueue(...lines.filter(line => after[line.verb] !== undefined || mayClose(line)).map((line): Job => ({ name: 'react', key: `line ${line.seq}`, at: line.at, facts: { event: 'entry', seq: line.seq }, group: line.subject })))
  if (known === undefined) await tx.add('bookmark', { id: world.newId<'bookmark'>(), name: bookmark, seq: last.seq })
  else await tx.change('bookmark', known.id, { seq: last.seq })
  if (lines.length === linesAtOnce) await tx.enqueue(followJournal(last.at))
}

const afterEntry = async (desk: Desk, seq: number): Promise<void> => {
  const [line] = await desk.tx.entries({ after: seq - 1, limit: 1 })
  if (line?.seq !== seq) return
  await after[line.verb]?.(desk, line)
  await lookAfter(desk, line)
}

/** What follows from a line of the journal, by its verb. */
const after: Readonly<Partial<Record<string, (desk: Desk, line: Entry) => Promise<void>>>> = {
  'contact.change': async (desk, { subject }) => {
    await afterContact(desk, subject as ContactId)
    await inviteNewcomer(desk, subject as ContactId)
  },
  'contact.answer': async (desk, { subject }) => { await sendHeld(desk, subject as ContactId) },
  'task.do': (desk, line) => afterTask(desk, line),
  'task.waive': (desk, line) => afterTask(desk, line),
  'task.reopen': (desk, line) => afterTask(desk, line),
  'task.give': (desk, line) => afterTask(desk, line),
  'gate.decide': (desk, line) => afterGate(desk, line),
  'sign-off.give': (desk, line) => afterTask(desk, line),
  'plan.change': async (desk, { subject, facts }) => { await afterPlan(desk, subject as MoveId, Number(facts['revision'])) },
  'faq.answer': (desk, line) => afterAnswer(desk, line),
  'bundle.prove': (desk, { subject, facts }) => imported(desk, subject as MoveId, String(facts['bundle'])),
}

/** Whoever asked is told, each time the answer is another one. */
const afterAnswer = async (desk: Desk, { subject, facts, seq }: Entry): Promise<void> => {
  const { tx, world } = desk
  const question = facts['answer'] === undefined ? undefined : await tx.get('question', subject as Question['id'])
  const asked = (await tx.entries({ subject, limit: 1 })).find(line => line.verb === 'faq.ask' && line.who.kind === 'contact')
  if (question === undefined || question.answer === null || asked === undefined) return
  await write(desk, {
    event: 'question-answered', to: [{ contact: asked.who.id as ContactId }], key: `question ${subject} ${seq}`, about: subject, ...(question.customer === null ? {} : { customer: question.customer }),
    facts: { question: question.text, answer: question.answer, link: pages.faq(world) },
  })
}

const afterTask = async (desk: Desk, { kind, subject, facts }: Entry): Promise<void> => {
  const move = kind === 'move' ? subject : kind === 'task' ? (await desk.tx.get('task', subject as never))?.move ?? facts['move'] : facts['move']
  if (typeof move === 'string') await arrange(desk, [move as MoveId])
}

/** The decision about the cutover is told to everybody; other gates open tasks only. */
const afterGate = async (desk: Desk, { kind, subject, facts }: Entry): Promise<void> => {
  const { tx } = desk
  const gate: Gate | undefined = kind === 'gate' ? await tx.get('gate', subject as Gate['id']) : typeof facts['gate'] === 'string' ? (await tx.list('gate', { move: subject as MoveId })).find(one => one.key === facts['gate'] || one.id === facts['gate']) : undefined
  if (gate === undefined) return
  await arrange(desk, [gate.move])
  const scene = await sceneOf(desk, [gate.move])
  const [staged, window] = [scene.moves.get(gate.move), (await tx.list('window', { move: gate.move, state: ['proposed', 'confirmed'] }, { limit: 1 }))[0]]
  const { decided } = gate.history
  if (staged === undefined || window === undefined || decided === null || staged.playbook.gates.find(one => one.key === gate.key)?.opens === null) return
  await tell(desk, scene, staged, {
    event: decided.decision, key: `gate ${gate.id} ${decided.at}`, about: gate.id,
    facts: { tenant: staged.tenant, window: { from: window.startsAt, to: window.endsAt }, by: decided.by.name, note: decided.note.trim() === '' ? null : decided.note, link: pages.move(desk.world, gate.move) },
  })
}

const afterPlan = async (desk: Desk, id: MoveId, revision: number): Promise<void> => {
  const scene = await sceneOf(desk, [id])
  const staged = scene.moves.get(id)
  if (staged === undefined || staged.move.endedAt !== null) return
  await arrange(desk, [id])
  await checkAddresses(desk, scene, staged)
  const leading = staged.move.part?.leading ?? id
  const first = await firstOf(desk, staged.move, 'plan-ready')
  const [window] = await desk.tx.list('window', { move: id, state: ['proposed', 'confirmed'] }, { limit: 1 })
  const ofReader = (reader: Reader): number => staged.kept.tasks.filter(task => task.state === 'open' && scene.people.readersFor(staged.move, [task.about.owner]).some(one => one.person === reader.person)).length
  const fresh = await tell(desk, scene, staged, {
    event: 'plan-ready', key: `plan-ready ${first?.move ?? id}`, about: firstPlan(revision),
    facts: reader => ({ tenant: staged.tenant, tasks: ofReader(reader), window: window === undefined ? null : { from: window.startsAt, to: window.endsAt }, link: pages.plan(desk.world, id) }),
  })
  // Whoever has just got the whole plan is not told that it has changed.
  const isNew = leading === id ? first?.about === firstPlan(revision) : revision <= 1
  if (first !== undefined && !isNew && fresh.length === 0 && !(await isToldOfWindow(desk, staged))) await desk.tx.enqueue({ name: 'react', key: `plan-told ${leading}`, at: (Math.floor(desk.now / gatherMs) + 1) * gatherMs, facts: { event: 'plan-told', move: leading }, group: leading })
  await sendQuestions(desk, scene, staged)
}

/** Changes come together, as when one answers a questionnaire: of all within so long people are told once. */
const gatherMs = 30 * 60_000

const tellChanged = async (desk: Desk, id: MoveId): Promise<void> => {
  const scene = await sceneOf(desk, [id])
  const staged = scene.moves.get(id)
  if (staged === undefined) return
  const all = await besides(desk, staged.move)
  if (all.every(move => move.endedAt !== null)) return
  // Of all the environments of a customer people are told once; what they are told of is the sum of their changes.
  await tellInWords(desk, scene, staged, 'plan-changed', `plan-changed ${id} ${all.reduce((sum, move) => sum + move.revision, 0)}`)
}

/** Who was written to about the window that changed the plan knows that its days have moved with it. */
const isToldOfWindow = async (desk: Desk, { move, kept: { record } }: Staged): Promise<boolean> => {
  if (record === undefined) return false
  const at = { from: record.madeAt, to: record.madeAt }
  return (await desk.tx.list('message', { move: (await besides(desk, move)).map(one => one.id), event: ['window-confirmed', 'window-moved', 'window-cancelled'], createdAt: at }, { limit: 1 })).length > 0
}

/** The moves of the customer's environments that this one is one of; this one alone, where it has the whole playbook. */
const besides = async ({ tx }: Desk, move: Move): Promise<readonly Move[]> =>
  move.part === null ? [move] : (await tx.list('move', { programme: move.programme, customer: move.customer })).filter(one => one.part?.leading === move.part?.leading)

/** The first letter of a kind that was written about a move; of environments that are tenants of their own, about any of them, whichever led at the time. */
const firstOf = async ({ tx }: Desk, move: Move, event: Message['event']): Promise<Message | undefined> => {
  const all = move.part === null ? [move] : await tx.list('move', { programme: move.programme, customer: move.customer })
  return (await tx.list('message', { move: all.map(one => one.id), event }, { limit: 1 }))[0]
}

const firstPlan = (revision: number): string => `revision ${revision}`

/** Each gets the questions of their own duties; the point of contact, who passes them on, all of them. */
const sendQuestions = async (desk: Desk, scene: Scene, staged: Staged): Promise<void> => {
  const { playbook, move, kept } = staged
  const due = kept.tasks.filter(task => task.state === 'open' && playbook.tasks.some(one => one.key === task.about.template && one.check === 'questionnaire-complete')).map(task => task.dueOn).toSorted()[0]
  if (due === undefined) return
  const known = knownFacts(playbook.facts, profileOf(kept.facts))
  const open = playbook.facts.filter(fact => fact.question !== null && fact.asked !== null && !known.has(fact.name))
  const contact = { party: 'customer', duty: 'point-of-contact' } as const
  await tell(desk, scene, staged, {
    event: 'questionnaire', key: `questionnaire ${(await firstOf(desk, move, 'questionnaire'))?.move ?? move.id}`,
    facts: reader => {
      const isContact = scene.people.readersFor(move, [contact]).some(one => one.person === reader.person)
      const own = isContact ? open : open.filter(fact => fact.asked !== null && scene.people.readersFor(move, [fact.asked]).some(one => one.person === reader.person))
      return { tenant: staged.tenant, questions: own.length, due, link: pages.questionnaire(desk.world, move.id) }
    },
  }, owner => sameOwner(owner, contact) || open.some(fact => fact.asked !== null && sameOwner(fact.asked, owner)))
}

/** Everybody who is named for it confirms that letters reach them: once for each address. */
const checkAddresses = async (desk: Desk, scene: Scene, { move, playbook }: Staged): Promise<void> => {
  const named = playbook.messages.filter(message => message.on === 'address-check').flatMap(message => message.to)
  for (const { contact } of scene.people.readersFor(move, named)) if (contact !== null) await checkAddress(desk, contact)
}

/** Who comes into a move that has begun confirms the address too, if the playbook wants it of them. A person who moves nothing yet is asked when their first plan is made. */
const afterContact = async (desk: Desk, id: ContactId): Promise<void> => {
  const contact = await desk.tx.get('contact', id)
  if (contact === undefined || contact.removedAt !== null || contact.verifiedAt !== null) return
  const customers = contact.customer !== null ? [contact.customer] : (await desk.tx.list('customer', { partner: contact.partner })).map(one => one.id)
  const [move] = customers.length === 0 ? [] : await desk.tx.list('move', { customer: customers, endedAt: null }, { limit: 1 })
  const scene = await sceneOf(desk, move === undefined ? [] : [move.id])
  for (const staged of scene.moves.values()) await checkAddresses(desk, scene, staged)
}

const checkAddress = async (desk: Desk, id: ContactId): Promise<void> => {
  const contact: Contact | undefined = await desk.tx.get('contact', id)
  if (contact === undefined || contact.verifiedAt !== null) return
  await write(desk, { ...addressCheck(id, contact.email), to: [{ contact: id }], ...(contact.customer === null ? {} : { customer: contact.customer }) })
}

const offered = async (desk: Desk, { credential: id, contact }: Extract<Event, { event: 'credential-offered' }>): Promise<void> => {
  const credential = await desk.tx.get('credential', id)
  if (credential?.state !== 'offered' || credential.contact !== contact || credential.expiresAt === null) return
  const move = await desk.tx.get('move', credential.move)
  const tenant = move === undefined ? undefined : await desk.tx.get('tenant', move.tenant)
  if (move === undefined || tenant === undefined) return
  // To this one person, whatever a playbook says.
  await write(desk, {
    event: 'credentials-ready', to: [{ contact }], key: `credential ${id} ${credential.offeredAt ?? 0}`, about: id, move,
    facts: { tenant: tenant.name, link: `${desk.world.site}/credentials/${id}`, until: credential.expiresAt },
  })
}

const afterStage = async (desk: Desk, { move: id, stage, leg }: Extract<Event, { event: 'move-stage' }>, key: string): Promise<void> => {
  const scene = await sceneOf(desk, [id])
  const staged = scene.moves.get(id)
  if (staged === undefined) return
  const { tenant, move } = staged
  const link = pages.move(desk.world, id)
  await arrange(desk, [id])
  if (stage === 'frozen' && leg === 'out') await tell(desk, scene, staged, { event: 'freeze-begins', key, facts: { tenant, at: desk.now, expectedSeconds: await forecastSeconds(desk, id) } })
  if (stage === 'switched' && leg === 'out') await finished(desk, scene, staged, key)
  if (redirects(desk.world, move)) await desk.tx.enqueue(askAddressJob(id, desk.now))
  if (stage === 'switched' && leg === 'back') {
    const origin = await desk.tx.get('home', move.origin)
    const row = await desk.tx.get('tenant', move.tenant)
    await tell(desk, scene, staged, { event: 'turned-back', key, facts: { tenant, at: desk.now, address: (origin === undefined || row === undefined ? undefined : addressIn(origin, row.name)) ?? row?.address ?? link, reason: null, link } })
  }
  if (stage === 'settled') await tell(desk, scene, staged, { event: 'settled', key, facts: { tenant, at: desk.now, link } })
}

/** As the agent last forecast the freeze, on the safe side; without a forecast, what a freeze is allowed to take at most. */
const forecastSeconds = async ({ tx }: Desk, move: MoveId): Promise<number> => {
  const reports = await tx.list('report', { move }, { limit: 200, descending: true })
  const told = reports.map(report => report.event as { readonly type?: string; readonly p95Ms?: number }).find(event => event.type === 'forecast')
  return Math.ceil((told?.p95Ms ?? usualFreezeMs) / 1000)
}
const usualFreezeMs = 5_000

/** The last day of the old address: the task of its end is on the day after. */
const redirectedUntil = ({ playbook, kept }: Staged): Day | null => {
  const ending = new Set(playbook.tasks.filter(task => task.check === 'old-address-unused').map(task => task.key))
  const [end] = kept.tasks.filter(task => task.state === 'open' && ending.has(task.about.template)).map(task => task.dueOn).toSorted()
  return end === undefined ? null : addDays(end, -1)
}

/** The tenant lives in its new home: who works with it tests it, and who resells it hears that it is done and nothing else. */
const finished = async (desk: Desk, scene: Scene, staged: Staged, key: string): Promise<void> => {
  const { move } = staged
  await tellInWords(desk, scene, staged, 'switched', key)
  const [origin, destination, row] = [await desk.tx.get('home', move.origin), await desk.tx.get('home', move.destination), await desk.tx.get('tenant', move.tenant)]
  const [was, is] = row === undefined ? [] : [row.address ?? (origin === undefined ? null : addressIn(origin, row.name)), destination === undefined ? null : addressIn(destination, row.name)]
  const addresses = typeof was === 'string' && typeof is === 'string' && was !== is ? [{ was, is }] : []
  const proven = await desk.tx.count('proof', { move: move.id, leg: 'out' }) > 0
  await tellFinished(desk, scene, staged, { key, proven, addresses })
}

/** The bundle was imported on the customer's own server, and every row of it proven there. The old home runs on to the contract's end, with the files that were not moved. */
const imported = async (desk: Desk, id: MoveId, bundle: string): Promise<void> => {
  const scene = await sceneOf(desk, [id])
  const staged = scene.moves.get(id)
  if (staged === undefined) return
  await arrange(desk, [id])
  await tellFinished(desk, scene, staged, { key: `bundle ${bundle}`, proven: false, addresses: [] })
}

type Finished = Pick<LetterEvents['finished'], 'proven' | 'addresses'> & { readonly key: string }

const tellFinished = async (desk: Desk, scene: Scene, staged: Staged, { key, proven, addresses }: Finished): Promise<void> => {
  const { tenant, move, kept } = staged
  const enclosures = await enclosuresOf(desk.world, desk.tx, move)
  const link = pages.signOff(desk.world, move.id)
  await tell(desk, scene, staged, { event: 'finished', key, facts: reader => ({ tenant, at: desk.now, proven, addresses, redirectedUntil: addresses.length === 0 ? null : redirectedUntil(staged), download: null, ...enclosures[reader.locale], link }) })
  await tell(desk, scene, staged, { event: 'finished-partner', key, facts: { customer: scene.people.customers.get(move.customer)?.name ?? '', tenant, at: desk.now } })
  const environment = (await desk.tx.get('tenant', move.tenant))?.environment
  const due = kept.record?.environments.find(one => one.key === environment)?.to
  if (due !== undefined) await tell(desk, scene, staged, { event: 'sign-off-wanted', key, facts: { tenant, due, link } })
}

import type { NoAccess } from '#domain/access.ts'
import { checklistFields, failing } from '#domain/checklist.ts'
import { type FormRefused, whyFormWrong } from '#domain/form.ts'
import type { Environment } from '#domain/homes.ts'
import type { Text } from '#domain/locale.ts'
import { type Checklist, offsetOf, ownerName, type Playbook, type PlaybookSignOff } from '#domain/playbook.ts'
import type { Move, MoveId } from '#domain/programmes.ts'
import type { SignOff } from '#domain/records.ts'
import type { Said } from '#domain/texts.ts'
import type { Day } from '#domain/time.ts'
import { titlesOf } from '#domain/titles.ts'
import { barred, type Desk, type Glance, journal } from '../ground/desk.ts'
import { lookAt } from '../running/look-again.ts'
import { pages } from '../letters/links.ts'
import { writeTo } from '../letters/messages.ts'
import type { MoveEnded } from './moves.ts'
import { peopleOf } from '../people/people.ts'
import { keptPlan, type PlaybookMissing, playbookOf } from './plan-rows.ts'
import { makingFor } from './replan.ts'
import { reopen } from './tasks.ts'

/** One word that an environment needs. `given`: everything that was said, the last first; `accepted` once somebody has accepted. */
export type SignOffLine = {
  readonly key: string; readonly title: Text; readonly environment: Environment; readonly by: string; readonly due: Day; readonly accepted: boolean; readonly mayGive: boolean
  readonly checklist: Checklist['items']; readonly given: readonly Pick<SignOff, 'id' | 'by' | 'accepted' | 'note' | 'at' | 'answers'>[]
}

/** What the playbook wants signed off, by whom, and what was said. */
export const listSignOffs = async (glance: Glance, { move: id }: { readonly move: MoveId }): Promise<{ readonly items: readonly SignOffLine[] } | NoAccess | PlaybookMissing> => {
  const { view } = glance
  const move = await view.get('move', id)
  if (move === undefined) return { refused: 'not-found' }
  const why = await barred(glance, 'sign-off.read', { vendor: move.vendor, customer: move.customer })
  if (why !== undefined) return why
  const playbook = playbookOf(glance.world, move)
  if ('refused' in playbook) return playbook
  const [rows, record, customer] = [await view.list('sign_off', { move: id }, { descending: true }), await view.get('plan', id), await view.get('customer', move.customer)]
  const dayOf = record === undefined || customer === undefined ? () => '' : makingFor(glance, playbook, customer, record.t0).making.dayOf
  const items: SignOffLine[] = []
  for (const one of playbook.signOffs) {
    const given = rows.filter(row => row.key === one.key)
    items.push({
      key: one.key, title: one.title, environment: one.environment, by: ownerName(one.by), due: dayOf(offsetOf(playbook, one.at) ?? 0), accepted: given.some(row => row.accepted),
      mayGive: await mayNotGive(glance, move, one) === undefined, checklist: checklistOf(playbook, one)?.items ?? [],
      given: given.map(({ id: row, by, accepted, note, at, answers }) => ({ id: row, by, accepted, note, at, answers })),
    })
  }
  return { items }
}

const checklistOf = (playbook: Playbook, { checklist }: PlaybookSignOff): Checklist | undefined => playbook.checklists.find(one => one.key === checklist)

const mayNotGive = (at: Desk | Glance, { vendor, customer }: Move, { by }: PlaybookSignOff): Promise<NoAccess | undefined> =>
  barred(at, 'sign-off.give', { vendor, customer, party: by.party, duties: by.party === 'vendor' ? [] : [by.duty] })

export type NotSignedOff =
  | NoAccess | MoveEnded | PlaybookMissing | FormRefused
  | { readonly refused: 'signed-off-already'; readonly by: string; readonly at: string }
  | { readonly refused: 'environment-not-ready'; readonly environment: Environment; readonly tasks: readonly string[]; readonly said: Said }
  | { readonly refused: 'checklist-fails'; readonly items: readonly string[]; readonly said: Said }
  | { readonly refused: 'note-missing' }

type Given = { readonly move: MoveId; readonly signOff: string; readonly accepted: boolean; readonly answers: Readonly<Record<string, unknown>>; readonly note: string }

/** Accepts an environment, once; or says what does not work: then what was tested is tested again, and the vendor is told. */
export const giveSignOff = async (desk: Desk, { move: id, signOff: key, accepted, answers, note }: Given): Promise<{ signOff: SignOff; closed: readonly string[]; reopened: readonly string[] } | NotSignedOff> => {
  const { tx, now, who, world } = desk
  const move = await tx.lock('move', id)
  if (move === undefined) return { refused: 'not-found' }
  const unseen = await barred(desk, 'move.read', move)
  if (unseen !== undefined) return unseen
  const playbook = playbookOf(world, move)
  if ('refused' in playbook) return playbook
  const wanted = playbook.signOffs.find(one => one.key === key)
  if (wanted === undefined) return { refused: 'not-found' }
  const why = await mayNotGive(desk, move, wanted) ?? (move.endedAt === null ? undefined : { refused: 'move-ended', stage: move.stage } as const)
  if (why !== undefined) return why
  const no = await whyNotNow(desk, move, playbook, wanted) ?? whyWrong(playbook, wanted, { accepted, answers, note })
  if (no !== undefined) return no
  const { party } = wanted.by
  const row: SignOff = { id: world.newId(), vendor: move.vendor, customer: move.customer, move: id, key, environment: wanted.environment, party, duty: wanted.by.party === 'vendor' ? null : wanted.by.duty, by: who.name, accepted, answers, note, at: now }
  await tx.add('sign_off', row)
  journal(desk, 'sign-off.give', 'move', id, { signOff: key, environment: wanted.environment, accepted, ...(note === '' ? {} : { note }) })
  if (!accepted) return { signOff: row, closed: [], reopened: await rejected(desk, move, playbook, wanted, row) }
  return { signOff: row, closed: (await lookAt(desk, move, playbook)).closed, reopened: [] }
}

/** Once each; and not before the vendor has done there what it does. */
const whyNotNow = async ({ tx, world }: Desk, move: Move, { tasks, gates }: Playbook, { key, environment }: PlaybookSignOff): Promise<NotSignedOff | undefined> => {
  const before = await tx.find('sign_off', { move: move.id, key, accepted: true })
  if (before !== undefined) return { refused: 'signed-off-already', by: before.by, at: new Date(before.at).toISOString() }
  const { tasks: rows } = await keptPlan(tx, world, move)
  const own = new Set(tasks.filter(one => one.environment === environment && one.owner.party === 'vendor').map(one => one.key))
  const open = rows.filter(row => row.state === 'open' && own.has(row.about.template)).map(row => row.key)
  return open.length === 0 ? undefined : { refused: 'environment-not-ready', environment, tasks: open, said: { tasks: titlesOf({ tasks, gates }, open) } }
}

const whyWrong = (playbook: Playbook, wanted: PlaybookSignOff, { accepted, answers, note }: Pick<Given, 'accepted' | 'answers' | 'note'>): NotSignedOff | undefined => {
  const checklist = checklistOf(playbook, wanted)
  const fields = checklist === undefined ? [] : checklistFields(checklist)
  // Who rejects says what fails and need not have looked at everything else.
  const wrong = whyFormWrong(accepted ? fields : fields.map(field => ({ ...field, optional: true })), answers)
  if (wrong !== undefined) return wrong
  const fails = checklist === undefined ? [] : failing(checklist, answers)
  if (accepted && fails.length > 0) return { refused: 'checklist-fails', items: fails.map(one => one.title.en), said: { items: fails.map(one => one.title) } }
  return !accepted && note === '' ? { refused: 'note-missing' } : undefined
}

/** What was tested in that environment by those who rejected it is open again. */
const rejected = async (desk: Desk, move: Move, playbook: Playbook, wanted: PlaybookSignOff, row: SignOff): Promise<string[]> => {
  const isTest = (key: string): boolean => playbook.tasks.some(one => one.key === key && one.checklist !== null && (one.checklist === wanted.checklist || (wanted.checklist === null && one.environment === wanted.environment)))
  const { tasks } = await keptPlan(desk.tx, desk.world, move)
  const again = tasks.filter(task => task.state === 'done' && isTest(task.about.template))
  for (const task of again) await reopen(desk, task, `not accepted: ${row.note}`)
  const people = await peopleOf(desk.tx, [move])
  const [customer, readers] = [people.customers.get(move.customer), people.readersFor(move, [{ party: 'vendor', post: 'project-manager' }, { party: 'vendor', post: 'engineer' }])]
  const checklist = checklistOf(playbook, wanted)
  const fails = checklist === undefined ? [] : failing(checklist, row.answers)
  await writeTo(desk, move.vendor, [{
    readers, letter: {
      event: 'answer', key: `sign-off ${row.id}`, move, about: row.id, by: desk.who,
      facts: ({ locale }) => ({ customer: customer?.name ?? '', by: row.by, text: [wanted.title[locale], row.note, ...fails.map(one => `- ${one.title[locale]}`)].join('\n'), link: pages.signOff(desk.world, move.id) }),
    },
  }])
  return again.map(task => task.key)
}

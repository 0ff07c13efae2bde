import type { NoAccess } from '#domain/access.ts'
import { attentionKinds, type AttentionKind, type Given } from '#domain/attention.ts'
import { codeText } from '#domain/code-words.ts'
import { addDays } from '#domain/days.ts'
import { quoted } from '#domain/fault-words.ts'
import { heldTooLongMs } from '#domain/held-letters.ts'
import { jobsJa } from '#domain/job-words.ts'
import { dayOf, endOfDay } from '#domain/local-time.ts'
import type { Text } from '#domain/locale.ts'
import type { CustomerId, VendorId } from '#domain/parties.ts'
import { tellTask } from '#domain/plan.ts'
import type { Owner } from '#domain/playbook.ts'
import type { Move, MoveId, ProgrammeId } from '#domain/programmes.ts'
import type { Day, Instant, Zone } from '#domain/time.ts'
import type { View } from '#ports/ledger.ts'
import { type Glance, sight, vendorOf } from '../ground/desk.ts'
import { givenTo } from './assigning.ts'
import { failedJobs } from './failed-jobs.ts'
import { unverified } from '../letters/messages.ts'
import { type People, peopleOf } from '../people/people.ts'
import { plannedTask, playbookOf } from '../plans/plan-rows.ts'

/** Something that needs somebody of the vendor. `breaksAt`: when it goes wrong, or went. `has`: who has it, as names. `about`: the id of what it is. `programme`: of what is of no move. */
export type Attention = {
  readonly kind: AttentionKind; readonly breaksAt: Instant; readonly title: Text; readonly move: MoveId | null; readonly programme: ProgrammeId | null; readonly customer: { readonly id: CustomerId; readonly name: string } | null; readonly has: readonly string[]; readonly about: string; /** T-0 of the move. */ readonly t0: Day | null
  readonly given: Given | null
}

/** `more`: how many of a kind were found beyond those that are shown; of each kind no more are looked for than a page of them. */
export type AttentionPage = { readonly items: readonly Attention[]; readonly more: { readonly [Kind in AttentionKind]: number } }

/** So many of each source are looked at. */
const mostOfEach = 50

/** What was found of one source, before it is known whose it is. */
type Seen = { readonly kind: AttentionKind; readonly breaksAt: Instant; readonly title: Text | ((move: Move | undefined) => Text); readonly move: MoveId | null; readonly customer: CustomerId | null; readonly owner: Owner | ((move: Move | undefined) => Owner); readonly contact?: string | null; readonly about: string; readonly programme?: ProgrammeId }
/** `only`: what else is asked of rows that are of moves. */
type Around = { readonly only: { readonly ofProgramme?: ProgrammeId }; readonly view: View; readonly vendor: VendorId; readonly zone: Zone; readonly now: Instant; readonly glance: Glance }
type Source = (at: Around) => Promise<readonly Seen[]>

/** What breaks first, of everything that a vendor has under way. One bounded question for each source, however much there is. */
export const listAttention = async (glance: Glance, { limit = 100, programme }: { readonly limit?: number; readonly programme?: ProgrammeId }): Promise<AttentionPage | NoAccess> => {
  const seen = sight(glance, 'attention.read')
  if ('refused' in seen) return seen
  const id = vendorOf(glance)
  if (id === undefined) return { refused: 'not-found' }
  const { view, now } = glance
  if (programme !== undefined && (await view.get('programme', programme))?.vendor !== id) return { refused: 'not-found' }
  const vendor = await view.get('vendor', id)
  const at: Around = { only: programme === undefined ? {} : { ofProgramme: programme }, view, vendor: id, zone: vendor?.zone ?? 'UTC', now, glance }
  const found: { readonly kind: AttentionKind; readonly all: readonly Seen[] }[] = []
  for (const kind of attentionKinds) found.push({ kind, all: await sources[kind](at) })
  const first = found.flatMap(one => one.all).toSorted((a, b) => a.breaksAt - b.breaksAt).slice(0, limit)
  const shown = new Set(first)
  // Proof: each kind was asked for once.
  const more = Object.fromEntries(found.map(({ kind, all }) => [kind, all.filter(one => !shown.has(one)).length])) as AttentionPage['more']
  return { items: await named(glance, id, first), more }
}

const named = async ({ view }: Glance, vendor: VendorId, found: readonly Seen[]): Promise<Attention[]> => {
  const ids = [...new Set(found.flatMap(one => one.move ?? []))]
  const moves = new Map((ids.length === 0 ? [] : await view.list('move', { id: ids }, { limit: ids.length })).map(move => [move.id, move]))
  const people = await peopleOf(view, [...moves.values()], { customers: found.flatMap(one => one.customer ?? []) })
  const given = await givenTo(view, vendor, found)
  // What was given up needs nobody.
  return found.filter(one => one.move === null || moves.get(one.move)?.endedAt === null).map(({ kind, breaksAt, title, move: id, customer, owner, contact, about, programme }): Attention => {
    const move = id === null ? undefined : moves.get(id)
    return {
      kind, breaksAt, title: typeof title === 'function' ? title(move) : title, move: id, programme: programme ?? null, about, t0: move?.t0 ?? null, given: given(kind, about),
      customer: customer === null ? null : { id: customer, name: people.customers.get(customer)?.name ?? '' },
      has: move === undefined ? [] : whoHas(people, move, typeof owner === 'function' ? owner(move) : owner, contact ?? null),
    }
  })
}

const whoHas = (people: People, move: Move, owner: Owner, contact: string | null): string[] => {
  const one = contact === null ? undefined : people.reader(move.vendor, { contact: contact as never })
  return (one === undefined ? people.readersFor(move, [owner]) : [one]).map(reader => reader.name)
}

const engineer: Owner = { party: 'vendor', post: 'engineer' }
const lead: Owner = { party: 'vendor', post: 'project-manager' }
const finance: Owner = { party: 'vendor', post: 'finance' }
const page = { limit: mostOfEach } as const
const weekMs = 7 * 86_400_000
/** So long a question of a customer may wait. */
const answerWithinMs = 86_400_000

const sources: Readonly<Record<AttentionKind, Source>> = {
  async 'late-task'({ view, vendor, zone, now, glance, only }) {
    const where = { ...only, vendor, state: 'open', dueOn: { to: addDays(dayOf(now, zone), -1) } } as const
    const rows = await view.list('task', where, { ...page, by: 'dueOn' })
    return rows.map((row): Seen => ({
      kind: 'late-task', breaksAt: endOfDay(row.dueOn, zone), move: row.move, customer: row.customer, owner: row.about.owner, contact: row.contact, about: row.id,
      title: move => { const playbook = move === undefined ? undefined : playbookOf(glance.world, move); return playbook === undefined || 'refused' in playbook ? plain(row.key) : tellTask(playbook, plannedTask(row)).title },
    }))
  },
  async 'gate-due'({ view, vendor, zone, now, glance, only }) {
    const where = { ...only, vendor, state: 'open', dueOn: { to: dayOf(now, zone) } } as const
    const rows = await view.list('gate', where, { ...page, by: 'dueOn' })
    const gateOf = (move: Move | undefined, key: string) => { const playbook = move === undefined ? undefined : playbookOf(glance.world, move); return playbook === undefined || 'refused' in playbook ? undefined : playbook.gates.find(one => one.key === key) }
    return rows.map((row): Seen => ({ kind: 'gate-due', breaksAt: endOfDay(row.dueOn, zone), move: row.move, customer: row.customer, owner: move => gateOf(move, row.key)?.decides ?? lead, about: row.id, title: move => gateOf(move, row.key)?.title ?? plain(row.key) }))
  },
  async 'window-unconfirmed'({ view, vendor, now, only }) {
    const where = { ...only, vendor, state: 'proposed', startsAt: { to: now + 2 * weekMs } } as const
    const rows = await view.list('window', where, { ...page, by: 'startsAt' })
    return rows.map((row): Seen => ({ kind: 'window-unconfirmed', breaksAt: row.startsAt, move: row.move, customer: row.customer, owner: { party: 'customer', duty: 'point-of-contact' }, about: row.id, title: { en: 'The window is not confirmed', ja: '作業日時が未確定です' } }))
  },
  async 'letter-returned'({ view, vendor, now, only }) {
    const where = { ...only, vendor, state: ['bounced', 'failed'], createdAt: { from: now - 2 * weekMs } } as const
    const rows = await view.list('message', where, { ...page, by: 'createdAt', descending: true })
    return rows.map((row): Seen => ({ kind: 'letter-returned', breaksAt: row.sentAt ?? row.createdAt, move: row.move, customer: row.customer, owner: lead, about: row.id, title: { en: `Letters to ${row.name} come back`, ja: `${row.name}様宛のメールが届いていません` } }))
  },
  async 'address-unverified'({ view, vendor, now, only }) {
    const where = { ...only, vendor, state: 'dropped', why: unverified, createdAt: { from: now - 26 * weekMs, to: now - heldTooLongMs } } as const
    const held = await view.list('message', where, { ...page, by: 'createdAt' })
    // Of each person the letter that waits for longest.
    return [...new Map(held.toReversed().map(row => [row.contact, row])).values()].map((row): Seen => ({
      kind: 'address-unverified', breaksAt: row.createdAt + heldTooLongMs, move: row.move, customer: row.customer, owner: lead, about: row.contact ?? row.id,
      title: { en: `${row.name} has not confirmed the address; letters wait`, ja: `${row.name}様のメールアドレスが未確認のため、ご案内を保留しています` },
    }))
  },
  async 'order-failed'({ view, vendor, now, only }) {
    const where = { ...only, vendor, state: 'failed', endedAt: { from: now - 2 * weekMs } } as const
    const rows = await view.list('move_order', where, { ...page, by: 'endedAt', descending: true })
    return rows.map((row): Seen => ({ kind: 'order-failed', breaksAt: row.endedAt ?? now, move: row.move, customer: row.customer, owner: engineer, about: row.id, title: { en: `An order failed: ${row.kind}`, ja: `作業指示が失敗しました（${codeText(row.kind)?.ja ?? row.kind}）` } }))
  },
  async 'job-failed'({ glance, now, only }) {
    // A job is of no programme.
    const all = only.ofProgramme !== undefined ? [] : await failedJobs(glance, mostOfEach)
    return 'refused' in all ? [] : all.map(({ id, job, failedAt, reason }): Seen => ({ kind: 'job-failed', breaksAt: Math.min(failedAt, now), move: null, customer: null, owner: engineer, about: id, title: { en: `A job failed: ${job.name}. ${reason}`, ja: `ジョブが失敗しました（${jobsJa[job.name]}）：${quoted(reason)}` } }))
  },
  async 'in-doubt'({ view, vendor, now, only }) {
    const where = { ...only, vendor, stage: 'in-doubt' } as const
    const rows = await view.list('move', where, page)
    return rows.map((row): Seen => ({ kind: 'in-doubt', breaksAt: now, move: row.id, customer: row.customer, owner: engineer, about: row.id, title: { en: 'In doubt: somebody has to find out whether it switched', ja: '切替の成否が不明です。確認が必要です' } }))
  },
  async 'quote-expires'({ view, vendor, now, only }) {
    const where = { ...only, vendor, state: 'sent', expiresAt: { from: now, to: now + weekMs } } as const
    const rows = await view.list('quote', where, { ...page, by: 'expiresAt' })
    return rows.map((row): Seen => ({ kind: 'quote-expires', breaksAt: row.expiresAt, move: row.move, customer: row.customer, owner: finance, contact: row.named, about: row.id, title: { en: `Quote ${row.number} expires`, ja: `見積書${row.number}の有効期限が近づいています` } }))
  },
  async 'question-open'({ view, vendor, only }) {
    const where = { ...(only.ofProgramme === undefined ? {} : { programme: only.ofProgramme }), vendor, customer: {}, answer: null } as const
    const rows = await view.list('question', where, { ...page, by: 'askedAt' })
    return rows.map((row): Seen => ({ kind: 'question-open', breaksAt: row.askedAt + answerWithinMs, move: null, programme: row.programme, customer: row.customer, owner: lead, about: row.id, title: { en: `${row.askedBy} asks: ${opening(row.text)}`, ja: `${row.askedBy}様からのご質問：${opening(row.text)}` } }))
  },
}

const plain = (key: string): Text => ({ en: key, ja: key })
const opening = (text: string): string => { const words = text.replaceAll(/\s+/g, ' ').trim(); return words.length > 100 ? `${words.slice(0, 99)}…` : words }

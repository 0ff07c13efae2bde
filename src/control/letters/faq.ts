import { type NoAccess, scopeOf } from '#domain/access.ts'
import type { CustomerId, VendorId } from '#domain/parties.ts'
import type { Answered } from '#domain/playbook.ts'
import type { MoveId, Programme, ProgrammeId } from '#domain/programmes.ts'
import type { Question } from '#domain/records.ts'
import type { View } from '#ports/ledger.ts'
import { barred, type Desk, type Glance, journal } from '../ground/desk.ts'
import { latestPlaybook } from '../plans/playbooks.ts'

/** People of a customer or partner ask about their move, the vendor's about a programme: one of the two. */
type About = { readonly move?: MoveId; readonly programme?: ProgrammeId }
export type FaqRefused = NoAccess | { readonly refused: 'move-or-programme' }

export const askQuestion = async (desk: Desk, { text, ...about }: About & { readonly text: string }): Promise<{ id: Question['id'] } | FaqRefused> => {
  const found = await placeOf(desk, desk.tx, about)
  if ('refused' in found) return found
  const { vendor, programme, customer } = found
  const why = await barred(desk, 'faq.ask', { vendor, customer })
  if (why !== undefined) return why
  const question: Question = { id: desk.world.newId(), vendor, customer, programme: programme.id, text, askedBy: desk.who.name, askedAt: desk.now, answer: null, answeredBy: null, publishedAt: null }
  await desk.tx.add('question', question)
  journal(desk, 'faq.ask', 'question', question.id, { text, programme: programme.name })
  return { id: question.id }
}

/** Whoever asked can read it from now on; nobody else, until it is published. An answer may be corrected. */
export const answerQuestion = async (desk: Desk, id: Question['id'], answer: string): Promise<Question | NoAccess> => {
  const question = await held(desk, id)
  if ('refused' in question) return question
  const changed = { ...question, answer, answeredBy: desk.who.name }
  await desk.tx.put('question', changed)
  journal(desk, 'faq.answer', 'question', id, { answer })
  return changed
}

/** From now on all customers of the programme read it, and nobody who asked. `text`: the question in words that tell nothing of who did. */
export const publishQuestion = async (desk: Desk, id: Question['id'], text?: string): Promise<Question | NoAccess | { readonly refused: 'not-answered' }> => {
  const question = await held(desk, id)
  if ('refused' in question) return question
  if (question.answer === null) return { refused: 'not-answered' }
  const changed = { ...question, text: text ?? question.text, publishedAt: question.publishedAt ?? desk.now }
  await desk.tx.put('question', changed)
  journal(desk, 'faq.answer', 'question', id, { published: true, text: changed.text })
  return changed
}

const held = async (desk: Desk, id: Question['id']): Promise<Question | NoAccess> => {
  const question = await desk.tx.lock('question', id)
  if (question === undefined) return { refused: 'not-found' }
  return await barred(desk, 'faq.answer', { vendor: question.vendor, customer: question.customer }) ?? question
}

/** `standing`: the playbook's own. `published`: without who asked. `asked`: by the caller's own side, or for operators by anybody. The last first. */
export type Faq = { readonly standing: readonly Answered[]; readonly published: readonly Published[]; readonly asked: readonly Question[] }
export type Published = { readonly id: Question['id']; readonly text: string; readonly answer: string; readonly publishedAt: number }

/** So many of each are shown. */
const most = 200

export const readFaq = async (glance: Glance, about: About): Promise<Faq | FaqRefused> => {
  const { view, actor } = glance
  const found = await placeOf(glance, view, about)
  if ('refused' in found) return found
  const { vendor, programme, customer } = found
  const why = await barred(glance, 'faq.read', { vendor, customer })
  if (why !== undefined) return why
  const playbook = latestPlaybook(glance, programme.playbook)
  const published = await view.list('question', { programme: programme.id, publishedAt: {} }, { limit: most, descending: true })
  // Not the right to read, which is to what is the same for everyone, but whose questions are theirs.
  const own = scopeOf(actor, actor.kind === 'operator' ? 'faq.read' : 'faq.ask')
  return {
    standing: 'refused' in playbook ? [] : playbook.faq,
    published: published.map(({ id, text, answer, publishedAt }) => ({ id, text, answer: answer ?? '', publishedAt: publishedAt ?? 0 })),
    asked: 'refused' in own ? [] : await view.list('question', { programme: programme.id, within: own }, { limit: most, descending: true }),
  }
}

/** The programme, as far as the caller has to do with it: an operator of its vendor, or somebody whose move is in it. */
const placeOf = async (at: Desk | Glance, view: View, { move: id, programme: wanted }: About): Promise<{ vendor: VendorId; programme: Programme; customer: CustomerId | null } | FaqRefused> => {
  if ((id === undefined) === (wanted === undefined)) return { refused: 'move-or-programme' }
  const move = id === undefined ? undefined : await view.get('move', id)
  if (id !== undefined && move === undefined) return { refused: 'not-found' }
  const programme = await view.get('programme', move?.programme ?? wanted as ProgrammeId)
  if (programme === undefined) return { refused: 'not-found' }
  const why = move === undefined ? await barred(at, 'programme.read', { vendor: programme.vendor }) : await barred(at, 'move.read', { vendor: move.vendor, customer: move.customer })
  // An operator asks in the vendor's name.
  return why ?? { vendor: programme.vendor, programme, customer: at.actor.kind === 'operator' ? null : move?.customer ?? null }
}

import type { NoAccess } from '#domain/access.ts'
import type { Text } from '#domain/locale.ts'
import type { Contact, ContactId, Duty } from '#domain/parties.ts'
import { ownerName, type FactValue, type Playbook, type ProfileFact } from '#domain/playbook.ts'
import { type AnswerRefused, knownFacts, questionnaire, type Ground, type Question, readAnswer } from '#domain/profile.ts'
import type { Move, MoveId } from '#domain/programmes.ts'
import type { Fact } from '#domain/records.ts'
import { sharedFacts } from '#domain/share.ts'
import type { View } from '#ports/ledger.ts'
import { barred, type Desk, type Glance } from '../ground/desk.ts'
import { type FactsKept, keepFacts } from './facts.ts'
import { heldMove, type MoveEnded, type PlanChanged } from './moves.ts'
import { factsOf, follows, type PlaybookMissing, playbookOf, profileOf, wholePlaybookOf } from './plan-rows.ts'

/** One thing that a playbook wants to know. `inForce`: what counts and where it is from; null: open. `said`: everything that was answered, measured or imported, also what does not count. */
export type ProfileLine = {
  readonly fact: string; readonly title: Text; readonly type: ProfileFact['type']; readonly choices: ProfileFact['choices']; readonly question: Text | null; readonly asked: string | null; readonly measured: string | null
  readonly inForce: Omit<Ground, 'fact'> | null; readonly said: readonly Pick<Fact, 'value' | 'source' | 'by' | 'at'>[]
}

export const readProfile = async (glance: Glance, id: MoveId): Promise<{ move: MoveId; revision: number; facts: ProfileLine[] } | NoAccess | PlaybookMissing> => {
  const move = await seenMove(glance, id)
  if ('refused' in move) return move
  const playbook = playbookOf(glance.world, move)
  if ('refused' in playbook) return playbook
  const facts = (await factsOf(glance.view, glance.world, [move])).get(id) ?? []
  const known = knownFacts(playbook.facts, profileOf(facts))
  return { move: id, revision: move.revision, facts: playbook.facts.map(fact => lineOf(fact, known.get(fact.name), facts)) }
}

const lineOf = ({ name, title, type, choices, question, asked, measured }: ProfileFact, ground: Ground | undefined, facts: readonly Fact[]): ProfileLine => ({
  fact: name, title, type, choices, question, asked: asked === null ? null : ownerName(asked), measured,
  inForce: ground === undefined ? null : { value: ground.value, source: ground.source, by: ground.by, at: ground.at },
  said: facts.filter(fact => fact.name === name).map(({ value, source, by, at }) => ({ value, source, by, at })),
})

const seenMove = async (glance: Glance, id: MoveId): Promise<Move | NoAccess> => {
  const move = await glance.view.get('move', id)
  if (move === undefined) return { refused: 'not-found' }
  return await barred(glance, 'profile.read', { vendor: move.vendor, customer: move.customer }) ?? move
}

export type Asking = { readonly contact: ContactId; readonly name: string; readonly locale: Contact['locale']; readonly questions: readonly Question[] }

/** What is still open of the questions for one person, in their language: the caller, or whoever of the customer or its partner an operator names. */
export const readQuestions = async (glance: Glance, { move: id, contact }: { readonly move: MoveId; readonly contact?: ContactId }): Promise<Asking | NoAccess | PlaybookMissing | { readonly refused: 'no-contact' }> => {
  const { view, actor } = glance
  const move = await seenMove(glance, id)
  if ('refused' in move) return move
  const own = actor.kind === 'customer' || actor.kind === 'partner' ? actor.id : undefined
  const asked = contact ?? own
  if (asked === undefined) return { refused: 'no-contact' }
  const person = await view.get('contact', asked)
  const customer = await view.get('customer', move.customer)
  const isConcerned = person !== undefined && person.removedAt === null && (person.customer === move.customer || (person.partner !== null && person.partner === customer?.partner))
  // Of the others at their own customer a person may know the questions, as it may know the facts.
  if (!isConcerned || (actor.kind === 'customer' && person.customer === null)) return { refused: 'not-found' }
  const playbook = playbookOf(glance.world, move)
  return 'refused' in playbook ? playbook : { contact: person.id, name: person.name, locale: person.locale, questions: await questionsFor(view, move, playbook, person) }
}

/** What a person is still to be asked about a move. */
export const questionsFor = async (view: View, { id }: Pick<Move, 'id'>, playbook: Playbook, person: Contact): Promise<Question[]> => {
  const colleagues = await view.list('contact', { removedAt: null, ...(person.customer === null ? { partner: person.partner } : { customer: person.customer }) })
  const others = colleagues.filter(other => other.id !== person.id).flatMap(other => other.duties)
  const party = person.customer === null ? 'partner' : 'customer'
  return questionnaire(playbook, profileOf(await view.list('fact', { move: id })), { party, duties: person.duties, locale: person.locale }, others)
}

type Answers = Readonly<Record<string, FactValue | null>>
export type AnswersRefused =
  | NoAccess | MoveEnded | PlaybookMissing | PlanChanged
  | { readonly refused: 'answers-wrong'; readonly wrong: readonly Omit<AnswerRefused, 'refused'>[] }
  | { readonly refused: 'no-such-fact'; readonly facts: readonly string[]; readonly known: readonly string[] }
  | { readonly refused: 'source-not-yours'; readonly source: Fact['source'] }
  | { readonly refused: 'not-asked'; readonly facts: readonly string[] }
  | { readonly refused: 'asked-elsewhere'; readonly facts: readonly string[]; readonly move: MoveId }

type Said = { readonly move: MoveId; readonly answers: Answers; readonly source: Fact['source']; readonly revision?: number }

/**
 * Answers of a contact, or what an operator was told, measured or imported; null takes an answer back. All of them or none. The plan follows at once.
 * Contacts answer what they are asked. `revision`: of the plan that whoever answers has seen; left out, the last answer counts.
 */
export const answerProfile = async (desk: Desk, { move: id, answers, source, revision }: Said): Promise<(FactsKept & { readonly revision: number }) | AnswersRefused> => {
  const move = await heldMove(desk, id, 'profile.answer')
  if ('refused' in move) return move
  if (revision !== undefined && revision !== move.revision) return { refused: 'plan-changed', revision: move.revision }
  const playbook = playbookOf(desk.world, move)
  if ('refused' in playbook) return playbook
  const elsewhere = whyElsewhere(desk, move, Object.keys(answers))
  if (elsewhere !== undefined) return elsewhere
  const values = readAnswers(playbook, answers)
  if ('refused' in values) return values
  const isOutside = desk.actor.kind === 'customer' || desk.actor.kind === 'partner'
  if (isOutside && source !== 'answered') return { refused: 'source-not-yours', source }
  const unasked = playbook.facts.filter(fact => fact.asked === null && values.has(fact.name)).map(fact => fact.name)
  if (isOutside && unasked.length > 0) return { refused: 'not-asked', facts: unasked }
  const others = isOutside ? askedOfOthers(desk, playbook.facts.filter(fact => values.has(fact.name))) : []
  if (others.length > 0) return { refused: 'for-other-duties', duties: others }
  const kept = await keepFacts(desk, move, playbook, values, source)
  return { ...kept, revision: kept.plan?.revision ?? move.revision }
}

/** What is known of the customer is answered once, at the move that leads. */
const whyElsewhere = ({ world }: Desk, move: Move, names: readonly string[]): AnswersRefused | undefined => {
  const whole = follows(move) ? wholePlaybookOf(world, move) : undefined
  const shared = whole === undefined ? new Set<string>() : sharedFacts(whole)
  const facts = names.filter(name => shared.has(name))
  return facts.length === 0 || move.part === null ? undefined : { refused: 'asked-elsewhere', facts, move: move.part.leading }
}

/** The duties that these facts are asked of and the caller has not. The point of contact stands in for all. */
const askedOfOthers = ({ actor }: Desk, facts: readonly ProfileFact[]): Duty[] => {
  const duties = 'duties' in actor ? actor.duties : []
  if (duties.includes('point-of-contact')) return []
  return [...new Set(facts.flatMap(({ asked }) => (asked === null || asked.party === 'vendor' || duties.includes(asked.duty) ? [] : [asked.duty])))]
}

const readAnswers = ({ facts }: Playbook, answers: Answers): ReadonlyMap<string, FactValue | null> | AnswersRefused => {
  const unknown = Object.keys(answers).filter(name => !facts.some(fact => fact.name === name))
  if (unknown.length > 0) return { refused: 'no-such-fact', facts: unknown, known: facts.map(fact => fact.name) }
  const values = new Map<string, FactValue | null>()
  const wrong: Omit<AnswerRefused, 'refused'>[] = []
  for (const fact of facts) {
    const raw = Object.hasOwn(answers, fact.name) ? answers[fact.name] : undefined
    if (raw === undefined) continue
    const read = raw === null ? { value: null } : readAnswer(fact, raw)
    if ('refused' in read) wrong.push({ fact: read.fact, why: read.why, says: read.says })
    else values.set(fact.name, read.value)
  }
  return wrong.length === 0 ? values : { refused: 'answers-wrong', wrong }
}

import type { Locale, Text } from './locale.ts'
import type { Duty, Party } from './parties.ts'
import type { FactValue, Playbook, ProfileFact } from './playbook.ts'
import type { Instant } from './time.ts'

/** One thing known of a tenant, and how. `by`: a name as it was then, or the measurement's. */
export type FactEntry = { readonly name: string; readonly value: FactValue; readonly source: 'answered' | 'measured' | 'imported'; readonly by: string; readonly at: Instant }
export type Profile = readonly FactEntry[]

/** A fact in force and where it came from. `by` and `at` are null of a default. */
export type Ground = { readonly fact: string; readonly value: FactValue; readonly source: FactEntry['source'] | 'default'; readonly by: string | null; readonly at: Instant | null }
export type Grounds = ReadonlyMap<string, Ground>

/** Every fact of the playbook that has a value. What was measured outranks what was said; of the same kind the latest counts. A value of another type, left by another version, is as good as none. */
export const knownFacts = (facts: readonly ProfileFact[], profile: Profile): Grounds => {
  const found = new Map<string, Ground>()
  for (const fact of facts) {
    const entries = profile.filter(entry => entry.name === fact.name && wrongWith(fact, entry.value) === undefined)
    const best = entries.toSorted((a, b) => rank[a.source] - rank[b.source] || a.at - b.at).at(-1)
    if (best !== undefined) found.set(fact.name, { fact: fact.name, value: best.value, source: best.source, by: best.by, at: best.at })
    else if (fact.default !== null) found.set(fact.name, { fact: fact.name, value: fact.default, source: 'default', by: null, at: null })
  }
  return found
}

const rank = { imported: 0, answered: 1, measured: 2 } as const satisfies Record<FactEntry['source'], number>

/** One question as its reader sees it. `assumed`: what holds until it is answered. */
export type Question = { readonly fact: string; readonly question: string; readonly type: ProfileFact['type']; readonly choices: readonly { readonly value: string; readonly title: string }[]; readonly assumed: FactValue | null }
export type Asked = { readonly party: Party; readonly duties: readonly Duty[]; readonly locale: Locale }

/** What this person is to be asked: the questions of their duties that nobody has answered and nothing has measured, in the playbook's order. The point of contact is asked everything that nobody of `others` has the duty for. */
export const questionnaire = (playbook: Playbook, profile: Profile, to: Asked, others: readonly Duty[] = []): Question[] => {
  const known = knownFacts(playbook.facts, profile)
  return playbook.facts.flatMap(fact => {
    const ground = known.get(fact.name)
    if (fact.question === null || fact.asked === null || (ground !== undefined && ground.source !== 'default') || !isFor(fact, to, others)) return []
    return [{ fact: fact.name, question: fact.question[to.locale], type: fact.type, choices: fact.choices.map(({ value, title }) => ({ value, title: title[to.locale] })), assumed: fact.default }]
  })
}

const isFor = ({ asked }: ProfileFact, to: Asked, others: readonly Duty[]): boolean => {
  if (asked === null || asked.party !== to.party) return false
  if (asked.party === 'vendor' || to.duties.includes(asked.duty)) return true
  return to.duties.includes('point-of-contact') && !others.includes(asked.duty)
}

export type AnswerRefused = { readonly refused: 'answer-wrong'; readonly fact: string; readonly why: AnswerFault; readonly says: Text }
export type AnswerFault = 'not-yes-or-no' | 'not-a-whole-number' | 'not-a-text' | 'not-a-list' | 'not-a-choice'

/** The value, or why it is none for this fact. */
export const readAnswer = (fact: ProfileFact, raw: unknown): { readonly value: FactValue } | AnswerRefused => {
  const why = wrongWith(fact, raw)
  if (why !== undefined) return { refused: 'answer-wrong', fact: fact.name, why, says: inTitle(answerFaults[why], fact) }
  if (typeof raw === 'string') return { value: raw.trim() }
  // Nothing wrong with it: of another type than text it is a boolean, a number or a list of texts.
  return { value: Array.isArray(raw) ? [...new Set((raw as string[]).map(item => item.trim()))] : (raw as boolean | number) }
}

const wrongWith = (fact: ProfileFact, raw: unknown): AnswerFault | undefined => {
  const isText = (value: unknown, limit: number): value is string => typeof value === 'string' && value.trim() !== '' && value.length <= limit
  switch (fact.type) {
    case 'bool': return typeof raw === 'boolean' ? undefined : 'not-yes-or-no'
    case 'number': return typeof raw === 'number' && Number.isSafeInteger(raw) && raw >= 0 ? undefined : 'not-a-whole-number'
    case 'text': return isText(raw, 4000) ? undefined : 'not-a-text'
    case 'list': return Array.isArray(raw) && raw.length <= 500 && raw.every(item => isText(item, 200)) ? undefined : 'not-a-list'
    case 'choice': return fact.choices.some(choice => choice.value === raw) ? undefined : 'not-a-choice'
  }
}

const answerFaults = {
  'not-yes-or-no': { en: '“{title}” is answered with yes or no.', ja: '「{title}」は「はい」か「いいえ」でお答えください。' },
  'not-a-whole-number': { en: '“{title}” is a whole number, zero or more.', ja: '「{title}」は 0 以上の整数でお答えください。' },
  'not-a-text': { en: '“{title}” is a text of 1 to 4,000 characters.', ja: '「{title}」は 1 ～ 4,000 文字でご入力ください。' },
  'not-a-list': { en: '“{title}” is a list of up to 500 entries, each of 1 to 200 characters. An empty list means: none.', ja: '「{title}」は 500 件以内の一覧（1 件 1 ～ 200 文字）でご入力ください。該当がない場合は空の一覧としてください。' },
  'not-a-choice': { en: '“{title}” is one of: {choices}.', ja: '「{title}」は次の中からお選びください: {choices}。' },
} as const satisfies Record<AnswerFault, Text>

const inTitle = (text: Text, { title, choices }: ProfileFact): Text => {
  const fill = (locale: Locale): string => text[locale].replaceAll('{title}', () => title[locale]).replaceAll('{choices}', () => choices.map(choice => choice.title[locale]).join(locale === 'ja' ? '、' : ', '))
  return { en: fill('en'), ja: fill('ja') }
}

/** Whether a default or stored value fits its fact. */
export const fitsFact = (fact: ProfileFact, value: unknown): boolean => wrongWith(fact, value) === undefined

import { codeText } from './code-words.ts'
import { faultsJa } from './faults-ja.ts'
import type { Fault } from './faults.ts'
import type { Locale } from './locale.ts'
import { refusalsJa } from './refusals-ja.ts'
import { type RefusalCode, refusals, sentenceOf } from './refusals.ts'
import { isText } from './texts.ts'

/**
 * A refusal as its reader says it. `locale` null: a program asks, and is told in English with the codes as they are. In a refusal, `said` holds those of its facts that are sentences or
 * titles, in both languages; codes among the others are put into words.
 */
export const saidTo = (refusal: { readonly refused: string } & Readonly<Record<string, unknown>>, locale: Locale | null): string => {
  if (locale === null) return sentenceOf(refusal)
  const { refused, said, ...facts } = refusal
  const sentence = !isKnown(refused) ? refused : locale === 'ja' ? refusalsJa[refused] : refusals[refused].says
  return filled(sentence, { ...facts, ...(typeof said === 'object' ? said : {}) }, locale)
}

/** What failed and what helps. */
export const faultSaidTo = (fault: Fault, locale: Locale | null): string => {
  if (locale !== 'ja') return `${fault.message} ${fault.remedy}`
  const { says, remedy } = faultsJa[fault.code]
  const first = filled(says, fault.facts, locale)
  return `${/[。！？]$/.test(first) ? first : `${first}。`}${filled(remedy, fault.facts, locale)}`.replaceAll(/[.．]。/g, '。')
}

const isKnown = (code: string): code is RefusalCode => Object.hasOwn(refusals, code)

/** Names that people or programs gave: they are nobody's code. */
const names: ReadonlySet<string> = new Set(['name', 'by', 'file', 'address', 'addressPattern', 'machine', 'home', 'number', 'offer', 'reason', 'playbook', 'successor', 'day', 'country', 'version', 'user'])

const filled = (sentence: string, facts: Readonly<Record<string, unknown>>, locale: Locale): string => {
  const text = sentence.replaceAll(/\{(\w+)\}/g, (whole, fact: string) => (Object.hasOwn(facts, fact) ? inWords(fact, facts[fact], locale) ?? whole : whole))
  // What is put in may end as the sentence does.
  return text.replaceAll('。。', '。').replaceAll(/([.!?])\.(?=\s|$)/g, '$1')
}

const inWords = (fact: string, value: unknown, locale: Locale): string | undefined => {
  if (Array.isArray(value)) {
    const all = value.flatMap(one => inWords(fact, one, locale) ?? [])
    return all.join(all.some(one => /[.。!?]$/.test(one)) ? (locale === 'ja' ? '' : ' ') : locale === 'ja' ? '、' : ', ')
  }
  if (isText(value)) return value[locale]
  if (typeof value === 'number') return value.toLocaleString(locale === 'ja' ? 'ja-JP' : 'en-GB')
  if (typeof value !== 'string') return undefined
  if (names.has(fact)) return value
  return momentOf(value) ?? codeText(value)?.[locale] ?? value
}

/** An instant, in the one zone that everybody can be told. */
const momentOf = (value: string): string | undefined => (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value) ? `${value.slice(0, 10)} ${value.slice(11, 16)} UTC` : undefined)

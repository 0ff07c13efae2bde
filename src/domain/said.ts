import { faultsJa } from './faults-ja.ts'
import { faultWords } from './fault-words.ts'
import type { Fault } from './faults.ts'
import { filled } from './filled.ts'
import type { Locale } from './locale.ts'
import { refusalsJa } from './refusals-ja.ts'
import { type RefusalCode, refusals, sentenceOf } from './refusals.ts'

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
  const { says, remedy } = faultWords(faultsJa[fault.code], fault.facts)
  return `${/[。！？]$/.test(says) ? says : `${says}。`}${remedy}`
}

const isKnown = (code: string): code is RefusalCode => Object.hasOwn(refusals, code)

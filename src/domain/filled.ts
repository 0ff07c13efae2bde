import { codeText } from './code-words.ts'
import type { Locale } from './locale.ts'
import { isText } from './texts.ts'

/** A sentence with the facts that it names, each as its reader says it: a code in words, of a text that is in both languages theirs. */
export const filled = (sentence: string, facts: Readonly<Record<string, unknown>>, locale: Locale): string => {
  const text = sentence.replaceAll(/\{(\w+)\}/g, (whole, fact: string) => (Object.hasOwn(facts, fact) ? inWords(fact, facts[fact], locale) ?? whole : whole))
  // What is put in may end as the sentence does.
  return text.replaceAll('。。', '。').replaceAll(/([.!?])\.(?=\s|$)/g, '$1')
}

/** Names that people or programs gave: they are nobody's code. */
const names: ReadonlySet<string> = new Set(['name', 'by', 'file', 'address', 'addressPattern', 'machine', 'home', 'number', 'offer', 'reason', 'playbook', 'successor', 'day', 'country', 'version', 'user'])

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

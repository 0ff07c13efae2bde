import { codeText } from './code-words.ts'
import type { Facts } from './faults.ts'
import { filled } from './filled.ts'

/** The Japanese of a fault. What the world itself said in it, or a program in a sentence of its own, is quoted as it was said, and said to be. */
export const faultWords = ({ says, remedy }: { readonly says: string; readonly remedy: string }, facts: Facts): { readonly says: string; readonly remedy: string } => {
  const told = Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, typeof value === 'string' && isQuote(name, value) ? { en: value, ja: quoted(value) } : value]))
  return { says: filled(says, told, 'ja'), remedy: filled(remedy, told, 'ja') }
}

/** Words that are nobody’s of ours, for those who read Japanese. */
export const quoted = (said: string): string => (said.trim() === '' ? '（理由は示されていません）' : `「${said.trim()}」（原文）`)

/** A reason is always somebody’s sentence; of these a single word is a name, a version or an amount. */
const isQuote = (fact: string, value: string): boolean => fact === 'reason' || (sentences.has(fact) && /\s/.test(value.trim()) && codeText(value) === undefined)
const sentences: ReadonlySet<string> = new Set(['first', 'difference', 'list', 'was', 'is', 'found', 'expected', 'constraint', 'verb', 'process', 'table', 'limit'])

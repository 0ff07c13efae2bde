import { wordsOf } from './ddl.ts'

/**
 * The text of a view without what the versions print differently: blanks, and the qualifiers of names (before 16 a column is always qualified, later only where
 * there is a choice). Two views of one text may still differ in whose column is meant: what they use is compared beside it.
 */
export const viewText = (text: string): string => {
  const words = wordsOf(text)
  const kept = words.filter((word, at) => !(word.keyword === '.' || words[at + 1]?.keyword === '.'))
  return kept.map(({ from, to }) => text.slice(from, to)).join(' ')
}

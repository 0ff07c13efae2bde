import type { Mark } from '#domain/checklist.ts'
import type { Text } from '#domain/locale.ts'

/** How one line of a checklist came out, in a word that stands beside it. */
export const markWords: Readonly<Record<Mark, Text>> = { works: { en: 'Works', ja: '問題なし' }, fails: { en: 'Fails', ja: '不具合' }, 'does-not-apply': { en: 'Not used', ja: '該当なし' } }

import type { Checklist, FormField } from './playbook.ts'

/** How one line of a checklist comes out. */
export const marks = ['works', 'fails', 'does-not-apply'] as const
export type Mark = (typeof marks)[number]

const choices = [
  { value: 'works', title: { en: 'Works', ja: '問題なし' } }, { value: 'fails', title: { en: 'Does not work', ja: '不具合あり' } }, { value: 'does-not-apply', title: { en: 'Does not apply', ja: '該当なし' } },
] as const satisfies readonly { value: Mark; title: unknown }[]

/** A checklist as a form: every line is marked. */
export const checklistFields = ({ items }: Pick<Checklist, 'items'>): FormField[] => items.map(({ key, title }) => ({ key, title, type: 'choice', choices, columns: [], optional: false }))

/** The lines that do not work. */
export const failing = ({ items }: Pick<Checklist, 'items'>, answers: Readonly<Record<string, unknown>>): Checklist['items'] => items.filter(({ key }) => answers[key] === 'fails')

import type { ReactNode } from 'react'
import { checklistFields } from '#domain/checklist.ts'
import type { FormField } from '#domain/playbook.ts'
import { dayOf } from '../../../shared/amounts.ts'
import type { Told } from '../../../shared/ask.ts'
import { type Say, useLanguage, useSay } from '../../../shared/language.tsx'
import { Folded } from '../../page.tsx'
import css from './tasks.module.css'

const words = { title: { en: 'What was filled in', ja: '入力された内容' }, note: { en: 'Note', ja: '備考' }, yes: { en: 'Yes', ja: 'はい' }, no: { en: 'No', ja: 'いいえ' } }

/** Of a task that is over: what was answered, as it was asked. */
export const Answers = ({ task }: { readonly task: Told<'tasks.read'> }): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  const fields: readonly FormField[] = [...task.form, ...(task.checklist === null ? [] : checklistFields(task.checklist))]
  const given = fields.filter(({ key }) => task.answers !== null && task.answers[key] !== undefined && task.answers[key] !== null)
  if (task.state === 'open' || (given.length === 0 && (task.note ?? '') === '')) return null
  return <Folded title={say(words.title)}><dl className={css['answers']}>{given.map(field => <div key={field.key}><dt>{field.title[locale]}</dt><dd>{shown(field, task.answers?.[field.key], say, locale)}</dd></div>)}{(task.note ?? '') === '' ? null : <div><dt>{say(words.note)}</dt><dd>{task.note}</dd></div>}</dl></Folded>
}

const shown = ({ type, choices, columns }: FormField, value: unknown, say: Say, locale: 'en' | 'ja'): string => {
  if (typeof value === 'boolean') return say(value ? words.yes : words.no)
  if (type === 'choice') return choices.find(choice => choice.value === value)?.title[locale] ?? String(value)
  if (type === 'day' && typeof value === 'string') return dayOf(value, locale)
  if (type === 'table' && Array.isArray(value)) return value.map(row => columns.map(({ key }) => (row as Readonly<Record<string, string>>)[key] ?? '').join(' · ')).join('\n')
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

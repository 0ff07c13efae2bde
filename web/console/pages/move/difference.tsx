import type { ReactNode } from 'react'
import type { Text } from '#domain/locale.ts'
import { ownerText } from '#domain/owner-words.ts'
import type { Told } from '../../../shared/ask.ts'
import { useSay } from '../../../shared/language.tsx'
import { Day } from '../../../shared/when.tsx'
import { ownerOf } from '../../owners.ts'
import css from './newer.module.css'

const words = {
  added: { en: 'Tasks that come', ja: '追加されるタスク' }, removed: { en: 'Tasks that go', ja: '外れるタスク' }, changed: { en: 'Tasks that read otherwise', ja: '内容が変わるタスク' }, same: { en: 'No task changes: neither its day nor its words.', ja: 'タスクの期日・内容に変更はありません。' }, kept: { en: '{n} tasks are done or waived and stay as they are.', ja: '完了・対応不要のタスク {n} 件は変わりません。' },
  all: { en: 'What would change', ja: '変更内容' }, differs: { en: 'changed', ja: '変更あり' },
}
/** What is said of a field; what stands in none of these is for programs. */
const fieldWords: Readonly<Record<string, Text>> = {
  due: { en: 'Due', ja: '期日' }, owner: { en: 'Whose', ja: '担当' }, title: { en: 'Title', ja: '件名' }, instructions: { en: 'What is to be done', ja: '作業内容' }, reason: { en: 'Why', ja: '理由' }, depends: { en: 'What it waits for', ja: '前提タスク' }, gate: { en: 'Gate', ja: 'ゲート' },
  check: { en: 'What the system looks at', ja: 'システムの確認' }, action: { en: 'What is done from the task', ja: 'タスクからの操作' }, form: { en: 'What is filled in', ja: '入力項目' }, evidence: { en: 'What is handed in', ja: '提出物' }, environment: { en: 'Environment', ja: '環境' }, checklist: { en: 'Checklist', ja: 'チェックリスト' },
}
type Diff = Told<'plans.diff'>
type Line = Diff['added'][number]
type Changed = Diff['changed'][number]

/** Task by task what a plan would become: what comes, what goes, what gets another day or other words. */
export const Difference = ({ diff: { added, removed, changed, kept } }: { readonly diff: Diff }): ReactNode => {
  const say = useSay()
  const reads = changed.filter(one => one.fields.some(({ field }) => field in fieldWords))
  return (
    // It may be longer than the screen, and scrolls by keys too.
    <div className={css['diff']} tabIndex={0} role="group" aria-label={say(words.all)}>
      {added.length + removed.length + reads.length === 0 ? <p>{say(words.same)}</p> : null}
      <Part says={words.added} lines={added} />
      <Part says={words.removed} lines={removed} />
      {reads.length === 0 ? null : <section aria-label={say(words.changed)}><h3>{say(words.changed)}</h3><ul>{reads.map(one => <li key={one.key}><span>{say(one.title)}</span><dl>{one.fields.map(change => (change.field in fieldWords ? <Field key={change.field} change={change} /> : null))}</dl></li>)}</ul></section>}
      {kept.length === 0 ? null : <p className="quiet">{say(words.kept, { n: kept.length })}</p>}
    </div>
  )
}

const Part = ({ says, lines }: { readonly says: Text; readonly lines: readonly Line[] }): ReactNode => {
  const say = useSay()
  return lines.length === 0 ? null : <section aria-label={say(says)}><h3>{say(says)}</h3><ul>{lines.map(one => <li key={one.key}><span>{say(one.title)}</span><Day of={one.due} /><span className="quiet">{say(ownerOf(one.owner))}</span></li>)}</ul></section>
}

const Field = ({ change: { field, was, is } }: { readonly change: Changed['fields'][number] }): ReactNode => {
  const say = useSay()
  return <div><dt>{say(fieldWords[field] ?? words.differs)}</dt><dd>{isShown(field) && was !== null && is !== null ? <><Value field={field} value={was} /> → <strong><Value field={field} value={is} /></strong></> : say(words.differs)}</dd></div>
}

/** Whose values people read as they are; of the others it is said that they are not what they were. */
const isShown = (field: string): boolean => ['due', 'owner', 'title', 'instructions', 'reason'].includes(field)

const Value = ({ field, value }: { readonly field: string; readonly value: unknown }): ReactNode => {
  const say = useSay()
  if (field === 'due' && typeof value === 'string') return <Day of={value} />
  // Proof: a plan says whose a task is by party and part, and everything else that is shown in both languages.
  return say(field === 'owner' ? ownerText({ duty: null, post: null, ...value as Partial<Parameters<typeof ownerText>[0]> & { readonly party: 'vendor' } }) : value as Text)
}

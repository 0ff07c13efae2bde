import { ActionIcon, Button, NumberInput, Radio, Select, Textarea, TextInput } from '@mantine/core'
import { Plus, X } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { type Mark, marks } from '#domain/checklist.ts'
import type { Told } from '../../../shared/ask.ts'
import { useWish } from '../../../shared/asking.ts'
import { useSay } from '../../../shared/language.tsx'
import { markWords } from '../../../shared/mark-words.ts'
import { Facts } from '../../../shared/panel.tsx'
import { Failed } from '../../../shared/shown.tsx'
import { type Marked, Marks } from '../../marks.tsx'
import css from './move.module.css'

const words = { done: { en: 'It is done', ja: '完了にする' }, note: { en: 'Note', ja: 'メモ' }, yes: { en: 'Yes', ja: 'はい' }, no: { en: 'No', ja: 'いいえ' }, addRow: { en: 'Add a row', ja: '行を追加' }, removeRow: { en: 'Take row {n} away', ja: '{n} 行目を削除' }, evidence: { en: 'What is wanted as evidence', ja: '必要な証跡' } }
type Task = Told<'tasks.read'>
type Field = Task['form'][number]
type Row = Readonly<Record<string, string>>

/** What a task asks for, and the button that says that it is done. Nothing is done before control has said so. */
export const TaskForm = ({ task }: { readonly task: Task }): ReactNode => {
  const say = useSay()
  const wish = useWish('tasks.do')
  const [answers, setAnswers] = useState<Readonly<Record<string, unknown>>>({})
  const [marked, mark] = useState<Marked>({})
  const [note, setNote] = useState('')
  const send = (): void => {
    const given = Object.fromEntries(Object.entries(answers).filter(([, value]) => value !== '' && value !== undefined && value !== null))
    wish.mutate({ task: task.id, answers: { ...given, ...marked } as never, note })
  }
  return (
    <form className={css['drawer']} onSubmit={event => { event.preventDefault(); send() }}>
      {task.form.map(field => <One key={field.key} field={field} value={answers[field.key]} set={value => { setAnswers(before => ({ ...before, [field.key]: value })) }} />)}
      {task.checklist === null ? null : <section style={{ display: 'grid', gap: 12 }}><h3>{say(task.checklist.title)}</h3><Marks items={task.checklist.items} marked={marked} set={mark} required /></section>}
      {task.evidence === null ? null : <p className="quiet">{say(words.evidence)}: {say(task.evidence)}</p>}
      <Textarea label={say(words.note)} autosize minRows={1} maxRows={6} value={note} onChange={event => { setNote(event.currentTarget.value) }} />
      {wish.error === null ? null : <Failed error={wish.error} />}
      <div><Button type="submit" loading={wish.isPending}>{say(words.done)}</Button></div>
    </form>
  )
}

const One = ({ field, value, set }: { readonly field: Field; readonly value: unknown; set(value: unknown): void }): ReactNode => {
  const say = useSay()
  const shared = { label: say(field.title), required: !field.optional }
  const text = typeof value === 'string' ? value : ''
  switch (field.type) {
    case 'text': case 'file': case 'day': return <TextInput {...shared} type={field.type === 'day' ? 'date' : 'text'} value={text} onChange={event => { set(event.currentTarget.value) }} />
    case 'long-text': return <Textarea {...shared} autosize minRows={3} maxRows={16} value={text} onChange={event => { set(event.currentTarget.value) }} />
    case 'number': return <NumberInput {...shared} value={typeof value === 'number' ? value : ''} onChange={next => { set(next === '' ? undefined : Number(next)) }} />
    case 'yes-no': return <Radio.Group {...shared} value={value === true ? 'yes' : value === false ? 'no' : ''} onChange={next => { set(next === 'yes') }}><div style={{ display: 'flex', gap: 16, marginTop: 4 }}><Radio size="xs" value="yes" label={say(words.yes)} /><Radio size="xs" value="no" label={say(words.no)} /></div></Radio.Group>
    case 'choice': return <Select {...shared} value={text === '' ? null : text} allowDeselect={field.optional} onChange={next => { set(next ?? '') }} data={field.choices.map(one => ({ value: one.value, label: say(one.title) }))} />
    case 'table': return <Table field={field} rows={Array.isArray(value) ? value as readonly Row[] : []} set={set} />
  }
}

const Table = ({ field, rows, set }: { readonly field: Field; readonly rows: readonly Row[]; set(value: readonly Row[]): void }): ReactNode => {
  const say = useSay()
  return (
    <fieldset style={{ border: 0, margin: 0, padding: 0, display: 'grid', gap: 8, minWidth: 0 }}>
      <legend style={{ fontWeight: 500, padding: 0 }}>{say(field.title)}</legend>
      <div className={css['grid']}><table style={{ width: '100%' }}><thead><tr>{field.columns.map(column => <th key={column.key} scope="col" style={{ padding: '6px 8px' }}>{say(column.title)}</th>)}<td /></tr></thead>
        <tbody>{rows.map((row, n) => <tr key={n}>{field.columns.map(column => <td key={column.key} style={{ padding: 2, minWidth: 96 }}><TextInput size="xs" aria-label={`${say(column.title)} ${n + 1}`} value={row[column.key] ?? ''} onChange={event => { set(rows.map((one, m) => (m === n ? { ...one, [column.key]: event.currentTarget.value } : one))) }} /></td>)}<td><ActionIcon variant="subtle" color="gray" size="sm" aria-label={say(words.removeRow, { n: n + 1 })} onClick={() => { set(rows.filter((_, m) => m !== n)) }}><X size={14} aria-hidden /></ActionIcon></td></tr>)}</tbody></table></div>
      <div><Button size="compact-sm" variant="default" leftSection={<Plus size={14} aria-hidden />} onClick={() => { set([...rows, Object.fromEntries(field.columns.map(column => [column.key, '']))]) }}>{say(words.addRow)}</Button></div>
    </fieldset>
  )
}

/** What was given when it was done, by the names of the form’s fields. */
export const Answers = ({ task }: { readonly task: Task }): ReactNode => {
  const say = useSay()
  const titles = new Map([...task.form, ...(task.checklist?.items ?? [])].map(one => [one.key, say(one.title)]))
  const lines = new Set(task.checklist?.items.map(({ key }) => key))
  const told = (key: string, value: unknown): ReactNode => {
    if (lines.has(key) && marks.includes(value as Mark)) return say(markWords[value as Mark])
    if (typeof value === 'boolean') return say(value ? words.yes : words.no)
    if (!Array.isArray(value)) return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value)
    return <ul style={{ margin: 0, paddingLeft: 16 }}>{value.map((row: unknown, n) => <li key={n}>{typeof row === 'object' && row !== null ? Object.values(row).map(String).join(' · ') : String(row)}</li>)}</ul>
  }
  return <Facts of={Object.entries(task.answers ?? {}).map(([key, value]): readonly [ReactNode, ReactNode] => [titles.get(key) ?? key, told(key, value)])} />
}

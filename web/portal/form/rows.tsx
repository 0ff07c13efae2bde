import { Button, Input, Textarea, TextInput } from '@mantine/core'
import { Plus, Trash2 } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useSay } from '../../shared/language.tsx'
import css from './form.module.css'

const words = {
  add: { en: 'Add a row', ja: '行を追加' }, remove: { en: 'Remove row {n}', ja: '{n} 行目を削除' }, many: { en: 'Paste many', ja: 'まとめて貼り付け' }, optional: { en: '(optional)', ja: '（任意）' },
  paste: { en: 'One row a line, cells apart by tabs or commas, as a spreadsheet copies them: {columns}.', ja: '1 行に 1 件、セルはタブまたはカンマ区切りで貼り付けてください（表計算ソフトからそのまま貼り付けできます）: {columns}' }, take: { en: 'Take these rows', ja: 'この内容を取り込む' },
}

type Row = Readonly<Record<string, string>>
type Props = { readonly label: string; readonly isOptional: boolean; readonly columns: readonly { readonly key: string; readonly title: string }[]; readonly value: readonly Row[]; set(rows: readonly Row[] | undefined): void; readonly error?: string | undefined }

/** Rows of texts: each a group of fields, so that a phone shows them under each other; or pasted out of a spreadsheet. */
export const Rows = ({ label, isOptional, columns, value, set, error }: Props): ReactNode => {
  const [say, [pasted, setPasted]] = [useSay(), useState<string>()]
  const rows = value.length === 0 ? [emptyRow(columns)] : value
  const keep = (next: readonly Row[]): void => { set(next.some(row => columns.some(({ key }) => (row[key] ?? '') !== '')) ? next : undefined) }
  return (
    <fieldset className={css['rows']}>
      <legend>{label}{isOptional ? <span className="quiet"> {say(words.optional)}</span> : null}</legend>
      {rows.map((row, n) => (
        <div key={n} className={css['row']} style={{ gridTemplateColumns: `repeat(auto-fit, minmax(min(100%, 180px), 1fr))` }}>
          {columns.map(({ key, title }) => <TextInput key={key} label={title} value={row[key] ?? ''} maxLength={1_000} onChange={event => { keep(rows.map((one, at) => (at === n ? { ...one, [key]: event.currentTarget.value } : one))) }} />)}
          {rows.length === 1 ? null : <Button variant="subtle" color="gray" className={css['remove'] ?? ''} leftSection={<Trash2 size={16} aria-hidden />} onClick={() => { keep(rows.filter((_, at) => at !== n)) }}>{say(words.remove, { n: n + 1 })}</Button>}
        </div>
      ))}
      {error === undefined ? null : <Input.Error size="md">{error}</Input.Error>}
      {pasted === undefined ? null : <div className={css['row']}><Textarea label={say(words.many)} description={say(words.paste, { columns: columns.map(({ title }) => title).join(', ') })} autosize minRows={3} maxRows={10} value={pasted} onChange={event => { setPasted(event.currentTarget.value) }} /><Button variant="default" disabled={pasted.trim() === ''} onClick={() => { keep([...value.filter(row => columns.some(({ key }) => (row[key] ?? '') !== '')), ...rowsIn(pasted, columns.map(({ key }) => key))]); setPasted(undefined) }}>{say(words.take)}</Button></div>}
      <div className={css['acts']}><Button variant="default" leftSection={<Plus size={16} aria-hidden />} onClick={() => { set([...rows, emptyRow(columns)]) }}>{say(words.add)}</Button>{pasted === undefined ? <Button variant="subtle" color="gray" onClick={() => { setPasted('') }}>{say(words.many)}</Button> : null}</div>
    </fieldset>
  )
}

const emptyRow = (columns: Props['columns']): Row => Object.fromEntries(columns.map(({ key }) => [key, '']))
/** What a spreadsheet puts on the clipboard, or a line of commas. */
const rowsIn = (text: string, keys: readonly string[]): Row[] => text.split(/\r?\n/).filter(line => line.trim() !== '').map(line => {
  const cells = line.includes('\t') ? line.split('\t') : line.split(',')
  return Object.fromEntries(keys.map((key, n) => [key, (n === keys.length - 1 ? cells.slice(n).join(', ') : cells[n] ?? '').trim()]))
})

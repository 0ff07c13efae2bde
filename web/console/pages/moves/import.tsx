import { Button, FileButton, Modal, Select, Textarea } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { numberOf } from '../../../shared/amounts.ts'
import type { Sent } from '../../../shared/ask.ts'
import { useWish } from '../../../shared/asking.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Failed } from '../../../shared/shown.tsx'
import css from './moves.module.css'

type Kind = Sent<'transfer.import'>['kind']
const words = {
  title: { en: 'Import', ja: 'インポート' }, lead: { en: 'From a CSV file with a heading. What is there by the same name is changed. With one wrong line nothing is.', ja: '見出し行のある CSV ファイルから取り込みます。同名の項目は更新されます。誤った行が 1 行でもあれば、何も変更されません。' },
  kind: { en: 'What the lines are', ja: '取り込む内容' }, csv: { en: 'Lines', ja: '内容（CSV）' }, file: { en: 'Take it from a file', ja: 'ファイルから読み込む' }, look: { en: 'Only look', ja: '確認のみ' }, go: { en: 'Import', ja: '取り込む' }, close: { en: 'Close', ja: '閉じる' },
  would: { en: 'It would add {added}, change {changed}, and leave {same} as they are.', ja: '追加 {added} 件、変更 {changed} 件、変更なし {same} 件の見込みです。' }, did: { en: '{added} added, {changed} changed, {same} left as they were.', ja: '追加 {added} 件、変更 {changed} 件、変更なし {same} 件です。' }, wrong: { en: 'Nothing was changed. These lines are wrong:', ja: '変更は行われていません。次の行に誤りがあります。' }, line: { en: 'Line {line}', ja: '{line} 行目' },
}
const kinds: Readonly<Record<Kind, { readonly en: string; readonly ja: string }>> = { homes: { en: 'Homes', ja: 'ホーム' }, partners: { en: 'Partners', ja: 'パートナー' }, customers: { en: 'Customers', ja: '顧客' }, contacts: { en: 'Contacts', ja: '担当者' }, tenants: { en: 'Tenants', ja: 'テナント' } }
const headings: Readonly<Record<Kind, string>> = {
  homes: 'name,kind,capacity,addressPattern,licensedUsers', partners: 'name,locale', customers: 'name,country,zone,locale,partner', contacts: 'customer,partner,name,email,duties,phone,extension', tenants: 'name,customer,home,environment',
}

/** Takes over a list of customers and what belongs to them, after a look at what it would change. */
export const Import = ({ close }: { close(): void }): ReactNode => {
  const [say, { locale }, wish] = [useSay(), useLanguage(), useWish('transfer.import')]
  const [kind, setKind] = useState<Kind>('customers')
  const [csv, setCsv] = useState('')
  const send = (dryRun: boolean): void => { wish.mutate({ kind, csv, dryRun }) }
  const told = wish.data
  const counts = told === undefined ? {} : { added: numberOf(told.added, locale), changed: numberOf(told.changed, locale), same: numberOf(told.same, locale) }
  return (
    <Modal opened onClose={close} size="lg" title={<h2>{say(words.title)}</h2>} closeButtonProps={{ 'aria-label': say(words.close) }}>
      <form className={css['bulk']} onSubmit={event => { event.preventDefault(); send(false) }}>
        <p className="soft">{say(words.lead)}</p>
        <Select label={say(words.kind)} required allowDeselect={false} value={kind} onChange={value => { setKind(value as Kind); wish.reset() }} data={(Object.keys(kinds) as Kind[]).map(value => ({ value, label: say(kinds[value]) }))} />
        <Textarea label={say(words.csv)} required autosize minRows={5} maxRows={14} placeholder={headings[kind]} value={csv} onChange={event => { setCsv(event.currentTarget.value); wish.reset() }} />
        {wish.error === null ? null : <Failed error={wish.error} />}
        {told === undefined ? null : told.wrong.length > 0 ? <div role="alert"><p>{say(words.wrong)}</p><ul>{told.wrong.slice(0, 20).map(one => <li key={`${one.line} ${one.says}`}>{say(words.line, { line: one.line })}: {say(one.said)}</li>)}</ul></div> : <p role="status">{say(told.isDone ? words.did : words.would, counts)}</p>}
        <div className={css['acts']}>
          <FileButton accept=".csv,text/csv" onChange={file => { if (file !== null) void file.text().then(text => { setCsv(text); wish.reset() }) }}>{props => <Button variant="default" {...props}>{say(words.file)}</Button>}</FileButton>
          <Button variant="default" loading={wish.isPending} disabled={csv.trim() === ''} onClick={() => { send(true) }}>{say(words.look)}</Button><Button type="submit" loading={wish.isPending} disabled={csv.trim() === ''}>{say(words.go)}</Button>
        </div>
      </form>
    </Modal>
  )
}

import { type ReactNode, useState } from 'react'
import { TextInput } from '@mantine/core'
import { bytesOf, numberOf } from '../../../shared/amounts.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { Nothing } from '../../../shared/shown.tsx'
import { type State, StateMark } from '../../../shared/state-mark.tsx'
import type { Row, Seen } from './seen.ts'
import css from './room.module.css'

const words = {
  title: { en: 'Tables', ja: 'テーブル' }, lead: { en: '{done} of {all} copied, {verified} verified', ja: '全 {all} 件中 {done} 件コピー済み、{verified} 件検証済み' }, none: { en: 'No table was reported yet. They appear when the copy is planned.', ja: 'まだテーブルの報告がありません。コピーの計画ができると表示されます。' },
  table: { en: 'Table', ja: 'テーブル' }, rows: { en: 'Rows', ja: '行数' }, bytes: { en: 'Data', ja: 'データ量' }, progress: { en: 'Copied', ja: 'コピー' }, state: { en: 'State', ja: '状態' }, of: { en: '{part} of about {whole}', ja: '約 {whole} 中 {part}' },
  copied: { en: 'Copied', ja: 'コピー済み' }, copying: { en: 'Copying', ja: 'コピー中' }, waiting: { en: 'Not begun', ja: '未着手' }, equal: { en: 'Verified, every row equal', ja: '検証済み（全行一致）' }, different: { en: 'Rows differ', ja: '不一致あり' },
  each: { en: 'How far each table is', ja: 'テーブルごとの進捗' }, find: { en: 'Find a table', ja: 'テーブルを検索' }, more: { en: '{n} more: find them by name', ja: 'ほか {n} 件（名前で検索できます）' },
}
const most = 100

/** What there is of each table on the other side. Largest first, what differs before all. */
export const Tables = ({ seen }: { readonly seen: Seen }): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  const [part, find] = useState('')
  const all = [...seen.tables.values()]
  const found = all.filter(one => one.table.toLowerCase().includes(part.toLowerCase())).toSorted((a, b) => Number(b.verified === 'different') - Number(a.verified === 'different') || b.ofBytes - a.ofBytes || (a.table < b.table ? -1 : 1))
  return (
    <Panel title={say(words.title)} flush lead={all.length === 0 ? undefined : say(words.lead, { done: all.filter(one => one.isCopied).length, all: all.length, verified: all.filter(one => one.verified === 'equal').length })} acts={all.length > 12 ? <TextInput size="xs" aria-label={say(words.find)} placeholder={say(words.find)} value={part} onChange={event => { find(event.currentTarget.value) }} /> : undefined}>
      {all.length === 0 ? <Nothing>{say(words.none)}</Nothing> : (
        <div className={css['scroll']} tabIndex={0} role="region" aria-label={say(words.each)}>
          <table className={css['grid']}>
            <thead><tr><th scope="col">{say(words.table)}</th><th scope="col" data-right>{say(words.rows)}</th><th scope="col" data-right>{say(words.bytes)}</th><th scope="col">{say(words.progress)}</th><th scope="col">{say(words.state)}</th></tr></thead>
            <tbody>{found.slice(0, most).map(row => {
              const whole = Math.max(row.ofRows, row.rows)
              const [state, says] = stateOf(row)
              return (
                <tr key={row.table}>
                  <th scope="row" className="mono">{row.table}</th>
                  <td data-right>{numberOf(row.rows, locale)}</td>
                  <td data-right>{bytesOf(row.bytes, locale)}</td>
                  <td><span className={css['meter']} role="progressbar" aria-label={row.table} aria-valuemin={0} aria-valuemax={Math.max(1, whole)} aria-valuenow={row.isCopied ? Math.max(1, whole) : row.rows} aria-valuetext={say(words.of, { part: numberOf(row.rows, locale), whole: numberOf(whole, locale) })} data-done={row.isCopied}><span style={{ width: `${(row.isCopied ? 1 : whole === 0 ? 0 : row.rows / whole) * 100}%` }} /></span></td>
                  <td><StateMark state={state} says={null} /> {say(says)}</td>
                </tr>
              )
            })}</tbody>
          </table>
          {found.length > most ? <p className={`quiet ${css['more']}`}>{say(words.more, { n: found.length - most })}</p> : null}
        </div>
      )}
    </Panel>
  )
}

const stateOf = ({ isCopied, rows, verified }: Row): readonly [State, { readonly en: string; readonly ja: string }] => {
  if (verified === 'different') return ['blocked', words.different]
  if (verified === 'equal') return ['done', words.equal]
  return isCopied ? ['done', words.copied] : rows > 0 ? ['active', words.copying] : ['idle', words.waiting]
}

import { Button, SegmentedControl, TextInput } from '@mantine/core'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { instantIn } from '../../../shared/amounts.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { Nothing } from '../../../shared/shown.tsx'
import { StateMark } from '../../../shared/state-mark.tsx'
import { lineOf } from './log-lines.ts'
import type { Report } from './seen.ts'
import css from './room.module.css'

const words = {
  title: { en: 'Log', ja: 'ログ' }, none: { en: 'Nothing was reported yet.', ja: 'まだ報告はありません。' }, noneFound: { en: 'Nothing fits the filter.', ja: '条件に合う記録がありません。' }, pause: { en: 'Pause', ja: '一時停止' }, goOn: { en: 'Go on', ja: '再開' },
  held: { en: 'Paused; {n} newer', ja: '一時停止中（新着 {n} 件）' }, zone: { en: 'times of {zone}', ja: '時刻は {zone}' }, filter: { en: 'Filter', ja: '絞り込み' }, find: { en: 'Find in the log', ja: 'ログを検索' }, all: { en: 'All', ja: 'すべて' }, steps: { en: 'Steps', ja: '段階' }, tables: { en: 'Tables', ja: 'テーブル' }, trouble: { en: 'Trouble', ja: '問題' },
}
type Kind = 'all' | 'steps' | 'tables' | 'trouble'
const most = 300

/** Everything that was reported, the last below. Paused it stays as it is, and says how much has come since. */
export const Log = ({ log, zone }: { readonly log: readonly Report[]; readonly zone: string }): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  const [kind, setKind] = useState<Kind>('all')
  const [part, find] = useState('')
  const [held, hold] = useState<readonly Report[] | null>(null)
  const box = useRef<HTMLDivElement>(null)
  const isAtEnd = useRef(true)
  const lines = (held ?? log).map(report => ({ ...report, line: lineOf(report, locale) })).filter(({ line }) => (kind === 'all' || line.kind === kind) && line.says[locale].toLowerCase().includes(part.toLowerCase())).slice(-most)
  useEffect(() => { if (isAtEnd.current && box.current !== null) box.current.scrollTop = box.current.scrollHeight })
  const newer = held === null ? 0 : log.length - held.length
  return (
    <Panel title={say(words.title)} flush lead={held === null ? say(words.zone, { zone: zone.replaceAll('_', ' ') }) : say(words.held, { n: newer })} acts={<>
      <SegmentedControl size="xs" aria-label={say(words.filter)} value={kind} onChange={value => { setKind(value as Kind) }} data={(['all', 'steps', 'tables', 'trouble'] as const).map(value => ({ value, label: say(words[value]) }))} />
      <TextInput size="xs" aria-label={say(words.find)} placeholder={say(words.find)} value={part} onChange={event => { find(event.currentTarget.value) }} />
      <Button size="compact-sm" variant="default" aria-pressed={held !== null} onClick={() => { hold(held === null ? log : null) }}>{say(held === null ? words.pause : words.goOn)}</Button>
    </>}>
      {lines.length === 0 ? <Nothing>{say(log.length === 0 ? words.none : words.noneFound)}</Nothing> : (
        <div ref={box} className={css['log']} tabIndex={0} role="log" aria-label={say(words.title)} aria-live="off" onScroll={event => { const at = event.currentTarget; isAtEnd.current = at.scrollHeight - at.scrollTop - at.clientHeight < 24 }}>
          <ol>{lines.map(({ id, at, line }) => <li key={id}><time dateTime={new Date(at).toISOString()} className="quiet figures" title={instantIn(at, zone, locale, { seconds: true })}>{new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).format(new Date(at))}</time><span>{line.state === null ? null : <><StateMark state={line.state} says={null} /> </>}{say(line.says)}{line.quoted === null ? null : <> <code lang="en">{line.quoted}</code></>}</span></li>)}</ol>
        </div>
      )}
    </Panel>
  )
}

import { Link } from '@tanstack/react-router'
import { Mail, Phone } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Locale, Text } from '#domain/locale.ts'
import type { People } from '#domain/programmes.ts'
import { clockIn, fromNow, instantIn, lengthOf } from '../../../shared/amounts.ts'
import { type Say, useLanguage, useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { StateLabel, StateMark } from '../../../shared/state-mark.tsx'
import { useNow } from '../../../shared/when.tsx'
import { stageStates, stageText } from '../../stage-words.ts'
import type { Overviewed } from './told.ts'
import css from './tonight.module.css'

const words = {
  title: { en: 'Tonight', ja: '今夜' }, live: { en: '{n} live', ja: '進行中 {n} 件' }, none: { en: 'Nothing moves now, and no window is confirmed for tonight.', ja: '現在進行中の移行はなく、今夜の作業日時も確定していません。' },
  behind: { en: '{lag} behind', ja: '遅れ {lag}' }, frozen: { en: 'Frozen {ms}, limit {limit}', ja: '停止 {ms}（上限 {limit}）' }, froze: { en: 'Freeze {ms}', ja: '停止時間 {ms}' }, tables: { en: '{done} of {tables} tables verified', ja: '検証 {tables} 表中 {done} 表' },
  heard: { en: 'heard {when}', ja: '最終報告 {when}' }, unheard: { en: 'nothing heard yet', ja: '報告はまだありません' }, to: { en: '{from} to {to}', ja: '{from}～{to}' }, noWindow: { en: 'No window', ja: '作業日時なし' },
  on: { en: 'Who is on', ja: '担当窓口' }, nobody: { en: 'Nobody is named. Settings and programmes say whom customers turn to.', ja: '担当窓口が未設定です。設定またはプログラムで指定してください。' }, rail: { en: 'Phase {n} of 7: {phase}', ja: '7 段階中 {n}: {phase}' }, as: { en: 'as of {when}', ja: '{when} 時点' },
}
const roleWords: Readonly<Record<People[number]['role'], Text>> = { 'project-manager': { en: 'Project manager', ja: 'プロジェクト管理' }, support: { en: 'Support', ja: 'サポート' }, 'customer-success': { en: 'Customer success', ja: 'カスタマーサクセス' } }

type Live = Overviewed['live'][number]
/** copy, follow, freeze, drain, verify, switch, watch: how many of them lie behind. */
const phases = 7
const behind: Readonly<Record<Live['stage'], number>> = { planned: 0, ordered: 0, copying: 0, following: 1, frozen: 3, verified: 5, 'in-doubt': 5, switched: 6, settled: 7, cancelled: 0 }

/** What moves now or has its window tonight, and who is there for customers. */
export const Tonight = ({ of: { live, people, zone }, heardAt }: { readonly of: Overviewed; readonly heardAt: number }): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  const moving = live.filter(move => stageStates[move.stage] === 'active').length
  return (
    <Panel title={say(words.title)} lead={say(words.as, { when: clockIn(heardAt, zone, locale) })} acts={moving > 0 ? <StateLabel state="active">{say(words.live, { n: moving })}</StateLabel> : undefined} flush>
      {live.length === 0 ? <p className={css['none']}>{say(words.none)}</p> : <ul className={css['list']}>{live.map(move => <One key={move.id} move={move} />)}</ul>}
      <section className={css['on']}>
        <h3>{say(words.on)}</h3>
        {people.length === 0 ? <p className="quiet">{say(words.nobody)}</p> : <ul>{people.map(person => <li key={`${person.role} ${person.email}`}><div><div>{person.name}</div><div className="quiet">{say(roleWords[person.role])}</div></div><a href={`mailto:${person.email}`} aria-label={`${person.name}: ${person.email}`} title={person.email}><Mail size={14} aria-hidden /></a>{person.phone === null ? null : <a href={`tel:${person.phone}`} aria-label={`${person.name}: ${person.phone}`} title={person.phone}><Phone size={14} aria-hidden /></a>}</li>)}</ul>}
      </section>
    </Panel>
  )
}

const One = ({ move }: { readonly move: Live }): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  const now = useNow(1_000)
  const { stage, leg, startsAt, endsAt, zone, heardAt } = move
  const done = behind[stage]
  const word = say(stageText(stage, leg))
  const when = startsAt === null || endsAt === null || zone === null ? say(words.noWindow) : say(words.to, { from: clockIn(startsAt, zone, locale).replace(/\s+\S+$/, ''), to: clockIn(endsAt, zone, locale) })
  return (
    <li>
      <div className={css['line']}><Link to={`/moves/${move.id}/room` as never} preload={false} className={css['name']}>{move.name}</Link><span className="quiet figures" title={startsAt === null || zone === null ? undefined : instantIn(startsAt, zone, locale)}>{when}</span></div>
      <div className={css['rail']} role="img" aria-label={say(words.rail, { n: Math.min(phases, done + 1), phase: word })}>{Array.from({ length: phases }, (_, n) => <i key={n} data-is={n < done ? (stage === 'settled' || stage === 'switched' ? 'done' : 'past') : n === done && stage !== 'planned' ? stageStates[stage] : 'ahead'} />)}</div>
      <div className={css['line']}><span className={css['stage']}><StateMark state={stageStates[stage]} says={null} />{word}</span><span className={isOver(move, now) ? css['over'] : 'quiet figures'}>{figureOf(move, now, say, locale)}</span></div>
      {stageStates[stage] === 'active' ? <div className={`quiet ${css['heard']}`}>{heardAt === null ? say(words.unheard) : say(words.heard, { when: fromNow(heardAt, now, locale) })}</div> : null}
    </li>
  )
}

const isOver = ({ stage, frozenAt, budgetMs }: Live, now: number): boolean => (stage === 'frozen' || stage === 'verified') && frozenAt !== null && budgetMs !== null && now - new Date(frozenAt).getTime() > budgetMs

const figureOf = ({ stage, lagMs, frozenAt, frozenMs, budgetMs, tables, tablesDone }: Live, now: number, say: Say, locale: Locale): string => {
  if ((stage === 'frozen' || stage === 'verified') && frozenAt !== null) return say(words.frozen, { ms: lengthOf(Math.max(0, now - new Date(frozenAt).getTime()), locale), limit: budgetMs === null ? '–' : lengthOf(budgetMs, locale) })
  if (frozenMs !== null && (stage === 'switched' || stage === 'settled')) return say(words.froze, { ms: lengthOf(frozenMs, locale) })
  if (tables !== null && tablesDone !== null && tablesDone < tables) return say(words.tables, { done: tablesDone, tables })
  return lagMs === null || stage !== 'following' ? '' : say(words.behind, { lag: lengthOf(lagMs, locale) })
}

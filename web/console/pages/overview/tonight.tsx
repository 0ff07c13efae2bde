import { Link } from '@tanstack/react-router'
import { Mail, Phone } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Locale, Text } from '#domain/locale.ts'
import { dutyWords, postWords } from '#domain/owner-words.ts'
import type { People } from '#domain/programmes.ts'
import { clockIn, fromNow, instantIn, lengthOf } from '../../../shared/amounts.ts'
import { type Say, useLanguage, useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { StateLabel, StateMark } from '../../../shared/state-mark.tsx'
import { useNow } from '../../../shared/when.tsx'
import { ownerOf } from '../../owners.ts'
import { stageStates, stageText } from '../../stage-words.ts'
import type { Overviewed } from './told.ts'
import css from './tonight.module.css'

const words = {
  title: { en: 'Tonight', ja: '今夜' }, live: { en: '{n} live', ja: '進行中 {n} 件' }, none: { en: 'Nothing moves now, and no window is confirmed for tonight.', ja: '現在進行中の移行はなく、今夜の作業日時も確定していません。' },
  behind: { en: '{lag} behind', ja: '遅れ {lag}' }, frozen: { en: 'Frozen {ms}, limit {limit}', ja: '停止 {ms}（上限 {limit}）' }, froze: { en: 'Freeze {ms}', ja: '停止時間 {ms}' }, tables: { en: '{done} of {tables} tables verified', ja: '検証 {tables} 表中 {done} 表' },
  heard: { en: 'heard {when}', ja: '最終報告 {when}' }, unheard: { en: 'nothing heard yet', ja: '報告はまだありません' }, to: { en: '{from} to {to}', ja: '{from}～{to}' }, noWindow: { en: 'No window', ja: '作業日時なし' },
  on: { en: 'Who is on', ja: '今夜の担当者' }, nobodyOn: { en: 'No window is confirmed for the next 24 hours: nobody has to be on.', ja: '今後 24 時間に確定した作業日時はなく、待機は不要です。' }, until: { en: '{names}, {from} to {to}', ja: '{names}、{from}～{to}' }, moreWindows: { en: '{names} and {n} more', ja: '{names} 他 {n} 件' }, theirs: { en: 'At the customers: {n}', ja: '顧客側の担当者: {n} 名' }, write: { en: 'Write to {name}', ja: '{name} にメール' }, call: { en: 'Call {name}', ja: '{name} に電話' },
  turnTo: { en: 'Whom customers turn to', ja: 'お客様窓口' }, nobody: { en: 'Nobody is named. Settings and programmes say whom customers turn to.', ja: '担当窓口が未設定です。設定またはプログラムで指定してください。' }, rail: { en: 'Phase {n} of 7: {phase}', ja: '7 段階中 {n}: {phase}' }, as: { en: 'as of {when}', ja: '{when} 時点' },
}
const roleWords: Readonly<Record<People[number]['role'], Text>> = { 'project-manager': { en: 'Project manager', ja: 'プロジェクト管理' }, support: { en: 'Support', ja: 'サポート' }, 'customer-success': { en: 'Customer success', ja: 'カスタマーサクセス' } }

type Live = Overviewed['live'][number]
/** copy, follow, freeze, drain, verify, switch, watch: how many of them lie behind. */
const phases = 7
const behind: Readonly<Record<Live['stage'], number>> = { planned: 0, ordered: 0, copying: 0, following: 1, frozen: 3, verified: 5, 'in-doubt': 5, switched: 6, settled: 7, cancelled: 0 }

/** What moves now or has its window tonight, who is on for it, and whom customers turn to. */
export const Tonight = ({ of: { live, people, on, zone }, heardAt }: { readonly of: Overviewed; readonly heardAt: number }): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  const theirs = on.filter(one => !one.isOurs)
  const shown = (one: Overviewed['on'][number]): ReactNode => <Person key={`${one.name} ${one.email}`} name={one.name} email={one.email} phone={one.phone}><div className="quiet">{[...new Set(one.does.map(does => say(doesText(does))))].join(', ')}</div><div className="quiet figures">{windowsOf(one, say, zone, locale)}</div></Person>
  const moving = live.filter(move => stageStates[move.stage] === 'active').length
  return (
    <Panel title={say(words.title)} lead={say(words.as, { when: clockIn(heardAt, zone, locale) })} acts={moving > 0 ? <StateLabel state="active">{say(words.live, { n: moving })}</StateLabel> : undefined} flush>
      {live.length === 0 ? <p className={css['none']}>{say(words.none)}</p> : <ul className={css['list']}>{live.map(move => <One key={move.id} move={move} />)}</ul>}
      <section className={css['on']} aria-label={say(words.on)}>
        <h3>{say(words.on)}</h3>
        {on.length === 0 ? <p className="quiet">{say(words.nobodyOn)}</p> : <><ul>{on.filter(one => one.isOurs).map(shown)}</ul>{theirs.length === 0 ? null : <details><summary>{say(words.theirs, { n: theirs.length })}</summary><ul>{theirs.map(shown)}</ul></details>}</>}
      </section>
      <section className={css['on']} aria-label={say(words.turnTo)}>
        <h3>{say(words.turnTo)}</h3>
        {people.length === 0 ? <p className="quiet">{say(words.nobody)}</p> : <ul>{people.map(person => <Person key={`${person.role} ${person.email}`} name={person.name} email={person.email} phone={person.phone}><div className="quiet">{say(roleWords[person.role])}</div></Person>)}</ul>}
      </section>
    </Panel>
  )
}

/** Somebody with how they are reached. */
const Person = ({ name, email, phone, children }: { readonly name: string; readonly email: string; readonly phone: string | null; readonly children: ReactNode }): ReactNode => {
  const say = useSay()
  const dial = phone?.replaceAll(/[^+\d;=ext]/g, '')
  return <li><div><div>{name}</div>{children}</div><a href={`mailto:${email}`} aria-label={`${say(words.write, { name })}: ${email}`} title={email}><Mail size={14} aria-hidden /></a>{phone === null ? null : <a href={`tel:${dial}`} aria-label={`${say(words.call, { name })}: ${phone}`} title={phone}><Phone size={14} aria-hidden /></a>}</li>
}

/** What somebody is on for, without whose side it is. */
const doesText = (does: string): Text => {
  const part = does.split('/')[1] ?? ''
  return (postWords as Readonly<Record<string, Text>>)[part] ?? (dutyWords as Readonly<Record<string, Text>>)[part] ?? ownerOf(does)
}

/** Whose windows they are on for, and from the first's begin to the last's end. */
const windowsOf = ({ windows }: Overviewed['on'][number], say: Say, zone: string, locale: Locale): string => {
  const names = windows.slice(0, 2).map(({ name }) => name).join(locale === 'ja' ? '、' : ', ')
  const [from, to] = [Math.min(...windows.map(one => Date.parse(one.startsAt))), Math.max(...windows.map(one => Date.parse(one.endsAt)))]
  return say(words.until, { names: windows.length > 2 ? say(words.moreWindows, { names, n: windows.length - 2 }) : names, from: clockIn(from, zone, locale).replace(/\s+\S+$/, ''), to: clockIn(to, zone, locale) })
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

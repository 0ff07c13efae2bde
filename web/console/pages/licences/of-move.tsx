import { Link, useParams } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { lengthOf } from '../../../shared/amounts.ts'
import { useAsk } from '../../../shared/asking.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Facts, Page, Panel } from '../../../shared/panel.tsx'
import { Shown } from '../../../shared/shown.tsx'
import { StateLabel, StateMark } from '../../../shared/state-mark.tsx'
import { useSecret } from '../../../shared/use-secret.ts'
import { When } from '../../../shared/when.tsx'
import { useAround } from '../../self.ts'
import { FaultSaid, Quoted } from '../../told-fault.tsx'
import { LicenceActs } from './acts.tsx'
import { type Codes, GiveOutCodes, ShownCodes } from './codes.tsx'
import { Doubt } from './doubt.tsx'
import { LicenceTable, Profiles, Seats } from './tables.tsx'
import { courseWords, type Licences, sideWords, stepStates, stepWords } from './words.ts'
import css from './licences.module.css'

const words = {
  title: { en: 'Licences of {customer}', ja: '{customer} のライセンス' }, any: { en: 'Licences', ja: 'ライセンス' }, what: { en: 'the licences', ja: 'ライセンス' }, all: { en: 'All moves of licence servers', ja: 'ライセンスサーバーの移行一覧' }, move: { en: 'Open the move', ja: '移行を開く' }, over: { en: 'This move is over.', ja: 'この移行は終了しています。' },
  unread: { en: 'Not read yet. An agent that reaches it reads it when the licences are written down.', ja: 'まだ取得していません。ライセンスの記録時にエージェントが読み取ります。' }, program: { en: 'Program', ja: 'サーバー製品' }, read: { en: 'As read', ja: '取得日時' }, maintenance: { en: 'Maintenance', ja: 'メンテナンス' }, none: { en: 'none', ja: 'なし' }, since: { en: '{reason}, since', ja: '{reason}、開始' }, lock: { en: 'Node lock, as the customer named it', ja: 'ノードロック（お客様の申告）' },
  sheet: { en: 'Back-up sheet', ja: 'バックアップシート' }, noSheet: { en: 'Not written down yet: nothing can be moved before it is.', ja: '未記録です。記録が済むまで移行できません。' }, taken: { en: 'As of', ja: '取得日時' }, sum: { en: 'Sum', ja: 'チェックサム' }, codes: { en: 'Activation codes', ja: 'アクティベーションコード' }, sealed: { en: 'kept sealed', ja: '封印して保管' }, page: { en: 'As a page', ja: 'ページ' }, pdf: { en: 'PDF', ja: 'PDF' }, json: { en: 'JSON', ja: 'JSON' },
  steps: { en: 'Steps', ja: '手順' }, noSteps: { en: 'The steps stand here as soon as a move is begun.', ja: '移行を開始すると手順が表示されます。' }, back: { en: 'on the way back', ja: '切り戻し' }, refusedFor: { en: 'New seats were refused for {length}.', ja: '新規の割り当てが停止していた時間: {length}' }, left: { en: 'Left out, as these servers cannot do it', ja: '対応していないため省略したもの' }, differences: { en: 'Differences', ja: '相違点' }, stops: { en: 'stops the move', ja: '移行を停止' }, notes: { en: 'not in the way', ja: '支障なし' }, by: { en: 'Carried out by {agent}', ja: '実行エージェント: {agent}' }, why: { en: 'Why it stands where it stands', ja: '現在の状況' },
}

/** The licences of one move: both servers side by side, who holds a seat, and how far it is. */
export const LicencesOfMove = (): ReactNode => {
  const say = useSay()
  const { move } = useParams({ strict: false }) as { readonly move: string }
  const [told, about] = [useAsk('licences.of-move', { move: move as never }, { everyMs: 5_000 }), useAsk('moves.read', { move: move as never })]
  const customer = about.data?.customer.name
  const [codes, keep] = useSecret<Codes>()
  return (
    <Page title={customer === undefined ? say(words.any) : say(words.title, { customer })} lead={<span className={css['lead']}>{told.data === undefined ? null : <StateLabel state={courseWords[told.data.state].state}>{say(courseWords[told.data.state].says)}</StateLabel>}{about.data === undefined || about.data.move.endedAt === null ? null : <span>{say(words.over)}</span>}<Link to={`/moves/${move}` as never} className={css['link'] ?? ''}>{say(words.move)}</Link><Link to={'/licences' as never} className={css['link'] ?? ''}>{say(words.all)}</Link></span>} acts={told.data === undefined ? undefined : <><GiveOutCodes told={told.data} customer={customer ?? ''} keep={keep} /><LicenceActs told={told.data} customer={customer ?? ''} isOver={about.data?.move.endedAt !== null} /></>}>
      {codes === null ? null : <ShownCodes codes={codes} customer={customer ?? ''} done={() => { keep(null) }} />}
      {told.data === undefined ? <Panel title={say(words.any)}><Shown of={told} what={words.what} lines={8}>{() => null}</Shown></Panel> : <Shown of={told} what={words.what}>{one => <Sides of={one} />}</Shown>}
    </Page>
  )
}

const Sides = ({ of }: { readonly of: Licences }): ReactNode => (
  <>
    {of.doubt === null ? null : <Doubt of={of} />}
    <div className={css['two']}><Server of={of} side="origin" /><Server of={of} side="destination" /></div>
    <LicenceTable of={of} />
    <div className={css['two']}><Profiles of={of} /><Seats of={of} /></div>
    <div className={css['two']}><Steps of={of} /><Sheet of={of} /></div>
  </>
)

const Server = ({ of, side }: { readonly of: Licences; readonly side: 'origin' | 'destination' }): ReactNode => {
  const [say, { zone }] = [useSay(), useAround()]
  const server = of[side]
  const lock = side === 'destination' && of.machine !== null ? [[say(words.lock), <span key="l">{of.machine.name} <code>{of.machine.nodeLock}</code></span>] as const] : []
  return (
    <Panel title={say(sideWords[side])} lead={server?.name}>
      {server === null ? <div className={css['stack']}><p className="quiet">{say(words.unread)}</p>{lock.length === 0 ? null : <Facts of={lock} />}</div> : (
        <Facts of={[
          [say(words.program), `${server.product} ${server.version}`], [say(words.read), <When key="r" at={server.readAt} zone={zone} far />],
          [say(words.maintenance), server.maintenance === null ? <span key="n" className="quiet">{say(words.none)}</span> : <span key="m">{say(words.since, { reason: server.maintenance.reason })} <When at={server.maintenance.since} zone={zone} /></span>], ...lock,
        ]} />
      )}
    </Panel>
  )
}

const Steps = ({ of }: { readonly of: Licences }): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  const names = new Map(of.licences.map(({ id, name }) => [id, name]))
  return (
    <Panel title={say(words.steps)} lead={[of.leg === 'back' ? say(words.back) : '', of.agent === null ? '' : say(words.by, { agent: of.agent.name })].filter(text => text !== '').join(' · ')}>
      <div className={css['stack']}>
        {of.refusedMs === null ? null : <p>{say(words.refusedFor, { length: lengthOf(of.refusedMs, locale) })}</p>}
        {of.steps.length === 0 ? <p className="quiet">{say(words.noSteps)}</p> : (
          <ol className={css['steps']}>{of.steps.map(step => (
            <li key={step.id}><StateMark state={stepStates[step.state].state} says={say(stepStates[step.state].says)} /><span>{say(stepWords[step.does])}{step.licence === null ? '' : ` · ${names.get(step.licence) ?? step.licence}`}{step.profile === null ? '' : ` · ${step.profile}`} <span className="quiet">{say(sideWords[step.at])}</span>{step.note === null ? null : <span className={css['note']}><Quoted /><span lang="en">{step.note}</span></span>}</span></li>
          ))}</ol>
        )}
        {of.fault !== null ? <section><h3>{say(words.why)}</h3><p className="soft"><FaultSaid fault={of.fault} withRemedy /></p></section> : of.says.length === 0 || of.doubt !== null ? null : <section><h3>{say(words.why)} <Quoted /></h3>{of.says.map(text => <p key={text} className="soft" lang="en">{text}</p>)}</section>}
        {of.left.length === 0 ? null : <section><h3>{say(words.left)} <Quoted /></h3>{of.left.map(text => <p key={text} className="soft" lang="en">{text}</p>)}</section>}
        {of.differences.length === 0 ? null : <section><h3>{say(words.differences)} <Quoted /></h3>{of.differences.map(one => <p key={`${one.what} ${one.says}`} className={css['difference']}><StateMark state={one.stops ? 'blocked' : 'idle'} says={say(one.stops ? words.stops : words.notes)} /><span lang="en">{one.says}</span></p>)}</section>}
      </div>
    </Panel>
  )
}

const Sheet = ({ of: { move, record } }: { readonly of: Licences }): ReactNode => {
  const [say, { locale }, { zone }] = [useSay(), useLanguage(), useAround()]
  if (record === null) return <Panel title={say(words.sheet)}><p className="quiet">{say(words.noSheet)}</p></Panel>
  return (
    <Panel title={say(words.sheet)}>
      <div className={css['stack']}>
        <Facts of={[[say(words.taken), <When key="t" at={record.takenAt} zone={zone} far />], [say(words.sum), <code key="s">{record.sum}</code>], [say(words.codes), record.hasCodes ? say(words.sealed) : say(words.none)]]} />
        <p className={css['lead']}><a className={css['link']} href={`/api/moves/${move}/licences.html?locale=${locale}`} target="_blank" rel="noreferrer">{say(words.page)}</a><a className={css['link']} href={`/api/moves/${move}/licences.pdf?locale=${locale}`} download>{say(words.pdf)}</a><a className={css['link']} href={`/api/moves/${move}/licences.json`} download>{say(words.json)}</a></p>
      </div>
    </Panel>
  )
}

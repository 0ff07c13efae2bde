import { Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { dayOf, lengthOf } from '../../../shared/amounts.ts'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { Confirm } from '../../../shared/confirm.tsx'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { Shown } from '../../../shared/shown.tsx'
import { StateLabel } from '../../../shared/state-mark.tsx'
import { DataTable } from '../../../shared/table.tsx'
import { useNow, When } from '../../../shared/when.tsx'
import { useMay } from '../../may.ts'
import { useAround } from '../../self.ts'
import type { Run as RunTold } from './told.ts'
import { Why } from './why.tsx'
import css from './run.module.css'

const words = {
  title: { en: 'The planner’s proposal', ja: 'プランナーの計画案' }, what: { en: 'the proposal', ja: '計画案' }, by: { en: 'Asked by {name}', ja: '依頼者: {name}' },
  waiting: { en: 'Waits for a worker', ja: '実行待ち' }, running: { en: 'The planner thinks since {length}', ja: '計算中（{length} 経過）' }, cancelled: { en: 'Cancelled', ja: '中止' }, failed: { en: 'It could not be worked out', ja: '計算できませんでした' }, cancel: { en: 'Stop it', ja: '中止する' },
  best: { en: 'No better plan exists', ja: '最適な計画案です' }, good: { en: 'A better plan could save at most {gap} of what this one costs', ja: '最適解との差は最大でこの計画案のコストの {gap} です' }, infeasible: { en: 'There is no plan that keeps every rule', ja: 'すべての条件を満たす計画はありません' }, none: { en: 'No plan was found in the time given', ja: '制限時間内に計画案が見つかりませんでした' },
  changes: { en: '{n} of {all} moves would go elsewhere', ja: '{all} 件中 {n} 件の日程が変わります' }, nothing: { en: 'Every move stays where it is.', ja: '変更のある移行はありません。' }, apart: { en: '{n} moves have agreed days that are none of these dates; they stay there.', ja: '{n} 件は対象外の日程で合意済みのため、そのままです。' },
  move: { en: 'Move', ja: '移行' }, is: { en: 'Where it is', ja: '現在' }, to: { en: 'Where it would go', ja: '計画案' }, hand: { en: 'Put by hand', ja: '手動' }, yes: { en: 'yes', ja: 'はい' }, noT0: { en: 'no T-0', ja: 'T-0 未定' }, table: { en: 'What would change', ja: '変更一覧' },
  conflicts: { en: 'What contradicts itself', ja: '両立しない条件' }, minimal: { en: 'Take one of these away, and it is possible.', ja: 'いずれか一つを外すと解消します。' }, contradicted: { en: 'Put by hand where it cannot stay', ja: '手動の配置が条件に反しています' },
  accept: { en: 'Accept all', ja: 'すべて承認' }, effect: { en: '{n} moves get the days and waves of this plan; their open tasks are dated anew, all or none.', ja: '{n} 件の移行に計画案の日程とウェーブを適用し、未完了のタスクの期日を変更します（すべて適用、または一切適用しません）。' }, wayBack: { en: 'There is no way back but another plan, or putting moves by hand.', ja: '元には戻せません。別の計画案または手動の配置で変更してください。' },
  accepted: { en: 'Accepted {when}', ja: '承認済み {when}' }, wasAccepted: { en: 'Accepted', ja: '承認済み' },
}
const stateOf = { waiting: 'waiting', running: 'active', done: 'done', failed: 'blocked', cancelled: 'idle' } as const
type Step = RunTold['steps'][number]

/** What the planner found, as the difference to what is; nothing of it counts before it is accepted. */
export const Run = ({ run }: { readonly run: string }): ReactNode => {
  const say = useSay()
  const [isUnderWay, setUnderWay] = useState(true)
  const told = useAsk('waves.run', { run: run as never }, isUnderWay ? { everyMs: 1_500 } : {})
  const state = told.data?.run.state
  const now = state === undefined || state === 'waiting' || state === 'running'
  if (now !== isUnderWay) setUnderWay(now)
  return <Panel title={say(words.title)} lead={told.data === undefined ? undefined : say(words.by, { name: told.data.run.by })} acts={told.data === undefined ? undefined : <Acts told={told.data} />}><Shown of={told} what={words.what}>{one => <Found told={one} />}</Shown></Panel>
}

const Acts = ({ told: { run, steps } }: { readonly told: RunTold }): ReactNode => {
  const [say, may] = [useSay(), useMay()]
  const [accept, cancel, [isAsked, ask]] = [useWish('waves.accept'), useWish('waves.cancel-run'), useState(false)]
  if (!may('wave.plan')) return null
  if (run.state === 'waiting' || run.state === 'running') return <Button size="compact-sm" variant="default" loading={cancel.isPending} onClick={() => { cancel.mutate({ run: run.id }) }}>{say(words.cancel)}</Button>
  if (steps.length === 0 || run.acceptedAt !== null) return null
  return (
    <>
      <Button size="compact-sm" onClick={() => { ask(true) }}>{say(words.accept)}</Button>
      <Confirm opened={isAsked} close={() => { ask(false) }} title={say(words.accept)} effect={say(words.effect, { n: steps.filter(step => step.changes).length })} wayBack={say(words.wayBack)} act={say(words.accept)} wish={() => accept.mutateAsync({ run: run.id })} />
    </>
  )
}

const Found = ({ told }: { readonly told: RunTold }): ReactNode => {
  const [say, { locale }, { zone }] = [useSay(), useLanguage(), useAround()]
  const [chosen, choose] = useState<string>()
  const { run, steps } = told
  const changing = steps.filter(step => step.changes)
  const step = changing.find(one => one.move === chosen)
  const names = new Map(steps.map(one => [one.move as string, one.name]))
  return (
    <div className={css['found']}>
      <p className={css['line']}>
        <Verdict told={told} />
        {run.acceptedAt === null ? null : <StateLabel state="done">{say(words.wasAccepted)} <When at={run.acceptedAt} zone={zone} /></StateLabel>}
        {steps.length === 0 ? null : <span className="soft">{say(words.changes, { n: changing.length, all: steps.length })}</span>}
      </p>
      {run.state === 'failed' && run.why !== null ? <p className="soft">{say(run.why)}</p> : null}
      {told.apart.length === 0 ? null : <p className="quiet">{say(words.apart, { n: told.apart.length })}</p>}
      {told.conflicts.length === 0 ? null : <section className={css['part']}><h3>{say(words.conflicts)}</h3>{told.conflicts.map((conflict, n) => <div key={n} className={css['conflict']}>{conflict.says.map(text => <p key={text.en}>{say(text)}</p>)}{conflict.minimal ? <p className="quiet">{say(words.minimal)}</p> : null}</div>)}</section>}
      {told.contradicted.length === 0 ? null : <section className={css['part']}><h3>{say(words.contradicted)}</h3>{told.contradicted.map(one => <div key={one.move} className={css['conflict']}><p><strong>{names.get(one.move)}</strong> <span className="figures soft">{dayOf(one.day, locale)}</span></p>{one.says.map(text => <p key={text.en}>{say(text)}</p>)}</div>)}</section>}
      {changing.length === 0 ? (steps.length === 0 ? null : <p className="soft">{say(words.nothing)}</p>) : (
        <div className={css['two']}>
          <div className={css['table']}>
            <DataTable<Step> says={words.table} rows={changing} idOf={row => row.move} nameOf={row => row.name} open={row => { choose(row.move) }} height={380} columns={[
              { key: 'move', says: words.move, width: 180, isFirst: true, order: row => row.name, cell: row => row.name },
              { key: 'is', says: words.is, width: 180, order: row => row.t0 ?? '', cell: row => (row.t0 === null ? <span className="quiet">{say(words.noT0)}</span> : `${dayOf(row.t0, locale)}${row.wave === null ? '' : ` · ${row.wave.name}`}`) },
              { key: 'to', says: words.to, width: 150, order: row => row.to, cell: row => <strong>→ {dayOf(row.to, locale)}</strong> },
              { key: 'hand', says: words.hand, width: 90, cell: row => (row.byHand ? say(words.yes) : '') },
            ]} />
          </div>
          <Why run={run.id} move={step?.move} name={step?.name} />
        </div>
      )}
    </div>
  )
}

const Verdict = ({ told: { run, gap } }: { readonly told: RunTold }): ReactNode => {
  const [say, { locale }, now] = [useSay(), useLanguage(), useNow(1_000)]
  if (run.state === 'waiting') return <StateLabel state="waiting">{say(words.waiting)}</StateLabel>
  if (run.state === 'running') return <StateLabel state="active">{say(words.running, { length: lengthOf(Math.max(0, now - Date.parse(run.startedAt ?? run.createdAt)), locale) })}</StateLabel>
  if (run.state !== 'done') return <StateLabel state={stateOf[run.state]}>{say(words[run.state])}</StateLabel>
  if (run.outcome === 'infeasible' || run.outcome === 'none') return <StateLabel state="blocked">{say(words[run.outcome])}</StateLabel>
  return run.outcome === 'best' || gap === null || gap === 0 ? <StateLabel state="done">{say(words.best)}</StateLabel> : <StateLabel state="done">{say(words.good, { gap: new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }).format(gap) })}</StateLabel>
}


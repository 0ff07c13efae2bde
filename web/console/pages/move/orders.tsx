import { Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { Text } from '#domain/locale.ts'
import type { Told } from '../../../shared/ask.ts'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { Confirm } from '../../../shared/confirm.tsx'
import { useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { Failed, Nothing, Shown } from '../../../shared/shown.tsx'
import { type State, StateLabel, StateMark } from '../../../shared/state-mark.tsx'
import { When } from '../../../shared/when.tsx'
import { faultIn } from '../../fault-in.ts'
import { carriedOut } from '../../carried-out.ts'
import { useMay } from '../../may.ts'
import { FaultSaid, Quoted } from '../../told-fault.tsx'
import { endWords, stepWords } from '../room/step-words.ts'
import type { PartProps } from './move.tsx'
import css from './move.module.css'

type Order = Told<'orders.list'>['items'][number]
const words = {
  title: { en: 'Orders', ja: '作業指示' }, lead: { en: 'what agents were asked for, and what came of it', ja: 'エージェントへの指示とその結果' }, what: { en: 'the orders', ja: '作業指示' }, none: { en: 'No agent was asked for anything yet.', ja: 'エージェントへの指示はまだありません。' }, measure: { en: 'Measure', ja: '測定する' }, preflight: { en: 'Check first', ja: '事前確認' }, rehearse: { en: 'Rehearse', ja: 'リハーサルを実行' }, withdraw: { en: 'Take back', ja: '取り下げる' },
  withdrawEffect: { en: 'No agent begins it.', ja: 'エージェントは作業を開始しません。' }, withdrawBack: { en: 'It can be ordered again.', ja: '再度指示できます。' }, by: { en: 'by {who},', ja: '指示: {who}、' }, ended: { en: 'ended', ja: '終了:' }, findings: { en: 'Found:', ja: '確認事項:' }, output: { en: 'What the command said', ja: 'コマンドの出力' },
}
const kinds: Readonly<Record<Order['kind'], Text>> = {
  rehearsal: { en: 'Rehearsal', ja: 'リハーサル' }, preflight: { en: 'Look for what stands in the way', ja: '事前確認' }, move: { en: 'Move', ja: '移行' }, measure: { en: 'Measure', ja: '測定' }, credential: { en: 'Make database users', ja: 'データベースユーザーの作成' }, files: { en: 'Pack the files', ja: 'ファイルのアーカイブ' }, application: { en: 'A step with the application', ja: 'アプリケーションの作業' }, licences: { en: 'Licences', ja: 'ライセンスの作業' },
}
const states: Readonly<Record<Order['state'], readonly [Text, State]>> = { waiting: [{ en: 'Waits for an agent', ja: 'エージェント待ち' }, 'waiting'], claimed: [{ en: 'Under way', ja: '実行中' }, 'active'], done: [{ en: 'Done', ja: '完了' }, 'done'], failed: [{ en: 'Failed', ja: '失敗' }, 'blocked'], withdrawn: [{ en: 'Taken back', ja: '取り下げ' }, 'idle'] }
const levels: Readonly<Record<string, State>> = { blocker: 'blocked', concern: 'at-risk', note: 'idle' }

/** What agents were asked for. */
export const Orders = ({ told }: PartProps): ReactNode => {
  const [say, may] = [useSay(), useMay()]
  const orders = useAsk('orders.list', { move: told.move.id, limit: 500 }, { everyMs: 5_000 })
  const [order, withdraw] = [useWish('moves.order'), useWish('orders.withdraw')]
  const [asked, ask] = useState<Order | null>(null)
  const isOver = told.move.endedAt !== null
  const { by, hasData } = carriedOut(told)
  return (
    <Panel title={say(words.title)} lead={say(words.lead)} flush acts={isOver ? undefined : <>{by !== 'licences' && may('tenant.measure') ? <Button size="compact-sm" variant="default" loading={order.isPending} onClick={() => { order.mutate({ move: told.move.id, kind: 'measure' }) }}>{say(words.measure)}</Button> : null}{hasData && may('move.order') ? <Button size="compact-sm" variant="default" loading={order.isPending} onClick={() => { order.mutate({ move: told.move.id, kind: 'preflight' }) }}>{say(words.preflight)}</Button> : null}{hasData && may('move.order') ? <Button size="compact-sm" variant="default" loading={order.isPending} onClick={() => { order.mutate({ move: told.move.id, kind: 'rehearsal' }) }}>{say(words.rehearse)}</Button> : null}</>}>
      {order.error === null ? null : <Failed error={order.error} />}
      <Shown of={orders} what={words.what} empty={found => found.items.length === 0} none={<Nothing>{say(words.none)}</Nothing>}>
        {({ items }) => <ul className={css['list']}>{items.toReversed().map(one => {
          const [says, state] = states[one.state]
          return (
            <li key={one.id}>
              <StateMark state={state} says={null} />
              <div><span className={css['name']}>{say(kinds[one.kind])}{one.facts.application === undefined ? null : <>: {say(stepWords[one.facts.application.step])} <span className="quiet">{say(endWords[one.facts.application.at])}</span></>}</span><span className="quiet">{say(words.by, { who: one.facts.by })} <When at={one.createdAt} zone={told.customer.zone} />{one.endedAt === null ? null : <> · {say(words.ended)} <When at={one.endedAt} zone={told.customer.zone} /></>}</span><Result result={one.result} /></div>
              <div className={css['end']}><StateLabel state={state}>{say(says)}</StateLabel>{one.state === 'waiting' && may('move.order') ? <Button size="compact-sm" variant="default" onClick={() => { ask(one) }}>{say(words.withdraw)}</Button> : null}</div>
            </li>
          )
        })}</ul>}
      </Shown>
      <Confirm opened={asked !== null} close={() => { ask(null) }} title={say(words.withdraw)} effect={say(words.withdrawEffect)} wayBack={say(words.withdrawBack)} act={say(words.withdraw)} wish={() => (asked === null ? Promise.resolve() : withdraw.mutateAsync({ order: asked.id }))} />
    </Panel>
  )
}

/** What came of it. What was found on the stores is told word for word. */
const Result = ({ result }: { readonly result: unknown }): ReactNode => {
  const say = useSay()
  if (typeof result !== 'object' || result === null) return null
  const { findings, fault, output = '' } = result as { readonly output?: string; readonly findings?: readonly { readonly level?: string; readonly what?: string; readonly remedy?: string }[]; readonly fault?: Readonly<Record<string, unknown>> }
  return (
    <>
      {(findings ?? []).map((one, n) => <span key={n}><StateMark state={levels[one.level ?? ''] ?? 'idle'} says={null} /> <Quoted /><span lang="en">{one.what} {one.remedy === undefined ? null : <span className="quiet">{one.remedy}</span>}</span></span>)}
      {output === '' ? null : <details><summary>{say(words.output)}</summary><pre lang="en" translate="no" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', margin: 0 }}>{output}</pre></details>}
      {fault === undefined ? null : <span><FaultSaid fault={faultIn(fault)} withRemedy /></span>}
    </>
  )
}

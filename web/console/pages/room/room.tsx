import { Link, useParams } from '@tanstack/react-router'
import { type ReactNode, lazy, Suspense, useMemo } from 'react'
import type { Told } from '../../../shared/ask.ts'
import { useAsk } from '../../../shared/asking.ts'
import { bytesOf, lengthOf, numberOf } from '../../../shared/amounts.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Page, Panel } from '../../../shared/panel.tsx'
import { Shown } from '../../../shared/shown.tsx'
import { StateLabel, StateMark } from '../../../shared/state-mark.tsx'
import { When } from '../../../shared/when.tsx'
import { carriedOut } from '../../carried-out.ts'
import { useMay } from '../../may.ts'
import { useAround } from '../../self.ts'
import { stageStates, stageText } from '../../stage-words.ts'
import { Gates } from '../move/gates.tsx'
import { Acts, type Order } from './acts.tsx'
import { BySteps } from './by-steps.tsx'
import { Checks } from './checks.tsx'
import { Connection } from './connection.tsx'
import { FreezeClock } from './freeze-clock.tsx'
import { type Standing, useLive } from './live.ts'
import { Log } from './log.tsx'
import { Now } from './now.tsx'
import { Rail } from './rail.tsx'
import { Runbook } from './runbook.tsx'
import { Steps } from './steps.tsx'
import { Tables } from './tables.tsx'
import css from './room.module.css'

const Chart = lazy(async () => ({ default: (await import('./chart.tsx')).Chart }))
const words = {
  what: { en: 'the move room', ja: '移行ルーム' }, title: { en: 'Move room: {tenant}', ja: '移行ルーム: {tenant}' }, back: { en: 'The whole move', ja: '移行の詳細' }, gates: { en: 'Go / no-go', ja: '実施判定' }, from: { en: '{customer}, {from} → {to}', ja: '{customer}、{from} → {to}' },
  throughput: { en: 'Copied a second', ja: '1 秒あたりのコピー量' }, lag: { en: 'Lag behind the old home', ja: '移行元からの遅れ' }, changes: { en: '{n} changes a second', ja: '変更 {n} 件/秒' }, window: { en: 'Window', ja: '作業日時' }, noData: { en: 'It is drawn when the first figures come.', ja: '数値が届くと表示されます。' }, evidence: { en: 'Evidence', ja: '証跡' },
}

/** One move as it goes on, on one screen, with everything that can be said to it. */
export const Room = (): ReactNode => {
  const { move } = useParams({ strict: false }) as { readonly move: string }
  const read = useAsk('moves.read', { move: move as never })
  return <Shown of={read} what={words.what} lines={8}>{told => <Inside told={told} key={move} />}</Shown>
}

const Inside = ({ told }: { readonly told: Told<'moves.read'> }): ReactNode => {
  const [say, { locale }, may, around] = [useSay(), useLanguage(), useMay(), useAround()]
  const { move, customer, tenant, origin, destination } = told
  const isCrew = may('order.read')
  const orders = useAsk('orders.list', { move: move.id, limit: 500 }, { when: isCrew, everyMs: 3_000 })
  const windows = useAsk('windows.list', { move: move.id, state: 'confirmed' })
  const proofs = useAsk('evidence.list', { move: move.id }, { when: may('evidence.read'), everyMs: 5_000 })
  const moving = useMemo(() => (orders.data?.items ?? []).filter(one => one.kind === 'move'), [orders.data])
  // From the first order on: what was copied before an agent was lost is copied still.
  const live = useLive(move.id, moving[0]?.id ?? null, !isCrew || orders.data !== undefined)
  const standing: Standing = live.standing ?? { stage: move.stage, leg: move.leg }
  const order: Order | undefined = moving.at(-1)
  const isColdDone = standing.stage === 'switched' && order !== undefined && order.state === 'done' && order.facts.how?.follow === false
  const { by, hasData: isThere } = carriedOut(told)
  // What was ordered all the same is looked after all the same.
  const hasData = isThere || order !== undefined
  const window = windows.data?.items[0]
  const zone = customer.zone
  return (
    <Page title={<>{say(words.title, { tenant: tenant.name })} <span className={css['stage']}><StateLabel state={stageStates[standing.stage]}>{say(stageText(standing.stage, standing.leg))}</StateLabel></span></>}
      lead={<><Link className={css['link'] ?? ''} to={'/moves/$move' as never} params={{ move: move.id } as never}>{say(words.back)}</Link> · {say(words.from, { customer: customer.name, from: origin.name, to: destination.name })}{window === undefined ? null : <> · {say(words.window)} <When at={window.startsAt} zone={zone} /></>}{proofs.data?.items.map(one => <span key={one.id}> · <Link className={css['link'] ?? ''} to={'/evidence/$proof' as never} params={{ proof: one.id } as never}>{say(words.evidence)}</Link></span>)}</>}
      acts={<Acts move={move.id} tenant={tenant.name} standing={standing} order={order} isColdDone={isColdDone} hasData={hasData} />}>
      <Connection live={live} zone={around.zone} />
      {by !== 'mover' && move.endedAt === null ? <BySteps by={by} hasData={hasData} move={move.id} /> : null}
      {hasData || move.endedAt !== null ? <Now standing={standing} order={order} seen={live.seen} zone={zone} /> : null}
      {hasData ? <div className={css['overview']}>
        <Rail standing={standing} seen={live.seen} />
        <FreezeClock seen={live.seen} budgetMs={order?.facts.how?.freezeBudgetMs ?? null} />
      </div> : null}
      {standing.stage === 'planned' || !hasData ? null : <div className={css['charts']}>
        <Panel title={say(words.throughput)} lead={live.seen.pace === null ? undefined : <Pace pace={live.seen.pace} />}><Curve at={live.seen.series.at} values={live.seen.series.bytes} zone={zone} says={say(words.throughput)} unit="bytes" /></Panel>
        <Panel title={say(words.lag)} lead={live.seen.lag === null ? undefined : <>{lengthOf(live.seen.lag.ms, locale)} · {say(words.changes, { n: numberOf(Math.round(live.seen.lag.changesPerSecond), locale) })}</>}><Curve at={live.seen.series.at} values={live.seen.series.lagMs} zone={zone} says={say(words.lag)} unit="ms" /></Panel>
      </div>}
      <div className={css['sides']}>
        <div className={css['side']}>{by === 'steps' && isCrew ? <Steps move={move.id} tenant={tenant.name} hasData={hasData} standing={standing} orders={orders.data?.items ?? []} isOver={move.endedAt !== null} zone={zone} /> : null}{hasData ? <Tables seen={live.seen} /> : null}{isCrew ? <Log log={live.seen.log} zone={zone} /> : null}</div>
        <div className={css['side']}><h2 className={css['part']}>{say(words.gates)}</h2><Gates move={move.id} zone={zone} everyMs={5_000} /><Runbook move={move.id} t0={told.dates.t0} /><Checks move={move.id} /></div>
      </div>
    </Page>
  )
}

const paceWords = { at: { en: '{jobs} at once', ja: '同時 {jobs} 件' }, most: { en: '{jobs} at once, at most {rate} a second', ja: '同時 {jobs} 件、上限 {rate}/秒' }, paused: { en: 'paused', ja: '一時停止中' } }
const Pace = ({ pace: { jobs, bytesPerSecond, paused } }: { readonly pace: { readonly jobs: number; readonly bytesPerSecond: number | null; readonly paused: boolean } }): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  return <>{bytesPerSecond === null ? say(paceWords.at, { jobs }) : say(paceWords.most, { jobs, rate: bytesOf(bytesPerSecond, locale) })}{paused ? <> · <StateMark state="waiting" says={null} /> {say(paceWords.paused)}</> : null}</>
}

const units = { en: { bytes: (value: number) => bytesOf(value, 'en'), ms: (value: number) => lengthOf(value, 'en') }, ja: { bytes: (value: number) => bytesOf(value, 'ja'), ms: (value: number) => lengthOf(value, 'ja') } } as const
/** What has no figures yet is not drawn: an empty chart says nothing. */
const Curve = ({ at, values, zone, says, unit }: { readonly at: readonly number[]; readonly values: readonly (number | null)[]; readonly zone: string; readonly says: string; readonly unit: 'bytes' | 'ms' }): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  const points = useMemo(() => ({ at, values }), [at, values])
  if (!values.some(value => value !== null)) return <p className={`quiet ${css['blank']}`}>{say(words.noData)}</p>
  return <Suspense fallback={<div className={css['blank']} />}><Chart points={points} zone={zone} says={says} unit={units[locale][unit]} /></Suspense>
}

import { Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { type ApplicationStep, applicationSteps, type End, machinesAfter, type Past, whyNots, whyNotsJa, whyNotStep } from '#domain/application.ts'
import type { Text } from '#domain/locale.ts'
import { writers } from '#domain/move.ts'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { Confirm } from '../../../shared/confirm.tsx'
import { useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { type State, StateLabel } from '../../../shared/state-mark.tsx'
import { When } from '../../../shared/when.tsx'
import { useMay } from '../../may.ts'
import type { Order } from './acts.tsx'
import type { Standing } from './live.ts'
import { endWords, stepSays, stepWords } from './step-words.ts'
import table from '../../../shared/table.module.css'
import css from './room.module.css'

const words = {
  title: { en: 'Steps with the application', ja: 'アプリケーションの作業' }, lead: { en: 'Each on one machine, by the agent beside it; those with a task are ordered by themselves when they are due', ja: '各マシンのエージェントが実行します。タスクのある作業は期日に自動で指示されます' }, step: { en: 'Step', ja: '作業' }, order: { en: 'Order', ja: '指示する' }, again: { en: 'Order again', ja: '再度指示' }, both: { en: '{step}, {machine}', ja: '{machine}・{step}' }, never: { en: 'Not done on this machine', ja: 'このマシンでは行いません' }, one: { en: 'Another step is under way', ja: '別の作業を実行中です' },
  waiting: { en: 'Waits for its agent', ja: 'エージェント待ち' }, claimed: { en: 'Under way', ja: '実行中' }, done: { en: 'Done', ja: '完了' }, failed: { en: 'Failed', ja: '失敗' }, held: { en: 'Did not come out as it should', ja: '期待した結果になりませんでした' },
} satisfies Record<string, Text>
type Asked = { readonly step: ApplicationStep; readonly at: End }
/** What stops people, replaces what is there, or cannot be undone. */
const typed: readonly ApplicationStep[] = ['stop-services', 'restore', 'upgrade']

/** What was done with the application on either machine, and what can be done now. It is control that decides; what it would refuse by the rules is said instead of a button. */
export const Steps = ({ move, tenant, hasData, standing, orders, isOver, zone }: { readonly move: string; readonly tenant: string; readonly hasData: boolean; readonly standing: Standing; readonly orders: readonly Order[]; readonly isOver: boolean; readonly zone: string }): ReactNode => {
  const [say, may, order, [asked, ask]] = [useSay(), useMay(), useWish('moves.order'), useState<Asked | null>(null)]
  const checks = useAsk('checks.read', { move: move as never })
  const own = orders.filter(one => one.kind === 'application' && one.state !== 'withdrawn')
  const machines = machinesAfter(own.flatMap(pastOf))
  const around = { signedOff: checks.data?.checks.find(one => one.check === 'signed-off' && one.about === null)?.held ?? false, database: standing.stage !== 'planned' ? writers({ stage: standing.stage, leg: standing.leg }) : hasData ? writers({ stage: 'ordered', leg: standing.leg }) : null }
  const isBusy = own.some(one => one.endedAt === null)
  const cell = (step: ApplicationStep, at: End): ReactNode => {
    const because = whyNotStep(machines, { step, at }, around)
    if (because === 'place') return <span className="quiet" aria-label={say(words.never)}>–</span>
    const last = own.findLast(one => one.facts.application?.step === step && one.facts.application.at === at)
    const name = { step: say(stepWords[step]), machine: say(endWords[at]) }
    const mayNow = !isOver && last?.endedAt !== null && may('move.order')
    return (
      <div className={css['at']}>
        {last === undefined ? null : <span><How order={last} /> {last.endedAt === null ? null : <span className="quiet"><When at={last.endedAt} zone={zone} /></span>}</span>}
        {!mayNow ? null : isBusy ? <span className="quiet">{say(words.one)}</span> : because !== undefined ? <span className={`quiet ${css['why'] ?? ''}`}>{say({ en: whyNots[because], ja: whyNotsJa[because] })}</span> : <Button size="compact-sm" variant="default" aria-label={`${say(last === undefined ? words.order : words.again)}: ${say(words.both, name)}`} onClick={() => { ask({ step, at }) }}>{say(last === undefined ? words.order : words.again)}</Button>}
      </div>
    )
  }
  return (
    <Panel title={say(words.title)} lead={say(words.lead)} flush>
      <div style={{ overflowX: 'auto' }} tabIndex={0} role="group" aria-label={say(words.title)}><table className={table['plain']}>
        <thead><tr><th scope="col">{say(words.step)}</th><th scope="col">{say(endWords.origin)}</th><th scope="col">{say(endWords.destination)}</th></tr></thead>
        <tbody>{applicationSteps.map(step => <tr key={step}><th scope="row">{say(stepWords[step])}</th><td>{cell(step, 'origin')}</td><td>{cell(step, 'destination')}</td></tr>)}</tbody>
      </table></div>
      {asked === null ? null : <Confirm opened close={() => { ask(null) }} title={say(words.both, { step: say(stepWords[asked.step]), machine: say(endWords[asked.at]) })} effect={say(stepSays[asked.step].effect, { tenant })} wayBack={say(stepSays[asked.step].wayBack)} act={say(words.order)} {...(typed.includes(asked.step) ? { name: tenant } : {})} wish={() => order.mutateAsync({ move: move as never, kind: 'application', ...asked })} />}
    </Panel>
  )
}

type Result = { readonly held?: boolean; readonly version?: string | null; readonly backUp?: object | null; readonly output?: string }
const resultOf = ({ result }: Order): Result => (typeof result === 'object' && result !== null ? result as Result : {})

/** As control reads its rows: only what was done and held is done. */
const pastOf = (order: Order): Past[] => {
  const { application } = order.facts
  const { held = false, version = null, backUp = null } = resultOf(order)
  // Of the back-up only whether there is one is looked at here.
  return application === undefined || order.claims === 0 ? [] : [{ step: application.step, at: application.at, is: order.state === 'done' && held ? 'done' : 'failed', version, backUp: backUp === null ? null : { order: order.id, claim: 1, part: 0, bytes: 1, sha256: '' } }]
}

const How = ({ order }: { readonly order: Order }): ReactNode => {
  const say = useSay()
  const { held = false, version = null } = resultOf(order)
  const [state, says]: readonly [State, Text] = order.state === 'waiting' ? ['waiting', words.waiting] : order.state === 'claimed' ? ['active', words.claimed] : order.state === 'failed' ? ['blocked', words.failed] : held ? ['done', words.done] : ['blocked', words.held]
  return <StateLabel state={state}>{say(says)}{version === null ? null : <> <span translate="no">{version}</span></>}</StateLabel>
}

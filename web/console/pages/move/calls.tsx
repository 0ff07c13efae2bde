import { Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { Text } from '#domain/locale.ts'
import type { Told } from '../../../shared/ask.ts'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { FormDialog, type Value } from '../../../shared/form-dialog.tsx'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { Nothing, Shown } from '../../../shared/shown.tsx'
import { StateMark } from '../../../shared/state-mark.tsx'
import { useNow, When } from '../../../shared/when.tsx'
import { callFields, callOf, linkField, noTime, timeField } from '../../call-form.ts'
import { useMay } from '../../may.ts'
import { CallActs } from './call-acts.tsx'
import type { PartProps } from './move.tsx'
import css from './move.module.css'

const words = {
  title: { en: 'Calls', ja: '打ち合わせ' }, what: { en: 'the calls', ja: '打ち合わせ' }, none: { en: 'No call is planned.', ja: '予定されている打ち合わせはありません。' }, plan: { en: 'Plan a call', ja: '打ち合わせを設定' }, lead: { en: 'Who is asked to it, its agenda and its length are the playbook’s. Each gets an invitation.', ja: '参加者・議題・所要時間はプレイブックに従います。参加者に招待状が送られます。' }, invite: { en: 'Invite', ja: '招待する' },
  checkIns: { en: 'Plan check-ins', ja: '定例確認を設定' }, checkInLead: { en: 'The next ones on the days that the playbook has for them; those that are planned stay. Whose they are gets an invitation to each.', ja: 'プレイブックが定める日程で、次回以降の定例確認を設定します。設定済みの分はそのままです。担当者に招待状が送られます。' }, count: { en: 'How many', ja: '回数' }, minutes: { en: 'Minutes each', ja: '1回の時間（分）' },
  accepted: { en: 'comes', ja: '参加' }, tentative: { en: 'perhaps', ja: '未定' }, declined: { en: 'does not come', ja: '不参加' }, silent: { en: 'has not answered', ja: '未回答' }, cancelled: { en: 'Cancelled', ja: '中止' }, planned: { en: 'Planned', ja: '予定' }, noMore: { en: 'The playbook has no more days for check-ins, or all are planned.', ja: '設定できる定例確認の日程は残っていません。' },
} satisfies Record<string, Text>

/** The calls of a move, who comes to each, and what can be done about them. */
export const Calls = ({ told }: PartProps): ReactNode => {
  const [say, { locale }, may, now] = [useSay(), useLanguage(), useMay(), useNow(60_000)]
  const [asked, ask] = useState<'call' | 'check-ins' | null>(null)
  const clocks = { zone: told.customer.zone, isThere: true }
  const [calls, book, plan, checkIns] = [useAsk('calls.list', { move: told.move.id, limit: 200 }), useAsk('playbooks.read', { playbook: told.plan.playbook, locale }), useWish('calls.plan'), useWish('calls.plan-check-ins')]
  const close = (): void => { ask(null) }
  const wish = (values: Readonly<Record<string, Value>>): Promise<unknown> => {
    const call = callOf(values, clocks.zone)
    return call === undefined ? Promise.reject(new Error(say(noTime))) : plan.mutateAsync({ move: told.move.id, ...call })
  }
  const wishCheckIns = async ({ time, minutes, count, link }: Readonly<Record<string, Value>>): Promise<void> => {
    const { calls: made } = await checkIns.mutateAsync({ move: told.move.id, time: String(time), minutes: Number(minutes), count: Number(count), ...(typeof link === 'string' ? { link } : {}) })
    if (made.length === 0) throw new Error(say(words.noMore))
  }
  const mayPlan = told.move.endedAt === null && may('call.plan')
  return (
    <>
      <Panel title={say(words.title)} flush acts={mayPlan ? <><Button size="compact-sm" variant="default" onClick={() => { ask('check-ins') }}>{say(words.checkIns)}</Button><Button size="compact-sm" variant="default" onClick={() => { ask('call') }}>{say(words.plan)}</Button></> : undefined}>
        <Shown of={calls} what={words.what} empty={found => found.items.length === 0} none={<Nothing>{say(words.none)}</Nothing>}>
          {({ items }) => <ul className={css['list']}>{items.map(call => <li key={call.id}><StateMark state={call.state === 'cancelled' ? 'idle' : 'waiting'} says={say(call.state === 'cancelled' ? words.cancelled : words.planned)} /><div><span className={css['name']}>{say(call.title)}</span><span className="quiet"><When at={call.startsAt} zone={clocks.zone} far /></span><Invited call={call.id} /></div>{mayPlan && call.state === 'planned' && Date.parse(call.endsAt) > now ? <CallActs call={call} zone={clocks.zone} /> : null}</li>)}</ul>}
        </Shown>
      </Panel>
      <FormDialog opened={asked === 'call'} close={close} title={say(words.plan)} lead={say(words.lead)} act={say(words.invite)} wish={wish} fields={callFields(book.data, clocks)} />
      <FormDialog opened={asked === 'check-ins'} close={close} title={say(words.checkIns)} lead={say(words.checkInLead)} act={say(words.invite)} wish={wishCheckIns} fields={[timeField(clocks, '10:00'), { key: 'minutes', says: words.minutes, type: 'number', first: 30 }, { key: 'count', says: words.count, type: 'number', first: 4 }, linkField]} />
    </>
  )
}

const Invited = ({ call }: { readonly call: Told<'calls.list'>['items'][number]['id'] }): ReactNode => {
  const say = useSay()
  const read = useAsk('calls.read', { call })
  return <span className="quiet">{(read.data?.people ?? []).map(one => `${one.name}: ${say(words[one.answer ?? 'silent'])}`).join(' · ')}</span>
}

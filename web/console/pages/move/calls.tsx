import { Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { FormDialog } from '../../../shared/form-dialog.tsx'
import { instantAt } from '../../../shared/instant-at.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { Nothing, Shown } from '../../../shared/shown.tsx'
import { StateMark } from '../../../shared/state-mark.tsx'
import { When } from '../../../shared/when.tsx'
import { useMay } from '../../may.ts'
import type { PartProps } from './move.tsx'
import css from './move.module.css'

const words = {
  title: { en: 'Calls', ja: '打ち合わせ' }, what: { en: 'the calls', ja: '打ち合わせ' }, none: { en: 'No call is planned.', ja: '予定されている打ち合わせはありません。' }, plan: { en: 'Plan a call', ja: '打ち合わせを設定' }, lead: { en: 'Who is asked to it, its agenda and its length are the playbook’s. Each gets an invitation.', ja: '参加者・議題・所要時間はプレイブックに従います。参加者に招待状が送られます。' },
  call: { en: 'Which call', ja: '打ち合わせの種類' }, day: { en: 'Day', ja: '日付' }, time: { en: 'Time where the customer is', ja: '時刻（お客様の現地時刻）' }, timeHint: { en: 'such as 09:00', ja: '例: 09:00' }, link: { en: 'Link to the meeting', ja: '会議のリンク' }, invite: { en: 'Invite', ja: '招待する' }, noTime: { en: 'This is no time such as 09:00.', ja: '時刻は 09:00 のように入力してください。' },
  accepted: { en: 'comes', ja: '参加' }, tentative: { en: 'perhaps', ja: '未定' }, declined: { en: 'does not come', ja: '不参加' }, silent: { en: 'has not answered', ja: '未回答' }, cancelled: { en: 'Cancelled', ja: '中止' }, planned: { en: 'Planned', ja: '予定' },
}
const kinds = ['pre-move', 'kick-off', 'check-in', 'go-no-go'] as const

/** The calls of a move, who comes to each, and a new one. */
export const Calls = ({ told }: PartProps): ReactNode => {
  const [say, { locale }, may] = [useSay(), useLanguage(), useMay()]
  const [isAsked, ask] = useState(false)
  const zone = told.customer.zone
  const [calls, book, plan] = [useAsk('calls.list', { move: told.move.id, limit: 200 }), useAsk('playbooks.read', { playbook: told.plan.playbook, locale }), useWish('calls.plan')]
  const wish = ({ call, day, time, link }: Readonly<Record<string, unknown>>): Promise<unknown> => {
    const startsAt = instantAt(`${String(day)}T${String(time)}`, zone)
    if (startsAt === undefined) return Promise.reject(new Error(say(words.noTime)))
    return plan.mutateAsync({ move: told.move.id, kind: kinds.find(kind => String(call).startsWith(kind)) ?? 'other', key: String(call), startsAt, ...(typeof link === 'string' ? { link } : {}) } as never)
  }
  return (
    <>
      <Panel title={say(words.title)} flush acts={told.move.endedAt === null && may('call.plan') ? <Button size="compact-sm" variant="default" onClick={() => { ask(true) }}>{say(words.plan)}</Button> : undefined}>
        <Shown of={calls} what={words.what} empty={found => found.items.length === 0} none={<Nothing>{say(words.none)}</Nothing>}>
          {({ items }) => <ul className={css['list']}>{items.map(call => <li key={call.id}><StateMark state={call.state === 'cancelled' ? 'idle' : 'waiting'} says={say(call.state === 'cancelled' ? words.cancelled : words.planned)} /><div><span className={css['name']}>{say(call.title)}</span><span className="quiet"><When at={call.startsAt} zone={zone} far /></span><Invited call={call.id} /></div></li>)}</ul>}
        </Shown>
      </Panel>
      <FormDialog opened={isAsked} close={() => { ask(false) }} title={say(words.plan)} lead={say(words.lead)} act={say(words.invite)} wish={wish} fields={[
        { key: 'call', says: words.call, type: 'choice', choices: (book.data?.calls ?? []).map(one => ({ value: one.key, label: one.title })) },
        { key: 'day', says: words.day, type: 'day' }, { key: 'time', says: words.time, hint: words.timeHint, type: 'text' }, { key: 'link', says: words.link, type: 'text', optional: true },
      ]} />
    </>
  )
}

const Invited = ({ call }: { readonly call: string }): ReactNode => {
  const say = useSay()
  const read = useAsk('calls.read', { call: call as never })
  return <span className="quiet">{(read.data?.people ?? []).map(one => `${one.name}: ${say(words[one.answer ?? 'silent'])}`).join(' · ')}</span>
}

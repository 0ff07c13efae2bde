import { Button, Select, Textarea } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { Text } from '#domain/locale.ts'
import type { Told } from '../../../shared/ask.ts'
import { useAsk, useAskPages, useWish } from '../../../shared/asking.ts'
import { useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { Failed, Nothing, Shown } from '../../../shared/shown.tsx'
import { type State, StateLabel, StateMark } from '../../../shared/state-mark.tsx'
import { When } from '../../../shared/when.tsx'
import { letterText } from '../../letter-words.ts'
import { useMay } from '../../may.ts'
import type { PartProps } from './move.tsx'
import css from './move.module.css'

const words = {
  title: { en: 'Messages', ja: 'メッセージ' }, lead: { en: 'everything that was sent and received', ja: '送受信したすべてのメッセージ' }, what: { en: 'the messages', ja: 'メッセージ' }, none: { en: 'Nothing was written about this move yet.', ja: 'この移行に関するメッセージはまだありません。' }, more: { en: 'Show more', ja: 'さらに表示' }, to: { en: 'to {who}', ja: '宛先: {who}' }, from: { en: 'from {who}', ja: '差出人: {who}' }, rehome: { en: 'Rehome', ja: 'Rehome（自動）' },
  write: { en: 'Write to a person', ja: 'メッセージを送る' }, whom: { en: 'To', ja: '宛先' }, text: { en: 'Text', ja: '本文' }, send: { en: 'Send', ja: '送信' }, sent: { en: 'It is on its way.', ja: '送信しました。' }, again: { en: 'Send again', ja: '再送' }, answer: { en: 'Answer', ja: '返信' },
}
type Message = Told<'messages.list'>['items'][number]
const states: Readonly<Record<Message['state'], readonly [Text, State]>> = {
  waiting: [{ en: 'Waiting', ja: '送信待ち' }, 'waiting'], sent: [{ en: 'Sent', ja: '送信済み' }, 'done'], bounced: [{ en: 'Came back', ja: '不達' }, 'blocked'], failed: [{ en: 'Failed', ja: '送信失敗' }, 'blocked'], dropped: [{ en: 'Not sent', ja: '送信中止' }, 'idle'], received: [{ en: 'Received', ja: '受信' }, 'active'],
}

/** One thread with everybody at the customer. */
export const Thread = ({ told }: PartProps): ReactNode => {
  const [say, may] = [useSay(), useMay()]
  const messages = useAskPages('messages.list', { move: told.move.id, limit: 50 })
  const customer = useAsk('customers.read', { customer: told.customer.id })
  const [send, again] = [useWish('messages.send'), useWish('messages.again')]
  const [whom, setWhom] = useState<string | null>(null)
  const [text, setText] = useState('')
  const all = messages.data?.pages.flatMap(page => page.items) ?? []
  const people = (customer.data?.contacts ?? []).filter(one => one.removedAt === null)
  return (
    <div className={css['stack']}>
      {may('message.send') ? (
        <Panel title={say(words.write)}>
          <form className={css['drawer']} onSubmit={event => { event.preventDefault(); if (whom !== null) send.mutate({ contact: whom as never, move: told.move.id, text }, { onSuccess: () => { setText('') } }) }}>
            <Select label={say(words.whom)} required value={whom} onChange={setWhom} data={people.map(one => ({ value: one.id, label: one.name }))} />
            <Textarea label={say(words.text)} required autosize minRows={3} maxRows={16} value={text} onChange={event => { setText(event.currentTarget.value) }} />
            {send.error === null ? null : <Failed error={send.error} />}{send.isSuccess && text === '' ? <p role="status" className="quiet">{say(words.sent)}</p> : null}
            <div><Button type="submit" loading={send.isPending} disabled={whom === null || text.trim() === ''}>{say(words.send)}</Button></div>
          </form>
        </Panel>
      ) : null}
      <Panel title={say(words.title)} lead={say(words.lead)} flush>
        {again.error === null ? null : <Failed error={again.error} />}
        <Shown of={messages as never} what={words.what} empty={() => all.length === 0} none={<Nothing>{say(words.none)}</Nothing>}>
          {() => <ul className={css['list']}>{all.map(one => {
            const [says, state] = states[one.state]
            return (
              <li key={one.id}>
                <StateMark state={state} says={null} />
                <div><span><span className={css['name']}>{say(letterText(one.event))}</span> <span className="quiet">{one.state === 'received' ? say(words.from, { who: one.name }) : say(words.to, { who: `${one.name} <${one.address}>` })}{one.state === 'received' ? null : ` · ${one.by ?? say(words.rehome)}`}</span></span><span className="quiet"><When at={one.sentAt ?? one.createdAt} zone={told.customer.zone} far /></span>{one.text === null ? null : <span className={css['bubble']}>{one.text}</span>}{one.why === null ? null : <span lang="en">{one.why}</span>}</div>
                <div className={css['end']}><StateLabel state={state}>{say(says)}</StateLabel>
                  {(one.state === 'bounced' || one.state === 'failed' || one.state === 'dropped') && may('message.send') ? <Button size="compact-sm" variant="default" loading={again.isPending} onClick={() => { again.mutate({ message: one.id }) }}>{say(words.again)}</Button> : null}
                  {one.state === 'received' && one.contact !== null && may('message.send') ? <Button size="compact-sm" variant="default" onClick={() => { setWhom(one.contact); scrollTo({ top: 0 }) }}>{say(words.answer)}</Button> : null}</div>
              </li>
            )
          })}</ul>}
        </Shown>
        {messages.hasNextPage ? <div className={css['foot']}><Button size="compact-sm" variant="default" loading={messages.isFetchingNextPage} onClick={() => { void messages.fetchNextPage() }}>{say(words.more)}</Button></div> : null}
      </Panel>
    </div>
  )
}

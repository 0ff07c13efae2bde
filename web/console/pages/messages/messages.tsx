import { Button, Drawer, SegmentedControl } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import type { Text } from '#domain/locale.ts'
import type { Told } from '../../../shared/ask.ts'
import { useAskPages, useWish } from '../../../shared/asking.ts'
import { useSay } from '../../../shared/language.tsx'
import { Facts, Page, Panel } from '../../../shared/panel.tsx'
import { Failed, Nothing, Shown } from '../../../shared/shown.tsx'
import { StateLabel, type State } from '../../../shared/state-mark.tsx'
import { DataTable } from '../../../shared/table.tsx'
import { When } from '../../../shared/when.tsx'
import { letterText } from '../../letter-words.ts'
import { useAround } from '../../self.ts'

type Message = Told<'messages.list'>['items'][number]
const words = {
  title: { en: 'Messages', ja: 'メッセージ' }, lead: { en: 'Everything that was sent and received, newest first.', ja: '送受信したすべてのメッセージです（新しい順）。' }, all: { en: 'All', ja: 'すべて' },
  about: { en: 'About', ja: '件名' }, to: { en: 'With', ja: '相手' }, address: { en: 'Address', ja: 'メールアドレス' }, state: { en: 'State', ja: '状態' }, at: { en: 'When', ja: '日時' }, by: { en: 'Written by', ja: '差出人' }, rehome: { en: 'Rehome', ja: 'Rehome（自動）' },
  why: { en: 'Why', ja: '理由' }, text: { en: 'Text', ja: '本文' }, again: { en: 'Send again', ja: '再送' }, againSays: { en: 'It goes to the address that this person has now.', ja: '現在登録されているメールアドレスに送信します。' }, toMove: { en: 'Open the move', ja: '移行を開く' }, close: { en: 'Close', ja: '閉じる' },
  none: { en: 'Nothing was sent or received yet. Letters go out by themselves as soon as a move has people and tasks; you write from the messages of a move.', ja: '送受信したメッセージはまだありません。移行に担当者とタスクが登録されると自動で送信されます。個別の連絡は各移行の「メッセージ」から送信できます。' }, noneSuch: { en: 'No message stands so.', ja: '該当するメッセージはありません。' }, wait: { en: 'not yet', ja: '未送信' },
}
const states: Readonly<Record<Message['state'], readonly [Text, State]>> = {
  waiting: [{ en: 'Waiting', ja: '送信待ち' }, 'waiting'], sent: [{ en: 'Sent', ja: '送信済み' }, 'done'], bounced: [{ en: 'Came back', ja: '不達' }, 'blocked'], failed: [{ en: 'Failed', ja: '送信失敗' }, 'blocked'], dropped: [{ en: 'Not sent', ja: '送信中止' }, 'idle'], received: [{ en: 'Received', ja: '受信' }, 'active'],
}
const isState = (text: string | undefined): text is Message['state'] => text !== undefined && Object.hasOwn(states, text)

export const Messages = (): ReactNode => {
  const [say, { zone }, go] = [useSay(), useAround(), useNavigate()]
  const { state } = useSearch({ strict: false }) as { readonly state?: string }
  const chosen = isState(state) ? state : undefined
  const messages = useAskPages('messages.list', { limit: 200, ...(chosen === undefined ? {} : { state: chosen }) })
  const rows = messages.data?.pages.flatMap(page => page.items) ?? []
  const [open, setOpen] = useState<Message>()
  return (
    <Page title={say(words.title)} lead={say(words.lead)}>
      <Panel title={say(words.title)} flush acts={<div style={{ maxWidth: '100%', overflowX: 'auto' }}><SegmentedControl size="xs" value={chosen ?? ''} onChange={value => { void go({ to: '/messages' as never, search: (value === '' ? {} : { state: value }) as never }) }} data={[{ value: '', label: say(words.all) }, ...Object.entries(states).map(([value, [says]]) => ({ value, label: say(says) }))]} /></div>}>
        <Shown of={messages as never} what={words.title} lines={6} empty={() => rows.length === 0} none={<Nothing>{say(chosen === undefined ? words.none : words.noneSuch)}</Nothing>}>{() => (
          <DataTable<Message> says={words.title} rows={rows} idOf={row => row.id} nameOf={row => `${say(letterText(row.event))}, ${row.name}`} open={setOpen} keptAs="messages" more={() => { if (messages.hasNextPage && !messages.isFetchingNextPage) void messages.fetchNextPage() }} columns={[
            { key: 'about', says: words.about, width: 220, isFirst: true, cell: row => say(letterText(row.event)) },
            { key: 'to', says: words.to, width: 180, cell: row => row.name },
            { key: 'address', says: words.address, width: 220, cell: row => row.address },
            { key: 'state', says: words.state, width: 120, cell: row => <StateLabel state={states[row.state][1]}>{say(states[row.state][0])}</StateLabel> },
            { key: 'by', says: words.by, width: 140, isHidden: true, cell: row => row.by ?? <span className="quiet">{say(words.rehome)}</span> },
            { key: 'at', says: words.at, width: 230, cell: row => <When at={row.sentAt ?? row.createdAt} zone={zone} /> },
          ]} />
        )}</Shown>
      </Panel>
      <Drawer opened={open !== undefined} onClose={() => { setOpen(undefined) }} position="right" size="md" title={<h2>{open === undefined ? '' : say(letterText(open.event))}</h2>} closeButtonProps={{ 'aria-label': say(words.close) }}>{open === undefined ? null : <One message={open} zone={zone} />}</Drawer>
    </Page>
  )
}

const One = ({ message, zone }: { readonly message: Message; readonly zone: string }): ReactNode => {
  const [say, again] = [useSay(), useWish('messages.again')]
  const [label, mark] = states[message.state]
  const canAgain = ['bounced', 'failed', 'dropped'].includes(message.state)
  return (
    <div style={{ display: 'grid', gap: 16 }}>
      <Facts of={[
        [say(words.to), <>{message.name}<br /><span className="quiet">{message.address}</span></>], [say(words.state), <StateLabel key="state" state={mark}>{say(label)}</StateLabel>],
        ...(message.why === null ? [] : [[say(words.why), message.why] as const]), [say(words.by), message.by ?? say(words.rehome)], [say(words.at), message.sentAt === null ? say(words.wait) : <When key="at" at={message.sentAt} zone={zone} far />],
      ]} />
      {message.text === null ? null : <section><h3>{say(words.text)}</h3><p style={{ whiteSpace: 'pre-wrap' }}>{message.text}</p></section>}
      {message.move === null ? null : <p><a href={`/console/moves/${message.move}`}>{say(words.toMove)}</a></p>}
      {canAgain ? <div style={{ display: 'grid', gap: 8, justifyItems: 'start' }}><p className="soft">{say(words.againSays)}</p><Button variant="default" loading={again.isPending} onClick={() => { again.mutate({ message: message.id }) }}>{say(words.again)}</Button></div> : null}
      {again.error === null ? null : <Failed error={again.error} />}
    </div>
  )
}

import { Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { Text } from '#domain/locale.ts'
import type { Told } from '../../../shared/ask.ts'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { FormDialog } from '../../../shared/form-dialog.tsx'
import { useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { Nothing, Shown } from '../../../shared/shown.tsx'
import { type State, StateLabel } from '../../../shared/state-mark.tsx'
import { When } from '../../../shared/when.tsx'
import { useMay } from '../../may.ts'
import type { PartProps } from './move.tsx'
import css from './move.module.css'

const words = {
  title: { en: 'New logins', ja: '新しいログイン' }, lead: { en: 'Made at the destination, each with just the rights it needs. What is secret is shown once, to one person of the customer’s.', ja: '移行先に、必要な権限のみで作成します。パスワードは、お客様のご担当者 1 名に一度だけ表示されます。' }, what: { en: 'the logins', ja: 'ログイン' }, none: { en: 'No login was made yet.', ja: '作成されたログインはありません。' }, make: { en: 'Make a login', ja: 'ログインを作成' }, act: { en: 'Make it', ja: '作成する' },
  offer: { en: 'Make ready', ja: '表示を準備' }, offerTitle: { en: 'Make ready “{name}” for one person', ja: '「{name}」の表示を準備' }, offerLead: { en: 'That person alone is written to, and sees the secret once, within seven days. Whoever was to see it before no longer can.', ja: '選択した担当者にのみ連絡し、7 日以内に一度だけ表示できます。それまでの表示相手は表示できなくなります。' },
  name: { en: 'What it is called', ja: '名称' }, user: { en: 'User name in the database', ja: 'データベースのユーザー名' }, whom: { en: 'Shown to', ja: '表示する相手' }, all: { en: 'May do everything', ja: 'すべての権限を与える' }, read: { en: 'Tables it may read', ja: '参照できるテーブル' }, readHint: { en: 'One a line, such as public.orders', ja: '1 行に 1 件（例: public.orders）' }, to: { en: 'for {who}', ja: '対象: {who}' }, asked: { en: 'An agent makes it now.', ja: 'エージェントが作成しています。' },
}
type Credential = Told<'credentials.list'>['items'][number]
const states: Readonly<Record<Credential['state'], readonly [Text, State]>> = {
  made: [{ en: 'Made', ja: '作成済み' }, 'waiting'], offered: [{ en: 'Waits to be looked at', ja: '表示待ち' }, 'active'], revealed: [{ en: 'Shown', ja: '表示済み' }, 'done'], expired: [{ en: 'Nobody looked in time', ja: '期限切れ' }, 'at-risk'], replaced: [{ en: 'Replaced', ja: '差し替え済み' }, 'idle'],
}

/** Users of the database in the new home, without their secrets. */
export const Logins = ({ told }: PartProps): ReactNode => {
  const [say, may] = [useSay(), useMay()]
  const [isAsked, ask] = useState(false)
  const [offered, askOffer] = useState<Credential | null>(null)
  const offer = useWish('credentials.offer')
  const [made, customer, make] = [useAsk('credentials.list', { move: told.move.id, limit: 200 }, { everyMs: 5_000 }), useAsk('customers.read', { customer: told.customer.id }), useWish('credentials.make')]
  const people = (customer.data?.contacts ?? []).filter(one => one.removedAt === null)
  const nameOf = (id: string | null): string => people.find(one => one.id === id)?.name ?? ''
  return (
    <>
      <Panel title={say(words.title)} lead={say(words.lead)} flush acts={told.move.endedAt === null && may('credential.make') ? <Button size="compact-sm" variant="default" onClick={() => { ask(true) }}>{say(words.make)}</Button> : undefined}>
        {make.isSuccess && (made.data?.items.length ?? 0) === 0 ? <p role="status" className="quiet">{say(words.asked)}</p> : null}
        <Shown of={made} what={words.what} empty={found => found.items.length === 0} none={<Nothing>{say(words.none)}</Nothing>}>
          {found => <ul className={css['list']}>{found.items.map(one => { const [says, state] = states[one.state]; return <li key={one.id}><span /><div><span className={css['name']}>{one.name}</span><span className="quiet">{one.contact === null ? null : <>{say(words.to, { who: nameOf(one.contact) })} · </>}<When at={one.madeAt} zone={told.customer.zone} /></span></div><div className={css['end']}>{(one.state === 'made' || one.state === 'offered') && may('credential.offer') ? <Button size="compact-sm" variant="default" aria-label={say(words.offerTitle, { name: one.name })} onClick={() => { askOffer(one) }}>{say(words.offer)}</Button> : null}<StateLabel state={state}>{say(says)}</StateLabel></div></li> })}</ul>}
        </Shown>
      </Panel>
      {offered === null ? null : <FormDialog opened close={() => { askOffer(null) }} title={say(words.offerTitle, { name: offered.name })} lead={say(words.offerLead)} act={say(words.offer)} fields={[{ key: 'whom', says: words.whom, type: 'choice', choices: people.map(one => ({ value: one.id, label: one.name })), first: offered.contact ?? '' }]} wish={({ whom }) => offer.mutateAsync({ credential: offered.id, contact: whom as never })} />}
      <FormDialog opened={isAsked} close={() => { ask(false) }} title={say(words.make)} lead={say(words.lead)} act={say(words.act)} fields={[
        { key: 'name', says: words.name, type: 'text' }, { key: 'user', says: words.user, type: 'text' }, { key: 'whom', says: words.whom, type: 'choice', choices: people.map(one => ({ value: one.id, label: one.name })) },
        { key: 'all', says: words.all, type: 'yes-no' }, { key: 'reads', says: words.read, hint: words.readHint, type: 'long', optional: true },
      ]} wish={({ name, user, whom, all, reads }) => make.mutateAsync({ move: told.move.id, wanted: [{ name: String(name), kind: all === true ? 'master' : 'integration', user: String(user), rights: all === true ? [] : (typeof reads === 'string' ? reads : '').split('\n').map(one => one.trim()).filter(one => one !== '').map(on => ({ on, may: 'read' as const })), offerTo: whom as never }] })} />
    </>
  )
}

import type { ReactNode } from 'react'
import type { Text } from '#domain/locale.ts'
import type { Told } from '../../../shared/ask.ts'
import { useAsk } from '../../../shared/asking.ts'
import { useSay } from '../../../shared/language.tsx'
import { Nothing, Shown } from '../../../shared/shown.tsx'
import { type State, StateMark } from '../../../shared/state-mark.tsx'
import { When } from '../../../shared/when.tsx'
import { useHere } from '../../here.ts'
import { Only } from '../../only.tsx'
import { Page, Part } from '../../page.tsx'
import css from './credentials.module.css'
import { Reveal } from './reveal.tsx'

const words = {
  title: { en: 'New logins', ja: '新しい接続情報' }, what: { en: 'the logins', ja: '接続情報' },
  lead: { en: 'The users of the new database, each shown once, to one person, after a code that is sent by mail.', ja: '新しいデータベースのユーザーです。メールで届く確認コードの入力後、ご本人にのみ一度だけ表示します。' },
  none: { en: 'No login was made yet. You get a letter when one is ready for you.', ja: '接続情報はまだありません。準備ができ次第、メールでお知らせします。' }, others: { en: 'Others', ja: 'その他' },
  made: { en: 'Made; not given to anybody yet.', ja: '作成済み（引き渡し前）' }, offeredTo: { en: 'Ready for {name}.', ja: '{name} 様への引き渡し準備ができています。' }, until: { en: 'until', ja: '期限' }, ready: { en: 'Ready for you', ja: '表示できます' },
  revealed: { en: 'Shown to {name}', ja: '{name} 様に表示済み' }, expired: { en: 'Not looked at in time. A new one is made on request.', ja: '期限内に表示されませんでした。ご依頼により再作成します。' }, late: { en: 'Not looked at in time', ja: '表示期限切れ' }, replaced: { en: 'A newer one has taken its place.', ja: '新しいものに差し替えられました。' }, somebody: { en: 'somebody else', ja: '別のご担当者' },
}
const kinds: Readonly<Record<Credential['kind'], Text>> = { master: { en: 'Main login', ja: '管理ユーザー' }, integration: { en: 'For one integration, with just the rights it needs', ja: '連携用（必要最小限の権限）' } }
const marks: Readonly<Record<Credential['state'], State>> = { made: 'idle', offered: 'waiting', revealed: 'done', expired: 'at-risk', replaced: 'idle' }
const order = ['offered', 'expired', 'revealed'] as readonly string[]
export type Credential = Told<'credentials.list'>['items'][number]

/** Logins of the new home: what is ready for this person, and how the others stand. No secret is in what is listed. */
export const Credentials = (): ReactNode => <Only verb="credential.read" title={words.title}><Inside /></Only>

const Inside = (): ReactNode => {
  const [say, { move, self }] = [useSay(), useHere()]
  const credentials = useAsk('credentials.list', { move, limit: 100 })
  return (
    <Page title={say(words.title)} lead={say(words.lead)}>
      <Shown of={credentials} what={words.what} lines={6} empty={({ items }) => items.length === 0} none={<Nothing>{say(words.none)}</Nothing>}>
        {({ items }) => {
          const isMine = ({ contact, state }: Credential): boolean => contact === self.id && (state === 'offered' || state === 'revealed' || state === 'expired')
          const others = items.filter(one => !isMine(one))
          return (
            <>
              {items.filter(isMine).toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state)).map(one => <Mine key={one.id} credential={one} />)}
              {others.length === 0 ? null : <Part title={say(words.others)} flush><ul className={css['others']}>{others.map(one => <Other key={one.id} credential={one} />)}</ul></Part>}
            </>
          )
        }}
      </Shown>
    </Page>
  )
}

const Mine = ({ credential }: { readonly credential: Credential }): ReactNode => {
  const [say, { zone }] = [useSay(), useHere()]
  return (
    <Part strong={credential.state === 'offered' || credential.state === 'expired'} title={<span className={css['name']}><StateMark state={marks[credential.state]} says={null} /><span>{credential.name}</span></span>}
      lead={<>{say(kinds[credential.kind])}{credential.state === 'offered' && credential.expiresAt !== null ? <> · {say(words.ready)}, {say(words.until)} <When at={credential.expiresAt} zone={zone} far /></> : credential.state === 'expired' ? <> · {say(words.late)}</> : null}</>}>
      <Reveal credential={credential} />
    </Part>
  )
}

const Other = ({ credential }: { readonly credential: Credential }): ReactNode => {
  const [say, { zone, page }] = [useSay(), useHere()]
  const customer = useAsk('customers.read', { customer: page.customer.id })
  const { state, contact, revealedAt } = credential
  const name = customer.data?.contacts.find(one => one.id === contact)?.name ?? say(words.somebody)
  return (
    <li>
      <StateMark state={marks[state]} says={null} />
      <div><strong>{credential.name}</strong><p className="soft small">{say(kinds[credential.kind])}</p><p className="small">{say({ made: words.made, offered: words.offeredTo, revealed: words.revealed, expired: words.expired, replaced: words.replaced }[state], { name })}{state === 'revealed' && revealedAt !== null ? <> <When at={revealedAt} zone={zone} /></> : null}</p></div>
    </li>
  )
}

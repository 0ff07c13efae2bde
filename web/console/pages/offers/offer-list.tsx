import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Offer } from '#domain/offers.ts'
import { useSay } from '../../../shared/language.tsx'
import { StateLabel } from '../../../shared/state-mark.tsx'
import { When } from '../../../shared/when.tsx'
import { useAround } from '../../self.ts'
import css from './offers.module.css'

const words = {
  paid: { en: 'By the hour, on a quote that is accepted first', ja: '有償（時間制、見積書の承諾後に開始）' }, included: { en: 'Free of charge', ja: '無償' }, request: { en: 'on request', ja: 'ご要望に応じて' }, from: { en: 'from {n} users on', ja: '{n} ユーザー以上' },
  due: { en: 'Due', ja: '対象' }, since: { en: 'since', ja: '対象となった日時:' }, shrunk: { en: 'It has fewer users now, and keeps the offer.', ja: '現在は人数を下回っていますが、提案は有効です。' }, open: { en: 'Can be offered', ja: '提案可能' }, fewer: { en: 'Too few users', ja: 'ユーザー数が条件未満' }, uncounted: { en: 'Users are not counted yet', ja: 'ユーザー数が未計測' }, plan: { en: 'Plan the move', ja: '移行を計画' },
}
type Line = Offer & { readonly isDue?: boolean; readonly dueAt?: string | null }

/** Offers with what they cost; of a tenant also how it stands to each (`users` then is how many it has), and the move that comes of one (`plan`). */
export const OfferList = ({ offers, users, plan }: { readonly offers: readonly Line[]; readonly users?: number | null; plan?(playbook: string): void }): ReactNode => {
  const say = useSay()
  return (
    <ul className={css['list']}>{offers.map(one => (
      <li key={one.name}>
        <div><strong>{say(one.title)}</strong><span className="soft">{say(words[one.price])} · {one.fromUsers === null ? say(words.request) : say(words.from, { n: one.fromUsers })}</span></div>
        {users === undefined ? null : <div><Standing of={one} users={users} /></div>}
        {plan === undefined ? null : <Button size="compact-sm" variant={one.isDue === true ? 'filled' : 'default'} aria-label={`${say(words.plan)}: ${say(one.title)}`} onClick={() => { plan(one.name) }}>{say(words.plan)}</Button>}
      </li>
    ))}</ul>
  )
}

const Standing = ({ of: { fromUsers, isDue = false, dueAt = null }, users }: { readonly of: Line; readonly users: number | null }): ReactNode => {
  const [say, { zone }] = [useSay(), useAround()]
  if (dueAt !== null) return <><StateLabel state="waiting">{say(words.due)}</StateLabel><span className="quiet">{say(words.since)} <When at={dueAt} zone={zone} />{isDue ? null : <><br />{say(words.shrunk)}</>}</span></>
  if (isDue) return <StateLabel state="waiting">{say(words.due)}</StateLabel>
  return <StateLabel state="idle">{say(fromUsers === null ? words.open : users === null ? words.uncounted : words.fewer)}</StateLabel>
}

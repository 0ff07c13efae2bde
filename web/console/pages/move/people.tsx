import type { ReactNode } from 'react'
import { dutyWords } from '#domain/owner-words.ts'
import { duties } from '#domain/parties.ts'
import { useAsk } from '../../../shared/asking.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { dayOf } from '../../../shared/amounts.ts'
import { Panel } from '../../../shared/panel.tsx'
import { Nothing, Shown } from '../../../shared/shown.tsx'
import { StateMark } from '../../../shared/state-mark.tsx'
import { Contacts } from './contacts.tsx'
import type { PartProps } from './move.tsx'
import css from './move.module.css'

const words = {
  title: { en: 'Contacts by duty', ja: '役割別の連絡先' }, what: { en: 'the contacts', ja: '連絡先' }, none: { en: 'Nobody is on file at this customer.', ja: 'お客様の連絡先が登録されていません。' }, unverified: { en: 'address not confirmed', ja: 'アドレス未確認' }, verified: { en: 'Address confirmed', ja: 'アドレス確認済み' }, away: { en: 'Away {days}', ja: '不在: {days}' }, unsaid: { en: 'Has not said whether they are there throughout', ja: '期間中の在席が未回答' },
  nobody: { en: 'Nobody has this duty; the point of contact stands in.', ja: '担当者がいません（窓口担当が代行します）。' }, uncovered: { en: 'Nobody is there {days}', ja: '担当者不在: {days}' }, ours: { en: 'Whom the customer turns to', ja: 'お客様の相談窓口' }, noneOurs: { en: 'The programme names nobody yet.', ja: 'プログラムに担当者が設定されていません。' },
  'project-manager': { en: 'Project manager', ja: 'プロジェクト責任者' }, support: { en: 'Support', ja: 'サポート窓口' }, 'customer-success': { en: 'Customer success', ja: 'カスタマーサクセス' },
}

/** Who does what at the customer, whether they are there, and whom they turn to here. */
export const People = ({ told }: PartProps): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  const customer = useAsk('customers.read', { customer: told.customer.id })
  const presence = useAsk('availability.of-move', { move: told.move.id })
  const span = (all: readonly { readonly first: string; readonly last: string }[]): string => all.map(({ first, last }) => (first === last ? dayOf(first, locale, { year: false }) : `${dayOf(first, locale, { year: false })} – ${dayOf(last, locale, { year: false })}`)).join(', ')
  return (
    <div className={css['stack']}>
      <Panel title={say(words.title)} flush>
        <Shown of={customer} what={words.what} empty={found => found.contacts.every(one => one.removedAt !== null)} none={<Nothing>{say(words.none)}</Nothing>}>
          {({ contacts }) => <ul className={css['list']}>{duties.map(duty => {
            const here = contacts.filter(one => one.removedAt === null && one.duties.includes(duty))
            const hole = presence.data?.uncovered.find(one => one.duty === duty)
            return (
              <li key={duty}>
                <StateMark state={hole !== undefined ? 'at-risk' : here.length === 0 ? 'idle' : here.every(one => one.verifiedAt !== null) ? 'done' : 'waiting'} says={null} />
                <div><span className={css['name']}>{say(dutyWords[duty])}</span>
                  {here.length === 0 ? <span className="quiet">{say(words.nobody)}</span> : here.map(one => {
                    const days = presence.data?.people.find(person => person.contact === one.id)
                    return <span key={one.id}>{one.name} · <a className={css['link']} href={`mailto:${one.email}`}>{one.email}</a>{one.phone === null ? null : ` · ${one.phone}${one.extension === null ? '' : ` (${one.extension})`}`}<span className="quiet"> · {say(one.verifiedAt === null ? words.unverified : words.verified)}{days === undefined || days.away.length === 0 ? null : ` · ${say(words.away, { days: span(days.away) })}`}{days === undefined || days.unsaid.length === 0 ? null : ` · ${say(words.unsaid)}`}</span></span>
                  })}
                  {hole === undefined || hole.days.length === 0 || here.length === 0 ? null : <span>{say(words.uncovered, { days: span(hole.days) })}</span>}
                </div>
              </li>
            )
          })}</ul>}
        </Shown>
      </Panel>
      {customer.data === undefined ? null : <Contacts customer={customer.data.customer} contacts={customer.data.contacts} />}
      <Panel title={say(words.ours)} flush>{told.people.length === 0 ? <Nothing>{say(words.noneOurs)}</Nothing> : <ul className={css['list']}>{told.people.map((one, n) => <li key={n}><StateMark state="idle" says={null} /><div><span className={css['name']}>{say(words[one.role])}</span><span>{one.name} · <a className={css['link']} href={`mailto:${one.email}`}>{one.email}</a>{one.phone === null ? null : ` · ${one.phone}`}</span></div></li>)}</ul>}</Panel>
    </div>
  )
}

import type { ReactNode } from 'react'
import type { Text } from '#domain/locale.ts'
import { dayOf } from '../../../shared/amounts.ts'
import type { Told } from '../../../shared/ask.ts'
import { useAsk } from '../../../shared/asking.ts'
import { CoverStrip } from '../../../shared/cover-strip.tsx'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { Shown } from '../../../shared/shown.tsx'
import { type State, StateLabel } from '../../../shared/state-mark.tsx'
import css from './quotes.module.css'

const words = {
  title: { en: 'Subscription and licence', ja: 'サブスクリプションとライセンス' }, what: { en: 'the contracts', ja: '契約' }, none: { en: 'No contract of this customer is on file.', ja: 'この顧客の契約は登録されていません。' },
  goesOn: { en: 'Subscription goes on', ja: 'サブスクリプション継続中' }, lacking: { en: 'A contract is missing', ja: '契約が未登録' }, covered: { en: 'Every day is covered', ja: '空白期間なし' }, hole: { en: 'Neither runs for {days} days', ja: '{days} 日間の空白期間' },
  short: { en: '{days} days together, {needed} are needed', ja: '重なり {days} 日（必要 {needed} 日）' }, endsFirst: { en: 'The licence ends before the subscription', ja: 'ライセンスが先に終了' },
  instead: { en: 'Either the licence begins on {licence}, or the subscription runs until {subscription}.', ja: 'ライセンスを {licence} から開始するか、サブスクリプションを {subscription} まで延長する必要があります。' },
}
type Covered = Told<'contracts.read'>['cover']

/** Whether there is a day on which the customer has neither the old nor the new, on a calendar. */
export const Cover = ({ customer }: { readonly customer: string }): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  const told = useAsk('contracts.read', { customer: customer as never })
  return (
    <Panel title={say(words.title)}>
      <Shown of={told} what={words.what} lines={3} empty={({ contracts }) => contracts.length === 0} none={<p className="quiet">{say(words.none)}</p>}>
        {({ cover }) => {
          const [state, text, open] = verdictOf(cover)
          return (
            <div className={css['cover']}>
              <p><StateLabel state={state}>{say(text, open)}</StateLabel></p>
              {'instead' in cover ? <p className="soft">{say(words.instead, { licence: dayOf(cover.instead.licenceFrom, locale), subscription: dayOf(cover.instead.subscriptionUntil, locale) })}</p> : null}
              {'calendar' in cover ? <CoverStrip bars={cover.calendar} /> : null}
            </div>
          )
        }}
      </Shown>
    </Panel>
  )
}

const verdictOf = (cover: Covered): readonly [State, Text, Readonly<Record<string, number>>] => {
  if (cover.standing === 'goes-on') return ['done', words.goesOn, {}]
  if (cover.standing === 'lacking') return ['waiting', words.lacking, {}]
  if (cover.standing === 'covered') return ['done', words.covered, {}]
  if (cover.refused === 'licence-ends-first') return ['blocked', words.endsFirst, {}]
  return cover.refused === 'hole' ? ['blocked', words.hole, { days: cover.days }] : ['at-risk', words.short, { days: cover.days, needed: cover.neededDays }]
}

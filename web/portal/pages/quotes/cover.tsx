import type { ReactNode } from 'react'
import type { Text } from '#domain/locale.ts'
import type { Told } from '../../../shared/ask.ts'
import { useAsk } from '../../../shared/asking.ts'
import { dayOf } from '../../../shared/amounts.ts'
import { CoverStrip } from '../../../shared/cover-strip.tsx'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Shown } from '../../../shared/shown.tsx'
import { type State, StateMark } from '../../../shared/state-mark.tsx'
import { useHere } from '../../here.ts'
import { Part } from '../../page.tsx'

const words = {
  title: { en: 'Subscription and licence', ja: 'サブスクリプションとライセンスの期間' }, lead: { en: 'Whether there is a day on which you have neither.', ja: 'どちらも有効でない日がないかを確認できます。' }, what: { en: 'the contracts', ja: '契約' },
  covered: { en: 'Every day is covered. Both run from {first} to {last}: {days} days to move in.', ja: '空白期間はありません。{first}～{last} の {days} 日間は両方が有効で、その間に移行できます。' },
  coveredNone: { en: 'Every day is covered: the licence begins on the day after the subscription ends.', ja: '空白期間はありません。サブスクリプション終了の翌日からライセンスが始まります。' },
  hole: { en: 'From {first} to {last}, {days} days, you would have neither. Either the licence begins on {licence}, or the subscription runs until {subscription}.', ja: '{first}～{last} の {days} 日間、どちらも有効でない期間があります。ライセンスを {licence} から開始するか、サブスクリプションを {subscription} まで延長してください。' },
  short: { en: 'Both run together for {days} days, and the move needs {needed}. Either the licence begins on {licence}, or the subscription runs until {subscription}.', ja: '両方が有効な期間は {days} 日間ですが、移行には {needed} 日間が必要です。ライセンスを {licence} から開始するか、サブスクリプションを {subscription} まで延長してください。' },
  endsFirst: { en: 'The licence ends on {licence}, before the subscription does ({subscription}): nothing would follow.', ja: 'ライセンスが {licence} に終了し、サブスクリプション（{subscription} まで）より先に切れます。その後の利用権がありません。' },
  lacking: { en: 'Not on file yet: {missing}.', ja: 'まだ登録されていません：{missing}' }, goesOn: { en: 'Your subscription goes on until you cancel it. Nothing is missing.', ja: 'サブスクリプションは解約されるまで継続します。空白期間はありません。' },
}
const kinds: Readonly<Record<'subscription' | 'licence', Text>> = { subscription: { en: 'the subscription', ja: 'サブスクリプション' }, licence: { en: 'the licence', ja: 'ライセンス' } }
type Covered = Told<'contracts.read'>['cover']

/** The overlap or the hole between what a customer has now and what they will have, on a calendar. */
export const Cover = (): ReactNode => {
  const [say, { page }] = [useSay(), useHere()]
  const contracts = useAsk('contracts.read', { customer: page.customer.id })
  // Of a move without contracts there is nothing to be said.
  if (contracts.data !== undefined && contracts.data.contracts.length === 0) return null
  return (
    <Part title={say(words.title)} lead={say(words.lead)}>
      <Shown of={contracts} what={words.what} lines={3}>{({ cover }) => <><Verdict cover={cover} />{'calendar' in cover ? <CoverStrip bars={cover.calendar} /> : null}</>}</Shown>
    </Part>
  )
}

const Verdict = ({ cover }: { readonly cover: Covered }): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  const [state, text, open] = verdictOf(cover, day => dayOf(day, locale), missing => missing.map(kind => say(kinds[kind])).join(locale === 'ja' ? '、' : ', '))
  return <p style={{ display: 'flex', gap: 10 }}><span><StateMark state={state} says={null} /></span><span>{say(text, open)}</span></p>
}

const verdictOf = (cover: Covered, day: (of: string) => string, list: (kinds: readonly ('subscription' | 'licence')[]) => string): readonly [State, Text, Readonly<Record<string, string | number>>] => {
  if (cover.standing === 'goes-on') return ['done', words.goesOn, {}]
  if (cover.standing === 'lacking') return ['waiting', words.lacking, { missing: list(cover.missing) }]
  if (cover.standing === 'covered') return cover.overlap === null ? ['done', words.coveredNone, {}] : ['done', words.covered, { first: day(cover.overlap.first), last: day(cover.overlap.last), days: cover.days }]
  if (cover.refused === 'licence-ends-first') return ['blocked', words.endsFirst, { licence: day(cover.licenceLast), subscription: day(cover.subscriptionLast) }]
  const instead = { licence: day(cover.instead.licenceFrom), subscription: day(cover.instead.subscriptionUntil) }
  return cover.refused === 'hole' ? ['blocked', words.hole, { first: day(cover.hole.first), last: day(cover.hole.last), days: cover.days, ...instead }] : ['at-risk', words.short, { days: cover.days, needed: cover.neededDays, ...instead }]
}

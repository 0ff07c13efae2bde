import { Button, Radio, TextInput } from '@mantine/core'
import { Banknote, Hourglass, PartyPopper } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import type { Kind } from '#domain/office-hours.ts'
import type { Text } from '#domain/locale.ts'
import { dayOf, lengthOf, moneyOf } from '../../../shared/amounts.ts'
import type { Told } from '../../../shared/ask.ts'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { Confirm } from '../../../shared/confirm.tsx'
import { type Say, useLanguage, useSay } from '../../../shared/language.tsx'
import { Shown } from '../../../shared/shown.tsx'
import { todayIn } from '../../deadline.tsx'
import { useHere } from '../../here.ts'
import { Part } from '../../page.tsx'
import { Refused, useTold } from '../../refused.tsx'
import { spanIn, zoneWords } from '../../span.tsx'
import { WhatMoves } from './what-moves.tsx'
import css from './window.module.css'

const words = {
  title: { en: 'Which day suits you?', ja: 'ご希望の日をお選びください' }, again: { en: 'Which day suits you better?', ja: '変更後の日をお選びください' }, day: { en: 'Day', ja: '日付' }, time: { en: 'Begins at', ja: '開始時刻' }, what: { en: 'free times', ja: '空いている日時' },
  offers: { en: 'Free times around it', ja: '空いている日時' }, none: { en: 'Nothing is free around that day. Take another one, or write to us.', ja: 'この前後に空きがありません。別の日をお選びいただくか、ご連絡ください。' }, wished: { en: 'The day itself is not free:', ja: 'ご希望の日は選択できません:' },
  holiday: { en: '{name} ({country})', ja: '{name}（{country}）' }, forward: { en: 'Clocks are set that night; it begins at the time shown.', ja: 'この日は時計の切り替えがあります。表示の時刻に開始します。' }, earlier: { en: 'Clocks are set back that night; it begins at the first of the two.', ja: 'この日は時計が戻ります。1 回目の時刻に開始します。' },
  means: { en: 'What it means', ja: 'この日時を選ぶと' }, price: { en: 'About {amount} without tax: {parts}.', ja: '概算 {amount}（税別）: {parts}。' }, stale: { en: 'A quote for another time is then made anew.', ja: '別の日時の見積書は、改めて作成します。' },
  fix: { en: 'Fix this date', ja: 'この日時で確定する' }, move: { en: 'Change to this date', ja: 'この日時に変更する' }, propose: { en: 'Propose this date', ja: 'この日時を候補にする' }, reason: { en: 'Why it changes, as everyone will read it', ja: '変更の理由（関係者全員に通知されます）' }, optional: { en: '(optional)', ja: '（任意）' },
  effect: { en: 'You commit to {span}. The plan is dated from it, and everyone it concerns is invited.', ja: '{span} で確定します。計画の日付がこの日時を基準に決まり、関係者全員に招待状をお送りします。' },
  effectMove: { en: 'It happens {span} instead. Every day of the plan moves with it, and everyone who was invited is told once.', ja: '{span} に変更します。計画のすべての日付が変わり、招待済みの全員にお知らせします。' },
  wayBack: { en: 'You can choose another time here until the work begins.', ja: '作業が始まるまでは、この画面で変更できます。' },
}
const kinds: Readonly<Record<Kind, Text>> = { standard: { en: '{length} in office hours', ja: '営業時間内 {length}' }, 'after-hours': { en: '{length} outside office hours ({percent} %)', ja: '営業時間外 {length}（{percent}%）' }, weekend: { en: '{length} at the weekend ({percent} %)', ja: '週末 {length}（{percent}%）' }, holiday: { en: '{length} on a public holiday ({percent} %)', ja: '祝日 {length}（{percent}%）' } }

type Offer = Told<'windows.offer'>['offers'][number]
type Window = Told<'windows.list'>['items'][number]

/** Free times around a wished day, each with what it brings; one is chosen, looked at, and fixed. Nothing is promised before control has said yes. */
export const Picker = ({ window, mayFix, begun, done }: { readonly window: Window | undefined; readonly mayFix: boolean; /** Told when it begins: from then on it stays until it is done. */ begun(): void; done(): void }): ReactNode => {
  const [say, { locale }, { move, page, zone }] = [useSay(), useLanguage(), useHere()]
  const today = todayIn(zone)
  const [day, setDay] = useState(page.dates.t0 > today ? page.dates.t0 : today)
  const [time, setTime] = useState('22:00')
  // Kept as it was told: what is asked anew may no longer hold it, and then control says why.
  const [offer, choose] = useState<Offer>()
  const offers = useAsk('windows.offer', { move, day, time, count: 6 }, { when: day !== '' && time !== '', everyMs: 300_000 })
  return (
    <Part title={say(window?.state === 'confirmed' ? words.again : words.title)} strong>
      <div className={css['wish']}><TextInput type="date" label={say(words.day)} value={day} min={today} onChange={event => { setDay(event.currentTarget.value) }} /><TextInput type="time" step={900} label={say(words.time)} value={time} onChange={event => { setTime(event.currentTarget.value) }} /></div>
      <Shown of={offers} what={words.what}>
        {told => (
          <>
            {told.wished.length === 0 ? null : <div className={css['reasons']}>{say(words.wished)}<ul>{told.wished.map(reason => <li key={reason}>{reason}</li>)}</ul></div>}
            {told.offers.length === 0 ? <p className="soft">{say(words.none)}</p> : (
              <Radio.Group label={say(words.offers)} description={told.estimate.says[locale]} value={offer?.from ?? ''} onChange={from => { choose(told.offers.find(one => one.from === from)) }}>
                <div className={css['offers']}>{told.offers.map(one => <Radio.Card key={one.from} value={one.from} className={css['offer'] ?? ''}><Radio.Indicator mt={2} /><OneOffer offer={one} zone={told.zone} /></Radio.Card>)}</div>
              </Radio.Group>
            )}
          </>
        )}
      </Shown>
      {offer === undefined ? null : <Chosen key={offer.from} offer={offer} window={window} mayFix={mayFix} begun={begun} done={done} />}
    </Part>
  )
}

const OneOffer = ({ offer: { from, to, holidays, told, price }, zone }: { readonly offer: Offer; readonly zone: string }): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  const notes = [...holidays.map(({ name, country }) => say(words.holiday, { name: name[locale], country: country.slice(0, 2) })), ...(told === 'moved-forward' ? [say(words.forward)] : told === 'earlier-of-two' ? [say(words.earlier)] : [])]
  return <span><strong>{spanIn(from, to, zone, locale)}</strong><span className="soft small">{zoneWords(zone, from, locale)} · {lengthOf(Date.parse(to) - Date.parse(from), locale)}{price === null ? '' : ` · ${moneyOf(price.amountMinor, price.currency, locale)}`}</span>{notes.map(note => <span key={note} className="small soft">{note}</span>)}</span>
}

/** What the chosen time brings, and the one button. */
const Chosen = ({ offer, window, mayFix, begun, done }: { readonly offer: Offer; readonly window: Window | undefined; readonly mayFix: boolean; begun(): void; done(): void }): ReactNode => {
  const [say, { locale }, { move, zone }] = [useSay(), useLanguage(), useHere()]
  const [propose, confirm, change] = [useWish('windows.propose'), useWish('windows.confirm'), useWish('windows.move')]
  const [isAsked, ask] = useState(false)
  const told = useTold()
  const [reason, setReason] = useState('')
  const isMoved = window?.state === 'confirmed'
  const { from, to } = offer
  const fix = async (): Promise<void> => {
    begun()
    if (isMoved) await change.mutateAsync({ window: window.id, from, to, reason: reason.trim() === '' ? null : reason.trim() })
    else await confirm.mutateAsync({ window: (await propose.mutateAsync({ move, from, to })).id })
    done()
  }
  const span = `${spanIn(from, to, zone, locale)}, ${zoneWords(zone, from, locale)}`
  const act = say(!mayFix ? words.propose : isMoved ? words.move : words.fix)
  return (
    <>
      <h3>{say(words.means)}</h3>
      <WhatMoves day={offer.day}>
        <li><Hourglass size={18} aria-hidden /><span>{span}, {lengthOf(Date.parse(to) - Date.parse(from), locale)}</span></li>
        {offer.price === null ? null : <li><Banknote size={18} aria-hidden /><span>{priceIn(offer.price, say, locale)} {say(words.stale)}</span></li>}
        {offer.holidays.map(({ name, country, day }) => <li key={`${country} ${day}`}><PartyPopper size={18} aria-hidden /><span>{say(words.holiday, { name: name[locale], country: country.slice(0, 2) })}, {dayOf(day, locale)}</span></li>)}
      </WhatMoves>
      {isMoved && mayFix ? <TextInput label={<>{say(words.reason)} <span className="quiet">{say(words.optional)}</span></>} maxLength={4_000} value={reason} onChange={event => { setReason(event.currentTarget.value) }} /> : null}
      {mayFix
        ? <><Button fullWidth onClick={() => { ask(true) }}>{act}</Button><Confirm opened={isAsked} close={() => { ask(false) }} title={act} act={act} effect={say(isMoved ? words.effectMove : words.effect, { span })} wayBack={say(words.wayBack)} wish={() => fix().catch((error: unknown) => { throw told(error) })} /></>
        : <Button fullWidth loading={propose.isPending} disabled={isMoved} onClick={() => { propose.mutate({ move, from, to }, { onSuccess: done }) }}>{act}</Button>}
      {mayFix ? null : <Refused error={propose.error} />}
    </>
  )
}

const priceIn = ({ amountMinor, currency, parts }: NonNullable<Offer['price']>, say: Say, locale: 'en' | 'ja'): string =>
  say(words.price, { amount: moneyOf(amountMinor, currency, locale), parts: parts.map(({ kind, minutes, percent }) => say(kinds[kind], { length: lengthOf(minutes * 60_000, locale), percent })).join(locale === 'ja' ? '、' : ', ') })

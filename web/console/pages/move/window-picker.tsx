import { Button, NumberInput, Radio, Textarea, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { WindowAct } from '#domain/windows.ts'
import { lengthOf, moneyOf } from '../../../shared/amounts.ts'
import type { Told } from '../../../shared/ask.ts'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { Confirm } from '../../../shared/confirm.tsx'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { Shown } from '../../../shared/shown.tsx'
import { spanIn } from '../../../shared/span-in.ts'
import { useMay } from '../../may.ts'
import type { PartProps } from './move.tsx'
import { dayIn } from './t-minus.ts'
import { WindowMeans } from './window-means.tsx'
import css from './window.module.css'

const words = {
  title: { en: 'Find a time', ja: '日時を探す' }, other: { en: 'Find another time', ja: '別の日時を探す' }, lead: { en: 'On the customer’s clocks, {zone}', ja: '顧客の現地時間（{zone}）' }, day: { en: 'Wished day', ja: '希望日' }, time: { en: 'Begins at', ja: '開始時刻' }, minutes: { en: 'Minutes, if not as estimated', ja: '所要時間（分・任意）' }, what: { en: 'free times', ja: '空いている日時' },
  offers: { en: 'Free times around it', ja: '空いている日時' }, none: { en: 'Nothing is free around that day. Take another one, or look at blackouts and capacity.', ja: 'この前後に空きがありません。別の日を選択するか、作業禁止期間と受け入れ数を確認してください。' }, wished: { en: 'The day itself is not free:', ja: '希望日は選択できません:' }, holiday: { en: '{name} ({country})', ja: '{name}（{country}）' },
  forward: { en: 'Clocks are set that night; it begins at the time shown.', ja: 'この日は時計の切り替えがあります。表示の時刻に開始します。' }, earlier: { en: 'Clocks are set back that night; it begins at the first of the two.', ja: 'この日は時計が戻ります。1 回目の時刻に開始します。' }, price: { en: 'about {amount} without tax', ja: '概算 {amount}（税別）' },
  propose: { en: 'Ask the customer', ja: '顧客に確認する' }, choose: { en: 'Fix it, as agreed with them', ja: '合意済みとして確定する' }, move: { en: 'Move the window here', ja: 'この日時に変更する' }, reason: { en: 'Why it changes, as everyone will read it', ja: '変更の理由（関係者全員に通知されます）' },
  proposeEffect: { en: '{span} is proposed. Nothing is dated from it before they have said yes.', ja: '{span} を提案します。承認されるまで、計画の日付は変わりません。' }, chooseEffect: { en: '{span} counts at once, in your name, without their being asked.', ja: '{span} を確認なしで、ご自身の名前で確定します。' }, moveEffect: { en: 'It happens {span} instead of {was}.', ja: '{was} から {span} に変更します。' },
  proposeBack: { en: 'Another time can be proposed instead until it is confirmed.', ja: '確定するまでは、別の日時を提案できます。' }, chooseBack: { en: 'It can be moved or cancelled until the work begins; everyone is then told again.', ja: '作業開始まで変更・取り消しができます。その場合は改めて全員に通知されます。' },
} as const

type Offer = Told<'windows.offer'>['offers'][number]
type Window = Told<'windows.list'>['items'][number]
type Act = Extract<WindowAct, 'propose' | 'choose' | 'move'>

/** Free times around a wished day; one is chosen, its consequences are looked at, and only then it is asked for. */
export const WindowPicker = ({ told, window }: PartProps & { readonly window: Window | undefined }): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  const { move, customer, dates } = told
  const today = dayIn(customer.zone, Date.now())
  const [day, setDay] = useState(dates.t0 > today ? dates.t0 : today)
  const [time, setTime] = useState('22:00')
  const [minutes, setMinutes] = useState<number | null>(null)
  const [offer, choose] = useState<Offer>()
  const offers = useAsk('windows.offer', { move: move.id, day, time, count: 6, ...(minutes === null ? {} : { minutes }) }, { when: day !== '' && time !== '' && (minutes === null || minutes >= 15), everyMs: 300_000 })
  return (
    <Panel title={say(window?.state === 'confirmed' ? words.other : words.title)} lead={say(words.lead, { zone: customer.zone })}>
      <div className={css['stack']}>
        <div className={css['wish']}>
          <TextInput type="date" label={say(words.day)} value={day} min={today} onChange={event => { setDay(event.currentTarget.value) }} /><TextInput type="time" step={900} label={say(words.time)} value={time} onChange={event => { setTime(event.currentTarget.value) }} />
          <NumberInput label={say(words.minutes)} value={minutes ?? ''} min={15} max={20_160} step={15} onChange={value => { setMinutes(value === '' ? null : Number(value)) }} />
        </div>
        <Shown of={offers} what={words.what}>
          {found => (
            <>
              {found.wished.length === 0 ? null : <div>{say(words.wished)}<ul className={css['reasons']}>{found.wished.map(reason => <li key={reason}>{reason}</li>)}</ul></div>}
              {found.offers.length === 0 ? <p className="soft">{say(words.none)}</p> : (
                <Radio.Group label={say(words.offers)} description={found.estimate.says[locale]} value={offer?.from ?? ''} onChange={from => { choose(found.offers.find(one => one.from === from)) }}>
                  <div className={css['offers']}>{found.offers.map(one => <Radio.Card key={one.from} value={one.from} className={css['offer'] ?? ''} aria-label={spanIn(one.from, one.to, found.zone, locale)}><Radio.Indicator mt={1} /><OneOffer offer={one} zone={found.zone} /></Radio.Card>)}</div>
                </Radio.Group>
              )}
            </>
          )}
        </Shown>
        {offer === undefined ? null : <Acts key={offer.from} told={told} offer={offer} window={window} done={() => { choose(undefined) }} />}
      </div>
    </Panel>
  )
}

const OneOffer = ({ offer: { from, to, holidays, told, price }, zone }: { readonly offer: Offer; readonly zone: string }): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  const notes = [lengthOf(Date.parse(to) - Date.parse(from), locale), ...(price === null ? [] : [say(words.price, { amount: moneyOf(price.amountMinor, price.currency, locale) })]), ...holidays.map(({ name, country }) => say(words.holiday, { name: name[locale], country }))]
  return <span><strong>{spanIn(from, to, zone, locale)}</strong><span className="quiet">{notes.join(' · ')}</span>{told === 'exact' ? null : <span className="quiet">{say(told === 'moved-forward' ? words.forward : words.earlier)}</span>}</span>
}

/** What can be done with the chosen time; a window that counts already is moved only by whoever types whose it is. */
const Acts = ({ told: { move, customer }, offer: { from, to }, window, done }: PartProps & { readonly offer: Offer; readonly window: Window | undefined; done(): void }): ReactNode => {
  const [say, { locale }, may] = [useSay(), useLanguage(), useMay()]
  const [propose, choose, change] = [useWish('windows.propose'), useWish('windows.choose'), useWish('windows.move')]
  const [asked, ask] = useState<Act>()
  const [reason, setReason] = useState('')
  const isFixed = window?.state === 'confirmed'
  const acts: readonly Act[] = isFixed ? (may('window.confirm') ? ['move'] : []) : [...(may('window.propose') ? ['propose' as const] : []), ...(may('window.confirm') ? ['choose' as const] : [])]
  const span = spanIn(from, to, customer.zone, locale)
  const go = async (): Promise<void> => {
    if (asked === 'propose') await propose.mutateAsync({ move: move.id, from, to })
    else if (asked === 'choose') await choose.mutateAsync({ move: move.id, from, to })
    else if (window !== undefined) await change.mutateAsync({ window: window.id, from, to, reason: reason.trim() === '' ? null : reason.trim() })
    done()
  }
  return (
    <>
      <div className={css['acts']}>{acts.map(act => <Button key={act} variant={act === 'choose' ? 'default' : 'filled'} onClick={() => { ask(act) }}>{say(words[act])}</Button>)}</div>
      {asked === undefined ? null : (
        <Confirm opened close={() => { ask(undefined) }} title={`${say(words[asked])}: ${customer.name}`} act={say(words[asked])} effect={say(words[`${asked}Effect`], { span, was: window === undefined ? '' : spanIn(window.startsAt, window.endsAt, customer.zone, locale) })} wayBack={say(asked === 'propose' ? words.proposeBack : words.chooseBack)} isDangerous={asked === 'move'} {...(asked === 'move' ? { name: customer.name } : {})} wish={go}>
          <WindowMeans move={move.id} act={asked} from={from} to={to} />
          {asked === 'move' ? <Textarea label={say(words.reason)} autosize minRows={2} maxLength={4_000} value={reason} onChange={event => { setReason(event.currentTarget.value) }} /> : null}
        </Confirm>
      )}
    </>
  )
}

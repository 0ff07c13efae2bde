import { FileText } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Told } from './ask.ts'
import { clockIn, dayOf, lengthOf, moneyOf } from './amounts.ts'
import { type Say, useLanguage, useSay } from './language.tsx'
import { NightBar, useKindName } from './night-bar.tsx'
import { Facts } from './panel.tsx'
import { StateLabel } from './state-mark.tsx'
import { wallIn } from './wall.ts'
import { Ago, When } from './when.tsx'
import css from './quote-sheet.module.css'
import { standings } from './quote-standing.ts'

const words = {
  total: { en: 'Total', ja: '合計' }, subtotal: { en: 'Subtotal', ja: '小計' }, lines: { en: 'Hour by hour', ja: '時間帯ごとの内訳' }, when: { en: 'Time', ja: '作業時間' }, what: { en: 'Work', ja: '内容' }, to: { en: 'Addressed to', ja: '宛先' }, until: { en: 'Open until', ja: '有効期限' }, endOf: { en: 'the end of', ja: '終日' },
  was: { en: 'Was open until', ja: '有効期限（終了）' }, accepted: { en: 'Accepted', ja: '承諾日時' }, because: { en: 'Why it was withdrawn', ja: '取り下げの理由' },
  calc: { en: '{length} at {rate} an hour', ja: '{length}（1時間あたり {rate}）' }, premium: { en: '{length} at {rate} an hour × {factor}', ja: '{length}（1時間あたり {rate} × {factor}）' },
  not: { en: 'What it does not include', ja: '含まれないもの' },
  notLicences: { en: 'Licences and support of the new home: they are on an invoice of their own.', ja: '新しい環境のライセンスとサポート（別途ご請求します）' },
  notSubscription: { en: 'Your present subscription, which runs to the end of its term.', ja: '現在ご契約中のサブスクリプション（契約期間の満了まで継続します）' },
  notOthers: { en: 'Work of your own people and of other companies whose systems talk to it.', ja: '貴社および連携先各社での作業' },
  terms: { en: 'Conditions', ja: '条件' }, paper: { en: 'As PDF', ja: 'PDF' }, english: { en: 'In English', ja: '英語' }, japaneseOne: { en: 'In Japanese', ja: '日本語' },
  window: { en: 'It is priced for this time. Should the time change, this quote is withdrawn and you get a new one.', ja: '上記の時間に対する見積りです。日時が変更された場合は取り下げ、新しい見積書をお送りします。' },
}
const gone = {
  'window-moved': { en: 'The time was changed.', ja: '作業日時が変更されたためです。' }, 'window-cancelled': { en: 'The time was cancelled.', ja: '作業日時が取り消されたためです。' },
}
const replaced = { en: 'A newer one took its place: {number}.', ja: '新しい見積書 {number} に差し替えられたためです。' }
/** What a quote says, kept or not yet. */
type Said = Pick<Told<'quotes.read'>, 'offer' | 'currency' | 'totalMinor' | 'expiresAt'>

/** One quote: its sum, the night that it prices, its lines, and what is not in it. `kept`: as it is kept; a preview is not. */
export const QuoteSheet = ({ of, kept, children }: { readonly of: Said; readonly kept?: Told<'quotes.read'>; readonly children?: ReactNode }): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  const { offer } = of
  const standing = kept?.standing ?? 'draft'
  return (
    <div className={css['sheet']}>
      <div className={css['sum']}><strong className="figures">{moneyOf(of.totalMinor, of.currency, locale)}</strong>{kept === undefined ? null : <StateLabel state={standings[standing].state}>{say(standings[standing].says)}</StateLabel>}</div>
      <Facts of={[
        [say(words.what), say(offer.what)],
        [say(words.when), <span key="t"><When at={offer.time.from} zone={offer.zone} /> – <When at={offer.time.to} zone={offer.zone} /></span>],
        ...(kept !== undefined && standing === 'accepted' && kept.acceptedAt !== null ? [[say(words.accepted), <When key="a" at={kept.acceptedAt} zone={offer.zone} />] as const] : [[say(standing === 'open' || standing === 'draft' ? words.until : words.was), <LastDay key="u" at={of.expiresAt} zone={offer.zone} />] as const]),
        [say(words.to), offer.to.join(', ')],
        ...(offer.because === null ? [] : [[say(words.because), becauseOf(offer.because, say)] as const]),
      ]} />
      <NightBar zone={offer.zone} pieces={offer.lines.map(line => line)} />
      <Lines of={of} />
      {standing === 'open' ? <p className={`${css['small']} soft`}>{say(words.window)}</p> : null}
      <section className={css['not']}><h3>{say(words.not)}</h3><ul><li>{say(words.notLicences)}</li><li>{say(words.notSubscription)}</li><li>{say(words.notOthers)}</li></ul></section>
      {offer.terms.length + (offer.duration === null ? 0 : 1) === 0 ? null : <section className={css['not']}><h3>{say(words.terms)}</h3><ul>{[...(offer.duration === null ? [] : [offer.duration]), ...offer.terms].map(term => <li key={term.en}>{say(term)}</li>)}</ul></section>}
      {kept === undefined ? null : <p className={`${css['papers']} no-print`}><FileText size={18} aria-hidden /><span>{say(words.paper)}</span><a href={`/api/quotes/${kept.id}/paper?locale=en`} download>{say(words.english)}</a><a href={`/api/quotes/${kept.id}/paper?locale=ja`} download>{say(words.japaneseOne)}</a></p>}
      {children}
    </div>
  )
}

/** Why it was withdrawn: what Rehome itself gives as a reason is said in the reader's language. */
const becauseOf = (because: string, say: Say): string => {
  const number = /^replaced by (\S+)$/.exec(because)?.[1]
  if (number !== undefined) return say(replaced, { number })
  return because in gone ? say(gone[because as keyof typeof gone]) : because
}

/** The last day on which it can be accepted; it ends with that day. */
const LastDay = ({ at, zone }: { readonly at: string; readonly zone: string }): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  const day = dayOf(wallIn(Date.parse(at) - 1, zone).day, locale)
  return <>{locale === 'ja' ? `${day} ${say(words.endOf)}` : `${say(words.endOf)} ${day}`} <span className="quiet">(<Ago at={at} />)</span></>
}

const Lines = ({ of: { offer, currency, totalMinor } }: { readonly of: Said }): ReactNode => {
  const [say, { locale }, nameOf] = [useSay(), useLanguage(), useKindName()]
  const money = (minor: number): string => moneyOf(minor, currency, locale)
  return (
    <section className={css['lines']}>
      <h3>{say(words.lines)}</h3>
      <ul>
        {offer.lines.map(line => (
          <li key={line.from} data-premium={line.percent !== 100}>
            <span className={css['what']}><strong className="figures">{dayOf(line.day, locale, { year: false })}, {clockIn(line.from, offer.zone, locale).split(' ')[0]}–{clockIn(line.to, offer.zone, locale)}</strong><span className={css['why']}>{nameOf(line)}</span><span className={`quiet ${css['small']} figures`}>{say(line.percent === 100 ? words.calc : words.premium, { length: lengthOf(line.minutes * 60_000, locale), rate: money(line.hourly.minor), factor: line.percent / 100 })}</span></span>
            <span className="figures">{money(line.amount.minor)}</span>
          </li>
        ))}
      </ul>
      <dl className={css['sums']}>
        {offer.tax === null ? null : <><div><dt>{say(words.subtotal)}</dt><dd>{money(offer.subtotalMinor)}</dd></div><div><dt>{say(offer.tax.name)}</dt><dd>{money(offer.tax.amountMinor)}</dd></div></>}
        <div className={css['total']}><dt>{say(words.total)}</dt><dd>{money(totalMinor)}</dd></div>
      </dl>
    </section>
  )
}

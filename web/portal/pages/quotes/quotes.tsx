import { useParams } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Told } from '../../../shared/ask.ts'
import { useAsk } from '../../../shared/asking.ts'
import { moneyOf } from '../../../shared/amounts.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Nothing, Shown } from '../../../shared/shown.tsx'
import { StateMark } from '../../../shared/state-mark.tsx'
import { useHere, useMay } from '../../here.ts'
import { Only } from '../../only.tsx'
import { Folded, Page, Part } from '../../page.tsx'
import { Cover } from './cover.tsx'
import { QuoteSheet } from './quote-sheet.tsx'
import { standings } from '../../../shared/quote-standing.ts'

const words = {
  title: { en: 'Quote', ja: 'お見積り' }, lead: { en: 'What the move costs, for which hours, and why.', ja: '移行の費用と、その時間帯・内訳です。' }, what: { en: 'the quotes', ja: '見積書' },
  none: { en: 'There is no quote. If the move has a price, you get a letter as soon as one is made, and it stands here.', ja: '見積書はまだありません。有償の移行の場合は、作成次第メールでお知らせし、こちらに表示します。' },
  earlier: { en: 'Earlier: {number}, {total}', ja: '以前の見積書：{number}、{total}' }, number: { en: 'Quote {number}', ja: '見積書 {number}' },
}
type Quote = Told<'quotes.list'>['items'][number]

/** What is offered, what of it costs more, and the one button that accepts it. */
export const Quotes = (): ReactNode => <Only verb="quote.read" title={words.title}><Inside /></Only>

const Inside = (): ReactNode => {
  const [say, { locale }, { move }] = [useSay(), useLanguage(), useHere()]
  const { quote: wanted } = useParams({ strict: false }) as { readonly quote?: string }
  const [quotes, mayBill] = [useAsk('quotes.list', { move, limit: 20 }), useMay('billing.read')]
  return (
    <Page title={say(words.title)} lead={say(words.lead)}>
      <Shown of={quotes} what={words.what} lines={8} empty={({ items }) => items.length === 0} none={<Nothing>{say(words.none)}</Nothing>}>
        {({ items }) => {
          const [first, ...others] = inOrder(items, wanted)
          return first === undefined ? null : (
            <>
              <Part strong={first.standing === 'open'} title={<span className="figures"><StateMark state={standings[first.standing].state} says={null} /> {say(words.number, { number: first.number })}</span>}><QuoteSheet quote={first} /></Part>
              {others.map(quote => <Folded key={quote.id} title={<><StateMark state={standings[quote.standing].state} /><span className="figures">{say(words.earlier, { number: quote.number, total: moneyOf(quote.totalMinor, quote.currency, locale) })}</span></>}><QuoteSheet quote={quote} /></Folded>)}
            </>
          )
        }}
      </Shown>
      {mayBill ? <Cover /> : null}
    </Page>
  )
}

const weight: Readonly<Record<Quote['standing'], number>> = { open: 0, accepted: 1, draft: 2, expired: 3, withdrawn: 4 }
/** The one that was come for, then what can be accepted, then what was, the newest first. */
const inOrder = (items: readonly Quote[], wanted: string | undefined): readonly Quote[] =>
  items.toSorted((a, b) => Number(b.id === wanted) - Number(a.id === wanted) || weight[a.standing] - weight[b.standing] || (b.sentAt ?? '').localeCompare(a.sentAt ?? ''))

import { Link, useParams } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useAsk } from '../../../shared/asking.ts'
import { useSay } from '../../../shared/language.tsx'
import { Facts, Page, Panel } from '../../../shared/panel.tsx'
import { QuoteSheet } from '../../../shared/quote-sheet.tsx'
import { Shown } from '../../../shared/shown.tsx'
import { When } from '../../../shared/when.tsx'
import { useMay } from '../../may.ts'
import { Cover } from './cover.tsx'
import { QuoteActs } from './quote-acts.tsx'
import type { Quote } from './told.ts'
import css from './quotes.module.css'

const words = {
  title: { en: 'Quote {number}', ja: '見積書 {number}' }, any: { en: 'Quote', ja: '見積書' }, what: { en: 'the quote', ja: '見積書' }, sheet: { en: 'As the customer reads it', ja: 'お客様に表示される内容' }, course: { en: 'Course', ja: '経過' },
  made: { en: 'Made', ja: '作成' }, sent: { en: 'Sent', ja: '送付' }, notSent: { en: 'not yet', ja: '未送付' }, accepted: { en: 'Accepted', ja: '承諾' }, withdrawn: { en: 'Withdrawn', ja: '取り下げ' }, by: { en: 'May be accepted by', ja: '承諾できる方' }, partner: { en: 'Through', ja: '取次' },
  move: { en: 'Move', ja: '移行' }, openMove: { en: 'Open the move', ja: '移行を開く' }, others: { en: 'All quotes of this move', ja: 'この移行の見積書一覧' }, all: { en: 'All quotes', ja: '見積書の一覧' },
}

/** One quote: as its customer reads it, how far it is, and what can be done with it. */
export const QuotePage = (): ReactNode => {
  const say = useSay()
  const { quote } = useParams({ strict: false }) as { readonly quote: string }
  const told = useAsk('quotes.read', { quote: quote as never })
  if (told.data === undefined) return <Page title={say(words.any)}><Panel title={say(words.sheet)}><Shown of={told} what={words.what} lines={8}>{() => null}</Shown></Panel></Page>
  return (
    <Page title={say(words.title, { number: told.data.number })} lead={<>{told.data.offer.customer} · <Link to={'/quotes' as never} className={css['link'] ?? ''}>{say(words.all)}</Link></>} acts={<QuoteActs quote={told.data} />}>
      <Shown of={told} what={words.what}>{one => <Sides quote={one} />}</Shown>
    </Page>
  )
}

const Sides = ({ quote }: { readonly quote: Quote }): ReactNode => {
  const [say, may] = [useSay(), useMay()]
  const { offer } = quote
  const at = (instant: string | null): ReactNode => (instant === null ? null : <When at={instant} zone={offer.zone} far />)
  return (
    <div className={css['two']}>
      <Panel title={say(words.sheet)}><QuoteSheet of={quote} kept={quote} /></Panel>
      <div className={css['side']}>
        <Panel title={say(words.course)}>
          <Facts of={[
            [say(words.made), at(quote.createdAt)], [say(words.sent), at(quote.sentAt) ?? <span key="n" className="quiet">{say(words.notSent)}</span>],
            ...(quote.acceptedAt === null ? [] : [[say(words.accepted), at(quote.acceptedAt)] as const]), ...(quote.withdrawnAt === null ? [] : [[say(words.withdrawn), at(quote.withdrawnAt)] as const]),
            [say(words.by), offer.to.at(-1)], ...(offer.partner === null ? [] : [[say(words.partner), offer.partner] as const]),
            [say(words.move), <span key="m"><Link to={`/moves/${quote.move}` as never} className={css['link'] ?? ''}>{say(words.openMove)}</Link> · <Link to={'/quotes' as never} search={{ move: quote.move } as never} className={css['link'] ?? ''}>{say(words.others)}</Link></span>],
          ]} />
        </Panel>
        {may('billing.read') ? <Cover customer={quote.customer} /> : null}
      </div>
    </div>
  )
}

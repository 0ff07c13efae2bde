import { Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { Told } from '../../../shared/ask.ts'
import { useWish } from '../../../shared/asking.ts'
import { moneyOf } from '../../../shared/amounts.ts'
import { Confirm } from '../../../shared/confirm.tsx'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { useHere } from '../../here.ts'
import { useTold } from '../../refused.tsx'
import css from './accept.module.css'

const words = {
  act: { en: 'Accept {total}', ja: '{total} で承諾する' }, title: { en: 'Accept quote {number}', ja: '見積書 {number} の承諾' },
  effect: { en: 'You accept {total} for {customer}. The work is ordered with it, and it is invoiced as quoted.', ja: '{customer} 様の移行作業について、{total} で承諾します。この承諾をもって正式なご注文となり、見積りどおりにご請求します。' },
  wayBack: { en: 'It can be accepted once and is not taken back here. If something changes later, it is corrected on the invoice.', ja: '承諾は一度限りで、この画面からは取り消せません。後日変更が生じた場合は、請求時に調整します。' },
  others: { en: 'Only the person it is addressed to can accept it: {name}.', ja: 'この見積書を承諾できるのは、宛先のご本人のみです（{name} 様）。' },
  expired: { en: 'It can no longer be accepted. Ask for a new one: the people to turn to stand below.', ja: '有効期限が過ぎたため承諾できません。新しい見積書が必要な場合は、下記の担当者までお知らせください。' },
}

/** Accepting, once, by the person that the quote names. Nothing counts as accepted before control has said so. */
export const Accept = ({ quote }: { readonly quote: Told<'quotes.read'> }): ReactNode => {
  const [say, { locale }, { self }, told] = [useSay(), useLanguage(), useHere(), useTold()]
  const [accept, [isAsked, setAsked]] = [useWish('quotes.accept'), useState(false)]
  const total = moneyOf(quote.totalMinor, quote.currency, locale)
  if (quote.standing === 'expired') return <p className="soft">{say(words.expired)}</p>
  if (quote.standing !== 'open') return null
  if (quote.named !== self.id) return <p className="soft">{say(words.others, { name: quote.offer.to.at(-1) ?? '' })}</p>
  return (
    <div className={`${css['accept']} no-print`}>
      <Button onClick={() => { setAsked(true) }}>{say(words.act, { total })}</Button>
      <Confirm opened={isAsked} close={() => { setAsked(false) }} title={say(words.title, { number: quote.number })} effect={say(words.effect, { total, customer: quote.offer.customer })} wayBack={say(words.wayBack)} act={say(words.act, { total })}
        wish={() => accept.mutateAsync({ quote: quote.id }).catch((error: unknown) => { throw told(error) })} />
    </div>
  )
}

import { Button, Textarea } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { moneyOf } from '../../../shared/amounts.ts'
import { useWish } from '../../../shared/asking.ts'
import { Confirm } from '../../../shared/confirm.tsx'
import { useKeys } from '../../../shared/keys.tsx'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { useMay } from '../../may.ts'
import type { Quote } from './told.ts'

const words = {
  send: { en: 'Send', ja: '送付する' }, sendTitle: { en: 'Send quote {number}', ja: '見積書 {number} の送付' }, withdraw: { en: 'Withdraw', ja: '取り下げる' }, withdrawTitle: { en: 'Withdraw quote {number}', ja: '見積書 {number} の取り下げ' }, print: { en: 'Print', ja: '印刷' },
  sendEffect: { en: '{name} gets it by mail, with {total} in it, and can accept it from then on. One that was sent earlier for this move is withdrawn.', ja: '{name} 様に {total} の見積書をメールで送付し、承諾できる状態にします。この移行について以前に送付した見積書は取り下げられます。' },
  sendBack: { en: 'It can be withdrawn until it is accepted.', ja: '承諾されるまでは取り下げることができます。' },
  withdrawEffect: { en: 'Nobody can accept it any more. Whoever it was sent to reads the reason.', ja: '以後、承諾できなくなります。送付先には理由が表示されます。' }, withdrawBack: { en: 'It does not come back; a new one can be made.', ja: '元には戻せません。新しい見積書は作成できます。' }, because: { en: 'Why, as the customer will read it', ja: '理由（お客様に表示されます）' },
}

/** Sending and taking back: nothing is shown as done before control has said so. */
export const QuoteActs = ({ quote }: { readonly quote: Quote }): ReactNode => {
  const [say, { locale }, may] = [useSay(), useLanguage(), useMay()]
  const [send, withdraw] = [useWish('quotes.send'), useWish('quotes.withdraw')]
  const [asked, ask] = useState<'send' | 'withdraw'>()
  const [because, setBecause] = useState('')
  const [maySend, mayWithdraw] = [quote.standing === 'draft' && may('quote.make'), (quote.state === 'draft' || quote.state === 'sent') && may('quote.withdraw')]
  const close = (): void => { ask(undefined); setBecause('') }
  useKeys(maySend ? [{ keys: 's', says: words.send, does: () => { ask('send') } }] : [])
  return (
    <>
      <Button variant="default" onClick={() => { print() }}>{say(words.print)}</Button>
      {mayWithdraw ? <Button variant="default" onClick={() => { ask('withdraw') }}>{say(words.withdraw)}</Button> : null}
      {maySend ? <Button onClick={() => { ask('send') }}>{say(words.send)}</Button> : null}
      <Confirm opened={asked === 'send'} close={close} title={say(words.sendTitle, { number: quote.number })} effect={say(words.sendEffect, { name: quote.offer.to.at(-1) ?? '', total: moneyOf(quote.totalMinor, quote.currency, locale) })} wayBack={say(words.sendBack)} act={say(words.send)} wish={() => send.mutateAsync({ quote: quote.id })} />
      <Confirm opened={asked === 'withdraw'} close={close} title={say(words.withdrawTitle, { number: quote.number })} effect={say(words.withdrawEffect)} wayBack={say(words.withdrawBack)} act={say(words.withdraw)} isDangerous name={quote.number} wish={() => withdraw.mutateAsync({ quote: quote.id, because })}>
        <Textarea label={say(words.because)} required autosize minRows={2} maxRows={8} value={because} onChange={event => { setBecause(event.currentTarget.value) }} data-autofocus />
      </Confirm>
    </>
  )
}

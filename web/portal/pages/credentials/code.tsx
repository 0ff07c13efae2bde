import { Button } from '@mantine/core'
import { type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { useWish } from '../../../shared/asking.ts'
import { lengthOf } from '../../../shared/amounts.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { useNow } from '../../../shared/when.tsx'
import { useHere } from '../../here.ts'
import { Refused } from '../../refused.tsx'
import css from './credentials.module.css'

const words = {
  sending: { en: 'Sending six digits to {email}…', ja: '{email} に6桁の確認コードを送信しています…' }, sent: { en: 'Six digits are on their way to {email}.', ja: '{email} に6桁の確認コードを送信しました。' },
  label: { en: 'The six digits', ja: '6桁の確認コード' }, left: { en: 'They count for another {time}.', ja: '有効時間：残り {time}' }, over: { en: 'Their time is over. Have new ones sent.', ja: '有効時間が過ぎました。新しいコードをお送りください。' },
  check: { en: 'Check', ja: '確認' }, again: { en: 'Send new digits', ja: '新しいコードを送信' },
}

/** Six digits that were sent to the address on file. They are checked as soon as all six are there, typed, pasted or filled in by the phone; full-width ones and spaces are fine. */
export const Code = ({ proven }: { proven(): void }): ReactNode => {
  const [say, { locale }, { self }, id] = [useSay(), useLanguage(), useHere(), useId()]
  const [send, check, [digits, setDigits]] = [useWish('codes.ask'), useWish('codes.use'), useState('')]
  const [field, isAsked, now] = [useRef<HTMLInputElement>(null), useRef(false), useNow(1_000)]
  const again = (): void => { setDigits(''); check.reset(); send.mutate({}, { onSuccess: () => { field.current?.focus() } }) }
  // Once, also where effects are run twice.
  useEffect(() => { if (!isAsked.current) { isAsked.current = true; again() } })
  const leftMs = send.data === undefined ? 0 : Date.parse(send.data.expiresAt) - now
  const isOver = send.data !== undefined && leftMs <= 0
  const type = (typed: string): void => {
    const plain = typed.normalize('NFKC').replaceAll(/\D/g, '').slice(0, 6)
    setDigits(plain)
    if (plain.length === 6 && !check.isPending) check.mutate({ digits: plain }, { onSuccess: proven, onError: () => { setDigits(''); field.current?.focus() } })
  }
  const email = self.email ?? ''
  return (
    <form className={css['code']} onSubmit={event => { event.preventDefault(); type(digits) }}>
      <p role="status">{say(send.isSuccess ? words.sent : words.sending, { email })} {send.isSuccess ? <span className="quiet figures">{isOver ? say(words.over) : say(words.left, { time: lengthOf(Math.max(1_000, leftMs), locale).replace(/\.\d/, '') })}</span> : null}</p>
      <Refused error={send.error ?? check.error} />
      <label htmlFor={id}>{say(words.label)}</label>
      <input id={id} ref={field} className={css['digits']} type="text" inputMode="numeric" autoComplete="one-time-code" pattern="[0-9０-９ ]*" enterKeyHint="done" spellCheck={false} value={digits} disabled={isOver} onChange={event => { type(event.currentTarget.value) }} aria-invalid={check.isError} />
      <div className={css['acts']}><Button type="submit" loading={check.isPending} disabled={digits.length !== 6 || isOver}>{say(words.check)}</Button><Button variant="default" loading={send.isPending} onClick={again}>{say(words.again)}</Button></div>
    </form>
  )
}

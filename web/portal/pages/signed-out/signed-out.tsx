import { Button, TextInput } from '@mantine/core'
import { useLocation } from '@tanstack/react-router'
import { type ReactNode, useEffect, useState } from 'react'
import { useWish } from '../../../shared/asking.ts'
import { useSay } from '../../../shared/language.tsx'
import { Failed } from '../../../shared/shown.tsx'
import { Page } from '../../page.tsx'
import { keepWhereto } from '../../whereto.ts'
import css from './signed-out.module.css'

const words = {
  title: { en: 'Get a link to come in', ja: 'ログイン用リンクのご案内' },
  lead: { en: 'There is no password. Give the address that our letters come to, and a link is on its way to it.', ja: 'パスワードは不要です。当社からのメールを受け取っているアドレスをご入力ください。ログイン用のリンクをお送りします。' },
  email: { en: 'Your e-mail address', ja: 'メールアドレス' }, send: { en: 'Send the link', ja: 'リンクを送信' },
  sent: { en: 'Look into your mail', ja: 'メールをご確認ください' },
  sentSays: { en: 'If {email} is known here, a letter with a link is on its way. The link works once, and for a short while. Nothing there? Look among the unwanted mail, or ask whoever invited you whether this is the address on file.', ja: '{email} が登録されている場合、リンクを記載したメールをお送りしています。リンクは一度だけ、短時間有効です。届かない場合は、迷惑メールのフォルダーをご確認いただくか、登録アドレスを招待元にご確認ください。' },
  ours: { en: 'You work for the vendor? ', ja: '提供元の方は' }, oursAct: { en: 'Sign in to the console', ja: 'コンソールにサインイン' },
  other: { en: 'Use another address', ja: '別のアドレスを使う' },
}

/** For whoever has no session: the answer is the same whether the address is known or not. */
export const SignedOut = (): ReactNode => {
  const [say, send, [email, setEmail]] = [useSay(), useWish('links.ask'), useState('')]
  const { pathname } = useLocation()
  useEffect(() => { keepWhereto(pathname) }, [pathname])
  if (send.isSuccess) return <Page title={say(words.sent)}><div role="status" className={css['sent']}><p>{say(words.sentSays, { email })}</p></div><div><Button variant="default" onClick={() => { send.reset() }}>{say(words.other)}</Button></div></Page>
  return (
    <Page title={say(words.title)} lead={say(words.lead)}>
      <form className={css['form']} onSubmit={event => { event.preventDefault(); send.mutate({ email: email.trim() }) }}>
        <TextInput label={say(words.email)} type="email" inputMode="email" autoComplete="email" required value={email} onChange={event => { setEmail(event.currentTarget.value) }} />
        <Button type="submit" loading={send.isPending}>{say(words.send)}</Button>
        {send.isError ? <Failed error={send.error} /> : null}
      </form>
      <p className="quiet small">{say(words.ours)}<a href={`/console/sign-in?to=${encodeURIComponent(pathname === '/' ? '/overview' : pathname)}`}>{say(words.oursAct)}</a></p>
    </Page>
  )
}

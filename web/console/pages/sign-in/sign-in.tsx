import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useSearch } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { ask, Refusal } from '../../../shared/ask.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Failed } from '../../../shared/shown.tsx'
import { passkeyAnswer } from './passkey.ts'
import css from './sign-in.module.css'

const words = {
  title: { en: 'Sign in', ja: 'サインイン' }, email: { en: 'Your address', ja: 'メールアドレス' }, password: { en: 'Password', ja: 'パスワード' }, go: { en: 'Sign in', ja: 'サインイン' },
  passkey: { en: 'With a passkey', ja: 'パスキーでサインイン' }, service: { en: 'With your company’s sign-in', ja: '社内アカウントでサインイン' }, noPasskey: { en: 'No passkey was given.', ja: 'パスキーが選択されませんでした。' },
  customer: { en: 'You are a customer or partner? You need no password: the link in our letters signs you in. Have a new one sent:', ja: 'お客様・パートナー様はパスワード不要です。メールのリンクからサインインできます。新しいリンクの送信:' },
  send: { en: 'Send me a link', ja: 'リンクを送る' }, sent: { en: 'If we know this address, a letter is on its way.', ja: 'ご登録のアドレスであれば、まもなくメールが届きます。' }, language: { en: '日本語', ja: 'English' },
}

/** Where one comes from signing in: only an address of the console itself. */
const after = (to: string | undefined): string => (to !== undefined && to.startsWith('/') && !to.startsWith('//') ? `/console${to.replace(/^\/console/, '')}` : '/console/overview')

/** The ways in: passkey, the company's own service, password; and a link for people of customers. */
export const SignIn = (): ReactNode => {
  const [say, { locale, speak }] = [useSay(), useLanguage()]
  const { to } = useSearch({ from: '/sign-in' })
  const [state, setState] = useState<{ readonly busy: boolean; readonly error: Error | null }>({ busy: false, error: null })
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [sent, setSent] = useState(false)
  const by = async (way: () => Promise<void>): Promise<void> => {
    setState({ busy: true, error: null })
    try {
      await way()
    } catch (error) {
      setState({ busy: false, error: error instanceof Refusal ? error : new Refusal(422, 'passkey', say(words.noPasskey)) })
    }
  }
  const arrive = (): void => { location.assign(after(to)) }
  const withPassword = (): Promise<void> => by(async () => { await ask('sessions.begin', { email, password }); arrive() })
  const withPasskey = (): Promise<void> => by(async () => {
    const { ask: asked, options } = await ask('passkeys.ask', {})
    await ask('passkeys.use', { ask: asked, answer: await passkeyAnswer(options) })
    arrive()
  })
  const withService = (): Promise<void> => by(async () => { location.assign((await ask('service.begin', { returnTo: after(to) })).url) })
  const link = (): Promise<void> => by(async () => { await ask('links.ask', { email }); setSent(true); setState({ busy: false, error: null }) })
  return (
    <main className={css['page']}>
      <h1>{say(words.title)}</h1>
      <form onSubmit={event => { event.preventDefault(); void withPassword() }}>
        <TextInput name="email" type="email" label={say(words.email)} autoComplete="username webauthn" required value={email} onChange={event => { setEmail(event.currentTarget.value) }} />
        <PasswordInput name="password" label={say(words.password)} autoComplete="current-password" required value={password} onChange={event => { setPassword(event.currentTarget.value) }} />
        {state.error === null ? null : <Failed error={state.error} />}
        <Button type="submit" loading={state.busy}>{say(words.go)}</Button>
      </form>
      <Button variant="default" onClick={() => { void withPasskey() }}>{say(words.passkey)}</Button>
      <Button variant="default" onClick={() => { void withService() }}>{say(words.service)}</Button>
      <hr />
      <p className="soft">{say(words.customer)}</p>
      {sent ? <p role="status">{say(words.sent)}</p> : <Button variant="default" disabled={email === ''} onClick={() => { void link() }}>{say(words.send)}</Button>}
      <button type="button" className={css['language']} lang={locale === 'en' ? 'ja' : 'en'} onClick={() => { speak(locale === 'en' ? 'ja' : 'en') }}>{say(words.language)}</button>
    </main>
  )
}

import { Button, PasswordInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import type { Text } from '#domain/locale.ts'
import { ask } from '../../../shared/ask.ts'
import { useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { Failed } from '../../../shared/shown.tsx'
import { useAround } from '../../self.ts'

const words = {
  title: { en: 'Password', ja: 'パスワード' }, lead: { en: 'Changed, it signs you out everywhere else', ja: '変更すると、ほかの端末からサインアウトされます' }, current: { en: 'The password that you have', ja: '現在のパスワード' }, next: { en: 'The new one', ja: '新しいパスワード' }, change: { en: 'Change it', ja: '変更する' }, done: { en: 'It is changed. Everywhere else you are signed out.', ja: '変更しました。ほかの端末からはサインアウトされています。' },
} satisfies Record<string, Text>

/** Neither of the two is kept longer than it takes to send them. */
export const Password = (): ReactNode => {
  const [say, { self }, known] = [useSay(), useAround(), useQueryClient()]
  const [given, give] = useState({ current: '', next: '' })
  const [state, setState] = useState<{ readonly is: 'open' | 'busy' | 'done'; readonly error: Error | null }>({ is: 'open', error: null })
  const send = async (): Promise<void> => {
    setState({ is: 'busy', error: null })
    try {
      await ask('passwords.change', { current: given.current, password: given.next }, { key: crypto.randomUUID() })
      give({ current: '', next: '' })
      setState({ is: 'done', error: null })
      await known.invalidateQueries({ queryKey: ['sessions.list'] })
    } catch (error) {
      setState({ is: 'open', error: error instanceof Error ? error : new Error(String(error)) })
    }
  }
  return (
    <Panel title={say(words.title)} lead={say(words.lead)}>
      <form style={{ display: 'grid', gap: 12, maxWidth: 360 }} onSubmit={event => { event.preventDefault(); void send() }}>
        <input type="email" name="email" autoComplete="username" value={self.email ?? ''} readOnly hidden />
        <PasswordInput label={say(words.current)} required autoComplete="current-password" value={given.current} onChange={event => { give({ ...given, current: event.currentTarget.value }) }} />
        <PasswordInput label={say(words.next)} required autoComplete="new-password" value={given.next} onChange={event => { give({ ...given, next: event.currentTarget.value }) }} />
        {state.error === null ? null : <Failed error={state.error} />}
        {state.is === 'done' ? <p role="status">{say(words.done)}</p> : null}
        <div><Button type="submit" variant="default" loading={state.is === 'busy'}>{say(words.change)}</Button></div>
      </form>
    </Panel>
  )
}

import { Button, Skeleton } from '@mantine/core'
import type { UseQueryResult } from '@tanstack/react-query'
import { type ReactNode, useSyncExternalStore } from 'react'
import type { Text } from '#domain/locale.ts'
import { Refusal } from './ask.ts'
import { fromNow } from './amounts.ts'
import { useLanguage, useSay } from './language.tsx'
import { StateMark } from './state-mark.tsx'
import css from './shown.module.css'

const words = {
  loading: { en: 'Loading {what}', ja: '{what}を読み込んでいます' },
  offline: { en: 'You are offline. This was last heard {when}.', ja: 'オフラインです。最終取得: {when}' },
  unheard: { en: 'Rehome cannot be reached. It is tried again by itself.', ja: 'Rehome に接続できません。自動的に再試行します。' },
  stale: { en: 'Rehome cannot be reached since a moment. This was last heard {when}.', ja: '現在 Rehome に接続できません。最終取得: {when}' },
  again: { en: 'Try again', ja: '再試行' },
  notYours: { en: 'This is not for you to see. Ask whoever runs Rehome at your company for the right.', ja: 'このページを表示する権限がありません。貴社の Rehome 管理者にご確認ください。' },
  signIn: { en: 'You are no longer signed in.', ja: 'サインインの有効期限が切れました。' },
  signInAct: { en: 'Sign in', ja: 'サインイン' },
  absent: { en: 'There is no such thing, or it is not yours to see.', ja: '該当する項目がないか、表示する権限がありません。' },
}

/** Shows what was asked for, in every state it can be in. `what` names it in the sentences: “the moves”. `none`: when there is nothing of it, and what helps. */
export const Shown = <Told,>({ of, what, empty, none, lines = 4, children }: { readonly of: UseQueryResult<Told>; readonly what: Text; readonly empty?: (told: Told) => boolean; readonly none?: ReactNode; readonly lines?: number; readonly children: (told: Told) => ReactNode }): ReactNode => {
  const say = useSay()
  const online = useOnline()
  if (of.data === undefined) {
    if (of.isError) return <Failed error={of.error} again={() => { void of.refetch() }} />
    if (!online) return <Says mark="waiting">{say(words.unheard)}</Says>
    return <div className={css['loading']} aria-busy="true"><span className="unseen" role="status">{say(words.loading, { what: say(what) })}</span>{Array.from({ length: lines }, (_, n) => <Skeleton key={n} height={14} width={`${88 - ((n * 23) % 40)}%`} />)}</div>
  }
  const refused = of.isError && of.error instanceof Refusal && of.error.status > 0 && of.error.status < 500
  if (refused) return <Failed error={of.error} again={() => { void of.refetch() }} />
  return <>{of.isError || !online ? <Stale at={of.dataUpdatedAt} isOffline={!online} /> : null}{empty?.(of.data) === true && none !== undefined ? none : children(of.data)}</>
}

const Stale = ({ at, isOffline }: { readonly at: number; readonly isOffline: boolean }): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  return <p className={css['stale']} role="status"><StateMark state="waiting" says={null} />{say(isOffline ? words.offline : words.stale, { when: fromNow(at, Date.now(), locale) })}</p>
}

/** Why something did not work, in control's own sentence, and what can be done. `again`: it was to be looked at, and can be asked for again. */
export const Failed = ({ error, again }: { readonly error: Error | null; readonly again?: () => void }): ReactNode => {
  const say = useSay()
  if (error instanceof Refusal && error.status === 401) return <Says mark="waiting">{say(words.signIn)} <a href={location.pathname.startsWith('/portal') ? '/portal/' : `/console/sign-in?to=${encodeURIComponent(location.pathname)}`}>{say(words.signInAct)}</a></Says>
  if (again !== undefined && error instanceof Refusal && error.status === 403) return <Says mark="idle">{say(words.notYours)}</Says>
  if (again !== undefined && error instanceof Refusal && error.status === 404) return <Says mark="idle">{say(words.absent)}</Says>
  const unheard = error instanceof Refusal && error.status === 0
  return <Says mark={unheard ? 'waiting' : 'blocked'}>{unheard ? say(words.unheard) : error?.message}{again === undefined ? null : <Button size="compact-sm" variant="default" onClick={again}>{say(words.again)}</Button>}</Says>
}

const Says = ({ mark, children }: { readonly mark: 'waiting' | 'idle' | 'blocked'; readonly children: ReactNode }): ReactNode => <div className={css['says']} role={mark === 'blocked' ? 'alert' : 'status'}><StateMark state={mark} says={null} /><div className={css['text']}>{children}</div></div>

/** Nothing there yet: what it would be, and the one thing to do. */
export const Nothing = ({ children, act }: { readonly children: ReactNode; readonly act?: ReactNode }): ReactNode => <div className={css['nothing']}><p>{children}</p>{act}</div>

const listen = (told: () => void): (() => void) => {
  addEventListener('online', told)
  addEventListener('offline', told)
  return () => { removeEventListener('online', told); removeEventListener('offline', told) }
}
export const useOnline = (): boolean => useSyncExternalStore(listen, () => navigator.onLine)

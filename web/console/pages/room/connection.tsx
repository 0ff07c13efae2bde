import type { ReactNode } from 'react'
import { fromNow } from '../../../shared/amounts.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { StateMark } from '../../../shared/state-mark.tsx'
import { useNow, When } from '../../../shared/when.tsx'
import type { Live } from './live.ts'
import css from './room.module.css'

const words = {
  open: { en: 'Live. Last heard {when}.', ja: 'ライブ表示中。最終受信: {when}' }, connecting: { en: 'Connecting…', ja: '接続しています…' }, lost: { en: 'The connection was lost; it is made again by itself. What you see was last heard', ja: '接続が切れました。自動的に再接続します。最終受信:' },
  ended: { en: 'This page is no longer told anything: you were signed out, or the right was taken away. Load it again.', ja: 'サインアウトまたは権限の変更により、このページは更新されません。再読み込みしてください。' }, report: { en: 'The mover last reported', ja: '移行エンジンの最終報告:' },
}

/** Whether what is shown is how it is, and since when not. */
export const Connection = ({ live: { connection, heardAt, seen }, zone }: { readonly live: Live; readonly zone: string }): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  const now = useNow(1_000)
  const at = heardAt === null ? null : new Date(heardAt).toISOString()
  return (
    <p className={css['connection']} data-connection={connection} role="status">
      <StateMark state={connection === 'open' ? 'active' : connection === 'ended' ? 'blocked' : 'waiting'} says={null} />
      <span>{connection === 'open' ? say(words.open, { when: fromNow(Math.min(heardAt ?? now, now), now, locale) }) : say(words[connection])}{connection === 'lost' && at !== null ? <> <When at={at} zone={zone} clock />.</> : null}{connection === 'open' && seen.lastAt !== null ? <span className="quiet"> {say(words.report)} <When at={new Date(seen.lastAt).toISOString()} zone={zone} clock />.</span> : null}</span>
    </p>
  )
}

import type { ReactNode } from 'react'
import { lengthOf } from '../../../shared/amounts.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { useNow } from '../../../shared/when.tsx'
import type { Seen } from './seen.ts'
import css from './room.module.css'

const words = {
  title: { en: 'Freeze clock', ja: '書き込み停止時間' }, limit: { en: 'limit {ms}', ja: '上限 {ms}' }, none: { en: 'Not frozen', ja: '停止していません' }, forecast: { en: 'Forecast {p50}, at worst {p95}', ja: '予測 {p50}、最長 {p95}' },
  running: { en: 'Nobody writes now', ja: '現在、書き込みを停止しています' }, ended: { en: 'The freeze is over', ja: '書き込み停止は終了しました' }, thawed: { en: 'Given up; the old home serves', ja: '停止を取りやめ、移行元で稼働しています' },
}

/** How long nobody could write, against how long that may take. It runs by this machine’s clock while it lasts, and ends with what the mover measured. */
export const FreezeClock = ({ seen: { freeze, forecast }, budgetMs }: { readonly seen: Seen; readonly budgetMs: number | null }): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  const now = useNow(freeze?.state === 'began' ? 100 : 1_000)
  const limit = budgetMs ?? forecast?.budgetMs ?? null
  const ms = freeze === null ? null : freeze.ms ?? Math.max(0, now - freeze.beganAt)
  const share = ms === null || limit === null ? 0 : Math.min(1, ms / limit)
  const level = freeze?.state !== 'began' ? 'idle' : share >= 1 ? 'blocked' : share > 0.7 ? 'at-risk' : 'active'
  return (
    <div className={css['clock']} data-level={level} role="timer" aria-label={say(words.title)}>
      <span className="quiet">{say(words.title)}</span>
      <strong className="figures">{ms === null ? say(words.none) : lengthOf(ms, locale)}</strong>
      <span className={css['meter']} aria-hidden><span style={{ width: `${share * 100}%` }} /></span>
      <span className="quiet figures">{[freeze === null ? null : say(freeze.state === 'began' ? words.running : words[freeze.state]), limit === null ? null : say(words.limit, { ms: lengthOf(limit, locale) })].filter(one => one !== null).join(' · ') || '\u00a0'}</span>
      {forecast === null ? null : <span className="quiet figures">{say(words.forecast, { p50: lengthOf(forecast.p50Ms, locale), p95: lengthOf(forecast.p95Ms, locale) })}</span>}
    </div>
  )
}

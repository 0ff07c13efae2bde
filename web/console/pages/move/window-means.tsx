import type { ReactNode } from 'react'
import type { WindowAct } from '#domain/windows.ts'
import { dayOf, numberOf } from '../../../shared/amounts.ts'
import { Refusal } from '../../../shared/ask.ts'
import { useAsk } from '../../../shared/asking.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Failed, Shown } from '../../../shared/shown.tsx'
import { daysBetween } from './t-minus.ts'
import css from './window.module.css'

const words = {
  what: { en: 'what comes of it', ja: '影響範囲' }, moves: { en: 'What moves with it', ja: '同時に変わる予定' }, tells: { en: 'Whom it tells', ja: '通知される相手' },
  t0: { en: 'T-0 goes from {was} to {will}, {by}.', ja: 'T-0: {was} → {will}（{by}）' }, later: { en: '{n} days later', ja: '{n} 日後' }, earlier: { en: '{n} days earlier', ja: '{n} 日前' }, same: { en: 'T-0 stays on {day}.', ja: 'T-0 は {day} のままです。' },
  tasks: { en: '{n} open tasks are dated anew.', ja: '未完了のタスク {n} 件の期日が変わります。' }, gate: { en: '{title}: {was} to {will}', ja: '{title}: {was} → {will}' }, quotes: { en: 'No longer valid: quote {numbers}.', ja: '無効になる見積書: {numbers}' },
  nobody: { en: 'Nobody: there is nobody to write to.', ja: '通知先はありません。' }, invited: { en: 'by letter and calendar', ja: 'メールとカレンダー' }, letter: { en: 'by letter', ja: 'メール' }, held: { en: 'waits until the address is confirmed', ja: 'アドレス確認後に送付' },
}

/** What would come of it if this were done now, told by control before anything is. */
export const WindowMeans = ({ move, act, from, to }: { readonly move: string; readonly act: WindowAct; readonly from?: string; readonly to?: string }): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  const told = useAsk('windows.preview', { move: move as never, act, ...(from === undefined || to === undefined ? {} : { from, to }) }, { everyMs: 600_000 })
  if (told.error instanceof Refusal && told.error.status > 0 && told.error.status < 500) return <NotSo error={told.error} />
  return (
    <div className={css['means']} role="group" aria-label={say(words.what)}>
      <Shown of={told} what={words.what} lines={3}>
        {({ t0, tasks, gates, quotes, tells }) => {
          const by = daysBetween(t0.was, t0.will)
          return (
            <>
              <h3>{say(words.moves)}</h3>
              <ul>
                <li>{by === 0 ? say(words.same, { day: dayOf(t0.was, locale) }) : say(words.t0, { was: dayOf(t0.was, locale), will: dayOf(t0.will, locale), by: say(by > 0 ? words.later : words.earlier, { n: numberOf(Math.abs(by), locale) }) })}</li>
                {tasks === 0 ? null : <li>{say(words.tasks, { n: numberOf(tasks, locale) })}</li>}
                {gates.map(({ key, title, was, will }) => <li key={key}>{say(words.gate, { title: say(title), was: dayOf(was, locale, { year: false }), will: dayOf(will, locale, { year: false }) })}</li>)}
                {quotes.length === 0 ? null : <li>{say(words.quotes, { numbers: quotes.join(', ') })}</li>}
              </ul>
              <h3>{say(words.tells)}</h3>
              {tells.length === 0 ? <p>{say(words.nobody)}</p> : <ul>{tells.map(({ name, address, isHeld, isInvited }) => <li key={address}>{name} <span className="quiet">{address} · {say(isHeld ? words.held : isInvited ? words.invited : words.letter)}</span></li>)}</ul>}
            </>
          )
        }}
      </Shown>
    </div>
  )
}

/** Why it cannot be, each reason by itself. */
export const NotSo = ({ error }: { readonly error: Refusal }): ReactNode => {
  const says = error.facts['says']
  const reasons = Array.isArray(says) ? says.filter(one => typeof one === 'string') : typeof says === 'string' ? [says] : []
  return <div><Failed error={error} />{reasons.length === 0 ? null : <ul className={css['reasons']}>{reasons.map(reason => <li key={reason}>{reason}</li>)}</ul>}</div>
}

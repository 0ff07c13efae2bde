import { Button, Textarea } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { lengthOf } from '../../../shared/amounts.ts'
import type { Told } from '../../../shared/ask.ts'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { Confirm } from '../../../shared/confirm.tsx'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { Shown } from '../../../shared/shown.tsx'
import { spanIn } from '../../../shared/span-in.ts'
import { StateLabel, StateMark } from '../../../shared/state-mark.tsx'
import { Ago, Day, useNow, When } from '../../../shared/when.tsx'
import { useMay } from '../../may.ts'
import type { PartProps } from './move.tsx'
import { WindowMeans } from './window-means.tsx'
import { WindowPicker } from './window-picker.tsx'
import css from './window.module.css'

const words = {
  title: { en: 'The window', ja: '作業日時' }, what: { en: 'the window', ja: '作業日時' }, none: { en: 'No window is agreed on. Until one is, the plan counts on', ja: '作業日時は未定です。確定するまで、計画は次の日を基準とします:' }, confirmed: { en: 'Confirmed', ja: '確定' }, proposed: { en: 'Proposed, waits for the customer', ja: '提案中（顧客の確認待ち）' }, open: { en: 'Not agreed', ja: '未定' },
  by: { en: 'by {who},', ja: '{who}、' }, kept: { en: '{length} are kept free for it', ja: '確保時間 {length}' }, laid: { en: 'Since it was agreed, a blackout was laid over it: {reason}', ja: '確定後に作業禁止期間と重なりました: {reason}' }, over: { en: 'This move is over; its window stays as it was.', ja: 'この移行は終了しています。作業日時は記録として残ります。' }, begun: { en: 'The work has begun: the window stays as it is.', ja: '作業が始まっているため、変更できません。' },
  confirm: { en: 'Confirm for the customer', ja: '顧客に代わって確定する' }, cancel: { en: 'Cancel the window', ja: '作業日時を取り消す' }, reason: { en: 'Why, as everyone will read it', ja: '理由（関係者全員に通知されます）' },
  confirmEffect: { en: '{span} counts from now on, in your name: they have told you so.', ja: '顧客の承諾に基づき、{span} をご自身の名前で確定します。' }, confirmBack: { en: 'It can be moved or cancelled until the work begins; everyone is then told again.', ja: '作業開始まで変更・取り消しができます。その場合は改めて全員に通知されます。' },
  cancelEffect: { en: '{span} is given free. The plan goes by the day of the wave or the programme again.', ja: '{span} を取り消します。計画はウェーブまたはプログラムの日付に戻ります。' }, cancelBack: { en: 'The same time can be proposed again as long as nobody else takes it.', ja: 'ほかの予定が入らない限り、同じ日時を再度提案できます。' }, notYours: { en: 'Whoever leads the migration agrees on it with the customer.', ja: '日時は移行責任者が顧客と調整します。' },
}
type Window = Told<'windows.list'>['items'][number]
/** From then on control changes no days any more. */
const laterStages: readonly string[] = ['frozen', 'verified', 'in-doubt', 'switched', 'settled', 'cancelled']

/** When it happens: asked for, chosen, moved or cancelled from here, each with what comes of it before it is done. */
export const WindowPart = ({ told }: PartProps): ReactNode => {
  const [say, may] = [useSay(), useMay()]
  const windows = useAsk('windows.list', { move: told.move.id })
  const isOver = told.move.endedAt !== null
  const isOpen = !isOver && !laterStages.includes(told.move.stage)
  return (
    <Shown of={windows} what={words.what}>
      {({ items }) => {
        const window = items.find(({ state }) => state === 'confirmed') ?? items.find(({ state }) => state === 'proposed')
        return (
          <div className={css['stack']}>
            <Panel title={say(words.title)} acts={<StateLabel state={window === undefined ? 'idle' : window.state === 'confirmed' ? 'done' : 'waiting'}>{say(window === undefined ? words.open : window.state === 'confirmed' ? words.confirmed : words.proposed)}</StateLabel>}>
              <div className={css['stack']}>
                {window === undefined ? <p>{say(words.none)} <Day of={told.dates.t0} /></p> : <Current told={told} window={window} isOpen={isOpen} />}
                {isOver ? <p className="quiet">{say(words.over)}</p> : isOpen ? (may('window.propose') ? null : <p className="quiet">{say(words.notYours)}</p>) : <p className="quiet">{say(words.begun)}</p>}
              </div>
            </Panel>
            {isOpen && may('window.propose') ? <WindowPicker told={told} window={window} /> : null}
          </div>
        )
      }}
    </Shown>
  )
}

const Current = ({ told: { move, customer }, window, isOpen }: PartProps & { readonly window: Window; readonly isOpen: boolean }): ReactNode => {
  const [say, { locale }, may, now] = [useSay(), useLanguage(), useMay(), useNow(30_000)]
  const [confirm, cancel] = [useWish('windows.confirm'), useWish('windows.cancel')]
  const [asked, ask] = useState<'confirm' | 'cancel'>()
  const [reason, setReason] = useState('')
  const span = spanIn(window.startsAt, window.endsAt, window.zone, locale)
  const close = (): void => { ask(undefined); setReason('') }
  const isAhead = Date.parse(window.startsAt) > now
  return (
    <>
      <p className={css['when']}><time dateTime={window.startsAt}>{span}</time></p>
      <p className="quiet">{window.zone} · {say(words.kept, { length: lengthOf(Date.parse(window.endsAt) - Date.parse(window.startsAt), locale) })} · <Ago at={window.startsAt} />{window.confirmedBy === null || window.confirmedAt === null ? null : <> · {say(words.confirmed)} {say(words.by, { who: window.confirmedBy })} <When at={window.confirmedAt} zone={window.zone} /></>}</p>
      {window.blackouts.map(({ id, reason: why }) => <p key={id} className={css['laid']}><StateMark state="at-risk" says={null} /><span>{say(words.laid, { reason: why })}</span></p>)}
      {isOpen ? (
        <div className={css['acts']}>
          {window.state === 'proposed' && isAhead && may('window.confirm') ? <Button size="compact-sm" onClick={() => { ask('confirm') }}>{say(words.confirm)}</Button> : null}
          {may('window.cancel') ? <Button size="compact-sm" variant="default" onClick={() => { ask('cancel') }}>{say(words.cancel)}</Button> : null}
        </div>
      ) : null}
      {asked === undefined ? null : (
        <Confirm opened close={close} title={`${say(words[asked])}: ${customer.name}`} act={say(words[asked])} effect={say(words[`${asked}Effect`], { span })} wayBack={say(words[`${asked}Back`])} isDangerous={asked === 'cancel'} {...(asked === 'cancel' ? { name: customer.name } : {})}
          wish={() => (asked === 'confirm' ? confirm.mutateAsync({ window: window.id }) : cancel.mutateAsync({ window: window.id, reason: reason.trim() === '' ? null : reason.trim() }))}>
          <WindowMeans move={move.id} act={asked} />
          {asked === 'cancel' ? <Textarea label={say(words.reason)} autosize minRows={2} maxLength={4_000} value={reason} onChange={event => { setReason(event.currentTarget.value) }} /> : null}
        </Confirm>
      )}
    </>
  )
}

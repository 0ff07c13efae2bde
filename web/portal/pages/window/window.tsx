import { Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { Told } from '../../../shared/ask.ts'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { Confirm } from '../../../shared/confirm.tsx'
import { dayOf } from '../../../shared/amounts.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Shown } from '../../../shared/shown.tsx'
import { StateLabel, StateMark } from '../../../shared/state-mark.tsx'
import { When } from '../../../shared/when.tsx'
import { useHere, useMay } from '../../here.ts'
import { Page, Part } from '../../page.tsx'
import { useTold } from '../../refused.tsx'
import { Span, spanIn, zoneWords } from '../../span.tsx'
import { NoGoDays } from './no-go-days.tsx'
import { Picker } from './picker.tsx'
import { WhatMoves } from './what-moves.tsx'
import css from './window.module.css'

const words = {
  title: { en: 'The date', ja: '作業日時' }, lead: { en: 'Times are those of {zone}.', ja: '時刻は {zone} で表示しています。' }, what: { en: 'the date', ja: '日時' },
  confirmed: { en: 'Confirmed', ja: '確定' }, proposed: { en: 'Proposed, not confirmed', ja: '候補（未確定）' }, open: { en: 'Not fixed yet', ja: '未確定' }, by: { en: 'By {who}, ', ja: '確定者: {who} ' },
  reckoned: { en: 'The plan counts on {day} until a date is fixed.', ja: '日時が確定するまで、計画は {day} を仮の作業日としています。' }, others: { en: 'Your point of contact, or whoever approves on your side, fixes the date.', ja: '日時は、貴社の窓口担当または承認者の方が確定します。' },
  fix: { en: 'Fix this date', ja: 'この日時で確定する' }, change: { en: 'Choose another time', ja: '別の日時を選ぶ' }, keep: { en: 'Keep it as it is', ja: '変更しない' }, laid: { en: 'Since it was fixed, this was laid over it: {reason}. We write to you, or you choose another time.', ja: '確定後に、次の予定と重なりました: {reason}。当社からご連絡します。別の日時をお選びいただくこともできます。' },
  effect: { en: 'You commit to {span}. The plan is dated from it, and everyone it concerns is invited.', ja: '{span} で確定します。計画の日付がこの日時を基準に決まり、関係者全員に招待状をお送りします。' }, wayBack: { en: 'You can choose another time here until the work begins; invitations are then sent anew.', ja: '作業が始まるまでは、この画面で変更できます。変更した場合は招待状を送り直します。' },
}

type Window = Told<'windows.list'>['items'][number]

/** The window as it stands, what hangs on it, and how to fix or change it. */
export const TheWindow = (): ReactNode => {
  const [say, { locale }, { move, page, zone }] = [useSay(), useLanguage(), useHere()]
  const [mayPick, mayFix] = [useMay('window.propose'), useMay('window.confirm')]
  const windows = useAsk('windows.list', { move, limit: 50 })
  const [isChoosing, choose] = useState(false)
  const isOpen = page.move.endedAt === null
  return (
    <Page title={say(words.title)} lead={say(words.lead, { zone: zoneWords(zone, new Date().toISOString(), locale) })}>
      <Shown of={windows} what={words.what}>
        {({ items }) => {
          const window = items.find(({ state }) => state === 'confirmed') ?? items.find(({ state }) => state === 'proposed')
          const isPicking = mayPick && isOpen && (window === undefined || isChoosing)
          return (
            <>
              {window === undefined
                ? <Part title={<StateLabel state="waiting">{say(words.open)}</StateLabel>}><p>{say(words.reckoned, { day: dayOf(page.dates.t0, locale) })}</p>{mayPick ? null : <p className="soft">{say(words.others)}</p>}</Part>
                : <Current window={window} mayFix={mayFix && isOpen} act={mayPick && isOpen ? <Button variant="default" onClick={() => { choose(!isChoosing) }} aria-expanded={isChoosing}>{say(isChoosing ? words.keep : words.change)}</Button> : null} />}
              {isPicking ? <Picker window={window} mayFix={mayFix} begun={() => { choose(true) }} done={() => { choose(false) }} /> : null}
              {window === undefined || isPicking ? null : <WhatMoves day={dayIn(window.startsAt, zone)} isPart />}
            </>
          )
        }}
      </Shown>
      <NoGoDays />
    </Page>
  )
}

const Current = ({ window, mayFix, act }: { readonly window: Window; readonly mayFix: boolean; readonly act: ReactNode }): ReactNode => {
  const [say, { locale }, { zone }, fix, [isAsked, ask]] = [useSay(), useLanguage(), useHere(), useWish('windows.confirm'), useState(false)]
  const told = useTold()
  const isFixed = window.state === 'confirmed'
  return (
    <Part title={<StateLabel state={isFixed ? 'done' : 'waiting'}>{say(isFixed ? words.confirmed : words.proposed)}</StateLabel>} strong={!isFixed}>
      <Span from={window.startsAt} to={window.endsAt} zone={zone} className={css['date'] ?? ''} />
      {window.confirmedBy === null || window.confirmedAt === null ? null : <p className="soft small">{say(words.by, { who: window.confirmedBy })}<When at={window.confirmedAt} zone={zone} /></p>}
      {window.blackouts.map(({ id, reason }) => <p key={id} className={css['laid']}><StateMark state="at-risk" says={null} /><span>{say(words.laid, { reason })}</span></p>)}
      {isFixed || mayFix ? null : <p className="soft">{say(words.others)}</p>}
      <div className={css['acts']}>{!isFixed && mayFix ? <Button onClick={() => { ask(true) }}>{say(words.fix)}</Button> : null}{act}</div>
      <Confirm opened={isAsked} close={() => { ask(false) }} title={say(words.fix)} act={say(words.fix)} effect={say(words.effect, { span: spanIn(window.startsAt, window.endsAt, zone, locale) })} wayBack={say(words.wayBack)} wish={() => fix.mutateAsync({ window: window.id }).catch((error: unknown) => { throw told(error) })} />
    </Part>
  )
}

const dayIn = (at: string, zone: string): string => new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(new Date(at))

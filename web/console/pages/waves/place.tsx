import { Radio } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { addDays } from '#domain/days.ts'
import { dayOf } from '../../../shared/amounts.ts'
import { useWish } from '../../../shared/asking.ts'
import { Confirm } from '../../../shared/confirm.tsx'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { StateLabel } from '../../../shared/state-mark.tsx'
import type { Blackout, Holidays, Home, MoveLine, Rule, Wave, Wish } from './told.ts'
import { holidaysBetween, loadOf, mondayOf, shutBy, weeksFrom } from './weeks.ts'
import css from './grid.module.css'

const words = {
  title: { en: 'Put {customer} on {day}', ja: '{customer} を {day} に配置' }, put: { en: 'Put', ja: '配置する' }, how: { en: 'How', ja: '方法' },
  rule: { en: 'As a word to the planner: it stays on this day', ja: 'プランナーへの指定（この日に固定）' }, ruleSays: { en: 'The move’s own day stays as it is until a plan is accepted.', ja: '計画案を承認するまで、移行の T-0 は変わりません。' },
  wave: { en: 'Into {wave}, which goes on that day', ja: '同じ日のウェーブ「{wave}」に入れる' }, t0: { en: 'A T-0 of its own, now', ja: '個別の T-0 として今すぐ設定' }, nowSays: { en: 'Every open task of it is dated anew.', ja: '未完了のタスクの期日がすべて変わります。' },
  effect: { en: 'It has {now} at present.', ja: '現在の T-0: {now}。' }, none: { en: 'no T-0', ja: '未定' }, wayBack: { en: 'It can be put elsewhere until the move is ordered.', ja: '移行を指示するまでは変更できます。' },
  shut: { en: 'Blackout: {reason}', ja: '切り替え禁止: {reason}' }, off: { en: 'Public holiday in {country} on {day}: {name}', ja: '{country} の祝日（{day}）: {name}' }, full: { en: '{home} takes {capacity} at once and has {busiest} on that day', ja: '{home} は同時 {capacity} 件まで（当日 {busiest} 件）' },
}

type Shape = { readonly wish: Wish; close(): void; readonly waves: readonly Wave[]; readonly rules: readonly Rule[]; readonly homes: readonly Home[]; readonly blackouts: readonly Blackout[]; readonly holidays: Holidays; readonly lines: readonly MoveLine[]; readonly zone: string; readonly programme: string }

/** What is in the way of a day is said before it is taken; what control says of it after that, in its words. */
export const Place = ({ wish: { line, day }, close, waves, rules, homes, blackouts, holidays, lines, zone, programme }: Shape): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  const [addRule, removeRule, change] = [useWish('waves.add-rule'), useWish('waves.remove-rule'), useWish('moves.change')]
  const wave = waves.find(one => one.t0 === day)
  const [how, setHow] = useState<'rule' | 'wave' | 't0'>(wave === undefined ? 'rule' : 'wave')
  const [week] = weeksFrom(mondayOf(day), 1)
  const home = homes.find(({ id }) => id === line.destination.id)
  const shut = week === undefined ? undefined : shutBy(blackouts, week, zone, line.destination.id)
  const load = week === undefined || home === undefined ? undefined : loadOf(home, week, lines.filter(({ move }) => move.t0 === day && move.id !== line.move.id))
  const off = holidaysBetween(holidays, day, addDays(day, 1), line.customer.country)
  const isFull = load !== undefined && load.busiest >= load.capacity
  const put = async (): Promise<void> => {
    if (how === 'wave' && wave !== undefined) await change.mutateAsync({ move: line.move.id, wave: wave.id, t0: null })
    else if (how === 't0') await change.mutateAsync({ move: line.move.id, t0: day })
    else {
      const before = rules.filter(({ rule }) => rule.kind === 'placed' && rule.move === line.move.id)
      await addRule.mutateAsync({ programme: programme as never, rule: { kind: 'placed', move: line.move.id, day } })
      for (const { id } of before) await removeRule.mutateAsync({ rule: id })
    }
  }
  return (
    <Confirm opened close={close} title={say(words.title, { customer: line.customer.name, day: dayOf(day, locale) })} effect={say(words.effect, { now: line.move.t0 === null ? say(words.none) : dayOf(line.move.t0, locale) })} wayBack={say(words.wayBack)} act={say(words.put)} wish={put}>
      {shut === undefined && !isFull && off.length === 0 ? null : (
        <div className={css['warn']}>
          {shut === undefined ? null : <StateLabel state="at-risk">{say(words.shut, { reason: shut.reason })}</StateLabel>}
          {isFull ? <StateLabel state="at-risk">{say(words.full, { home: home?.name ?? '', capacity: load.capacity, busiest: load.busiest })}</StateLabel> : null}
          {off.map(one => <StateLabel key={one.day} state="at-risk">{say(words.off, { country: one.country, day: dayOf(one.day, locale, { year: false }), name: say(one.name) })}</StateLabel>)}
        </div>
      )}
      <Radio.Group label={say(words.how)} value={how} onChange={value => { setHow(value as 'rule' | 'wave' | 't0') }}>
        <div className={css['place']} style={{ paddingTop: 6 }}>
          {wave === undefined ? null : <Radio value="wave" label={say(words.wave, { wave: wave.name })} description={say(words.nowSays)} />}
          <Radio value="rule" label={say(words.rule)} description={say(words.ruleSays)} />
          <Radio value="t0" label={say(words.t0)} description={say(words.nowSays)} />
        </div>
      </Radio.Group>
    </Confirm>
  )
}

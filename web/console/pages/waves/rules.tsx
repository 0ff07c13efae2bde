import { Button } from '@mantine/core'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { dayOf } from '../../../shared/amounts.ts'
import type { Told } from '../../../shared/ask.ts'
import { useWish } from '../../../shared/asking.ts'
import { type Say, useLanguage, useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { Failed, Shown } from '../../../shared/shown.tsx'
import { useMay } from '../../may.ts'
import type { MoveLine, Rule } from './told.ts'
import css from './run.module.css'

const words = {
  title: { en: 'What people said for and against dates', ja: '日程の指定' }, what: { en: 'the rules', ja: '日程の指定' }, none: { en: 'Nothing yet: the planner is free within capacity, blackouts and holidays.', ja: '指定はまだありません。受け入れ数・禁止期間・祝日の範囲で自由に計画されます。' }, back: { en: 'Take back', ja: '取り消す' }, by: { en: 'said by {name}', ja: '（{name} が指定）' },
  placed: { en: '{move} stays on {day}', ja: '{move}: {day} に固定' }, earliest: { en: '{move} not before {day}', ja: '{move}: {day} 以降' }, latest: { en: '{move} not after {day}', ja: '{move}: {day} まで' }, 'holidays-too': { en: '{move} also on public holidays', ja: '{move}: 祝日も可' }, 'rather-not': { en: '{move} rather not on {days}', ja: '{move}: {days} は避けたい' },
  together: { en: 'Together: {moves}', ja: '同じ日: {moves}' }, apart: { en: 'Not on one date: {moves}', ja: '別の日: {moves}' }, after: { en: '{move} at least {days} days after {other}', ja: '{move}: {other} の {days} 日以上後' }, partner: { en: 'At most {most} moves of one partner on a date', ja: '同じ取次会社は 1 回 {most} 件まで' }, someone: { en: 'a move that is over', ja: '終了した移行' },
}

export const Rules = ({ of, lines }: { readonly of: UseQueryResult<Told<'waves.rules'>>; readonly lines: readonly MoveLine[] }): ReactNode => {
  const [say, { locale }, may, remove] = [useSay(), useLanguage(), useMay(), useWish('waves.remove-rule')]
  const nameOf = (move: string): string => lines.find(line => line.move.id === move)?.customer.name ?? say(words.someone)
  return (
    <Panel title={say(words.title)}>
      <Shown of={of} what={words.what} lines={2} empty={({ items }) => items.length === 0} none={<p className="quiet">{say(words.none)}</p>}>
        {({ items }) => <ul className={css['rules']}>{items.map(({ id, rule, by }) => <li key={id}><span>{said(rule, say, nameOf, day => dayOf(day, locale))} <span className="quiet">{say(words.by, { name: by })}</span></span>{may('wave.plan') ? <Button size="compact-sm" variant="default" onClick={() => { remove.mutate({ rule: id }) }}>{say(words.back)}</Button> : null}</li>)}</ul>}
      </Shown>
      {remove.error === null ? null : <Failed error={remove.error} />}
    </Panel>
  )
}

const said = (rule: Rule['rule'], say: Say, nameOf: (move: string) => string, day: (of: string) => string): string => {
  switch (rule.kind) {
    case 'placed': case 'earliest': case 'latest': return say(words[rule.kind], { move: nameOf(rule.move), day: day(rule.day) })
    case 'holidays-too': return say(words['holidays-too'], { move: nameOf(rule.move) })
    case 'rather-not': return say(words['rather-not'], { move: nameOf(rule.move), days: rule.days.map(day).join(', ') })
    case 'together': case 'apart': return say(words[rule.kind], { moves: rule.moves.map(nameOf).join(', ') })
    case 'after': return say(words.after, { move: nameOf(rule.move), other: nameOf(rule.other), days: rule.days })
    case 'partner': return say(words.partner, { most: rule.mostADate })
  }
}

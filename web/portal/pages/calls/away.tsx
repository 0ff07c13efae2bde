import { Button, SegmentedControl, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Shown } from '../../../shared/shown.tsx'
import { StateMark } from '../../../shared/state-mark.tsx'
import { dayOf } from '../../../shared/amounts.ts'
import { todayIn } from '../../deadline.tsx'
import { dutyWords } from '../../duties.ts'
import { useHere } from '../../here.ts'
import { Folded } from '../../page.tsx'
import { Refused } from '../../refused.tsx'
import css from './calls.module.css'

const words = {
  title: { en: 'Your days here and away', ja: 'ご在席・ご不在の日' }, what: { en: 'your days', ja: 'ご予定' }, says: { en: 'We plan around the days on which you are away, and tell your point of contact where nobody is there for a duty.', ja: 'ご不在の日を避けて計画します。役割の担当者が全員不在となる日は、窓口担当の方にお知らせします。' }, none: { en: 'You have said nothing of your days yet.', ja: 'ご予定はまだ登録されていません。' },
  from: { en: 'First day', ja: '開始日' }, to: { en: 'Last day', ja: '終了日' }, there: { en: 'I am there', ja: '在席' }, away: { en: 'I am away', ja: '不在' }, which: { en: 'On these days', ja: 'この期間は' }, keep: { en: 'Keep', ja: '登録する' }, uncovered: { en: 'Nobody is there for {duty}: {days}.', ja: '{duty}が全員不在です: {days}。' }, span: { en: '{first} to {last}', ja: '{first} ～ {last}' },
}

export const Away = (): ReactNode => {
  const say = useSay()
  return <Folded title={say(words.title)}><Days /></Folded>
}

const Days = (): ReactNode => {
  const [say, { locale }, { self, move, zone }, give] = [useSay(), useLanguage(), useHere(), useWish('availability.give')]
  const said = useAsk('availability.list', { contact: self.id as never, limit: 200 })
  const whole = useAsk('availability.of-move', { move }, { when: self.customer !== null && self.duties.includes('point-of-contact') })
  const [firstOn, setFirst] = useState('')
  const [lastOn, setLast] = useState('')
  const [is, setIs] = useState('away')
  const span = (first: string, last: string): string => (first === last ? dayOf(first, locale) : say(words.span, { first: dayOf(first, locale, { year: false }), last: dayOf(last, locale) }))
  return (
    <>
      <p className="soft">{say(words.says)}</p>
      <Shown of={said} what={words.what} lines={2} empty={({ items }) => items.length === 0} none={<p className="quiet">{say(words.none)}</p>}>{({ items }) => <ul className={css['days']}>{items.toSorted((a, b) => a.firstOn.localeCompare(b.firstOn)).map(one => <li key={one.id}><StateMark state={one.available ? 'done' : 'waiting'} says={null} /><span>{span(one.firstOn, one.lastOn)}: {say(one.available ? words.there : words.away)}</span></li>)}</ul>}</Shown>
      {(whole.data?.uncovered ?? []).map(({ duty, days }) => <p key={duty} className={css['uncovered']}><StateMark state="at-risk" says={null} /><span>{say(words.uncovered, { duty: dutyWords[duty].name[locale], days: days.map(({ first, last }) => span(first, last)).join(', ') })}</span></p>)}
      <form className={css['form']} onSubmit={event => { event.preventDefault(); give.mutate({ firstOn, lastOn: lastOn === '' ? firstOn : lastOn, available: is === 'there' }, { onSuccess: () => { setFirst(''); setLast('') } }) }}>
        <div className={css['two']}><TextInput type="date" label={say(words.from)} required withAsterisk={false} min={todayIn(zone)} value={firstOn} onChange={event => { setFirst(event.currentTarget.value) }} /><TextInput type="date" label={say(words.to)} min={firstOn} value={lastOn} onChange={event => { setLast(event.currentTarget.value) }} /></div>
        <div className={css['come']}><span id="which-days">{say(words.which)}</span><SegmentedControl aria-labelledby="which-days" fullWidth value={is} onChange={setIs} data={[{ value: 'away', label: say(words.away) }, { value: 'there', label: say(words.there) }]} /></div>
        <div><Button type="submit" variant="default" loading={give.isPending}>{say(words.keep)}</Button></div>
        <Refused error={give.error} />
      </form>
    </>
  )
}

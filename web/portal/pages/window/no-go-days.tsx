import { Button, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Shown } from '../../../shared/shown.tsx'
import { StateMark } from '../../../shared/state-mark.tsx'
import { todayIn } from '../../deadline.tsx'
import { useHere, useMay } from '../../here.ts'
import { Folded } from '../../page.tsx'
import { Refused } from '../../refused.tsx'
import css from './window.module.css'

const words = {
  title: { en: 'Days on which nothing may be touched', ja: '作業を避けたい日' }, what: { en: 'your no-go dates', ja: '作業を避けたい日' }, none: { en: 'None are given. Year-end, stock-taking, a release: say so here, and no such day is offered.', ja: '登録はありません。年度末・棚卸し・リリースなどをご登録いただくと、その日は候補から除かれます。' },
  from: { en: 'First day', ja: '開始日' }, to: { en: 'Last day', ja: '終了日' }, reason: { en: 'Why', ja: '理由' }, add: { en: 'Keep these days free of us', ja: 'この期間を登録する' }, remove: { en: 'Take away', ja: '取り消す' }, hit: { en: 'Your confirmed date lies on these days. Choose another time above, or take these days away again.', ja: '確定済みの作業日時がこの期間に重なっています。別の日時をお選びいただくか、この期間を取り消してください。' },
}

/** The customer's own blackouts: seen by who plans there, laid and taken away by them too. */
export const NoGoDays = (): ReactNode => {
  const [say, maySee] = [useSay(), useMay('blackout.read')]
  return maySee ? <Folded title={say(words.title)}><Days /></Folded> : null
}

const Days = (): ReactNode => {
  const [say, { locale }, { page, zone }, mayChange] = [useSay(), useLanguage(), useHere(), useMay('blackout.change')]
  const days = useAsk('blackouts.list', { customer: page.customer.id, from: `${todayIn(zone)}T00:00:00Z`, limit: 100 })
  const remove = useWish('blackouts.remove')
  const span = (from: string, to: string): string => new Intl.DateTimeFormat(locale === 'ja' ? 'ja-JP' : 'en-GB', { timeZone: zone, weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' }).formatRange(new Date(from), new Date(Date.parse(to) - 1))
  return (
    <>
      <Shown of={days} what={words.what} empty={({ items }) => items.length === 0} none={<p className="soft">{say(words.none)}</p>}>
        {({ items }) => <ul className={css['days']}>{items.map(one => <li key={one.id}><span><span className="figures">{span(one.startsAt, one.endsAt)}</span><span className="quiet small">{one.reason}</span></span>{mayChange ? <Button variant="subtle" color="gray" onClick={() => { remove.mutate({ blackout: one.id }) }}>{say(words.remove)}</Button> : null}</li>)}</ul>}
      </Shown>
      <Refused error={remove.error} />
      {mayChange ? <Add /> : null}
    </>
  )
}

const Add = (): ReactNode => {
  const [say, { page, zone }, add] = [useSay(), useHere(), useWish('blackouts.add')]
  const [firstOn, setFirst] = useState('')
  const [lastOn, setLast] = useState('')
  const [reason, setReason] = useState('')
  const go = (): void => { add.mutate({ customer: page.customer.id, firstOn, lastOn: lastOn === '' ? firstOn : lastOn, reason: reason.trim() }, { onSuccess: () => { setFirst(''); setLast(''); setReason('') } }) }
  return (
    <form className={css['form']} onSubmit={event => { event.preventDefault(); go() }}>
      <div className={css['two']}><TextInput type="date" label={say(words.from)} required withAsterisk={false} min={todayIn(zone)} value={firstOn} onChange={event => { setFirst(event.currentTarget.value) }} /><TextInput type="date" label={say(words.to)} min={firstOn} value={lastOn} onChange={event => { setLast(event.currentTarget.value) }} /></div>
      <TextInput label={say(words.reason)} required withAsterisk={false} maxLength={200} value={reason} onChange={event => { setReason(event.currentTarget.value) }} />
      <div><Button type="submit" variant="default" loading={add.isPending}>{say(words.add)}</Button></div>
      <Refused error={add.error} />
      {add.data !== undefined && add.data.hits.length > 0 ? <p className={css['laid']} role="status"><StateMark state="at-risk" says={null} /><span>{say(words.hit)}</span></p> : null}
    </form>
  )
}

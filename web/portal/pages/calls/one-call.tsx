import { Button, SegmentedControl } from '@mantine/core'
import { Video } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Told } from '../../../shared/ask.ts'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { StateLabel } from '../../../shared/state-mark.tsx'
import { GoButton } from '../../go.tsx'
import { useHere } from '../../here.ts'
import { Refused } from '../../refused.tsx'
import { spanIn, zoneWords } from '../../span.tsx'
import css from './calls.module.css'

const words = {
  come: { en: 'Do you come?', ja: '出席しますか' }, accepted: { en: 'Yes', ja: '出席' }, tentative: { en: 'Perhaps', ja: '未定' }, declined: { en: 'No', ja: '欠席' }, cancelled: { en: 'Cancelled', ja: '中止' }, past: { en: 'Past', ja: '終了' }, join: { en: 'Join', ja: '参加する' },
  agenda: { en: 'Agenda', ja: '議題' }, prepare: { en: 'Answer the questionnaire before', ja: '事前に質問票に回答する' }, with: { en: 'With {people}', ja: '参加者: {people}' },
}

/** One appointment: when, with whom, about what, and whether one comes. The answer stands as control has it. */
export const OneCall = ({ call, isComing }: { readonly call: Told<'calls.list'>['items'][number]; readonly isComing: boolean }): ReactNode => {
  const [say, { locale }, { zone, self }, answer] = [useSay(), useLanguage(), useHere(), useWish('calls.answer')]
  const whole = useAsk('calls.read', { call: call.id }, { when: isComing })
  const people = whole.data?.people ?? []
  const isInvited = people.some(({ contact }) => contact === self.id)
  return (
    <li>
      <strong>{call.title[locale]}</strong>
      <span className="figures">{spanIn(call.startsAt, call.endsAt, zone, locale)} <span className="quiet small">{zoneWords(zone, call.startsAt, locale)}</span></span>
      {isComing ? null : <div><StateLabel state={call.state === 'cancelled' ? 'idle' : 'done'}>{say(call.state === 'cancelled' ? words.cancelled : words.past)}</StateLabel></div>}
      {call.place === null ? null : <span>{call.place}</span>}
      {people.length === 0 ? null : <span className="soft small">{say(words.with, { people: people.map(({ name }) => name).join(locale === 'ja' ? '、' : ', ') })}</span>}
      {!isComing || call.agenda.length === 0 ? null : <details className={css['agenda']}><summary>{say(words.agenda)}</summary><ol>{call.agenda.map(point => <li key={point.en}>{point[locale]}</li>)}</ol></details>}
      {isComing && isInvited ? <div className={css['come']}><span id={`come-${call.id}`}>{say(words.come)}</span><SegmentedControl aria-labelledby={`come-${call.id}`} fullWidth disabled={answer.isPending} value={call.yours ?? ''} onChange={chosen => { answer.mutate({ call: call.id, answer: chosen as 'accepted' }) }} data={(['accepted', 'tentative', 'declined'] as const).map(value => ({ value, label: say(words[value]) }))} /></div> : null}
      <Refused error={answer.error} />
      {isComing && (call.link !== null || call.questionnaire) ? <div className={css['acts']}>{call.link === null ? null : <Button component="a" variant="default" href={call.link} target="_blank" rel="noreferrer" leftSection={<Video size={16} aria-hidden />}>{say(words.join)}</Button>}{call.questionnaire ? <GoButton to="/questionnaire" variant="default">{say(words.prepare)}</GoButton> : null}</div> : null}
    </li>
  )
}

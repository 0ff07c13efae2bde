import type { ReactNode } from 'react'
import { useAsk } from '../../../shared/asking.ts'
import { useSay } from '../../../shared/language.tsx'
import { Shown } from '../../../shared/shown.tsx'
import { useHere } from '../../here.ts'
import { Folded, Page, Part } from '../../page.tsx'
import { Away } from './away.tsx'
import { OneCall } from './one-call.tsx'
import { Subscribe } from './subscribe.tsx'
import css from './calls.module.css'

const words = {
  title: { en: 'Calls and calendar', ja: '打ち合わせとカレンダー' }, lead: { en: 'Invitations come by mail; say here whether you come.', ja: '招待状はメールでお送りします。出欠はこの画面でご回答ください。' }, what: { en: 'the calls', ja: '打ち合わせ' }, next: { en: 'What comes', ja: '今後の予定' }, none: { en: 'No call is planned with you. You get an invitation as soon as one is.', ja: '予定されている打ち合わせはありません。決まりましたら招待状をお送りします。' }, past: { en: 'Past and cancelled', ja: '終了・中止' },
}

/** Appointments, what one said to them, days away, and the calendar to subscribe to. */
export const Calls = (): ReactNode => {
  const [say, { move }] = [useSay(), useHere()]
  const calls = useAsk('calls.list', { move, limit: 200 })
  return (
    <Page title={say(words.title)} lead={say(words.lead)}>
      <Part title={say(words.next)}>
        <Shown of={calls} what={words.what} empty={({ items }) => !items.some(comes)} none={<p className="soft">{say(words.none)}</p>}>{({ items }) => <ul className={css['list']}>{items.filter(comes).toSorted((a, b) => a.startsAt.localeCompare(b.startsAt)).map(call => <OneCall key={call.id} call={call} isComing />)}</ul>}</Shown>
      </Part>
      {calls.data === undefined || calls.data.items.every(comes) ? null : <Folded title={say(words.past)}><ul className={css['list']}>{calls.data.items.filter(call => !comes(call)).toSorted((a, b) => b.startsAt.localeCompare(a.startsAt)).map(call => <OneCall key={call.id} call={call} isComing={false} />)}</ul></Folded>}
      <Away />
      <Subscribe />
    </Page>
  )
}

const comes = ({ state, endsAt }: { readonly state: string; readonly endsAt: string }): boolean => state === 'planned' && Date.parse(endsAt) > Date.now()

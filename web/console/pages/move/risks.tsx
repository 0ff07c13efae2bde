import { Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { Text } from '#domain/locale.ts'
import { partyWords } from '#domain/owner-words.ts'
import type { Told } from '../../../shared/ask.ts'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { type Field, FormDialog } from '../../../shared/form-dialog.tsx'
import { useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { Failed, Nothing, Shown } from '../../../shared/shown.tsx'
import { type State, StateLabel, StateMark } from '../../../shared/state-mark.tsx'
import { When } from '../../../shared/when.tsx'
import { useMay } from '../../may.ts'
import type { PartProps } from './move.tsx'
import css from './move.module.css'

const words = {
  title: { en: 'Risks', ja: 'リスク' }, what: { en: 'the risks', ja: 'リスク' }, none: { en: 'Nobody has written down what could go wrong.', ja: 'リスクは登録されていません。' }, add: { en: 'Add a risk', ja: 'リスクを追加' }, change: { en: 'Change', ja: '変更' }, close: { en: 'Close it', ja: '解消済みにする' }, open: { en: 'Open again', ja: '再度開く' }, closed: { en: 'Closed', ja: '解消済み' },
  text: { en: 'What could go wrong', ja: '内容' }, level: { en: 'How bad', ja: '影響度' }, party: { en: 'Whose it is', ja: '担当' }, by: { en: 'written by {who},', ja: '登録: {who}、' }, keep: { en: 'Keep', ja: '保存' },
}
type Risk = Told<'risks.list'>['items'][number]
const levels: Readonly<Record<Risk['level'], readonly [Text, State]>> = { high: [{ en: 'High', ja: '大' }, 'blocked'], medium: [{ en: 'Medium', ja: '中' }, 'at-risk'], low: [{ en: 'Low', ja: '小' }, 'idle'] }

/** What could go wrong, the worst first. */
export const Risks = ({ told }: PartProps): ReactNode => {
  const [say, may] = [useSay(), useMay()]
  const risks = useAsk('risks.list', { move: told.move.id, limit: 200 })
  const [add, change] = [useWish('risks.add'), useWish('risks.change')]
  const [asked, ask] = useState<Risk | 'new' | null>(null)
  const first = asked === 'new' || asked === null ? null : asked
  const fields: readonly Field[] = [
    { key: 'text', says: words.text, type: 'long', ...(first === null ? {} : { first: first.text }) }, { key: 'level', says: words.level, type: 'choice', first: first?.level ?? 'medium', choices: (['high', 'medium', 'low'] as const).map(value => ({ value, label: say(levels[value][0]) })) },
    { key: 'party', says: words.party, type: 'choice', first: first?.party ?? 'vendor', choices: (['vendor', 'partner', 'customer'] as const).map(value => ({ value, label: say(partyWords[value]) })) },
  ]
  const order = ['high', 'medium', 'low']
  return (
    <Panel title={say(words.title)} flush acts={may('risk.change') ? <Button size="compact-sm" variant="default" onClick={() => { ask('new') }}>{say(words.add)}</Button> : undefined}>
      {change.error === null ? null : <Failed error={change.error} />}
      <Shown of={risks} what={words.what} empty={found => found.items.length === 0} none={<Nothing>{say(words.none)}</Nothing>}>
        {({ items }) => <ul className={css['list']}>{items.toSorted((a, b) => Number(a.state === 'closed') - Number(b.state === 'closed') || order.indexOf(a.level) - order.indexOf(b.level)).map(risk => (
          <li key={risk.id}>
            <StateMark state={risk.state === 'closed' ? 'done' : levels[risk.level][1]} says={null} />
            <div><span>{risk.text}</span><span className="quiet">{say(partyWords[risk.party])} · {say(words.by, { who: risk.by })} <When at={risk.at} zone={told.customer.zone} /></span></div>
            <div className={css['end']}><StateLabel state={risk.state === 'closed' ? 'done' : levels[risk.level][1]}>{say(risk.state === 'closed' ? words.closed : levels[risk.level][0])}</StateLabel>{may('risk.change') ? <><Button size="compact-sm" variant="default" onClick={() => { ask(risk) }}>{say(words.change)}</Button><Button size="compact-sm" variant="default" onClick={() => { change.mutate({ risk: risk.id, state: risk.state === 'open' ? 'closed' : 'open' }) }}>{say(risk.state === 'open' ? words.close : words.open)}</Button></> : null}</div>
          </li>
        ))}</ul>}
      </Shown>
      {asked === null ? null : <FormDialog opened close={() => { ask(null) }} title={say(asked === 'new' ? words.add : words.change)} fields={fields} act={say(words.keep)} wish={values => { const risk = values as { text: string; level: Risk['level']; party: Risk['party'] }; return asked === 'new' ? add.mutateAsync({ move: told.move.id, ...risk }) : change.mutateAsync({ risk: asked.id, ...risk }) }} />}
    </Panel>
  )
}

import { Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { Text } from '#domain/locale.ts'
import type { Told } from '../../../shared/ask.ts'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { type Field, FormDialog } from '../../../shared/form-dialog.tsx'
import { useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { Nothing, Shown } from '../../../shared/shown.tsx'
import { type State, StateLabel, StateMark } from '../../../shared/state-mark.tsx'
import { When } from '../../../shared/when.tsx'
import { useMay } from '../../may.ts'
import type { PartProps } from './move.tsx'
import css from './move.module.css'

const words = {
  title: { en: 'Integrations', ja: '連携システム' }, lead: { en: 'other companies’ systems that talk to this tenant', ja: 'このテナントに接続する他社システム' }, what: { en: 'the integrations', ja: '連携システム' }, none: { en: 'No other system is known to talk to this tenant.', ja: '連携システムは登録されていません。' }, add: { en: 'Add an integration', ja: '連携システムを追加' }, change: { en: 'Change', ja: '変更' }, keep: { en: 'Keep', ja: '保存' },
  name: { en: 'Name', ja: '名称' }, contact: { en: 'Whom to write to there', ja: '先方の連絡先' }, plan: { en: 'What they do at the cutover', ja: '切り替え時の対応' }, state: { en: 'How far it is', ja: '状態' }, informed: { en: 'They were told the dates', ja: '日程を連絡済み' }, informedAt: { en: 'Told on', ja: '日程連絡:' }, notInformed: { en: 'Not told the dates yet', ja: '日程は未連絡' },
}
type Integration = Told<'integrations.list'>['items'][number]
const states: Readonly<Record<Integration['state'], readonly [Text, State]>> = { open: [{ en: 'Open', ja: '未対応' }, 'waiting'], ready: [{ en: 'Ready', ja: '準備完了' }, 'active'], tested: [{ en: 'Tested', ja: 'テスト済み' }, 'done'] }

/** Third parties: who was told, what they plan, how far it is. */
export const Integrations = ({ told }: PartProps): ReactNode => {
  const [say, may] = [useSay(), useMay()]
  const all = useAsk('integrations.list', { move: told.move.id, limit: 200 })
  const [add, change] = [useWish('integrations.add'), useWish('integrations.change')]
  const [asked, ask] = useState<Integration | 'new' | null>(null)
  const first = asked === 'new' || asked === null ? null : asked
  const shared: readonly Field[] = [{ key: 'contact', says: words.contact, type: 'text', optional: true, first: first?.contact ?? '' }, { key: 'plan', says: words.plan, type: 'long', optional: true, first: first?.plan ?? '' }]
  const fields: readonly Field[] = first === null ? [{ key: 'name', says: words.name, type: 'text' }, ...shared] : [...shared, { key: 'state', says: words.state, type: 'choice', first: first.state, choices: (['open', 'ready', 'tested'] as const).map(value => ({ value, label: say(states[value][0]) })) }, { key: 'informed', says: words.informed, type: 'yes-no', first: first.informedAt !== null }]
  return (
    <Panel title={say(words.title)} lead={say(words.lead)} flush acts={may('integration.change') ? <Button size="compact-sm" variant="default" onClick={() => { ask('new') }}>{say(words.add)}</Button> : undefined}>
      <Shown of={all} what={words.what} empty={found => found.items.length === 0} none={<Nothing>{say(words.none)}</Nothing>}>
        {({ items }) => <ul className={css['list']}>{items.map(one => (
          <li key={one.id}>
            <StateMark state={states[one.state][1]} says={null} />
            <div><span className={css['name']}>{one.name}</span><span className="quiet">{one.contact === null ? null : `${one.contact} · `}{one.informedAt === null ? say(words.notInformed) : <>{say(words.informedAt)} <When at={one.informedAt} zone={told.customer.zone} /></>}</span>{one.plan === null ? null : <span>{one.plan}</span>}</div>
            <div className={css['end']}><StateLabel state={states[one.state][1]}>{say(states[one.state][0])}</StateLabel>{may('integration.change') ? <Button size="compact-sm" variant="default" onClick={() => { ask(one) }}>{say(words.change)}</Button> : null}</div>
          </li>
        ))}</ul>}
      </Shown>
      {asked === null ? null : <FormDialog opened close={() => { ask(null) }} title={asked === 'new' ? say(words.add) : asked.name} fields={fields} act={say(words.keep)} wish={values => (asked === 'new' ? add.mutateAsync({ move: told.move.id, ...values as { name: string; contact: string | null; plan: string | null } }) : change.mutateAsync({ integration: asked.id, ...values as { contact: string | null; plan: string | null; state: Integration['state']; informed: boolean } }))} />}
    </Panel>
  )
}

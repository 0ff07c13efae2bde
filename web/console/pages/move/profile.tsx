import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import type { Text } from '#domain/locale.ts'
import type { Told } from '../../../shared/ask.ts'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { type Field, FormDialog } from '../../../shared/form-dialog.tsx'
import { useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { Nothing, Shown } from '../../../shared/shown.tsx'
import { StateMark } from '../../../shared/state-mark.tsx'
import { When } from '../../../shared/when.tsx'
import { useMay } from '../../may.ts'
import { ownerOf } from '../../owners.ts'
import type { PartProps } from './move.tsx'
import css from './move.module.css'

const words = {
  title: { en: 'Technical profile', ja: '技術情報' }, lead: { en: '{known} of {all} known', ja: '全 {all} 件中 {known} 件を確認済み' }, what: { en: 'the profile', ja: '技術情報' }, none: { en: 'This playbook asks nothing of the customer’s systems.', ja: 'このプレイブックには確認事項がありません。' },
  answered: { en: 'answered by {who}', ja: '{who} の回答' }, measured: { en: 'measured by {who}', ja: '{who} による測定' }, imported: { en: 'imported by {who}', ja: '{who} による取り込み' }, default: { en: 'assumed until somebody says otherwise', ja: '回答があるまでの仮定' }, unknown: { en: 'Not known yet', ja: '未確認' }, asked: { en: 'asked of {who}', ja: '確認先: {who}' },
  yes: { en: 'Yes', ja: 'はい' }, no: { en: 'No', ja: 'いいえ' }, empty: { en: 'None', ja: 'なし' }, answer: { en: 'Answer', ja: '回答する' }, change: { en: 'Change', ja: '変更' }, also: { en: 'Said besides:', ja: 'その他の情報:' }, byHand: { en: 'Say it by hand', ja: '手動で入力' }, byHandLead: { en: 'Nobody is asked this: it is measured. What you say counts until a measurement says otherwise.', ja: '回答ではなく測定により確認する項目です。測定結果が届くまで、入力した値を使用します。' }, effect: { en: 'The plan follows at once: tasks that no longer apply go, new ones come.', ja: '計画に即時反映されます。不要なタスクは外れ、必要なタスクが追加されます。' },
  follows: { en: 'What follows from it', ja: 'この情報に基づくタスク' }, followsLead: { en: 'tasks with their reason', ja: 'タスクとその理由' }, listHint: { en: 'one a line; empty: none', ja: '1 行に 1 件。空欄は「なし」' }, nobody: { en: 'somebody', ja: '不明' },
}
type Fact = Told<'profile.read'>['facts'][number]

/** What is known of the customer’s systems, from whom or what, and what follows from it. */
export const Profile = ({ told }: PartProps): ReactNode => {
  const [say, may] = [useSay(), useMay()]
  const [profile, plan] = [useAsk('profile.read', { move: told.move.id }), useAsk('plans.read', { move: told.move.id })]
  const [asked, ask] = useState<Fact | null>(null)
  const answer = useWish('profile.answer')
  const facts = profile.data?.facts ?? []
  return (
    <div className={css['stack']}>
      <Panel title={say(words.title)} flush lead={facts.length === 0 ? undefined : say(words.lead, { known: facts.filter(one => one.inForce !== null && one.inForce.source !== 'default').length, all: facts.length })}>
        <Shown of={profile} what={words.what} empty={found => found.facts.length === 0} none={<Nothing>{say(words.none)}</Nothing>}>
          {found => <ul className={css['list']}>{found.facts.map(fact => (
            <li key={fact.fact}>
              <StateMark state={fact.inForce === null || fact.inForce.source === 'default' ? 'waiting' : 'done'} says={null} />
              <div><span className={css['name']}>{say(fact.title)}: {fact.inForce === null ? <span className="quiet">{say(words.unknown)}</span> : <Value fact={fact} value={fact.inForce.value} />}</span><Source fact={fact} zone={told.customer.zone} /></div>
              <div className={css['end']}>{may('profile.answer') && told.move.endedAt === null && canBeSaid(fact) ? <Button size="compact-sm" variant="default" onClick={() => { ask(fact) }}>{say(fact.inForce !== null && fact.inForce.source !== 'default' ? words.change : fact.question === null ? words.byHand : words.answer)}</Button> : null}</div>
            </li>
          ))}</ul>}
        </Shown>
      </Panel>
      <Panel title={say(words.follows)} lead={say(words.followsLead)} flush>
        <Shown of={plan} what={words.what}>{found => <ul className={css['list']}>{found.tasks.map(task => <li key={task.id}><StateMark state={task.state === 'open' ? 'active' : 'done'} says={null} /><div><Link to={'/moves/$move/tasks/$task' as never} params={{ move: told.move.id, task: task.id } as never}>{say(task.title)}</Link><span className="quiet">{say(task.reason)}</span></div></li>)}</ul>}</Shown>
      </Panel>
      {asked === null ? null : <FormDialog opened close={() => { ask(null) }} title={say(asked.title)} lead={<>{say(asked.question ?? words.byHandLead)}<br />{say(words.effect)}</>} fields={[fieldOf(asked, say)]} act={say(asked.question === null ? words.byHand : words.answer)} wish={({ value }) => answer.mutateAsync({ move: told.move.id, answers: { [asked.fact]: valueOf(asked, value) as never }, source: 'answered' })} />}
    </div>
  )
}

/** What nobody is asked may be said where no agent is to measure it. A measurement outranks what was said: beside one there is nothing to say. */
const canBeSaid = (fact: Fact): boolean => fact.question !== null || fact.inForce?.source !== 'measured'

const Value = ({ fact, value }: { readonly fact: Fact; readonly value: Fact['said'][number]['value'] }): ReactNode => {
  const say = useSay()
  if (typeof value === 'boolean') return say(value ? words.yes : words.no)
  if (typeof value === 'string') { const choice = fact.choices.find(one => one.value === value); return choice === undefined ? value : say(choice.title) }
  return Array.isArray(value) ? (value.length === 0 ? say(words.empty) : value.join(', ')) : String(value as number)
}

const Source = ({ fact, zone }: { readonly fact: Fact; readonly zone: string }): ReactNode => {
  const say = useSay()
  const { inForce } = fact
  const who = inForce?.by ?? say(words.nobody)
  const others = fact.said.filter(one => one.at !== inForce?.at || one.source !== inForce.source)
  return <span className="quiet">{inForce === null || inForce.source === 'default' ? <>{inForce === null ? null : `${say(words.default)} · `}{fact.asked === null ? null : say(words.asked, { who: say(ownerOf(fact.asked)) })}</> : <>{say(words[inForce.source], { who })}{inForce.at === null ? null : <>, <When at={inForce.at} zone={zone} /></>}</>}{others.map((one, n) => <span key={n}> · {say(words.also)} <Value fact={fact} value={one.value} /> ({say(words[one.source], { who: one.by ?? say(words.nobody) })})</span>)}</span>
}

const fieldOf = (fact: Fact, say: (text: Text) => string): Field => {
  const value = fact.inForce?.value
  const shared = { key: 'value', says: fact.title }
  switch (fact.type) {
    case 'bool': return { ...shared, type: 'choice', choices: [{ value: 'yes', label: say(words.yes) }, { value: 'no', label: say(words.no) }], ...(typeof value === 'boolean' ? { first: value ? 'yes' : 'no' } : {}) }
    case 'number': return { ...shared, type: 'number', ...(typeof value === 'number' ? { first: value } : {}) }
    case 'choice': return { ...shared, type: 'choice', choices: fact.choices.map(one => ({ value: one.value, label: say(one.title) })), ...(typeof value === 'string' ? { first: value } : {}) }
    case 'list': return { ...shared, type: 'long', optional: true, hint: words.listHint, ...(Array.isArray(value) ? { first: value.join('\n') } : {}) }
    case 'text': return { ...shared, type: 'text', ...(typeof value === 'string' ? { first: value } : {}) }
  }
}
const valueOf = ({ type }: Fact, value: unknown): unknown => (type === 'bool' ? value === 'yes' : type === 'list' ? (typeof value === 'string' ? value.split('\n').map(one => one.trim()).filter(one => one !== '') : []) : value)

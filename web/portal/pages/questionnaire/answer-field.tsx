import { Button, CloseButton, Textarea, TextInput } from '@mantine/core'
import { Plus } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import type { FactType } from '#domain/playbook.ts'
import { useSay } from '../../../shared/language.tsx'
import { Choices } from '../../form/field.tsx'
import css from './questionnaire.module.css'

const words = { yes: { en: 'Yes', ja: 'はい' }, no: { en: 'No', ja: 'いいえ' }, add: { en: 'Add', ja: '追加' }, list: { en: 'One at a time. None is an answer as well.', ja: '1 件ずつ追加してください。該当がない場合は、そのまま回答してください。' }, remove: { en: 'Remove {item}', ja: '{item} を削除' }, none: { en: 'None', ja: '該当なし' }, item: { en: 'Name', ja: '名称' } }

export type Answer = boolean | number | string | string[]
type Props = { readonly question: { readonly fact: string; readonly says: string; readonly type: FactType; readonly choices: readonly { readonly value: string; readonly title: string }[] }; readonly value: Answer | undefined; set(value: Answer | undefined): void }

/** The question, and what it is answered with: large areas for yes, no and choices; a list is gathered one by one. */
export const AnswerField = ({ question: { fact, says, type, choices }, value, set }: Props): ReactNode => {
  const say = useSay()
  const label = <span className={css['question']}>{says}</span>
  switch (type) {
    case 'bool': return <Choices name={fact} label={label} value={value === true ? 'yes' : value === false ? 'no' : ''} choices={[['yes', say(words.yes)], ['no', say(words.no)]]} set={chosen => { set(chosen === 'yes') }} />
    case 'choice': return <Choices name={fact} label={label} value={typeof value === 'string' ? value : ''} choices={choices.map(choice => [choice.value, choice.title])} set={set} />
    case 'number': return <TextInput label={label} inputMode="numeric" pattern="[0-9]*" value={typeof value === 'number' ? String(value) : ''} onChange={event => { const digits = event.currentTarget.value.replaceAll(/\D/g, ''); set(digits === '' ? undefined : Number(digits)) }} />
    case 'text': return <Textarea label={label} autosize minRows={2} maxLength={4_000} value={typeof value === 'string' ? value : ''} onChange={event => { set(event.currentTarget.value.trim() === '' ? undefined : event.currentTarget.value) }} />
    case 'list': return <Gather label={label} items={Array.isArray(value) ? value : []} set={set} />
  }
}

const Gather = ({ label, items, set }: { readonly label: ReactNode; readonly items: readonly string[]; set(items: string[]): void }): ReactNode => {
  const [say, [typed, type]] = [useSay(), useState('')]
  const add = (): void => {
    const names = typed.split(/[\n,、]/).map(name => name.trim()).filter(name => name !== '' && !items.includes(name))
    if (names.length > 0) set([...items, ...names])
    type('')
  }
  return (
    <fieldset className={css['gather']}>
      <legend>{label}</legend>
      <p className="soft small">{say(words.list)}</p>
      {items.length === 0 ? <p className="quiet">{say(words.none)}</p> : <ul className={css['items']}>{items.map(item => <li key={item}><span>{item}</span><CloseButton size={40} aria-label={say(words.remove, { item })} onClick={() => { set(items.filter(other => other !== item)) }} /></li>)}</ul>}
      <div className={css['adding']}><TextInput aria-label={say(words.item)} placeholder={say(words.item)} value={typed} maxLength={200} onChange={event => { type(event.currentTarget.value) }} onKeyDown={event => { if (event.key === 'Enter' && typed.trim() !== '') { event.preventDefault(); add() } }} onBlur={add} /><Button variant="default" leftSection={<Plus size={16} aria-hidden />} onClick={add}>{say(words.add)}</Button></div>
    </fieldset>
  )
}

import { Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { Text } from '#domain/locale.ts'
import type { Told } from '../../../shared/ask.ts'
import { useWish } from '../../../shared/asking.ts'
import { type Say, useLanguage, useSay } from '../../../shared/language.tsx'
import { When } from '../../../shared/when.tsx'
import { useHere } from '../../here.ts'
import { Folded } from '../../page.tsx'
import { Refused } from '../../refused.tsx'
import { type Answer, AnswerField } from './answer-field.tsx'
import css from './questionnaire.module.css'

const words = {
  title: { en: 'What is known', ja: '回答済みの内容' }, change: { en: 'Change', ja: '変更' }, keep: { en: 'Keep', ja: '保存' }, leave: { en: 'Leave it', ja: '取り消す' }, yes: { en: 'Yes', ja: 'はい' }, no: { en: 'No', ja: 'いいえ' }, none: { en: 'None', ja: '該当なし' },
}
const sources: Readonly<Record<'answered' | 'measured' | 'imported' | 'default', Text>> = { answered: { en: 'Answered by {by}', ja: '回答: {by}' }, measured: { en: 'Measured by {by}', ja: '計測: {by}' }, imported: { en: 'Told by {by}', ja: '登録: {by}' }, default: { en: 'Assumed until answered', ja: '回答があるまでの想定' } }

type Fact = Told<'profile.read'>['facts'][number]

/** Everything that counts now and where it is from. What was answered can be corrected: the plan follows. */
export const GivenAnswers = ({ facts }: { readonly facts: readonly Fact[] }): ReactNode => {
  const [say, [changed, change]] = [useSay(), useState<string>()]
  const known = facts.filter(({ inForce }) => inForce !== null && inForce.source !== 'default')
  if (known.length === 0) return null
  return <Folded title={<span>{say(words.title)} <span className="quiet figures">{known.length}</span></span>}><ul className={css['known']}>{known.map(fact => <li key={fact.fact}>{changed === fact.fact ? <Anew fact={fact} end={() => { change(undefined) }} /> : <Line fact={fact} change={() => { change(fact.fact) }} />}</li>)}</ul></Folded>
}

const Line = ({ fact, change }: { readonly fact: Fact; change(): void }): ReactNode => {
  const [say, { locale }, { zone }] = [useSay(), useLanguage(), useHere()]
  const { inForce } = fact
  if (inForce === null) return null
  return <div className={css['line']}><span><span className="small soft">{fact.title[locale]}</span><strong>{valueIn(fact, inForce.value, say, locale)}</strong><span className="small quiet">{say(sources[inForce.source], { by: inForce.by ?? '' })}{inForce.at === null ? null : <>, <When at={inForce.at} zone={zone} /></>}</span></span>{fact.question === null || inForce.source === 'measured' ? null : <Button variant="subtle" color="gray" onClick={change} aria-label={`${say(words.change)}: ${fact.title[locale]}`}>{say(words.change)}</Button>}</div>
}

const Anew = ({ fact, end }: { readonly fact: Fact; end(): void }): ReactNode => {
  const [say, { locale }, { move }, answer] = [useSay(), useLanguage(), useHere(), useWish('profile.answer')]
  const [value, set] = useState<Answer | undefined>(fact.inForce?.value)
  const question = { fact: fact.fact, says: fact.question?.[locale] ?? fact.title[locale], type: fact.type, choices: fact.choices.map(choice => ({ value: choice.value, title: choice.title[locale] })) }
  return (
    <form className={css['form']} onSubmit={event => { event.preventDefault(); if (value !== undefined) answer.mutate({ move, answers: { [fact.fact]: value } }, { onSuccess: end }) }}>
      <AnswerField question={question} value={value} set={set} />
      <Refused error={answer.error} fields={{ [fact.fact]: question.says }} />
      <div className={css['acts']}><Button type="submit" loading={answer.isPending} disabled={value === undefined}>{say(words.keep)}</Button><Button variant="subtle" color="gray" onClick={end}>{say(words.leave)}</Button></div>
    </form>
  )
}

const valueIn = ({ choices }: Fact, value: Answer, say: Say, locale: 'en' | 'ja'): string => {
  if (typeof value === 'boolean') return say(value ? words.yes : words.no)
  if (Array.isArray(value)) return value.length === 0 ? say(words.none) : value.join(locale === 'ja' ? '、' : ', ')
  return choices.find(choice => choice.value === value)?.title[locale] ?? String(value)
}

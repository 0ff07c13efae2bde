import { Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Shown } from '../../../shared/shown.tsx'
import { StateMark } from '../../../shared/state-mark.tsx'
import { GoButton } from '../../go.tsx'
import { useHere } from '../../here.ts'
import { Only } from '../../only.tsx'
import { Page, Part } from '../../page.tsx'
import { Refused } from '../../refused.tsx'
import { type Answer, AnswerField } from './answer-field.tsx'
import { Followed } from './followed.tsx'
import { GivenAnswers } from './given-answers.tsx'
import css from './questionnaire.module.css'

const words = {
  title: { en: 'Questionnaire', ja: '質問票' }, lead: { en: 'What you answer decides what is in your plan, and what is not. Leave whenever you like: every answer is kept as you give it.', ja: 'ご回答に応じて、必要な作業だけを計画に反映します。回答は 1 問ごとに保存されるため、途中で中断しても続きから再開できます。' },
  what: { en: 'the questions', ja: '質問' }, left: { en: 'Question {n}, {left} left', ja: '質問 {n}（残り {left} 問）' }, last: { en: 'The last question', ja: '最後の質問' }, next: { en: 'Answer', ja: '回答する' }, later: { en: 'I do not know yet', ja: '後で回答する' },
  none: { en: 'Nothing is left to ask you', ja: '現在お伺いする質問はありません' }, noneSays: { en: 'Thank you. If something changes, correct it below: the plan follows.', ja: 'ご協力ありがとうございました。変更があれば、下の回答を修正してください。計画に反映されます。' }, skipped: { en: 'You left {count} for later', ja: '後で回答する質問が {count} 問あります' }, skippedSays: { en: 'They stay open. Ask whoever knows, or leave them for the call.', ja: '未回答のまま残ります。詳しい方にご確認いただくか、打ち合わせの際にお伝えください。' }, again: { en: 'Take them up again', ja: '続けて回答する' }, home: { en: 'To the start', ja: 'ホームへ' },
}

/** One question at a time, in the reader's language; what follows from each answer is told at once. */
export const Questionnaire = (): ReactNode => <Only verb="profile.answer" title={words.title}><Asked /></Only>

const Asked = (): ReactNode => {
  const [say, { locale }, { move }] = [useSay(), useLanguage(), useHere()]
  const asked = useAsk('profile.questions', { move })
  const profile = useAsk('profile.read', { move })
  const answer = useWish('profile.answer')
  const [skipped, skip] = useState<readonly string[]>([])
  const [answered, count] = useState(0)
  return (
    <Page title={say(words.title)} lead={say(words.lead)}>
      {answer.data === undefined ? null : <Followed changed={answer.data} />}
      <Shown of={asked} what={words.what}>
        {({ questions }) => {
          const left = questions.filter(({ fact }) => !skipped.includes(fact))
          const [first] = left
          if (first === undefined) return questions.length === 0
            ? <Part title={<><StateMark state="done" says={null} /> {say(words.none)}</>}><p className="soft">{say(words.noneSays)}</p><div><GoButton to="/" variant="default">{say(words.home)}</GoButton></div></Part>
            : <Part title={<><StateMark state="waiting" says={null} /> {say(words.skipped, { count: questions.length })}</>}><p className="soft">{say(words.skippedSays)}</p><div><Button variant="default" onClick={() => { skip([]) }}>{say(words.again)}</Button></div></Part>
          const line = profile.data?.facts.find(({ fact }) => fact === first.fact)
          const question = { fact: first.fact, says: line?.question?.[locale] ?? first.question, type: first.type, choices: line === undefined ? first.choices : line.choices.map(({ value, title }) => ({ value, title: title[locale] })) }
          return <Part title={<span className="quiet">{say(left.length === 1 ? words.last : words.left, { n: answered + 1, left: left.length - 1 })}</span>} strong><One key={first.fact} question={question} isBusy={answer.isPending} error={answer.variables !== undefined && first.fact in answer.variables.answers ? answer.error : null} skip={() => { skip([...skipped, first.fact]) }} send={value => { answer.mutate({ move, answers: { [first.fact]: value } }, { onSuccess: () => { count(answered + 1) } }) }} /></Part>
        }}
      </Shown>
      <Shown of={profile} what={words.what} lines={2}>{({ facts }) => <GivenAnswers facts={facts} />}</Shown>
    </Page>
  )
}

type Question = { readonly fact: string; readonly says: string; readonly type: 'bool' | 'number' | 'text' | 'list' | 'choice'; readonly choices: readonly { readonly value: string; readonly title: string }[] }

const One = ({ question, isBusy, error, send, skip }: { readonly question: Question; readonly isBusy: boolean; readonly error: Error | null; send(value: Answer): void; skip(): void }): ReactNode => {
  const say = useSay()
  const [value, set] = useState<Answer | undefined>(question.type === 'list' ? [] : undefined)
  return (
    <form className={css['form']} onSubmit={event => { event.preventDefault(); if (value !== undefined) send(value) }}>
      <AnswerField question={question} value={value} set={set} />
      <Refused error={error} fields={{ [question.fact]: question.says }} />
      <div className={css['acts']}><Button type="submit" loading={isBusy} disabled={value === undefined || value === ''}>{say(words.next)}</Button><Button variant="subtle" color="gray" onClick={skip}>{say(words.later)}</Button></div>
    </form>
  )
}

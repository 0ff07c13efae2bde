import { Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { Told } from '../../../shared/ask.ts'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { FormDialog } from '../../../shared/form-dialog.tsx'
import { useSay } from '../../../shared/language.tsx'
import { StateLabel } from '../../../shared/state-mark.tsx'
import { When } from '../../../shared/when.tsx'
import { useMay } from '../../may.ts'
import { useAround } from '../../self.ts'
import css from './questions.module.css'

const words = {
  answer: { en: 'Answer', ja: '回答する' }, correct: { en: 'Correct the answer', ja: '回答を訂正する' }, publish: { en: 'Publish', ja: '公開する' }, published: { en: 'Published', ja: '公開済み' }, waiting: { en: 'No answer yet', ja: '未回答' }, only: { en: 'Seen by who asked', ja: '質問者のみに表示' },
  by: { en: 'Answer by {who}', ja: '回答: {who}' }, answerLead: { en: 'Whoever asked gets it by mail, and reads it in the portal.', ja: '質問者にメールで届き、ポータルにも表示されます。' }, publishLead: { en: 'All customers of the programme read it from then on, with its answer and without who asked.', ja: 'プログラムのすべてのお客様に、質問と回答が公開されます。質問者は表示されません。' },
  text: { en: 'The question, in words that tell nothing of who asked', ja: '公開する質問文（質問者がわからない表現にしてください）' },
}

/** One question, its answer, and what can be done with it. */
export const Asked = ({ question }: { readonly question: Told<'faq.read'>['asked'][number] }): ReactNode => {
  const [say, may, { zone }, answer, publish] = [useSay(), useMay(), useAround(), useWish('faq.answer'), useWish('faq.publish')]
  const [asked, ask] = useState<'answer' | 'publish' | null>(null)
  const customer = useAsk('customers.read', { customer: (question.customer ?? '') as never }, { when: question.customer !== null })
  const isAnswered = question.answer !== null
  const isPublished = question.publishedAt !== null
  const close = (): void => { ask(null) }
  return (
    <li>
      <div>
        <p className={css['text']}>{question.text}</p>
        <p className="quiet">{question.askedBy}{customer.data === undefined ? null : `, ${customer.data.customer.name}`} · <When at={question.askedAt} zone={zone} /></p>
        {isAnswered ? <blockquote><p className="quiet">{say(words.by, { who: question.answeredBy ?? '' })}</p>{question.answer}</blockquote> : null}
      </div>
      <div className={css['end']}>
        <StateLabel state={!isAnswered ? 'waiting' : isPublished ? 'done' : 'idle'}>{say(!isAnswered ? words.waiting : isPublished ? words.published : words.only)}</StateLabel>
        {may('faq.answer') ? <Button size="compact-sm" variant={isAnswered ? 'default' : 'filled'} onClick={() => { ask('answer') }}>{say(isAnswered ? words.correct : words.answer)}</Button> : null}
        {may('faq.answer') && isAnswered && !isPublished ? <Button size="compact-sm" variant="default" onClick={() => { ask('publish') }}>{say(words.publish)}</Button> : null}
      </div>
      {asked === null ? null : (
        <FormDialog opened close={close} title={say(asked === 'publish' ? words.publish : isAnswered ? words.correct : words.answer)} lead={say(asked === 'publish' ? words.publishLead : words.answerLead)} act={say(asked === 'publish' ? words.publish : words.answer)}
          fields={[asked === 'publish' ? { key: 'text', says: words.text, type: 'long', first: question.text } : { key: 'text', says: { en: question.text, ja: question.text }, type: 'long', first: question.answer ?? '' }]}
          wish={({ text }) => (asked === 'publish' ? publish.mutateAsync({ question: question.id, text: String(text) }) : answer.mutateAsync({ question: question.id, answer: String(text) }))} />
      )}
    </li>
  )
}

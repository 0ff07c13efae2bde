import { Button, Textarea, TextInput } from '@mantine/core'
import { Search } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Shown } from '../../../shared/shown.tsx'
import { StateLabel, StateMark } from '../../../shared/state-mark.tsx'
import { When } from '../../../shared/when.tsx'
import { useHere, useMay } from '../../here.ts'
import { Folded, Page, Part } from '../../page.tsx'
import { Refused } from '../../refused.tsx'
import css from './faq.module.css'

const words = {
  title: { en: 'Questions', ja: '質問' }, lead: { en: 'What others asked before you, and what you ask us.', ja: 'よくあるご質問と、貴社からのお問い合わせです。' }, what: { en: 'the questions', ja: '質問' }, find: { en: 'Find in the questions', ja: '質問を検索' }, none: { en: 'Nothing of this stands here. Ask us below.', ja: '該当する質問がありません。下の欄からお問い合わせください。' },
  often: { en: 'Often asked', ja: 'よくあるご質問' }, yours: { en: 'Asked by your side', ja: '貴社からの質問' }, ask: { en: 'Ask something', ja: '質問する' }, yourQuestion: { en: 'Your question', ja: 'ご質問' }, send: { en: 'Send', ja: '送信する' },
  sent: { en: 'It is with us. The answer comes by mail, and stands here.', ja: '受け付けました。回答はメールでお知らせし、この画面にも表示します。' }, waiting: { en: 'No answer yet', ja: '回答待ち' }, answered: { en: 'Answered', ja: '回答済み' }, by: { en: '{by}, ', ja: '{by} ' }, answer: { en: 'Answer by {by}', ja: '回答: {by}' },
}

/** The playbook's own answers, those that were published, and what this side has asked. */
export const Faq = (): ReactNode => {
  const [say, { locale }, { move, zone }, mayAsk] = [useSay(), useLanguage(), useHere(), useMay('faq.ask')]
  const faq = useAsk('faq.read', { move })
  const [sought, seek] = useState('')
  const has = (...texts: readonly string[]): boolean => sought.trim() === '' || texts.some(text => text.toLowerCase().includes(sought.trim().toLowerCase()))
  return (
    <Page title={say(words.title)} lead={say(words.lead)}>
      <TextInput aria-label={say(words.find)} placeholder={say(words.find)} type="search" leftSection={<Search size={18} aria-hidden />} value={sought} onChange={event => { seek(event.currentTarget.value) }} />
      <Shown of={faq} what={words.what} lines={8}>
        {({ standing, published, asked }) => {
          const often = [...published.map(({ id, text, answer }) => ({ key: id as string, question: text, answer })), ...standing.map(one => ({ key: one.question.en, question: one.question[locale], answer: one.answer[locale] }))].filter(({ question, answer }) => has(question, answer))
          return (
            <>
              {asked.length === 0 ? null : <Part title={say(words.yours)}><ul className={css['asked']}>{asked.map(one => <li key={one.id}><p>{one.text}</p><p className="quiet small">{say(words.by, { by: one.askedBy })}<When at={one.askedAt} zone={zone} /></p>{one.answer === null ? <div><StateLabel state="waiting">{say(words.waiting)}</StateLabel></div> : <blockquote><p className="small quiet">{say(words.answer, { by: one.answeredBy ?? '' })}</p>{one.answer}</blockquote>}</li>)}</ul></Part>}
              <section className={css['often']} aria-labelledby="often"><h2 id="often">{say(words.often)}</h2>{often.length === 0 ? <p className="soft">{say(words.none)}</p> : often.map(({ key, question, answer }) => <Folded key={key} title={question} {...(sought.trim() === '' ? {} : { isOpen: true })}><p className={css['answer']}>{answer}</p></Folded>)}</section>
            </>
          )
        }}
      </Shown>
      {mayAsk ? <AskUs /> : null}
    </Page>
  )
}

const AskUs = (): ReactNode => {
  const [say, { move }, ask, [text, type]] = [useSay(), useHere(), useWish('faq.ask'), useState('')]
  return (
    <Part title={say(words.ask)}>
      <form className={css['form']} onSubmit={event => { event.preventDefault(); ask.mutate({ move, text: text.trim() }, { onSuccess: () => { type('') } }) }}>
        <Textarea aria-label={say(words.yourQuestion)} autosize minRows={3} maxLength={4_000} required value={text} onChange={event => { type(event.currentTarget.value); if (ask.isSuccess) ask.reset() }} />
        <div><Button type="submit" loading={ask.isPending} disabled={text.trim() === ''}>{say(words.send)}</Button></div>
        <Refused error={ask.error} />
        {ask.isSuccess ? <p className={css['sent']} role="status"><StateMark state="done" says={null} />{say(words.sent)}</p> : null}
      </form>
    </Part>
  )
}

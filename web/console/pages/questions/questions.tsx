import { Button } from '@mantine/core'
import { Link, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useAsk } from '../../../shared/asking.ts'
import { useSay } from '../../../shared/language.tsx'
import { Page, Panel } from '../../../shared/panel.tsx'
import { Nothing, Shown } from '../../../shared/shown.tsx'
import { useAround } from '../../self.ts'
import { Asked } from './asked.tsx'
import css from './questions.module.css'

const words = {
  title: { en: 'Questions', ja: '質問' }, lead: { en: '{programme}: what customers asked. What is of use to others is published, in words that tell nothing of who asked.', ja: '{programme}: お客様からの質問です。ほかのお客様にも役立つ内容は、質問者がわからない表現で公開します。' },
  pick: { en: 'Questions belong to one programme. Choose one.', ja: '質問はプログラムごとに表示します。プログラムを選択してください。' }, what: { en: 'the questions', ja: '質問' }, no: { en: 'No programme yet. Add the first one on the page of all moves.', ja: 'プログラムがまだありません。「移行一覧」から最初のプログラムを追加してください。' }, none: { en: 'Nobody has asked anything yet.', ja: '質問はまだありません。' },
  waiting: { en: 'Wait for an answer', ja: '回答待ち' }, answered: { en: 'Answered', ja: '回答済み' }, noneWaiting: { en: 'Every question has its answer.', ja: '未回答の質問はありません。' },
}

/** What customers of a programme asked: answered here, and published where others can use it. */
export const Questions = (): ReactNode => {
  const [say, { programme }] = [useSay(), useAround()]
  const { programme: wanted } = useSearch({ strict: false }) as { readonly programme?: string }
  const known = useAsk('programmes.list', { limit: 200 })
  const chosen = programme ?? known.data?.items.find(({ id }) => id === wanted) ?? (known.data?.items.length === 1 ? known.data.items[0] : undefined)
  if (chosen !== undefined) return <OfProgramme programme={chosen.id} name={chosen.name} />
  return <Page title={say(words.title)}><Panel title={say(words.title)}><Shown of={known} what={words.what} empty={({ items }) => items.length === 0} none={<Nothing>{say(words.no)}</Nothing>}>{({ items }) => <Nothing act={<div className={css['choose']}>{items.map(one => <Button key={one.id} variant="default" renderRoot={props => <Link {...props} to={'/questions' as never} search={{ programme: one.id } as never} />}>{one.name}</Button>)}</div>}>{say(words.pick)}</Nothing>}</Shown></Panel></Page>
}

const OfProgramme = ({ programme, name }: { readonly programme: string; readonly name: string }): ReactNode => {
  const say = useSay()
  const faq = useAsk('faq.read', { programme: programme as never })
  return (
    <Page title={say(words.title)} lead={say(words.lead, { programme: name })}>
      <Shown of={faq} what={words.what} lines={6} empty={({ asked }) => asked.length === 0} none={<Panel title={say(words.title)}><Nothing>{say(words.none)}</Nothing></Panel>}>
        {({ asked }) => {
          const [waiting, answered] = [asked.filter(one => one.answer === null).toReversed(), asked.filter(one => one.answer !== null)]
          return (
            <>
              <Panel title={say(words.waiting)} flush>{waiting.length === 0 ? <Nothing>{say(words.noneWaiting)}</Nothing> : <ul className={css['list']}>{waiting.map(one => <Asked key={one.id} question={one} />)}</ul>}</Panel>
              {answered.length === 0 ? null : <Panel title={say(words.answered)} flush><ul className={css['list']}>{answered.map(one => <Asked key={one.id} question={one} />)}</ul></Panel>}
            </>
          )
        }}
      </Shown>
    </Page>
  )
}

import type { ReactNode } from 'react'
import { useAsk } from '../../../shared/asking.ts'
import { useSay } from '../../../shared/language.tsx'
import { Page, Panel } from '../../../shared/panel.tsx'
import { Nothing, Shown } from '../../../shared/shown.tsx'
import { Ago } from '../../../shared/when.tsx'

const words = { title: { en: 'Overview', ja: '概要' }, attention: { en: 'Needs attention', ja: '要対応' }, what: { en: 'what needs attention', ja: '要対応の項目' }, none: { en: 'Nothing needs attention.', ja: '対応が必要な項目はありません。' } }

export const Overview = (): ReactNode => {
  const say = useSay()
  const attention = useAsk('attention.list', { limit: 50 })
  return <Page title={say(words.title)}><Panel title={say(words.attention)} flush><Shown of={attention} what={words.what} empty={told => told.items.length === 0} none={<Nothing>{say(words.none)}</Nothing>}>{told => <ul>{told.items.map(item => <li key={`${item.kind} ${item.about}`}>{say(item.title)} {item.customer?.name} <Ago at={item.breaksAt} /></li>)}</ul>}</Shown></Panel></Page>
}

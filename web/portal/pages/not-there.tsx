import type { ReactNode } from 'react'
import { useSay } from '../../shared/language.tsx'
import { GoButton } from '../go.tsx'
import { Page } from '../page.tsx'

const words = {
  title: { en: 'There is no such page', ja: 'ページが見つかりません' },
  says: { en: 'The address may be old, or cut off where a letter broke the line.', ja: 'アドレスが古いか、メールの改行で途切れている可能性があります。' },
  home: { en: 'To the start', ja: 'ホームへ' },
}

export const NotThere = (): ReactNode => {
  const say = useSay()
  return <Page title={say(words.title)} lead={say(words.says)}><div><GoButton to="/">{say(words.home)}</GoButton></div></Page>
}

import type { ReactNode } from 'react'
import type { Verb } from '#domain/access.ts'
import type { Text } from '#domain/locale.ts'
import { useSay } from '../shared/language.tsx'
import { useMay } from './here.ts'
import { GoButton } from './go.tsx'
import { Page } from './page.tsx'

const words = {
  says: { en: 'This page is for others who take part in the move. What is yours stands on your start page.', ja: 'このページは、ほかのご担当者向けです。ご自身の項目はホームでご確認ください。' },
  home: { en: 'To the start', ja: 'ホームへ' },
}

/** A page for those who may see what is on it. Whoever comes by its address all the same is told so, and nothing is asked for. */
export const Only = ({ verb, title, children }: { readonly verb: Verb; readonly title: Text; readonly children: ReactNode }): ReactNode => {
  const [say, isAllowed] = [useSay(), useMay(verb)]
  return isAllowed ? children : <Page title={say(title)} lead={say(words.says)}><div><GoButton to="/" variant="default">{say(words.home)}</GoButton></div></Page>
}

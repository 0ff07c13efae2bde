import type { ReactNode } from 'react'
import { useSay } from '../../../shared/language.tsx'
import { useHere } from '../../here.ts'
import { Page } from '../../page.tsx'

const words = { title: { en: 'Your move to {place}', ja: '{place} への移行' } }

/** What changes, when, and what is wanted now. */
export const Home = (): ReactNode => {
  const [say, { page }] = [useSay(), useHere()]
  return <Page title={say(words.title, { place: page.destination.name })}>{null}</Page>
}

import type { ReactNode } from 'react'
import { useSay } from '../../shared/language.tsx'

const words = { title: { en: 'There is no such page', ja: 'ページが見つかりません' }, back: { en: 'To the overview', ja: '概要へ' } }

export const NotThere = (): ReactNode => {
  const say = useSay()
  return <main style={{ maxWidth: 560, margin: '12vh auto', padding: '0 24px', display: 'grid', gap: 16 }}><h1>{say(words.title)}</h1><p><code>{location.pathname}</code></p><p><a href="/console/overview">{say(words.back)}</a></p></main>
}

import { createSpotlight, Spotlight, type SpotlightActionData } from '@mantine/spotlight'
import '@mantine/spotlight/styles.layer.css'
import { Search } from 'lucide-react'
import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useSay } from '../shared/language.tsx'
import { places } from './nav.ts'
import css from './palette.module.css'

const words = { find: { en: 'Find or run…', ja: '検索・実行…' }, none: { en: 'Nothing is called like that.', ja: '該当する項目がありません。' } }
const [store, spotlight] = createSpotlight()

/** Goes anywhere and finds anything, by Ctrl K. */
export const Palette = (): ReactNode => {
  const [say, go] = [useSay(), useNavigate()]
  const actions: SpotlightActionData[] = places.map(({ to, says, icon: Icon, key }) => ({ id: to, label: say(says), description: `G ${key.toUpperCase()}`, leftSection: <Icon size={16} aria-hidden />, onClick: () => { void go({ to: to as never }) } }))
  return (
    <>
      <button type="button" className={css['open']} onClick={spotlight.open}><Search size={14} aria-hidden /><span>{say(words.find)}</span><kbd>Ctrl K</kbd></button>
      <Spotlight store={store} actions={actions} shortcut="mod + K" nothingFound={say(words.none)} highlightQuery scrollable maxHeight={400} searchProps={{ placeholder: say(words.find), 'aria-label': say(words.find), leftSection: <Search size={16} aria-hidden /> }} />
    </>
  )
}

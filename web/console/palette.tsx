import { useDebouncedValue } from '@mantine/hooks'
import { createSpotlight, Spotlight } from '@mantine/spotlight'
import '@mantine/spotlight/styles.layer.css'
import { CornerDownLeft, Search } from 'lucide-react'
import { useNavigate } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { useAsk } from '../shared/asking.ts'
import { useKnownKeys } from '../shared/keys.tsx'
import { useLanguage, useSay } from '../shared/language.tsx'
import { Failed } from '../shared/shown.tsx'
import { places } from './nav.ts'
import { linesOf } from './palette-lines.ts'
import css from './palette.module.css'

const words = {
  find: { en: 'Find or run…', ja: '検索・実行…' }, what: { en: 'A customer, move, person, quote, home, page…', ja: '顧客名・移行・担当者・見積番号・ページなど' },
  none: { en: 'Nothing is called “{text}”.', ja: '「{text}」に該当する項目はありません。' }, looking: { en: 'Looking for “{text}”', ja: '「{text}」を検索しています' },
  pages: { en: 'Pages', ja: 'ページ' }, acts: { en: 'On this page', ja: 'このページの操作' },
}
const [store, spotlight] = createSpotlight()

/** Goes anywhere, runs what the page can do, and finds anything by its name, by Ctrl K. `pick`: looks at one programme from now on. */
export const Palette = ({ pick }: { pick(programme: string): void }): ReactNode => {
  const say = useSay()
  const [typed, type] = useState('')
  return (
    <>
      <button type="button" className={css['open']} onClick={spotlight.open}><Search size={14} aria-hidden /><span>{say(words.find)}</span><kbd>Ctrl K</kbd></button>
      <Spotlight.Root store={store} shortcut="mod + K" query={typed} onQueryChange={type} scrollable maxHeight={440} overlayProps={{ blur: 0 }} classNames={{ actionsGroup: css['group'] ?? '' }} attributes={{ content: { 'aria-label': say(words.find) } }}>
        <Spotlight.Search placeholder={say(words.what)} aria-label={say(words.find)} leftSection={<Search size={16} aria-hidden />} />
        <Lines typed={typed.trim()} pick={pick} />
      </Spotlight.Root>
    </>
  )
}

const Lines = ({ typed, pick }: { readonly typed: string; pick(programme: string): void }): ReactNode => {
  const [say, { locale }, go, known] = [useSay(), useLanguage(), useNavigate(), useKnownKeys()]
  const [text] = useDebouncedValue(typed, 150)
  const asked = useAsk('search.all', { text }, { when: text !== '' })
  const has = (says: string): boolean => says.toLowerCase().includes(typed.toLowerCase())
  const pages = places.filter(({ says }) => has(say(says)) || has(says.en))
  const acts = known().filter(({ keys, says }) => !keys.startsWith('g ') && keys !== '?' && !['j', 'k', 'Enter'].includes(keys) && has(say(says)))
  const found = typed === '' || asked.data === undefined ? [] : linesOf(asked.data, say, locale)
  const isLooking = typed !== '' && (text !== typed || asked.isFetching && asked.isPlaceholderData || asked.isPending)
  return (
    <Spotlight.ActionsList>
      {found.map(({ key, says, lines }) => (
        <Spotlight.ActionsGroup key={key} label={say(says)}>
          {lines.map(({ key: id, label, about, to, search = {} }) => <Spotlight.Action key={id} label={label} description={about} onClick={() => { if (key === 'programmes') pick(id); void go({ to: to as never, search: search as never }) }} />)}
        </Spotlight.ActionsGroup>
      ))}
      {acts.length === 0 ? null : <Spotlight.ActionsGroup label={say(words.acts)}>{acts.map(({ keys, says, does }) => <Spotlight.Action key={keys} label={say(says)} leftSection={<CornerDownLeft size={16} aria-hidden />} rightSection={<kbd>{keys.toUpperCase()}</kbd>} onClick={() => { setTimeout(does) }} />)}</Spotlight.ActionsGroup>}
      {pages.length === 0 ? null : <Spotlight.ActionsGroup label={say(words.pages)}>{pages.map(({ to, says, icon: Icon, key }) => <Spotlight.Action key={to} label={say(says)} leftSection={<Icon size={16} aria-hidden />} rightSection={<kbd>G {key.toUpperCase()}</kbd>} onClick={() => { void go({ to: to as never }) }} />)}</Spotlight.ActionsGroup>}
      {asked.isError && typed !== '' ? <Failed error={asked.error} /> : isLooking ? <p className={css['says']} role="status">{say(words.looking, { text: typed })}</p> : found.length + acts.length + pages.length === 0 ? <p className={css['says']} role="status">{say(words.none, { text: typed })}</p> : null}
    </Spotlight.ActionsList>
  )
}

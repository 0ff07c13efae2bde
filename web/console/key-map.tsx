import { Modal } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { ReactNode } from 'react'
import { useKeys, useKnownKeys } from '../shared/keys.tsx'
import { useSay } from '../shared/language.tsx'
import css from './key-map.module.css'

const words = { title: { en: 'Keys that work here', ja: 'このページのキーボード操作' }, map: { en: 'This map', ja: 'この一覧' }, palette: { en: 'Find or run', ja: '検索・実行' }, close: { en: 'Close', ja: '閉じる' }, after: { en: 'then', ja: 'の次に' } }

/** Everything that the keyboard does on the page that is shown. */
export const KeyMap = (): ReactNode => {
  const [say, known] = [useSay(), useKnownKeys()]
  const [opened, { open, close }] = useDisclosure(false)
  useKeys([{ keys: '?', says: words.map, does: open }])
  return (
    <Modal opened={opened} onClose={close} title={<h2>{say(words.title)}</h2>} closeButtonProps={{ 'aria-label': say(words.close) }}>
      <ul className={css['keys']}>
        <li><span><kbd>Ctrl</kbd> <kbd>K</kbd></span>{say(words.palette)}</li>
        {opened ? known().map(({ keys, says }) => <li key={keys}><span>{keys.split(' ').map((key, n) => <span key={key}>{n > 0 ? ` ${say(words.after)} ` : ''}<kbd>{key === 'Enter' ? '↵' : key.toUpperCase()}</kbd></span>)}</span>{say(says)}</li>) : null}
      </ul>
    </Modal>
  )
}

import { Button } from '@mantine/core'
import { type ReactNode, useEffect, useRef } from 'react'
import type { Text } from '#domain/locale.ts'
import { Copy } from '../../../shared/copy.tsx'
import { useSay } from '../../../shared/language.tsx'
import css from './credentials.module.css'

const words = {
  title: { en: 'This is it. Keep it now.', ja: '接続情報です。今すぐ保管してください。' }, gone: { en: 'It is gone from here as soon as you leave this page, close it, or press the button.', ja: 'ページを離れる、閉じる、または下のボタンを押すと、この表示は消えます。' }, done: { en: 'I have kept it', ja: '保管しました' }, all: { en: 'everything', ja: 'すべての項目' }, copyAll: { en: 'Copy all of it', ja: 'すべてコピー' },
}
const names: Readonly<Record<string, Text>> = { host: { en: 'Host', ja: 'ホスト' }, port: { en: 'Port', ja: 'ポート' }, database: { en: 'Database', ja: 'データベース' }, user: { en: 'User', ja: 'ユーザー名' }, password: { en: 'Password', ja: 'パスワード' }, secret: { en: 'Secret', ja: '接続情報' } }

/** The secret, part by part, each to be copied. */
export const SecretShown = ({ secret, done }: { readonly secret: string; done(): void }): ReactNode => {
  const say = useSay()
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => { place.current?.focus() }, [])
  const parts = partsOf(secret)
  return (
    <div ref={place} className={css['secret']} tabIndex={-1} role="group" aria-label={say(words.title)} translate="no">
      <p><strong>{say(words.title)}</strong> {say(words.gone)}</p>
      <dl>
        {parts.map(([name, value]) => {
          const what = names[name] === undefined ? name : say(names[name] ?? { en: name, ja: name })
          return <div key={name}><dt>{what}</dt><dd><code>{value}</code><Copy text={value} what={what} /></dd></div>
        })}
      </dl>
      <div className={css['acts']}>{parts.length > 1 ? <Copy text={parts.map(([name, value]) => `${name}: ${value}`).join('\n')} what={say(words.all)} says={words.copyAll} /> : null}<Button size="sm" onClick={done}>{say(words.done)}</Button></div>
    </div>
  )
}

/** What agents seal has parts with names; anything else is shown as it is. */
const partsOf = (secret: string): readonly (readonly [name: string, value: string])[] => {
  try {
    const found: unknown = JSON.parse(secret)
    if (typeof found === 'object' && found !== null && !Array.isArray(found)) return Object.entries(found).map(([name, value]) => [name, String(value)])
  } catch {
    // It is a text, and shown as one.
  }
  return [['secret', secret]]
}

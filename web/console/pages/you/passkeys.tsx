import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import type { Text } from '#domain/locale.ts'
import { ask, Refusal, type Told } from '../../../shared/ask.ts'
import { instantIn } from '../../../shared/amounts.ts'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { Confirm } from '../../../shared/confirm.tsx'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { Failed, Nothing, Shown } from '../../../shared/shown.tsx'
import { When } from '../../../shared/when.tsx'
import table from '../../../shared/table.module.css'
import { useAround } from '../../self.ts'
import { newPasskey } from '../sign-in/passkey.ts'

const words = {
  title: { en: 'Passkeys', ja: 'パスキー' }, what: { en: 'the passkeys', ja: 'パスキー' }, none: { en: 'None. With a passkey you sign in by your device: nothing has to be remembered, and nothing can be given away.', ja: 'パスキーはありません。パスキーを使うと、端末だけで安全にサインインできます。' }, add: { en: 'Add a passkey', ja: 'パスキーを追加' }, made: { en: 'Made', ja: '作成' }, used: { en: 'Last used', ja: '最終利用' }, never: { en: 'not yet', ja: '未使用' }, acts: { en: 'What can be done', ja: '操作' },
  remove: { en: 'Remove', ja: '削除' }, removeTitle: { en: 'Remove the passkey made on {day}', ja: '{day} に作成したパスキーを削除' }, effect: { en: 'Its device signs you in here no more.', ja: 'その端末のパスキーではサインインできなくなります。' }, wayBack: { en: 'Another passkey can be added. The last way in that you have is not removed.', ja: '新しいパスキーを追加できます。最後のサインイン方法は削除できません。' }, failed: { en: 'No passkey was made: the browser, the device or you said no.', ja: 'パスキーを作成できませんでした（ブラウザー・端末・操作により中止されました）。' },
} satisfies Record<string, Text>

/** The keys of one's own devices. */
export const Passkeys = (): ReactNode => {
  const [say, { locale }, { zone }, known, read, remove] = [useSay(), useLanguage(), useAround(), useQueryClient(), useAsk('passkeys.list', {}), useWish('passkeys.remove')]
  const [state, setState] = useState<{ readonly busy: boolean; readonly error: Error | null }>({ busy: false, error: null })
  const [gone, askRemove] = useState<Told<'passkeys.list'>['items'][number] | null>(null)
  const add = async (): Promise<void> => {
    setState({ busy: true, error: null })
    try {
      const { ask: asked, options } = await ask('passkeys.offer', {}, { key: crypto.randomUUID() })
      await ask('passkeys.add', { ask: asked, answer: await newPasskey(options) }, { key: crypto.randomUUID() })
      setState({ busy: false, error: null })
      await known.invalidateQueries()
    } catch (error) {
      setState({ busy: false, error: error instanceof Refusal ? error : new Error(say(words.failed)) })
    }
  }
  return (
    <Panel title={say(words.title)} flush acts={<Button size="compact-sm" variant="default" loading={state.busy} onClick={() => { void add() }}>{say(words.add)}</Button>}>
      {state.error === null ? null : <Failed error={state.error} />}
      <Shown of={read} what={words.what} lines={2} empty={({ items }) => items.length === 0} none={<Nothing>{say(words.none)}</Nothing>}>
        {({ items }) => <table className={table['plain']}><thead><tr><th>{say(words.made)}</th><th>{say(words.used)}</th><th><span className="unseen">{say(words.acts)}</span></th></tr></thead><tbody>{items.map(one => <tr key={one.id}><td><When at={one.createdAt} zone={zone} /></td><td>{one.usedAt === null ? <span className="quiet">{say(words.never)}</span> : <When at={one.usedAt} zone={zone} far />}</td><td data-right><Button size="compact-sm" variant="default" onClick={() => { askRemove(one) }}>{say(words.remove)}</Button></td></tr>)}</tbody></table>}
      </Shown>
      {gone === null ? null : <Confirm opened close={() => { askRemove(null) }} title={say(words.removeTitle, { day: instantIn(gone.createdAt, zone, locale) })} effect={say(words.effect)} wayBack={say(words.wayBack)} act={say(words.remove)} wish={() => remove.mutateAsync({ passkey: gone.id })} />}
    </Panel>
  )
}

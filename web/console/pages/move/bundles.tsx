import { Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { bytesOf } from '../../../shared/amounts.ts'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { FormDialog } from '../../../shared/form-dialog.tsx'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { Nothing, Shown } from '../../../shared/shown.tsx'
import { StateLabel } from '../../../shared/state-mark.tsx'
import { When } from '../../../shared/when.tsx'
import { useMay } from '../../may.ts'
import type { PartProps } from './move.tsx'
import css from './move.module.css'

const words = {
  title: { en: 'Bundles', ja: 'バンドル' }, what: { en: 'the bundles', ja: 'バンドル' }, none: { en: 'No bundle was put on the shelf for this move yet.', ja: 'この移行のバンドルはまだありません。' }, add: { en: 'Add a bundle', ja: 'バンドルを登録' }, addLead: { en: 'A file in the folder of bundles beside control. Its signed index is checked.', ja: 'バンドル用フォルダーにあるファイルを登録します。署名付き索引が検証されます。' }, file: { en: 'File', ja: 'ファイル名' },
  send: { en: 'Send the link', ja: 'リンクを送信' }, sendLead: { en: 'The contact on file gets a letter with a link that expires and is counted; nobody else does.', ja: '登録されたご担当者にのみ、有効期限と回数制限のあるリンクをメールでお送りします。' }, days: { en: 'Good for days', ja: '有効日数' }, times: { en: 'Whole downloads', ja: 'ダウンロード回数' }, proven: { en: 'Imported and proven', ja: '取り込み・検証済み' }, open: { en: 'Not imported yet', ja: '未取り込み' }, by: { en: 'by {who},', ja: '{who}' },
}

/** What the customer imports: each bundle, its link, and whether it was proven where it arrived. */
export const Bundles = ({ told }: PartProps): ReactNode => {
  const [say, { locale }, may] = [useSay(), useLanguage(), useMay()]
  const [asked, ask] = useState<string | null>(null)
  const [bundles, add, send] = [useAsk('bundles.list', { move: told.move.id, limit: 50 }), useWish('bundles.add'), useWish('bundles.link')]
  const close = (): void => { ask(null) }
  return (
    <Panel title={say(words.title)} flush acts={told.move.endedAt === null && may('bundle.make') ? <Button size="compact-sm" variant="default" onClick={() => { ask('') }}>{say(words.add)}</Button> : undefined}>
      <Shown of={bundles} what={words.what} lines={2} empty={({ items }) => items.length === 0} none={<Nothing>{say(words.none)}</Nothing>}>
        {({ items }) => <ul className={css['list']}>{items.map(one => <li key={one.id}><span /><div><span className={css['name']}>{one.file}</span><span className="quiet">{bytesOf(one.bytes, locale)} · {say(words.by, { who: one.by })} <When at={one.at} zone={told.customer.zone} /> · <code>{one.fingerprint}</code></span></div><div className={css['end']}><StateLabel state={one.provenAt === null ? 'waiting' : 'done'}>{say(one.provenAt === null ? words.open : words.proven)}</StateLabel>{may('bundle.make') ? <Button size="compact-sm" variant="default" onClick={() => { ask(one.id) }}>{say(words.send)}</Button> : null}</div></li>)}</ul>}
      </Shown>
      <FormDialog opened={asked === ''} close={close} title={say(words.add)} lead={say(words.addLead)} act={say(words.add)} fields={[{ key: 'file', says: words.file, type: 'text' }]} wish={({ file }) => add.mutateAsync({ move: told.move.id, file: String(file) })} />
      <FormDialog opened={asked !== null && asked !== ''} close={close} title={say(words.send)} lead={say(words.sendLead)} act={say(words.send)} fields={[{ key: 'days', says: words.days, type: 'number', first: 14 }, { key: 'times', says: words.times, type: 'number', first: 3 }]} wish={({ days, times }) => send.mutateAsync({ bundle: asked as never, days: Number(days), times: Number(times) })} />
    </Panel>
  )
}

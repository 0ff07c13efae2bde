import { Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { Text } from '#domain/locale.ts'
import type { Told } from '../../../shared/ask.ts'
import { bytesOf } from '../../../shared/amounts.ts'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { Confirm } from '../../../shared/confirm.tsx'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { Nothing, Shown } from '../../../shared/shown.tsx'
import { When } from '../../../shared/when.tsx'
import { useMay } from '../../may.ts'
import { useAround } from '../../self.ts'
import { AddDocument } from './add-document.tsx'
import table from '../../../shared/table.module.css'

const words = {
  title: { en: 'Documents', ja: '参考資料' }, lead: { en: 'What customers get when their move is complete', ja: '移行の完了時にお客様へお渡しする資料です' }, what: { en: 'the documents', ja: '参考資料' }, none: { en: 'Nothing yet. Add what helps people after a move: a guide, a page to read.', ja: 'まだありません。移行後に役立つ手引きやページを追加してください。' },
  name: { en: 'Document', ja: '資料' }, of: { en: 'For moves by', ja: '対象の移行' }, all: { en: 'every playbook', ja: 'すべてのプレイブック' }, added: { en: 'Added', ja: '追加' }, by: { en: 'by {who},', ja: '{who}、' }, add: { en: 'Add', ja: '追加' }, remove: { en: 'Remove', ja: '削除' },
  removeTitle: { en: 'Remove “{document}”', ja: '「{document}」を削除' }, removeEffect: { en: 'Customers find it no more, and letters that name it lead nowhere.', ja: 'お客様の画面から消え、送信済みのメールにあるリンクは開けなくなります。' }, removeBack: { en: 'It can be added again, at another address: letters that were sent stay broken.', ja: '再度追加できますが、アドレスが変わるため、送信済みのリンクは元に戻りません。' },
} satisfies Record<string, Text>
type Document = Told<'documents.list'>['items'][number]

/** What the vendor hands out after a move, for all playbooks or one. */
export const Documents = (): ReactNode => {
  const [say, { locale }, may, { zone }] = [useSay(), useLanguage(), useMay(), useAround()]
  const [documents, playbooks, remove] = [useAsk('documents.list', { limit: 200 }), useAsk('playbooks.list', {}), useWish('documents.remove')]
  const [isAdding, setAdding] = useState(false)
  const [asked, ask] = useState<Document | null>(null)
  const titleOf = (key: string): string => { const found = playbooks.data?.items.find(one => one.key === key); return found === undefined ? key : say(found.title) }
  const mayChange = may('document.change')
  return (
    <Panel title={say(words.title)} lead={say(words.lead)} flush acts={mayChange ? <Button size="compact-sm" variant="default" onClick={() => { setAdding(true) }}>{say(words.add)}</Button> : undefined}>
      <Shown of={documents} what={words.what} lines={2} empty={({ items }) => items.length === 0} none={<Nothing>{say(words.none)}</Nothing>}>
        {({ items }) => (
          <div style={{ overflowX: 'auto' }} tabIndex={0} role="group" aria-label={say(words.title)}><table className={table['plain']}>
            <thead><tr><th>{say(words.name)}</th><th>{say(words.of)}</th><th>{say(words.added)}</th>{mayChange ? <th><span className="unseen">{say(words.remove)}</span></th> : null}</tr></thead>
            <tbody>{items.map(one => (
              <tr key={one.id}>
                <td>{say(one.title)}<br /><span className="quiet" translate="no" style={{ overflowWrap: 'anywhere' }}>{one.file ?? one.url}{one.bytes === null ? null : ` · ${bytesOf(one.bytes, locale)}`}</span></td>
                <td>{one.playbook === null ? <span className="quiet">{say(words.all)}</span> : titleOf(one.playbook)}</td>
                <td>{say(words.by, { who: one.by })} <When at={one.at} zone={zone} /></td>
                {mayChange ? <td data-right><Button size="compact-sm" variant="default" aria-label={say(words.removeTitle, { document: say(one.title) })} onClick={() => { ask(one) }}>{say(words.remove)}</Button></td> : null}
              </tr>
            ))}</tbody>
          </table></div>
        )}
      </Shown>
      {isAdding ? <AddDocument close={() => { setAdding(false) }} playbooks={(playbooks.data?.items ?? []).map(({ key, title }) => ({ value: key, label: say(title) }))} /> : null}
      {asked === null ? null : <Confirm opened close={() => { ask(null) }} title={say(words.removeTitle, { document: say(asked.title) })} effect={say(words.removeEffect)} wayBack={say(words.removeBack)} act={say(words.remove)} isDangerous name={say(asked.title)} wish={() => remove.mutateAsync({ document: asked.id })} />}
    </Panel>
  )
}

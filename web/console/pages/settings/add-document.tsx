import { Button, FileInput, Modal, Select, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { documentTypes, mostDocumentBytes } from '#domain/documents.ts'
import type { Text } from '#domain/locale.ts'
import { bytesOf } from '../../../shared/amounts.ts'
import { useWish } from '../../../shared/asking.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Failed } from '../../../shared/shown.tsx'

const words = {
  title: { en: 'Add a document', ja: '参考資料を追加' }, en: { en: 'Title in English', ja: 'タイトル（英語）' }, ja: { en: 'Title in Japanese', ja: 'タイトル（日本語）' }, of: { en: 'For moves by', ja: '対象のプレイブック' }, all: { en: 'every playbook', ja: 'すべてのプレイブック' },
  url: { en: 'Its address', ja: 'アドレス' }, urlHint: { en: 'An https address, or a file below: one of the two', ja: 'https のアドレスか、下のファイルのいずれか一方を指定してください' }, file: { en: 'Its file', ja: 'ファイル' }, fileHint: { en: '{kinds}; at most {most}', ja: '{kinds}（最大 {most}）' }, add: { en: 'Add', ja: '追加' }, cancel: { en: 'Cancel', ja: 'キャンセル' },
} satisfies Record<string, Text>

/** A title in both languages, and an address or a file. */
export const AddDocument = ({ close, playbooks }: { close(): void; readonly playbooks: readonly { readonly value: string; readonly label: string }[] }): ReactNode => {
  const [say, { locale }, add] = [useSay(), useLanguage(), useWish('documents.add')]
  const [title, setTitle] = useState({ en: '', ja: '' })
  const [playbook, setPlaybook] = useState<string | null>(null)
  const [url, setUrl] = useState('')
  const [file, setFile] = useState<File | null>(null)
  const [unread, setUnread] = useState<Error | null>(null)
  const send = async (): Promise<void> => {
    setUnread(null)
    const content = file === null ? undefined : await contentOf(file).catch((error: unknown) => { setUnread(error instanceof Error ? error : new Error(String(error))) })
    if (file !== null && content === undefined) return
    add.mutate({ title, playbook, ...(url.trim() === '' ? {} : { url: url.trim() }), ...(file === null || content === undefined ? {} : { file: { name: file.name, type: file.type, base64: content } }) }, { onSuccess: close })
  }
  const error = unread ?? add.error
  return (
    <Modal opened onClose={close} title={<h2>{say(words.title)}</h2>} closeButtonProps={{ 'aria-label': say(words.cancel) }}>
      <form style={{ display: 'grid', gap: 12 }} onSubmit={event => { event.preventDefault(); void send() }}>
        <TextInput label={say(words.en)} required maxLength={200} value={title.en} onChange={event => { setTitle({ ...title, en: event.currentTarget.value }) }} data-autofocus />
        <TextInput label={say(words.ja)} required maxLength={200} value={title.ja} onChange={event => { setTitle({ ...title, ja: event.currentTarget.value }) }} />
        <Select label={say(words.of)} placeholder={say(words.all)} clearable data={[...playbooks]} value={playbook} onChange={setPlaybook} />
        <TextInput label={say(words.url)} description={say(words.urlHint)} type="url" required={file === null} disabled={file !== null} value={url} onChange={event => { setUrl(event.currentTarget.value) }} />
        <FileInput label={say(words.file)} description={say(words.fileHint, { kinds: Object.values(documentTypes).join(', '), most: bytesOf(mostDocumentBytes, locale) })} accept={Object.keys(documentTypes).join(',')} clearable disabled={url.trim() !== ''} value={file} onChange={setFile} />
        {error === null ? null : <Failed error={error} />}
        <div style={{ display: 'flex', gap: 8, justifyContent: 'flex-end' }}><Button variant="default" onClick={close}>{say(words.cancel)}</Button><Button type="submit" loading={add.isPending}>{say(words.add)}</Button></div>
      </form>
    </Modal>
  )
}

/** In the letters in which it is sent. */
const contentOf = (file: File): Promise<string> => new Promise((done, failed) => {
  const reader = new FileReader()
  reader.onload = () => { done(typeof reader.result === 'string' ? reader.result.replace(/^[^,]*,/, '') : '') }
  reader.onerror = () => { failed(reader.error ?? new Error(file.name)) }
  reader.readAsDataURL(file)
})

import { Button, FileInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useWish } from '../../../shared/asking.ts'
import { numberOf } from '../../../shared/amounts.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { useHere } from '../../here.ts'
import { Folded } from '../../page.tsx'
import { Refused } from '../../refused.tsx'
import css from './users.module.css'

const words = {
  title: { en: 'Tell who the users are', ja: 'ユーザー一覧の登録' }, how: { en: 'A CSV file with the columns key, name, email and lastSeen; lastSeen is a day such as 2026-10-01, or empty. It takes the place of the list before; marks stay. It is erased when the move is over.', ja: '列 key・name・email・lastSeen を含む CSV ファイルです。lastSeen は 2026-10-01 のような日付、または空欄とします。登録すると以前の一覧は置き換わり、印は引き継がれます。移行の終了時に消去します。' },
  file: { en: 'CSV file', ja: 'CSV ファイル' }, pick: { en: 'Choose a file', ja: 'ファイルを選択' }, send: { en: 'Take this list', ja: 'この一覧を登録' }, sent: { en: '{count} users were taken.', ja: '{count} 名を登録しました。' },
}

/** The list as a file, for products that no agent can ask. */
export const Tell = ({ isFirst }: { readonly isFirst: boolean }): ReactNode => {
  const [say, { locale }, { page }, tell] = [useSay(), useLanguage(), useHere(), useWish('users.tell')]
  const [file, setFile] = useState<File | null>(null)
  const send = async (): Promise<void> => {
    if (file === null) return
    await tell.mutateAsync({ tenant: page.tenant.id, csv: await file.text() })
    setFile(null)
  }
  return (
    <Folded title={say(words.title)} {...(isFirst ? { isOpen: true } : {})}>
      <form className={css['tell']} onSubmit={event => { event.preventDefault(); send().catch(() => undefined) }}>
        <p className="soft small">{say(words.how)}</p>
        <FileInput label={say(words.file)} placeholder={say(words.pick)} accept=".csv,text/csv" value={file} onChange={setFile} clearable />
        <div><Button type="submit" disabled={file === null} loading={tell.isPending}>{say(words.send)}</Button></div>
        <Refused error={tell.error} />
        {tell.data === undefined ? null : <p role="status">{say(words.sent, { count: numberOf(tell.data.users, locale) })}</p>}
      </form>
    </Folded>
  )
}

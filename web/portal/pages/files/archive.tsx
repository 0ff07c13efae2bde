import { Progress } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Told } from '../../../shared/ask.ts'
import { bytesOf, numberOf } from '../../../shared/amounts.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { StateMark } from '../../../shared/state-mark.tsx'
import { When } from '../../../shared/when.tsx'
import { useHere } from '../../here.ts'
import { Facts } from '../../page.tsx'
import { Checksum } from './checksum.tsx'
import { ConfirmFiles } from './confirm-files.tsx'
import css from './files.module.css'
import { Link } from './link.tsx'

const words = {
  name: { en: 'Archive', ja: '書庫' }, size: { en: 'Size', ja: 'サイズ' }, files: { en: 'Files', ja: 'ファイル数' }, filesOthers: { en: '{files}, and {others} that are no plain files', ja: '{files} 件（ほか通常のファイル以外 {others} 件）' }, packed: { en: 'Packed', ja: '作成日時' },
  fetched: { en: '{sent} of {whole} fetched', ja: '{whole} 中 {sent} をダウンロード済み' }, all: { en: 'All of it was fetched', ja: 'すべてダウンロード済み' }, none: { en: 'Not fetched yet', ja: '未ダウンロード' }, bar: { en: 'How much of the archive was fetched', ja: 'ダウンロードの進み具合' },
}

/** The archive of what does not move: what it is, how much of it went out, and the word that it is there. */
export const Archive = ({ archive }: { readonly archive: Told<'files.list'>['items'][number] }): ReactNode => {
  const [say, { locale }, { zone }] = [useSay(), useLanguage(), useHere()]
  const { name, bytes, sentBytes, sentAt, sha256, files, others, at } = archive
  return (
    <>
      <Facts of={[
        [say(words.name), <code key="n">{name}</code>], [say(words.size), `${bytesOf(bytes, locale)} (${numberOf(bytes, locale)} B)`],
        [say(words.files), others === 0 ? numberOf(files, locale) : say(words.filesOthers, { files: numberOf(files, locale), others: numberOf(others, locale) })], [say(words.packed), <When key="w" at={at} zone={zone} />],
      ]} />
      <Checksum of={sha256} file={name} />
      <div className={css['sent']}>
        <p role="status"><StateMark state={sentAt !== null ? 'done' : sentBytes > 0 ? 'active' : 'waiting'} says={null} />{sentAt !== null ? <span>{say(words.all)} <span className="quiet small"><When at={sentAt} zone={zone} far /></span></span> : <span>{sentBytes === 0 ? say(words.none) : say(words.fetched, { sent: bytesOf(sentBytes, locale), whole: bytesOf(bytes, locale) })}</span>}</p>
        {sentAt === null && sentBytes > 0 ? <Progress value={sentBytes / bytes * 100} color="var(--active-s)" aria-label={say(words.bar)} /> : null}
      </div>
      <Link of={{ archive: archive.id }} isStrong={sentAt === null} />
      <ConfirmFiles isFetched={sentAt !== null} />
    </>
  )
}

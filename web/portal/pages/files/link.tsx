import { Button } from '@mantine/core'
import { Download } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Sent, Told } from '../../../shared/ask.ts'
import { useWish } from '../../../shared/asking.ts'
import { useSay } from '../../../shared/language.tsx'
import { When } from '../../../shared/when.tsx'
import { useHere, useMay } from '../../here.ts'
import { Refused } from '../../refused.tsx'
import css from './files.module.css'

const words = {
  act: { en: 'Send me the download link', ja: 'ダウンロード用リンクを送信' }, how: { en: 'It comes by mail to {email}, so that nobody else can fetch it. A download that breaks off goes on where it stopped.', ja: 'ご本人以外が取得できないよう、{email} 宛てにメールでお送りします。中断したダウンロードは続きから再開できます。' },
  sent: { en: 'The link is on its way to {email}. It is good for {times} downloads, until', ja: 'リンクを {email} に送信しました。ダウンロードは {times} 回まで、有効期限：' }, others: { en: 'Your point of contact and IT can have the link sent.', ja: 'リンクの送信は、窓口または IT のご担当者が行えます。' },
}
type Linked = Told<'files.link'>
type Which = { readonly archive: Sent<'files.link'>['archive'] } | { readonly bundle: Sent<'bundles.link'>['bundle'] }

/** The one button: the link goes to the address on file of whoever presses it. */
export const Link = ({ of, isStrong }: { readonly of: Which; readonly isStrong: boolean }): ReactNode => {
  const [say, { self, zone }, mayFetch] = [useSay(), useHere(), useMay('bundle.fetch')]
  const [file, bundle] = [useWish('files.link'), useWish('bundles.link')]
  const [sent, error, isPending]: [Linked | undefined, Error | null, boolean] = [file.data ?? bundle.data, file.error ?? bundle.error, file.isPending || bundle.isPending]
  if (!mayFetch) return <p className="soft small">{say(words.others)}</p>
  const send = (): void => {
    if ('archive' in of) file.mutate(of)
    else bundle.mutate(of)
  }
  const email = self.email ?? ''
  return (
    <div className={css['link']}>
      {sent === undefined ? <p className="soft small">{say(words.how, { email })}</p> : <p role="status">{say(words.sent, { email, times: sent.times })} <When at={sent.expiresAt} zone={zone} /></p>}
      <Refused error={error} />
      <div><Button variant={isStrong && sent === undefined ? 'filled' : 'default'} leftSection={<Download size={18} aria-hidden />} loading={isPending} onClick={send}>{say(words.act)}</Button></div>
    </div>
  )
}

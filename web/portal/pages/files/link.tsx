import { Button } from '@mantine/core'
import { Mail } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Told } from '../../../shared/ask.ts'
import { useWish } from '../../../shared/asking.ts'
import { useSay } from '../../../shared/language.tsx'
import { When } from '../../../shared/when.tsx'
import { useHere, useMay } from '../../here.ts'
import { Refused } from '../../refused.tsx'
import { Direct, type Which } from './direct.tsx'
import css from './files.module.css'

const words = {
  act: { en: 'Send me the download link', ja: 'ダウンロード用リンクを送信' }, how: { en: 'Or have a link sent to {email}: for another machine, or for later. A download that breaks off goes on where it stopped.', ja: '別の端末で、または後ほどダウンロードされる場合は、{email} 宛てにリンクをお送りします。中断したダウンロードは続きから再開できます。' },
  sent: { en: 'The link is on its way to {email}. It is good for {times} downloads, until', ja: 'リンクを {email} に送信しました。ダウンロードは {times} 回まで、有効期限：' }, others: { en: 'Your point of contact and IT can fetch it.', ja: 'ダウンロードは、窓口または IT のご担当者が行えます。' },
}
type Linked = Told<'files.link'>

/** Two ways to fetch it: here and now, or by a link that goes to the address on file of whoever asks for it. */
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
      <Direct of={of} isStrong={isStrong && sent === undefined} />
      {sent === undefined ? <p className="soft small">{say(words.how, { email })}</p> : <p role="status">{say(words.sent, { email, times: sent.times })} <When at={sent.expiresAt} zone={zone} /></p>}
      <Refused error={error} />
      <div><Button variant="default" leftSection={<Mail size={18} aria-hidden />} loading={isPending} onClick={send}>{say(words.act)}</Button></div>
    </div>
  )
}

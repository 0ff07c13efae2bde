import { Button } from '@mantine/core'
import { Download } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { Refusal, type Sent } from '../../../shared/ask.ts'
import { useWish } from '../../../shared/asking.ts'
import { useSay } from '../../../shared/language.tsx'
import { When } from '../../../shared/when.tsx'
import { useHere } from '../../here.ts'
import { Refused } from '../../refused.tsx'
import { Code } from '../credentials/code.tsx'

const words = {
  act: { en: 'Download now', ja: '今すぐダウンロード' }, how: { en: 'First you type six digits that we send to {email}, so that nobody else can fetch it.', ja: 'ご本人確認のため、{email} 宛てにお送りする6桁の確認コードをご入力いただきます。' },
  begun: { en: 'The download has begun. If it breaks off, go on with it in the list of downloads of your browser, until', ja: 'ダウンロードを開始しました。中断した場合は、ブラウザーのダウンロード一覧から続きを再開できます。再開期限：' },
}
export type Which = { readonly archive: Sent<'files.link'>['archive'] } | { readonly bundle: Sent<'bundles.link'>['bundle'] }

/** Fetches it here and now, after six digits that only the mailbox has. It is the browser that downloads, so it goes on where it broke off. */
export const Direct = ({ of, isStrong }: { readonly of: Which; readonly isStrong: boolean }): ReactNode => {
  const [say, { self, zone }] = [useSay(), useHere()]
  const [file, bundle, [isAsked, ask]] = [useWish('files.download'), useWish('bundles.download'), useState(false)]
  const { data, error, isPending } = 'archive' in of ? file : bundle
  const go = (): void => {
    // The digits count for ten minutes: who waited longer is asked for others.
    const then = { onSuccess: ({ path }: { readonly path: string }) => { ask(false); location.assign(path) }, onError: (why: Error) => { if (why instanceof Refusal && why.code === 'second-factor-missing') ask(true) } }
    if ('archive' in of) file.mutate(of, then)
    else bundle.mutate(of, then)
  }
  const isMissing = error instanceof Refusal && error.code === 'second-factor-missing'
  return (
    <>
      {data === undefined ? <p className="soft small">{say(words.how, { email: self.email ?? '' })}</p> : <p role="status">{say(words.begun)} <When at={data.expiresAt} zone={zone} /></p>}
      {isMissing ? null : <Refused error={error} />}
      {isAsked ? <Code proven={go} /> : <div><Button variant={isStrong && data === undefined ? 'filled' : 'default'} leftSection={<Download size={18} aria-hidden />} loading={isPending} onClick={() => { if (self.isProven) go(); else ask(true) }}>{say(words.act)}</Button></div>}
    </>
  )
}

import { Button, CopyButton } from '@mantine/core'
import { Check, Copy } from 'lucide-react'
import type { ReactNode } from 'react'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { useSay } from '../../../shared/language.tsx'
import { When } from '../../../shared/when.tsx'
import { useHere } from '../../here.ts'
import { Folded } from '../../page.tsx'
import { Refused } from '../../refused.tsx'
import css from './calls.module.css'

const words = {
  title: { en: 'Subscribe in your calendar', ja: 'カレンダーで購読する' }, says: { en: 'Your calendar then shows the date, calls and your tasks, and follows every change by itself. Whoever has the address can read it: keep it to yourself.', ja: '作業日時・打ち合わせ・タスクがカレンダーに表示され、変更も自動で反映されます。アドレスを知っている人は誰でも閲覧できますので、共有しないでください。' },
  make: { en: 'Make an address', ja: 'アドレスを作成' }, anew: { en: 'Make another address', ja: 'アドレスを作り直す' }, since: { en: 'There is one since ', ja: '作成日時: ' }, sinceEnds: { en: '. It is told only when it is made; another one ends it.', ja: '。アドレスは作成時にのみ表示されます。作り直すと以前のものは無効になります。' }, end: { en: 'End it', ja: '無効にする' }, copy: { en: 'Copy the address', ja: 'アドレスをコピー' }, copied: { en: 'Copied', ja: 'コピーしました' }, ended: { en: 'The address no longer works.', ja: 'アドレスを無効にしました。' },
}

/** The address at which a calendar program fetches what is planned; told once. */
export const Subscribe = (): ReactNode => {
  const [say, { zone }, make, revoke] = [useSay(), useHere(), useWish('feeds.make'), useWish('feeds.revoke')]
  const known = useAsk('feeds.read', {})
  const feed = known.data?.feed ?? null
  return (
    <Folded title={say(words.title)}>
      <p className="soft">{say(words.says)}</p>
      {make.data === undefined ? null : <div className={css['address']}><code>{make.data.address}</code><CopyButton value={make.data.address} timeout={2_500}>{({ copied, copy }) => <Button variant="default" leftSection={copied ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />} onClick={copy}><span aria-live="polite">{say(copied ? words.copied : words.copy)}</span></Button>}</CopyButton></div>}
      {feed === null || make.data !== undefined ? null : <p className="soft small">{say(words.since)}<When at={feed.createdAt} zone={zone} />{say(words.sinceEnds)}</p>}
      <div className={css['acts']}><Button variant="default" loading={make.isPending} onClick={() => { make.mutate({}) }}>{say(feed === null ? words.make : words.anew)}</Button>{feed === null ? null : <Button variant="subtle" color="gray" loading={revoke.isPending} onClick={() => { make.reset(); revoke.mutate({}) }}>{say(words.end)}</Button>}</div>
      {revoke.isSuccess && feed === null ? <p role="status">{say(words.ended)}</p> : null}
      <Refused error={make.error ?? revoke.error} />
    </Folded>
  )
}

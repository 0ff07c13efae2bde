import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Text } from '#domain/locale.ts'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { Copy } from '../../../shared/copy.tsx'
import { useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { Failed, Shown } from '../../../shared/shown.tsx'
import { When } from '../../../shared/when.tsx'
import { useAround } from '../../self.ts'

const words = {
  title: { en: 'Your calendar', ja: 'カレンダー' }, lead: { en: 'Calls and windows in your own calendar program', ja: '打ち合わせと作業日時をカレンダーアプリで確認できます' }, what: { en: 'the calendar', ja: 'カレンダー' }, says: { en: 'A calendar program fetches them from an address, and follows every change. Whoever has the address can read it: keep it to yourself.', ja: 'カレンダーアプリがアドレスから予定を取得し、変更も自動で反映されます。アドレスを知っている人は誰でも閲覧できますので、共有しないでください。' },
  make: { en: 'Make an address', ja: 'アドレスを作成' }, anew: { en: 'Make another address', ja: 'アドレスを作り直す' }, since: { en: 'There is one since', ja: '作成日時:' }, once: { en: 'It is told only when it is made; another one ends it.', ja: 'アドレスは作成時にのみ表示されます。作り直すと以前のものは無効になります。' }, end: { en: 'End it', ja: '無効にする' }, address: { en: 'the address', ja: 'アドレス' },
} satisfies Record<string, Text>

/** The address at which one's own calendar is read; told once. */
export const Feed = (): ReactNode => {
  const [say, { zone }, read, make, revoke] = [useSay(), useAround(), useAsk('feeds.read', {}), useWish('feeds.make'), useWish('feeds.revoke')]
  return (
    <Panel title={say(words.title)} lead={say(words.lead)}>
      <Shown of={read} what={words.what} lines={2}>
        {({ feed }) => (
          <div style={{ display: 'grid', gap: 12, justifyItems: 'start' }}>
            <p className="soft">{say(words.says)}</p>
            {make.data === undefined ? null : <p role="status"><code style={{ overflowWrap: 'anywhere' }}>{make.data.address}</code> <Copy text={make.data.address} what={say(words.address)} /></p>}
            {feed === null || make.data !== undefined ? null : <p className="quiet">{say(words.since)} <When at={feed.createdAt} zone={zone} />. {say(words.once)}</p>}
            <div style={{ display: 'flex', gap: 8 }}><Button variant="default" loading={make.isPending} onClick={() => { make.mutate({}) }}>{say(feed === null ? words.make : words.anew)}</Button>{feed === null ? null : <Button variant="subtle" color="gray" loading={revoke.isPending} onClick={() => { make.reset(); revoke.mutate({}) }}>{say(words.end)}</Button>}</div>
            {[make.error, revoke.error].map((error, n) => (error === null ? null : <Failed key={n} error={error} />))}
          </div>
        )}
      </Shown>
    </Panel>
  )
}

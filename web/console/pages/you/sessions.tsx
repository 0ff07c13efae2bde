import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Text } from '#domain/locale.ts'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { Failed, Shown } from '../../../shared/shown.tsx'
import { When } from '../../../shared/when.tsx'
import table from '../../../shared/table.module.css'
import { useAround } from '../../self.ts'

const words = {
  title: { en: 'Where you are signed in', ja: 'サインイン中の端末' }, what: { en: 'where you are signed in', ja: 'サインイン中の端末' }, since: { en: 'Since', ja: '開始' }, seen: { en: 'Last seen', ja: '最終利用' }, acts: { en: 'What can be done', ja: '操作' }, here: { en: 'here', ja: 'この端末' }, end: { en: 'Sign out there', ja: 'サインアウトさせる' },
} satisfies Record<string, Text>

/** Every place where somebody signed in as whoever looks. */
export const Sessions = (): ReactNode => {
  const [say, { zone }, read, end] = [useSay(), useAround(), useAsk('sessions.list', {}), useWish('sessions.end')]
  return (
    <Panel title={say(words.title)} flush>
      <Shown of={read} what={words.what} lines={2}>
        {({ items }) => <table className={table['plain']}><thead><tr><th>{say(words.since)}</th><th>{say(words.seen)}</th><th><span className="unseen">{say(words.acts)}</span></th></tr></thead><tbody>{items.map(one => <tr key={one.id}><td><When at={one.createdAt} zone={zone} /></td><td><When at={one.seenAt} zone={zone} far /></td><td data-right>{one.isThis ? <span className="quiet">{say(words.here)}</span> : <Button size="compact-sm" variant="default" loading={end.isPending} onClick={() => { end.mutate({ session: one.id }) }}>{say(words.end)}</Button>}</td></tr>)}</tbody></table>}
      </Shown>
      {end.error === null ? null : <Failed error={end.error} />}
    </Panel>
  )
}

import type { ReactNode } from 'react'
import type { Told } from '../../../shared/ask.ts'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { Button } from '@mantine/core'
import { useSay } from '../../../shared/language.tsx'
import { Nothing, Shown } from '../../../shared/shown.tsx'
import { StateMark } from '../../../shared/state-mark.tsx'
import { When } from '../../../shared/when.tsx'
import { useHere, useMay } from '../../here.ts'
import { Only } from '../../only.tsx'
import { Folded, Page, Part } from '../../page.tsx'
import { Refused } from '../../refused.tsx'
import css from './sightings.module.css'
import { Visits } from './visits.tsx'

const words = {
  title: { en: 'Still on the old home', ja: '旧環境の利用状況' }, lead: { en: 'Programs and people that still come to the old address, or sign in there with the old user. Each is something to change on your side.', ja: '旧アドレスや旧ユーザーを引き続き使用しているプログラム・利用者です。それぞれ貴社側での変更が必要です。' },
  logins: { en: 'Old database login', ja: '旧データベースユーザー' }, loginsLead: { en: 'When nothing is left here, the old login can be taken away.', ja: 'すべて解消されると、旧ユーザーを廃止できます。' }, what: { en: 'who still uses the old login', ja: '旧ユーザーの利用状況' },
  none: { en: 'Nobody was seen to use the old login.', ja: '旧ユーザーの利用は確認されていません。' }, noneOpen: { en: 'Nobody uses the old login any more.', ja: '旧ユーザーの利用はすべて解消されました。' },
  change: { en: 'Give {program} on {host} its new login instead of “{user}”.', ja: '{host} の {program} の接続設定を、旧ユーザー「{user}」から新しい接続情報に変更してください。' }, nameless: { en: 'a program without a name', ja: '名称不明のプログラム' }, last: { en: 'Last seen', ja: '最終検出' },
  quiet: { en: 'Not seen for three days or more. If you have changed it, say so.', ja: '3日以上検出されていません。変更済みの場合はお知らせください。' }, act: { en: 'It is changed', ja: '変更済み' }, actOf: { en: 'It is changed: {program} on {host}', ja: '変更済み：{host} の {program}' },
  closed: { en: 'Changed already ({count})', ja: '変更済み（{count} 件）' }, back: { en: 'Should one of them be seen again, it stands above again by itself.', ja: '再び検出された場合は、自動的に上の一覧に戻ります。' },
}
type Sighting = Told<'sightings.list'>['items'][number]

/** Who still comes to the old home or by the old login, each as what to change. */
export const Sightings = (): ReactNode => <Only verb="sighting.read" title={words.title}><Inside /></Only>

const Inside = (): ReactNode => {
  const [say, { page }] = [useSay(), useHere()]
  const seen = useAsk('sightings.list', { tenant: page.tenant.id, limit: 200 })
  return (
    <Page title={say(words.title)} lead={say(words.lead)}>
      <Visits />
      <Part title={say(words.logins)} lead={say(words.loginsLead)} flush>
        <Shown of={seen} what={words.what} lines={4} empty={({ items }) => items.length === 0} none={<Nothing>{say(words.none)}</Nothing>}>
          {({ items }) => {
            const open = items.filter(one => one.closedAt === null).toSorted((a, b) => b.lastAt.localeCompare(a.lastAt))
            return open.length === 0 ? <p className={css['done']}><StateMark state="done" says={null} />{say(words.noneOpen)}</p> : <ul className={css['list']}>{open.map(one => <Line key={one.id} sighting={one} />)}</ul>
          }}
        </Shown>
      </Part>
      <Closed items={(seen.data?.items ?? []).filter(one => one.closedAt !== null)} />
    </Page>
  )
}

const Line = ({ sighting }: { readonly sighting: Sighting }): ReactNode => {
  const [say, { zone }, mayClose, close] = [useSay(), useHere(), useMay('sighting.close'), useWish('sightings.close')]
  const open = { program: sighting.program === '' ? say(words.nameless) : sighting.program, host: sighting.host, user: sighting.user }
  return (
    <li>
      <StateMark state={sighting.isQuiet ? 'waiting' : 'at-risk'} />
      <div className={css['text']}>
        <p><strong>{say(words.change, open)}</strong></p>
        <p className="soft small">{say(words.last)}: <When at={sighting.lastAt} zone={zone} far /></p>
        {sighting.isQuiet ? <p className="small">{say(words.quiet)}</p> : null}
        <Refused error={close.error} />
      </div>
      {mayClose ? <Button size="sm" variant={sighting.isQuiet ? 'filled' : 'default'} loading={close.isPending} aria-label={say(words.actOf, open)} onClick={() => { close.mutate({ sighting: sighting.id }) }}>{say(words.act)}</Button> : null}
    </li>
  )
}

const Closed = ({ items }: { readonly items: readonly Sighting[] }): ReactNode => {
  const [say, { zone }] = [useSay(), useHere()]
  if (items.length === 0) return null
  return (
    <Folded title={say(words.closed, { count: items.length })}>
      <p className="soft small">{say(words.back)}</p>
      <ul className={css['closed']}>{items.map(one => <li key={one.id}><StateMark state="done" says={null} /><div><code>{one.program === '' ? say(words.nameless) : one.program}</code> <span className="quiet small">{one.host} · {one.user}</span>{one.closedAt === null ? null : <p className="quiet small"><When at={one.closedAt} zone={zone} far /></p>}</div></li>)}</ul>
    </Folded>
  )
}

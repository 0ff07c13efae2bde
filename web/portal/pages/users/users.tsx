import { Button, SegmentedControl } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { Told } from '../../../shared/ask.ts'
import { useAskPages, useWish } from '../../../shared/asking.ts'
import { useSay } from '../../../shared/language.tsx'
import { Failed, Nothing } from '../../../shared/shown.tsx'
import { useHere, useMay } from '../../here.ts'
import { Only } from '../../only.tsx'
import { Page, Part } from '../../page.tsx'
import { Refused } from '../../refused.tsx'
import { Count } from './count.tsx'
import { Tell } from './tell.tsx'
import { UserLines } from './user-lines.tsx'
import css from './users.module.css'

const words = {
  title: { en: 'Users', ja: 'ユーザー' }, lead: { en: 'The new server is licensed for a number of users. Mark who is no longer needed; you delete them in the product, and the count is looked at again.', ja: '新サーバーで利用できるユーザー数には上限があります。不要なユーザーに印を付け、製品側で削除してください。人数は再度確認します。' },
  list: { en: 'Who can sign in', ja: 'ログインできるユーザー' }, order: { en: 'Who was not seen for longest comes first.', ja: '最終ログインが古い順に表示しています。' }, none: { en: 'Nobody has told yet who the users are.', ja: 'ユーザーの一覧はまだ登録されていません。' }, noneOf: { en: 'Nobody.', ja: '該当するユーザーはいません。' },
  all: { en: 'All', ja: 'すべて' }, marked: { en: 'To delete', ja: '削除予定' }, unmarked: { en: 'To keep', ja: '継続' }, show: { en: 'Which are shown', ja: '表示の切り替え' }, more: { en: 'Show more', ja: 'さらに表示' },
  save: { en: 'Save {count} changes', ja: '{count} 件の変更を保存' }, undo: { en: 'Undo', ja: '取り消す' }, suggest: { en: 'Mark the {count} not seen for longest', ja: '最終ログインが古い {count} 名に印を付ける' }, loading: { en: 'Loading the users', ja: 'ユーザーを読み込んでいます' },
}
type Filter = 'all' | 'marked' | 'unmarked'
export type User = Told<'users.list'>['items'][number]

/** Who could go, so that no more are left than the new server may serve. */
export const Users = (): ReactNode => <Only verb="user.read" title={words.title}><Inside /></Only>

const Inside = (): ReactNode => {
  const [say, { page }, [filter, setFilter]] = [useSay(), useHere(), useState<Filter>('all')]
  const [mayMark, mayTell] = [useMay('user.mark'), useMay('user.tell')]
  const users = useAskPages('users.list', { tenant: page.tenant.id, limit: 100, ...(filter === 'all' ? {} : { marked: filter === 'marked' ? 'true' : 'false' }) })
  const first = users.data?.pages[0]
  const items = users.data?.pages.flatMap(one => one.items) ?? []
  return (
    <Page title={say(words.title)} lead={say(words.lead)}>
      {first === undefined ? (users.isError ? <Failed error={users.error} again={() => { void users.refetch() }} /> : <p role="status" className="quiet">{say(words.loading)}</p>) : (
        <>
          <Count told={first.told} marked={first.marked} limit={first.limit} afterwards={first.afterwards} />
          {mayTell ? <Tell isFirst={first.told === 0} /> : null}
          {first.told === 0 ? <Nothing>{say(words.none)}</Nothing> : (
            <Part title={say(words.list)} lead={say(words.order)} flush>
              <div className={css['filter']}><SegmentedControl fullWidth aria-label={say(words.show)} value={filter} onChange={value => { setFilter(value as Filter) }} data={[{ value: 'all', label: say(words.all) }, { value: 'marked', label: say(words.marked) }, { value: 'unmarked', label: say(words.unmarked) }]} /></div>
              {items.length === 0 ? <Nothing>{say(words.noneOf)}</Nothing> : <Marking items={items} mayMark={mayMark} mustGo={first.limit?.mustGo ?? 0} isEnough={first.afterwards?.isMet ?? true} />}
              {users.hasNextPage ? <div className={css['more']}><Button variant="default" loading={users.isFetchingNextPage} onClick={() => { void users.fetchNextPage() }}>{say(words.more)}</Button></div> : null}
            </Part>
          )}
        </>
      )}
    </Page>
  )
}

/** Marks are set one by one, and saved together: nothing counts before control has it. */
const Marking = ({ items, mayMark, mustGo, isEnough }: { readonly items: readonly User[]; readonly mayMark: boolean; readonly mustGo: number; readonly isEnough: boolean }): ReactNode => {
  const [say, { page }, mark] = [useSay(), useHere(), useWish('users.mark')]
  const [changed, setChanged] = useState<ReadonlyMap<User['id'], boolean>>(new Map())
  const toggle = ({ id, markedAt }: User, to: boolean): void => {
    const next = new Map(changed)
    if ((markedAt !== null) === to) next.delete(id)
    else next.set(id, to)
    setChanged(next)
  }
  const save = async (): Promise<void> => {
    for (const marked of [true, false]) {
      const ids = [...changed].filter(([, to]) => to === marked).map(([id]) => id)
      for (let at = 0; at < ids.length; at += 1_000) await mark.mutateAsync({ tenant: page.tenant.id, users: ids.slice(at, at + 1_000), marked })
    }
    setChanged(new Map())
  }
  return (
    <>
      {mayMark && !isEnough && changed.size === 0 ? <div className={css['suggest']}><Button variant="default" loading={mark.isPending} onClick={() => { mark.mutate({ tenant: page.tenant.id, suggested: true }) }}>{say(words.suggest, { count: mustGo })}</Button></div> : null}
      <UserLines items={items} changed={changed} toggle={mayMark ? toggle : null} />
      {changed.size === 0 && mark.error === null ? null : (
        <div className={css['bar']}>
          <Refused error={mark.error} />
          {changed.size === 0 ? null : <div className={css['acts']}><Button loading={mark.isPending} onClick={() => { save().catch(() => undefined) }}>{say(words.save, { count: changed.size })}</Button><Button variant="default" onClick={() => { setChanged(new Map()) }}>{say(words.undo)}</Button></div>}
        </div>
      )}
    </>
  )
}

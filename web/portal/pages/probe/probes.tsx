import { Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { Told } from '../../../shared/ask.ts'
import { useWish } from '../../../shared/asking.ts'
import { Confirm } from '../../../shared/confirm.tsx'
import { useSay } from '../../../shared/language.tsx'
import { type State, StateMark } from '../../../shared/state-mark.tsx'
import { useNow, When } from '../../../shared/when.tsx'
import { useHere, useMay } from '../../here.ts'
import { Folded } from '../../page.tsx'
import { useTold } from '../../refused.tsx'
import css from './probe.module.css'

type Made = Told<'probe.list'>['items'][number]
const words = {
  title: { en: 'Commands that were made ({count})', ja: '作成したコマンド（{count} 件）' }, by: { en: 'Made by {name}', ja: '作成者：{name}' }, unheard: { en: 'Nothing was heard of it yet.', ja: 'まだ結果は届いていません。' }, heard: { en: 'Last heard', ja: '最終受信' },
  void: { en: 'Void', ja: '無効' }, over: { en: 'Its time is over', ja: '期限切れ' }, works: { en: 'Works', ja: '有効' }, until: { en: 'Works until', ja: '有効期限' },
  act: { en: 'Make it void', ja: '無効にする' }, effect: { en: 'The command that {name} made reports nothing any more, wherever it is run.', ja: '{name} 様が作成したコマンドは、以後どこで実行しても結果を送信できなくなります。' }, wayBack: { en: 'What it found stays. A new command can be made at any time.', ja: 'これまでの結果は残ります。新しいコマンドはいつでも作成できます。' },
}

/** Who made commands, whether they were heard of, and how one is made void. */
export const Probes = ({ items }: { readonly items: readonly Made[] }): ReactNode => {
  const [say, { zone }, mayMake, now] = [useSay(), useHere(), useMay('probe.make'), useNow(30_000)]
  if (items.length === 0) return null
  const standing = (made: Made): { readonly state: State; readonly says: string; readonly isOpen: boolean } => {
    if (made.revokedAt !== null) return { state: 'idle', says: say(words.void), isOpen: false }
    if (Date.parse(made.expiresAt) <= now) return { state: 'idle', says: say(words.over), isOpen: false }
    return { state: made.seenAt === null ? 'waiting' : 'done', says: say(words.works), isOpen: true }
  }
  return (
    <Folded title={say(words.title, { count: items.length })}>
      <ul className={css['made']}>
        {items.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt)).map(made => {
          const { state, says, isOpen } = standing(made)
          return (
            <li key={made.id}>
              <StateMark state={state} says={says} />
              <div><strong>{say(words.by, { name: made.by })}</strong><p className="soft small"><When at={made.createdAt} zone={zone} far /></p><p className="soft small">{made.seenAt === null ? say(words.unheard) : <>{say(words.heard)}: <When at={made.seenAt} zone={zone} far /></>}</p><p className="quiet small">{isOpen ? <>{say(words.until)}: <When at={made.expiresAt} zone={zone} /></> : says}</p></div>
              {isOpen && mayMake ? <Revoke made={made} /> : null}
            </li>
          )
        })}
      </ul>
    </Folded>
  )
}

const Revoke = ({ made }: { readonly made: Made }): ReactNode => {
  const [say, told, revoke, [isAsked, setAsked]] = [useSay(), useTold(), useWish('probe.revoke'), useState(false)]
  return (
    <>
      <Button size="sm" variant="default" onClick={() => { setAsked(true) }}>{say(words.act)}</Button>
      <Confirm opened={isAsked} close={() => { setAsked(false) }} title={say(words.act)} effect={say(words.effect, { name: made.by })} wayBack={say(words.wayBack)} act={say(words.act)} wish={() => revoke.mutateAsync({ probe: made.id }).catch((error: unknown) => { throw told(error) })} />
    </>
  )
}

import { Checkbox } from '@mantine/core'
import type { ReactNode } from 'react'
import { useSay } from '../../../shared/language.tsx'
import { wallIn } from '../../../shared/wall.ts'
import { Ago, Day } from '../../../shared/when.tsx'
import { useHere } from '../../here.ts'
import type { User } from './users.tsx'
import css from './users.module.css'

const words = {
  never: { en: 'Never signed in', ja: 'ログイン履歴なし' }, last: { en: 'Last seen', ja: '最終ログイン' }, by: { en: 'marked by {name}', ja: '{name} 様が指定' }, suggested: { en: 'not seen for longest', ja: '長期間ログインなし' }, delete: { en: 'Delete {name}', ja: '{name} を削除予定にする' },
  head: { en: 'Delete', ja: '削除' },
}

/** One line a person; the box says who is to be deleted. `toggle` null: this reader may not say so. */
export const UserLines = ({ items, changed, toggle }: { readonly items: readonly User[]; readonly changed: ReadonlyMap<User['id'], boolean>; toggle: ((user: User, to: boolean) => void) | null }): ReactNode => {
  const [say, { zone }] = [useSay(), useHere()]
  return (
    <ul className={css['users']} aria-label={say(words.head)}>
      {items.map(user => {
        const isMarked = changed.get(user.id) ?? user.markedAt !== null
        return (
          <li key={user.id} data-marked={isMarked} data-changed={changed.has(user.id)}>
            <label>
              <span className={css['who']}>
                <strong>{user.name}</strong>
                <span className="quiet small">{user.email ?? user.key}</span>
                <span className="soft small">{user.lastSeenAt === null ? say(words.never) : <>{say(words.last)}: <Day of={wallIn(Date.parse(user.lastSeenAt), zone).day} /> (<Ago at={user.lastSeenAt} />)</>}{user.markedBy === null ? (user.suggested && !isMarked ? ` · ${say(words.suggested)}` : '') : ` · ${say(words.by, { name: user.markedBy })}`}</span>
              </span>
              <Checkbox checked={isMarked} disabled={toggle === null} aria-label={say(words.delete, { name: user.name })} onChange={event => { toggle?.(user, event.currentTarget.checked) }} />
            </label>
          </li>
        )
      })}
    </ul>
  )
}

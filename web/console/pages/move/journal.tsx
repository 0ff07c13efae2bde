import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { useAskPages } from '../../../shared/asking.ts'
import { useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { Nothing, Shown } from '../../../shared/shown.tsx'
import { When } from '../../../shared/when.tsx'
import { deedText } from '../../journal-words.ts'
import type { PartProps } from './move.tsx'
import table from '../../../shared/table.module.css'
import css from './move.module.css'

const words = { title: { en: 'Journal', ja: '操作履歴' }, lead: { en: 'who decided what, the last first', ja: '誰が何を決定したか（新しい順）' }, what: { en: 'the journal', ja: '操作履歴' }, none: { en: 'Nothing was decided yet.', ja: 'まだ記録はありません。' }, more: { en: 'Show more', ja: 'さらに表示' }, at: { en: 'When', ja: '日時' }, who: { en: 'Who', ja: '実行者' }, deed: { en: 'What', ja: '内容' }, facts: { en: 'Facts', ja: '詳細' }, line: { en: 'Line', ja: '行' } }

/** Everything that was decided of this move and of what it is made of. */
export const Journal = ({ told }: PartProps): ReactNode => {
  const say = useSay()
  const journal = useAskPages('journal.list', { move: told.move.id, limit: 100 })
  const lines = journal.data?.pages.flatMap(page => page.items) ?? []
  return (
    <Panel title={say(words.title)} lead={say(words.lead)} flush>
      <Shown of={journal as never} what={words.what} empty={() => lines.length === 0} none={<Nothing>{say(words.none)}</Nothing>}>
        {() => (
          <table className={table['plain']}>
            <thead><tr>{([words.at, words.deed, words.who, words.facts] as const).map(one => <th key={one.en} scope="col">{say(one)}</th>)}</tr></thead>
            <tbody>{lines.map(one => <tr key={one.seq}><td><When at={one.at} zone={told.customer.zone} seconds /></td><td>{say(deedText(one.verb))}</td><td>{one.who.name}</td><td className={css['facts']} translate="no">{Object.entries(one.facts).flatMap(([name, value]) => ((typeof value === 'string' && value !== '') || typeof value === 'number' || typeof value === 'boolean' ? [`${name}: ${value}`] : [])).join(' · ')}</td></tr>)}</tbody>
          </table>
        )}
      </Shown>
      {journal.hasNextPage ? <div className={css['foot']}><Button size="compact-sm" variant="default" loading={journal.isFetchingNextPage} onClick={() => { void journal.fetchNextPage() }}>{say(words.more)}</Button></div> : null}
    </Panel>
  )
}

import { Drawer } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { Told } from '../../../shared/ask.ts'
import { useAskPages } from '../../../shared/asking.ts'
import { useSay } from '../../../shared/language.tsx'
import { Facts, Page, Panel } from '../../../shared/panel.tsx'
import { Nothing, Shown } from '../../../shared/shown.tsx'
import { DataTable } from '../../../shared/table.tsx'
import { When } from '../../../shared/when.tsx'
import { deedText } from '../../journal-words.ts'
import { useAround } from '../../self.ts'

type Line = Told<'journal.list'>['items'][number]
const words = {
  title: { en: 'Journal', ja: '操作履歴' }, lead: { en: 'Who decided what and when, the last first. Each line’s hash covers the one before it: rehome journal verify proves that none was changed or left out.', ja: '誰が、いつ、何を決定したかの記録です（新しい順）。各行のハッシュは前の行を含むため、改変や欠落は rehome journal verify で検出できます。' },
  what: { en: 'What', ja: '内容' }, who: { en: 'Who', ja: '実行者' }, at: { en: 'When', ja: '日時' }, number: { en: 'Line', ja: '行' }, facts: { en: 'Facts', ja: '詳細' }, none: { en: 'Nothing was decided yet. Every decision is written down here by itself.', ja: 'まだ記録はありません。操作が行われると自動的に記録されます。' }, close: { en: 'Close', ja: '閉じる' }, subject: { en: 'Of', ja: '対象' },
}

export const Journal = (): ReactNode => {
  const [say, { zone }] = [useSay(), useAround()]
  const journal = useAskPages('journal.list', { limit: 200 })
  const rows = journal.data?.pages.flatMap(page => page.items) ?? []
  const [open, setOpen] = useState<Line>()
  return (
    <Page title={say(words.title)} lead={say(words.lead)}>
      <Panel title={say(words.title)} flush>
        <Shown of={journal as never} what={words.title} lines={6} empty={() => rows.length === 0} none={<Nothing>{say(words.none)}</Nothing>}>{() => (
          <DataTable<Line> says={words.title} rows={rows} idOf={row => String(row.seq)} nameOf={row => say(deedText(row.verb))} open={setOpen} keptAs="journal" more={() => { if (journal.hasNextPage && !journal.isFetchingNextPage) void journal.fetchNextPage() }} columns={[
            { key: 'number', says: words.number, width: 72, isRight: true, cell: row => row.seq },
            { key: 'at', says: words.at, width: 240, cell: row => <When at={row.at} zone={zone} seconds /> },
            { key: 'what', says: words.what, width: 240, isFirst: true, cell: row => say(deedText(row.verb)) },
            { key: 'who', says: words.who, width: 200, cell: row => row.who.name },
            { key: 'facts', says: words.facts, width: 360, cell: row => <span className="soft" translate="no">{oneLine(row.facts)}</span> },
          ]} />
        )}</Shown>
      </Panel>
      <Drawer opened={open !== undefined} onClose={() => { setOpen(undefined) }} position="right" size="lg" title={<h2>{open === undefined ? '' : say(deedText(open.verb))}</h2>} closeButtonProps={{ 'aria-label': say(words.close) }}>
        {open === undefined ? null : <Facts of={[[say(words.number), open.seq], [say(words.at), <When key="at" at={open.at} zone={zone} seconds far />], [say(words.who), open.who.name], [say(words.subject), <code key="of">{open.kind} {open.subject}</code>], ...Object.entries(open.facts).map(([name, value]) => [name, <code key={name} style={{ whiteSpace: 'pre-wrap' }}>{typeof value === 'string' ? value : JSON.stringify(value, undefined, 2)}</code>] as const)]} />}
      </Drawer>
    </Page>
  )
}

/** What fits on a line of what a reader needs to understand it. */
const oneLine = (facts: Readonly<Record<string, unknown>>): string => Object.entries(facts).filter(([, value]) => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean').map(([name, value]) => `${name}: ${String(value)}`).join(' · ')

import { Button, SegmentedControl } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { type ReactNode, useEffect } from 'react'
import { dayOf, moneyOf } from '../../../shared/amounts.ts'
import { useAskPages } from '../../../shared/asking.ts'
import { useKeys } from '../../../shared/keys.tsx'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Page, Panel } from '../../../shared/panel.tsx'
import { standings } from '../../../shared/quote-standing.ts'
import { Nothing, Shown } from '../../../shared/shown.tsx'
import { StateLabel } from '../../../shared/state-mark.tsx'
import { DataTable } from '../../../shared/table.tsx'
import { wallIn } from '../../../shared/wall.ts'
import { When } from '../../../shared/when.tsx'
import { useMay } from '../../may.ts'
import { keptAs, type Quote, type Stand, stands } from './told.ts'
import css from './quotes.module.css'

const words = {
  title: { en: 'Quotes', ja: '見積書' }, lead: { en: 'What is offered for which hours, and who has accepted it. All programmes.', ja: '時間帯ごとの見積りと承諾状況です（全プログラム）。' }, make: { en: 'Make a quote', ja: '見積書を作成' }, all: { en: 'All', ja: 'すべて' }, filter: { en: 'Which quotes', ja: '表示する見積書' },
  none: { en: 'No quote yet. Make one for a move that has a window, or for any time.', ja: '見積書はまだありません。作業日時の決まった移行、または任意の日時で作成できます。' }, noneSuch: { en: 'No quote stands so.', ja: '該当する見積書はありません。' },
  number: { en: 'Number', ja: '番号' }, customer: { en: 'Customer', ja: '顧客' }, what: { en: 'For', ja: '内容' }, time: { en: 'Begins', ja: '開始日時' }, state: { en: 'State', ja: '状態' }, until: { en: 'Last day', ja: '有効期限' }, total: { en: 'Total', ja: '合計' },
}

const idOf = ({ id }: Quote): string => id
const nameOf = ({ number }: Quote): string => number

/** All quotes, the newest first. */
export const Quotes = (): ReactNode => {
  const [say, may, go, { state: wanted, move }] = [useSay(), useMay(), useNavigate(), useSearch({ strict: false }) as { readonly state?: string; readonly move?: string }]
  const { locale } = useLanguage()
  const stand = stands.find(one => one === wanted)
  const told = useAskPages('quotes.list', { limit: 100, ...(stand === undefined ? {} : { state: keptAs[stand] }), ...(move === undefined ? {} : { move: move as never }) })
  const rows = (told.data?.pages.flatMap(page => page.items) ?? []).filter(quote => stand === undefined || quote.standing === stand)
  const more = (): void => { if (told.hasNextPage && !told.isFetchingNextPage) void told.fetchNextPage() }
  useEffect(() => { if (rows.length === 0) more() })
  const make = (): void => { void go({ to: '/quotes/new' as never, search: (move === undefined ? {} : { move }) as never }) }
  useKeys(may('quote.make') ? [{ keys: 'n', says: words.make, does: make }] : [])
  const filter = (
    <SegmentedControl size="xs" aria-label={say(words.filter)} value={stand ?? ''} onChange={value => { void go({ to: '/quotes' as never, search: { ...(value === '' ? {} : { state: value }), ...(move === undefined ? {} : { move }) } as never, replace: true }) }}
      data={[{ value: '', label: say(words.all) }, ...stands.map(one => ({ value: one, label: say(standings[one].says) }))]} />
  )
  return (
    <Page title={say(words.title)} lead={say(words.lead)} acts={may('quote.make') ? <Button leftSection={<Plus size={16} />} rightSection={<kbd className={css['key']}>N</kbd>} onClick={make}>{say(words.make)}</Button> : undefined}>
      <div className={css['filter']}>{filter}</div>
      <Panel title={say(words.title)} flush>
        <Shown of={told as never} what={words.title} lines={6} empty={() => rows.length === 0} none={<Nothing>{say(stand === undefined ? words.none : words.noneSuch)}</Nothing>}>{() => (
          <DataTable<Quote> says={words.title} rows={rows} idOf={idOf} nameOf={nameOf} open={row => { void go({ to: `/quotes/${row.id}` as never }) }} keptAs="quotes" more={more} columns={[
            { key: 'number', says: words.number, width: 126, isFirst: true, order: row => row.number, cell: row => row.number },
            { key: 'customer', says: words.customer, width: 170, order: row => row.offer.customer, cell: row => row.offer.customer },
            { key: 'what', says: words.what, width: 150, cell: row => say(row.offer.what) },
            { key: 'time', says: words.time, width: 224, order: row => row.offer.time.from, cell: row => <When at={row.offer.time.from} zone={row.offer.zone} /> },
            { key: 'state', says: words.state, width: 176, order: row => stands.indexOf(row.standing as Stand), cell: row => <StateLabel state={standings[row.standing].state}>{say(standings[row.standing].says)}</StateLabel> },
            { key: 'until', says: words.until, width: 132, order: row => row.expiresAt, cell: row => (row.standing === 'draft' ? <span className="quiet">–</span> : dayOf(wallIn(Date.parse(row.expiresAt) - 1, row.offer.zone).day, locale)) },
            { key: 'total', says: words.total, width: 110, isRight: true, order: row => row.totalMinor, cell: row => moneyOf(row.totalMinor, row.currency, locale) },
          ]} />
        )}</Shown>
      </Panel>
    </Page>
  )
}

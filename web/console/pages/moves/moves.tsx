import { Button, Menu } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Download, Plus } from 'lucide-react'
import { type ReactNode, useCallback, useMemo, useState } from 'react'
import { useAsk, useAskPages } from '../../../shared/asking.ts'
import { fromNow, numberOf } from '../../../shared/amounts.ts'
import { useKeys } from '../../../shared/keys.tsx'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Page, Panel } from '../../../shared/panel.tsx'
import { Nothing, Shown } from '../../../shared/shown.tsx'
import { type Chosen, DataTable, type Ordered } from '../../../shared/table.tsx'
import { useNow } from '../../../shared/when.tsx'
import { useMay } from '../../may.ts'
import { useAround } from '../../self.ts'
import { Bulk, type BulkKind } from './bulk.tsx'
import { useColumns } from './columns.tsx'
import { orderedBy, useFilter, wishOf } from './filter.ts'
import { Filters } from './filters.tsx'
import { Import } from './import.tsx'
import { NewMove } from './new-move.tsx'
import { NewProgramme } from './new-programme.tsx'
import type { MoveLine } from './told.ts'
import css from './moves.module.css'

const words = {
  title: { en: 'Moves', ja: '移行' }, what: { en: 'the moves', ja: '移行の一覧' }, lead: { en: 'Every tenant’s journey, with what is open and late of it.', ja: '各テナントの移行と、未完了・期限超過のタスク数です。' }, of: { en: '{programme}: every tenant’s journey, with what is open and late of it.', ja: '{programme}: 各テナントの移行と、未完了・期限超過のタスク数です。' },
  none: { en: 'No move fits these filters.', ja: '条件に合う移行がありません。' }, nothing: { en: 'Nothing is to be moved here yet. Add the first move, or read your customers in from a file.', ja: 'まだ移行がありません。最初の移行を追加するか、ファイルから顧客を取り込んでください。' }, add: { en: 'New move', ja: '移行を追加' }, import: { en: 'Import', ja: 'インポート' }, programme: { en: 'New programme', ja: 'プログラムを追加' }, export: { en: 'Export', ja: 'エクスポート' }, csv: { en: 'All moves as CSV', ja: 'すべての移行（CSV）' }, json: { en: 'All moves as JSON', ja: 'すべての移行（JSON）' }, tasks: { en: 'All tasks as CSV', ja: 'すべてのタスク（CSV）' },
  loaded: { en: '{n} of {total} moves loaded; the rest comes as you scroll', ja: '{total} 件中 {n} 件を読み込み済み（スクロールで続きを表示）' }, all: { en: '{total} moves', ja: '{total} 件' }, one: { en: 'One move', ja: '1 件' }, heard: { en: 'heard {when}', ja: '取得: {when}' }, again: { en: 'Load again', ja: '再読み込み' },
  chosen: { en: '{n} chosen', ja: '{n} 件を選択中' }, wave: { en: 'Put into a wave', ja: 'ウェーブに入れる' }, t0: { en: 'Give a T-0', ja: 'T-0 を設定' }, remind: { en: 'Remind', ja: '催促する' }, clear: { en: 'Choose none', ja: '選択を解除' },
}

const idOf = ({ move }: MoveLine): string => move.id
const nameOf = ({ customer }: MoveLine): string => customer.name

/** All moves, however many: control filters and sorts, and what comes near is fetched. */
export const Moves = (): ReactNode => {
  const [say, { locale }, { programme }, may, go] = [useSay(), useLanguage(), useAround(), useMay(), useNavigate()]
  const [filter, change] = useFilter()
  const { new: isNew } = useSearch({ strict: false }) as { readonly new?: string }
  const [isAdding, setAdding] = useState(isNew !== undefined)
  const [asked, ask] = useState<'import' | 'programme' | null>(null)
  const [bulk, setBulk] = useState<BulkKind | null>(null)
  const [chosen, choose] = useState<Chosen>({})
  const wish = useMemo(() => wishOf(filter, programme?.id), [filter, programme?.id])
  const told = useAskPages('moves.list', wish, { isLong: true })
  const programmes = useAsk('programmes.list', { limit: 200 })
  const names = useMemo(() => new Map((programmes.data?.items ?? []).map(({ id, name }) => [id as string, name])), [programmes.data])
  const rows = useMemo(() => told.data?.pages.flatMap(page => page.items) ?? [], [told.data])
  const visit = useCallback((move: string) => { void go({ to: `/moves/${move}` as never }) }, [go])
  const columns = useColumns(useToday(), names, visit)
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = told
  const more = useCallback(() => { if (hasNextPage && !isFetchingNextPage) void fetchNextPage() }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  const open = useCallback(({ move }: MoveLine) => { visit(move.id) }, [visit])
  const close = (): void => { setAdding(false); if (isNew !== undefined) change({}) }
  useKeys(may('plan.change') ? [{ keys: 'n', says: words.add, does: () => { setAdding(true) } }] : [])
  const total = told.data?.pages.at(-1)?.total ?? 0
  const those = useMemo(() => rows.filter(row => chosen[row.move.id] === true), [rows, chosen])
  const isFiltered = Object.keys(filter).some(key => key !== 'sort' && key !== 'order')
  return (
    <Page title={say(words.title)} lead={programme === null ? say(words.lead) : say(words.of, { programme: programme.name })} acts={<>{may('import') ? <Button size="sm" variant="default" onClick={() => { ask('import') }}>{say(words.import)}</Button> : null}{may('export') ? <Export /> : null}{may('programme.plan') ? <Button size="sm" variant="default" onClick={() => { ask('programme') }}>{say(words.programme)}</Button> : null}{may('plan.change') ? <Button size="sm" leftSection={<Plus size={16} />} rightSection={<kbd className={css['key']}>N</kbd>} onClick={() => { setAdding(true) }}>{say(words.add)}</Button> : null}</>}>
      <Panel title={told.data === undefined ? say(words.title) : say(total === 1 ? words.one : words.all, { total: numberOf(total, locale) })} flush>
        <Filters filter={filter} change={change} programme={programme?.id} />
        {those.length === 0 ? null : (
          <div className={css['chosen']} role="toolbar" aria-label={say(words.chosen, { n: those.length })}>
            <strong>{say(words.chosen, { n: numberOf(those.length, locale) })}</strong>
            {may('plan.change') ? <><Button size="compact-sm" variant="default" onClick={() => { setBulk('wave') }}>{say(words.wave)}</Button><Button size="compact-sm" variant="default" onClick={() => { setBulk('t0') }}>{say(words.t0)}</Button></> : null}
            {may('message.send') ? <Button size="compact-sm" variant="default" onClick={() => { setBulk('remind') }}>{say(words.remind)}</Button> : null}
            <Button size="compact-sm" variant="subtle" color="gray" onClick={() => { choose({}) }}>{say(words.clear)}</Button>
          </div>
        )}
        <Shown of={told as never} what={words.what} lines={12} empty={() => rows.length === 0} none={<Nothing>{say(isFiltered ? words.none : words.nothing)}</Nothing>}>
          {() => (
            <>
              <DataTable says={words.title} rows={rows} columns={columns} idOf={idOf} nameOf={nameOf} open={open} chosen={chosen} choose={choose} total={total} more={more} ordered={orderedBy(filter)} order={(by: Ordered | null) => { change({ sort: by?.key, order: by?.isDown === true ? 'down' : undefined }) }} keptAs="moves" height="max(320px, calc(100dvh - 300px))" />
              <Foot n={rows.length} total={total} heardAt={told.dataUpdatedAt} again={() => { void told.refetch() }} />
            </>
          )}
        </Shown>
      </Panel>
      {isAdding ? <NewMove close={close} /> : null}
      {asked === 'import' ? <Import close={() => { ask(null) }} /> : null}
      {asked === 'programme' ? <NewProgramme close={() => { ask(null) }} /> : null}
      {bulk === null ? null : <Bulk kind={bulk} lines={those} close={() => { setBulk(null) }} />}
    </Page>
  )
}

/** Today, where the vendor is. */
const useToday = (): string => {
  const { zone } = useAround()
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(useNow(60_000))
}

const Foot = ({ n, total, heardAt, again }: { readonly n: number; readonly total: number; readonly heardAt: number; again(): void }): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  return <footer className={css['foot']}><span role="status">{n < total ? say(words.loaded, { n: numberOf(n, locale), total: numberOf(total, locale) }) : say(words.all, { total: numberOf(total, locale) })}</span><span>{say(words.heard, { when: fromNow(heardAt, Math.max(heardAt, useNow(30_000)), locale) })} · <button type="button" onClick={again}>{say(words.again)}</button></span></footer>
}

const Export = (): ReactNode => {
  const say = useSay()
  return (
    <Menu position="bottom-end">
      <Menu.Target><Button size="sm" variant="default" leftSection={<Download size={16} />}>{say(words.export)}</Button></Menu.Target>
      <Menu.Dropdown>{([['/api/export/move?format=csv', words.csv], ['/api/export/move?format=json', words.json], ['/api/export/task?format=csv', words.tasks]] as const).map(([href, text]) => <Menu.Item key={href} component="a" href={href} download>{say(text)}</Menu.Item>)}</Menu.Dropdown>
    </Menu>
  )
}

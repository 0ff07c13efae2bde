import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { dayOf } from '../../../shared/amounts.ts'
import type { Told } from '../../../shared/ask.ts'
import { useAsk, useAskPages } from '../../../shared/asking.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Page, Panel } from '../../../shared/panel.tsx'
import { Nothing, Shown } from '../../../shared/shown.tsx'
import { StateLabel } from '../../../shared/state-mark.tsx'
import { DataTable } from '../../../shared/table.tsx'
import { useAround } from '../../self.ts'
import { stageStates, stageText } from '../../stage-words.ts'

const words = {
  title: { en: 'Licences', ja: 'ライセンス' }, lead: { en: 'Moves of licence servers: who holds a seat, and where each licence is active.', ja: 'ライセンスサーバーの移行。席の利用者と、各ライセンスの有効な場所を確認できます。' }, what: { en: 'the programmes', ja: 'プログラム' }, moves: { en: 'the moves', ja: '移行の一覧' },
  none: { en: 'No programme moves licence servers. Add one with the playbook for licence servers.', ja: 'ライセンスサーバーを移行するプログラムはありません。ライセンスサーバー用のプレイブックで追加してください。' }, noMoves: { en: 'No move in this programme yet.', ja: 'このプログラムにはまだ移行がありません。' },
  customer: { en: 'Customer', ja: '顧客' }, from: { en: 'From', ja: '移行元' }, to: { en: 'To', ja: '移行先' }, stage: { en: 'Stage', ja: '段階' }, t0: { en: 'T-0', ja: 'T-0' }, noT0: { en: 'not yet', ja: '未定' },
}
type Line = Told<'moves.list'>['items'][number]
const playbook = 'licence-server'

/** The moves of licence servers, by programme. */
export const Licences = (): ReactNode => {
  const [say, { programme }] = [useSay(), useAround()]
  const told = useAsk('programmes.list', { limit: 200 })
  const of = (items: Told<'programmes.list'>['items']): Told<'programmes.list'>['items'] => items.filter(one => one.playbook === playbook && (programme === null || one.id === programme.id))
  return (
    <Page title={say(words.title)} lead={say(words.lead)}>
      <Shown of={told} what={words.what} empty={({ items }) => of(items).length === 0} none={<Panel title={say(words.title)}><Nothing>{say(words.none)}</Nothing></Panel>}>{({ items }) => of(items).map(one => <Moves key={one.id} programme={one.id} name={one.name} />)}</Shown>
    </Page>
  )
}

const Moves = ({ programme, name }: { readonly programme: string; readonly name: string }): ReactNode => {
  const [say, { locale }, go] = [useSay(), useLanguage(), useNavigate()]
  const told = useAskPages('moves.list', { programme: programme as never, limit: 100 })
  const rows = told.data?.pages.flatMap(page => page.items) ?? []
  return (
    <Panel title={name} flush>
      <Shown of={told as never} what={words.moves} empty={() => rows.length === 0} none={<Nothing>{say(words.noMoves)}</Nothing>}>
        {() => (
          <DataTable<Line> says={{ en: name, ja: name }} rows={rows} idOf={row => row.move.id} nameOf={row => row.customer.name} open={row => { void go({ to: `/licences/${row.move.id}` as never }) }} height={480} more={() => { if (told.hasNextPage && !told.isFetchingNextPage) void told.fetchNextPage() }} columns={[
            { key: 'customer', says: words.customer, width: 200, isFirst: true, order: row => row.customer.name, cell: row => row.customer.name },
            { key: 'from', says: words.from, width: 180, order: row => row.origin.name, cell: row => row.origin.name }, { key: 'to', says: words.to, width: 180, order: row => row.destination.name, cell: row => row.destination.name },
            { key: 'stage', says: words.stage, width: 150, order: row => row.move.stage, cell: row => <StateLabel state={stageStates[row.move.stage]}>{say(stageText(row.move.stage, row.move.leg))}</StateLabel> },
            { key: 't0', says: words.t0, width: 150, order: row => row.move.t0 ?? '', cell: row => (row.move.t0 === null ? <span className="quiet">{say(words.noT0)}</span> : dayOf(row.move.t0, locale)) },
          ]} />
        )}
      </Shown>
    </Panel>
  )
}

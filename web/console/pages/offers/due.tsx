import { type ReactNode, useEffect } from 'react'
import { offers } from '#domain/offers.ts'
import { numberOf } from '../../../shared/amounts.ts'
import type { Told } from '../../../shared/ask.ts'
import { useAskPages } from '../../../shared/asking.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { Nothing, Shown } from '../../../shared/shown.tsx'
import { StateLabel } from '../../../shared/state-mark.tsx'
import { DataTable } from '../../../shared/table.tsx'
import { When } from '../../../shared/when.tsx'
import { useAround } from '../../self.ts'

const words = {
  title: { en: 'Due a server of their own', ja: '専用サーバーのご案内対象' }, lead: { en: 'included from {n} users on, for who lives in a shared home', ja: '共有ホームで {n} ユーザー以上のお客様には無償でご提供します' }, what: { en: 'who is due a server of their own', ja: 'ご案内対象' },
  none: { en: 'Nobody is due one now. A tenant of a shared home comes here once {n} users are counted: by an agent, or by you below.', ja: '現在、対象のテナントはありません。共有ホームのテナントのユーザー数が {n} に達すると表示されます（エージェントによる計測、または下の欄での登録）。' },
  customer: { en: 'Customer', ja: '顧客' }, tenant: { en: 'Tenant', ja: 'テナント' }, users: { en: 'Users', ja: 'ユーザー数' }, home: { en: 'Lives in', ja: '現在のホーム' }, since: { en: 'Due since', ja: '対象となった日時' }, move: { en: 'Its move', ja: '移行' },
  planned: { en: 'Planned', ja: '計画済み' }, unplanned: { en: 'Not planned yet', ja: '未計画' },
}
type Line = Told<'tenants.due-dedicated'>['items'][number]

const idOf = ({ tenant }: Line): string => tenant.id
const nameOf = ({ customer }: Line): string => customer.name
const since = ({ tenant }: Line): string => tenant.dedicatedDueAt ?? ''

/** The tenants that have outgrown the shared home they live in, who waits longest first. */
export const Due = ({ choose }: { choose(tenant: string): void }): ReactNode => {
  const [say, { locale }, { zone }] = [useSay(), useLanguage(), useAround()]
  const told = useAskPages('tenants.due-dedicated', { limit: 200 })
  const rows = (told.data?.pages.flatMap(page => page.items) ?? []).toSorted((one, other) => since(one).localeCompare(since(other)))
  const more = (): void => { if (told.hasNextPage && !told.isFetchingNextPage) void told.fetchNextPage() }
  useEffect(() => { if (rows.length === 0) more() })
  const from = { n: offers['shared-to-dedicated'].fromUsers }
  return (
    <Panel title={say(words.title)} lead={say(words.lead, from)} flush>
      <Shown of={told as never} what={words.what} empty={() => rows.length === 0} none={<Nothing>{say(words.none, from)}</Nothing>}>{() => (
        <DataTable<Line> says={words.title} rows={rows} idOf={idOf} nameOf={nameOf} open={({ tenant }) => { choose(tenant.id) }} keptAs="due" height="min(48vh, 420px)" more={more} columns={[
          { key: 'customer', says: words.customer, width: 220, isFirst: true, order: row => row.customer.name, cell: row => row.customer.name },
          { key: 'tenant', says: words.tenant, width: 190, order: row => row.tenant.name, cell: row => <code title={row.tenant.name}>{row.tenant.name}</code> },
          { key: 'users', says: words.users, width: 100, isRight: true, order: row => row.tenant.users ?? 0, cell: row => (row.tenant.users === null ? '–' : numberOf(row.tenant.users, locale)) },
          { key: 'home', says: words.home, width: 180, order: row => row.home.name, cell: row => row.home.name },
          { key: 'since', says: words.since, width: 230, order: since, cell: row => (row.tenant.dedicatedDueAt === null ? '–' : <When at={row.tenant.dedicatedDueAt} zone={zone} />) },
          { key: 'move', says: words.move, width: 150, order: row => (row.move === null ? 0 : 1), cell: row => (row.move === null ? <StateLabel state="waiting">{say(words.unplanned)}</StateLabel> : <StateLabel state="active">{say(words.planned)}</StateLabel>) },
        ]} />
      )}</Shown>
    </Panel>
  )
}

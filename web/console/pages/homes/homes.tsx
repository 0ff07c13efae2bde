import { Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { type Role } from '#domain/access.ts'
import { type HomeKind, homeKinds } from '#domain/homes.ts'
import type { Told } from '../../../shared/ask.ts'
import { useAsk, useAskPages, useWish } from '../../../shared/asking.ts'
import { FormDialog, type Value } from '../../../shared/form-dialog.tsx'
import { useKeys } from '../../../shared/keys.tsx'
import { useSay } from '../../../shared/language.tsx'
import { Facts, Page, Panel } from '../../../shared/panel.tsx'
import { Nothing, Shown } from '../../../shared/shown.tsx'
import { DataTable } from '../../../shared/table.tsx'
import { homeKindWords } from '../../words.ts'
import { useMay } from '../../may.ts'
import { useAround } from '../../self.ts'
import { Agents } from './agents.tsx'

const words = {
  title: { en: 'Homes', ja: 'ホーム' }, lead: { en: 'Where tenants live, and where they are going.', ja: 'テナントの現在の所在と移行先です。' }, what: { en: 'the homes', ja: 'ホーム' },
  none: { en: 'No home yet. A home is a cloud, a server, or a customer’s own place that tenants live in: add the first one.', ja: 'ホームがまだありません。ホームとは、テナントが置かれるクラウド、サーバー、またはお客様の設備です。まず最初のホームを追加してください。' },
  name: { en: 'Name', ja: '名称' }, kind: { en: 'Kind', ja: '種類' }, address: { en: 'Addresses', ja: 'アドレス' }, capacity: { en: 'Moves at once', ja: '同時移行数' }, licensed: { en: 'Licensed users', ja: 'ライセンスユーザー数' },
  add: { en: 'Add home', ja: 'ホームを追加' }, change: { en: 'Change', ja: '変更' }, unlimited: { en: 'not limited', ja: '上限なし' }, noPattern: { en: 'each its own', ja: '個別' },
  patternHint: { en: '{name} stands for the tenant: https://{name}.example.cloud', ja: '{name} はテナント名に置き換わります: https://{name}.example.cloud' }, tenants: { en: 'Tenants that live here', ja: '入居中のテナント' }, coming: { en: 'Tenants that are coming', ja: '移行予定のテナント' },
  more: { en: 'Show more', ja: 'さらに表示' }, pick: { en: 'Choose a home to see who lives there.', ja: 'ホームを選択すると、入居状況が表示されます。' }, newHome: { en: 'Add a home', ja: 'ホームの追加' },
}
type Home = Told<'homes.list'>['items'][number]
const changers: readonly Role[] = ['admin', 'migration-lead', 'engineer']

export const Homes = (): ReactNode => {
  const [say, { self }, may] = [useSay(), useAround(), useMay()]
  const homes = useAskPages('homes.list', { limit: 200 })
  const rows = homes.data?.pages.flatMap(page => page.items) ?? []
  const [chosen, choose] = useState<string>()
  const [dialog, setDialog] = useState<'add' | 'change'>()
  const [add, change] = [useWish('homes.add'), useWish('homes.change')]
  const mayChange = self.roles.some(role => changers.includes(role))
  const home = rows.find(({ id }) => id === chosen)
  useKeys(mayChange ? [{ keys: 'n', says: words.newHome, does: () => { setDialog('add') } }] : [])
  const wish = (values: Readonly<Record<string, Value>>): Promise<unknown> => {
    const fields = { name: String(values['name']), addressPattern: values['addressPattern'] === null ? null : String(values['addressPattern']), capacity: Number(values['capacity']), licensedUsers: values['licensedUsers'] === null ? null : Number(values['licensedUsers']) }
    return dialog === 'change' && home !== undefined ? change.mutateAsync({ home: home.id, ...fields }) : add.mutateAsync({ ...fields, kind: values['kind'] as HomeKind })
  }
  return (
    <Page title={say(words.title)} lead={say(words.lead)} acts={mayChange ? <Button onClick={() => { setDialog('add') }}>{say(words.add)}</Button> : undefined}>
      <Panel title={say(words.title)} flush>
        <Shown of={homes as never} what={words.title} lines={6} empty={() => rows.length === 0} none={<Nothing>{say(words.none)}</Nothing>}>{() => (
          <DataTable<Home> says={words.title} rows={rows} idOf={row => row.id} nameOf={row => row.name} open={row => { choose(row.id) }} keptAs="homes" height={360} more={() => { if (homes.hasNextPage && !homes.isFetchingNextPage) void homes.fetchNextPage() }} columns={[
            { key: 'name', says: words.name, width: 220, isFirst: true, order: row => row.name, cell: row => row.name },
            { key: 'kind', says: words.kind, width: 140, order: row => row.kind, cell: row => say(homeKindWords[row.kind]) },
            { key: 'address', says: words.address, width: 300, cell: row => row.addressPattern === null ? <span className="quiet">{say(words.noPattern)}</span> : <code>{row.addressPattern}</code> },
            { key: 'capacity', says: words.capacity, width: 120, isRight: true, order: row => row.capacity, cell: row => row.capacity },
            { key: 'licensed', says: words.licensed, width: 140, isRight: true, order: row => row.licensedUsers ?? Infinity, cell: row => row.licensedUsers ?? <span className="quiet">{say(words.unlimited)}</span> },
          ]} />
        )}</Shown>
      </Panel>
      <Panel title={home?.name ?? say(words.tenants)} acts={home !== undefined && mayChange ? <Button size="compact-sm" variant="default" onClick={() => { setDialog('change') }}>{say(words.change)}</Button> : undefined}>{home === undefined ? <p className="quiet">{say(words.pick)}</p> : <Lives home={home} />}</Panel>
      {may('agent.read') ? <Agents /> : null}
      <FormDialog opened={dialog !== undefined} close={() => { setDialog(undefined) }} title={say(dialog === 'change' ? words.change : words.newHome)} act={say(dialog === 'change' ? words.change : words.add)} wish={wish} fields={[
        { key: 'name', says: words.name, type: 'text', first: dialog === 'change' ? home?.name ?? '' : '' },
        ...(dialog === 'change' ? [] : [{ key: 'kind', says: words.kind, type: 'choice' as const, choices: homeKinds.map(kind => ({ value: kind, label: say(homeKindWords[kind]) })), first: 'dedicated' }]),
        { key: 'addressPattern', says: words.address, hint: words.patternHint, type: 'text', optional: true, first: dialog === 'change' ? home?.addressPattern ?? '' : '' },
        { key: 'capacity', says: words.capacity, type: 'number', first: dialog === 'change' ? home?.capacity ?? 1 : 1 },
        { key: 'licensedUsers', says: words.licensed, type: 'number', optional: true, first: dialog === 'change' ? home?.licensedUsers ?? null : null },
      ]} />
    </Page>
  )
}

const Lives = ({ home }: { readonly home: Home }): ReactNode => {
  const say = useSay()
  const read = useAsk('homes.read', { home: home.id })
  return <Shown of={read} what={words.what} lines={2}>{told => <Facts of={[[say(words.tenants), told.tenants], [say(words.coming), told.coming]]} />}</Shown>
}

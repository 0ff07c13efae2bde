import { Button, Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useNavigate } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { offers } from '#domain/offers.ts'
import { numberOf } from '../../../shared/amounts.ts'
import type { Told } from '../../../shared/ask.ts'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { FormDialog } from '../../../shared/form-dialog.tsx'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Facts, Panel } from '../../../shared/panel.tsx'
import { Nothing, Shown } from '../../../shared/shown.tsx'
import { When } from '../../../shared/when.tsx'
import { homeKindWords } from '../../words.ts'
import { useMay } from '../../may.ts'
import { useAround } from '../../self.ts'
import { NewMove } from '../moves/new-move.tsx'
import { OfferList } from './offer-list.tsx'
import css from './offers.module.css'

const words = {
  title: { en: 'What is offered', ja: '提案内容' }, to: { en: 'To', ja: '対象テナント' }, hint: { en: 'Type a part of its name or its customer’s. Without one: everything that we offer.', ja: 'テナント名または顧客名の一部を入力してください。未選択の場合は、提案できる移行をすべて表示します。' }, none: { en: 'No tenant is called like that.', ja: '該当するテナントがありません。' },
  what: { en: 'the offers', ja: '提案内容' }, whatTenant: { en: 'the tenant', ja: 'テナント' }, nothing: { en: 'Nothing is offered to a tenant that lives in a home of this kind.', ja: 'この種類のホームにあるテナントへの提案はありません。' },
  customer: { en: 'Customer', ja: '顧客' }, home: { en: 'Lives in', ja: '現在のホーム' }, users: { en: 'Users', ja: 'ユーザー数' }, uncounted: { en: 'not counted yet', ja: '未計測' }, counted: { en: '{n}, measured', ja: '{n}、計測日時:' },
  count: { en: 'Enter the number of users', ja: 'ユーザー数を登録' }, countLead: { en: 'As counted today, where no agent counts them. What was measured of the data stays as it is.', ja: 'エージェントで計測していない場合に、本日時点のユーザー数を登録します。計測済みのデータ量は変わりません。' }, keep: { en: 'Keep', ja: '登録' }, moves: { en: 'Open the move', ja: '移行を開く' },
}

/** What can be offered to one tenant where it lives now, and the move that comes of it. */
export const OfTenant = ({ tenant, choose }: { readonly tenant: string | null; choose(tenant: string | null): void }): ReactNode => {
  const say = useSay()
  return (
    <Panel title={say(words.title)} flush>
      <div className={css['choose']}><ChooseTenant chosen={tenant} choose={choose} /></div>
      {tenant === null ? <OfferList offers={Object.values(offers)} /> : <Chosen key={tenant} tenant={tenant} />}
    </Panel>
  )
}

const ChooseTenant = ({ chosen, choose }: { readonly chosen: string | null; choose(tenant: string | null): void }): ReactNode => {
  const say = useSay()
  const [typed, setTyped] = useState('')
  const [named] = useDebouncedValue(typed.trim(), 200)
  const here = useAsk('tenants.read', { tenant: (chosen ?? '') as never }, { when: chosen !== null })
  const own = chosen === null || here.isPlaceholderData ? undefined : here.data?.tenant
  // What is shown of the chosen one is no wish to find others.
  const found = useAsk('tenants.list', { limit: 50, ...(named === '' || named === own?.name ? {} : { named }) })
  const lines = (found.data?.items ?? []).map(({ id, name }) => ({ value: id as string, label: name }))
  const data = own === undefined || lines.some(({ value }) => value === own.id) ? lines : [{ value: own.id as string, label: own.name }, ...lines]
  return <Select className={css['tenant']} label={say(words.to)} description={say(words.hint)} searchable clearable value={chosen} onChange={choose} onSearchChange={setTyped} data={data} filter={({ options }) => options} nothingFoundMessage={say(words.none)} maxDropdownHeight={320} />
}

type Read = Told<'tenants.read'>

const Chosen = ({ tenant }: { readonly tenant: string }): ReactNode => {
  const [say, may] = [useSay(), useMay()]
  const [read, told] = [useAsk('tenants.read', { tenant: tenant as never }), useAsk('offers.list', { tenant: tenant as never })]
  const [playbook, plan] = useState<string | null>(null)
  const isFree = read.data?.move === null
  return (
    <>
      <Shown of={read} what={words.whatTenant} lines={3}>{one => <About told={one} />}</Shown>
      <Shown of={told} what={words.what} lines={2} empty={({ offers: some }) => some.length === 0} none={<Nothing>{say(words.nothing)}</Nothing>}>
        {({ offers: some, users }) => <OfferList offers={some} users={users} {...(isFree && may('plan.change') ? { plan } : {})} />}
      </Shown>
      {playbook === null || read.data === undefined ? null : <NewMove close={() => { plan(null) }} wanted={{ tenant: read.data.tenant, playbook }} />}
    </>
  )
}

/** Who it is, how many use it, and what can be done about either. */
const About = ({ told: { tenant, customer, home, move } }: { readonly told: Read }): ReactNode => {
  const [say, { locale }, { zone }, may, go] = [useSay(), useLanguage(), useAround(), useMay(), useNavigate()]
  const [isAsked, ask] = useState(false)
  const count = useWish('tenants.measured')
  const users = tenant.users === null ? <span className="quiet">{say(words.uncounted)}</span> : tenant.measuredAt === null ? numberOf(tenant.users, locale) : <>{say(words.counted, { n: numberOf(tenant.users, locale) })} <When at={tenant.measuredAt} zone={zone} /></>
  return (
    <div className={css['about']}>
      <Facts of={[[say(words.customer), customer.name], [say(words.home), `${home.name} (${say(homeKindWords[home.kind])})`], [say(words.users), users]]} />
      <div className={css['acts']}>
        {move === null ? null : <Button size="compact-sm" variant="default" onClick={() => { void go({ to: `/moves/${move}` as never }) }}>{say(words.moves)}</Button>}
        {move === null && may('tenant.measure') ? <Button size="compact-sm" variant="default" onClick={() => { ask(true) }}>{say(words.count)}</Button> : null}
      </div>
      <FormDialog opened={isAsked} close={() => { ask(false) }} title={say(words.count)} lead={say(words.countLead)} act={say(words.keep)} fields={[{ key: 'users', says: words.users, type: 'number', first: tenant.users }]} wish={({ users: n }) => count.mutateAsync({ tenant: tenant.id, stores: tenant.stores, users: Number(n) })} />
    </div>
  )
}

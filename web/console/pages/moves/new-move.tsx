import { Button, Modal, Select, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useNavigate } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { dayOf } from '../../../shared/amounts.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Failed } from '../../../shared/shown.tsx'
import { useMay } from '../../may.ts'
import { useAround } from '../../self.ts'
import { NewTenant } from './new-tenant.tsx'
import css from './moves.module.css'

const words = {
  title: { en: 'New move', ja: '移行を追加' }, lead: { en: 'Its plan is made at once from the programme’s playbook, and nobody is written to before a task of theirs comes near.', ja: 'プログラムのプレイブックから計画がすぐに作成されます。タスクの期日が近づくまで、担当者への連絡は行われません。' },
  programme: { en: 'Programme', ja: 'プログラム' }, tenant: { en: 'Tenant', ja: 'テナント' }, tenantHint: { en: 'Type a part of its name or its customer’s', ja: 'テナント名または顧客名の一部を入力してください' }, to: { en: 'Into', ja: '移行先' }, wave: { en: 'Wave', ja: 'ウェーブ' }, waveHint: { en: 'It gives the day, unless a T-0 is named', ja: 'T-0 を指定しない場合はウェーブの日付に従います' },
  t0: { en: 'T-0 of its own', ja: '個別の T-0' }, t0Hint: { en: 'The day of the cutover, where the customer is', ja: '切替日（顧客の現地日付）' }, add: { en: 'Plan the move', ja: '計画を作成' }, cancel: { en: 'Cancel', ja: 'キャンセル' }, none: { en: 'No tenant is called like that.', ja: '該当するテナントがありません。' },
  notThere: { en: 'It is not there yet: add it', ja: '未登録のテナントを追加' }, newTenant: { en: 'New tenant', ja: 'テナントを追加' },
  noProgramme: { en: 'No programme goes by the playbook of this offer yet. Add one on the page of all moves.', ja: 'この提案のプレイブックを使うプログラムがまだありません。移行の一覧ページで追加してください。' },
}

/** For whom a move is planned, and by which playbook, where that is known from the start. */
export type Wanted = { readonly tenant: { readonly id: string; readonly name: string }; readonly playbook: string }

/** Plans one move. It stays open until control has said what became of it. */
export const NewMove = ({ close, wanted }: { close(): void; readonly wanted?: Wanted }): ReactNode => {
  const [say, { locale }, around, go, may] = [useSay(), useLanguage(), useAround(), useNavigate(), useMay()]
  const add = useWish('moves.add')
  const [own, setProgramme] = useState<string | null>(wanted === undefined ? around.programme?.id ?? null : null)
  const [tenant, setTenant] = useState<string | null>(wanted?.tenant.id ?? null)
  const [text, setText] = useState(wanted?.tenant.name ?? '')
  const [isNew, setNew] = useState(false)
  const [home, setHome] = useState<string | null>(null)
  const [wave, setWave] = useState<string | null>(null)
  const [t0, setT0] = useState('')
  const [named] = useDebouncedValue(text.trim(), 250)
  const programmes = useAsk('programmes.list', { limit: 200 })
  const fitting = programmes.data?.items.find(one => one.playbook === wanted?.playbook)
  const programme = own ?? fitting?.id ?? null
  const tenants = useAsk('tenants.list', { limit: 50, ...(named === '' ? {} : { named }) })
  const homes = useAsk('homes.list', { limit: 500 })
  const waves = useAsk('waves.list', { limit: 500, ...(programme === null ? {} : { programme: programme as never }) }, { when: programme !== null })
  const from = tenants.data?.items.find(({ id }) => id === tenant)?.home
  const send = (): void => {
    if (programme === null || tenant === null || home === null) return
    add.mutate({ programme: programme as never, tenant: tenant as never, destination: home as never, ...(wave === null ? {} : { wave: wave as never }), ...(t0 === '' ? {} : { t0 }) }, { onSuccess: ({ id }) => { void go({ to: `/moves/${id}` as never }) } })
  }
  return (
    <Modal opened onClose={close} title={<h2>{say(isNew ? words.newTenant : words.title)}</h2>} closeButtonProps={{ 'aria-label': say(words.cancel) }}>
      {isNew ? <NewTenant back={() => { setNew(false) }} added={({ id, name }) => { setTenant(id); setText(name); setNew(false) }} /> : <form className={css['bulk']} onSubmit={event => { event.preventDefault(); send() }}>
        <p className="soft">{say(words.lead)}</p>
        <Select label={say(words.programme)} {...(wanted !== undefined && programmes.data !== undefined && fitting === undefined ? { description: say(words.noProgramme) } : {})} required searchable data={(programmes.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))} value={programme} onChange={id => { setProgramme(id); setWave(null) }} />
        <div className={css['labelled']}>
          <Select label={say(words.tenant)} description={say(words.tenantHint)} required searchable filter={({ options }) => options} data={(tenants.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))} value={tenant} onChange={setTenant} searchValue={text} onSearchChange={setText} nothingFoundMessage={say(words.none)} data-autofocus={wanted === undefined ? true : undefined} />
          {wanted === undefined && may('customer.change') && may('tenant.change') ? <Button variant="subtle" color="gray" size="compact-sm" className={css['beside'] ?? ''} onClick={() => { setNew(true) }}>{say(words.notThere)}</Button> : null}
        </div>
        <Select label={say(words.to)} required searchable data-autofocus={wanted === undefined ? undefined : true} data={(homes.data?.items ?? []).filter(({ id }) => id !== from).map(({ id, name }) => ({ value: id, label: name }))} value={home} onChange={setHome} />
        <Select label={say(words.wave)} description={say(words.waveHint)} clearable searchable disabled={programme === null} data={(waves.data?.items ?? []).map(({ id, name, t0: day }) => ({ value: id, label: day === null ? name : `${name} (T-0 ${dayOf(day, locale)})` }))} value={wave} onChange={setWave} />
        <TextInput type="date" label={say(words.t0)} description={say(words.t0Hint)} value={t0} onChange={event => { setT0(event.currentTarget.value) }} />
        {add.error === null ? null : <Failed error={add.error} />}
        <div className={css['acts']}><Button variant="default" onClick={close}>{say(words.cancel)}</Button><Button type="submit" loading={add.isPending} disabled={programme === null || tenant === null || home === null}>{say(words.add)}</Button></div>
      </form>}
    </Modal>
  )
}

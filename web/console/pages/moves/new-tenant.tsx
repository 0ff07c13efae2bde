import { Button, NumberInput, SegmentedControl, Select, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { type ReactNode, useMemo, useState } from 'react'
import type { Text } from '#domain/locale.ts'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { countriesIn, zoneOf, zones } from '../../../shared/countries.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Failed } from '../../../shared/shown.tsx'
import { useAround } from '../../self.ts'
import css from './moves.module.css'

const words = {
  lead: { en: 'Whom the tenant belongs to, and where it lives today. People are put on file on the page of its move.', ja: 'テナントの所有者と現在の環境を登録します。担当者は移行のページで登録できます。' },
  customer: { en: 'Customer', ja: '顧客' }, new: { en: 'A new one', ja: '新規' }, there: { en: 'One that is there', ja: '登録済み' }, name: { en: 'Name', ja: '名称' }, find: { en: 'Type a part of its name', ja: '顧客名の一部を入力してください' }, none: { en: 'No customer is called like that.', ja: '該当する顧客がありません。' },
  country: { en: 'Country', ja: '国' }, countryHint: { en: 'Its public holidays are left out of the plan', ja: '祝日を除いて計画します' }, zone: { en: 'Time zone', ja: 'タイムゾーン' }, language: { en: 'Language of letters and papers', ja: 'メール・書類の言語' },
  partner: { en: 'Partner', ja: 'パートナー' }, partnerHint: { en: 'Who sells to them. Partners are added on the page of people', ja: '販売元です。「メンバーと権限」ページで追加できます' },
  tenant: { en: 'Tenant', ja: 'テナント' }, tenantHint: { en: 'As in its address: letters, digits, dots and hyphens', ja: 'アドレスに使われる名称（文字・数字・ピリオド・ハイフン）' }, tenantWrong: { en: 'Letters, digits, dots and hyphens alone, from a letter or digit to another.', ja: '使用できるのは文字・数字・ピリオド・ハイフンのみで、先頭と末尾は文字または数字です。' }, home: { en: 'Lives in', ja: '現在の環境' }, users: { en: 'Users', ja: 'ユーザー数' }, usersHint: { en: 'If it is known', ja: '分かる場合のみ' },
  add: { en: 'Add', ja: '追加' }, back: { en: 'Back', ja: '戻る' },
} satisfies Record<string, Text>
/** What may stand in an address: control takes no other. */
const named = /^[\p{L}\p{N}]([\p{L}\p{N}._-]{0,61}[\p{L}\p{N}])?$/u
export type Added = { readonly id: string; readonly name: string }

/** Puts on file whom nobody has read in from a file: a customer, or one that is there, and its tenant. */
export const NewTenant = ({ back, added }: { back(): void; added(tenant: Added): void }): ReactNode => {
  const say = useSay()
  const { customer, fields, isWhole, error, isPending, add } = useCustomer()
  const tell = useWish('tenants.add')
  const homes = useAsk('homes.list', { limit: 500 })
  const [name, setName] = useState('')
  const [home, setHome] = useState<string | null>(null)
  const [users, setUsers] = useState<number | null>(null)
  const send = async (): Promise<void> => {
    const of = customer ?? await add()
    if (of === undefined || home === null) return
    tell.mutate({ customer: of as never, home: home as never, name: name.trim(), ...(users === null ? {} : { users }) }, { onSuccess: ({ id }) => { added({ id, name: name.trim() }) } })
  }
  return (
    <form className={css['bulk']} onSubmit={event => { event.preventDefault(); void send() }}>
      <p className="soft">{say(words.lead)}</p>
      <fieldset className={css['who']}><legend>{say(words.customer)}</legend>{fields}</fieldset>
      <fieldset className={css['who']}>
        <legend>{say(words.tenant)}</legend>
        <TextInput label={say(words.name)} description={say(words.tenantHint)} required value={name} error={name.trim() === '' || named.test(name.trim()) ? undefined : say(words.tenantWrong)} onChange={event => { setName(event.currentTarget.value) }} />
        <Select label={say(words.home)} required searchable data={(homes.data?.items ?? []).map(one => ({ value: one.id, label: one.name }))} value={home} onChange={setHome} />
        <NumberInput label={say(words.users)} description={say(words.usersHint)} min={0} allowDecimal={false} value={users ?? ''} onChange={value => { setUsers(value === '' ? null : Number(value)) }} />
      </fieldset>
      {error === null ? null : <Failed error={error} />}{tell.error === null ? null : <Failed error={tell.error} />}
      <div className={css['acts']}><Button variant="default" onClick={back}>{say(words.back)}</Button><Button type="submit" loading={isPending || tell.isPending} disabled={!isWhole || !named.test(name.trim()) || home === null}>{say(words.add)}</Button></div>
    </form>
  )
}

/** Whose tenant it is. One that was added stays chosen, whatever becomes of the tenant: it is not added twice. */
const useCustomer = () => {
  const [say, { locale }, { zone: own }] = [useSay(), useLanguage(), useAround()]
  const wish = useWish('customers.add')
  const [isNew, setNew] = useState(true)
  const [there, setThere] = useState<string | null>(null)
  const [typed, setTyped] = useState('')
  const [said, setSaid] = useState<{ readonly name: string; readonly country: string | null; readonly zone: string | null; readonly locale: 'en' | 'ja'; readonly partner: string | null }>({ name: '', country: null, zone: own, locale, partner: null })
  const [named] = useDebouncedValue(typed.trim(), 250)
  const customers = useAsk('customers.list', { limit: 50, ...(named === '' ? {} : { named }) }, { when: !isNew })
  const partners = useAsk('partners.list', { limit: 500 })
  const countries = useMemo(() => countriesIn(locale), [locale])
  const set = (change: Partial<typeof said>): void => { setSaid(before => ({ ...before, ...change })) }
  const add = async (): Promise<string | undefined> => {
    const { country, zone, partner } = said
    if (country === null || zone === null) return undefined
    try {
      const { id } = await wish.mutateAsync({ name: said.name.trim(), country, zone, locale: said.locale, ...(partner === null ? {} : { partner: partner as never }) })
      setThere(id)
      setTyped(said.name.trim())
      setNew(false)
      return id
    } catch {
      // It is told beside the fields.
      return undefined
    }
  }
  const fields = (
    <>
      <SegmentedControl size="xs" aria-label={say(words.customer)} value={isNew ? 'new' : 'there'} onChange={value => { setNew(value === 'new') }} data={(['new', 'there'] as const).map(value => ({ value, label: say(words[value]) }))} />
      {isNew ? (
        <>
          <TextInput label={say(words.name)} required data-autofocus value={said.name} onChange={event => { set({ name: event.currentTarget.value }) }} />
          <Select label={say(words.country)} description={say(words.countryHint)} required searchable limit={300} data={[...countries]} value={said.country} onChange={country => { const zone = country === null ? undefined : zoneOf(country); set({ country, ...(zone === undefined ? {} : { zone }) }) }} />
          <Select label={say(words.zone)} required searchable limit={100} data={[...zones]} value={said.zone} onChange={zone => { set({ zone }) }} />
          <Select label={say(words.language)} required allowDeselect={false} data={[{ value: 'en', label: 'English' }, { value: 'ja', label: '日本語' }]} value={said.locale} onChange={value => { set({ locale: value === 'ja' ? 'ja' : 'en' }) }} />
          <Select label={say(words.partner)} description={say(words.partnerHint)} clearable searchable disabled={(partners.data?.items.length ?? 0) === 0} data={(partners.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))} value={said.partner} onChange={partner => { set({ partner }) }} />
        </>
      ) : <Select label={say(words.name)} description={say(words.find)} required searchable filter={({ options }) => options} data={(customers.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))} value={there} onChange={setThere} searchValue={typed} onSearchChange={setTyped} nothingFoundMessage={say(words.none)} />}
    </>
  )
  return { customer: isNew ? undefined : there ?? undefined, fields, isWhole: isNew ? said.name.trim() !== '' && said.country !== null && said.zone !== null : there !== null, error: wish.error, isPending: wish.isPending, add }
}

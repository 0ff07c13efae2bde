import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { type ReactNode, useState } from 'react'
import { useAsk } from '../shared/asking.ts'
import { dayOf } from '../shared/amounts.ts'
import { useLanguage, useSay } from '../shared/language.tsx'
import { useAround } from './self.ts'

const words = { type: { en: 'Customer or tenant', ja: '顧客名・テナント名' }, none: { en: 'No open move has this in its name.', ja: '該当する未完了の移行はありません。' } }

/** One open move, found by the name of its customer or tenant; of the programme that is looked at. */
export const ChooseMove = ({ label, chosen, choose }: { readonly label: string; readonly chosen: string | null; choose(move: string | null): void }): ReactNode => {
  const [say, { locale }, { programme }] = [useSay(), useLanguage(), useAround()]
  const [typed, setTyped] = useState('')
  const [named] = useDebouncedValue(typed.trim(), 200)
  const here = useAsk('moves.read', { move: (chosen ?? '') as never }, { when: chosen !== null })
  const own = here.isPlaceholderData || here.data === undefined ? undefined : `${here.data.customer.name} · ${here.data.tenant.name}`
  // What is shown of the chosen one is no wish to find others.
  const found = useAsk('moves.list', { isOpen: 'true', limit: 50, sort: 'customer', ...(programme === null ? {} : { programme: programme.id as never }), ...(named === '' || named === own ? {} : { named }) })
  const lines = (found.data?.items ?? []).map(({ move, customer, tenant }) => ({ value: move.id as string, label: `${customer.name} · ${tenant.name}`, t0: move.t0 }))
  const data = own === undefined || chosen === null || lines.some(({ value }) => value === chosen) ? lines : [{ value: chosen, label: own, t0: here.data?.move.t0 ?? null }, ...lines]
  return (
    <Select label={label} placeholder={say(words.type)} searchable clearable required value={chosen} onChange={choose} onSearchChange={setTyped} data={data.map(({ value, label: text }) => ({ value, label: text }))} filter={({ options }) => options} nothingFoundMessage={say(words.none)} maxDropdownHeight={320}
      renderOption={({ option }) => { const t0 = data.find(({ value }) => value === option.value)?.t0; return <span>{option.label}{t0 === undefined || t0 === null ? null : <span className="quiet figures"> {dayOf(t0, locale)}</span>}</span> }} />
  )
}

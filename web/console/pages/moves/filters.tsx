import { Button, Select, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { Search, X } from 'lucide-react'
import { type ReactNode, useRef, useState } from 'react'
import { useAsk } from '../../../shared/asking.ts'
import { useKeys } from '../../../shared/keys.tsx'
import { useSay } from '../../../shared/language.tsx'
import { stageWords } from '../../stage-words.ts'
import { type Filter, filterKeys, stageNames } from './filter.ts'
import { SavedFilters } from './saved.tsx'
import css from './moves.module.css'

const words = {
  find: { en: 'Customer or tenant', ja: '顧客名・テナント名' }, toFind: { en: 'Find a customer or tenant', ja: '顧客・テナントを検索' }, wave: { en: 'Any wave', ja: 'すべてのウェーブ' }, stage: { en: 'Any stage', ja: 'すべての状態' }, state: { en: 'Open and over', ja: '進行中と終了' }, open: { en: 'Open', ja: '進行中' }, over: { en: 'Over', ja: '終了' },
  from: { en: 'T-0 from', ja: 'T-0（開始）' }, to: { en: 'T-0 to', ja: 'T-0（終了）' }, fromShort: { en: 'T-0 from', ja: 'T-0 開始' }, toShort: { en: 'to', ja: '終了' }, clear: { en: 'Clear filters', ja: '絞り込みを解除' }, waveName: { en: 'Wave', ja: 'ウェーブ' }, stageName: { en: 'Stage', ja: '状態' }, stateName: { en: 'Open or over', ja: '進行中・終了' },
}

type Change = (change: { readonly [Key in keyof Filter]?: Filter[Key] | undefined }) => void

/** What of the moves is shown. Control filters: the list may be longer than what is here. */
export const Filters = ({ filter, change, programme }: { readonly filter: Filter; readonly change: Change; readonly programme: string | undefined }): ReactNode => {
  const say = useSay()
  const field = useRef<HTMLInputElement>(null)
  const waves = useAsk('waves.list', { limit: 500, ...(programme === undefined ? {} : { programme: programme as never }) }, { everyMs: 120_000 })
  const [text, setText] = useState(filter.named ?? '')
  const find = useDebouncedCallback((named: string) => { change({ named: named.trim() === '' ? undefined : named }) }, 250)
  useKeys([{ keys: '/', says: words.toFind, does: () => { field.current?.focus() } }])
  const isAny = filterKeys.some(key => key !== 'sort' && key !== 'order' && filter[key] !== undefined)
  const take: Change = next => { if ('named' in next) setText(next.named ?? ''); change(next) }
  return (
    <div className={css['bar']} role="search">
      <TextInput ref={field} className={css['find'] ?? ''} size="xs" type="search" leftSection={<Search size={14} aria-hidden />} rightSection={<kbd className={css['key']} aria-hidden>/</kbd>} aria-label={say(words.toFind)} placeholder={say(words.find)} value={text} maxLength={200} onChange={event => { setText(event.currentTarget.value); find(event.currentTarget.value) }} />
      <Select className={css['some'] ?? ''} size="xs" aria-label={say(words.waveName)} placeholder={say(words.wave)} clearable searchable data={(waves.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))} value={filter.wave ?? null} onChange={wave => { change({ wave: wave ?? undefined }) }} />
      <Select className={css['some'] ?? ''} size="xs" aria-label={say(words.stageName)} placeholder={say(words.stage)} clearable data={stageNames.map(one => ({ value: one, label: say(stageWords[one]) }))} value={filter.stage ?? null} onChange={stage => { change({ stage: stage ?? undefined }) }} />
      <Select className={css['some'] ?? ''} size="xs" aria-label={say(words.stateName)} placeholder={say(words.state)} clearable data={[{ value: 'yes', label: say(words.open) }, { value: 'no', label: say(words.over) }]} value={filter.open ?? null} onChange={open => { change({ open: open === 'yes' || open === 'no' ? open : undefined }) }} />
      <TextInput className={css['day'] ?? ''} size="xs" type="date" leftSection={<span className="quiet">{say(words.fromShort)}</span>} leftSectionWidth={72} aria-label={say(words.from)} value={filter.t0From ?? ''} onChange={event => { change({ t0From: event.currentTarget.value }) }} />
      <TextInput className={css['day'] ?? ''} size="xs" type="date" leftSection={<span className="quiet">{say(words.toShort)}</span>} leftSectionWidth={72} aria-label={say(words.to)} value={filter.t0To ?? ''} onChange={event => { change({ t0To: event.currentTarget.value }) }} />
      {isAny ? <Button size="xs" variant="subtle" color="gray" leftSection={<X size={14} />} onClick={() => { take(Object.fromEntries(filterKeys.filter(key => key !== 'sort' && key !== 'order').map(key => [key, undefined]))) }}>{say(words.clear)}</Button> : null}
      <div style={{ marginLeft: 'auto' }}><SavedFilters filter={filter} take={take} /></div>
    </div>
  )
}

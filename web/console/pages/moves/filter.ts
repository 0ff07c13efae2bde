import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { stages } from '#domain/move.ts'
import type { Ordered } from '../../../shared/table.tsx'
import type { MoveWish } from './told.ts'

/** What a person asks to see; it stands in the address, so that a link shows the same. */
export type Filter = { readonly named?: string; readonly wave?: string; readonly stage?: string; readonly open?: 'yes' | 'no'; readonly t0From?: string; readonly t0To?: string; readonly sort?: string; readonly order?: 'down' }
export const filterKeys = ['named', 'wave', 'stage', 'open', 't0From', 't0To', 'sort', 'order'] as const satisfies readonly (keyof Filter)[]
export const stageNames = ['planned', ...stages] as const

const sorts = ['customer', 'tenant', 'wave', 't0', 'stage'] as const
const isDay = (text: string | undefined): text is string => /^\d{4}-\d{2}-\d{2}$/.test(text ?? '')
const isId = (text: string | undefined): text is string => /^[0-9a-f-]{36}$/.test(text ?? '')

export const useFilter = (): readonly [Filter, (change: { readonly [Key in keyof Filter]?: Filter[Key] | undefined }) => void] => {
  const search: Readonly<Record<string, string | undefined>> = useSearch({ strict: false })
  const go = useNavigate()
  const filter = useMemo((): Filter => Object.fromEntries(filterKeys.flatMap(key => (search[key] === undefined || search[key] === '' ? [] : [[key, search[key]]]))), [search])
  return [filter, change => { void go({ to: '/moves' as never, search: Object.fromEntries(Object.entries({ ...filter, ...change }).filter(([, value]) => value !== undefined && value !== '')) as never, replace: true }) }]
}

/** As control is asked. What an address says that makes no sense is left out. */
export const wishOf = ({ named, wave, stage, open, t0From, t0To, sort, order }: Filter, programme: string | undefined): MoveWish => {
  const known = sorts.find(one => one === sort)
  const at = stageNames.find(one => one === stage)
  return {
    limit: 500, ...(programme === undefined ? {} : { programme: programme as never }), ...(named === undefined || named.trim() === '' ? {} : { named: named.trim() }), ...(isId(wave) ? { wave: wave as never } : {}), ...(at === undefined ? {} : { stage: at }),
    ...(open === undefined ? {} : { isOpen: open === 'yes' ? 'true' : 'false' }), ...(isDay(t0From) ? { t0From } : {}), ...(isDay(t0To) ? { t0To } : {}), ...(known === undefined ? {} : { sort: known, order: order === 'down' ? 'down' : 'up' }),
  }
}

export const orderedBy = ({ sort, order }: Filter): Ordered | null => (sort === undefined ? null : { key: sort, isDown: order === 'down' })

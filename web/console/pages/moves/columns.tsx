import { type ReactNode, useMemo } from 'react'
import { daysBetween } from '#domain/days.ts'
import type { Locale } from '#domain/locale.ts'
import { dayOf } from '../../../shared/amounts.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { StateMark } from '../../../shared/state-mark.tsx'
import type { Column } from '../../../shared/table.tsx'
import { stageStates, stageText } from '../../stage-words.ts'
import type { MoveLine } from './told.ts'
import css from './moves.module.css'

const words = {
  customer: { en: 'Customer', ja: '顧客' }, tenant: { en: 'Tenant', ja: 'テナント' }, wave: { en: 'Wave', ja: 'ウェーブ' }, t0: { en: 'T-0', ja: 'T-0' }, until: { en: 'Stands at', ja: '現在' }, stage: { en: 'Stage', ja: '状態' },
  open: { en: 'Open tasks', ja: '未完了タスク' }, late: { en: 'Late', ja: '期限超過' }, from: { en: 'From', ja: '移行元' }, to: { en: 'To', ja: '移行先' }, playbook: { en: 'Playbook', ja: 'プレイブック' }, programme: { en: 'Programme', ja: 'プログラム' }, none: { en: 'None', ja: 'なし' }, lateTasks: { en: '{n} late', ja: '{n} 件超過' },
}

/** What the table of moves shows of each. `today`: where the vendor is. A thousand links of the router would each follow every step of it, so these are plain ones. */
export const useColumns = (today: string, programmes: ReadonlyMap<string, string>, open: (move: string) => void): readonly Column<MoveLine>[] => {
  const { locale } = useLanguage()
  return useMemo(() => columnsIn(locale, today, programmes, open), [locale, today, programmes, open])
}

const columnsIn = (locale: Locale, today: string, programmes: ReadonlyMap<string, string>, open: (move: string) => void): readonly Column<MoveLine>[] => [
  { key: 'customer', says: words.customer, width: 200, isFirst: true, isOrdered: true, cell: ({ move, customer }) => <a href={`/console/moves/${move.id}`} tabIndex={-1} className={css['name']} title={customer.name} onClick={event => { if (event.ctrlKey || event.metaKey || event.shiftKey) return; event.preventDefault(); open(move.id) }}>{customer.name}</a> },
  { key: 'tenant', says: words.tenant, width: 165, isOrdered: true, cell: ({ tenant }) => <code title={tenant.name}>{tenant.name}</code> },
  { key: 'wave', says: words.wave, width: 100, isOrdered: true, cell: ({ wave }) => wave?.name ?? <None /> },
  { key: 't0', says: words.t0, width: 140, isOrdered: true, cell: ({ move }) => (move.t0 === null ? <None /> : dayOf(move.t0, locale)) },
  { key: 'until', says: words.until, width: 80, isRight: true, cell: ({ move }) => (move.t0 === null ? '' : tMinus(move.t0, today)) },
  { key: 'stage', says: words.stage, width: 140, isOrdered: true, cell: ({ move }) => <Stage stage={move.stage} leg={move.leg} /> },
  { key: 'open', says: words.open, width: 95, isRight: true, cell: ({ open }) => (open === 0 ? <span className="quiet">0</span> : open) },
  { key: 'late', says: words.late, width: 65, isRight: true, cell: ({ late }) => <Late late={late} /> },
  { key: 'from', says: words.from, width: 150, isHidden: true, cell: ({ origin }) => origin.name },
  { key: 'to', says: words.to, width: 130, cell: ({ destination }) => destination.name },
  { key: 'programme', says: words.programme, width: 200, isHidden: true, cell: ({ move }) => programmes.get(move.programme) ?? '' },
  { key: 'playbook', says: words.playbook, width: 190, isHidden: true, cell: ({ move }) => <code>{move.playbook}@{move.version}</code> },
]

/** T-13, T-0, T+5. */
const tMinus = (t0: string, today: string): string => {
  const days = daysBetween(t0, today)
  return `T${days > 0 ? '+' : '-'}${Math.abs(days)}`
}

const None = (): ReactNode => <span className="quiet">{useSay()(words.none)}</span>
const Stage = ({ stage, leg }: Pick<MoveLine['move'], 'stage' | 'leg'>): ReactNode => <span className={css['stage']}><StateMark state={stageStates[stage]} says={null} />{useSay()(stageText(stage, leg))}</span>
const Late = ({ late }: { readonly late: number }): ReactNode => {
  const say = useSay()
  return late === 0 ? <span className="quiet">0</span> : <span className={css['late']}><StateMark state="at-risk" says={null} /><span aria-label={say(words.lateTasks, { n: late })}>{late}</span></span>
}

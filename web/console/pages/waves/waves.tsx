import { ActionIcon, Button } from '@mantine/core'
import { Link, useSearch } from '@tanstack/react-router'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { type ReactNode, useEffect, useMemo, useState } from 'react'
import { addDays } from '#domain/days.ts'
import { dayOf } from '../../../shared/amounts.ts'
import { useAsk, useAskPages } from '../../../shared/asking.ts'
import { useKeys } from '../../../shared/keys.tsx'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Page, Panel } from '../../../shared/panel.tsx'
import { Nothing, Shown } from '../../../shared/shown.tsx'
import { wallIn } from '../../../shared/wall.ts'
import { useMay } from '../../may.ts'
import { useAround } from '../../self.ts'
import { Blackouts } from './blackouts.tsx'
import { ChangeProgramme } from './change-programme.tsx'
import { EachWave } from './each-wave.tsx'
import { Grid } from './grid.tsx'
import { Place } from './place.tsx'
import { Propose } from './propose.tsx'
import { Rules } from './rules.tsx'
import { Run } from './run.tsx'
import type { Wish } from './told.ts'
import { mondayOf, weeksFrom } from './weeks.ts'
import css from './run.module.css'

const words = {
  title: { en: 'Wave planner', ja: 'ウェーブプランナー' }, lead: { en: '{programme}: who is moved when.', ja: '{programme}: 移行日程の計画。' }, pick: { en: 'Dates are planned within one programme. Choose one.', ja: '日程はプログラムごとに計画します。プログラムを選択してください。' }, what: { en: 'the moves', ja: '移行の一覧' }, no: { en: 'No programme yet. Add the first one on the page of all moves.', ja: 'プログラムがまだありません。「移行一覧」から最初のプログラムを追加してください。' },
  none: { en: 'No move of this programme is open.', ja: 'このプログラムに未完了の移行はありません。' }, propose: { en: 'Ask the planner', ja: 'プランナーに依頼' }, grid: { en: 'Customers × dates', ja: '顧客 × 日程' }, before: { en: 'Earlier weeks', ja: '前の週' }, after: { en: 'Later weeks', ja: '次の週' }, span: { en: '{from} to {to}', ja: '{from}～{to}' },
  more: { en: '{n} of {total} moves are here', ja: '{total} 件中 {n} 件を表示' }, all: { en: '{n} open moves, placed on the Saturday of a week; nothing changes before you confirm', ja: '未完了 {n} 件（各週の土曜日に配置）。確認するまで変更されません' },
}

/** So many weeks stand side by side. */
const shownWeeks = 12
/** So many moves of a programme are planned at one go. */
const mostMoves = 2_000

/** Who is moved when: by hand, by the planner, and what each contradicts. */
export const Waves = (): ReactNode => {
  const [say, { programme }] = [useSay(), useAround()]
  const { programme: wanted } = useSearch({ strict: false }) as { readonly programme?: string }
  const known = useAsk('programmes.list', { limit: 200 })
  const chosen = programme ?? known.data?.items.find(({ id }) => id === wanted) ?? (known.data?.items.length === 1 ? known.data.items[0] : undefined)
  if (chosen !== undefined) return <Planner programme={chosen.id} name={chosen.name} />
  return <Page title={say(words.title)}><Panel title={say(words.title)}><Shown of={known} what={words.what} empty={({ items }) => items.length === 0} none={<Nothing>{say(words.no)}</Nothing>}>{({ items }) => <Nothing act={<div className={css['choose']}>{items.map(one => <Button key={one.id} variant="default" renderRoot={props => <Link {...props} to={'/waves' as never} search={{ programme: one.id } as never} />}>{one.name}</Button>)}</div>}>{say(words.pick)}</Nothing>}</Shown></Panel></Page>
}

const Planner = ({ programme, name }: { readonly programme: string; readonly name: string }): ReactNode => {
  const [say, { locale }, { zone }, may] = [useSay(), useLanguage(), useAround(), useMay()]
  const today = wallIn(Date.now(), zone).day
  const of = { programme: programme as never, limit: 500 }
  const [told, waves, rules, homes, runs] = [useAskPages('moves.list', { ...of, isOpen: 'true', sort: 't0' }), useAsk('waves.list', of), useAsk('waves.rules', of), useAsk('homes.list', { limit: 500 }), useAsk('waves.runs', { ...of, limit: 1 }, { everyMs: 5_000 })]
  const run = runs.data?.items[0]
  const found = useAsk('waves.run', { run: (run?.id ?? '') as never }, { when: run !== undefined && run.state === 'done' })
  const [first, setFirst] = useState<string>()
  const [wish, setWish] = useState<Wish>()
  const [isAsking, setAsking] = useState(false)
  const lines = useMemo(() => told.data?.pages.flatMap(page => page.items) ?? [], [told.data])
  const more = told.hasNextPage && !told.isFetchingNextPage && lines.length < mostMoves
  useEffect(() => { if (more) void told.fetchNextPage() })
  const earliest = lines.reduce((least, { move: { t0 } }) => (t0 !== null && t0 >= today && (least === '' || t0 < least) ? t0 : least), '') || today
  const weeks = useMemo(() => weeksFrom(first ?? mondayOf(earliest), shownWeeks), [first, earliest])
  const [monday, sunday] = [weeks[0]?.monday ?? today, weeks.at(-1)?.sunday ?? today]
  const blackouts = useAsk('blackouts.list', { from: `${addDays(monday, -2)}T00:00:00.000Z`, to: `${addDays(sunday, 2)}T00:00:00.000Z`, limit: 500 })
  const countries = useMemo(() => [...new Set(lines.map(({ customer }) => customer.country))].toSorted().slice(0, 60).join(','), [lines])
  const holidays = useAsk('holidays.list', { from: monday, to: sunday, ...(countries === '' ? {} : { countries }) }, { everyMs: 3_600_000 }).data?.items ?? []
  const going = new Set(lines.map(({ destination }) => destination.id as string))
  const here = (homes.data?.items ?? []).filter(({ id }) => going.has(id)).slice(0, 4)
  const mayPlan = may('wave.plan')
  const isShown = run?.state === 'done' && run.acceptedAt === null
  const proposed = useMemo(() => new Map(isShown ? (found.data?.steps ?? []).filter(step => step.changes).map(step => [step.move as string, step.to]) : []), [isShown, found.data])
  const byHand = useMemo(() => new Set((rules.data?.items ?? []).flatMap(({ rule }) => (rule.kind === 'placed' ? [rule.move as string] : []))), [rules.data])
  useKeys(mayPlan ? [{ keys: 'p', says: words.propose, does: () => { setAsking(true) } }] : [])
  const turn = (by: number): void => { setFirst(addDays(monday, by * 7 * (shownWeeks - 2))) }
  const lead = told.data === undefined ? undefined : told.hasNextPage ? say(words.more, { n: lines.length, total: told.data.pages[0]?.total ?? 0 }) : say(words.all, { n: lines.length })
  const turning = (
    <div className={css['weeks']}>
      <span className="quiet figures">{say(words.span, { from: dayOf(monday, locale), to: dayOf(sunday, locale) })}</span>
      <ActionIcon variant="default" size="sm" aria-label={say(words.before)} onClick={() => { turn(-1) }}><ChevronLeft size={14} /></ActionIcon><ActionIcon variant="default" size="sm" aria-label={say(words.after)} onClick={() => { turn(1) }}><ChevronRight size={14} /></ActionIcon>
    </div>
  )
  return (
    <Page title={say(words.title)} lead={say(words.lead, { programme: name })} acts={<><ChangeProgramme programme={programme} />{mayPlan ? <Button onClick={() => { setAsking(true) }}>{say(words.propose)}</Button> : null}</>}>
      <Panel title={say(words.grid)} lead={lead} flush acts={turning}>
        <Shown of={told as never} what={words.what} lines={8} empty={() => lines.length === 0} none={<Nothing>{say(words.none)}</Nothing>}>
          {() => <Grid lines={lines} weeks={weeks} homes={here} blackouts={blackouts.data?.items ?? []} holidays={holidays} zone={zone} today={today} byHand={byHand} proposed={proposed} place={mayPlan ? setWish : undefined} show={day => { setFirst(addDays(mondayOf(day), day < monday ? -7 : -7 * (shownWeeks - 2))) }} />}
        </Shown>
      </Panel>
      {run === undefined ? null : <Run run={run.id} key={run.id} />}
      <EachWave of={waves} programme={programme} zone={zone} />
      <Rules of={rules} lines={lines} />
      <Blackouts homes={homes.data?.items ?? []} lines={lines} zone={zone} now={`${today}T00:00:00.000Z`} />
      {wish === undefined ? null : <Place wish={wish} close={() => { setWish(undefined) }} waves={waves.data?.items ?? []} rules={rules.data?.items ?? []} homes={homes.data?.items ?? []} blackouts={blackouts.data?.items ?? []} holidays={holidays} lines={lines} zone={zone} programme={programme} />}
      <Propose opened={isAsking} close={() => { setAsking(false) }} programme={programme} from={earliest} last={lines.reduce((most, { move: { t0 } }) => (t0 !== null && t0 > most ? t0 : most), '')} />
    </Page>
  )
}

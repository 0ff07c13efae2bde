import { Link } from '@tanstack/react-router'
import { type KeyboardEvent, type ReactNode, useId } from 'react'
import { addDays } from '#domain/days.ts'
import { boardWeeks, moveStates, type MoveState } from '#domain/overview.ts'
import { numberOf } from '../../../shared/amounts.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { StateMark } from '../../../shared/state-mark.tsx'
import { moveStateWords } from './states.ts'
import { tMinus } from './needs-line.tsx'
import type { Overviewed } from './told.ts'
import css from './board.module.css'

const words = {
  title: { en: 'T-minus board', ja: 'T-0 までの週別ボード' }, each: { en: 'Each square is one of the {n} moves from 13 weeks before T-0 to two after', ja: '1 マスが 1 件。T-0 の 13 週前から 2 週後までの {n} 件' },
  many: { en: 'Each square is up to {per} of the {n} moves from 13 weeks before T-0 to two after', ja: '1 マスは最大 {per} 件。T-0 の 13 週前から 2 週後までの {n} 件' },
  undated: { en: '{n} have no T-0 yet', ja: 'T-0 未定 {n} 件' }, none: { en: 'No move is within 13 weeks of its T-0.', ja: 'T-0 まで 13 週以内の移行はありません。' },
  before: { en: '{n} weeks before T-0: {moves} moves', ja: 'T-0 の {n} 週前: {moves} 件' }, zero: { en: 'T-0 today: {moves} moves', ja: '本日が T-0: {moves} 件' }, after: { en: '{n} weeks after T-0: {moves} moves', ja: 'T-0 の {n} 週後: {moves} 件' },
}

const weeks = Array.from({ length: boardWeeks.last - boardWeeks.first + 1 }, (_, n) => boardWeeks.first + n)
/** From the bottom up: what needs nobody lies below. */
const stack: readonly MoveState[] = ['done', 'active', 'idle', 'waiting', 'at-risk', 'blocked']
/** No column is higher than so many squares in rows of four. */
const mostSquares = 40

/** Each move as a square in the week in which it stands to its T-0. The arrows go from square to square, Enter opens. */
export const Board = ({ of: { board, today, totals } }: { readonly of: Overviewed }): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  const total = board.reduce((sum, cell) => sum + cell.count, 0)
  const isNamed = board.every(cell => cell.moves.length === cell.count)
  const highest = Math.max(0, ...weeks.map(week => board.filter(cell => cell.week === week).reduce((sum, cell) => sum + cell.count, 0)))
  const per = isNamed ? 1 : Math.max(1, Math.ceil(highest / mostSquares))
  const lead = `${say(per === 1 ? words.each : words.many, { n: numberOf(total, locale), per })}${totals.undated > 0 ? ` · ${say(words.undated, { n: totals.undated })}` : ''}`
  const legend = <ul className={css['legend']}>{moveStates.map(state => { const n = board.filter(cell => cell.state === state).reduce((sum, cell) => sum + cell.count, 0); return <li key={state} data-none={n === 0}><StateMark state={state} says={null} />{say(moveStateWords[state])} <span className="figures">{numberOf(n, locale)}</span></li> })}</ul>
  return (
    <Panel title={say(words.title)} lead={lead} acts={legend} flush>
      {total === 0 ? <p className={css['none']}>{say(words.none)}</p> : (
        <div className={css['scroll']}>
          <div className={css['board']} onKeyDown={walk}>{weeks.map(week => <Week key={week} week={week} cells={board.filter(cell => cell.week === week)} today={today} per={per} isFirst={week === weeks.find(one => board.some(cell => cell.week === one))} />)}</div>
        </div>
      )}
    </Panel>
  )
}

type Cells = Overviewed['board']

const Week = ({ week, cells, today, per, isFirst }: { readonly week: number; readonly cells: Cells; readonly today: string; readonly per: number; readonly isFirst: boolean }): ReactNode => {
  const [say, id] = [useSay(), useId()]
  const moves = cells.reduce((sum, cell) => sum + cell.count, 0)
  const inOrder = stack.flatMap(state => cells.filter(cell => cell.state === state))
  const named = inOrder.flatMap(cell => cell.moves.map(move => ({ ...move, state: cell.state })))
  const isNamed = named.length === moves
  return (
    <section className={css['week']} data-zero={week === 0} data-week={week} aria-labelledby={id}>
      <ul>
        {isNamed
          ? named.map((move, n) => { const label = `${move.customer}, ${tMinus(move.t0, today)}, ${say(moveStateWords[move.state])}`; return <li key={move.id}><Link to={`/moves/${move.id}` as never} preload={false} tabIndex={isFirst && n === 0 ? 0 : -1} aria-label={label} title={label}><StateMark state={move.state} says={null} /></Link></li> })
          : inOrder.flatMap(cell => Array.from({ length: Math.ceil(cell.count / per) }, (_, n) => <li key={`${cell.state} ${n}`} aria-hidden><StateMark state={cell.state} says={null} /></li>))}
      </ul>
      <h3 id={id}>
        <Link to={'/moves' as never} search={daysOf(week, today) as never} preload={false} title={say(week < 0 ? words.before : week === 0 ? words.zero : words.after, { n: Math.abs(week), moves })}>
          <span aria-hidden>{week === 0 ? 'T-0' : `${week > 0 ? '+' : '-'}${Math.abs(week)}w`}</span>
          <span className="unseen">{say(week < 0 ? words.before : week === 0 ? words.zero : words.after, { n: Math.abs(week), moves })}{isNamed ? '' : `: ${inOrder.map(cell => `${say(moveStateWords[cell.state])} ${cell.count}`).join(', ')}`}</span>
        </Link>
      </h3>
    </section>
  )
}

/** The days of T-0 that a week on the board stands for. */
const daysOf = (week: number, today: string): { readonly t0From?: string; readonly t0To: string } => {
  if (week === 0) return { t0From: today, t0To: today }
  if (week < 0) return { t0From: addDays(today, -week * 7 - 6), t0To: addDays(today, -week * 7) }
  return { ...(week === boardWeeks.last ? {} : { t0From: addDays(today, -week * 7) }), t0To: addDays(today, -(week - 1) * 7 - 1) }
}

/** Left and right along a column's squares and on to the next column, up and down by a row of four. */
const walk = (event: KeyboardEvent<HTMLElement>): void => {
  const by = { ArrowRight: 1, ArrowLeft: -1, ArrowUp: 4, ArrowDown: -4 }[event.key]
  if (by === undefined || !(event.target instanceof HTMLElement) || event.target.closest('li') === null) return
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>('li > a')]
  const next = all[Math.max(0, Math.min(all.length - 1, all.indexOf(event.target) + by))]
  if (next === undefined) return
  event.preventDefault()
  for (const one of all) one.tabIndex = one === next ? 0 : -1
  next.focus()
}

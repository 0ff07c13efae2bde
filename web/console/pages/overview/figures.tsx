import type { ReactNode } from 'react'
import type { MoveState } from '#domain/overview.ts'
import { lengthOf, numberOf } from '../../../shared/amounts.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import type { Overviewed } from './told.ts'
import css from './figures.module.css'

const words = {
  moved: { en: 'Moved', ja: '移行済み' }, of: { en: 'of {all}', ja: '/ {all} 件' }, ahead: { en: '{n} ahead of plan', ja: '計画より {n} 件先行' }, behind: { en: '{n} behind plan: their day has passed', ja: '計画より {n} 件遅れ（予定日超過）' }, even: { en: 'As planned', ja: '計画どおり' },
  next: { en: 'Next 30 days', ja: '今後 30 日間' }, moves: { en: 'moves', ja: '件' }, move: { en: 'move', ja: '件' },
  nights: { en: '{days} different days, blackouts: {blackouts}', ja: '{days} 日に実施、作業禁止期間 {blackouts} 件' }, night: { en: 'on one day, blackouts: {blackouts}', ja: '1 日に実施、作業禁止期間 {blackouts} 件' },
  needs: { en: 'Needs attention', ja: '要対応' }, states: { en: '{blocked} blocked, {risk} at risk; {waiting} wait for a customer', ja: '停止中 {blocked} 件、要注意 {risk} 件、顧客待ち {waiting} 件' },
  freeze: { en: 'Write freeze', ja: '書き込み停止' }, median: { en: 'median', ja: '中央値' }, p95: { en: '95th percentile {p95}, limit {limit}', ja: '95 パーセンタイル {p95}、上限 {limit}' }, noFreeze: { en: 'Nothing has been cut over yet', ja: 'まだ切替の実績がありません' },
  rows: { en: 'Rows verified', ja: '検証済みの行' }, rowsOf: { en: 'on both sides, in {moves} moves', ja: '新旧両側で照合（移行 {moves} 件）' }, noRows: { en: 'No proof yet', ja: 'まだ証跡がありません' },
  back: { en: 'Turned back', ja: '切り戻し' }, ofMoved: { en: 'of {n}', ja: '/ {n} 件' }, again: { en: '{again} of them moved again since', ja: 'うち {again} 件は再移行済み' }, noBack: { en: 'None', ja: 'なし' },
}

/** The six figures on top. Each says what it is out of. */
export const Figures = ({ of: { totals, freeze, proofs, board, blackoutsNext30 } }: { readonly of: Overviewed }): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  const count = (state: MoveState): number => board.filter(cell => cell.state === state).reduce((sum, cell) => sum + cell.count, 0)
  const lead = totals.moved - totals.due
  const [least, most] = freeze?.limits ?? [0, 0]
  const limit = least === most ? lengthOf(most, locale) : `${lengthOf(least, locale)}–${lengthOf(most, locale)}`
  const needing = count('blocked') + count('at-risk')
  const number = (n: number): string => numberOf(n, locale)
  return (
    <dl className={css['strip']}>
      <Figure name={say(words.moved)} value={number(totals.moved)} unit={say(words.of, { all: number(totals.all) })} note={lead > 0 ? say(words.ahead, { n: number(lead) }) : lead < 0 ? say(words.behind, { n: number(-lead) }) : say(words.even)} />
      <Figure name={say(words.next)} value={number(totals.next30)} unit={say(totals.next30 === 1 ? words.move : words.moves)} note={say(totals.next30Days === 1 ? words.night : words.nights, { days: totals.next30Days, blackouts: blackoutsNext30 })} />
      <Figure name={say(words.needs)} value={number(needing)} unit={say(needing === 1 ? words.move : words.moves)} note={say(words.states, { blocked: number(count('blocked')), risk: number(count('at-risk')), waiting: number(count('waiting')) })} />
      {freeze === null ? <Figure name={say(words.freeze)} value="–" note={say(words.noFreeze)} /> : <Figure name={say(words.freeze)} value={lengthOf(freeze.medianMs, locale)} unit={say(words.median)} note={say(words.p95, { p95: lengthOf(freeze.p95Ms, locale), limit })} />}
      {proofs.moves === 0 ? <Figure name={say(words.rows)} value="–" note={say(words.noRows)} /> : <Figure name={say(words.rows)} value={big(proofs.rows, locale)} note={say(words.rowsOf, { moves: number(proofs.moves) })} />}
      <Figure name={say(words.back)} value={number(totals.back)} unit={say(words.ofMoved, { n: number(totals.moved + totals.back) })} note={totals.back === 0 ? say(words.noBack) : say(words.again, { again: number(totals.again) })} />
    </dl>
  )
}

const big = (n: number, locale: string): string => new Intl.NumberFormat(locale === 'ja' ? 'ja-JP' : 'en-GB', n < 1_000_000 ? {} : { notation: 'compact', compactDisplay: 'long', maximumSignificantDigits: 3 }).format(n)

const Figure = ({ name, value, unit, note }: { readonly name: string; readonly value: string; readonly unit?: string; readonly note: string }): ReactNode =>
  <div className={css['figure']}><dt>{name}</dt><dd><strong>{value}</strong>{unit === undefined ? null : <span className="soft">{unit}</span>}</dd><dd className={css['note']}>{note}</dd></div>

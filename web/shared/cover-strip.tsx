import type { ReactNode } from 'react'
import type { Text } from '#domain/locale.ts'
import type { Told } from './ask.ts'
import { dayOf } from './amounts.ts'
import { useLanguage, useSay } from './language.tsx'
import css from './cover-strip.module.css'

type Bar = Extract<Told<'contracts.read'>['cover'], { calendar: unknown }>['calendar'][number]
const words: Readonly<Record<Bar['what'], Text>> = { subscription: { en: 'Subscription', ja: 'サブスクリプション' }, licence: { en: 'Licence', ja: 'ライセンス' }, overlap: { en: 'Both', ja: '両方' }, hole: { en: 'Neither', ja: '空白' } }
const span: Text = { en: '{first} to {last}', ja: '{first}～{last}' }
const open: Text = { en: 'from {first}', ja: '{first}～' }
const order: readonly Bar['what'][] = ['subscription', 'overlap', 'hole', 'licence']

const dayMs = 86_400_000
const at = (day: string): number => Date.parse(`${day}T00:00:00Z`) / dayMs

/**
 * Each contract on its line, and between them where both run, or neither. What matters lies about the days where the one gives way to the other, so a
 * contract that began long before is cut off at the edge, and one without end goes on over it.
 */
export const CoverStrip = ({ bars }: { readonly bars: readonly Bar[] }): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  const [first, last] = shownOf(bars)
  const place = (from: number, to: number): { readonly left: string; readonly width: string } => ({ left: `${((from - first) / (last - first) * 100).toFixed(2)}%`, width: `${((to - from) / (last - first) * 100).toFixed(2)}%` })
  return (
    <dl className={css['strip']}>
      {order.flatMap(what => bars.filter(bar => bar.what === what)).map(bar => {
        const [begin, end] = [Math.max(first, at(bar.first)), bar.last === null ? last : Math.min(last, at(bar.last) + 1)]
        return (
          <div key={`${bar.what} ${bar.first}`}>
            <dt>{say(words[bar.what])}</dt>
            <dd><span className={css['track']} aria-hidden><i data-what={bar.what} data-before={at(bar.first) < first} data-on={bar.last === null || at(bar.last) + 1 > last} style={place(begin, end)} /></span><span className={`${css['small']} soft figures`}>{say(bar.last === null ? open : span, { first: dayOf(bar.first, locale), last: bar.last === null ? '' : dayOf(bar.last, locale) })}</span></dd>
          </div>
        )
      })}
    </dl>
  )
}

/** About the days on which something begins or ends, with a margin; the far beginning and end of long contracts do not count. */
const shownOf = (bars: readonly Bar[]): readonly [first: number, last: number] => {
  const [subscription, licence] = [bars.find(bar => bar.what === 'subscription'), bars.find(bar => bar.what === 'licence')]
  const edges = [subscription?.last, licence?.first].filter(day => day !== undefined && day !== null).map(at)
  const [from, to] = [Math.min(...edges), Math.max(...edges)]
  const margin = Math.max(21, (to - from) * 0.5)
  return [from - margin, to + margin]
}

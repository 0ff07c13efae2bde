import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { type ReactNode, useEffect, useRef } from 'react'
import css from './room.module.css'

/** `at`: seconds since 1970. */
export type Points = { readonly at: readonly number[]; readonly values: readonly (number | null)[] }
const redrawEveryMs = 1_000
const height = 132

/** One line over time, in `zone`. It is drawn anew at most once a second, however fast points come. `says`: what it shows, for whoever cannot see it. */
export const Chart = ({ points, zone, says, unit }: { readonly points: Points; readonly zone: string; readonly says: string; unit(value: number): string }): ReactNode => {
  const place = useRef<HTMLDivElement>(null)
  const newest = useRef(points)
  useEffect(() => { newest.current = points }, [points])
  useEffect(() => {
    const box = place.current
    if (box === null) return undefined
    let drawn: Points | undefined
    let plot = plotIn(box, newest.current, zone, unit)
    const draw = (): void => {
      if (drawn === newest.current) return
      drawn = newest.current
      plot.setData(dataOf(drawn))
    }
    const timer = setInterval(draw, redrawEveryMs)
    const size = new ResizeObserver(() => { if (box.clientWidth > 0) plot.setSize({ width: box.clientWidth, height }) })
    size.observe(box)
    // Its colours are painted, not styled: with another theme it is made anew.
    const theme = new MutationObserver(() => { plot.destroy(); plot = plotIn(box, newest.current, zone, unit) })
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
    return () => { clearInterval(timer); size.disconnect(); theme.disconnect(); plot.destroy() }
  }, [zone, unit])
  return <div ref={place} className={css['chart']} role="img" aria-label={says} />
}

const dataOf = ({ at, values }: Points): uPlot.AlignedData => [[...at], [...values]]

const plotIn = (box: HTMLElement, points: Points, zone: string, unit: (value: number) => string): uPlot => {
  const colour = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim()
  const axis = { stroke: colour('--t3'), font: '11px Inter Variable, sans-serif', grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } }
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })
  return new uPlot({
    width: Math.max(200, box.clientWidth), height, legend: { show: false }, cursor: { y: false, points: { size: 5 } }, scales: { y: { range: (_, __, most) => [0, most > 0 ? most * 1.15 : 100] } },
    axes: [{ ...axis, grid: { show: false }, size: 24, space: 90, values: (_, all) => all.map(second => clock.format(new Date(second * 1_000))) }, { ...axis, size: 68, space: 36, values: (_, all) => all.map(unit) }],
    series: [{}, { stroke: colour('--t2'), width: 1.5, fill: colour('--idle-bg'), points: { show: points.values.filter(value => value !== null).length < 3, size: 5 }, spanGaps: true }],
  }, dataOf(points), box)
}

import { DndContext, DragOverlay, PointerSensor, pointerWithin, useDraggable, useDroppable, useSensor, useSensors } from '@dnd-kit/core'
import { useVirtualizer } from '@tanstack/react-virtual'
import { Hand } from 'lucide-react'
import { type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { dayOf } from '../../../shared/amounts.ts'
import { useKeys } from '../../../shared/keys.tsx'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { GridHead } from './grid-head.tsx'
import type { Blackout, Holidays, Home, MoveLine, Wish } from './told.ts'
import { type Holiday, holidaysBetween, isIn, shortDay, shutBy, type Week } from './weeks.ts'
import css from './grid.module.css'

const words = {
  title: { en: 'Customers and dates', ja: '顧客と日程' }, undated: { en: 'no T-0', ja: 'T-0 未定' }, row: { en: 'next or previous move', ja: '次・前の移行' }, day: { en: 'to another date', ja: '別の日へ' }, put: { en: 'put it there', ja: '配置する' }, drop: { en: 'let it be', ja: '取り消す' },
  to: { en: 'would go to {day}', ja: '{day} へ変更案' }, wish: { en: 'you would put it on {day}', ja: '{day} に配置します' }, byHand: { en: 'put by hand', ja: '手動で配置' }, next: { en: 'Next move', ja: '次の移行' }, before: { en: 'Previous move', ja: '前の移行' }, later: { en: 'A week later', ja: '1 週間後へ' }, earlier: { en: 'A week earlier', ja: '1 週間前へ' },
}

type Shape = {
  readonly lines: readonly MoveLine[]; readonly weeks: readonly Week[]; readonly homes: readonly Home[]; readonly blackouts: readonly Blackout[]; readonly holidays: Holidays; readonly zone: string; readonly today: string
  /** Put by hand, by their ids. */
  readonly byHand: ReadonlySet<string>
  /** Where a proposal would put them, by their ids. */
  readonly proposed: ReadonlyMap<string, string>
  /** Undefined: who looks may not place. */
  readonly place: ((wish: Wish) => void) | undefined
  show(day: string): void
}

const rowHeight = 38

/** A move goes to another date by drag, or by the arrow keys and Enter; nothing is changed before whoever did it has confirmed, and control has said yes. */
export const Grid = ({ lines, weeks, homes, blackouts, holidays, zone, today, byHand, proposed, place, show }: Shape): ReactNode => {
  const [say, { locale }, grid] = [useSay(), useLanguage(), useId()]
  const box = useRef<HTMLDivElement>(null)
  const [at, setAt] = useState(0)
  const [wish, setWish] = useState<Wish>()
  const [dragged, setDragged] = useState<MoveLine>()
  const sensors = useSensors(useSensor(PointerSensor, { activationConstraint: { distance: 5 } }))
  const virtual = useVirtualizer({ count: lines.length, getScrollElement: () => box.current, estimateSize: () => rowHeight, overscan: 8, scrollMargin: 0 })
  const here = lines[Math.min(at, lines.length - 1)]
  const step = (by: number): void => { const next = Math.max(0, Math.min(lines.length - 1, at + by)); setAt(next); setWish(undefined); virtual.scrollToIndex(next) }
  const shift = (by: number): void => {
    if (here === undefined || place === undefined) return
    const from = wish?.day ?? here.move.t0
    const now = weeks.findIndex(week => isIn(from, week))
    const week = now === -1 ? weeks[0] : weeks[now + by]
    // Beyond the edge the weeks go on.
    const day = week?.saturday ?? new Date(Date.parse(`${weeks[by < 0 ? 0 : weeks.length - 1]?.saturday ?? today}T00:00:00Z`) + by * 7 * 86_400_000).toISOString().slice(0, 10)
    if (day < today) return
    if (week === undefined) show(day)
    setWish({ line: here, day })
  }
  const put = (): void => { if (wish !== undefined) { place?.(wish); setWish(undefined) } }
  const move = place === undefined ? [] : [{ keys: 'ArrowRight', says: words.later, does: () => { shift(1) } }, { keys: 'ArrowLeft', says: words.earlier, does: () => { shift(-1) } }, { keys: 'Enter', says: words.put, does: put }, { keys: 'Escape', says: words.drop, does: () => { setWish(undefined) } }]
  const keys = [{ keys: 'j', says: words.next, does: () => { step(1) } }, { keys: 'k', says: words.before, does: () => { step(-1) } }, { keys: 'ArrowDown', says: words.next, does: () => { step(1) } }, { keys: 'ArrowUp', says: words.before, does: () => { step(-1) } }, ...move]
  // Arrows and Enter belong to whatever has the focus; J and K choose from anywhere on the page.
  useKeys(keys.filter(one => one.keys === 'j' || one.keys === 'k'))
  useEffect(() => { virtual.measure() }, [lines.length])
  const press = (event: React.KeyboardEvent): void => {
    const key = keys.find(one => one.keys === (event.key.length === 1 ? event.key.toLowerCase() : event.key))
    if (key === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    event.stopPropagation()
    key.does()
  }
  const rowId = (line: MoveLine): string => `${grid}${line.move.id}`
  const frame = { '--weeks': weeks.length } as React.CSSProperties
  return (
    <DndContext sensors={sensors} collisionDetection={pointerWithin} onDragStart={({ active }) => { setDragged(lines.find(({ move }) => move.id === active.id)); setWish(undefined) }} onDragCancel={() => { setDragged(undefined) }} onDragEnd={({ active, over }) => {
      setDragged(undefined)
      const line = lines.find(({ move }) => move.id === active.id)
      // Each cell's name ends with its day: a move may be let go in any row of a date.
      const day = over === null ? undefined : String(over.id).slice(-10)
      if (line !== undefined && day !== undefined && day >= today && !weeks.some(week => week.saturday === day && isIn(line.move.t0, week))) place?.({ line, day })
    }}>
      <div className={css['frame']}>
        <div ref={box} className={css['box']} style={frame} role="grid" tabIndex={0} aria-label={say(words.title)} aria-rowcount={lines.length + homes.length + 2} aria-colcount={weeks.length + 1} aria-activedescendant={here === undefined ? undefined : rowId(here)} onKeyDown={press}>
          <div className={css['inner']} role="presentation">
            <GridHead weeks={weeks} homes={homes} blackouts={blackouts} holidays={holidays} lines={lines} zone={zone} today={today} />
            <div role="rowgroup" className={css['rows']} style={{ height: virtual.getTotalSize() }}>
              {virtual.getVirtualItems().map(({ index, start, key }) => {
                const line = lines[index]
                if (line === undefined) return null
                const wished = wish?.line.move.id === line.move.id ? wish.day : undefined
                return (
                  <div key={key} id={rowId(line)} role="row" aria-rowindex={index + homes.length + 3} aria-selected={index === at} className={`${css['line']} ${css['row']}`} data-at={index === at} style={{ transform: `translateY(${start}px)` }} onClick={() => { setAt(index) }}>
                    <div role="rowheader" title={`${line.customer.name} · ${line.tenant.name}`}>{line.customer.name}{line.move.t0 === null ? <span className={css['undated']}>{say(words.undated)}</span> : null}</div>
                    {weeks.map(week => (
                      <Cell key={week.monday} id={`${line.move.id} ${week.saturday}`} isShut={shutBy(blackouts, week, zone, line.destination.id) !== undefined} off={holidaysBetween(holidays, week.saturday, week.sunday, line.customer.country)}>
                        {isIn(line.move.t0, week) ? <Chip line={line} says={chipText(line, week, locale)} isByHand={byHand.has(line.move.id)} mayDrag={place !== undefined} /> : null}
                        {proposed.get(line.move.id) !== undefined && isIn(proposed.get(line.move.id) ?? null, week) && !isIn(line.move.t0, week) ? <span className={css['ghost']} data-what="to"><span aria-hidden>→ {shortDay(proposed.get(line.move.id) ?? '', locale)}</span><span className="unseen">{say(words.to, { day: dayOf(proposed.get(line.move.id) ?? '', locale) })}</span></span> : null}
                        {wished !== undefined && isIn(wished, week) ? <span className={css['ghost']} data-what="wish"><span aria-hidden>{shortDay(wished, locale)} ↵</span><span className="unseen">{say(words.wish, { day: dayOf(wished, locale) })}</span></span> : null}
                      </Cell>
                    ))}
                  </div>
                )
              })}
            </div>
          </div>
        </div>
        <p className="unseen" role="status">{wish === undefined ? '' : `${wish.line.customer.name}: ${say(words.wish, { day: dayOf(wish.day, locale) })}`}</p>
        {place === undefined ? null : <p className={css['keys']}><span><kbd>J</kbd><kbd>K</kbd> {say(words.row)}</span><span><kbd>←</kbd><kbd>→</kbd> {say(words.day)}</span><span><kbd>Enter</kbd> {say(words.put)}</span><span><kbd>Esc</kbd> {say(words.drop)}</span><span><Hand size={12} aria-hidden /> {say(words.byHand)}</span></p>}
      </div>
      <DragOverlay dropAnimation={null}>{dragged === undefined ? null : <span className={css['chip']}>{dragged.customer.name}</span>}</DragOverlay>
    </DndContext>
  )
}

const chipText = ({ move, wave }: MoveLine, week: Week, locale: 'en' | 'ja'): string => (move.t0 !== week.saturday ? dayOf(move.t0 ?? '', locale, { year: false }) : wave === null || wave.name.startsWith(move.t0) ? shortDay(move.t0, locale) : wave.name)

/** `off`: public holidays where the customer is, on the days of the date. */
const Cell = ({ id, isShut, off, children }: { readonly id: string; readonly isShut: boolean; readonly off: readonly Holiday[]; readonly children: ReactNode }): ReactNode => {
  const say = useSay()
  const names = [...new Set(off.map(({ name }) => say(name)))].join(', ')
  const { setNodeRef, isOver } = useDroppable({ id })
  return <div ref={setNodeRef} role="gridcell" className={`${css['cell']} ${isShut ? css['shut'] : ''}`} data-over={isOver} title={names === '' ? undefined : names}>{children}{names === '' ? null : <span className={css['off']}>{names}</span>}</div>
}

const Chip = ({ line, says, isByHand, mayDrag }: { readonly line: MoveLine; readonly says: string; readonly isByHand: boolean; readonly mayDrag: boolean }): ReactNode => {
  const say = useSay()
  const isFixed = !mayDrag || line.move.stage !== 'planned'
  const { setNodeRef, listeners, isDragging } = useDraggable({ id: line.move.id, disabled: isFixed })
  return <span ref={setNodeRef} {...listeners} className={css['chip']} data-fixed={isFixed} data-dragged={isDragging} title={says}>{isByHand ? <><Hand size={12} aria-hidden /><span className="unseen">{say(words.byHand)}</span></> : null}{says}</span>
}

import type { ReactNode } from 'react'
import type { Text } from '#domain/locale.ts'
import type { Kind } from '#domain/office-hours.ts'
import { dayOf, instantIn, lengthOf } from './amounts.ts'
import { useLanguage, useSay } from './language.tsx'
import { type NightRow, rowsOf, withinRow } from './night-rows.ts'
import css from './night-bar.module.css'

/** What a minute costs more for, or that it does not. */
export const kindWords: Readonly<Record<Kind, Text>> = {
  standard: { en: 'Business hours', ja: '営業時間内' }, 'after-hours': { en: 'After hours', ja: '営業時間外' }, weekend: { en: 'Weekend', ja: '週末' }, holiday: { en: 'Holiday', ja: '祝日' },
}
const words = {
  what: { en: '{from} to {to}: {parts}', ja: '{from}～{to}（{parts}）' }, part: { en: '{kind} {length}', ja: '{kind} {length}' }, holiday: { en: 'Holiday: {name}', ja: '祝日：{name}' }, rate: { en: '× {factor}', ja: '× {factor}' },
  zone: { en: 'Times of {zone}', ja: '{zone} の時刻' },
}

/** A piece of the time, of one kind. `percent`: of the hourly rate. */
export type NightPiece = { readonly from: string; readonly to: string; readonly kind: Kind; readonly holiday: Text | null; readonly percent: number; readonly minutes: number }

/** Why a piece costs what it does, with the holiday's name. */
export const useKindName = (): ((piece: Pick<NightPiece, 'kind' | 'holiday'>) => string) => {
  const say = useSay()
  return ({ kind, holiday }) => (kind === 'holiday' && holiday !== null ? say(words.holiday, { name: say(holiday) }) : say(kindWords[kind]))
}

/** The time of some work on 24 hours of the zone that its rate goes by: which of it falls into business hours, and which costs more, and why. */
export const NightBar = ({ zone, pieces }: { readonly zone: string; readonly pieces: readonly NightPiece[] }): ReactNode => {
  const [say, { locale }, nameOf] = [useSay(), useLanguage(), useKindName()]
  const [from, to] = [Math.min(...pieces.map(one => Date.parse(one.from))), Math.max(...pieces.map(one => Date.parse(one.to)))]
  if (pieces.length === 0) return null
  const kinds = summed(pieces, nameOf)
  const label = say(words.what, { from: instantIn(from, zone, locale), to: instantIn(to, zone, locale), parts: kinds.map(({ name, minutes }) => say(words.part, { kind: name, length: lengthOf(minutes * 60_000, locale) })).join(', ') })
  return (
    <figure className={css['night']}>
      <div role="img" aria-label={label}>{rowsOf(from, to, zone).map(row => <Row key={row.start} row={row} pieces={pieces} />)}</div>
      <figcaption className={css['legend']}>
        {kinds.map(({ name, kind, percent, minutes }) => <span key={`${name} ${percent}`}><i className={css['swatch']} data-kind={kind} aria-hidden />{name}{percent === 100 ? null : <strong>{say(words.rate, { factor: percent / 100 })}</strong>}<span className="quiet figures">{lengthOf(minutes * 60_000, locale)}</span></span>)}
        <span className="quiet">{say(words.zone, { zone })}</span>
      </figcaption>
    </figure>
  )
}

const Row = ({ row, pieces }: { readonly row: NightRow; readonly pieces: readonly NightPiece[] }): ReactNode => {
  const { locale } = useLanguage()
  return (
    <div className={css['row']}>
      <div className={css['days']}>{row.days.map(({ at, day }, n) => <span key={day} style={{ left: share(at), width: share((row.days[n + 1]?.at ?? 1) - at) }}>{dayOf(day, locale, { year: false })}</span>)}</div>
      <div className={css['track']}>
        {row.hours.map(({ at, hour }) => <i key={at} className={css['tick']} data-midnight={hour === 0} style={{ left: share(at) }} />)}
        {pieces.map(piece => {
          const place = withinRow(row, Date.parse(piece.from), Date.parse(piece.to))
          return place === undefined ? null : <i key={piece.from} className={css['piece']} data-kind={piece.kind} style={{ left: share(place.at), width: share(place.length) }} />
        })}
      </div>
      <div className={css['hours']}>{row.hours.filter(({ hour }) => hour % 6 === 0).map(({ at, hour }) => <span key={at} data-end={at === 0 ? 'first' : at === 1 ? 'last' : undefined} style={{ left: share(at) }}>{hour}:00</span>)}</div>
    </div>
  )
}

const share = (part: number): string => `${(part * 100).toFixed(3)}%`

type Summed = { readonly name: string; readonly kind: Kind; readonly percent: number; readonly minutes: number }
const summed = (pieces: readonly NightPiece[], nameOf: (piece: NightPiece) => string): readonly Summed[] => {
  const found = new Map<string, Summed>()
  for (const piece of pieces) {
    const [name, before] = [nameOf(piece), found.get(`${nameOf(piece)} ${piece.percent}`)]
    found.set(`${name} ${piece.percent}`, { name, kind: piece.kind, percent: piece.percent, minutes: (before?.minutes ?? 0) + piece.minutes })
  }
  return [...found.values()]
}

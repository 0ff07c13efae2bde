import type { ReactNode } from 'react'
import type { Told } from '../../../shared/ask.ts'
import { useAsk } from '../../../shared/asking.ts'
import { numberOf } from '../../../shared/amounts.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Shown } from '../../../shared/shown.tsx'
import { StateMark } from '../../../shared/state-mark.tsx'
import { Day } from '../../../shared/when.tsx'
import { useHere } from '../../here.ts'
import { Part } from '../../page.tsx'
import css from './sightings.module.css'

const words = {
  title: { en: 'Old address', ja: '旧アドレス' }, lead: { en: 'Counted on the way, by day and by program. A line goes by itself when nobody comes for a week.', ja: '日別・プログラム別に集計しています。1週間アクセスがなければ自動的に消えます。' }, what: { en: 'who still comes by the old address', ja: '旧アドレスへのアクセス' },
  none: { en: 'Nobody came by the old address within the last week.', ja: '過去1週間、旧アドレスへのアクセスはありません。' }, change: { en: 'Have {program} use the new address', ja: '{program} の接続先を新しいアドレスに変更してください' }, from: { en: '{old} → {to}', ja: '{old} → {to}' }, path: { en: 'It asked for', ja: 'アクセス先' },
  count: { en: '{count} times within a week, last on', ja: '過去1週間で {count} 回、最終' }, more: { en: 'More came than are listed here.', ja: 'このほかにもアクセスがあります。' },
}
type Visit = Told<'visits.list'>['items'][number]
const weekMs = 7 * 86_400_000

/** Who came by the old address within a week: as often, to what, by what program. */
export const Visits = (): ReactNode => {
  const [say, { locale }, { move, page }] = [useSay(), useLanguage(), useHere()]
  const visits = useAsk('visits.list', { move, limit: 200 })
  return (
    <Part title={say(words.title)} lead={page.oldAddress === null || page.newAddress === null ? say(words.lead) : <><span className={css['address']}>{say(words.from, { old: page.oldAddress, to: page.newAddress })}</span>{say(words.lead)}</>} flush>
      <Shown of={visits} what={words.what} lines={4}>
        {({ items, next }) => {
          const found = byProgram(items)
          return found.length === 0 ? <p className={css['done']}><StateMark state="done" says={null} />{say(words.none)}</p> : (
            <>
              <ul className={css['list']}>
                {found.map(one => (
                  <li key={`${one.program} ${one.path}`}>
                    <StateMark state="at-risk" />
                    <div className={css['text']}><p><strong>{say(words.change, one)}</strong></p><p className="small">{say(words.path)} <code>{one.path}</code></p><p className="soft small">{say(words.count, { count: numberOf(one.count, locale) })} <Day of={one.day} year={false} /></p></div>
                  </li>
                ))}
              </ul>
              {next === null ? null : <p className={`${css['done']} quiet small`}>{say(words.more)}</p>}
            </>
          )
        }}
      </Shown>
    </Part>
  )
}

/** The last week's, each program and part of the address once, the most frequent first. */
const byProgram = (items: readonly Visit[]): readonly Pick<Visit, 'program' | 'path' | 'count' | 'day'>[] => {
  const since = Date.now() - weekMs
  const recent = items.filter(one => Date.parse(`${one.day}T23:59:59Z`) >= since)
  const found = new Map<string, Pick<Visit, 'program' | 'path' | 'count' | 'day'>>()
  for (const { program, path, count, day } of recent) {
    const before = found.get(`${program} ${path}`)
    found.set(`${program} ${path}`, { program, path, count: count + (before?.count ?? 0), day: before === undefined || day > before.day ? day : before.day })
  }
  return [...found.values()].toSorted((a, b) => b.count - a.count)
}

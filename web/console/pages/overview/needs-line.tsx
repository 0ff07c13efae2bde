import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { daysBetween } from '#domain/days.ts'
import { instantIn } from '../../../shared/amounts.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { StateMark, stateWords } from '../../../shared/state-mark.tsx'
import { Ago } from '../../../shared/when.tsx'
import { useAround } from '../../self.ts'
import { type Item, keyOf, kinds } from './attention-item.ts'
import css from './needs.module.css'

const words = {
  nobody: { en: 'Nobody yet', ja: '未割り当て' }, others: { en: 'and {n} more', ja: '他 {n} 名' }, besides: { en: 'and {n} more of this move', ja: 'この移行に他 {n} 件' }, whole: { en: 'Vendor-wide', ja: '全体' },
  sees: { en: 'sees to it with {owner}', ja: '{owner} と調整中' }, by: { en: 'Given by {by}, {at}', ja: '割り当て: {by}、{at}' },
}

type Shape = { readonly item: Item; readonly today: string; /** What else is wrong with the same move. */ readonly others: number; readonly isHere: boolean; readonly isBusy: boolean; readonly label: string; readonly mayAct: boolean; readonly to: string | null; act(): void; choose(): void; go(): void }

/** What is wrong, by when, who has it, and the one button that helps. */
export const Line = ({ item, today, others, isHere, isBusy, label, mayAct, to, act, choose, go }: Shape): ReactNode => {
  const [say, { locale }, { zone }] = [useSay(), useLanguage(), useAround()]
  const { state, says } = kinds[item.kind]
  const title = say(item.title)
  const name = item.customer?.name ?? say(words.whole)
  const isPast = new Date(item.breaksAt).getTime() < Date.now()
  return (
    <tr data-key={keyOf(item)} data-here={isHere} aria-current={isHere ? 'true' : undefined} onClick={choose}>
      <td><div className={css['who']}><StateMark state={state} says={say(stateWords[state])} /><div>{to === null ? <strong>{name}</strong> : <a href={`/console${to}`} onClick={event => { if (!event.ctrlKey && !event.metaKey) { event.preventDefault(); go() } }}>{name}</a>}{item.t0 === null ? null : <div className="quiet figures">{tMinus(item.t0, today)}</div>}</div></div></td>
      <td>{says === null ? title : say(says, { title })}{others > 0 ? <div className="quiet">{say(words.besides, { n: others })}</div> : null}</td>
      <td className={css['by']} title={instantIn(item.breaksAt, zone, locale)} data-past={isPast}><Ago at={item.breaksAt} /></td>
      <td>{item.given === null ? <Has names={item.has} /> : <Given given={item.given} names={item.has} />}</td>
      <td>{mayAct ? <Button size="compact-sm" variant="default" loading={isBusy} aria-label={`${label}: ${name}, ${title}`} onClick={event => { event.stopPropagation(); act() }}>{label}</Button> : null}</td>
    </tr>
  )
}

/** Who has it: the first of them, and how many besides. A customer's desk is named before its company. */
const Has = ({ names }: { readonly names: readonly string[] }): ReactNode => {
  const say = useSay()
  const [name] = names
  if (name === undefined) return <span className="quiet">{say(words.nobody)}</span>
  const [person = '', company] = name.split(/, (.*)/)
  const below = [company, names.length > 1 ? say(words.others, { n: names.length - 1 }) : undefined].filter(Boolean).join(' ')
  return <Face of={company ?? person} title={names.join('\n')}><div>{person}</div>{below === '' ? null : <div className="quiet">{below}</div>}</Face>
}

/** To whom it was given, and with whom they see to it. */
const Given = ({ given, names }: { readonly given: NonNullable<Item['given']>; readonly names: readonly string[] }): ReactNode => {
  const [say, { locale }, { zone }] = [useSay(), useLanguage(), useAround()]
  const owner = names.find(name => name !== given.name)
  return <Face of={given.name} title={say(words.by, { by: given.by, at: instantIn(given.at, zone, locale) })}><div>{given.name}</div>{owner === undefined ? null : <div className="quiet">{say(words.sees, { owner })}</div>}</Face>
}

const Face = ({ of, title, children }: { readonly of: string; readonly title: string; readonly children: ReactNode }): ReactNode => <div className={css['has']} title={title}><span className={css['face']} aria-hidden>{initials(of)}</span><div>{children}</div></div>

const initials = (name: string): string => (/^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(name) ? name.slice(0, 1) : name.split(/\s+/).map(word => word[0] ?? '').slice(0, 2).join('').toUpperCase())

/** T-13, T-0, T+5. */
export const tMinus = (t0: string, today: string): string => {
  const days = daysBetween(t0, today)
  return `T${days > 0 ? `+${days}` : `-${Math.abs(days)}`}`
}

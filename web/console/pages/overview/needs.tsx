import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { type ReactNode, useRef, useState } from 'react'
import { attentionKinds, type AttentionKind } from '#domain/attention.ts'
import { daysBetween } from '#domain/days.ts'
import type { Text } from '#domain/locale.ts'
import { useWish } from '../../../shared/asking.ts'
import { instantIn } from '../../../shared/amounts.ts'
import { useKeys } from '../../../shared/keys.tsx'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { Failed, Nothing } from '../../../shared/shown.tsx'
import { type State, StateMark, stateWords } from '../../../shared/state-mark.tsx'
import { Ago } from '../../../shared/when.tsx'
import { useMay } from '../../may.ts'
import { useAround } from '../../self.ts'
import type { Overviewed } from './told.ts'
import css from './needs.module.css'

type Attention = NonNullable<Overviewed['attention']>
type Item = Attention['items'][number]

const words = {
  title: { en: 'Needs attention', ja: '要対応' }, lead: { en: 'Sorted by what breaks first', ja: '期限の早い順' }, none: { en: 'Nothing needs attention.', ja: '対応が必要な項目はありません。' }, noneMine: { en: 'Nothing of this is with you.', ja: 'あなたが担当する項目はありません。' },
  move: { en: 'Move', ja: '移行' }, wrong: { en: 'What is wrong', ja: '内容' }, by: { en: 'By when', ja: '期限' }, has: { en: 'Who has it now', ja: '現在の担当' }, helps: { en: 'What helps', ja: '対応' },
  nobody: { en: 'Nobody yet', ja: '未割り当て' }, others: { en: 'and {n} more', ja: '他 {n} 名' }, mine: { en: 'Mine', ja: '自分の担当' }, more: { en: 'Show {n} more', ja: '残り {n} 件を表示' }, fewer: { en: 'Show fewer', ja: '一部のみ表示' },
  beyond: { en: '{n} more of these are not shown.', ja: '他に {n} 件あります（未表示）。' }, keysMove: { en: 'move', ja: '移動' }, keysOpen: { en: 'open', ja: '開く' }, keysRemind: { en: 'remind', ja: '催促' },
  down: { en: 'Next of what needs attention', ja: '次の要対応項目' }, up: { en: 'The one before', ja: '前の要対応項目' }, open: { en: 'Open it', ja: '開く' }, remind: { en: 'Remind who has it', ja: '担当者に催促する' }, onlyMine: { en: 'Only what is with you', ja: '自分の担当のみ表示' },
  besides: { en: 'and {n} more of this move', ja: 'この移行に他 {n} 件' },
  reminded: { en: 'Written to {people}.', ja: '{people}に連絡しました。' }, again: { en: 'The job runs again.', ja: 'ジョブを再実行します。' }, whole: { en: 'Vendor-wide', ja: '全体' },
}

/** What each kind is called, how bad it is, and what its button says. */
const kinds: Readonly<Record<AttentionKind, { readonly state: State; readonly says: Text | null; readonly act: Text }>> = {
  'late-task': { state: 'at-risk', says: { en: 'Late: {title}', ja: '期限超過: {title}' }, act: { en: 'Open', ja: '開く' } },
  'gate-due': { state: 'at-risk', says: { en: 'To be decided: {title}', ja: '判断待ち: {title}' }, act: { en: 'Decide', ja: '判断する' } },
  'window-unconfirmed': { state: 'waiting', says: null, act: { en: 'Open window', ja: '作業日時を開く' } },
  'letter-returned': { state: 'blocked', says: null, act: { en: 'Open letters', ja: 'メールを開く' } },
  'address-unverified': { state: 'waiting', says: null, act: { en: 'Open contacts', ja: '連絡先を開く' } },
  'order-failed': { state: 'blocked', says: null, act: { en: 'Open move', ja: '移行を開く' } },
  'job-failed': { state: 'blocked', says: null, act: { en: 'Run again', ja: '再実行' } },
  'in-doubt': { state: 'blocked', says: null, act: { en: 'Find out', ja: '確認する' } },
  'quote-expires': { state: 'waiting', says: null, act: { en: 'Open quote', ja: '見積書を開く' } },
}
const remind: Text = { en: 'Remind', ja: '催促する' }
const first = 8

const placeOf = ({ kind, move, about }: Item): string | null => {
  if (kind === 'quote-expires') return `/quotes/${about}`
  if (move === null) return null
  if (kind === 'in-doubt' || kind === 'order-failed') return `/moves/${move}/room`
  return `/moves/${move}`
}

/** What breaks first, with the one button that helps. J and K go through it, Enter opens, R reminds. */
export const Needs = ({ attention, today }: { readonly attention: Attention; readonly today: string }): ReactNode => {
  const [say, { self }, go, may] = [useSay(), useAround(), useNavigate(), useMay()]
  const [at, setAt] = useState<string | null>(null)
  const [isMine, setMine] = useState(false)
  const [isAll, setAll] = useState(false)
  const [told, setTold] = useState<string | null>(null)
  const [task, job] = [useWish('tasks.remind'), useWish('jobs.repeat')]
  const body = useRef<HTMLTableSectionElement>(null)
  const every = isMine ? attention.items.filter(item => item.has.includes(self.name)) : attention.items
  const all = byMove(every)
  const shown = isAll ? all : all.slice(0, first)
  const beyond = attentionKinds.reduce((sum, kind) => sum + attention.more[kind], 0)
  const here = shown.findIndex(item => keyOf(item) === at)
  const isRemindable = (item: Item): boolean => item.kind === 'late-task' && may('message.send')
  const open = (item: Item): void => { const to = placeOf(item); if (to !== null) void go({ to: to as never }) }
  const act = (item: Item): void => {
    setTold(null)
    if (isRemindable(item)) task.mutate({ task: item.about as never }, { onSuccess: ({ people }) => { setTold(say(words.reminded, { people: people.join(', ') })) } })
    else if (item.kind === 'job-failed') job.mutate({ job: item.about }, { onSuccess: () => { setTold(say(words.again)) } })
    else open(item)
  }
  const step = (by: 1 | -1): void => {
    const next = shown[Math.max(0, Math.min(shown.length - 1, here < 0 ? 0 : here + by))]
    if (next === undefined) return
    setAt(keyOf(next))
    body.current?.children[shown.indexOf(next)]?.scrollIntoView({ block: 'nearest' })
  }
  const now = shown[here]
  useKeys([
    { keys: 'j', says: words.down, does: () => { step(1) } }, { keys: 'k', says: words.up, does: () => { step(-1) } },
    { keys: 'm', says: words.onlyMine, does: () => { setMine(!isMine) } },
    ...(now === undefined ? [] : [{ keys: 'Enter', says: words.open, does: () => { open(now) } }]),
    ...(now !== undefined && isRemindable(now) ? [{ keys: 'r', says: words.remind, does: () => { act(now) } }] : []),
  ])
  const failure = task.error ?? job.error
  return (
    <Panel title={say(words.title)} lead={say(words.lead)} flush acts={<Button size="compact-sm" variant={isMine ? 'filled' : 'default'} aria-pressed={isMine} onClick={() => { setMine(!isMine) }}>{say(words.mine)} <kbd className={css['key']}>M</kbd></Button>}>
      {failure === null ? null : <Failed error={failure} />}
      <p role="status" className={told === null ? 'unseen' : css['told']}>{told === null ? null : <><StateMark state="done" says={null} /> {told}</>}</p>
      {all.length === 0 ? <Nothing>{say(isMine ? words.noneMine : words.none)}</Nothing> : (
        <table className={css['table']}>
          <thead><tr><th>{say(words.move)}</th><th>{say(words.wrong)}</th><th>{say(words.by)}</th><th>{say(words.has)}</th><th><span className="unseen">{say(words.helps)}</span></th></tr></thead>
          <tbody ref={body}>
            {shown.map(item => <Line key={keyOf(item)} item={item} today={today} others={every.filter(other => other.move !== null && other.move === item.move).length - 1} isHere={item === now} isBusy={(task.isPending && task.variables.task === item.about) || (job.isPending && job.variables.job === item.about)} label={say(isRemindable(item) ? remind : kinds[item.kind].act)} act={() => { act(item) }} choose={() => { setAt(keyOf(item)) }} mayAct={item.kind !== 'job-failed' || may('job.repeat')} to={placeOf(item)} go={() => { open(item) }} />)}
          </tbody>
        </table>
      )}
      <footer className={css['foot']}>
        {all.length > first ? <button type="button" className={css['more']} onClick={() => { setAll(!isAll) }}>{isAll ? say(words.fewer) : say(words.more, { n: all.length - first })}</button> : null}
        {isAll && beyond > 0 ? <span className="quiet">{say(words.beyond, { n: beyond })}</span> : null}
        <span className={css['keys']}><kbd>J</kbd> <kbd>K</kbd> {say(words.keysMove)}, <kbd>Enter</kbd> {say(words.keysOpen)}{may('message.send') ? <>, <kbd>R</kbd> {say(words.keysRemind)}</> : null}</span>
      </footer>
    </Panel>
  )
}

/** Of each move what breaks first. */
const byMove = (items: readonly Item[]): readonly Item[] => items.filter((item, n) => item.move === null || items.findIndex(other => other.move === item.move) === n)

const keyOf = ({ kind, about }: Item): string => `${kind} ${about}`

type Shape = { readonly item: Item; readonly today: string; /** What else is wrong with the same move. */ readonly others: number; readonly isHere: boolean; readonly isBusy: boolean; readonly label: string; readonly mayAct: boolean; readonly to: string | null; act(): void; choose(): void; go(): void }

const Line = ({ item, today, others, isHere, isBusy, label, mayAct, to, act, choose, go }: Shape): ReactNode => {
  const [say, { locale }, { zone }] = [useSay(), useLanguage(), useAround()]
  const { state, says } = kinds[item.kind]
  const title = say(item.title)
  const name = item.customer?.name ?? say(words.whole)
  const isPast = new Date(item.breaksAt).getTime() < Date.now()
  return (
    <tr data-here={isHere} aria-current={isHere ? 'true' : undefined} onClick={choose}>
      <td><div className={css['who']}><StateMark state={state} says={say(stateWords[state])} /><div>{to === null ? <strong>{name}</strong> : <a href={`/console${to}`} onClick={event => { if (!event.ctrlKey && !event.metaKey) { event.preventDefault(); go() } }}>{name}</a>}{item.t0 === null ? null : <div className="quiet figures">{tMinus(item.t0, today)}</div>}</div></div></td>
      <td>{says === null ? title : say(says, { title })}{others > 0 ? <div className="quiet">{say(words.besides, { n: others })}</div> : null}</td>
      <td className={css['by']} title={instantIn(item.breaksAt, zone, locale)} data-past={isPast}><Ago at={item.breaksAt} /></td>
      <td><Has names={item.has} /></td>
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
  return <div className={css['has']} title={names.join('\n')}><span className={css['face']} aria-hidden>{initials(company ?? person)}</span><div><div>{person}</div>{below === '' ? null : <div className="quiet">{below}</div>}</div></div>
}

const initials = (name: string): string => (/^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(name) ? name.slice(0, 1) : name.split(/\s+/).map(word => word[0] ?? '').slice(0, 2).join('').toUpperCase())

/** T-13, T-0, T+5. */
export const tMinus = (t0: string, today: string): string => {
  const days = daysBetween(t0, today)
  return `T${days > 0 ? `+${days}` : `-${Math.abs(days)}`}`
}

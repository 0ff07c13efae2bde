import { Button } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type ReactNode, useRef, useState } from 'react'
import { attentionKinds } from '#domain/attention.ts'
import type { Text } from '#domain/locale.ts'
import { useWish } from '../../../shared/asking.ts'
import { type Key, useKeys } from '../../../shared/keys.tsx'
import { useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { Failed, Nothing } from '../../../shared/shown.tsx'
import { StateMark } from '../../../shared/state-mark.tsx'
import { useMay } from '../../may.ts'
import { useAround } from '../../self.ts'
import { askWho, AssignTo } from './assign.tsx'
import { type Attention, groupsOf, isWith, type Item, keyOf, kinds, placeOf } from './attention-item.ts'
import { Line } from './needs-line.tsx'
import css from './needs.module.css'

const words = {
  title: { en: 'Needs attention', ja: '要対応' }, lead: { en: 'Sorted by what breaks first', ja: '期限の早い順' }, none: { en: 'Nothing needs attention.', ja: '対応が必要な項目はありません。' }, noneMine: { en: 'Nothing of this is with you.', ja: 'あなたが担当する項目はありません。' },
  move: { en: 'Move', ja: '移行' }, wrong: { en: 'What is wrong', ja: '内容' }, by: { en: 'By when', ja: '期限' }, has: { en: 'Who has it now', ja: '現在の担当' }, helps: { en: 'What helps', ja: '対応' },
  mine: { en: 'Mine', ja: '自分の担当' }, group: { en: 'Group by owner', ja: '担当者別' }, more: { en: 'Show {n} more', ja: '残り {n} 件を表示' }, fewer: { en: 'Show fewer', ja: '一部のみ表示' }, nobody: { en: 'Nobody yet', ja: '未割り当て' }, you: { en: '{name} (you)', ja: '{name}（自分）' }, count: { en: '{n} of {all} shown', ja: '{all} 件中 {n} 件を表示' }, whole: { en: '{all} in all', ja: '全 {all} 件' },
  beyond: { en: '{n} more of these are not shown.', ja: '他に {n} 件あります（未表示）。' }, keysMove: { en: 'move', ja: '移動' }, keysOpen: { en: 'open', ja: '開く' }, keysRemind: { en: 'remind', ja: '催促' }, keysAssign: { en: 'assign', ja: '割り当て' },
  down: { en: 'Next of what needs attention', ja: '次の要対応項目' }, up: { en: 'The one before', ja: '前の要対応項目' }, open: { en: 'Open it', ja: '開く' }, remind: { en: 'Remind who has it', ja: '担当者に催促する' }, assign: { en: 'Assign it to somebody', ja: '担当者を割り当てる' }, onlyMine: { en: 'Only what is with you', ja: '自分の担当のみ表示' },
  reminded: { en: 'Written to {people}.', ja: '{people}に連絡しました。' }, again: { en: 'The job runs again.', ja: 'ジョブを再実行します。' }, given: { en: '{name} sees to it now.', ja: '{name} に割り当てました。' }, taken: { en: 'It is with nobody in particular.', ja: '割り当てを解除しました。' },
} satisfies Readonly<Record<string, Text>>
const remind: Text = { en: 'Remind', ja: '催促する' }

/** What breaks first, with the one button that helps. J and K go through it, Enter opens, R reminds, A gives it to somebody. Whose is shown, and how, stands in the address. */
export const Needs = ({ attention, today }: { readonly attention: Attention; readonly today: string }): ReactNode => {
  const [say, { self }, go, may] = [useSay(), useAround(), useNavigate(), useMay()]
  const { mine, group } = useSearch({ strict: false }) as { readonly mine?: string; readonly group?: string }
  const [isMine, isGrouped] = [mine === '1', group === 'owner']
  const [at, setAt] = useState<string | null>(null)
  const [isAll, setAll] = useState(false)
  const [told, setTold] = useState<string | null>(null)
  const [asked, ask] = useState<Item>()
  const [task, job, give] = [useWish('tasks.remind'), useWish('jobs.repeat'), useWish('attention.assign')]
  const table = useRef<HTMLTableElement>(null)
  const every = isMine ? attention.items.filter(item => isWith(item, self)) : attention.items
  const groups = groupsOf(every, isGrouped, isAll)
  const shown = groups.flatMap(one => one.shown)
  const hidden = groups.reduce((sum, one) => sum + one.all - one.shown.length, 0)
  const beyond = attentionKinds.reduce((sum, kind) => sum + attention.more[kind], 0)
  const here = shown.findIndex(item => keyOf(item) === at)
  const now = shown[here]
  const turn = (to: { readonly mine?: string | undefined; readonly group?: string | undefined }): void => { void go({ to: '.' as never, search: ((before: object) => ({ ...before, ...to })) as never, replace: true, resetScroll: false }) }
  const turnMine = (): void => { turn({ mine: isMine ? undefined : '1' }) }
  const isRemindable = (item: Item): boolean => item.kind === 'late-task' && may('message.send')
  const open = (item: Item): void => {
    const [to, search] = placeOf(item)?.split('?') ?? []
    if (to !== undefined) void go({ to: to as never, search: Object.fromEntries(new URLSearchParams(search)) as never })
  }
  const assign = (item: Item, person: { readonly id: string; readonly name: string } | null): void => {
    setTold(null)
    give.mutate({ kind: item.kind, about: item.about, person: (person?.id ?? null) as never }, { onSuccess: ({ given }) => { setTold(given === null ? say(words.taken) : say(words.given, { name: given.name })) } })
  }
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
    table.current?.querySelector(`[data-key="${keyOf(next)}"]`)?.scrollIntoView({ block: 'nearest' })
  }
  const ofOne = (item: Item): readonly Key[] => [
    { keys: 'Enter', says: words.open, does: () => { open(item) } }, ...(isRemindable(item) ? [{ keys: 'r', says: words.remind, does: () => { act(item) } }] : []),
    ...(may('attention.assign') ? [{ keys: 'a', says: words.assign, does: () => { ask(item); askWho() } }] : []),
  ]
  useKeys([
    { keys: 'j', says: words.down, does: () => { step(1) } }, { keys: 'k', says: words.up, does: () => { step(-1) } }, { keys: 'm', says: words.onlyMine, does: turnMine },
    { keys: 'b', says: words.group, does: () => { turn({ group: isGrouped ? undefined : 'owner' }) } }, ...(now === undefined ? [] : ofOne(now)),
  ])
  const failure = task.error ?? job.error ?? give.error
  const line = (item: Item): ReactNode => <Line key={keyOf(item)} item={item} today={today} others={every.filter(other => other.move !== null && other.move === item.move).length - 1} isHere={item === now} isBusy={(task.isPending && task.variables.task === item.about) || (job.isPending && job.variables.job === item.about)} label={say(isRemindable(item) ? remind : kinds[item.kind].act)} act={() => { act(item) }} choose={() => { setAt(keyOf(item)) }} mayAct={item.kind !== 'job-failed' || may('job.repeat')} to={placeOf(item)} go={() => { open(item) }} />
  const turns = (
    <>
      <Button size="compact-sm" variant={isMine ? 'filled' : 'default'} aria-pressed={isMine} onClick={turnMine}>{say(words.mine)} <kbd className={css['key']}>M</kbd></Button>
      <Button size="compact-sm" variant={isGrouped ? 'filled' : 'default'} aria-pressed={isGrouped} onClick={() => { turn({ group: isGrouped ? undefined : 'owner' }) }}>{say(words.group)}</Button>
    </>
  )
  return (
    <Panel title={say(words.title)} lead={say(words.lead)} flush acts={turns}>
      {failure === null ? null : <Failed error={failure} />}
      <p role="status" className={told === null ? 'unseen' : css['told']}>{told === null ? null : <><StateMark state="done" says={null} /> {told}</>}</p>
      {shown.length === 0 ? <Nothing>{say(isMine ? words.noneMine : words.none)}</Nothing> : (
        <table className={css['table']} ref={table}>
          <thead><tr><th>{say(words.move)}</th><th>{say(words.wrong)}</th><th>{say(words.by)}</th><th>{say(words.has)}</th><th><span className="unseen">{say(words.helps)}</span></th></tr></thead>
          {groups.map(({ owner, shown: some, all }) => (
            <tbody key={owner ?? ''}>
              {owner === undefined ? null : <tr className={css['owner']}><th colSpan={5} scope="rowgroup">{owner === null ? say(words.nobody) : owner === self.name ? say(words.you, { name: owner }) : owner} <span className="quiet figures">{say(some.length < all ? words.count : words.whole, { n: some.length, all })}</span></th></tr>}
              {some.map(line)}
            </tbody>
          ))}
        </table>
      )}
      <footer className={css['foot']}>
        {hidden > 0 || isAll ? <button type="button" className={css['more']} onClick={() => { setAll(!isAll) }}>{isAll ? say(words.fewer) : say(words.more, { n: hidden })}</button> : null}
        {isAll && beyond > 0 ? <span className="quiet">{say(words.beyond, { n: beyond })}</span> : null}
        <span className={css['keys']}><kbd>J</kbd> <kbd>K</kbd> {say(words.keysMove)}, <kbd>Enter</kbd> {say(words.keysOpen)}{may('message.send') ? <>, <kbd>R</kbd> {say(words.keysRemind)}</> : null}{may('attention.assign') ? <>, <kbd>A</kbd> {say(words.keysAssign)}</> : null}</span>
      </footer>
      {may('attention.assign') ? <AssignTo item={asked} choose={assign} /> : null}
    </Panel>
  )
}

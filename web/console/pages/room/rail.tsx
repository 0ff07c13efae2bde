import type { ReactNode } from 'react'
import type { Text } from '#domain/locale.ts'
import { lengthOf } from '../../../shared/amounts.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { type State, StateMark, stateWords } from '../../../shared/state-mark.tsx'
import type { MoveStage } from '../../stage-words.ts'
import type { Standing } from './live.ts'
import type { Seen } from './seen.ts'
import css from './room.module.css'

const steps = ['copy', 'follow', 'freeze', 'drain', 'verify', 'switch', 'watch'] as const
type Step = (typeof steps)[number]
const words: { readonly rail: Text } & Readonly<Record<Step, Text>> = {
  rail: { en: 'Phases', ja: 'フェーズ' }, copy: { en: 'Copy', ja: 'コピー' }, follow: { en: 'Follow', ja: '追従' }, freeze: { en: 'Freeze', ja: '書き込み停止' }, drain: { en: 'Drain', ja: '残りの反映' },
  verify: { en: 'Verify', ja: '検証' }, switch: { en: 'Switch', ja: '切り替え' }, watch: { en: 'Watch', ja: '監視' },
}

/** Which steps are behind a stage, and which are under way in it. While it is frozen the rest is drained and proven, which is told only when it is over. */
const reached: Readonly<Record<MoveStage, { readonly done: number; readonly now: number }>> = {
  planned: { done: 0, now: 0 }, ordered: { done: 0, now: 0 }, copying: { done: 0, now: 1 }, following: { done: 1, now: 2 }, frozen: { done: 3, now: 5 }, verified: { done: 5, now: 6 }, 'in-doubt': { done: 5, now: 6 },
  switched: { done: 6, now: 7 }, settled: { done: 7, now: 7 }, cancelled: { done: 0, now: 0 },
}

/** How far the move is, from copy to watch. */
export const Rail = ({ standing: { stage }, seen }: { readonly standing: Standing; readonly seen: Seen }): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  const { done, now } = reached[stage]
  const took = lengths(seen)
  return (
    <ol className={css['rail']} aria-label={say(words.rail)}>
      {steps.map((step, n) => {
        const state: State = n < done ? 'done' : n >= now ? 'idle' : stage === 'in-doubt' ? 'blocked' : 'active'
        const ms = took[step]
        return <li key={step} data-state={state} aria-current={state === 'active' || state === 'blocked' ? 'step' : undefined}><span className={css['bar']} /><span className={css['step']}><StateMark state={state} says={say(stateWords[state])} /> {say(words[step])}</span><span className="quiet figures">{ms === undefined ? '\u00a0' : lengthOf(ms, locale)}</span></li>
      })}
    </ol>
  )
}

const lengths = ({ phases, freeze }: Seen): Partial<Record<Step, number>> => {
  const found: Partial<Record<Step, number>> = {}
  const copy = phases.get('copy')?.ms
  const catchUp = phases.get('catch-up')?.ms
  if (typeof copy === 'number') found.copy = copy
  if (typeof catchUp === 'number') found.follow = catchUp
  if (freeze === null) return found
  const of = (...names: readonly string[]): number | undefined => {
    const all = Object.entries(freeze.steps).filter(([name]) => names.some(one => name.startsWith(one))).map(([, ms]) => ms)
    return all.length === 0 ? undefined : all.reduce((sum, ms) => sum + ms, 0)
  }
  for (const [step, ms] of [['freeze', of('fence', 'freeze')], ['drain', of('drain')], ['verify', of('verify', 'evidence')], ['switch', of('journal', 'switch')]] as const) if (ms !== undefined) found[step] = ms
  return found
}

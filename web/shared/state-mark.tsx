import type { ReactNode } from 'react'
import type { Text } from '#domain/locale.ts'
import { useSay } from './language.tsx'
import css from './state-mark.module.css'

/** The six states. Each has a shape as well as a colour, so that it survives colour blindness and print. */
export type State = 'active' | 'done' | 'at-risk' | 'blocked' | 'waiting' | 'idle'

export const stateWords: Readonly<Record<State, Text>> = {
  active: { en: 'Under way', ja: '進行中' }, done: { en: 'Done', ja: '完了' }, 'at-risk': { en: 'At risk', ja: '要注意' },
  blocked: { en: 'Blocked', ja: '停止中' }, waiting: { en: 'Waiting', ja: '待機中' }, idle: { en: 'Not begun', ja: '未着手' },
}

const shapes: Readonly<Record<State, ReactNode>> = {
  active: <><circle cx="8" cy="8" r="6.500" fill="none" stroke="currentColor" strokeWidth="1.500" /><path d="M8 1.500a6.500 6.500 0 0 1 0 13z" fill="currentColor" /></>,
  done: <><rect x="1" y="1" width="14" height="14" rx="4" fill="currentColor" /><path d="M4.500 8.300l2.400 2.400 4.700-5" fill="none" className={css['cut']} strokeWidth="1.800" /></>,
  'at-risk': <><path d="M8 1.200L15.200 14.500H.800z" fill="currentColor" strokeLinejoin="round" /><path d="M8 6v4M8 11.600v1" fill="none" className={css['cut']} strokeWidth="1.600" /></>,
  blocked: <><rect x="1" y="1" width="14" height="14" rx="4" fill="currentColor" /><path d="M5 5l6 6M11 5l-6 6" fill="none" className={css['cut']} strokeWidth="1.800" /></>,
  waiting: <><rect x="1.750" y="1.750" width="12.500" height="12.500" rx="4" fill="none" stroke="currentColor" strokeWidth="1.500" /><path d="M6.300 5.200v5.600M9.700 5.200v5.600" stroke="currentColor" strokeWidth="1.600" fill="none" /></>,
  idle: <rect x="2" y="2" width="12" height="12" rx="3" fill="currentColor" />,
}

/** `says`: what it tells to whoever cannot see it; the state's own word where nothing stands beside it, null where a text beside it says so already. */
export const StateMark = ({ state, says }: { readonly state: State; readonly says?: string | null }): ReactNode => {
  const say = useSay()
  const label = says === undefined ? say(stateWords[state]) : says
  return <svg viewBox="0 0 16 16" className={css['mark']} data-state={state} {...(label === null ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}>{label === null ? null : <title>{label}</title>}{shapes[state]}</svg>
}

/** A state in a word, as a small label. */
export const StateLabel = ({ state, children }: { readonly state: State; readonly children: ReactNode }): ReactNode =>
  <span className={css['label']} data-state={state}><StateMark state={state} says={null} />{children}</span>

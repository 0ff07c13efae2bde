import type { Told } from '../../../shared/ask.ts'

export type MoveLine = Told<'moves.list'>['items'][number]
export type Wave = Told<'waves.list'>['items'][number]
export type Blackout = Told<'blackouts.list'>['items'][number]
export type Holidays = Told<'holidays.list'>['items']
export type Rule = Told<'waves.rules'>['items'][number]
export type Home = Told<'homes.list'>['items'][number]
export type Run = Told<'waves.run'>

/** Where a person would put a move. */
export type Wish = { readonly line: MoveLine; readonly day: string }

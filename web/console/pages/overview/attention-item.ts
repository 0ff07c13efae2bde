import type { AttentionKind } from '#domain/attention.ts'
import type { Text } from '#domain/locale.ts'
import type { State } from '../../../shared/state-mark.tsx'
import type { Self } from '../../self.ts'
import type { Overviewed } from './told.ts'

export type Attention = NonNullable<Overviewed['attention']>
export type Item = Attention['items'][number]

/** What each kind is called, how bad it is, and what its button says. */
export const kinds: Readonly<Record<AttentionKind, { readonly state: State; readonly says: Text | null; readonly act: Text }>> = {
  'late-task': { state: 'at-risk', says: { en: 'Late: {title}', ja: '期限超過: {title}' }, act: { en: 'Open', ja: '開く' } },
  'gate-due': { state: 'at-risk', says: { en: 'To be decided: {title}', ja: '判断待ち: {title}' }, act: { en: 'Decide', ja: '判断する' } },
  'window-unconfirmed': { state: 'waiting', says: null, act: { en: 'Open window', ja: '作業日時を開く' } },
  'letter-returned': { state: 'blocked', says: null, act: { en: 'Open letters', ja: 'メールを開く' } },
  'address-unverified': { state: 'waiting', says: null, act: { en: 'Open contacts', ja: '連絡先を開く' } },
  'order-failed': { state: 'blocked', says: null, act: { en: 'Open move', ja: '移行を開く' } },
  'job-failed': { state: 'blocked', says: null, act: { en: 'Run again', ja: '再実行' } },
  'in-doubt': { state: 'blocked', says: null, act: { en: 'Find out', ja: '確認する' } },
  'quote-expires': { state: 'waiting', says: null, act: { en: 'Open quote', ja: '見積書を開く' } },
  'question-open': { state: 'waiting', says: null, act: { en: 'Answer', ja: '回答する' } },
}

const parts: { readonly [Kind in AttentionKind]?: string } = { 'gate-due': '/gates', 'window-unconfirmed': '/window', 'letter-returned': '/messages', 'address-unverified': '/people', 'in-doubt': '/room', 'order-failed': '/room' }

/** The page on which something can be done about it. */
export const placeOf = ({ kind, move, programme, about }: Item): string | null => {
  if (kind === 'quote-expires') return `/quotes/${about}`
  if (kind === 'question-open') return `/questions?programme=${programme ?? ''}`
  return move === null ? null : `/moves/${move}${parts[kind] ?? ''}`
}

export const keyOf = ({ kind, about }: Item): string => `${kind} ${about}`

/** With whom it is: whoever it was given to, else whoever has it by the plan. */
export const ownerOf = ({ given, has }: Item): string | null => given?.name ?? has[0] ?? null
export const isWith = ({ given, has }: Item, self: Self): boolean => (given === null ? has.includes(self.name) : given.id === self.id)

/** Of each move what breaks first. */
const byMove = (items: readonly Item[]): readonly Item[] => items.filter((item, n) => item.move === null || items.findIndex(other => other.move === item.move) === n)

/** `owner` undefined: of everybody. `all`: how many there are, of which some are shown. */
export type Group = { readonly owner: string | null | undefined; readonly shown: readonly Item[]; readonly all: number }

/** So many are shown of all, and of each owner. */
const [firstOfAll, firstOfEach] = [8, 3]

/** In the order in which they break; grouped, whoever has what breaks first comes first. */
export const groupsOf = (items: readonly Item[], isGrouped: boolean, isAll: boolean): readonly Group[] => {
  const few = (some: readonly Item[], most: number): readonly Item[] => (isAll ? some : some.slice(0, most))
  if (!isGrouped) { const all = byMove(items); return all.length === 0 ? [] : [{ owner: undefined, shown: few(all, firstOfAll), all: all.length }] }
  return [...Map.groupBy(items, ownerOf)].map(([owner, some]) => { const all = byMove(some); return { owner, shown: few(all, firstOfEach), all: all.length } })
}

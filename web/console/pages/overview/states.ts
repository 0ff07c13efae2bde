import type { Text } from '#domain/locale.ts'
import type { MoveState } from '#domain/overview.ts'

/** How a move stands for whoever looks over all of them. */
export const moveStateWords: Readonly<Record<MoveState, Text>> = {
  idle: { en: 'On track', ja: '予定どおり' }, waiting: { en: 'Waiting', ja: '待機中' }, 'at-risk': { en: 'At risk', ja: '要注意' }, blocked: { en: 'Blocked', ja: '停止中' }, active: { en: 'Moving', ja: '移行中' }, done: { en: 'Moved', ja: '移行済み' },
}

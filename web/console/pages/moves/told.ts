import type { Sent, Told } from '../../../shared/ask.ts'

export type MoveLine = Told<'moves.list'>['items'][number]
export type MoveWish = Sent<'moves.list'>
/** Until a cutover is under way a move’s day and wave can be changed. */
export const isRedatable = ({ move }: MoveLine): boolean => move.endedAt === null && ['planned', 'ordered', 'copying', 'following'].includes(move.stage)

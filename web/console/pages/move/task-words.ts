import type { Text } from '#domain/locale.ts'
import type { TaskStanding } from '#domain/task.ts'
import type { State } from '../../../shared/state-mark.tsx'

export const standingWords: Readonly<Record<TaskStanding, Text>> = { open: { en: 'Open', ja: '未完了' }, blocked: { en: 'Waits for something else', ja: '他の作業待ち' }, done: { en: 'Done', ja: '完了' }, waived: { en: 'Waived', ja: '免除' } }
export const lateWord: Text = { en: 'Late', ja: '期限超過' }

/** Late is the worst; what waits for others waits. */
export const standingState = ({ standing, late }: { readonly standing: TaskStanding; readonly late: boolean }): State => (standing === 'done' ? 'done' : standing === 'waived' ? 'idle' : late ? 'at-risk' : standing === 'blocked' ? 'waiting' : 'active')

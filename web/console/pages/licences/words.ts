import type { Text } from '#domain/locale.ts'
import type { Told } from '../../../shared/ask.ts'
import type { State } from '../../../shared/state-mark.tsx'

export type Licences = Told<'licences.of-move'>
type Step = Licences['steps'][number]

export const courseWords: Readonly<Record<Licences['state'], { readonly state: State; readonly says: Text }>> = {
  nothing: { state: 'idle', says: { en: 'Nothing read yet', ja: '未取得' } }, recorded: { state: 'waiting', says: { en: 'Written down', ja: '記録済み' } }, 'under-way': { state: 'active', says: { en: 'Under way', ja: '移行中' } }, stopped: { state: 'at-risk', says: { en: 'Stopped', ja: '中断' } },
  'in-doubt': { state: 'blocked', says: { en: 'In doubt', ja: '要確認' } }, 'carried-out': { state: 'done', says: { en: 'Moved', ja: '移行済み' } }, undone: { state: 'idle', says: { en: 'Brought back', ja: '切り戻し済み' } },
}
export const sideWords: Readonly<Record<'origin' | 'destination', Text>> = { origin: { en: 'Old server', ja: '移行元サーバー' }, destination: { en: 'New server', ja: '移行先サーバー' } }
export const standsWords: Readonly<Record<Licences['licences'][number]['stands'], { readonly state: State; readonly says: Text }>> = {
  origin: { state: 'idle', says: { en: 'At the old', ja: '移行元' } }, destination: { state: 'done', says: { en: 'At the new', ja: '移行先' } }, neither: { state: 'at-risk', says: { en: 'At neither', ja: 'どちらにもなし' } }, both: { state: 'blocked', says: { en: 'At both', ja: '両方' } },
}
export const licenceWords: Readonly<Record<'active' | 'inactive' | 'absent', Text>> = { active: { en: 'active', ja: '有効' }, inactive: { en: 'inactive', ja: '無効' }, absent: { en: 'not there', ja: 'なし' } }
export const stepWords: Readonly<Record<Step['does'], Text>> = {
  maintain: { en: 'Announce maintenance: no new seats', ja: 'メンテナンス開始（新規の割り当て停止）' }, deactivate: { en: 'Deactivate', ja: '無効化' }, install: { en: 'Install', ja: '導入' }, activate: { en: 'Activate', ja: '有効化' }, link: { en: 'Link the profile', ja: 'プロファイルの関連付け' },
  compare: { en: 'Compare both servers', ja: '両サーバーの照合' }, redirect: { en: 'Point programs to the new server', ja: '接続先の切り替え' },
}
export const stepStates: Readonly<Record<Step['state'], { readonly state: State; readonly says: Text }>> = {
  'to-do': { state: 'idle', says: { en: 'To do', ja: '未実施' } }, open: { state: 'active', says: { en: 'Under way', ja: '実行中' } }, again: { state: 'at-risk', says: { en: 'Tried again', ja: '再試行中' } }, doubt: { state: 'blocked', says: { en: 'In doubt', ja: '要確認' } }, differs: { state: 'blocked', says: { en: 'Differs', ja: '相違あり' } }, done: { state: 'done', says: { en: 'Done', ja: '完了' } },
}

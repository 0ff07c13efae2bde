import type { Text } from '#domain/locale.ts'
import type { Told } from './ask.ts'
import type { State } from './state-mark.tsx'

type Standing = Told<'quotes.read'>['standing']
/** How a quote stands, in a word and a mark. */
export const standings: Readonly<Record<Standing, { readonly state: State; readonly says: Text }>> = {
  draft: { state: 'idle', says: { en: 'Not sent yet', ja: '未送付' } }, open: { state: 'waiting', says: { en: 'Waits to be accepted', ja: '承諾待ち' } }, accepted: { state: 'done', says: { en: 'Accepted', ja: '承諾済み' } },
  expired: { state: 'idle', says: { en: 'Expired', ja: '期限切れ' } }, withdrawn: { state: 'idle', says: { en: 'Withdrawn', ja: '取り下げ' } },
}

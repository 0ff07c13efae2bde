import { Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useWish } from '../../../shared/asking.ts'
import { Confirm } from '../../../shared/confirm.tsx'
import { useSay } from '../../../shared/language.tsx'
import { StateLabel } from '../../../shared/state-mark.tsx'
import { useMay } from '../../may.ts'
import type { Licences } from './words.ts'

const words = {
  record: { en: 'Write down', ja: '記録する' }, move: { en: 'Move', ja: '移行する' }, goOn: { en: 'Go on', ja: '続行する' }, undo: { en: 'Bring back', ja: '切り戻す' }, ordered: { en: 'Ordered, waits for its agent', ja: '指示済み（エージェント待ち）' }, claimed: { en: 'An agent is at it', ja: 'エージェントが実行中' },
  recordEffect: { en: 'An agent reads the old server and keeps the back-up sheet. Nothing is changed there.', ja: 'エージェントが移行元サーバーを読み取り、バックアップシートを保存します。サーバーは変更されません。' }, recordBack: { en: 'It can be written down anew at any time before the move.', ja: '移行前であれば何度でも記録し直せます。' },
  moveEffect: { en: 'New seats are refused while each licence is deactivated at the old server and activated at the new one.', ja: '各ライセンスを移行元で無効化し、移行先で有効化します。その間、新規の割り当ては停止します。' }, moveBack: { en: 'Until it is over it can be brought back, step by step.', ja: '完了するまでは、手順ごとに切り戻せます。' },
  undoEffect: { en: 'Every licence that was moved is deactivated at the new server and activated at the old one again.', ja: '移行済みのライセンスを移行先で無効化し、移行元で再び有効化します。' }, undoBack: { en: 'The licences can be moved anew afterwards.', ja: '後で改めて移行できます。' },
  settle: { en: 'Settle', ja: '完了する' }, settleEffect: { en: 'The move is over. The old server can be shut down; the back-up sheet is kept.', ja: '移行を完了します。移行元サーバーは停止できます。バックアップシートは保管されます。' }, settleBack: { en: 'It cannot be undone.', ja: '元に戻すことはできません。' },
}
type Act = 'record' | 'move' | 'undo' | 'settle'

/** What an agent can be asked to do now; control decides whether it is time. */
export const LicenceActs = ({ told, customer, isOver }: { readonly told: Licences; readonly customer: string; readonly isOver: boolean }): ReactNode => {
  const [say, may, order, settle, [asked, ask]] = [useSay(), useMay(), useWish('licences.order'), useWish('moves.settle'), useState<Act>()]
  const isOrdered = told.order !== null && (told.order.state === 'waiting' || told.order.state === 'claimed')
  if (isOrdered) return <StateLabel state={told.order?.state === 'waiting' ? 'waiting' : 'active'}>{say(told.order?.state === 'waiting' ? words.ordered : words.claimed)}</StateLabel>
  if (isOver) return null
  const { state } = told
  const isBegun = state === 'stopped' || state === 'under-way' || state === 'in-doubt'
  const acts: readonly Act[] = [...(may('move.order') && !isBegun && state !== 'carried-out' ? ['record' as const] : []), ...(may('move.abort') && isBegun ? ['undo' as const] : []), ...(may('move.order') && (state === 'recorded' || state === 'undone' || state === 'stopped') ? ['move' as const] : []), ...(may('move.settle') && state === 'carried-out' ? ['settle' as const] : [])]
  const nameOf = (act: Act): string => say(act === 'move' && isBegun ? words.goOn : words[act])
  return (
    <>
      {acts.map(act => <Button key={act} variant={act === acts.at(-1) ? 'filled' : 'default'} onClick={() => { ask(act) }}>{nameOf(act)}</Button>)}
      {asked === undefined ? null : <Confirm opened close={() => { ask(undefined) }} title={`${nameOf(asked)}: ${customer}`} effect={say(words[`${asked}Effect`])} wayBack={say(words[`${asked}Back`])} act={nameOf(asked)} isDangerous={asked !== 'record'} {...(asked === 'record' ? {} : { name: customer })} wish={() => (asked === 'settle' ? settle.mutateAsync({ move: told.move }) : order.mutateAsync({ move: told.move, step: asked }))} />}
    </>
  )
}

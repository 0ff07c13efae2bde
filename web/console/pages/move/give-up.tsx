import { Button, Textarea } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { Text } from '#domain/locale.ts'
import { useWish } from '../../../shared/asking.ts'
import { Confirm } from '../../../shared/confirm.tsx'
import { useSay } from '../../../shared/language.tsx'
import { useMay } from '../../may.ts'
import type { PartProps } from './move.tsx'

const words = {
  act: { en: 'Give up the move', ja: '移行を取りやめる' }, title: { en: 'Give up the move of {customer}', ja: '{customer} の移行を取りやめる' }, why: { en: 'Why', ja: '理由' },
  effect: { en: 'The tenant {tenant} stays at {origin}. {n} open tasks are taken off everybody’s lists, with the reason.', ja: 'テナント {tenant} は {origin} に残ります。未完了のタスク {n} 件は、理由とともに全員の一覧から外れます。' }, wayBack: { en: 'It cannot be taken up again: a new move has to be planned.', ja: '再開はできません。新しい移行を計画する必要があります。' },
} satisfies Record<string, Text>

/** A move that nobody has ordered yet need not come. Later it is aborted, or turned back, in its room. */
export const GiveUp = ({ told: { move, customer, tenant, origin, plan } }: PartProps): ReactNode => {
  const [say, may, cancel, [isAsked, ask], [note, setNote]] = [useSay(), useMay(), useWish('moves.cancel'), useState(false), useState('')]
  if (move.stage !== 'planned' || !may('plan.change')) return null
  return (
    <>
      <Button variant="default" onClick={() => { ask(true) }}>{say(words.act)}</Button>
      <Confirm opened={isAsked} close={() => { ask(false); setNote('') }} title={say(words.title, { customer: customer.name })} act={say(words.act)} isDangerous name={customer.name} effect={say(words.effect, { tenant: tenant.name, origin: origin.name, n: plan.open })} wayBack={say(words.wayBack)} wish={() => cancel.mutateAsync({ move: move.id, note })}>
        <Textarea label={say(words.why)} required autosize minRows={2} value={note} onChange={event => { setNote(event.currentTarget.value) }} />
      </Confirm>
    </>
  )
}

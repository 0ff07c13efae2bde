import { Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { Text } from '#domain/locale.ts'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { FormDialog } from '../../../shared/form-dialog.tsx'
import { useSay } from '../../../shared/language.tsx'
import { useMay } from '../../may.ts'

const words = {
  act: { en: 'Change the programme', ja: 'プログラムを変更' }, lead: { en: 'Moves without a day of their own or of a wave are dated anew with another due day, and whoever it concerns is told.', ja: '完了予定日を変更すると、個別またはウェーブの日付がない移行の期日が再計算され、関係者に通知されます。' }, name: { en: 'Name', ja: '名称' }, due: { en: 'Everybody is moved by', ja: '全移行の完了予定日' },
} satisfies Record<string, Text>

/** What a programme is called, and by when it is done. */
export const ChangeProgramme = ({ programme }: { readonly programme: string }): ReactNode => {
  const [say, may, change, [isAsked, ask]] = [useSay(), useMay(), useWish('programmes.change'), useState(false)]
  const known = useAsk('programmes.read', { programme: programme as never }, { when: isAsked }).data?.programme
  if (!may('programme.plan')) return null
  return (
    <>
      <Button variant="default" onClick={() => { ask(true) }}>{say(words.act)}</Button>
      {known === undefined ? null : <FormDialog opened={isAsked} close={() => { ask(false) }} title={say(words.act)} lead={say(words.lead)} act={say(words.act)} fields={[{ key: 'name', says: words.name, type: 'text', first: known.name }, { key: 'dueOn', says: words.due, type: 'day', optional: true, first: known.dueOn ?? '' }]} wish={({ name, dueOn }) => change.mutateAsync({ programme: known.id, name: String(name), dueOn: typeof dueOn === 'string' ? dueOn : null })} />}
    </>
  )
}

import { Button, Textarea } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { Text } from '#domain/locale.ts'
import type { Told } from '../../../shared/ask.ts'
import { instantIn } from '../../../shared/amounts.ts'
import { useWish } from '../../../shared/asking.ts'
import { Confirm } from '../../../shared/confirm.tsx'
import { FormDialog, type Value } from '../../../shared/form-dialog.tsx'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { wallIn } from '../../../shared/wall.ts'
import { dayField, noTime, timeField, timeOf } from '../../call-form.ts'
import css from './move.module.css'

const words = {
  move: { en: 'Move', ja: '日時を変更' }, moveTitle: { en: 'Move “{call}”', ja: '「{call}」の日時を変更' }, moveLead: { en: 'Everybody who was invited gets it anew, and is asked anew.', ja: '招待した全員に改めて案内を送り、出欠を再確認します。' }, why: { en: 'Why, as those who are invited read it', ja: '理由（参加者に表示されます）' },
  cancel: { en: 'Cancel', ja: '中止' }, act: { en: 'Cancel the call', ja: '中止する' }, cancelTitle: { en: 'Cancel “{call}”', ja: '「{call}」を中止' }, effect: { en: 'The call of {time} is taken out of the calendars of all who were invited.', ja: '{time} の打ち合わせを、招待した全員のカレンダーから取り消します。' }, wayBack: { en: 'Plan it anew whenever you like.', ja: 'いつでも改めて設定できます。' },
} satisfies Record<string, Text>

/** What can be done about a call that is to come. */
export const CallActs = ({ call, zone }: { readonly call: Told<'calls.list'>['items'][number]; readonly zone: string }): ReactNode => {
  const [say, { locale }, move, cancel] = [useSay(), useLanguage(), useWish('calls.move'), useWish('calls.cancel')]
  const [asked, ask] = useState<'move' | 'cancel' | null>(null)
  const [note, setNote] = useState('')
  const close = (): void => { ask(null); setNote('') }
  const { day, minute } = wallIn(Date.parse(call.startsAt), zone)
  const time = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
  const name = { call: say(call.title) }
  const wish = (values: Readonly<Record<string, Value>>): Promise<unknown> => {
    const startsAt = timeOf(values, zone)
    const { reason } = values
    return startsAt === undefined ? Promise.reject(new Error(say(noTime))) : move.mutateAsync({ call: call.id, startsAt, ...(typeof reason === 'string' ? { reason } : {}) })
  }
  return (
    <div className={css['end']}>
      <Button size="compact-sm" variant="default" aria-label={say(words.moveTitle, name)} onClick={() => { ask('move') }}>{say(words.move)}</Button>
      <Button size="compact-sm" variant="default" aria-label={say(words.cancelTitle, name)} onClick={() => { ask('cancel') }}>{say(words.cancel)}</Button>
      <FormDialog opened={asked === 'move'} close={close} title={say(words.moveTitle, name)} lead={say(words.moveLead)} act={say(words.move)} wish={wish} fields={[dayField(day), timeField({ zone, isThere: true }, time), { key: 'reason', says: words.why, type: 'long', optional: true }]} />
      <Confirm opened={asked === 'cancel'} close={close} title={say(words.cancelTitle, name)} effect={say(words.effect, { time: instantIn(call.startsAt, zone, locale) })} wayBack={say(words.wayBack)} act={say(words.act)} wish={() => cancel.mutateAsync({ call: call.id, ...(note.trim() === '' ? {} : { reason: note.trim() }) })}>
        <Textarea label={say(words.why)} autosize minRows={2} value={note} onChange={event => { setNote(event.currentTarget.value) }} />
      </Confirm>
    </div>
  )
}

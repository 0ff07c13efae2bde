import { Button, Textarea } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useWish } from '../../../shared/asking.ts'
import { Confirm } from '../../../shared/confirm.tsx'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { useTold } from '../../refused.tsx'
import type { Gate } from './gates.tsx'
import css from './gates.module.css'

const words = {
  go: { en: 'Go', ja: '実施する' }, 'no-go': { en: 'No-go', ja: '見送る' }, goTitle: { en: 'Go: {gate}', ja: '実施: {gate}' }, noTitle: { en: 'No-go: {gate}', ja: '見送り: {gate}' },
  goEffect: { en: 'What waits for this decision begins on its day. Your name and the time are kept with it.', ja: 'この判断を待つ作業が、予定日に開始されます。お名前と日時が記録されます。' }, noEffect: { en: 'Nothing begins, and we get in touch with you. Your name and the time are kept with it.', ja: '作業は開始されません。当社からご連絡します。お名前と日時が記録されます。' },
  goBack: { en: 'A go is decided once. To stop afterwards, turn to the people below.', ja: '「実施」の判断は取り消せません。中止する場合は、下記の担当者にご連絡ください。' }, noBack: { en: 'It can be decided anew.', ja: '改めて判断できます。' }, note: { en: 'Note for everybody', ja: '全員へのメモ' }, why: { en: 'Why not', ja: '見送る理由' },
}

/** The word of whoever decides; what is missing control says in its own words. */
export const Decide = ({ gate }: { readonly gate: Gate }): ReactNode => {
  const [say, { locale }, decide, told] = [useSay(), useLanguage(), useWish('gates.decide'), useTold()]
  const [asked, ask] = useState<'go' | 'no-go' | null>(null)
  const [note, setNote] = useState('')
  const isNo = asked === 'no-go'
  return (
    <>
      <div className={css['acts']}><Button onClick={() => { ask('go') }}>{say(words.go)}</Button><Button variant="default" onClick={() => { ask('no-go') }}>{say(words['no-go'])}</Button></div>
      <Confirm opened={asked !== null} close={() => { ask(null); setNote('') }} title={say(isNo ? words.noTitle : words.goTitle, { gate: gate.title[locale] })} effect={say(isNo ? words.noEffect : words.goEffect)} wayBack={say(isNo ? words.noBack : words.goBack)} act={say(isNo ? words['no-go'] : words.go)} isDangerous={isNo}
        wish={() => decide.mutateAsync({ gate: gate.id, decision: isNo ? 'no-go' : 'go', note }).catch((error: unknown) => { throw told(error) })}>
        <Textarea label={say(isNo ? words.why : words.note)} required={isNo} autosize minRows={2} value={note} onChange={event => { setNote(event.currentTarget.value) }} />
      </Confirm>
    </>
  )
}

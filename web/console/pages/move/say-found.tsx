import { Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { isTold } from '#domain/told-checks.ts'
import type { Told } from '../../../shared/ask.ts'
import { useWish } from '../../../shared/asking.ts'
import { FormDialog } from '../../../shared/form-dialog.tsx'
import { useSay } from '../../../shared/language.tsx'
import { useMay } from '../../may.ts'

const words = {
  act: { en: 'Say what was found', ja: '確認結果を記録' }, lead: { en: 'For what no program has seen. Your name and your words stand beside it, and everybody can read them.', ja: 'システムで確認できない内容を記録します。お名前と記入内容は全員が閲覧できます。' },
  held: { en: 'What did you find?', ja: '確認結果' }, yes: { en: 'It is so', ja: '満たしている' }, no: { en: 'It is not so', ja: '満たしていない' }, note: { en: 'How you found out', ja: '確認方法' },
}

/** What a program reports elsewhere, where there is none: one of the vendor's people says what they saw, and how. */
export const SayFound = ({ task, move }: { readonly task: Told<'tasks.read'>; readonly move: string }): ReactNode => {
  const [say, may, find, [isAsked, ask]] = [useSay(), useMay(), useWish('checks.find'), useState(false)]
  const { check } = task
  if (task.state !== 'open' || check === null || !isTold(check) || !may('task.do')) return null
  // Of several of its kind, such as device fleets, the task has one, and names it at the end of its key.
  const about = /\[(.+)\]$/.exec(task.key)?.[1] ?? ''
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={() => { ask(true) }}>{say(words.act)}</Button>
      <FormDialog opened={isAsked} close={() => { ask(false) }} title={say(words.act)} lead={say(words.lead)} act={say(words.act)} wish={values => find.mutateAsync({ move: move as never, check, about, held: values['held'] === 'yes', note: String(values['note']) })}
        fields={[{ key: 'held', says: words.held, type: 'choice', choices: [{ value: 'yes', label: say(words.yes) }, { value: 'no', label: say(words.no) }] }, { key: 'note', says: words.note, type: 'long' }]} />
    </>
  )
}

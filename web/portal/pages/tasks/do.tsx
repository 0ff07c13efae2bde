import { Button, Textarea } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { checklistFields } from '#domain/checklist.ts'
import { whyFormWrong } from '#domain/form.ts'
import type { FormField } from '#domain/playbook.ts'
import { isSaidByDoer } from '#domain/told-checks.ts'
import { Refusal, type Told } from '../../../shared/ask.ts'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { StateMark } from '../../../shared/state-mark.tsx'
import { Field } from '../../form/field.tsx'
import { GoButton } from '../../go.tsx'
import { useHere } from '../../here.ts'
import { Part } from '../../page.tsx'
import { Refused } from '../../refused.tsx'
import { places, placesOfTasks } from './places.ts'
import css from './tasks.module.css'

const words = {
  form: { en: 'Fill this in', ja: '入力してください' }, confirm: { en: 'Is it done?', ja: '完了しましたか' }, send: { en: 'Send', ja: '送信する' }, done: { en: 'It is done', ja: '完了しました' }, note: { en: 'Anything we should know', ja: '連絡事項' }, optional: { en: '(optional)', ja: '（任意）' },
  seen: { en: 'This is seen by itself', ja: '自動で確認されます' }, seenSays: { en: 'You need not report it: as soon as it is so, this task is closed.', ja: '報告は不要です。条件が満たされると、自動で完了になります。' }, look: { en: 'Look again now', ja: '今すぐ確認する' }, missing: { en: 'This is missing.', ja: '入力してください。' }, wrong: { en: 'This cannot be taken as it is.', ja: '入力内容をご確認ください。' },
  kept: { en: 'What you fill in is kept on this device until you send it.', ja: '入力内容は、送信するまでこの端末に保存されます。' }, notYet: { en: 'Kept. Not everything that this task needs is seen yet:', ja: '保存しました。完了条件のうち、まだ確認できていないものがあります。' },
}

/** Where a task is done: its form, the page that it is about, or a word that it is. */
export const Do = ({ task }: { readonly task: Told<'tasks.read'> }): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  const { page } = useHere()
  const place = task.check === null ? placesOfTasks[`${page.plan.playbook} ${task.key}`] : places[task.check]
  const fields: readonly FormField[] = [...task.form, ...(task.checklist === null ? [] : checklistFields(task.checklist))]
  const bySystem = task.check !== null && !isSaidByDoer(task.check)
  return (
    <>
      {place === undefined ? null : <GoButton to={place.to} fullWidth>{say(place.says)}</GoButton>}
      {fields.length > 0 || !bySystem ? <Form task={task} fields={fields} /> : null}
      {bySystem ? <Seen task={task} /> : null}
      {task.finding === null || bySystem ? null : <p className="soft">{task.finding.why[locale]}</p>}
    </>
  )
}

/** What the system sees of it now, with a button for who cannot wait. */
const Seen = ({ task }: { readonly task: Told<'tasks.read'> }): ReactNode => {
  const [say, { locale }, look] = [useSay(), useLanguage(), useWish('tasks.do')]
  const finding = look.error instanceof Refusal && typeof look.error.facts['finding'] === 'object' ? look.error.facts['finding'] as Told<'tasks.read'>['finding'] : task.finding
  const isOther = look.error !== null && !(look.error instanceof Refusal && look.error.code === 'seen-by-the-system')
  return (
    <Part title={say(words.seen)}>
      {finding === null ? null : <p className={css['end']} role="status"><StateMark state={finding.held ? 'done' : 'waiting'} says={null} /><span>{finding.why[locale]}</span></p>}
      <p className="soft">{say(words.seenSays)}</p>
      <div><Button variant="default" loading={look.isPending} onClick={() => { look.mutate({ task: task.id }) }}>{say(words.look)}</Button></div>
      {isOther ? <Refused error={look.error} /> : null}
    </Part>
  )
}

type Given = Readonly<Record<string, unknown>>

const Form = ({ task, fields }: { readonly task: Told<'tasks.read'>; readonly fields: readonly FormField[] }): ReactNode => {
  const [say, { locale }, send] = [useSay(), useLanguage(), useWish('tasks.do')]
  const known = useKnown(task, fields)
  const [given, setGiven] = useState<Given>(() => draftOf(task.id))
  const [note, setNote] = useState('')
  const [tried, setTried] = useState(false)
  const answers: Given = { ...known, ...given }
  const full = Object.fromEntries(fields.flatMap(({ key }) => (answers[key] === undefined || answers[key] === '' ? [] : [[key, answers[key]]])))
  const wrong = new Map(whyFormWrong(fields, full)?.wrong.map(({ field, why }) => [field, why]) ?? [])
  const isNoteMissing = task.evidence !== null && note.trim() === ''
  const set = (key: string, value: unknown): void => {
    const next = { ...given, [key]: value }
    setGiven(next)
    keepDraft(task.id, next)
  }
  const go = (): void => {
    setTried(true)
    if (wrong.size > 0 || isNoteMissing) return
    send.mutate({ task: task.id, answers: full as never, note: note.trim() }, { onSuccess: () => { keepDraft(task.id, {}) } })
  }
  return (
    <Part title={say(fields.length > 0 ? words.form : words.confirm)} lead={fields.length > 0 ? say(words.kept) : undefined}>
      <form className={css['form']} noValidate onSubmit={event => { event.preventDefault(); go() }}>
        {fields.map(field => <Field key={field.key} field={field} value={answers[field.key]} set={value => { set(field.key, value) }} error={!tried || !wrong.has(field.key) ? undefined : say(wrong.get(field.key) === 'missing' ? words.missing : words.wrong)} />)}
        <Textarea label={task.evidence === null ? <>{say(words.note)} <span className="quiet">{say(words.optional)}</span></> : task.evidence[locale]} value={note} autosize minRows={2} maxLength={4_000} onChange={event => { setNote(event.currentTarget.value) }} error={tried && isNoteMissing ? say(words.missing) : undefined} />
        <Button type="submit" loading={send.isPending} fullWidth>{say(fields.length > 0 ? words.send : words.done)}</Button>
        <Refused error={send.error} fields={Object.fromEntries(fields.map(({ key, title }) => [key, title[locale]]))} />
        {send.data !== undefined && send.data.task.state === 'open' ? <p className={css['end']} role="status"><StateMark state="waiting" says={null} /><span>{say(words.notYet)} {send.data.finding?.why[locale] ?? ''}</span></p> : null}
      </form>
    </Part>
  )
}

/** What need not be typed: what was filled in before, and what is on file of whoever fills it in. */
const useKnown = (task: Told<'tasks.read'>, fields: readonly FormField[]): Given => {
  const { page, self } = useHere()
  const isPerson = ['name', 'email'].every(key => fields.some(field => field.key === key))
  const people = useAsk('customers.read', { customer: page.customer.id }, { when: isPerson && task.answers === null })
  if (task.answers !== null) return task.answers
  const own = people.data?.contacts.find(({ id }) => id === self.id)
  return !isPerson || own === undefined ? {} : Object.fromEntries(fields.flatMap(({ key }) => { const value = (own as Readonly<Record<string, unknown>>)[key]; return typeof value === 'string' ? [[key, value]] : [] }))
}

/** A form that is left and taken up again, or that a slow line lost. It is forgotten with the browser’s tab. */
const draftOf = (task: string): Given => {
  try {
    return JSON.parse(sessionStorage.getItem(`rehome-form-${task}`) ?? '{}') as Given
  } catch {
    return {}
  }
}
const keepDraft = (task: string, given: Given): void => {
  if (Object.keys(given).length === 0) sessionStorage.removeItem(`rehome-form-${task}`)
  else sessionStorage.setItem(`rehome-form-${task}`, JSON.stringify(given))
}

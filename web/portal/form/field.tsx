import { Button, FileButton, NativeSelect, Radio, Textarea, TextInput } from '@mantine/core'
import { Paperclip } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import type { FormField } from '#domain/playbook.ts'
import { useLanguage, useSay } from '../../shared/language.tsx'
import css from './form.module.css'
import { Rows } from './rows.tsx'

const words = {
  optional: { en: '(optional)', ja: '（任意）' }, yes: { en: 'Yes', ja: 'はい' }, no: { en: 'No', ja: 'いいえ' }, choose: { en: 'Choose…', ja: '選択してください' },
  file: { en: 'Take it from a file', ja: 'ファイルから読み込む' }, paste: { en: 'Paste it here, or take it from a file. It is read on this device and sent only when you send the form.', ja: '貼り付けるか、ファイルから読み込んでください。内容はこの端末で読み込まれ、送信時にのみ送られます。' },
  large: { en: '{name} is longer than {most} characters. Is it the right file?', ja: '{name} は {most} 文字を超えています。正しいファイルかご確認ください。' },
}

export type Value = unknown
type Props = { readonly field: FormField; readonly value: Value; set(value: Value): void; readonly error?: string | undefined }

/** One field of a form, of whichever kind. What is in it is a text, a number, yes or no, or rows of texts; undefined: nothing yet. */
export const Field = ({ field, value, set, error }: Props): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  const label = <>{field.title[locale]}{field.optional ? <span className="quiet"> {say(words.optional)}</span> : null}</>
  const text = typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
  const common = { label, error, value: text, required: !field.optional, withAsterisk: false } as const
  switch (field.type) {
    case 'text': case 'file': return <TextInput {...common} {...completes(field.key)} maxLength={1_000} onChange={event => { set(event.currentTarget.value) }} />
    case 'long-text': return <LongText field={field} value={text} set={set} error={error} label={label} />
    case 'number': return <TextInput {...common} inputMode="decimal" onChange={event => { const given = event.currentTarget.value.trim(); set(given === '' ? undefined : Number.isFinite(Number(given)) ? Number(given) : given) }} />
    case 'day': return <TextInput {...common} type="date" onChange={event => { set(event.currentTarget.value === '' ? undefined : event.currentTarget.value) }} />
    case 'yes-no': return <Choices name={field.key} label={label} error={error} value={value === true ? 'yes' : value === false ? 'no' : ''} choices={[['yes', say(words.yes)], ['no', say(words.no)]]} set={chosen => { set(chosen === 'yes') }} />
    case 'choice': return field.choices.length > 6
      ? <NativeSelect label={label} error={error} value={text} onChange={event => { set(event.currentTarget.value === '' ? undefined : event.currentTarget.value) }} data={[{ value: '', label: say(words.choose) }, ...field.choices.map(choice => ({ value: choice.value, label: choice.title[locale] }))]} />
      : <Choices name={field.key} label={label} error={error} value={text} choices={field.choices.map(choice => [choice.value, choice.title[locale]])} set={set} />
    case 'table': return <Rows label={field.title[locale]} isOptional={field.optional} columns={field.columns.map(({ key, title }) => ({ key, title: title[locale] }))} value={Array.isArray(value) ? value as Record<string, string>[] : []} set={set} error={error} />
  }
}

/** What a browser knows of the person need not be typed. */
const completes = (key: string): { readonly autoComplete?: string; readonly type?: string } => ({ name: { autoComplete: 'name' }, company: { autoComplete: 'organization' }, email: { autoComplete: 'email', type: 'email' }, phone: { autoComplete: 'tel', type: 'tel' } }[key] ?? {})

/** Large areas for the thumb, one under the other. */
export const Choices = ({ name, label, value, choices, set, error }: { readonly name: string; readonly label: ReactNode; readonly value: string; readonly choices: readonly (readonly [value: string, title: string])[]; set(value: string): void; readonly error?: string | undefined }): ReactNode => (
  <Radio.Group name={name} label={label} value={value} onChange={set} error={error}>
    <div className={css['choices']}>{choices.map(([one, title]) => <Radio.Card key={one} value={one} className={css['choice'] ?? ''}><Radio.Indicator />{title}</Radio.Card>)}</div>
  </Radio.Group>
)

const most = 100_000

const LongText = ({ value, set, error, label, field }: Omit<Props, 'value'> & { readonly value: string; readonly label: ReactNode }): ReactNode => {
  const [say, [wrong, setWrong]] = [useSay(), useState<string>()]
  const take = async (file: File | null): Promise<void> => {
    if (file === null) return
    const text = file.size > most * 4 ? undefined : await file.text()
    const isTooLong = text === undefined || text.length > most
    setWrong(isTooLong ? say(words.large, { name: file.name, most }) : undefined)
    if (!isTooLong) set(text)
  }
  return (
    <div className={css['long']}>
      <Textarea label={label} description={say(words.paste)} error={error ?? wrong} value={value} required={!field.optional} withAsterisk={false} autosize minRows={3} maxRows={14} maxLength={most} onChange={event => { set(event.currentTarget.value) }} />
      <FileButton onChange={file => { void take(file) }}>{props => <Button {...props} variant="default" leftSection={<Paperclip size={16} aria-hidden />}>{say(words.file)}</Button>}</FileButton>
    </div>
  )
}

import { Button, Modal, MultiSelect, NumberInput, Select, Switch, Textarea, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { Text } from '#domain/locale.ts'
import { useSay } from './language.tsx'
import { Failed } from './shown.tsx'

export type Value = string | number | boolean | readonly string[] | null
/** `key`: under which the value is handed over. A field that is not `optional` must be filled in; an empty one that is comes as null. */
export type Field = {
  readonly key: string; readonly says: Text; readonly hint?: Text; readonly optional?: boolean
  readonly type: 'text' | 'email' | 'long' | 'number' | 'day' | 'yes-no' | 'choice' | 'choices'
  readonly choices?: readonly { readonly value: string; readonly label: string }[]
  readonly first?: Value
}

const words = { cancel: { en: 'Cancel', ja: 'キャンセル' } }

/** A few fields and one button. It stays open until control has answered, and shows a refusal in its own words; what was typed is not lost by it. */
export const FormDialog = ({ opened, close, title, lead, fields, act, wish }: { readonly opened: boolean; close(): void; readonly title: string; readonly lead?: ReactNode; readonly fields: readonly Field[]; readonly act: string; wish(values: Readonly<Record<string, Value>>): Promise<unknown> }): ReactNode => {
  const say = useSay()
  return <Modal opened={opened} onClose={close} title={<h2>{title}</h2>} closeButtonProps={{ 'aria-label': say(words.cancel) }}>{opened ? <Inside close={close} lead={lead} fields={fields} act={act} wish={wish} /> : null}</Modal>
}

const Inside = ({ close, lead, fields, act, wish }: { close(): void; readonly lead: ReactNode; readonly fields: readonly Field[]; readonly act: string; wish(values: Readonly<Record<string, Value>>): Promise<unknown> }): ReactNode => {
  const say = useSay()
  const [values, setValues] = useState<Readonly<Record<string, Value>>>(() => Object.fromEntries(fields.map(({ key, first, type }) => [key, first ?? (type === 'yes-no' ? false : type === 'choices' ? [] : '')])))
  const [state, setState] = useState<{ readonly busy: boolean; readonly error: Error | null }>({ busy: false, error: null })
  const go = async (): Promise<void> => {
    setState({ busy: true, error: null })
    try {
      await wish(Object.fromEntries(fields.map(({ key }) => [key, values[key] === '' ? null : values[key] ?? null])))
      close()
    } catch (error) {
      setState({ busy: false, error: error instanceof Error ? error : new Error(String(error)) })
    }
  }
  return (
    <form style={{ display: 'grid', gap: 12 }} onSubmit={event => { event.preventDefault(); void go() }}>
      {lead === undefined ? null : <p className="soft">{lead}</p>}
      {fields.map(field => <One key={field.key} field={field} value={values[field.key] ?? null} set={value => { setValues(before => ({ ...before, [field.key]: value })) }} />)}
      {state.error === null ? null : <Failed error={state.error} />}
      <div style={{ display: 'flex', gap: 8, justifyContent: 'flex-end' }}><Button variant="default" onClick={close}>{say(words.cancel)}</Button><Button type="submit" loading={state.busy}>{act}</Button></div>
    </form>
  )
}

const One = ({ field: { says, hint, optional = false, type, choices = [] }, value, set }: { readonly field: Field; readonly value: Value; set(value: Value): void }): ReactNode => {
  const say = useSay()
  const shared = { label: say(says), required: !optional, ...(hint === undefined ? {} : { description: say(hint) }) }
  const text = typeof value === 'string' ? value : ''
  switch (type) {
    case 'text': case 'email': case 'day': return <TextInput {...shared} type={type === 'day' ? 'date' : type} value={text} onChange={event => { set(event.currentTarget.value) }} />
    case 'long': return <Textarea {...shared} autosize minRows={3} maxRows={12} value={text} onChange={event => { set(event.currentTarget.value) }} />
    case 'number': return <NumberInput {...shared} value={typeof value === 'number' ? value : ''} onChange={next => { set(next === '' ? null : Number(next)) }} />
    case 'yes-no': return <Switch label={say(says)} {...(hint === undefined ? {} : { description: say(hint) })} checked={value === true} onChange={event => { set(event.currentTarget.checked) }} />
    case 'choice': return <Select {...shared} data={[...choices]} value={text === '' ? null : text} onChange={next => { set(next ?? '') }} allowDeselect={optional} searchable={choices.length > 8} />
    case 'choices': return <MultiSelect {...shared} data={[...choices]} value={Array.isArray(value) ? [...value as readonly string[]] : []} onChange={next => { set(next) }} />
  }
}

import { Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { Text } from '#domain/locale.ts'
import { dutyWords } from '#domain/owner-words.ts'
import { duties } from '#domain/parties.ts'
import type { Told } from '../../../shared/ask.ts'
import { useWish } from '../../../shared/asking.ts'
import { Confirm } from '../../../shared/confirm.tsx'
import { type Field, FormDialog, type Value } from '../../../shared/form-dialog.tsx'
import { useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { Nothing } from '../../../shared/shown.tsx'
import { useMay } from '../../may.ts'
import css from './move.module.css'

type Contact = Told<'customers.read'>['contacts'][number]
const words = {
  title: { en: 'People on file at {customer}', ja: '{customer} の登録済み担当者' }, none: { en: 'Nobody yet. Add the person who is the point of contact first.', ja: 'まだ登録されていません。まず窓口担当の方を追加してください。' }, add: { en: 'Add a person', ja: '担当者を追加' }, change: { en: 'Change', ja: '変更' }, changeTitle: { en: 'Change {name}', ja: '{name} さんを変更' }, remove: { en: 'Remove', ja: '削除' }, removeTitle: { en: 'Remove {name}', ja: '{name} さんを削除' },
  effect: { en: 'Nothing is sent to {name} any more, their sessions and links end, and tasks of theirs are everybody’s of that duty.', ja: '{name} さんへの連絡を停止し、サインインとリンクを無効にします。担当タスクは同じ役割の全員に戻ります。' }, wayBack: { en: 'They can be added again, and confirm their address anew.', ja: '再度追加できますが、メールアドレスの確認が改めて必要です。' },
  name: { en: 'Name', ja: '氏名' }, email: { en: 'Address', ja: 'メールアドレス' }, emailHint: { en: 'An address that is changed must be confirmed anew', ja: '変更した場合は、再確認が必要です' }, phone: { en: 'Phone', ja: '電話番号' }, duties: { en: 'Duties', ja: '役割' }, locale: { en: 'Language', ja: '言語' },
} satisfies Record<string, Text>

/** Everybody on file at the customer, each once, and who is new or gone. */
export const Contacts = ({ customer, contacts }: { readonly customer: Told<'customers.read'>['customer']; readonly contacts: readonly Contact[] }): ReactNode => {
  const [say, may, add, change, remove] = [useSay(), useMay(), useWish('contacts.add'), useWish('contacts.change'), useWish('contacts.remove')]
  const [asked, ask] = useState<{ readonly act: 'change' | 'remove'; readonly person: Contact } | { readonly act: 'add' } | null>(null)
  const person = asked === null || asked.act === 'add' ? undefined : asked.person
  const name = { name: person?.name ?? '' }
  const close = (): void => { ask(null) }
  const mayChange = may('contact.change')
  const here = contacts.filter(one => one.removedAt === null)
  const wish = (values: Readonly<Record<string, Value>>): Promise<unknown> => {
    const { phone } = values
    const fields = { name: String(values['name']), email: String(values['email']), phone: typeof phone === 'string' ? phone : null, duties: values['duties'] as Contact['duties'], locale: values['locale'] as Contact['locale'] }
    return person === undefined ? add.mutateAsync({ customer: customer.id, ...fields }) : change.mutateAsync({ contact: person.id, ...fields })
  }
  return (
    <Panel title={say(words.title, { customer: customer.name })} flush acts={mayChange ? <Button size="compact-sm" variant="default" onClick={() => { ask({ act: 'add' }) }}>{say(words.add)}</Button> : undefined}>
      {here.length === 0 ? <Nothing>{say(words.none)}</Nothing> : <ul className={css['list']}>{here.map(one => (
        <li key={one.id}>
          <span />
          <div><span className={css['name']}>{one.name}</span><span className="quiet">{one.email} · {one.duties.map(duty => say(dutyWords[duty])).join(' · ')}</span></div>
          {mayChange ? <div className={css['end']}><Button size="compact-sm" variant="default" aria-label={say(words.changeTitle, { name: one.name })} onClick={() => { ask({ act: 'change', person: one }) }}>{say(words.change)}</Button><Button size="compact-sm" variant="default" aria-label={say(words.removeTitle, { name: one.name })} onClick={() => { ask({ act: 'remove', person: one }) }}>{say(words.remove)}</Button></div> : null}
        </li>
      ))}</ul>}
      <FormDialog opened={asked !== null && asked.act !== 'remove'} close={close} title={person === undefined ? say(words.add) : say(words.changeTitle, name)} act={say(person === undefined ? words.add : words.change)} wish={wish} fields={fieldsOf(person, customer.locale, duties.map(value => ({ value, label: say(dutyWords[value]) })))} />
      {person === undefined ? null : <Confirm opened={asked?.act === 'remove'} close={close} title={say(words.removeTitle, name)} effect={say(words.effect, name)} wayBack={say(words.wayBack)} act={say(words.remove)} isDangerous name={person.name} wish={() => remove.mutateAsync({ contact: person.id })} />}
    </Panel>
  )
}

const fieldsOf = (person: Contact | undefined, locale: string, all: readonly { readonly value: string; readonly label: string }[]): readonly Field[] => [
  { key: 'name', says: words.name, type: 'text', first: person?.name ?? '' }, { key: 'email', says: words.email, type: 'email', first: person?.email ?? '', ...(person === undefined ? {} : { hint: words.emailHint }) }, { key: 'phone', says: words.phone, type: 'text', optional: true, first: person?.phone ?? '' },
  { key: 'duties', says: words.duties, type: 'choices', choices: all, first: person?.duties ?? [] }, { key: 'locale', says: words.locale, type: 'choice', choices: [{ value: 'en', label: 'English' }, { value: 'ja', label: '日本語' }], first: person?.locale ?? locale },
]

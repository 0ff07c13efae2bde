import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { duties, type Duty } from '#domain/parties.ts'
import type { Told } from '../../../shared/ask.ts'
import { useWish } from '../../../shared/asking.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { dutyWords } from '../../duties.ts'
import { useHere } from '../../here.ts'
import { Refused } from '../../refused.tsx'
import css from './people.module.css'

const words = {
  name: { en: 'Name', ja: '氏名' }, company: { en: 'Company', ja: '会社名' }, email: { en: 'E-mail', ja: 'メールアドレス' }, phone: { en: 'Phone', ja: '電話番号' }, extension: { en: 'Extension', ja: '内線' }, language: { en: 'Language of our letters', ja: '連絡の言語' }, optional: { en: '(optional)', ja: '（任意）' },
  duties: { en: 'What this person is there for', ja: '役割' }, one: { en: 'Choose one at least.', ja: '1 つ以上お選びください。' }, keep: { en: 'Keep', ja: '保存する' }, add: { en: 'Add', ja: '追加する' }, readdressed: { en: 'A changed address must answer once before anything confidential goes to it.', ja: 'アドレスを変更すると、そのアドレスからの確認が済むまで重要な情報は送付されません。' },
}

/** Everything that is on file of one person (B11). */
export const Person = ({ person, done }: { readonly person: Told<'customers.read'>['contacts'][number] | undefined; done(): void }): ReactNode => {
  const [say, { locale }, { page }, add, change] = [useSay(), useLanguage(), useHere(), useWish('contacts.add'), useWish('contacts.change')]
  const [given, set] = useState({ name: person?.name ?? '', company: person?.company ?? page.customer.name, email: person?.email ?? '', phone: person?.phone ?? '', extension: person?.extension ?? '', locale: person?.locale ?? page.customer.locale })
  const [of, choose] = useState<readonly Duty[]>(person?.duties ?? [])
  const [tried, setTried] = useState(false)
  const field = (key: keyof typeof given) => ({ label: say(words[key === 'locale' ? 'language' : key]), value: given[key], onChange: (event: { readonly currentTarget: { readonly value: string } }) => { set({ ...given, [key]: event.currentTarget.value }) } })
  const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim())
  const go = (): void => {
    setTried(true)
    if (of.length === 0) return
    const said = { name: given.name.trim(), company: given.company.trim(), email: given.email.trim(), phone: orNull(given.phone), extension: orNull(given.extension), locale: given.locale, duties: [...of] }
    if (person === undefined) add.mutate({ customer: page.customer.id, ...said }, { onSuccess: done })
    else change.mutate({ contact: person.id, ...said }, { onSuccess: done })
  }
  return (
    <form className={css['form']} onSubmit={event => { event.preventDefault(); go() }}>
      <TextInput {...field('name')} required withAsterisk={false} maxLength={200} autoComplete="off" data-autofocus />
      <TextInput {...field('company')} required withAsterisk={false} maxLength={200} />
      <TextInput {...field('email')} type="email" inputMode="email" required withAsterisk={false} maxLength={254} autoComplete="off" description={person !== undefined && person.email !== given.email.trim() ? say(words.readdressed) : undefined} />
      <div className={css['two']}><TextInput {...field('phone')} type="tel" maxLength={40} autoComplete="off" /><TextInput {...field('extension')} inputMode="numeric" maxLength={20} autoComplete="off" /></div>
      <NativeSelect {...field('locale')} data={[{ value: 'en', label: 'English' }, { value: 'ja', label: '日本語' }]} />
      <Checkbox.Group label={say(words.duties)} value={[...of]} onChange={chosen => { choose(duties.filter(duty => chosen.includes(duty))) }} error={tried && of.length === 0 ? say(words.one) : undefined}>
        <div className={css['checks']}>{duties.map(duty => <Checkbox key={duty} value={duty} label={<>{dutyWords[duty].name[locale]}<span className="quiet small"> {dutyWords[duty].about[locale]}</span></>} />)}</div>
      </Checkbox.Group>
      <Button type="submit" fullWidth loading={add.isPending || change.isPending}>{say(person === undefined ? words.add : words.keep)}</Button>
      <Refused error={add.error ?? change.error} />
    </form>
  )
}

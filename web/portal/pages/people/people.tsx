import { Button, Drawer } from '@mantine/core'
import { Plus } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { duties } from '#domain/parties.ts'
import type { Told } from '../../../shared/ask.ts'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { Confirm } from '../../../shared/confirm.tsx'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Nothing, Shown } from '../../../shared/shown.tsx'
import { StateMark } from '../../../shared/state-mark.tsx'
import { dutyWords } from '../../duties.ts'
import { useHere, useMay } from '../../here.ts'
import { Folded, Page } from '../../page.tsx'
import { useTold } from '../../refused.tsx'
import css from './people.module.css'
import { Person } from './person.tsx'

const words = {
  title: { en: 'Your people', ja: '貴社のご担当者' }, lead: { en: 'Each gets only what concerns them, when it concerns them.', ja: '各担当者には、関係する内容だけを必要な時期にお送りします。' }, what: { en: 'your people', ja: 'ご担当者' },
  add: { en: 'Add a person', ja: '担当者を追加' }, change: { en: 'Change', ja: '変更' }, remove: { en: 'Remove', ja: '削除' }, close: { en: 'Close', ja: '閉じる' }, you: { en: 'you', ja: 'ご本人' },
  unverified: { en: 'Has not answered from this address yet', ja: 'このアドレスからの確認がまだ済んでいません' }, only: { en: 'Your point of contact changes who is here.', ja: '登録内容の変更は、貴社の窓口担当の方が行います。' }, none: { en: 'Nobody is on file yet.', ja: '登録された担当者はいません。' },
  by: { en: 'Who does what', ja: '役割ごとの担当者' }, nobody: { en: 'nobody yet', ja: '未登録' }, phone: { en: '{phone}, ext. {extension}', ja: '{phone}（内線 {extension}）' },
  removeTitle: { en: 'Remove {name}?', ja: '{name} 様を削除しますか' }, removeEffect: { en: 'Nothing is sent to them any more, and their link no longer works. Their open tasks go back to the others of the same duty.', ja: '以後の連絡は停止され、リンクも無効になります。未完了のタスクは、同じ役割のほかの担当者に戻ります。' }, removeBack: { en: 'You can add them again at any time.', ja: 'いつでも追加し直せます。' },
}

type Contact = Told<'customers.read'>['contacts'][number]

/** Who is who at the customer: by name, and by duty. The point of contact adds, changes and removes. */
export const People = (): ReactNode => {
  const [say, { page }, mayChange] = [useSay(), useHere(), useMay('contact.change')]
  const people = useAsk('customers.read', { customer: page.customer.id })
  const [shown, show] = useState<Contact | 'new'>()
  const [gone, remove] = useState<Contact>()
  const [take, told] = [useWish('contacts.remove'), useTold()]
  return (
    <Page title={say(words.title)} lead={say(words.lead)}>
      <Shown of={people} what={words.what} lines={6}>
        {({ contacts }) => {
          const there = contacts.filter(({ removedAt }) => removedAt === null)
          return (
            <>
              {there.length === 0 ? <Nothing>{say(words.none)}</Nothing> : <ul className={css['list']}>{there.map(contact => <Line key={contact.id} contact={contact} acts={mayChange ? <><Button variant="subtle" color="gray" size="compact-md" aria-label={`${say(words.change)}: ${contact.name}`} onClick={() => { show(contact) }}>{say(words.change)}</Button><Button variant="subtle" color="gray" size="compact-md" aria-label={`${say(words.remove)}: ${contact.name}`} onClick={() => { remove(contact) }}>{say(words.remove)}</Button></> : null} />)}</ul>}
              {mayChange ? <div><Button leftSection={<Plus size={18} aria-hidden />} onClick={() => { show('new') }}>{say(words.add)}</Button></div> : <p className="soft">{say(words.only)}</p>}
              <ByDuty contacts={there} />
            </>
          )
        }}
      </Shown>
      <Drawer opened={shown !== undefined} onClose={() => { show(undefined) }} position="bottom" size="auto" title={<h2>{shown === 'new' ? say(words.add) : shown?.name}</h2>} closeButtonProps={{ 'aria-label': say(words.close) }} classNames={{ content: css['drawer'] ?? '' }}>{shown === undefined ? null : <Person key={shown === 'new' ? 'new' : shown.id} person={shown === 'new' ? undefined : shown} done={() => { show(undefined) }} />}</Drawer>
      <Confirm opened={gone !== undefined} close={() => { remove(undefined) }} title={say(words.removeTitle, { name: gone?.name ?? '' })} act={say(words.remove)} isDangerous effect={say(words.removeEffect)} wayBack={say(words.removeBack)} wish={() => take.mutateAsync({ contact: gone?.id as never }).catch((error: unknown) => { throw told(error) })} />
    </Page>
  )
}

const Line = ({ contact: { id, name, email, phone, extension, duties: of, verifiedAt }, acts }: { readonly contact: Contact; readonly acts: ReactNode }): ReactNode => {
  const [say, { locale }, { self }] = [useSay(), useLanguage(), useHere()]
  return (
    <li>
      <div className={css['who']}>
        <strong>{name}{id === self.id ? <span className="quiet"> ({say(words.you)})</span> : null}</strong>
        <span className="small">{of.map(duty => dutyWords[duty].name[locale]).join(locale === 'ja' ? '・' : ', ')}</span>
        <span className="small soft">{email}{phone === null ? null : <><br />{extension === null ? phone : say(words.phone, { phone, extension })}</>}</span>
        {verifiedAt === null ? <span className={`${css['unverified']} small`}><StateMark state="waiting" says={null} />{say(words.unverified)}</span> : null}
      </div>
      {acts === null ? null : <div className={css['acts']}>{acts}</div>}
    </li>
  )
}

const ByDuty = ({ contacts }: { readonly contacts: readonly Contact[] }): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  return (
    <Folded title={say(words.by)}>
      <dl className={css['duties']}>{duties.map(duty => { const who = contacts.filter(one => one.duties.includes(duty)); return <div key={duty}><dt>{dutyWords[duty].name[locale]}<span className="quiet small">{dutyWords[duty].about[locale]}</span></dt><dd className={who.length === 0 ? 'quiet' : undefined}>{who.length === 0 ? say(words.nobody) : who.map(({ name }) => name).join(locale === 'ja' ? '、' : ', ')}</dd></div> })}</dl>
    </Folded>
  )
}

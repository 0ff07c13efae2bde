import { Button, CopyButton, Modal } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { type Role, roles } from '#domain/access.ts'
import type { Told } from '../../../shared/ask.ts'
import { useAskPages, useWish } from '../../../shared/asking.ts'
import { Confirm } from '../../../shared/confirm.tsx'
import { FormDialog } from '../../../shared/form-dialog.tsx'
import { useSay } from '../../../shared/language.tsx'
import { Page, Panel } from '../../../shared/panel.tsx'
import { Failed, Shown } from '../../../shared/shown.tsx'
import { StateLabel } from '../../../shared/state-mark.tsx'
import { When } from '../../../shared/when.tsx'
import { roleWords } from '../../words.ts'
import { useAround } from '../../self.ts'
import { Partners } from './partners.tsx'
import table from '../../../shared/table.module.css'

const words = {
  title: { en: 'People and rights', ja: 'メンバーと権限' }, lead: { en: 'The vendor’s own people, and what each is there for. Rights count at once.', ja: '自社メンバーとそれぞれの役割です。権限の変更はすぐに反映されます。' },
  name: { en: 'Name', ja: '氏名' }, email: { en: 'Address', ja: 'メールアドレス' }, roles: { en: 'There for', ja: '役割' }, signsIn: { en: 'Signs in by', ja: 'サインイン方法' }, state: { en: 'State', ja: '状態' },
  password: { en: 'password', ja: 'パスワード' }, service: { en: 'company’s sign-in', ja: '社内アカウント' }, notYet: { en: 'not yet', ja: '未設定' },
  add: { en: 'Add person', ja: 'メンバーを追加' }, change: { en: 'Change', ja: '変更' }, invite: { en: 'Invite anew', ja: '再招待' }, disable: { en: 'Lock out', ja: '無効にする' }, enable: { en: 'Let in again', ja: '有効に戻す' }, out: { en: 'Locked out', ja: '無効' }, isIn: { en: 'May sign in', ja: '有効' },
  effect: { en: '{name} may do nothing here any more, from this instant, and is signed out everywhere.', ja: '{name} さんは直ちにすべての操作ができなくなり、すべての端末からサインアウトされます。' }, back: { en: 'What they did stays. They can be let in again.', ja: 'これまでの記録は残ります。後で有効に戻すことができます。' },
  invitation: { en: 'Hand this address over yourself: it is shown this once. It is good until ', ja: 'この招待アドレスを直接ご本人にお渡しください。表示は一度だけです。有効期限: ' }, copy: { en: 'Copy', ja: 'コピー' }, copied: { en: 'Copied', ja: 'コピーしました' }, close: { en: 'Close', ja: '閉じる' }, actions: { en: 'What can be done', ja: '操作' },
}
type Person = Told<'people.list'>['items'][number]

export const People = (): ReactNode => {
  const [say, { self, zone }] = [useSay(), useAround()]
  const people = useAskPages('people.list', { limit: 200 })
  const [add, change, invite, disable, enable] = [useWish('people.add'), useWish('people.change'), useWish('people.invite'), useWish('people.disable'), useWish('people.enable')]
  const [dialog, setDialog] = useState<{ readonly kind: 'add' } | { readonly kind: 'change' | 'disable'; readonly person: Person }>()
  const [given, setGiven] = useState<{ readonly invitation: string; readonly expiresAt: string }>()
  const isAdmin = self.roles.includes('admin')
  const choices = roles.map(role => ({ value: role, label: say(roleWords[role]) }))
  const close = (): void => { setDialog(undefined) }
  if (people.data === undefined) return <Page title={say(words.title)} lead={say(words.lead)}><Panel title={say(words.title)}><Shown of={people as never} what={words.title} lines={6}>{() => null}</Shown></Panel></Page>
  return (
    <Page title={say(words.title)} lead={say(words.lead)} acts={isAdmin ? <Button onClick={() => { setDialog({ kind: 'add' }) }}>{say(words.add)}</Button> : undefined}>
      <Panel title={say(words.title)} flush>
        <Shown of={people as never} what={words.title}>{() => null}</Shown>
        <table className={table['plain']}>
          <thead><tr><th>{say(words.name)}</th><th>{say(words.email)}</th><th>{say(words.roles)}</th><th>{say(words.signsIn)}</th><th>{say(words.state)}</th>{isAdmin ? <th><span className="unseen">{say(words.actions)}</span></th> : null}</tr></thead>
          <tbody>{people.data.pages.flatMap(page => page.items).map(person => (
            <tr key={person.id}>
              <td style={{ minWidth: 120 }}>{person.name}</td><td style={{ overflowWrap: 'anywhere', minWidth: 180 }}>{person.email}</td><td>{person.roles.map(role => say(roleWords[role])).join(' · ')}</td>
              <td>{person.signsInBy.length === 0 ? <span className="quiet">{say(words.notYet)}</span> : person.signsInBy.map(way => say(words[way])).join(', ')}</td>
              <td>{person.disabledAt === null ? <span className="soft">{say(words.isIn)}</span> : <StateLabel state="idle">{say(words.out)}</StateLabel>}</td>
              {isAdmin ? <td data-right><div style={{ display: 'flex', gap: 6, justifyContent: 'flex-end' }}>
                <Button size="compact-sm" variant="default" onClick={() => { setDialog({ kind: 'change', person }) }}>{say(words.change)}</Button>
                <Button size="compact-sm" variant="default" onClick={() => { invite.mutate({ person: person.id }, { onSuccess: setGiven }) }}>{say(words.invite)}</Button>
                {person.disabledAt === null ? <Button size="compact-sm" variant="default" onClick={() => { setDialog({ kind: 'disable', person }) }}>{say(words.disable)}</Button> : <Button size="compact-sm" variant="default" onClick={() => { enable.mutate({ person: person.id }) }}>{say(words.enable)}</Button>}
              </div></td> : null}
            </tr>
          ))}</tbody>
        </table>
        {[invite, enable].map(({ error }, n) => (error === null ? null : <Failed key={n} error={error} />))}
      </Panel>
      <Partners />
      <FormDialog opened={dialog?.kind === 'add'} close={close} title={say(words.add)} act={say(words.add)} wish={async values => { setGiven(await add.mutateAsync({ name: String(values['name']), email: String(values['email']), roles: values['roles'] as Role[] })) }} fields={[{ key: 'name', says: words.name, type: 'text' }, { key: 'email', says: words.email, type: 'email' }, { key: 'roles', says: words.roles, type: 'choices', choices }]} />
      {dialog?.kind === 'change' ? <FormDialog opened close={close} title={dialog.person.name} act={say(words.change)} wish={values => change.mutateAsync({ person: dialog.person.id, name: String(values['name']), roles: values['roles'] as Role[] })} fields={[{ key: 'name', says: words.name, type: 'text', first: dialog.person.name }, { key: 'roles', says: words.roles, type: 'choices', choices, first: dialog.person.roles }]} /> : null}
      {dialog?.kind === 'disable' ? <Confirm opened close={close} title={say(words.disable)} effect={say(words.effect, { name: dialog.person.name })} wayBack={say(words.back)} act={say(words.disable)} isDangerous name={dialog.person.name} wish={() => disable.mutateAsync({ person: dialog.person.id })} /> : null}
      <Modal opened={given !== undefined} onClose={() => { setGiven(undefined) }} title={<h2>{say(words.invite)}</h2>} closeButtonProps={{ 'aria-label': say(words.close) }}>
        {given === undefined ? null : <div style={{ display: 'grid', gap: 12 }}><p>{say(words.invitation)}<When at={given.expiresAt} zone={zone} /></p><code style={{ overflowWrap: 'anywhere' }}>{given.invitation}</code><CopyButton value={given.invitation}>{({ copied, copy }) => <Button variant="default" onClick={copy}>{say(copied ? words.copied : words.copy)}</Button>}</CopyButton></div>}
      </Modal>
    </Page>
  )
}

import { Button, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { ask, Refusal, type Told } from '../../../shared/ask.ts'
import { useWish } from '../../../shared/asking.ts'
import { Confirm } from '../../../shared/confirm.tsx'
import { Copy } from '../../../shared/copy.tsx'
import { useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { Failed } from '../../../shared/shown.tsx'
import { useMay } from '../../may.ts'
import { useAround } from '../../self.ts'
import type { Licences } from './words.ts'
import table from '../../../shared/table.module.css'
import css from './licences.module.css'

const words = {
  act: { en: 'Give out activation codes', ja: 'アクティベーションコードを表示' }, title: { en: 'Activation codes of {customer}', ja: '{customer} のアクティベーションコード' },
  effect: { en: 'The codes of the back-up sheet are shown here, whole. Whoever has one can activate the licence on a machine of theirs.', ja: 'バックアップシートのコード全体を表示します。コードを入手した人は、任意のマシンでライセンスを有効化できます。' }, wayBack: { en: 'What was seen cannot be unseen. That you were shown them stays on record.', ja: '表示は取り消せません。表示した事実が記録されます。' },
  sending: { en: 'Six digits are being sent to {email}.', ja: '{email} に 6 桁の確認コードを送信しています。' }, sent: { en: 'Six digits are on their way to {email}. They count for ten minutes.', ja: '{email} に 6 桁の確認コードを送信しました（有効時間 10 分）。' }, digits: { en: 'The six digits', ja: '6 桁の確認コード' },
  once: { en: 'Keep them now: they are gone from here as soon as you leave this page or press the button.', ja: '今すぐ保管してください。ページを離れるか下のボタンを押すと表示は消えます。' }, done: { en: 'I have kept them', ja: '保管しました' }, licence: { en: 'Licence', ja: 'ライセンス' }, code: { en: 'Activation code', ja: 'アクティベーションコード' }, none: { en: 'The sheet has no codes.', ja: 'シートにコードはありません。' },
}
export type Codes = Told<'licences.codes'>['codes']

/** Asks for the codes: by whose name is typed, and by the second factor where it was not given a moment ago. The answer is asked for outside of everything that keeps answers. */
export const GiveOutCodes = ({ told, customer, keep }: { readonly told: Licences; readonly customer: string; keep(codes: Codes): void }): ReactNode => {
  const [say, { self }, may, known, send] = [useSay(), useAround(), useMay(), useQueryClient(), useWish('codes.ask')]
  const [isAsked, setAsked] = useState(false)
  const [isUnproven, setUnproven] = useState(!self.isProven)
  const [digits, setDigits] = useState('')
  if (told.record?.hasCodes !== true || !may('licence.reveal') || customer === '') return null
  const open = (): void => { setAsked(true); setDigits(''); setUnproven(!self.isProven); if (!self.isProven) send.mutate({}) }
  const show = async (): Promise<void> => {
    if (isUnproven) await ask('codes.use', { digits: digits.normalize('NFKC').replaceAll(/\D/g, '') }, { key: crypto.randomUUID() })
    setUnproven(false)
    try {
      keep((await ask('licences.codes', { move: told.move })).codes)
    } catch (error) {
      // The digits count for a while: who waited longer is sent others.
      if (error instanceof Refusal && error.code === 'second-factor-missing') { setUnproven(true); send.mutate({}) }
      throw error
    } finally {
      void known.invalidateQueries({ queryKey: ['sessions.read'] })
    }
  }
  return (
    <>
      <Button variant="default" onClick={open}>{say(words.act)}</Button>
      <Confirm opened={isAsked} close={() => { setAsked(false) }} title={`${say(words.act)}: ${customer}`} effect={say(words.effect)} wayBack={say(words.wayBack)} act={say(words.act)} isDangerous name={customer} wish={show}>
        {isUnproven ? <><p role="status" className="quiet">{say(send.isSuccess ? words.sent : words.sending, { email: self.email ?? '' })}</p>{send.error === null ? null : <Failed error={send.error} again={() => { send.mutate({}) }} />}<TextInput label={say(words.digits)} required inputMode="numeric" autoComplete="one-time-code" value={digits} onChange={event => { setDigits(event.currentTarget.value) }} /></> : null}
      </Confirm>
    </>
  )
}

/** The codes, each to be copied, until somebody says that they have them. */
export const ShownCodes = ({ codes, customer, done }: { readonly codes: Codes; readonly customer: string; done(): void }): ReactNode => {
  const say = useSay()
  return (
    <Panel title={say(words.title, { customer })} acts={<Button size="compact-sm" onClick={done}>{say(words.done)}</Button>} flush>
      <p className={css['pad']} role="status"><strong>{say(words.once)}</strong></p>
      {codes.length === 0 ? <p className={`quiet ${css['pad']}`}>{say(words.none)}</p> : (
        <div className={css['scroll']} tabIndex={0} role="group" aria-label={say(words.title, { customer })}><table className={table['plain']}>
          <thead><tr><th>{say(words.licence)}</th><th>{say(words.code)}</th></tr></thead>
          <tbody>{codes.map(one => <tr key={one.licence}><td>{one.name}</td><td translate="no"><code>{one.code}</code> <Copy text={one.code} what={one.name} /></td></tr>)}</tbody>
        </table></div>
      )}
    </Panel>
  )
}

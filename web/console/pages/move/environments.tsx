import { Button, Textarea } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { Environment } from '#domain/homes.ts'
import type { Text } from '#domain/locale.ts'
import type { Told } from '../../../shared/ask.ts'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { Confirm } from '../../../shared/confirm.tsx'
import { dayOf } from '../../../shared/amounts.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { Nothing, Shown } from '../../../shared/shown.tsx'
import { StateLabel, StateMark } from '../../../shared/state-mark.tsx'
import { Day, When } from '../../../shared/when.tsx'
import { type Marked, Marks } from '../../marks.tsx'
import { useMay } from '../../may.ts'
import { ownerOf } from '../../owners.ts'
import type { PartProps } from './move.tsx'
import { dayIn } from './t-minus.ts'
import css from './move.module.css'

const words = {
  title: { en: 'Environments', ja: '環境' }, what: { en: 'the environments', ja: '環境' }, none: { en: 'This plan has one environment, which is the move itself.', ja: 'この計画の環境は移行対象のみです。' }, testing: { en: 'Testing', ja: 'テスト期間' }, after: { en: 'after {environment}', ja: '{environment} の後' }, early: { en: '{who} let it start early:', ja: '{who} が早期開始を許可:' },
  letStart: { en: 'Let it start early', ja: '早期開始を許可する' }, letTitle: { en: 'Let {environment} start early', ja: '{environment} の早期開始を許可' }, letEffect: { en: '{before} was promised testing until {until}; {environment} may begin before that is over. The customer must have signed {before} off.', ja: '{before} のテスト期間は {until} までのお約束ですが、その終了前に {environment} を開始できるようにします。{before} の検収が完了している必要があります。' },
  letBack: { en: 'It cannot be taken back. Your name, the time and the reason stay on record.', ja: '取り消せません。お名前・日時・理由が記録されます。' }, why: { en: 'Why', ja: '理由' },
  signOffs: { en: 'Sign-offs', ja: '検収' }, whatSign: { en: 'the sign-offs', ja: '検収' }, noneSign: { en: 'Nothing has to be signed off.', ja: '検収は不要です。' }, by: { en: 'by {who}', ja: '担当: {who}' }, due: { en: 'due', ja: '期限' }, accepted: { en: 'Accepted', ja: '合格' }, refused: { en: 'Not accepted', ja: '不合格' }, open: { en: 'Wanted', ja: '依頼中' },
  give: { en: 'Accept', ja: '合格にする' }, refuse: { en: 'It does not work', ja: '不合格にする' }, effect: { en: 'What waits for this sign-off may begin. Your name and the time are kept with it.', ja: 'この検収を待つ作業を開始できます。お名前と日時が記録されます。' }, noEffect: { en: 'The note tells what does not work; the tasks for it are opened again.', ja: '不具合の内容をメモに記入してください。関連するタスクが未完了に戻ります。' }, wayBack: { en: 'What is said is kept; it can be said anew.', ja: '記録は残りますが、改めて判定できます。' }, note: { en: 'Note', ja: 'メモ' },
}
const environmentWords: Readonly<Record<Environment, Text>> = { 'non-prod': { en: 'Non-production', ja: '開発環境' }, 'pre-prod': { en: 'Pre-production', ja: '検証環境' }, prod: { en: 'Production', ja: '本番環境' } }
type SignOff = Told<'sign-offs.list'>['items'][number]

/** One environment after the other, each tested and signed off before the next begins. */
export const Environments = ({ told }: PartProps): ReactNode => {
  const say = useSay()
  const [plan, signOffs] = [useAsk('plans.read', { move: told.move.id }), useAsk('sign-offs.list', { move: told.move.id })]
  return (
    <div className={css['stack']}>
      <Panel title={say(words.title)} flush>
        <Shown of={plan} what={words.what} empty={found => found.environments.length === 0} none={<Nothing>{say(words.none)}</Nothing>}>
          {({ environments }) => <ul className={css['list']}>{environments.map(one => {
            const signed = (signOffs.data?.items ?? []).filter(sign => sign.environment === one.key)
            const early = told.move.earlyGo.find(go => go.environment === one.key)
            return <li key={one.key}><StateMark state={signed.length > 0 && signed.every(sign => sign.accepted) ? 'done' : 'idle'} says={null} /><div><span className={css['name']}>{say(one.title)} <span className="quiet">{say(environmentWords[one.key])}{one.after === null ? null : ` · ${say(words.after, { environment: say(environmentWords[one.after]) })}`}</span></span><span className="quiet">{say(words.testing)} <Day of={one.from} /> – <Day of={one.to} /></span>{early === undefined ? null : <span>{say(words.early, { who: early.by })} {early.note}</span>}</div>{early === undefined ? <EarlyGo told={told} of={one} before={environments.find(other => other.key === one.after)} /> : null}</li>
          })}</ul>}
        </Shown>
      </Panel>
      <Panel title={say(words.signOffs)} flush>
        <Shown of={signOffs} what={words.whatSign} empty={found => found.items.length === 0} none={<Nothing>{say(words.noneSign)}</Nothing>}>
          {found => <ul className={css['list']}>{found.items.map(one => <One key={one.key} signOff={one} told={told} />)}</ul>}
        </Shown>
      </Panel>
    </div>
  )
}

type Planned = Told<'plans.read'>['environments'][number]

/** C9: the time to test that the one before was promised is cut short, on the lead's word; only after that one's sign-off, which control looks at. */
const EarlyGo = ({ told, of, before }: PartProps & { readonly of: Planned; readonly before: Planned | undefined }): ReactNode => {
  const [say, { locale }, may, go, [isAsked, ask], [note, setNote]] = [useSay(), useLanguage(), useMay(), useWish('moves.go-early'), useState(false), useState('')]
  if (before === undefined || told.move.endedAt !== null || !may('plan.change') || of.from < dayIn(told.customer.zone, Date.now())) return null
  const close = (): void => { ask(false); setNote('') }
  return (
    <div className={css['end']}>
      <Button size="compact-sm" variant="default" onClick={() => { ask(true) }} aria-label={say(words.letTitle, { environment: say(of.title) })}>{say(words.letStart)}</Button>
      <Confirm opened={isAsked} close={close} title={say(words.letTitle, { environment: say(of.title) })} act={say(words.letStart)} isDangerous name={told.customer.name} effect={say(words.letEffect, { before: say(before.title), until: dayOf(before.to, locale), environment: say(of.title) })} wayBack={say(words.letBack)} wish={() => go.mutateAsync({ move: told.move.id, environment: of.key, note })}>
        <Textarea label={say(words.why)} required autosize minRows={2} value={note} onChange={event => { setNote(event.currentTarget.value) }} />
      </Confirm>
    </div>
  )
}

const One = ({ signOff, told }: PartProps & { readonly signOff: SignOff }): ReactNode => {
  const say = useSay()
  const give = useWish('sign-offs.give')
  const [asked, ask] = useState<boolean | null>(null)
  const [note, setNote] = useState('')
  const [marked, mark] = useState<Marked>({})
  const last = signOff.given.at(-1)
  const isRefused = last?.accepted === false
  return (
    <li>
      <StateMark state={signOff.accepted ? 'done' : isRefused ? 'blocked' : 'waiting'} says={null} />
      <div><span className={css['name']}>{say(signOff.title)}</span><span className="quiet">{say(environmentWords[signOff.environment])} · {say(words.by, { who: say(ownerOf(signOff.by)) })} · {say(words.due)} <Day of={signOff.due} /></span>
        {signOff.given.map(one => <span key={one.id}>{say(one.accepted ? words.accepted : words.refused)}: {one.by}, <When at={one.at} zone={told.customer.zone} />{one.note === '' ? null : ` “${one.note}”`}</span>)}</div>
      <div className={css['end']}>{signOff.mayGive && !signOff.accepted ? <><Button size="compact-sm" variant="default" onClick={() => { ask(false) }}>{say(words.refuse)}</Button><Button size="compact-sm" onClick={() => { ask(true) }}>{say(words.give)}</Button></> : <StateLabel state={signOff.accepted ? 'done' : isRefused ? 'blocked' : 'waiting'}>{say(signOff.accepted ? words.accepted : isRefused ? words.refused : words.open)}</StateLabel>}</div>
      <Confirm opened={asked !== null} close={() => { ask(null); setNote(''); mark({}) }} title={say(signOff.title)} effect={say(asked === true ? words.effect : words.noEffect)} wayBack={say(words.wayBack)} act={say(asked === true ? words.give : words.refuse)} wish={() => give.mutateAsync({ move: told.move.id, signOff: signOff.key, accepted: asked === true, note, answers: marked })}>
        {asked === null ? null : <Marks items={signOff.checklist} marked={marked} set={mark} required={asked} />}
        <Textarea label={say(words.note)} autosize minRows={2} required={asked === false} value={note} onChange={event => { setNote(event.currentTarget.value) }} />
      </Confirm>
    </li>
  )
}

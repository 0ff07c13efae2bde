import { Button, Textarea } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { type Mark, marks } from '#domain/checklist.ts'
import { useWish } from '../../../shared/asking.ts'
import { Confirm } from '../../../shared/confirm.tsx'
import { useSay } from '../../../shared/language.tsx'
import { markWords } from '../../../shared/mark-words.ts'
import { useHere } from '../../here.ts'
import { Refused, useTold } from '../../refused.tsx'
import { useDraft } from './draft.ts'
import { environmentWords } from './environment-words.ts'
import type { SignOff } from './sign-offs.tsx'
import css from './sign-offs.module.css'

const words = {
  count: { en: '{done} of {all} marked', ja: '{all} 件中 {done} 件を記入済み' }, mark: { en: 'Mark every line first: {left} are left.', ja: 'すべての項目をご記入ください（残り {left} 件）。' },
  note: { en: 'What happened, and what you expected instead', ja: '発生した内容と、本来期待される動作' }, noteAccept: { en: 'Anything to add (optional)', ja: '補足（任意）' }, noteHelp: { en: 'We get it at once, with the lines that fail.', ja: '不具合のある項目とあわせて、すぐに当社へ届きます。' },
  accept: { en: 'Accept', ja: '承認する' }, tell: { en: 'Say what fails', ja: '不具合を報告する' }, instead: { en: 'Something does not work', ja: '不具合がある場合はこちら' }, afterAll: { en: 'It works after all', ja: '問題なしに戻る' },
  title: { en: 'Accept: {what}', ja: '{what}の承認' }, effect: { en: 'You accept {environment} in the name of your company. The plan goes on from here.', ja: '貴社を代表して、{environment}を承認します。以後、計画が次の段階へ進みます。' }, wayBack: { en: 'It cannot be taken back here. Should something turn up later, write to us: it is looked after all the same.', ja: 'この画面からは取り消せません。後日不具合が見つかった場合も、ご連絡いただければ対応します。' },
}

/** Every line marked with the thumb, then one button. What was marked stays on this device until it is sent, should the phone ring in between. */
export const Checklist = ({ signOff }: { readonly signOff: SignOff }): ReactNode => {
  const { move } = useHere()
  const [draft, change, forget] = useDraft(`${move} ${signOff.key}`)
  const { checklist } = signOff
  const failed = checklist.filter(item => draft.answers[item.key] === 'fails')
  const isReject = failed.length > 0 || draft.isReject
  return (
    <div className={css['check']}>
      {checklist.length === 0 ? null : <Lines signOff={signOff} answers={draft.answers} mark={(key, mark) => { change({ ...draft, answers: { ...draft.answers, [key]: mark } }) }} />}
      <Say signOff={signOff} isReject={isReject} mayTurn={failed.length === 0} draft={draft} change={change} forget={forget} />
    </div>
  )
}

type Draft = ReturnType<typeof useDraft>[0]

const Lines = ({ signOff: { checklist, title }, answers, mark }: { readonly signOff: SignOff; readonly answers: Draft['answers']; mark(key: string, mark: Mark): void }): ReactNode => {
  const say = useSay()
  const done = checklist.filter(item => answers[item.key] !== undefined).length
  return (
    <>
      <p className="small soft" role="status">{say(words.count, { done, all: checklist.length })}</p>
      <ol className={css['lines']} aria-label={say(title)}>
        {checklist.map(item => (
          <li key={item.key}>
            <fieldset>
              <legend>{say(item.title)}</legend>
              <div className={css['marks']}>
                {marks.map(one => <label key={one} data-mark={one}><input type="radio" name={item.key} value={one} checked={answers[item.key] === one} onChange={() => { mark(item.key, one) }} /><span>{say(markWords[one])}</span></label>)}
              </div>
            </fieldset>
          </li>
        ))}
      </ol>
    </>
  )
}

const Say = ({ signOff, isReject, mayTurn, draft, change, forget }: { readonly signOff: SignOff; readonly isReject: boolean; readonly mayTurn: boolean; readonly draft: Draft; change(draft: Draft): void; forget(): void }): ReactNode => {
  const [say, told, { move }, give] = [useSay(), useTold(), useHere(), useWish('sign-offs.give')]
  const [isAsked, setAsked] = useState(false)
  const left = signOff.checklist.filter(item => draft.answers[item.key] === undefined).length
  const send = async (accepted: boolean): Promise<void> => {
    await give.mutateAsync({ move, signOff: signOff.key, accepted, answers: draft.answers, note: draft.note })
    forget()
  }
  return (
    <form className={css['say']} onSubmit={event => { event.preventDefault(); if (isReject) send(false).catch(() => undefined); else setAsked(true) }}>
      <Textarea label={say(isReject ? words.note : words.noteAccept)} {...(isReject ? { description: say(words.noteHelp), required: true } : {})} autosize minRows={isReject ? 3 : 1} maxRows={10} value={draft.note} onChange={event => { change({ ...draft, note: event.currentTarget.value }) }} />
      {!isReject && left > 0 ? <p className="small soft">{say(words.mark, { left })}</p> : null}
      {isAsked ? null : <Refused error={give.error} />}
      <div className={css['acts']}>
        <Button type="submit" loading={give.isPending} disabled={isReject ? draft.note.trim() === '' : left > 0}>{say(isReject ? words.tell : words.accept)}</Button>
        {mayTurn ? <Button variant="subtle" onClick={() => { change({ ...draft, isReject: !draft.isReject }) }}>{say(isReject ? words.afterAll : words.instead)}</Button> : null}
      </div>
      <Confirm opened={isAsked} close={() => { setAsked(false) }} title={say(words.title, { what: say(signOff.title) })} effect={say(words.effect, { environment: say(environmentWords[signOff.environment]) })} wayBack={say(words.wayBack)} act={say(words.accept)} wish={() => send(true).catch((error: unknown) => { throw told(error) })} />
    </form>
  )
}

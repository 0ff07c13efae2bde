import { Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useWish } from '../../../shared/asking.ts'
import { FormDialog } from '../../../shared/form-dialog.tsx'
import { useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { StateMark } from '../../../shared/state-mark.tsx'
import { useMay } from '../../may.ts'
import { Quoted } from '../../told-fault.tsx'
import { type Licences, sideWords, stepWords } from './words.ts'
import css from './licences.module.css'

const words = {
  title: { en: 'A person must say what they found', ja: '担当者による確認が必要です' }, step: { en: '{step}, {side}: nobody knows whether it was carried out. Look at the server itself, then say what it shows.', ja: '{step}（{side}）が実行されたかどうか判定できません。サーバーを直接確認し、結果を記録してください。' }, act: { en: 'Say what was found', ja: '確認結果を記録' },
  found: { en: 'What the server shows', ja: 'サーバーの状態' }, done: { en: 'It was carried out', ja: '実行されていた' }, notDone: { en: 'It was not carried out', ja: '実行されていなかった' }, note: { en: 'How it was found out', ja: '確認方法' }, undo: { en: 'Bring everything back instead of going on', ja: '続行せずに切り戻す' },
}

/** Where a step is in doubt, what is known of each side, and the one who looked says what they found. */
export const Doubt = ({ of }: { readonly of: Licences }): ReactNode => {
  const [say, may, found, [isAsked, ask]] = [useSay(), useMay(), useWish('licences.found'), useState(false)]
  const step = of.doubt?.step ?? null
  const isOrdered = of.order !== null && (of.order.state === 'waiting' || of.order.state === 'claimed')
  return (
    <Panel title={<span className={css['lead']}><StateMark state="blocked" says={null} />{say(words.title)}</span>} acts={may('move.found') ? <Button size="compact-sm" disabled={isOrdered} onClick={() => { ask(true) }}>{say(words.act)}</Button> : undefined}>
      <div className={css['stack']}>
        {step === null ? null : <p>{say(words.step, { step: `${say(stepWords[step.does])}${step.licence === null ? '' : ` · ${of.licences.find(({ id }) => id === step.licence)?.name ?? step.licence}`}`, side: say(sideWords[step.at]) })}</p>}
        {of.doubt?.known.map(text => <p key={text} className="soft"><Quoted /><span lang="en">{text}</span></p>)}
      </div>
      <FormDialog opened={isAsked} close={() => { ask(false) }} title={say(words.title)} act={say(words.act)} wish={values => found.mutateAsync({ move: of.move, found: values['found'] === 'done' ? 'done' : 'not-done', note: String(values['note']), undo: values['undo'] === true })}
        fields={[{ key: 'found', says: words.found, type: 'choice', choices: [{ value: 'done', label: say(words.done) }, { value: 'not-done', label: say(words.notDone) }] }, { key: 'note', says: words.note, type: 'long' }, { key: 'undo', says: words.undo, type: 'yes-no' }]} />
    </Panel>
  )
}

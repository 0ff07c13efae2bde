import { Button, Textarea } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { Told } from '../../../shared/ask.ts'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { Confirm } from '../../../shared/confirm.tsx'
import { useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { Nothing, Shown } from '../../../shared/shown.tsx'
import { type State, StateLabel, StateMark } from '../../../shared/state-mark.tsx'
import { Day, useNow, When } from '../../../shared/when.tsx'
import { ownerOf } from '../../owners.ts'
import { dayIn } from './t-minus.ts'
import css from './gates.module.css'

const words = {
  what: { en: 'the gates', ja: 'ゲート' }, none: { en: 'This plan has no gates.', ja: 'この計画にゲートはありません。' }, due: { en: 'Due', ja: '期限' }, decides: { en: 'Decided by {who}', ja: '決定者: {who}' }, conditions: { en: 'Conditions', ja: '条件' }, noConditions: { en: 'It asks for nothing but a decision.', ja: '条件はありません。決定のみ必要です。' },
  open: { en: 'Open', ja: '未決定' }, go: { en: 'Go', ja: '実施' }, 'no-go': { en: 'No-go', ja: '見送り' }, held: { en: 'Met', ja: '充足' }, unmet: { en: 'Not met', ja: '未充足' }, firm: { en: 'cannot be overridden', ja: '例外不可' },
  sayGo: { en: 'Go', ja: '実施する' }, sayNo: { en: 'No-go', ja: '見送る' }, again: { en: 'Decide anew', ja: '再度決定する' }, note: { en: 'Note', ja: 'メモ' }, noteWhy: { en: 'Who goes although a condition is not met says why. Everybody can read it.', ja: '条件を満たさずに実施する場合は、理由を記入してください。全員が閲覧できます。' },
  noteNo: { en: 'Why not. Everybody can read it.', ja: '見送る理由を記入してください。全員が閲覧できます。' }, noteAny: { en: 'Everybody can read it.', ja: '全員が閲覧できます。' },
  goTitle: { en: 'Go: {gate}', ja: '実施: {gate}' }, noTitle: { en: 'No-go: {gate}', ja: '見送り: {gate}' }, goEffect: { en: 'What waits for this gate may begin. Your name and the time are kept with it.', ja: 'このゲートを待つ作業を開始できるようになります。お名前と日時が記録されます。' },
  noEffect: { en: 'What waits for this gate stays where it is. Your name and the time are kept with it.', ja: 'このゲートを待つ作業は開始されません。お名前と日時が記録されます。' }, goBack: { en: 'A go is decided once; it is not taken back.', ja: '「実施」の決定は取り消せません。' }, noBack: { en: 'It can be opened again and decided anew.', ja: '再度開いて、決定し直すことができます。' },
  againTitle: { en: 'Decide anew: {gate}', ja: '再度決定: {gate}' }, againEffect: { en: 'The gate is open again, and waits for a decision.', ja: 'ゲートが再び未決定になります。' }, by: { en: '{decision} by {who},', ja: '{decision}（{who}）' }, override: { en: 'although {n} conditions were not met', ja: '未充足の条件 {n} 件を例外として' }, notYours: { en: 'Not yours to decide.', ja: 'ご自身では決定できません。' },
}
const states: Readonly<Record<'open' | 'go' | 'no-go', State>> = { open: 'waiting', go: 'done', 'no-go': 'blocked' }
export type Gate = Told<'gates.list'>['items'][number]

/** Every gate of a move: what it asks for, what is so, and the decision. `openOnly`: those that nobody has let through. */
export const Gates = ({ move, zone, title, everyMs }: { readonly move: string; readonly zone: string; readonly title?: ReactNode; readonly everyMs?: number }): ReactNode => {
  const say = useSay()
  const gates = useAsk('gates.list', { move: move as never }, everyMs === undefined ? {} : { everyMs })
  return (
    <Shown of={gates} what={words.what} empty={told => told.items.length === 0} none={<Panel title={title ?? say(words.what)}><Nothing>{say(words.none)}</Nothing></Panel>}>
      {told => <div className={css['gates']}>{told.items.toSorted((a, b) => (a.due < b.due ? -1 : 1)).map(gate => <One key={gate.id} gate={gate} zone={zone} />)}</div>}
    </Shown>
  )
}

const One = ({ gate, zone }: { readonly gate: Gate; readonly zone: string }): ReactNode => {
  const [say, now] = [useSay(), useNow(60_000)]
  const [asked, ask] = useState<'go' | 'no-go' | 'again' | null>(null)
  const [decide, reopen] = [useWish('gates.decide'), useWish('gates.reopen')]
  const [note, setNote] = useState('')
  const title = say(gate.title)
  // What is not so yet is no failure before the day of the gate.
  const isLate = gate.state === 'no-go' || (gate.state === 'open' && gate.due < dayIn(zone, now))
  const unmet = gate.conditions.filter(one => !one.held).length
  const close = (): void => { ask(null); setNote('') }
  return (
    <Panel title={<><StateMark state={gate.state === 'open' && unmet === 0 ? 'active' : states[gate.state]} says={say(words[gate.state])} /> {title}</>} lead={<>{say(words.due)} <Day of={gate.due} year={false} /> · {say(words.decides, { who: say(ownerOf(gate.decides)) })}</>}
      acts={gate.state === 'open'
        ? gate.mayDecide ? <><Button size="compact-sm" variant="default" onClick={() => { ask('no-go') }}>{say(words.sayNo)}</Button><Button size="compact-sm" onClick={() => { ask('go') }}>{say(words.sayGo)}</Button></> : <span className="quiet">{say(words.notYours)}</span>
        : <><StateLabel state={states[gate.state]}>{say(words[gate.state])}</StateLabel>{gate.state === 'no-go' ? <Button size="compact-sm" variant="default" onClick={() => { ask('again') }}>{say(words.again)}</Button> : null}</>}>
      {gate.conditions.length === 0 ? <p className="quiet">{say(words.noConditions)}</p> : (
        <ul className={css['conditions']} aria-label={say(words.conditions)}>
          {gate.conditions.map((one, n) => <li key={n}><StateMark state={one.held ? 'done' : isLate ? 'blocked' : 'waiting'} says={say(one.held ? words.held : words.unmet)} /><div><span>{say(one.title)}{one.firm && !one.held ? <span className="quiet"> · {say(words.firm)}</span> : null}</span><span className="quiet">{say(one.why)}</span></div></li>)}
        </ul>
      )}
      {[...gate.earlier, ...(gate.decided === null ? [] : [gate.decided])].map((one, n) => (
        <p key={n} className={css['decided']}><StateMark state={states[one.decision]} says={null} /><span>{say(words.by, { decision: say(words[one.decision]), who: one.by.name })} <When at={one.at} zone={zone} far />{one.overridden.length === 0 ? null : <> {say(words.override, { n: one.overridden.length })}</>}{one.note === '' ? null : <q>{one.note}</q>}</span></p>
      ))}
      <Confirm opened={asked === 'go' || asked === 'no-go'} close={close} title={say(asked === 'no-go' ? words.noTitle : words.goTitle, { gate: title })} effect={say(asked === 'no-go' ? words.noEffect : words.goEffect)} wayBack={say(asked === 'no-go' ? words.noBack : words.goBack)} act={say(asked === 'no-go' ? words.sayNo : words.sayGo)} isDangerous={asked === 'no-go'}
        wish={() => decide.mutateAsync({ gate: gate.id, decision: asked === 'no-go' ? 'no-go' : 'go', note })}>
        <Textarea label={say(words.note)} required={asked === 'no-go' || unmet > 0} description={say(asked === 'no-go' ? words.noteNo : unmet > 0 ? words.noteWhy : words.noteAny)} autosize minRows={2} value={note} onChange={event => { setNote(event.currentTarget.value) }} />
      </Confirm>
      <Confirm opened={asked === 'again'} close={close} title={say(words.againTitle, { gate: title })} effect={say(words.againEffect)} wayBack={say(words.noBack)} act={say(words.again)} wish={() => reopen.mutateAsync({ gate: gate.id, note })}>
        <Textarea label={say(words.note)} autosize minRows={2} value={note} onChange={event => { setNote(event.currentTarget.value) }} />
      </Confirm>
    </Panel>
  )
}

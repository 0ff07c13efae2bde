import type { ReactNode } from 'react'
import type { Text } from '#domain/locale.ts'
import type { Told } from '../../../shared/ask.ts'
import { useAsk } from '../../../shared/asking.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Nothing, Shown } from '../../../shared/shown.tsx'
import { type State, StateLabel, StateMark } from '../../../shared/state-mark.tsx'
import { Day, When } from '../../../shared/when.tsx'
import { useHere } from '../../here.ts'
import { Only } from '../../only.tsx'
import { Page, Part } from '../../page.tsx'
import { Decide } from './decide.tsx'
import css from './gates.module.css'

const words = {
  title: { en: 'Go or no-go', ja: '実施可否の判断' }, lead: { en: 'Before the next stage begins somebody decides by name, with every condition in view.', ja: '次の段階に進む前に、各条件を確認のうえ、責任者が判断します。' }, what: { en: 'the decisions', ja: '判断の一覧' }, none: { en: 'Nothing has to be decided in this move.', ja: 'この移行に判断事項はありません。' },
  due: { en: 'Decided by', ja: '判断期日' }, open: { en: 'Not decided yet', ja: '未判断' }, go: { en: 'Go', ja: '実施' }, 'no-go': { en: 'No-go', ja: '見送り' }, yours: { en: 'Yours to decide', ja: 'ご判断をお願いします' }, held: { en: 'So', ja: '充足' }, unmet: { en: 'Not so yet', ja: '未充足' }, conditions: { en: 'Conditions', ja: '条件' },
  by: { en: '{decision} by {who}, ', ja: '{decision}（{who}）' },
} satisfies Record<string, Text>
export type Gate = Told<'gates.list'>['items'][number]
const states: Readonly<Record<Gate['state'], State>> = { open: 'waiting', go: 'done', 'no-go': 'blocked' }

/** Every gate of the move with its conditions; those that are this person’s to decide first. */
export const Gates = (): ReactNode => <Only verb="gate.read" title={words.title}><Inside /></Only>

const Inside = (): ReactNode => {
  const [say, { move }] = [useSay(), useHere()]
  const gates = useAsk('gates.list', { move })
  return (
    <Page title={say(words.title)} lead={say(words.lead)}>
      <Shown of={gates} what={words.what} lines={8} empty={({ items }) => items.length === 0} none={<Nothing>{say(words.none)}</Nothing>}>
        {({ items }) => items.toSorted((a, b) => Number(b.mayDecide) - Number(a.mayDecide) || a.due.localeCompare(b.due)).map(gate => <One key={gate.id} gate={gate} />)}
      </Shown>
    </Page>
  )
}

const One = ({ gate }: { readonly gate: Gate }): ReactNode => {
  const [say, { locale }, { zone }] = [useSay(), useLanguage(), useHere()]
  const isOpen = gate.state === 'open'
  return (
    <Part strong={gate.mayDecide} title={gate.title[locale]} lead={<>{say(words.due)} <Day of={gate.due} />{gate.mayDecide ? ` · ${say(words.yours)}` : ''}</>}>
      <div><StateLabel state={states[gate.state]}>{say(words[gate.state])}</StateLabel></div>
      {gate.decided === null ? null : <p>{say(words.by, { decision: say(words[gate.decided.decision]), who: gate.decided.by.name })}<When at={gate.decided.at} zone={zone} />{gate.decided.note === '' ? null : <q className={css['note']}>{gate.decided.note}</q>}</p>}
      {isOpen && gate.conditions.length > 0 ? <ul className={css['conditions']} aria-label={say(words.conditions)}>{gate.conditions.map((one, n) => <li key={n}><StateMark state={one.held ? 'done' : 'waiting'} says={say(one.held ? words.held : words.unmet)} /><span>{one.title[locale]}<span className="soft small">{one.why[locale]}</span></span></li>)}</ul> : null}
      {gate.mayDecide ? <Decide gate={gate} /> : null}
    </Part>
  )
}

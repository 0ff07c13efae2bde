import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { Failed, Nothing, Shown } from '../../../shared/shown.tsx'
import { StateMark } from '../../../shared/state-mark.tsx'
import { useMay } from '../../may.ts'
import css from './room.module.css'

const words = { title: { en: 'Checks', ja: '確認項目' }, what: { en: 'the checks', ja: '確認項目' }, look: { en: 'Look now', ja: '今すぐ確認' }, none: { en: 'This plan asks for nothing that the system can see.', ja: 'システムで確認する項目はありません。' }, held: { en: 'So', ja: '充足' }, not: { en: 'Not so', ja: '未充足' }, lead: { en: '{held} of {all} are so', ja: '{all} 件中 {held} 件が充足' } }

/** What tasks and gates ask of the system, and what is so now. */
export const Checks = ({ move }: { readonly move: string }): ReactNode => {
  const [say, may] = [useSay(), useMay()]
  const checks = useAsk('checks.read', { move: move as never })
  const look = useWish('checks.look')
  const all = checks.data?.checks ?? []
  return (
    <Panel title={say(words.title)} lead={all.length === 0 ? undefined : say(words.lead, { held: all.filter(one => one.held).length, all: all.length })} acts={may('check.look') ? <Button size="compact-sm" variant="default" loading={look.isPending} onClick={() => { look.mutate({ move: move as never }) }}>{say(words.look)}</Button> : undefined}>
      {look.error === null ? null : <Failed error={look.error} />}
      <Shown of={checks} what={words.what} empty={told => told.checks.length === 0} none={<Nothing>{say(words.none)}</Nothing>}>
        {told => <ul className={css['checks']}>{told.checks.map((one, n) => <li key={n}><StateMark state={one.held ? 'done' : 'waiting'} says={say(one.held ? words.held : words.not)} /><div><span>{say(one.title)}{one.about === null ? null : <> · {one.about}</>}</span><span className="quiet">{say(one.why)}</span></div></li>)}</ul>}
      </Shown>
    </Panel>
  )
}

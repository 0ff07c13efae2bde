import { Button } from '@mantine/core'
import type { UseQueryResult } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import type { Text } from '#domain/locale.ts'
import type { Told } from '../../../shared/ask.ts'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { FormDialog, type Value } from '../../../shared/form-dialog.tsx'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { Nothing, Shown } from '../../../shared/shown.tsx'
import { Day } from '../../../shared/when.tsx'
import { callFields, callOf, noTime } from '../../call-form.ts'
import { useMay } from '../../may.ts'
import type { Wave } from './told.ts'
import css from './run.module.css'

const words = {
  title: { en: 'Waves', ja: 'ウェーブ' }, lead: { en: 'Moves that go together', ja: 'まとめて実施する移行' }, what: { en: 'the waves', ja: 'ウェーブ' }, none: { en: 'No wave yet. The planner makes them, or you add one.', ja: 'ウェーブはまだありません。プランナーに依頼するか、追加してください。' }, name: { en: 'Wave', ja: 'ウェーブ' }, t0Says: { en: 'T-0, the day of the cutover', ja: 'T-0（切替日）' }, moves: { en: '{n} moves', ja: '移行 {n} 件' }, noDay: { en: 'no day yet', ja: '未定' },
  add: { en: 'Add a wave', ja: 'ウェーブを追加' }, change: { en: 'Change', ja: '変更' }, changeTitle: { en: 'Change {wave}', ja: '{wave} を変更' }, changeLead: { en: 'With another T-0 the open tasks and gates of its {n} moves are dated anew, and whoever it concerns is told.', ja: 'T-0 を変更すると、移行 {n} 件の未完了のタスクとゲートの期日が再計算され、関係者に通知されます。' },
  call: { en: 'Plan a call', ja: '打ち合わせを設定' }, callTitle: { en: 'Plan a call for all of {wave}', ja: '{wave} 全体の打ち合わせを設定' }, callLead: { en: 'Each of its {n} moves gets the call, and each customer’s people an invitation of their own: none learns of another. Who has it planned already keeps it.', ja: '移行 {n} 件それぞれに打ち合わせを設定し、顧客ごとに個別の招待状を送ります。ほかの顧客の情報は表示されません。設定済みの移行はそのままです。' }, invite: { en: 'Invite', ja: '招待する' },
  planned: { en: '{wave}: the call was planned for {n} of {all} moves; the others had it already, or are over.', ja: '{wave}: 移行 {all} 件中 {n} 件に打ち合わせを設定しました。残りは設定済み、または終了しています。' },
} satisfies Record<string, Text>
type Asked = { readonly act: 'add' } | { readonly act: 'change' | 'call'; readonly wave: Wave }

/** Which moves go together and when; a new wave, another day for one, and a call for all of it. */
export const EachWave = ({ of, programme, zone }: { readonly of: UseQueryResult<Told<'waves.list'>>; readonly programme: string; readonly zone: string }): ReactNode => {
  const [say, { locale }, may, [asked, ask], [said, tell]] = [useSay(), useLanguage(), useMay(), useState<Asked | null>(null), useState<string | null>(null)]
  const [add, change, plan] = [useWish('waves.add'), useWish('waves.change'), useWish('calls.plan-for-wave')]
  const wave = asked === null || asked.act === 'add' ? undefined : asked.wave
  const key = useAsk('programmes.read', { programme: programme as never }, { when: asked?.act === 'call' }).data?.programme.playbook
  const book = useAsk('playbooks.read', { playbook: key ?? '', locale }, { when: key !== undefined })
  const [mayPlan, mayCall] = [may('wave.plan'), may('call.plan')]
  const wish = async (values: Readonly<Record<string, Value>>): Promise<void> => {
    if (asked?.act === 'call') {
      const call = callOf(values, zone)
      if (call === undefined) throw new Error(say(noTime))
      const { calls } = await plan.mutateAsync({ wave: asked.wave.id, ...call })
      tell(say(words.planned, { wave: asked.wave.name, n: calls.length, all: asked.wave.moves }))
      return
    }
    const fields = { name: String(values['name']), t0: values['t0'] === null ? null : String(values['t0']) }
    await (wave === undefined ? add.mutateAsync({ programme: programme as never, ...fields }) : change.mutateAsync({ wave: wave.id, ...fields }))
  }
  const about = { wave: wave?.name ?? '', n: wave?.moves ?? 0 }
  return (
    <Panel title={say(words.title)} lead={say(words.lead)} acts={mayPlan ? <Button size="compact-sm" variant="default" onClick={() => { ask({ act: 'add' }) }}>{say(words.add)}</Button> : undefined}>
      {said === null ? null : <p role="status">{said}</p>}
      <Shown of={of} what={words.what} lines={2} empty={({ items }) => items.length === 0} none={<Nothing>{say(words.none)}</Nothing>}>
        {({ items }) => <ul className={css['rules']}>{items.map(one => (
          <li key={one.id}>
            <span><strong>{one.name}</strong> {one.t0 === null ? <span className="quiet">{say(words.noDay)}</span> : <Day of={one.t0} />} <span className="quiet figures">{say(words.moves, { n: one.moves })}</span></span>
            <span className={css['line']}>{mayCall && one.moves > 0 ? <Button size="compact-sm" variant="default" aria-label={say(words.callTitle, { wave: one.name })} onClick={() => { ask({ act: 'call', wave: one }) }}>{say(words.call)}</Button> : null}{mayPlan ? <Button size="compact-sm" variant="default" aria-label={say(words.changeTitle, { wave: one.name })} onClick={() => { ask({ act: 'change', wave: one }) }}>{say(words.change)}</Button> : null}</span>
          </li>
        ))}</ul>}
      </Shown>
      <FormDialog opened={asked !== null} close={() => { ask(null) }} wish={wish} title={asked?.act === 'call' ? say(words.callTitle, about) : asked?.act === 'change' ? say(words.changeTitle, about) : say(words.add)} act={asked?.act === 'call' ? say(words.invite) : asked?.act === 'change' ? say(words.change) : say(words.add)}
        {...(wave === undefined ? {} : { lead: say(asked?.act === 'call' ? words.callLead : words.changeLead, about) })}
        fields={asked?.act === 'call' ? callFields(book.data, { zone, isThere: false }) : [{ key: 'name', says: words.name, type: 'text', first: wave?.name ?? '' }, { key: 't0', says: words.t0Says, type: 'day', optional: true, first: wave?.t0 ?? '' }]} />
    </Panel>
  )
}

import { Radio, TextInput } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { useAsk } from '../../../shared/asking.ts'
import { instantAt } from '../../../shared/instant-at.ts'
import { useSay } from '../../../shared/language.tsx'
import { Page, Panel } from '../../../shared/panel.tsx'
import { When } from '../../../shared/when.tsx'
import { useAround } from '../../self.ts'
import { ChooseMove } from '../../choose-move.tsx'
import { Preview } from './preview.tsx'
import css from './quotes.module.css'

const words = {
  title: { en: 'Make a quote', ja: '見積書の作成' }, lead: { en: 'Nothing is kept, and nobody but your company sees it, until you keep it as a draft.', ja: '下書きとして保存するまで記録されません。下書きは社内のみに表示されます。' }, for: { en: 'What it is for', ja: '対象' }, move: { en: 'Move', ja: '移行' },
  time: { en: 'Time', ja: '作業時間' }, window: { en: 'The move’s window', ja: '移行の作業日時' }, noWindow: { en: 'It has no window yet.', ja: '作業日時は未定です。' }, other: { en: 'Another time', ja: '別の日時を指定' },
  from: { en: 'Begins ({zone})', ja: '開始（{zone}）' }, until: { en: 'Ends ({zone})', ja: '終了（{zone}）' }, untilHint: { en: 'Left empty: as long as the estimate says', ja: '空欄の場合は見積り時間どおり' },
}

/** A quote is made from a move and a time; what it would say stands beside, as control works it out. */
export const NewQuote = (): ReactNode => {
  const [say, { zone }, go] = [useSay(), useAround(), useNavigate()]
  const { move } = useSearch({ strict: false }) as { readonly move?: string }
  const [kind, setKind] = useState<'window' | 'other'>()
  const [[from, until], setTime] = useState(['', ''])
  const windows = useAsk('windows.list', { move: (move ?? '') as never, limit: 5 }, { when: move !== undefined })
  const window = windows.isPlaceholderData ? undefined : windows.data?.items.find(({ state }) => state === 'confirmed') ?? windows.data?.items.find(({ state }) => state === 'proposed')
  const chosen = kind ?? (window === undefined ? 'other' : 'window')
  const [begins, ends] = [instantAt(from, zone), instantAt(until, zone)]
  const isReady = move !== undefined && (chosen === 'window' ? window !== undefined : begins !== undefined && (until === '' || ends !== undefined))
  return (
    <Page title={say(words.title)} lead={say(words.lead)}>
      <div className={css['two']} data-form="true">
        <Preview wish={isReady ? { move: move as never, ...(chosen === 'window' || begins === undefined ? {} : { from: begins }), ...(chosen === 'window' || ends === undefined ? {} : { until: ends }) } : undefined} />
        <Panel title={say(words.for)}>
          <div className={css['form']}>
            <ChooseMove label={say(words.move)} chosen={move ?? null} choose={id => { setKind(undefined); void go({ to: '/quotes/new' as never, search: (id === null ? {} : { move: id }) as never, replace: true }) }} />
            {move === undefined ? null : (
              <>
                <Radio.Group label={say(words.time)} value={chosen} onChange={value => { setKind(value === 'window' ? 'window' : 'other') }}>
                  <div className={css['form']} style={{ paddingTop: 6 }}>
                    <Radio value="window" disabled={window === undefined} label={say(words.window)} description={window === undefined ? (windows.isSuccess && !windows.isPlaceholderData ? say(words.noWindow) : '') : <><When at={window.startsAt} zone={window.zone} /> – <When at={window.endsAt} zone={window.zone} /></>} />
                    <Radio value="other" label={say(words.other)} />
                  </div>
                </Radio.Group>
                {chosen === 'other' ? (
                  <div className={css['times']}>
                    <TextInput type="datetime-local" label={say(words.from, { zone })} required value={from} onChange={event => { setTime([event.currentTarget.value, until]) }} />
                    <TextInput type="datetime-local" label={say(words.until, { zone })} description={say(words.untilHint)} inputWrapperOrder={['label', 'input', 'description', 'error']} value={until} min={from} onChange={event => { setTime([from, event.currentTarget.value]) }} />
                  </div>
                ) : null}
              </>
            )}
          </div>
        </Panel>
      </div>
    </Page>
  )
}

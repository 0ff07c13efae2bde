import { Button, Modal, Progress, Select, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useRef, useState } from 'react'
import type { Text } from '#domain/locale.ts'
import { ask } from '../../../shared/ask.ts'
import { useAsk } from '../../../shared/asking.ts'
import { dayOf } from '../../../shared/amounts.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { StateMark } from '../../../shared/state-mark.tsx'
import { isRedatable, type MoveLine } from './told.ts'
import css from './moves.module.css'

export type BulkKind = 'wave' | 't0' | 'remind'

const words = {
  wave: { en: 'Put {n} moves into a wave', ja: '{n} 件をウェーブに入れる' }, t0: { en: 'Give {n} moves a T-0', ja: '{n} 件に T-0 を設定する' }, remind: { en: 'Remind about {n} moves', ja: '{n} 件の担当者に催促する' },
  pickWave: { en: 'Wave', ja: 'ウェーブ' }, noWave: { en: 'No wave', ja: 'ウェーブなし' }, pickDay: { en: 'T-0, the day of the cutover', ja: 'T-0（切替日）' },
  waveEffect: { en: 'They go by the day of the wave from then on, and a day of their own no longer counts. Their open tasks and gates are dated anew, and whoever it concerns is told. Another wave can be given later.', ja: '以後はウェーブの日付に従い、個別の日付は無効になります。未完了のタスクと判断日が再計算され、関係者に通知されます。後から別のウェーブに変更できます。' },
  t0Effect: { en: 'They leave the day of their wave for this one. Their open tasks and gates are dated anew, and whoever it concerns is told. Another day can be given later.', ja: 'ウェーブの日付に代えてこの日付に従います。未完了のタスクと判断日が再計算され、関係者に通知されます。後から別の日付に変更できます。' },
  remindEffect: { en: 'Whoever has a task of them that is due today or late gets a letter. Who was written to today is left alone. A letter cannot be taken back.', ja: '本日期限または期限超過のタスクの担当者にメールを送ります。本日すでに連絡した方には送りません。送信後の取り消しはできません。' },
  stay: { en: '{n} of them are being cut over or over already, and stay as they are.', ja: 'うち {n} 件は切替中または終了済みのため変更されません。' }, other: { en: '{n} of them are of another programme, and control will say so of each.', ja: 'うち {n} 件は別のプログラムのため変更できません。' },
  go: { en: 'Do it for {n} moves', ja: '{n} 件に適用する' }, stop: { en: 'Stop after this one', ja: 'この件で停止' }, cancel: { en: 'Cancel', ja: 'キャンセル' }, close: { en: 'Close', ja: '閉じる' },
  under: { en: '{done} of {n} done', ja: '{n} 件中 {done} 件完了' }, done: { en: 'Done for {ok} of {n} moves.', ja: '{n} 件中 {ok} 件に適用しました。' }, refused: { en: 'Control refused {n}:', ja: '{n} 件は適用できませんでした:' }, stopped: { en: 'Stopped: {n} were not tried.', ja: '停止しました。{n} 件は未処理です。' },
} satisfies Record<string, Text>

type Ran = { readonly done: number; readonly ok: number; readonly refused: readonly { readonly name: string; readonly why: string }[]; readonly isOver: boolean }

/** The same for many moves, one after the other: what will happen is said first, and afterwards each refusal with its reason. */
export const Bulk = ({ kind, lines, close }: { readonly kind: BulkKind; readonly lines: readonly MoveLine[]; close(): void }): ReactNode => {
  const [say, { locale }, known] = [useSay(), useLanguage(), useQueryClient()]
  const [wave, setWave] = useState<string | null>(null)
  const [day, setDay] = useState('')
  const [ran, setRan] = useState<Ran | null>(null)
  const isStopped = useRef(false)
  const programmes = new Set(lines.map(({ move }) => move.programme))
  const [programme] = programmes
  const waves = useAsk('waves.list', { limit: 500, ...(programmes.size === 1 && programme !== undefined ? { programme: programme as never } : {}) }, { when: kind === 'wave' })
  const chosen = waves.data?.items.find(({ id }) => id === wave)
  const those = kind === 'remind' ? lines : lines.filter(isRedatable)
  const strangers = chosen === undefined ? 0 : those.filter(({ move }) => move.programme !== chosen.programme).length
  const isReady = kind === 'remind' ? true : kind === 'wave' ? wave !== null : day !== ''
  const one = async ({ move }: MoveLine): Promise<unknown> => {
    const key = crypto.randomUUID()
    if (kind === 'remind') return await ask('moves.remind', { move: move.id }, { key })
    return await ask('moves.change', { move: move.id, ...(kind === 'wave' ? { wave: (wave === '' ? null : wave) as never } : { t0: day }) }, { key })
  }
  const go = async (): Promise<void> => {
    isStopped.current = false
    let now: Ran = { done: 0, ok: 0, refused: [], isOver: false }
    setRan(now)
    for (const line of those) {
      if (isStopped.current) break
      const why = await one(line).then(() => null, (error: unknown) => (error instanceof Error ? error.message : String(error)))
      now = { ...now, done: now.done + 1, ok: now.ok + (why === null ? 1 : 0), refused: why === null ? now.refused : [...now.refused, { name: line.customer.name, why }] }
      setRan(now)
    }
    setRan({ ...now, isOver: true })
    await known.invalidateQueries()
  }
  const end = (): void => { isStopped.current = true; close() }
  const n = those.length
  return (
    <Modal opened onClose={end} size="lg" title={<h2>{say(words[kind], { n: lines.length })}</h2>} closeButtonProps={{ 'aria-label': say(words.close) }} closeOnClickOutside={ran === null}>
      <form className={css['bulk']} onSubmit={event => { event.preventDefault(); void go() }}>
        {ran === null ? (
          <>
            <p>{say(kind === 'wave' ? words.waveEffect : kind === 't0' ? words.t0Effect : words.remindEffect)}</p>
            {kind === 'wave' ? <Select label={say(words.pickWave)} searchable data={[{ value: '', label: say(words.noWave) }, ...(waves.data?.items ?? []).map(({ id, name, t0 }) => ({ value: id, label: t0 === null ? name : `${name} (T-0 ${dayOf(t0, locale)})` }))]} value={wave} onChange={setWave} data-autofocus /> : null}
            {kind === 't0' ? <TextInput type="date" label={say(words.pickDay)} value={day} onChange={event => { setDay(event.currentTarget.value) }} data-autofocus /> : null}
            {lines.length > n ? <p className="soft">{say(words.stay, { n: lines.length - n })}</p> : null}
            {strangers > 0 ? <p className="soft">{say(words.other, { n: strangers })}</p> : null}
          </>
        ) : <Outcome ran={ran} n={n} />}
        <div className={css['acts']}>
          {ran === null ? <><Button variant="default" onClick={end}>{say(words.cancel)}</Button><Button type="submit" disabled={!isReady || n === 0}>{say(words.go, { n })}</Button></> : ran.isOver ? <Button onClick={end} data-autofocus>{say(words.close)}</Button> : <Button variant="default" onClick={() => { isStopped.current = true }}>{say(words.stop)}</Button>}
        </div>
      </form>
    </Modal>
  )
}

const Outcome = ({ ran, n }: { readonly ran: Ran; readonly n: number }): ReactNode => {
  const say = useSay()
  return (
    <>
      <Progress value={n === 0 ? 100 : (ran.done / n) * 100} color="dark" aria-label={say(words.under, { done: ran.done, n })} />
      <p role="status">{ran.isOver ? say(words.done, { ok: ran.ok, n }) : say(words.under, { done: ran.done, n })}</p>
      {ran.isOver && ran.done < n ? <p className="soft">{say(words.stopped, { n: n - ran.done })}</p> : null}
      {ran.refused.length === 0 ? null : <><p>{say(words.refused, { n: ran.refused.length })}</p><ul tabIndex={0}>{ran.refused.map(({ name, why }, at) => <li key={at}><StateMark state="blocked" says={null} /><span><strong>{name}</strong>: {why}</span></li>)}</ul></>}
    </>
  )
}

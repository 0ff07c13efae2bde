import { Button, NumberInput, Radio, Switch, Textarea } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { Verb } from '#domain/access.ts'
import { sayable, type Wish, type WishVerb } from '#domain/wish.ts'
import type { Told } from '../../../shared/ask.ts'
import { useWish } from '../../../shared/asking.ts'
import { Confirm } from '../../../shared/confirm.tsx'
import { useSay } from '../../../shared/language.tsx'
import { useMay } from '../../may.ts'
import { type MoveStage, wishWords } from '../../stage-words.ts'
import type { Standing } from './live.ts'
import { confirmWords } from './act-words.ts'

export type Order = Told<'orders.list'>['items'][number]
type Asked = WishVerb | 'order' | 'look' | null

const words = {
  order: { en: 'Order the move', ja: '移行を指示' }, orderAgain: { en: 'Order it again', ja: '再度指示' }, look: { en: 'Check first', ja: '事前確認' }, note: { en: 'Note', ja: 'メモ' }, jobs: { en: 'Tables at once', ja: '同時に処理するテーブル数' }, rate: { en: 'Megabytes a second at most; none: no limit', ja: '1 秒あたりの上限（MB）。空欄は無制限' },
  freeze: { en: 'The freeze may last at most, seconds', ja: '書き込み停止の上限（秒）' }, existing: { en: 'The tables are there already: fill them', ja: '既存の空のテーブルに書き込む' }, existingHint: { en: 'An application that is installed there has made them', ja: '移行先のアプリケーションが作成済みの場合に選択してください' }, cold: { en: 'Do not follow: copy while nobody writes', ja: '追従せず、書き込みを止めてコピーする' }, before: { en: 'It had not happened: the old home serves', ja: '切り替わっていない（移行元で稼働）' }, after: { en: 'It had happened: the new home serves', ja: '切り替わっている（移行先で稼働）' },
  found: { en: 'What did you find?', ja: '確認結果' }, foundNote: { en: 'How you found out', ja: '確認方法' },
}
const verbOf: Readonly<Record<WishVerb, Verb>> = { approve: 'move.approve', pause: 'move.pause', resume: 'move.pause', throttle: 'move.pause', abort: 'move.abort', 'turn-back': 'move.turn-back', settle: 'move.settle', found: 'move.found' }
const dangerous: ReadonlySet<Asked> = new Set(['abort', 'turn-back'])
/** What moves the tenant, ends its move, or closes the way back. */
const typed: ReadonlySet<Asked> = new Set(['approve', 'abort', 'turn-back', 'settle'])

/** What may be said to the move now by whoever looks, and nothing else. What others feel is confirmed with its effect and its way back; what switches, stops or ends it, by the tenant’s name. */
export const Acts = ({ move, tenant, standing, order, isColdDone, hasData }: { readonly move: string; readonly tenant: string; readonly standing: Standing; readonly order: Order | undefined; readonly isColdDone: boolean; /** There is something that a mover takes over. */ readonly hasData: boolean }): ReactNode => {
  const [say, may] = [useSay(), useMay()]
  const [asked, ask] = useState<Asked>(null)
  const open = order !== undefined && order.endedAt === null ? order : undefined
  const can = open === undefined ? (isColdDone ? ['settle' as const] : []) : said(standing, open)
  const isOver = standing.stage === 'settled' || standing.stage === 'cancelled'
  const shown: readonly WishVerb[] = can.filter(verb => may(verbOf[verb]))
  const close = (): void => { ask(null) }
  return (
    <>
      {open === undefined && !isOver && hasData && may('move.order') && !isColdDone ? <><Button size="sm" variant="default" onClick={() => { ask('look') }}>{say(words.look)}</Button><Button size="sm" onClick={() => { ask('order') }}>{say(order === undefined ? words.order : words.orderAgain)}</Button></> : null}
      {inThisOrder.filter(verb => shown.includes(verb)).map(verb => <Button key={verb} size="sm" variant={verb === 'approve' || verb === 'found' ? 'filled' : 'default'} onClick={() => { ask(verb) }}>{say(wishWords[verb])}</Button>)}
      {asked === null ? null : asked === 'order' || asked === 'look' ? <Ordering kind={asked === 'look' ? 'preflight' : 'move'} move={move} close={close} /> : <Saying verb={asked} move={move} tenant={tenant} standing={standing} close={close} />}
    </>
  )
}
const inThisOrder: readonly WishVerb[] = ['throttle', 'pause', 'resume', 'abort', 'turn-back', 'settle', 'found', 'approve']

const said = ({ stage, leg }: Standing, { wish, facts }: Order): readonly WishVerb[] => (stage === 'planned' ? [] : sayable({ stage: stage as Exclude<MoveStage, 'planned'>, leg, cold: facts.how?.follow === false }, wish as Wish))

const Ordering = ({ kind, move, close }: { readonly kind: 'preflight' | 'move'; readonly move: string; close(): void }): ReactNode => {
  const say = useSay()
  const order = useWish('moves.order')
  const [jobs, setJobs] = useState<number>(2)
  const [seconds, setSeconds] = useState<number>(5)
  const [isThere, setThere] = useState(false)
  const { title, effect, wayBack, act } = confirmWords[kind === 'move' ? 'order' : 'look']
  return (
    <Confirm opened close={close} title={say(title)} effect={say(effect)} wayBack={say(wayBack)} act={say(act)}
      wish={() => order.mutateAsync({ move: move as never, kind, ...(kind === 'move' ? { how: { jobs, freezeBudgetMs: Math.round(seconds * 1_000), ...(isThere ? { schema: 'existing' as const } : {}) } } : {}) })}>
      {kind === 'move' ? <><NumberInput label={say(words.jobs)} min={1} max={32} value={jobs} onChange={value => { setJobs(Number(value) || 1) }} /><NumberInput label={say(words.freeze)} min={0.1} max={3_600} decimalScale={1} value={seconds} onChange={value => { setSeconds(Number(value) || 1) }} /><Switch label={say(words.existing)} description={say(words.existingHint)} checked={isThere} onChange={event => { setThere(event.currentTarget.checked) }} /></> : null}
    </Confirm>
  )
}

const Saying = ({ verb, move, tenant, standing, close }: { readonly verb: WishVerb; readonly move: string; readonly tenant: string; readonly standing: Standing; close(): void }): ReactNode => {
  const say = useSay()
  const wishes = { approve: useWish('moves.approve'), pause: useWish('moves.pause'), resume: useWish('moves.resume'), abort: useWish('moves.abort'), 'turn-back': useWish('moves.turn-back'), settle: useWish('moves.settle') }
  const [throttle, foundOut] = [useWish('moves.throttle'), useWish('moves.found')]
  const [note, setNote] = useState('')
  const [jobs, setJobs] = useState<number | ''>('')
  const [rate, setRate] = useState<number | ''>('')
  const [found, setFound] = useState<'before' | 'after' | null>(null)
  const { title, effect, wayBack, act } = confirmWords[verb === 'turn-back' && standing.leg === 'back' ? 'turn-again' : verb]
  const id = move as never
  const wish = (): Promise<unknown> => {
    if (verb === 'throttle') return throttle.mutateAsync({ move: id, note, ...(jobs === '' ? {} : { jobs }), ...(rate === '' ? { bytesPerSecond: 0 } : { bytesPerSecond: rate * 1_000_000 }) })
    if (verb === 'found') return found === null ? Promise.reject(new Error(say(words.found))) : foundOut.mutateAsync({ move: id, found, note })
    return wishes[verb].mutateAsync({ move: id, note })
  }
  return (
    <Confirm opened close={close} title={say(title)} effect={say(effect, { tenant })} wayBack={say(wayBack)} act={say(act)} isDangerous={dangerous.has(verb)} {...(typed.has(verb) ? { name: tenant } : {})} wish={wish}>
      {verb === 'throttle' ? <><NumberInput label={say(words.jobs)} min={1} max={32} value={jobs} onChange={value => { setJobs(value === '' ? '' : Number(value)) }} /><NumberInput label={say(words.rate)} min={0} value={rate} onChange={value => { setRate(value === '' ? '' : Number(value)) }} /></> : null}
      {verb === 'found' ? <Radio.Group label={say(words.found)} value={found} onChange={value => { setFound(value === 'after' ? 'after' : 'before') }} required><div style={{ display: 'grid', gap: 8, marginTop: 8 }}><Radio value="before" label={say(words.before)} /><Radio value="after" label={say(words.after)} /></div></Radio.Group> : null}
      {verb === 'pause' || verb === 'resume' || verb === 'throttle' ? null : <Textarea label={say(verb === 'found' ? words.foundNote : words.note)} required={verb === 'found'} autosize minRows={2} value={note} onChange={event => { setNote(event.currentTarget.value) }} />}
    </Confirm>
  )
}

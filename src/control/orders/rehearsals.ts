import type { Rehearsed } from '#domain/event.ts'
import type { Text } from '#domain/locale.ts'
import { paceIn } from '#domain/pace.ts'
import type { Move } from '#domain/programmes.ts'
import type { Json, MoveOrder } from '#domain/records.ts'
import type { Told } from '#domain/report.ts'
import { type ToldFault, toldFaultText } from '#domain/told-fault.ts'
import type { Wish } from '#domain/wish.ts'
import { showDuration, showSize } from '#lib/quantity.ts'
import type { Desk } from '../ground/desk.ts'
import { keepFinding } from '../running/findings.ts'
import { lookAgain } from '../running/look-again.ts'

/** What a rehearsal found, as it stays with its order. `bytesPerSecond`: how fast it copied; null: too little to tell. */
type KeptRehearsal = Rehearsed & { readonly bytesPerSecond: number | null }

/** A rehearsal proved every row: what waits for that is done. Answers what stays with the order. */
export const keepRehearsed = async (desk: Desk, move: Move, order: Pick<MoveOrder, 'result'>, { type: _, ...found }: Extract<Told, { type: 'rehearsed' }>): Promise<Json> => {
  const kept: KeptRehearsal = { ...found, bytesPerSecond: paceIn(order.result)?.bytesPerSecond ?? null }
  await keepFinding(desk, move, { check: 'rehearsed', about: '', held: true, why: foundOf(kept) })
  await lookAgain(desk, move.id)
  return kept as unknown as Json
}

const foundOf = ({ tables, ofTables, rows, bytes, ms, p50Ms, p95Ms, bytesPerSecond }: KeptRehearsal): Text => {
  const [pace, left] = [bytesPerSecond === null ? undefined : showSize(bytesPerSecond), ofTables - tables]
  return {
    en: `Rehearsed in ${showDuration(ms)}: ${rows.toLocaleString('en-GB')} rows of ${tables} tables (${showSize(bytes)}) are the same on both sides${pace === undefined ? '' : `, copied at ${pace} a second`}. A freeze takes ${showDuration(p50Ms)}, at most ${showDuration(p95Ms)} (95 of 100 times).${left === 0 ? '' : ` ${left} more tables are copied in the freeze alone.`}`,
    ja: `予行演習の所要時間は${showDuration(ms)}で、${tables}表・${rows.toLocaleString('en-GB')}行（${showSize(bytes)}）が両側で一致しました${pace === undefined ? '' : `（複製速度は毎秒${pace}）`}。停止時間の予測は${showDuration(p50Ms)}、最長${showDuration(p95Ms)}（95％の確度）です。${left === 0 ? '' : `ほか${left}表は停止中にのみ複製されます。`}`,
  }
}

/** What speaks against the move itself, and not only against this try. */
const against: readonly string[] = ['PREFLIGHT', 'VERIFY_DIFFERS']

/** A rehearsal that failed takes back what an earlier one had found where this tenant's data are the reason. Of any other order nothing. */
export const keepFailed = async (desk: Desk, move: Move, { kind, result }: Pick<MoveOrder, 'kind' | 'result'>): Promise<void> => {
  const { fault } = (result ?? {}) as { readonly fault?: ToldFault }
  if (kind !== 'rehearsal' || fault === undefined || !against.includes(fault.code)) return
  await keepFinding(desk, move, { check: 'rehearsed', about: '', held: false, why: { en: `The last rehearsal failed: ${fault.message}`, ja: `直近の予行演習は失敗しました：${toldFaultText(fault).ja}` } })
}

/** How an order stands that its agent has ended: a rehearsal that was taken back before it had proved anything is withdrawn. */
export const stateOf = ({ kind, result }: Pick<MoveOrder, 'kind' | 'result'>, { abort }: Pick<Wish, 'abort'>, how: 'done' | 'failed'): 'done' | 'failed' | 'withdrawn' =>
  kind === 'rehearsal' && how === 'done' && abort !== null && ((result ?? {}) as { readonly rehearsed?: Json }).rehearsed === undefined ? 'withdrawn' : how

import type { Environment } from '#domain/homes.ts'
import { ownerName, type PlaybookSignOff } from '#domain/playbook.ts'
import type { Move } from '#domain/programmes.ts'
import type { Json, SignOff, Window } from '#domain/records.ts'
import { showDuration } from '#lib/quantity.ts'
import { estimateOf } from '../../billing/estimates.ts'
import { wholePlaybookOf } from '../../plans/plan-rows.ts'
import { settingsIn } from '../settings.ts'
import { dayIn, type Look, movesOf, no, type Sight, yes } from './sight.ts'

const weekMs = 7 * 86_400_000

const windowOf = ({ view, move }: Sight): Promise<Window | undefined> => view.find('window', { move: move.id, state: ['proposed', 'confirmed'] })

const spanOf = ({ startsAt, endsAt, zone }: Window): string => {
  const at = (instant: number): string => Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone).toPlainDateTime().toString({ smallestUnit: 'minute' }).replace('T', ' ')
  return `${at(startsAt)}–${at(endsAt)} ${zone}`
}

export const windowConfirmed: Look = async at => {
  const window = await windowOf(at)
  if (window === undefined) return no({ en: 'No window was proposed yet.', ja: '作業日時がまだ提案されていません。' })
  return window.state === 'confirmed'
    ? yes({ en: `${spanOf(window)}, confirmed by ${window.confirmedBy ?? ''}.`, ja: `${spanOf(window)}（${window.confirmedBy ?? ''}が確定）` })
    : no({ en: `${spanOf(window)} is proposed and nobody has confirmed it.`, ja: `${spanOf(window)}が提案されていますが、未確定です。` })
}

const onItsWay: readonly Move['stage'][] = ['following', 'frozen', 'verified', 'switched', 'settled']

export const moveFollowing: Look = async (at, { environment }) => {
  const moves = await movesOf(at, environment)
  const late = moves.filter(one => one.leg !== 'out' || !onItsWay.includes(one.stage))
  return late.length === 0 ? yes({ en: 'The destination follows the origin.', ja: '移行先が移行元の変更に追従しています。' }) : no({ en: `It is ${late[0]?.stage ?? ''}.`, ja: `現在の段階は「${late[0]?.stage ?? ''}」です。` })
}

export const moveSwitched: Look = async (at, { environment }) => {
  const moves = await movesOf(at, environment)
  const proofs = new Set((await at.view.list('proof', { move: moves.map(one => one.id), leg: 'out' })).map(one => one.move))
  for (const move of moves) {
    if (move.leg !== 'out' || (move.stage !== 'switched' && move.stage !== 'settled')) return no({ en: `It is ${move.stage}.`, ja: `現在の段階は「${move.stage}」です。` })
    if (!proofs.has(move.id)) return no({ en: 'It is switched, and there is no signed evidence.', ja: '切替済みですが、署名付きの証跡がありません。' })
  }
  return yes({ en: 'The new home serves; the evidence is signed and kept.', ja: '新しい環境が稼働しており、署名付きの証跡が保管されています。' })
}

const reportsLookedAt = 500

/** By what the mover said last, of the move or its rehearsal; before that by the estimate for the whole of the work, which is never shorter than the freeze. */
export const forecastFitsWindow: Look = async at => {
  const window = await windowOf(at)
  if (window === undefined) return no({ en: 'No window was proposed yet.', ja: '作業日時がまだ提案されていません。' })
  const length = window.endsAt - window.startsAt
  const told = (await at.view.list('report', { move: at.move.id }, { descending: true, limit: reportsLookedAt })).map(one => forecastIn(one.event)).find(one => one !== undefined)
  const { known: { settings } } = await settingsIn(at.view, at.move.vendor)
  const estimate = told === undefined ? await estimateOf(at.view, at.tenant, settings) : undefined
  const p95Ms = told ?? (estimate === undefined || 'refused' in estimate ? undefined : estimate.estimate.p95Ms)
  if (p95Ms === undefined) return no({ en: 'Nothing was measured that a forecast could rest on.', ja: '予測の根拠となる計測がまだありません。' })
  const [takes, has] = [showDuration(p95Ms), showDuration(length)]
  if (p95Ms <= length) return yes({ en: `It takes at most ${takes} (95 of 100 times) of the ${has} agreed.`, ja: `所要時間は最長${takes}（95％の確度）で、作業枠${has}に収まります。` })
  return no(told === undefined ? { en: `No forecast of the freeze yet; the whole work takes up to ${takes}, and ${has} are agreed.`, ja: `停止時間はまだ予測されていません。作業全体では最長${takes}かかり、作業枠は${has}です。` } : { en: `It may take ${takes}, and only ${has} are agreed.`, ja: `最長${takes}かかる見込みですが、作業枠は${has}です。` })
}

const forecastIn = (event: Json): number | undefined => {
  if (typeof event !== 'object' || event === null || !('type' in event) || (event['type'] !== 'forecast' && event['type'] !== 'rehearsed')) return undefined
  const p95Ms = event['p95Ms']
  return typeof p95Ms === 'number' ? p95Ms : undefined
}

/** Nobody is seen at the old login, somebody has looked, and a week has passed since the switch in which they could have come. */
export const oldLoginUnused: Look = async at => {
  const [proof] = await at.view.list('proof', { move: at.move.id, leg: 'out' }, { descending: true, limit: 1 })
  if (proof === undefined) return no({ en: 'The move has not been switched yet.', ja: 'まだ切り替えられていません。' })
  const recent = (await at.view.list('sighting', { tenant: at.tenant.id, closedAt: null })).filter(one => one.lastAt > at.now - weekMs)
  const [first] = recent
  if (first !== undefined) return no({ en: `${recent.length} still came within seven days: ${first.user} from ${first.host} (${first.program}).`, ja: `過去7日間に${recent.length}件の接続があります：${first.user}（${first.host}、${first.program}）` })
  if (at.now - proof.at < weekMs) return no({ en: `Watched since ${dayIn(at, proof.at)}; seven days have not passed.`, ja: `${dayIn(at, proof.at)}から監視していますが、まだ7日が経過していません。` })
  const seenAt = at.tenant.measuredAt
  if (seenAt === null || at.now - seenAt > weekMs) return no({ en: 'Nobody has looked at the old database within seven days.', ja: '過去7日間、旧データベースの接続が確認されていません。' })
  return yes({ en: `Nothing came within seven days; last looked on ${dayIn(at, seenAt)}.`, ja: `過去7日間の接続はありません（最終確認日${dayIn(at, seenAt)}）。` })
}

/** Who must sign an environment off and has not. None at all: nobody must. */
export const unsigned = async (at: Sight, environment: Environment): Promise<readonly PlaybookSignOff[]> => {
  // Of an environment that moves as a tenant of its own the words are in the part of that move.
  const wanted = (wholePlaybookOf(at.world, at.move) ?? at.playbook).signOffs.filter(one => one.environment === environment)
  const moves = await movesOf(at, environment)
  const given = await at.view.list('sign_off', { move: moves.map(one => one.id), environment, accepted: true })
  return wanted.filter(one => moves.some(move => !given.some(row => row.move === move.id && isBy(row, one))))
}

const isBy = (row: SignOff, { key }: PlaybookSignOff): boolean => row.key === key

export const signedOff: Look = async (at, { environment }) => {
  const wanted = environment === null ? [...new Set(at.playbook.signOffs.map(one => one.environment))] : [environment]
  const open = (await Promise.all(wanted.map(one => unsigned(at, one)))).flat()
  const total = at.playbook.signOffs.filter(one => wanted.includes(one.environment)).length
  return open.length === 0
    ? yes({ en: `All ${total} have signed off.`, ja: `${total}件すべての検収が完了しています。` })
    : no({ en: `${total - open.length} of ${total} have signed off; not yet: ${open.map(one => ownerName(one.by)).join(', ')}.`, ja: `${total}件中${total - open.length}件の検収が完了しています。未完了：${open.map(one => one.title.ja).join('、')}` })
}

import type { ToldCheck } from '#domain/told-checks.ts'
import type { Text } from '#domain/locale.ts'
import { type Look, namesIn, no, toldOf, yes, type Sight } from './sight.ts'

/** Answered by what was told last, whenever that was. `nobody`: as it reads before that. */
export const asTold = (check: ToldCheck, nobody: Text): Look => at => Promise.resolve(toldOf(at, check) ?? no(nobody))

const weekMs = 7 * 86_400_000

/** The same of what is only true for a while. */
export const asToldLately = (check: ToldCheck, nobody: Text): Look => at => {
  const said = toldOf(at, check)
  return Promise.resolve(said === undefined ? no(nobody) : said.held && at.now - said.at > weekMs ? no({ en: 'It was looked at more than seven days ago.', ja: '最終確認から7日を過ぎています。' }) : said)
}

/** Of one device fleet, or of all that the plan has. */
export const devicesArrived: Look = (at, { item }) => {
  const fleets = item === null ? fleetsOf(at) : [item]
  const open = fleets.filter(fleet => toldOf(at, 'devices-arrived', fleet)?.held !== true)
  const [one] = fleets
  const said = item === null || one === undefined ? undefined : toldOf(at, 'devices-arrived', one)
  if (said !== undefined) return Promise.resolve(said)
  return Promise.resolve(open.length === 0
    ? yes({ en: `All ${fleets.length} fleets were seen at the new server.`, ja: `${fleets.length}件の端末群すべてが新サーバーに接続済みです。` })
    : no({ en: `Not seen at the new server yet: ${namesIn(open).en}.`, ja: `新サーバーへの接続が未確認です：${namesIn(open).ja}` }))
}

const fleetsOf = ({ plan, playbook }: Sight): string[] => {
  const templates = new Set(playbook.tasks.filter(task => task.check === 'devices-arrived').map(task => task.key))
  return plan.tasks.flatMap(task => (templates.has(task.template) && task.item !== null ? [task.item] : []))
}

/** Said for the day that the plan has: for another day it must be said anew. */
export const dateCommitted: Look = at => {
  const t0 = at.kept.record?.t0 ?? ''
  const said = toldOf(at, 'date-committed', t0)
  if (said !== undefined) return Promise.resolve(said)
  const other = at.findings.find(one => one.check === 'date-committed' && one.held)
  return Promise.resolve(no(other === undefined ? { en: `Nobody has committed to ${t0} yet.`, ja: `${t0}の日程はまだ確約されていません。` } : { en: `The commitment was to ${other.about}; the plan is for ${t0} now.`, ja: `確約済みの日程は${other.about}ですが、現在の計画は${t0}です。` }))
}

export const callHeld: Look = async at => {
  const said = toldOf(at, 'call-held')
  if (said !== undefined) return said
  const over = (await at.view.list('call', { move: at.move.id, state: 'planned' })).filter(call => call.endsAt < at.now)
  return no(over.length === 0 ? { en: 'No call has taken place yet.', ja: '打ち合わせはまだ実施されていません。' } : { en: 'The call is over, and nobody has kept its notes.', ja: '打ち合わせは終了しましたが、議事録が残されていません。' })
}

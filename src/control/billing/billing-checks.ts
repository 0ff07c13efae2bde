import type { Check } from '#domain/checks.ts'
import { addDays } from '#domain/days.ts'
import type { Finding } from '#domain/gate.ts'
import type { Text } from '#domain/locale.ts'
import { dayOf } from '#domain/local-time.ts'
import { showSize } from '#lib/quantity.ts'
import type { Covered } from '#domain/licence-cover.ts'
import type { Paper, Paperwork } from '#domain/invoices.ts'
import type { Tenant } from '#domain/homes.ts'
import type { Move } from '#domain/programmes.ts'
import type { Quote } from '#domain/records.ts'
import { offerIn, whyStale } from '#domain/quote-offer.ts'
import type { UserLimit } from '#domain/user-limit.ts'
import { assert } from '#lib/assert.ts'
import type { Glance } from '../ground/desk.ts'
import { paperworkOf } from './billing.ts'
import { limitFor } from './user-limits.ts'
import { coverFor } from './contracts.ts'
import { windowOf } from './quote-drafts.ts'

/** What gates and tasks can ask of quotes, contracts and counts. */
export const billingCheckNames = ['quote-sent', 'quote-accepted', 'paperwork-done', 'no-licence-gap', 'user-count-within-licence', 'data-measured'] as const satisfies readonly Check[]
export type BillingCheck = (typeof billingCheckNames)[number]
export const isBillingCheck = (check: Check): check is BillingCheck => (billingCheckNames as readonly Check[]).includes(check)

type Looking = Pick<Glance, 'view' | 'world' | 'now'>

/** What is so of a move at this moment, for each that is asked for. */
export const billingFindings = async (at: Looking, move: Move, wanted: readonly BillingCheck[] = billingCheckNames): Promise<ReadonlyMap<BillingCheck, Finding>> => {
  const found = new Map<BillingCheck, Finding>()
  for (const check of new Set(wanted)) found.set(check, await finders[check](at, move))
  return found
}

const finders: { readonly [Name in BillingCheck]: (at: Looking, move: Move) => Promise<Finding> } = {
  'quote-sent': async (at, move) => sent(await quotesOf(at, move), at.now),
  'quote-accepted': async (at, move) => {
    const quotes = await quotesOf(at, move)
    const accepted = quotes.find(one => one.state === 'accepted')
    if (accepted === undefined) return sent(quotes, at.now).held ? no({ en: 'The quote was sent and is not accepted yet.', ja: '見積書は送付済みですが、まだ承諾されていません。' }) : no({ en: 'No quote can be accepted.', ja: '承諾できる見積書がありません。' })
    const by = accepted.acceptedBy === null ? undefined : await at.view.get('contact', accepted.acceptedBy)
    const isOther = whyStale(offerIn(accepted), await windowOf(at.view, move.id)) !== undefined
    return yes({ en: `${accepted.number} was accepted by ${by?.name ?? 'the person it names'}.${isOther ? ' The window was moved since; the price stands as accepted.' : ''}`, ja: `${accepted.number}は${by?.name ?? '名宛人'}様により承諾されています。${isOther ? 'その後に作業日時が変更されていますが、承諾済みの金額のままです。' : ''}` })
  },
  'paperwork-done': async (at, move) => paperworkFinding(await paperworkOf(at, move)),
  'no-licence-gap': async (at, move) => coverFinding(await coverFor(at.view, { id: move.customer, vendor: move.vendor })),
  'user-count-within-licence': async (at, move) => limitFinding(await limitFor(at.view, move)),
  'data-measured': async ({ view, now }, move) => measuredFinding(await tenantOf(view, move), now),
}

const yes = (why: Text): Finding => ({ held: true, why })
const no = (why: Text): Finding => ({ held: false, why })

const quotesOf = ({ view }: Looking, { id }: Move): Promise<Quote[]> => view.list('quote', { move: id, state: ['sent', 'accepted'] })

const sent = (quotes: readonly Quote[], now: number): Finding => {
  const quote = quotes.find(one => one.state === 'accepted') ?? quotes.find(one => one.expiresAt > now)
  if (quote !== undefined) return yes({ en: `${quote.number} was sent.`, ja: `${quote.number}を送付済みです。` })
  const [expired] = quotes
  return no(expired === undefined ? { en: 'No quote was sent.', ja: '見積書は送付されていません。' } : { en: `${expired.number} was sent and its last day is over.`, ja: `${expired.number}は有効期限が過ぎています。` })
}

const papers: Readonly<Record<Paper, Text>> = {
  'quote-accepted': { en: 'the accepted quote', ja: '見積書の承諾' }, 'order-received': { en: 'the order', ja: '発注書' }, 'billing-contact-known': { en: 'a contact for billing', ja: '請求担当者' },
  'no-hole-between-subscription-and-licence': { en: 'contracts without a hole', ja: '空白期間のない契約' }, 'licence-invoice-details-known': { en: 'the details for the licence invoice', ja: 'ライセンス請求の情報' },
}

const paperworkFinding = ({ isMet, missing }: Paperwork): Finding =>
  isMet ? yes({ en: 'All papers are there.', ja: '必要な書類がすべて揃っています。' }) : no({ en: `Missing: ${missing.map(one => papers[one].en).join(', ')}.`, ja: `未完了：${missing.map(one => papers[one].ja).join('、')}` })

const coverFinding = (found: Covered): Finding => {
  switch (found.standing) {
    case 'goes-on': return yes({ en: 'The subscription goes on.', ja: 'サブスクリプションは継続中です。' })
    case 'covered': return yes({ en: `Both are paid for on ${found.days} ${found.days === 1 ? 'day' : 'days'}.`, ja: `重複期間は${found.days}日間です。` })
    case 'lacking': return no({ en: `Not known yet: ${found.missing.join(' and ')}.`, ja: `未登録：${found.missing.map(one => (one === 'licence' ? 'ライセンス' : 'サブスクリプション')).join('、')}` })
    case 'uncovered':
      if (found.refused === 'hole') return no({ en: `Nothing is paid for from ${found.hole.first} to ${found.hole.last} (${found.days} days). The licence has to begin by ${found.instead.licenceFrom}, or the subscription to go on until ${found.instead.subscriptionUntil}.`, ja: `${found.hole.first}から${found.hole.last}まで（${found.days}日間）が空白期間です。${found.instead.licenceFrom}までにライセンスを開始するか、${found.instead.subscriptionUntil}までサブスクリプションを継続してください。` })
      return found.refused === 'overlap-too-short'
        ? no({ en: `Both are paid for on ${found.days} days; ${found.neededDays} are needed.`, ja: `重複期間が${found.days}日間しかありません（${found.neededDays}日間必要です）。` })
        : no({ en: `The licence ends on ${found.licenceLast}, before the subscription does on ${found.subscriptionLast}.`, ja: `ライセンス（${found.licenceLast}まで）がサブスクリプション（${found.subscriptionLast}まで）より先に終了します。` })
  }
}

const limitFinding = (found: UserLimit | { readonly unknown: 'users' | 'licensed' }): Finding => {
  if ('unknown' in found) return no(found.unknown === 'users' ? { en: 'The users were not counted yet.', ja: 'ユーザー数が未計測です。' } : { en: 'For how many users the new server is licensed is not known.', ja: '新サーバーのライセンス数が不明です。' })
  const { users, licensed, mustGo, isMet } = found
  return isMet ? yes({ en: `${users} users, and ${licensed} are licensed.`, ja: `ユーザー数${users}、ライセンス数${licensed}です。` }) : no({ en: `${users} users, and ${licensed} are licensed: ${mustGo} must go.`, ja: `ユーザー数${users}に対しライセンス数は${licensed}です。${mustGo}ユーザーの削除が必要です。` })
}

const freshDays = 7

const measuredFinding = ({ stores, measuredAt }: Tenant, now: number): Finding => {
  if (measuredAt === null || stores.length === 0) return no({ en: 'The stores were not measured yet.', ja: 'データ量が未計測です。' })
  const day = dayOf(measuredAt, 'UTC')
  const size = showSize(stores.reduce((sum, store) => sum + store.bytes, 0))
  const isFresh = addDays(dayOf(now, 'UTC'), -freshDays) <= day
  return isFresh ? yes({ en: `${size}, measured on ${day}.`, ja: `${size}（${day}計測）です。` }) : no({ en: `Last measured on ${day}, which is more than ${freshDays} days ago.`, ja: `最終計測日は${day}で、${freshDays}日を過ぎています。` })
}

const tenantOf = async (view: Looking['view'], move: Move): Promise<Tenant> => {
  const tenant = await view.get('tenant', move.tenant)
  assert(tenant !== undefined, 'a move is of a tenant')
  return tenant
}

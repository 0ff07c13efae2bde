import type { Finding } from '#domain/gate.ts'
import { newest, resultOf, type Subject } from '#domain/probe.ts'
import type { ProbeResult, Rule } from '#domain/records.ts'
import { type Look, namesIn, no, type Sight, toldOf, yes } from './sight.ts'

export type Tried = { readonly rule: Rule; readonly result: ProbeResult | undefined }

/** Every rule of a move with what the newest probe found of it. */
export const triedOf = async ({ view, move }: Pick<Sight, 'view' | 'move'>): Promise<readonly Tried[]> => {
  const rules = await view.list('rule', { move: move.id })
  const results = Map.groupBy(await view.list('probe_result', { move: move.id }), one => one.rule)
  return rules.map(rule => ({ rule, result: newest(results.get(rule.id) ?? []) }))
}

/** What goes by UDP cannot be seen from one side: it stands on the list and in nobody's way. */
const judged = (all: readonly Tried[], what: { readonly en: string; readonly ja: string }): Finding => {
  const visible = all.filter(one => one.rule.protocol !== 'udp')
  if (visible.length === 0) return no({ en: `There is no rule for ${what.en} on the list.`, ja: `${what.ja}の通信許可が一覧にありません。` })
  const blocked = visible.filter(one => resultOf(one.result?.outcome) === 'blocked')
  const untried = visible.filter(one => resultOf(one.result?.outcome) === 'not-tried').length
  const passed = visible.length - blocked.length - untried
  const names = namesIn(blocked.map(({ rule }) => `${rule.host}:${rule.port}`))
  if (passed === visible.length) return yes({ en: `All ${passed} get through.`, ja: `${passed}件すべて接続できています。` })
  return no({
    en: `${passed} of ${visible.length} get through${blocked.length > 0 ? `; blocked: ${names.en}` : ''}${untried > 0 ? `; ${untried} not tried` : ''}.`,
    ja: `${visible.length}件中${passed}件が接続できています。${blocked.length > 0 ? `遮断：${names.ja}。` : ''}${untried > 0 ? `未実施：${untried}件。` : ''}`,
  })
}

export const probePassed: Look = async at => judged(await triedOf(at), { en: 'anything', ja: '対象' })

const passedFor = (subject: Subject, what: { readonly en: string; readonly ja: string }): Look => async at => judged((await triedOf(at)).filter(one => one.rule.subject === subject), what)

export const firewallPassed = passedFor('firewall', { en: 'the firewall', ja: 'ファイアウォール' })
export const vpnTested = passedFor('vpn', { en: 'the VPN', ja: 'VPN' })

/** Somebody signed in, and what the probe tries for it gets through. */
export const ssoTested: Look = async at => {
  const rules = (await triedOf(at)).filter(one => one.rule.subject === 'sso')
  const reached = judged(rules, { en: 'single sign-on', ja: 'シングルサインオン' })
  if (rules.length > 0 && !reached.held) return reached
  const said = toldOf(at, 'sso-tested')
  return said ?? no({ en: 'Nobody has reported a test sign-in yet.', ja: 'テストログインの結果がまだ報告されていません。' })
}

/** Reported by whoever looks at it from outside, or seen by the customer's own probe. */
export const addressServes: Look = async at => {
  const address = newAddressOf(await at.view.get('home', at.move.destination), at.tenant.name)
  const rows = (await triedOf(at)).filter(one => one.rule.protocol === 'tls' && one.rule.host === address)
  if (rows.some(one => resultOf(one.result?.outcome) === 'passed')) return yes({ en: `${address ?? ''} was reached by the probe with a valid certificate.`, ja: `プローブが有効な証明書で${address ?? ''}に接続できました。` })
  return toldOf(at, 'address-serves') ?? no({ en: 'Nobody has looked at the new address yet.', ja: '新しいアドレスはまだ確認されていません。' })
}

const newAddressOf = (home: { readonly addressPattern: string | null } | undefined, name: string): string | undefined => {
  const address = home?.addressPattern?.replaceAll('{name}', name)
  return address !== undefined && URL.canParse(address) ? new URL(address).hostname : undefined
}

import type { Text } from './locale.ts'
import type { Instant } from './time.ts'

/** What a connection is wanted for. */
export const subjects = ['firewall', 'vpn', 'vpc', 'sso'] as const
export type Subject = (typeof subjects)[number]

/** What is tried: that a name is known, that a TCP connection opens, that a valid certificate is shown. What goes by UDP cannot be seen from one side. */
export const protocols = ['dns', 'tcp', 'tls', 'udp'] as const
export type Protocol = (typeof protocols)[number]

/** `port`: 0 of a name. */
export type Wanted = { readonly host: string; readonly port: number; readonly protocol: Protocol }

/** What came of one try. `no-tool`: the machine that it ran on has nothing to try it with. */
export const outcomes = ['open', 'unknown-name', 'refused', 'timed-out', 'no-certificate', 'no-answer', 'no-tool', 'not-visible'] as const
export type Outcome = (typeof outcomes)[number]

export type Standing = 'passed' | 'blocked' | 'not-tried'
export const resultOf = (outcome: Outcome | undefined): Standing =>
  outcome === 'open' ? 'passed' : outcome === undefined || outcome === 'no-tool' || outcome === 'not-visible' ? 'not-tried' : 'blocked'

/** For people who have to open what is closed. */
export const outcomeTexts: Readonly<Record<Outcome, Text>> = {
  'open': { en: 'It gets through.', ja: '接続できます。' },
  'unknown-name': { en: 'The name is not known there. Look at the DNS settings.', ja: '名前を解決できません。DNS の設定をご確認ください。' },
  'refused': { en: 'The connection is refused: something on the way says no, or nothing listens.', ja: '接続が拒否されました。経路上の機器で遮断されているか、接続先が応答していません。' },
  'timed-out': { en: 'No answer comes back: as a rule a firewall on the way drops it.', ja: '応答がありません。多くの場合、経路上のファイアウォールで遮断されています。' },
  'no-certificate': { en: 'It connects, but no valid certificate is shown: something on the way may open up TLS, or the certificate is wrong.', ja: '接続できますが、有効な証明書を確認できません。経路上で TLS が復号されているか、証明書に問題があります。' },
  'no-answer': { en: 'It could not be reached.', ja: '到達できませんでした。' },
  'no-tool': { en: 'Not tried: there is no curl on that machine.', ja: '未実施です（実行した端末に curl がありません）。' },
  'not-visible': { en: 'Not tried: UDP shows nothing from one side only.', ja: '未実施です（UDP は片側からは確認できません）。' },
}

/** Of several results of one rule the newest counts, whichever machine it is from. */
export const newest = <R extends { readonly at: Instant }>(results: readonly R[]): R | undefined => results.toSorted((a, b) => b.at - a.at)[0]

/** A name or an address as it can stand in a rule: nothing in it means anything to a shell. */
export const hostPattern = /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9.:-]*[A-Za-z0-9])?$/

import type { ReactNode } from 'react'
import type { Text } from '#domain/locale.ts'
import type { Protocol, Subject } from '#domain/probe.ts'
import type { Told } from '../../../shared/ask.ts'
import { useSay } from '../../../shared/language.tsx'
import { Nothing } from '../../../shared/shown.tsx'
import { type State, StateMark } from '../../../shared/state-mark.tsx'
import { When } from '../../../shared/when.tsx'
import { useHere } from '../../here.ts'
import css from './probe.module.css'

type Rule = Told<'rules.list'>['items'][number]
const words = {
  none: { en: 'No connection is on the list yet. With the first command the new address is put on it.', ja: 'まだ対象の通信がありません。最初のコマンドを作成すると、新しいアドレスが対象に追加されます。' },
  count: { en: '{all} connections: {passed} open, {blocked} closed, {untried} not tried.', ja: '{all} 件中 {passed} 件が接続可能、{blocked} 件が遮断、{untried} 件が未実施です。' },
  from: { en: 'from {host} ({address})', ja: '{host}（{address}）から' },
}
const subjects: Readonly<Record<Subject, Text>> = { firewall: { en: 'Firewall', ja: 'ファイアウォール' }, vpn: { en: 'VPN', ja: 'VPN' }, vpc: { en: 'Private network', ja: 'プライベートネットワーク' }, sso: { en: 'Sign-in service', ja: '認証サービス' } }
const protocols: Readonly<Record<Protocol, Text>> = { dns: { en: 'name', ja: '名前解決' }, tcp: { en: 'TCP', ja: 'TCP' }, tls: { en: 'TLS', ja: 'TLS' }, udp: { en: 'UDP', ja: 'UDP' } }
const standings: Readonly<Record<Rule['standing'], { readonly state: State; readonly says: Text; readonly weight: number }>> = {
  blocked: { state: 'blocked', says: { en: 'Closed', ja: '遮断' }, weight: 0 }, 'not-tried': { state: 'idle', says: { en: 'Not tried', ja: '未実施' }, weight: 1 }, passed: { state: 'done', says: { en: 'Gets through', ja: '接続可能' }, weight: 2 },
}
/** What the vendor calls some connections by itself; everything else is named by people. */
const usual: Readonly<Record<string, Text>> = { 'the new address': { en: 'the new address', ja: '新しいアドレス' } }

/** What is closed comes first, with what to do about it. */
export const Rules = ({ items }: { readonly items: readonly Rule[] }): ReactNode => {
  const [say, { zone }] = [useSay(), useHere()]
  if (items.length === 0) return <Nothing>{say(words.none)}</Nothing>
  const count = (standing: Rule['standing']): number => items.filter(rule => rule.standing === standing).length
  return (
    <>
      <p className={css['count']} role="status">{say(words.count, { all: items.length, passed: count('passed'), blocked: count('blocked'), untried: count('not-tried') })}</p>
      <ul className={css['rules']}>
        {items.toSorted((a, b) => standings[a.standing].weight - standings[b.standing].weight).map(rule => (
          <li key={rule.id}>
            <StateMark state={standings[rule.standing].state} says={say(standings[rule.standing].says)} />
            <div>
              <strong><code>{rule.host}{rule.port === 0 ? '' : `:${rule.port}`}</code></strong> <span className="quiet small">{say(protocols[rule.protocol])} · {say(subjects[rule.subject])} · {usual[rule.purpose] === undefined ? rule.purpose : say(usual[rule.purpose] ?? { en: rule.purpose, ja: rule.purpose })}</span>
              <p className={rule.standing === 'blocked' ? '' : 'soft'}>{say(rule.says)}</p>
              {rule.testedAt === null || rule.from === null ? null : <p className="quiet small"><When at={rule.testedAt} zone={zone} far /> {say(words.from, { host: rule.from.host === '' ? '?' : rule.from.host, address: rule.from.address })}</p>}
            </div>
          </li>
        ))}
      </ul>
    </>
  )
}

import { Button, CopyButton } from '@mantine/core'
import { Check, Copy, Download } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Text } from '#domain/locale.ts'
import type { Protocol, Subject } from '#domain/probe.ts'
import type { Told } from '../../../shared/ask.ts'
import { useAsk } from '../../../shared/asking.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Nothing, Shown } from '../../../shared/shown.tsx'
import { StateMark } from '../../../shared/state-mark.tsx'
import { When } from '../../../shared/when.tsx'
import { GoButton } from '../../go.tsx'
import { useHere, useMay } from '../../here.ts'
import { Only } from '../../only.tsx'
import { Page } from '../../page.tsx'
import css from './rules.module.css'

const words = {
  title: { en: 'Firewall rules', ja: '通信許可の一覧' }, lead: { en: 'These connections must be possible from your side. Keep the old ones open as well until the way back closes.', ja: '貴社側から次の通信が必要です。切り戻し期間が終わるまで、現在の許可設定も残してください。' }, what: { en: 'the rules', ja: '通信許可の一覧' },
  none: { en: 'No rules are written yet. You get a task as soon as they are.', ja: '通信許可の一覧はまだ作成されていません。準備ができ次第、タスクでお知らせします。' }, copy: { en: 'Copy as text', ja: 'テキストをコピー' }, copied: { en: 'Copied', ja: 'コピーしました' }, csv: { en: 'Download as CSV', ja: 'CSV をダウンロード' }, probe: { en: 'Try them with the probe', ja: 'プローブで確認する' },
  to: { en: 'To', ja: '接続先' }, by: { en: 'Protocol', ja: 'プロトコル' }, port: { en: 'Port', ja: 'ポート' }, for: { en: 'For', ja: '用途' }, seen: { en: 'What the probe found', ja: 'プローブの結果' }, notTried: { en: 'not tried yet', ja: '未確認' }, at: { en: 'from {host}, ', ja: '{host} から、' },
}
const subjects: Readonly<Record<Subject, Text>> = { firewall: { en: 'Firewall', ja: 'ファイアウォール' }, vpn: { en: 'VPN', ja: 'VPN' }, vpc: { en: 'Private connection', ja: '専用接続' }, sso: { en: 'Single sign-on', ja: 'シングルサインオン' } }
const protocols: Readonly<Record<Protocol, Text>> = { dns: { en: 'DNS name', ja: 'DNS 名' }, tcp: { en: 'TCP', ja: 'TCP' }, tls: { en: 'TCP, TLS', ja: 'TCP（TLS）' }, udp: { en: 'UDP', ja: 'UDP' } }
const states = { passed: 'done', blocked: 'blocked', 'not-tried': 'idle' } as const

type Rule = Told<'rules.list'>['items'][number]

/** The exact list: to read, to copy, to hand to whoever sets up the firewall; and what the probe found of each. */
export const Rules = (): ReactNode => <Only verb="probe.read" title={words.title}><List /></Only>

const List = (): ReactNode => {
  const [say, { move }, mayProbe] = [useSay(), useHere(), useMay('probe.make')]
  const rules = useAsk('rules.list', { move })
  return (
    <Page title={say(words.title)} lead={say(words.lead)}>
      <Shown of={rules} what={words.what} empty={({ items }) => items.length === 0} none={<Nothing>{say(words.none)}</Nothing>}>
        {({ items }) => (
          <>
            <div className={css['acts']}>
              <CopyButton value={items.map(lineOf).join('\n')} timeout={2_500}>{({ copied, copy }) => <Button variant="default" leftSection={copied ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />} onClick={copy}><span aria-live="polite">{say(copied ? words.copied : words.copy)}</span></Button>}</CopyButton>
              <Button component="a" variant="default" href={`/api/moves/${move}/rules.csv`} download leftSection={<Download size={16} aria-hidden />}>{say(words.csv)}</Button>
              {mayProbe ? <GoButton to="/probe" variant="default">{say(words.probe)}</GoButton> : null}
            </div>
            <Table rules={items} />
          </>
        )}
      </Shown>
    </Page>
  )
}

const Table = ({ rules }: { readonly rules: readonly Rule[] }): ReactNode => {
  const [say, { locale }, { zone }] = [useSay(), useLanguage(), useHere()]
  return (
    <div className={css['box']}>
      <table className={css['rules']}>
        <thead><tr><th scope="col">{say(words.to)}</th><th scope="col">{say(words.by)}</th><th scope="col">{say(words.port)}</th><th scope="col">{say(words.for)}</th><th scope="col">{say(words.seen)}</th></tr></thead>
        <tbody>
          {rules.map(rule => (
            <tr key={rule.id}>
              <th scope="row"><code>{rule.host}</code></th>
              <td data-name={say(words.by)}>{protocols[rule.protocol][locale]}</td>
              <td data-name={say(words.port)} className="figures">{rule.port === 0 ? '—' : rule.port}</td>
              <td data-name={say(words.for)}><span>{rule.purpose} <span className="quiet">({subjects[rule.subject][locale]})</span></span></td>
              <td data-name={say(words.seen)}><span className={css['found']}><StateMark state={states[rule.standing]} says={null} /><span>{rule.standing === 'not-tried' && rule.outcome === null ? say(words.notTried) : rule.says[locale]}{rule.testedAt === null ? null : <span className="quiet small"><br />{rule.from === null ? '' : say(words.at, { host: rule.from.host })}<When at={rule.testedAt} zone={zone} /></span>}</span></span></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** As a person who sets up a firewall would write it down. */
const lineOf = ({ host, port, protocol, purpose }: Rule): string => `${protocol === 'udp' ? 'udp' : protocol === 'dns' ? 'dns' : 'tcp'}\t${host}${port === 0 ? '' : `\t${port}`}\t# ${purpose}`

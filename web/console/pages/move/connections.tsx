import { Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { protocols, subjects } from '#domain/probe.ts'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { FormDialog } from '../../../shared/form-dialog.tsx'
import { useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { Nothing, Shown } from '../../../shared/shown.tsx'
import { StateLabel } from '../../../shared/state-mark.tsx'
import { When } from '../../../shared/when.tsx'
import table from '../../../shared/table.module.css'
import { useMay } from '../../may.ts'
import type { PartProps } from './move.tsx'

const words = {
  title: { en: 'Connections', ja: '通信要件' }, leads: { en: 'What must be possible from the customer’s side, and what their probe found.', ja: 'お客様側から必要な通信と、プローブの確認結果です。' }, what: { en: 'the connections', ja: '通信要件' }, none: { en: 'No connection is asked for.', ja: '通信要件は登録されていません。' }, change: { en: 'Change the list', ja: '一覧を変更' }, keep: { en: 'Keep', ja: '保存' },
  lines: { en: 'Connections', ja: '通信要件' }, hint: { en: 'One a line: firewall, vpn, vpc or sso; host; port; tcp, tls, udp or dns; what for. Parted by spaces.', ja: '1 行に 1 件。「種別（firewall・vpn・vpc・sso）ホスト ポート プロトコル（tcp・tls・udp・dns）用途」を空白区切りで入力してください。' }, wrong: { en: 'This line is not understood: {line}', ja: '次の行を読み取れません: {line}' },
  host: { en: 'Host', ja: 'ホスト' }, port: { en: 'Port', ja: 'ポート' }, purpose: { en: 'What for', ja: '用途' }, found: { en: 'Found', ja: '確認結果' }, passed: { en: 'Passed', ja: '通過' }, blocked: { en: 'Blocked', ja: '遮断' }, 'not-tried': { en: 'Not tried', ja: '未確認' },
}
const states = { passed: 'done', blocked: 'blocked', 'not-tried': 'waiting' } as const
type Rule = { readonly subject: (typeof subjects)[number]; readonly host: string; readonly port: number; readonly protocol: (typeof protocols)[number]; readonly purpose: string }

/** The firewall rules and other connections of a move, with what the probe said of each. */
export const Connections = ({ told }: PartProps): ReactNode => {
  const [say, may] = [useSay(), useMay()]
  const [isAsked, ask] = useState(false)
  const [rules, set] = [useAsk('rules.list', { move: told.move.id }), useWish('rules.set')]
  const items = rules.data?.items ?? []
  const wish = async ({ lines }: Readonly<Record<string, unknown>>): Promise<void> => {
    const read = (typeof lines === 'string' ? lines : '').split('\n').map(line => line.trim()).filter(line => line !== '').map(line => ruleOf(line) ?? line)
    const wrong = read.find(one => typeof one === 'string')
    if (wrong !== undefined) throw new Error(say(words.wrong, { line: wrong }))
    await set.mutateAsync({ move: told.move.id, rules: read.filter(one => typeof one !== 'string') })
  }
  return (
    <Panel title={say(words.title)} lead={say(words.leads)} flush acts={told.move.endedAt === null && may('rule.change') ? <Button size="compact-sm" variant="default" onClick={() => { ask(true) }}>{say(words.change)}</Button> : undefined}>
      <Shown of={rules} what={words.what} empty={found => found.items.length === 0} none={<Nothing>{say(words.none)}</Nothing>}>
        {found => <table className={table['plain']}><thead><tr><th>{say(words.host)}</th><th>{say(words.port)}</th><th>{say(words.purpose)}</th><th>{say(words.found)}</th></tr></thead><tbody>{found.items.map(one => <tr key={one.id}><td>{one.host}</td><td>{one.port} {one.protocol}</td><td>{one.purpose}</td><td><StateLabel state={states[one.standing]}>{say(words[one.standing])}</StateLabel>{one.testedAt === null ? null : <span className="quiet"> <When at={one.testedAt} zone={told.customer.zone} /></span>}</td></tr>)}</tbody></table>}
      </Shown>
      <FormDialog opened={isAsked} close={() => { ask(false) }} title={say(words.change)} act={say(words.keep)} wish={wish} fields={[{ key: 'lines', says: words.lines, hint: words.hint, type: 'long', optional: true, first: items.map(one => `${one.subject} ${one.host} ${one.port} ${one.protocol} ${one.purpose}`).join('\n') }]} />
    </Panel>
  )
}

const ruleOf = (line: string): Rule | undefined => {
  const [, kind, host, port, by, purpose] = /^(\S+)\s+(\S+)\s+(\d+)\s+(\S+)\s+(\S.*)$/.exec(line) ?? []
  const [subject, protocol] = [subjects.find(one => one === kind), protocols.find(one => one === by)]
  return subject === undefined || protocol === undefined || host === undefined || purpose === undefined ? undefined : { subject, host, port: Number(port), protocol, purpose }
}

import type { ReactNode } from 'react'
import { useAsk } from '../../../shared/asking.ts'
import { useSay } from '../../../shared/language.tsx'
import { Shown } from '../../../shared/shown.tsx'
import { useHere, useMay } from '../../here.ts'
import { Only } from '../../only.tsx'
import { Page, Part } from '../../page.tsx'
import { Made } from './made.tsx'
import { Probes } from './probes.tsx'
import { Rules } from './rules.tsx'

const words = {
  title: { en: 'Connection test', ja: '接続テスト' }, lead: { en: 'Tries from your side whether everything that has to get through does. It changes nothing.', ja: '貴社の環境から、必要な通信が通るかどうかを確認します。設定は一切変更しません。' },
  what: { en: 'the connections', ja: '通信の一覧' }, found: { en: 'What it found', ja: '確認結果' }, foundLead: { en: 'Told anew every few seconds while you look.', ja: '表示中は数秒ごとに更新されます。' },
  others: { en: 'The command is made by your point of contact, or those who look after IT, networking, security or development.', ja: 'コマンドの作成は、窓口・IT・ネットワーク・セキュリティ・開発のご担当者が行えます。' },
}

/** The command for the customer's side, and what it found of each connection. */
export const Probe = (): ReactNode => <Only verb="probe.read" title={words.title}><Inside /></Only>

const Inside = (): ReactNode => {
  const [say, { move }, mayMake] = [useSay(), useHere(), useMay('probe.make')]
  const rules = useAsk('rules.list', { move }, { everyMs: 3_000 })
  const probes = useAsk('probe.list', { move, limit: 20 }, { everyMs: 3_000 })
  return (
    <Page title={say(words.title)} lead={say(words.lead)}>
      {mayMake ? <Made isTried={(rules.data?.items ?? []).some(rule => rule.testedAt !== null)} /> : <p className="soft">{say(words.others)}</p>}
      <Part title={say(words.found)} lead={say(words.foundLead)} flush><Shown of={rules} what={words.what} lines={6}>{({ items }) => <Rules items={items} />}</Shown></Part>
      <Shown of={probes} what={words.what} lines={2}>{({ items }) => <Probes items={items} />}</Shown>
    </Page>
  )
}

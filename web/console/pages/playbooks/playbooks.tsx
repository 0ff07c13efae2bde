import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useAsk } from '../../../shared/asking.ts'
import { useSay } from '../../../shared/language.tsx'
import { Page, Panel } from '../../../shared/panel.tsx'
import { Shown } from '../../../shared/shown.tsx'
import { StateLabel } from '../../../shared/state-mark.tsx'
import table from '../../../shared/table.module.css'

const words = {
  title: { en: 'Playbooks', ja: 'プレイブック' }, lead: { en: 'What a move consists of, from the first letter to the last invoice. A move keeps the version that it began with.', ja: '最初の案内から最後の請求まで、移行の手順をまとめたものです。各移行は開始時の版のまま進みます。' }, what: { en: 'the playbooks', ja: 'プレイブック' },
  name: { en: 'Playbook', ja: 'プレイブック' }, about: { en: 'For', ja: '概要' }, version: { en: 'Version', ja: '版' }, state: { en: 'State', ja: '状態' }, inForce: { en: 'In force', ja: '有効' }, deprecated: { en: 'Deprecated: {successor}', ja: '廃止予定（後継: {successor}）' },
}

export const Playbooks = (): ReactNode => {
  const say = useSay()
  const playbooks = useAsk('playbooks.list', {}, { everyMs: 300_000 })
  return (
    <Page title={say(words.title)} lead={say(words.lead)}>
      <Panel title={say(words.title)} flush>
        <Shown of={playbooks} what={words.what} lines={6}>{told => (
          <table className={table['plain']}>
            <thead><tr><th>{say(words.name)}</th><th>{say(words.about)}</th><th>{say(words.version)}</th><th>{say(words.state)}</th></tr></thead>
            <tbody>{told.items.map(({ key, title, summary, version, versions, deprecated }) => (
              <tr key={key}><td style={{ minWidth: 180 }}><Link to={`/playbooks/${key}` as never}>{say(title)}</Link></td><td className="soft">{say(summary)}</td><td className="figures" style={{ whiteSpace: 'nowrap' }}>{version}{versions.length > 1 ? <span className="quiet"> ({versions.join(', ')})</span> : null}</td><td>{deprecated === null ? <span className="soft">{say(words.inForce)}</span> : <StateLabel state="at-risk">{say(words.deprecated, { successor: deprecated.successor })}</StateLabel>}</td></tr>
            ))}</tbody>
          </table>
        )}</Shown>
      </Panel>
    </Page>
  )
}

import { Button, CopyButton, Modal } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { Told } from '../../../shared/ask.ts'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { Confirm } from '../../../shared/confirm.tsx'
import { FormDialog } from '../../../shared/form-dialog.tsx'
import { useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { Nothing, Shown } from '../../../shared/shown.tsx'
import { When } from '../../../shared/when.tsx'
import table from '../../../shared/table.module.css'
import { useMay } from '../../may.ts'
import { useAround } from '../../self.ts'

const words = {
  title: { en: 'Agents', ja: 'エージェント' }, lead: { en: 'Programs beside the homes that measure and move. They dial out; nobody dials in.', ja: '各ホームの近くで計測・移行を行うプログラムです。外向きの接続のみを使用します。' }, what: { en: 'the agents', ja: 'エージェント' }, none: { en: 'No agent yet. Nothing can be measured or moved without one.', ja: 'エージェントがまだありません。計測・移行にはエージェントが必要です。' },
  add: { en: 'Add agent', ja: 'エージェントを追加' }, name: { en: 'Name', ja: '名称' }, seen: { en: 'Last heard', ja: '最終接続' }, never: { en: 'not yet', ja: '未接続' }, out: { en: 'Locked out', ja: '無効' }, once: { en: 'Its token. It is shown this once: put it into the agent’s REHOME_AGENT_TOKEN.', ja: 'エージェントのトークンです。表示は一度だけです。REHOME_AGENT_TOKEN に設定してください。' }, copy: { en: 'Copy', ja: 'コピー' }, copied: { en: 'Copied', ja: 'コピーしました' }, close: { en: 'Close', ja: '閉じる' },
  revoke: { en: 'Lock out', ja: '無効にする' }, revokeTitle: { en: 'Lock out the agent {name}', ja: 'エージェント {name} を無効にする' }, revokeEffect: { en: 'Its token is void from now on: it gets no orders and is heard no more. What it has in hand another agent takes up when its lease has run out.', ja: 'トークンを直ちに無効にします。以後、指示は届かず、報告も受け付けません。実行中の作業は、期限切れの後に別のエージェントが引き継ぎます。' }, revokeBack: { en: 'It cannot be let in again: add another agent, with a token of its own.', ja: '元に戻すことはできません。新しいトークンで別のエージェントを追加してください。' },
}

type Agent = Told<'agents.list'>['items'][number]

/** The agents, when each was last heard, and a new one with its token. */
export const Agents = (): ReactNode => {
  const [say, may, { zone }] = [useSay(), useMay(), useAround()]
  const [isAsked, ask] = useState(false)
  const [token, give] = useState<string>()
  const [revoked, askRevoke] = useState<Agent | null>(null)
  const [agents, add, revoke] = [useAsk('agents.list', { limit: 200 }), useWish('agents.add'), useWish('agents.revoke')]
  const mayChange = may('agent.change')
  return (
    <Panel title={say(words.title)} lead={say(words.lead)} flush acts={mayChange ? <Button size="compact-sm" variant="default" onClick={() => { ask(true) }}>{say(words.add)}</Button> : undefined}>
      <Shown of={agents} what={words.what} lines={2} empty={({ items }) => items.length === 0} none={<Nothing>{say(words.none)}</Nothing>}>
        {({ items }) => <table className={table['plain']}><thead><tr><th>{say(words.name)}</th><th>{say(words.seen)}</th>{mayChange ? <th><span className="unseen">{say(words.revoke)}</span></th> : null}</tr></thead><tbody>{items.map(one => <tr key={one.id}><td>{one.name}</td><td>{one.revokedAt === null ? one.seenAt === null ? <span className="quiet">{say(words.never)}</span> : <When at={one.seenAt} zone={zone} /> : say(words.out)}</td>{mayChange ? <td data-right>{one.revokedAt === null ? <Button size="compact-sm" variant="default" aria-label={say(words.revokeTitle, { name: one.name })} onClick={() => { askRevoke(one) }}>{say(words.revoke)}</Button> : null}</td> : null}</tr>)}</tbody></table>}
      </Shown>
      <FormDialog opened={isAsked} close={() => { ask(false) }} title={say(words.add)} act={say(words.add)} fields={[{ key: 'name', says: words.name, type: 'text' }]} wish={async ({ name }) => { give((await add.mutateAsync({ name: String(name) })).token) }} />
      {revoked === null ? null : <Confirm opened close={() => { askRevoke(null) }} title={say(words.revokeTitle, { name: revoked.name })} effect={say(words.revokeEffect)} wayBack={say(words.revokeBack)} act={say(words.revoke)} isDangerous name={revoked.name} wish={() => revoke.mutateAsync({ agent: revoked.id })} />}
      <Modal opened={token !== undefined} onClose={() => { give(undefined) }} title={<h2>{say(words.add)}</h2>} closeButtonProps={{ 'aria-label': say(words.close) }}>
        {token === undefined ? null : <div style={{ display: 'grid', gap: 12 }}><p>{say(words.once)}</p><code style={{ overflowWrap: 'anywhere' }}>{token}</code><CopyButton value={token}>{({ copied, copy }) => <Button variant="default" onClick={copy}>{say(copied ? words.copied : words.copy)}</Button>}</CopyButton></div>}
      </Modal>
    </Panel>
  )
}

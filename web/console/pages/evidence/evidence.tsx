import { Button, TextInput } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { useAskPages } from '../../../shared/asking.ts'
import { useSay } from '../../../shared/language.tsx'
import { Page, Panel } from '../../../shared/panel.tsx'
import { Nothing, Shown } from '../../../shared/shown.tsx'
import { StateLabel } from '../../../shared/state-mark.tsx'
import { When } from '../../../shared/when.tsx'
import { useAround } from '../../self.ts'
import { legWords, stageStates, stageText } from '../../stage-words.ts'
import { CheckFile } from './check-file.tsx'
import table from '../../../shared/table.module.css'
import css from './evidence.module.css'

const words = {
  title: { en: 'Evidence', ja: '証跡' }, lead: { en: 'A signed record of every move: each table, each row, proven at one instant. Anybody can check it without us.', ja: '移行ごとの署名付き記録です。全テーブルの全行が同一時点で一致していることを証明し、第三者が独自に検証できます。' },
  what: { en: 'the evidence', ja: '証跡' }, none: { en: 'No move has been proven yet. Evidence is signed when every row is proven, before the switch.', ja: 'まだ証跡はありません。切り替えの直前、全行の検証が完了した時点で署名されます。' }, noneNamed: { en: 'No customer with evidence is called like that.', ja: '該当するお客様の証跡はありません。' },
  customer: { en: 'Customer', ja: 'お客様' }, tenant: { en: 'Tenant', ja: 'テナント' }, way: { en: 'Way', ja: '方向' }, from: { en: 'From → to', ja: '移行元 → 移行先' }, signed: { en: 'Signed', ja: '署名日時' }, root: { en: 'Root', ja: 'ルート' }, stage: { en: 'The move is', ja: '移行の段階' }, more: { en: 'Show more', ja: 'さらに表示' }, find: { en: 'Find a customer', ja: 'お客様を検索' }, list: { en: 'All moves', ja: 'すべての移行' },
}

/** All evidence there is, the last first, and a place to check a file that somebody has. */
export const Evidence = (): ReactNode => {
  const [say, { zone, programme }] = [useSay(), useAround()]
  const [named, find] = useState('')
  const proofs = useAskPages('evidence.list-all', { limit: 100, ...(programme === null ? {} : { programme: programme.id as never }), ...(named.trim() === '' ? {} : { named: named.trim() }) })
  const all = proofs.data?.pages.flatMap(page => page.items) ?? []
  return (
    <Page title={say(words.title)} lead={say(words.lead)}>
      <Panel title={programme === null ? say(words.list) : programme.name} flush acts={<TextInput size="xs" aria-label={say(words.find)} placeholder={say(words.find)} value={named} onChange={event => { find(event.currentTarget.value) }} />}>
        <Shown of={proofs as never} what={words.what} empty={() => all.length === 0} none={<Nothing>{say(named === '' ? words.none : words.noneNamed)}</Nothing>}>
          {() => (
            <table className={table['plain']}>
              <thead><tr>{([words.customer, words.from, words.way, words.signed, words.stage, words.root] as const).map(one => <th key={one.en} scope="col">{say(one)}</th>)}</tr></thead>
              <tbody>{all.map(({ id, at, leg, root, of }) => (
                <tr key={id}>
                  <th scope="row" className={css['name']}><Link to={'/evidence/$proof' as never} params={{ proof: id } as never}>{of.customer.name}</Link><span className="quiet">{of.tenant.name}</span></th>
                  <td>{of.origin.name} → {of.destination.name}</td><td>{say(legWords[leg])}</td><td><When at={at} zone={zone} /></td><td><StateLabel state={stageStates[of.stage]}>{say(stageText(of.stage, leg))}</StateLabel></td><td><code title={root}>{root.slice(0, 16)}…</code></td>
                </tr>
              ))}</tbody>
            </table>
          )}
        </Shown>
        {proofs.hasNextPage ? <div className={css['more']}><Button size="compact-sm" variant="default" loading={proofs.isFetchingNextPage} onClick={() => { void proofs.fetchNextPage() }}>{say(words.more)}</Button></div> : null}
      </Panel>
      <CheckFile />
    </Page>
  )
}

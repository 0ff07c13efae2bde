import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Download, Printer } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import type { Manifest } from '#domain/evidence.ts'
import { Refusal } from '../../../shared/ask.ts'
import { bytesOf, lengthOf, numberOf } from '../../../shared/amounts.ts'
import type { Checked } from '../../../shared/evidence.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Facts, Page, Panel } from '../../../shared/panel.tsx'
import { Shown } from '../../../shared/shown.tsx'
import { When } from '../../../shared/when.tsx'
import { useAround } from '../../self.ts'
import { legWords } from '../../stage-words.ts'
import { Verdict } from './verdict.tsx'
import { stepWords, words } from './proof-words.ts'
import table from '../../../shared/table.module.css'
import css from './evidence.module.css'

/** The file itself, byte for byte as it was signed: what is checked is what anybody can take away. */
const fetchText = async (proof: string, signal: AbortSignal): Promise<string> => {
  const response = await fetch(`/api/evidence/${encodeURIComponent(proof)}/file`, { signal, credentials: 'same-origin' }).catch((error: unknown) => {
    if (signal.aborted) throw error
    throw new Refusal(0, 'unreachable', 'Rehome cannot be reached.')
  })
  if (response.ok) return await response.text()
  const problem = await response.json().catch(() => ({})) as { readonly detail?: string }
  throw new Refusal(response.status, 'evidence', problem.detail ?? `Control answered ${response.status}.`)
}

export const Proof = (): ReactNode => {
  const { proof } = useParams({ strict: false }) as { readonly proof: string }
  const file = useQuery({ queryKey: ['evidence file', proof], queryFn: ({ signal }) => fetchText(proof, signal), staleTime: Infinity, refetchInterval: false })
  return <Shown of={file} what={words.what} lines={8}>{text => <Inside proof={proof} text={text} />}</Shown>
}

const Inside = ({ proof, text }: { readonly proof: string; readonly text: string }): ReactNode => {
  const say = useSay()
  const [checked, setChecked] = useState<Checked | null>(null)
  const manifest = checked?.manifest ?? null
  return (
    <Page title={manifest === null ? say(words.title) : say(words.titleOf, { tenant: manifest.move.tenant })} lead={<><Link className={css['link'] ?? ''} to={'/evidence' as never}>{say(words.all)}</Link>{manifest === null ? null : <> · {say(legWords[manifest.move.leg])} · {manifest.source.label} → {manifest.target.label}</>}</>}
      acts={<><Button component="a" href={`/api/evidence/${proof}/file`} download className={css['act'] ?? ''} variant="default" leftSection={<Download size={14} aria-hidden />}>{say(words.download)}</Button><Button variant="default" leftSection={<Printer size={14} aria-hidden />} onClick={() => { globalThis.print() }}>{say(words.print)}</Button></>}>
      <Panel title={say(words.check)} lead={say(words.checkLead)}><Verdict text={text} onChecked={setChecked} /></Panel>
      {manifest === null ? null : <Told manifest={manifest} />}
    </Page>
  )
}

const Told = ({ manifest }: { readonly manifest: Manifest }): ReactNode => {
  const [say, { locale }, { zone }] = [useSay(), useLanguage(), useAround()]
  const { move, source, target, anchors, freeze, tool, schema, changedSince, sequences, largeObjects, configuration, approvals, tables } = manifest
  const number = (value: number): string => numberOf(value, locale)
  return (
    <>
      <div className={css['two']}>
        <Panel title={say(words.when)}><Facts of={[
          [say(words.began), <When key="b" at={move.startedAt} zone={zone} seconds />], [say(words.verified), <><When at={anchors.verified.at} zone={zone} seconds /> <code className="quiet">{anchors.verified.position}</code></>], [say(words.frozen), <When key="f" at={anchors.frozenAt} zone={zone} seconds />],
          [say(words.proven), <When key="p" at={move.provenAt} zone={zone} seconds />], [say(words.freeze), <span key="z" className="figures">{say(words.freezeOf, { ms: lengthOf(freeze.ms, locale), limit: lengthOf(freeze.budgetMs, locale) })}</span>],
          [say(words.steps), <span key="s" className="figures">{Object.entries(freeze.steps).map(([name, ms]) => `${say(stepWords[name] ?? { en: name, ja: name })} ${lengthOf(ms, locale)}`).join(' · ')}</span>], [say(words.anchors), <span key="a" className={css['codes']}>{anchors.copied.map(one => <code key={one}>{one}</code>)}</span>],
        ]} /></Panel>
        <Panel title={say(words.homes)}><Facts of={[
          ...([[words.source, source], [words.target, target]] as const).map(([name, side]): [ReactNode, ReactNode] => [say(name), <span key={name.en}><code>{side.label}</code><br /><span className="quiet">{side.engine} {side.version} · {side.database} · {side.system} / {side.timeline}</span></span>]),
          [say(words.tool), `${tool.name} ${tool.version}, Node ${tool.node}`], [say(words.schema), <span key="s"><code className={css['hash']}>{schema.fingerprint}</code></span>], [say(words.id), <code key="i">{move.id}</code>],
        ]} /></Panel>
      </div>
      <Panel title={say(words.approvals)} flush><table className={table['plain']}><thead><tr><th scope="col">{say(words.who)}</th><th scope="col">{say(words.approved)}</th><th scope="col">{say(words.at)}</th></tr></thead><tbody>{approvals.map((one, n) => <tr key={n}><td>{one.who}</td><td>{say(approvedWords[one.what] ?? { en: one.what, ja: one.what })}</td><td><When at={one.at} zone={zone} seconds /></td></tr>)}</tbody></table></Panel>
      <Panel title={say(words.tables)} flush lead={say(words.tablesLead, { tables: number(tables.length), rows: number(tables.reduce((sum, one) => sum + one.rows, 0)), bytes: bytesOf(tables.reduce((sum, one) => sum + one.bytes, 0), locale) })}>
        <table className={table['plain']}>
          <thead><tr><th scope="col">{say(words.table)}</th><th scope="col" data-right>{say(words.rows)}</th><th scope="col" data-right>{say(words.bytes)}</th><th scope="col" data-right>{say(words.chunks)}</th><th scope="col">{say(words.provedAt)}</th><th scope="col">{say(words.root)}</th></tr></thead>
          <tbody>{tables.map(one => <tr key={one.table}><th scope="row" className={`mono ${css['table']}`}>{one.table}</th><td data-right>{number(one.rows)}</td><td data-right>{bytesOf(one.bytes, locale)}</td><td data-right>{number(one.chunks.length)}</td><td>{say(provedWords[one.provedAt])}</td><td><code className={css['hash']}>{one.root}</code></td></tr>)}</tbody>
        </table>
      </Panel>
      <Panel title={say(words.rest)}><Facts of={[
        [say(words.rootOver), <code key="r" className={css['hash']}>{manifest.root}</code>],
        [say(words.changed), <span key="c" className="figures">{say(words.changedOf, { rows: number(changedSince.rows), keys: number(changedSince.keys) })} <code className={css['hash']}>{changedSince.sha256}</code></span>],
        [say(words.sequences), <span key="q" className="figures">{number(sequences.count)} <code className={css['hash']}>{sequences.sha256}</code></span>], [say(words.objects), <span key="o" className="figures">{number(largeObjects.count)}, {bytesOf(largeObjects.bytes, locale)} <code className={css['hash']}>{largeObjects.sha256}</code></span>],
        [say(words.configuration), <code key="v" className={css['codes']}>{Object.entries(configuration.values).map(([name, value]) => <span key={name}>{name}: {String(value)}</span>)}</code>],
      ]} /></Panel>
    </>
  )
}

const provedWords: Readonly<Record<Manifest['tables'][number]['provedAt'], { readonly en: string; readonly ja: string }>> = {
  follow: { en: 'Every row, while both moved', ja: '稼働中に全行を照合' }, freeze: { en: 'Every row, in the freeze', ja: '停止中に全行を照合' }, copy: { en: 'Read back as copied, in the freeze', ja: '停止中に読み戻して照合' },
}
const approvedWords: Readonly<Record<string, { readonly en: string; readonly ja: string }>> = {
  move: { en: 'The move', ja: '移行' }, cutover: { en: 'The cutover', ja: '切り替え' }, 'turn-back': { en: 'The turning back', ja: '切り戻し' }, settle: { en: 'The settling', ja: '完了' },
}

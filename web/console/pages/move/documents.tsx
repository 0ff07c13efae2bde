import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { bytesOf, moneyOf } from '../../../shared/amounts.ts'
import { useAsk } from '../../../shared/asking.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { Nothing, Shown } from '../../../shared/shown.tsx'
import { StateMark } from '../../../shared/state-mark.tsx'
import { When } from '../../../shared/when.tsx'
import { carriedOut } from '../../carried-out.ts'
import { useMay } from '../../may.ts'
import { legWords } from '../../stage-words.ts'
import { Bundles } from './bundles.tsx'
import type { PartProps } from './move.tsx'
import css from './move.module.css'

const words = {
  papers: { en: 'Papers of this move', ja: 'この移行の書類' }, plan: { en: 'The plan', ja: '移行計画' }, planSays: { en: 'every task with its day, as the customer has it', ja: '全タスクと期日（お客様向けと同じ内容）' }, pdfEn: { en: 'PDF in English', ja: 'PDF（英語）' }, pdfJa: { en: 'PDF in Japanese', ja: 'PDF（日本語）' }, ics: { en: 'Calendar (ICS)', ja: 'カレンダー（ICS）' },
  sheet: { en: 'Licence sheet', ja: 'ライセンス一覧' }, sheetSays: { en: 'which licence belongs to which profile, as it was recorded', ja: 'ライセンスとプロファイルの対応（記録時点）' }, quotes: { en: 'Quotes', ja: '見積' }, noQuotes: { en: 'Nothing was quoted for this move.', ja: '見積はありません。' }, whatQuotes: { en: 'the quotes', ja: '見積' },
  evidence: { en: 'Evidence', ja: '証跡' }, noEvidence: { en: 'Evidence is signed when every row is proven, before the switch.', ja: '証跡は、切り替え直前の全行検証後に署名されます。' }, whatEvidence: { en: 'the evidence', ja: '証跡' }, signed: { en: 'signed', ja: '署名:' }, open: { en: 'Open', ja: '開く' }, help: { en: 'What helps afterwards', ja: '移行後の参考資料' }, noHelp: { en: 'No documents are kept for moves like this.', ja: '参考資料は登録されていません。' }, whatHelp: { en: 'the documents', ja: '参考資料' },
  draft: { en: 'Draft', ja: '下書き' }, 'open-quote': { en: 'Sent', ja: '送付済み' }, accepted: { en: 'Accepted', ja: '承諾済み' }, expired: { en: 'Expired', ja: '期限切れ' }, withdrawn: { en: 'Withdrawn', ja: '取り下げ' },
}
const File = ({ href, children }: { readonly href: string; readonly children: ReactNode }): ReactNode => <Button component="a" href={href} size="compact-sm" variant="default" download>{children}</Button>

/** Everything on paper: plan, quotes, sheets, evidence, and what helps afterwards. */
export const Documents = ({ told }: PartProps): ReactNode => {
  const [say, { locale }, may] = [useSay(), useLanguage(), useMay()]
  const id = told.move.id
  const [quotes, proofs, documents] = [useAsk('quotes.list', { move: id }, { when: may('quote.read') }), useAsk('evidence.list', { move: id }), useAsk('documents.of-move', { move: id })]
  const isLicences = carriedOut(told).by === 'licences'
  return (
    <div className={css['stack']}>
      <Panel title={say(words.papers)} flush><ul className={css['list']}>
        <li><StateMark state="idle" says={null} /><div><span className={css['name']}>{say(words.plan)}</span><span className="quiet">{say(words.planSays)}</span></div><div className={css['end']}><File href={`/api/moves/${id}/plan.pdf?locale=en`}>{say(words.pdfEn)}</File><File href={`/api/moves/${id}/plan.pdf?locale=ja`}>{say(words.pdfJa)}</File><File href={`/api/moves/${id}/plan.ics?locale=${locale}`}>{say(words.ics)}</File></div></li>
        {isLicences ? <li><StateMark state="idle" says={null} /><div><span className={css['name']}>{say(words.sheet)}</span><span className="quiet">{say(words.sheetSays)}</span></div><div className={css['end']}><File href={`/api/moves/${id}/licences.pdf?locale=${locale}`}>PDF</File><File href={`/api/moves/${id}/licences.json`}>JSON</File></div></li> : null}
      </ul></Panel>
      {may('quote.read') ? <Panel title={say(words.quotes)} flush><Shown of={quotes} what={words.whatQuotes} empty={found => found.items.length === 0} none={<Nothing>{say(words.noQuotes)}</Nothing>}>{found => <ul className={css['list']}>{found.items.map(one => <li key={one.id}><StateMark state={one.standing === 'accepted' ? 'done' : one.standing === 'open' ? 'waiting' : one.standing === 'expired' ? 'at-risk' : 'idle'} says={null} /><div><span className={css['name']}>{one.number}</span><span className="quiet figures">{say(words[one.standing === 'open' ? 'open-quote' : one.standing])} · {moneyOf(one.totalMinor, one.currency, locale)}</span></div><div className={css['end']}><File href={`/api/quotes/${one.id}/paper?locale=en`}>{say(words.pdfEn)}</File><File href={`/api/quotes/${one.id}/paper?locale=ja`}>{say(words.pdfJa)}</File></div></li>)}</ul>}</Shown></Panel> : null}
      {may('bundle.read') && told.plan.playbook === 'cloud-to-self-hosted' ? <Bundles told={told} /> : null}
      <Panel title={say(words.evidence)} flush><Shown of={proofs} what={words.whatEvidence} empty={found => found.items.length === 0} none={<Nothing>{say(words.noEvidence)}</Nothing>}>{found => <ul className={css['list']}>{found.items.map(one => <li key={one.id}><StateMark state="done" says={null} /><div><span className={css['name']}><Link to={'/evidence/$proof' as never} params={{ proof: one.id } as never}>{say(words.evidence)}, {say(legWords[one.leg])}</Link></span><span className="quiet">{say(words.signed)} <When at={one.at} zone={told.customer.zone} /> · <code>{one.root.slice(0, 16)}…</code></span></div></li>)}</ul>}</Shown></Panel>
      <Panel title={say(words.help)} flush><Shown of={documents} what={words.whatHelp} empty={found => found.documents.length === 0} none={<Nothing>{say(words.noHelp)}</Nothing>}>{found => <ul className={css['list']}>{found.documents.map(one => <li key={one.id}><StateMark state="idle" says={null} /><div><a href={one.address}>{say(one.title)}</a><span className="quiet">{one.file ?? one.url}{one.bytes === null ? null : ` · ${bytesOf(one.bytes, locale)}`}</span></div></li>)}</ul>}</Shown></Panel>
    </div>
  )
}

import { ExternalLink, FileText } from 'lucide-react'
import type { ReactNode } from 'react'
import { useAsk } from '../../../shared/asking.ts'
import { bytesOf } from '../../../shared/amounts.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Nothing, Shown } from '../../../shared/shown.tsx'
import { useHere, useMay } from '../../here.ts'
import { Part } from '../../page.tsx'
import css from './files.module.css'

const words = {
  title: { en: 'Documents', ja: '資料' }, what: { en: 'the documents', ja: '資料' }, none: { en: 'No document belongs to this move yet.', ja: 'この移行に関する資料はまだありません。' }, other: { en: 'another page', ja: '外部ページ' },
  plan: { en: 'The plan as PDF', ja: '計画（PDF）' }, calendar: { en: 'The plan as a calendar', ja: '計画（カレンダー）' },
}

/** Papers that help: those of the vendor, and the plan to take along. */
export const Documents = (): ReactNode => {
  const [say, { locale }, { move }, mayPlan] = [useSay(), useLanguage(), useHere(), useMay('plan.read')]
  const documents = useAsk('documents.of-move', { move })
  return (
    <Part title={say(words.title)} flush>
      <Shown of={documents} what={words.what} lines={3} empty={found => found.documents.length === 0 && !mayPlan} none={<Nothing>{say(words.none)}</Nothing>}>
        {found => (
          <ul className={css['papers']}>
            {found.documents.map(one => <li key={one.id}>{one.url === null ? <a href={`/documents/${one.id}`} download><FileText size={18} aria-hidden /><span>{say(one.title)}<span className="quiet small">{one.bytes === null ? '' : ` ${bytesOf(one.bytes, locale)}`}</span></span></a> : <a href={one.url} target="_blank" rel="noreferrer"><ExternalLink size={18} aria-hidden /><span>{say(one.title)}<span className="quiet small"> {say(words.other)}</span></span></a>}</li>)}
            {mayPlan ? <><li><a href={`/api/moves/${move}/plan.pdf?locale=${locale}`} download><FileText size={18} aria-hidden /><span>{say(words.plan)}</span></a></li><li><a href={`/api/moves/${move}/plan.ics?locale=${locale}`} download><FileText size={18} aria-hidden /><span>{say(words.calendar)}</span></a></li></> : null}
          </ul>
        )}
      </Shown>
    </Part>
  )
}

import type { ReactNode } from 'react'
import { type ToldFault, toldFaultTo } from '#domain/told-fault.ts'
import { useLanguage, useSay } from '../shared/language.tsx'

const words = { quoted: { en: '', ja: '（原文）' } }

/** Told in the words of whoever told it, which are English: said to those who read another language. */
export const Quoted = (): ReactNode => {
  const says = useSay()(words.quoted)
  return says === '' ? null : <span className="quiet">{says}</span>
}

/** A fault that an agent told of, in the reader’s language. What is in no catalogue is quoted. */
export const FaultSaid = ({ fault, withRemedy = false }: { readonly fault: ToldFault; readonly withRemedy?: boolean }): ReactNode => {
  const { says, remedy, isQuoted } = toldFaultTo(fault, useLanguage().locale)
  const told = <>{says}{withRemedy ? <> <span className="quiet">{remedy}</span></> : null}</>
  return <><code lang="en">{fault.code}</code> {isQuoted ? <><Quoted /><span lang="en">{told}</span></> : told}</>
}

import type { ReactNode } from 'react'
import { useAsk } from '../../../shared/asking.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Day } from '../../../shared/when.tsx'
import { daysUntil } from '../../deadline.tsx'
import { GoButton } from '../../go.tsx'
import { useHere, useMay } from '../../here.ts'
import { Part } from '../../page.tsx'

const words = { title: { en: 'Yours to decide: {gate}', ja: 'ご判断をお願いします: {gate}' }, by: { en: 'by', ja: '期日' }, look: { en: 'See the conditions, and decide', ja: '条件を確認して判断する' } }
/** Before that nobody can know. */
const nearDays = 7

/** A gate that is this person’s to decide, once its day is near. */
export const GateToDecide = (): ReactNode => {
  const [say, { locale }, { move, zone, page }, maySee] = [useSay(), useLanguage(), useHere(), useMay('gate.decide')]
  const gates = useAsk('gates.list', { move }, { when: maySee && page.move.endedAt === null })
  return gates.data?.items.filter(gate => gate.mayDecide && daysUntil(gate.due, zone) <= nearDays).map(gate => <Part key={gate.id} strong title={say(words.title, { gate: gate.title[locale] })}><p>{say(words.by)} <Day of={gate.due} /></p><GoButton to="/gates" fullWidth>{say(words.look)}</GoButton></Part>)
}

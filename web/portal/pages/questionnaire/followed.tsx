import type { ReactNode } from 'react'
import type { Told } from '../../../shared/ask.ts'
import { useAsk } from '../../../shared/asking.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { StateMark } from '../../../shared/state-mark.tsx'
import { useHere, useMay } from '../../here.ts'
import css from './questionnaire.module.css'

const words = {
  nothing: { en: 'Kept. Nothing in the plan changes by it.', ja: '保存しました。計画への影響はありません。' }, added: { en: 'Kept. This comes into the plan: {titles}.', ja: '保存しました。計画に追加されます: {titles}。' }, removed: { en: 'Kept. {count} tasks are no longer needed.', ja: '保存しました。不要になったタスクが {count} 件あります。' },
  both: { en: '{added} {count} others are no longer needed.', ja: '{added} 不要になったタスクが {count} 件あります。' }, changed: { en: 'Kept. {count} tasks are told or dated anew.', ja: '保存しました。内容または期日が変わったタスクが {count} 件あります。' }, some: { en: '{count} tasks', ja: 'タスク {count} 件' }, more: { en: ' and {count} more', ja: ' ほか {count} 件' },
}

/** What the last answer did to the plan: which tasks came, how many went. */
export const Followed = ({ changed: { plan } }: { readonly changed: Told<'profile.answer'> }): ReactNode => {
  const [say, { locale }, { move }, maySee] = [useSay(), useLanguage(), useHere(), useMay('plan.read')]
  const added = plan?.added ?? []
  const whole = useAsk('plans.read', { move }, { when: maySee && added.length > 0 })
  const titles = (whole.data?.tasks ?? []).filter(({ key }) => added.includes(key)).map(({ title }) => title[locale])
  const named = titles.length === 0 ? say(words.some, { count: added.length }) : titles.slice(0, 3).join(locale === 'ja' ? '、' : ', ') + (titles.length > 3 ? say(words.more, { count: titles.length - 3 }) : '')
  const [removed, touched] = [plan?.removed.length ?? 0, (plan?.changed.length ?? 0) + (plan?.redated.length ?? 0)]
  const come = say(words.added, { titles: named })
  const says = added.length > 0 ? (removed > 0 ? say(words.both, { added: come, count: removed }) : come) : removed > 0 ? say(words.removed, { count: removed }) : touched > 0 ? say(words.changed, { count: touched }) : say(words.nothing)
  return <p className={css['followed']} role="status"><StateMark state="done" says={null} /><span>{says}</span></p>
}

import type { ReactNode } from 'react'
import type { Told } from '../../../shared/ask.ts'
import { dayOf } from '../../../shared/amounts.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'

const words = {
  gate: { en: 'If it is not done, “{title}” on {day} cannot say go, and your date is in question.', ja: '完了しない場合、{day} の「{title}」で実施と判断できず、作業日時が延びる可能性があります。' },
  task: { en: 'Until it is done, this has to wait: {titles}.', ja: '完了するまで、次の作業を始められません: {titles}。' }, rest: { en: ' and {count} more', ja: ' ほか {count} 件' },
  none: { en: 'Nothing else waits for it.', ja: 'ほかの作業への影響はありません。' },
}

/** What happens if a task is not done: a gate that stays shut, or others who wait. */
export const Consequence = ({ of: { holdsUp, state } }: { readonly of: Pick<Told<'tasks.read'>, 'holdsUp' | 'state'> }): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  if (state !== 'open') return null
  const gate = holdsUp.find(({ kind }) => kind === 'gate')
  if (gate !== undefined) return <p className="soft">{say(words.gate, { title: gate.title[locale], day: dayOf(gate.due, locale) })}</p>
  if (holdsUp.length === 0) return <p className="soft">{say(words.none)}</p>
  return <p className="soft">{say(words.task, { titles: holdsUp.slice(0, 2).map(({ title }) => title[locale]).join(locale === 'ja' ? '、' : ', ') + (holdsUp.length > 2 ? say(words.rest, { count: holdsUp.length - 2 }) : '') })}</p>
}

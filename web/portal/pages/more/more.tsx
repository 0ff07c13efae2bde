import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { useSay } from '../../../shared/language.tsx'
import { Go } from '../../go.tsx'
import { may, useHere } from '../../here.ts'
import { more } from '../../nav.ts'
import { Page } from '../../page.tsx'
import css from './more.module.css'

const words = { title: { en: 'Everything else', ja: 'その他' }, lead: { en: 'What you can look at and do here besides.', ja: 'このほかに確認・操作できる項目です。' } }

/** All pages that are not in the bar, each with a line of what is there. */
export const More = (): ReactNode => {
  const [say, { self, page }] = [useSay(), useHere()]
  return (
    <Page title={say(words.title)} lead={say(words.lead)}>
      <ul className={css['list']}>{more.filter(({ verb, playbook }) => (verb === null || may(self, verb)) && (playbook === undefined || playbook === page.plan.playbook)).map(({ to, says, about, icon: Icon }) => <li key={to}><Go to={to} className={css['line']}><Icon size={20} strokeWidth={1.75} aria-hidden /><span><strong>{say(says)}</strong><span className="quiet small">{say(about)}</span></span><ChevronRight size={18} aria-hidden /></Go></li>)}</ul>
    </Page>
  )
}
